"""Minutes name people, not accounts."""

from portal.core.actor import SYSTEM, Actor
from portal.core.errors import NotAllowed
from portal.minutes import queries
from portal.stakeholders import services as stakeholders
from portal.stakeholders.models import Person


def person_behind(actor: Actor) -> Person:
    """Minutes name people; whoever has none behind the account gets one."""
    if actor.user is None:
        raise NotAllowed
    found = queries.person_of(actor)
    return found or stakeholders.person_behind(queries.user_of(actor), actor=SYSTEM)
