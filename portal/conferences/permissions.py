"""Who plans events and who sees them. Replying through the personal link needs no account and asks nobody here."""

from portal.conferences import states
from portal.conferences.models import Conference, ConferenceState, Invitation
from portal.core.actor import Actor, Role


def may_organise(actor: Actor) -> bool:
    """Plan events, invite, enter replies and attendance; sees access needs."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_change(actor: Actor, conference: Conference) -> bool:
    """Title, date, place and agenda, until it is held or cancelled."""
    return may_organise(actor) and conference.state in states.OPEN


def may_invite(actor: Actor, conference: Conference) -> bool:
    """Put people on the list, send to them, take it back: until the event begins."""
    return may_change(actor, conference) and not conference.has_begun


def may_announce(actor: Actor, conference: Conference) -> bool:
    """Tell those invited what has changed: of a date that stands and is still to come."""
    return may_organise(actor) and conference.state is ConferenceState.PLANNED and not conference.has_begun


def may_enter_replies(actor: Actor, conference: Conference) -> bool:
    """What came by telephone or letter, until the event ends."""
    return may_organise(actor) and takes_replies(conference)


def takes_replies(conference: Conference) -> bool:
    """Whether anybody's reply can still be kept; through the personal link only until the event begins."""
    return conference.state in states.OPEN and not conference.is_over


def is_invited(actor: Actor, invitation: Invitation) -> bool:
    """Whether this is the invited person's own account: message and access needs are that person's alone.

    Colleagues answer for the organisation; they neither see nor change them.
    """
    return actor.user_id is not None and invitation.person.user_id == actor.user_id


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


def may_keep_papers(actor: Actor, conference: Conference) -> bool:
    """Add, open and remove the event's papers, also after it was held: what was shown is handed in later."""
    return may_organise(actor) and conference.state is not ConferenceState.CANCELLED
