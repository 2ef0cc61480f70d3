"""Who plans events and who sees them. Replying through the personal link needs no account and asks nobody here."""

from portal.conferences.models import Conference, ConferenceState
from portal.core.actor import Actor, Role


def may_organise(actor: Actor) -> bool:
    """Plan events, invite, enter replies and attendance; sees access needs."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_see_list(actor: Actor) -> bool:
    """The working list: county staff. Drafts in it are for planners alone."""
    return actor.is_system or actor.is_staff


def may_see(actor: Actor, conference: Conference) -> bool:
    """The working page of an event."""
    return may_organise(actor) or (actor.is_staff and conference.state is not ConferenceState.DRAFT)


def may_see_people(actor: Actor) -> bool:
    """Names of those invited with address, reply and delivery."""
    return may_organise(actor)


def is_public(conference: Conference) -> bool:
    """Whether everybody may know of the event; a cancelled one stays visible."""
    return conference.is_public and conference.state is not ConferenceState.DRAFT
