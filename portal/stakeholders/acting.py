"""For whom the person of a request acts. The choice is in the signed cookie, its right is looked up each time."""

from flask import g, session

from portal.accounts.models import User
from portal.core.actor import STAFF_ROLES, Actor
from portal.core.errors import NotFound
from portal.stakeholders import queries
from portal.stakeholders.models import Representation

_CHOICE = "acting"
# County staff act for the county unless they say otherwise; this is how they say so.
NOBODY = "niemand"


def actor_for(user: User) -> Actor:
    """The actor of this request; one query.

    Who represents one organisation acts for it. Who represents several acts for none until they choose. A choice
    that ended in the meantime is not replaced by another: what is half typed was meant for somebody else.
    """
    options = g.representations = queries.valid_representations(user.id)
    chosen = session.get(_CHOICE)
    representation = next((option for option in options if option.public_id == chosen), None)
    is_staff = not user.role_set.isdisjoint(STAFF_ROLES)
    if representation is None and chosen is None and len(options) == 1 and not is_staff:
        representation = options[0]
    has_choice = bool(options) if is_staff else len(options) > 1 or (bool(options) and representation is None)
    return Actor(user=user, representation=representation, may_switch=has_choice)


def must_choose(actor: Actor) -> bool:
    """Whether the person has to say for whom they act before anything else."""
    return actor.signed_in and actor.may_switch and actor.representation is None and not actor.is_staff


def options() -> list[Representation]:
    """What the person of this request can choose from."""
    found: list[Representation] = g.get("representations", [])
    return found


def choose(public_id: str, *, actor: Actor) -> None:
    """Act for another organisation from the next request on; `NotFound` for one the person may not act for."""
    if public_id == NOBODY and actor.is_staff:
        session.pop(_CHOICE, None)
        return
    if public_id not in {option.public_id for option in options()}:
        raise NotFound
    session[_CHOICE] = public_id
