"""What all replies share, the invited person's and the deputy's: who may give them, how long, and what is held."""

from flask_babel import gettext as _
from sqlalchemy import bindparam, inspect, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.conferences import permissions
from portal.conferences.models import Conference, ConferenceState, Invitation, ReplyChannel
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.text import clean_text
from portal.core.transaction import in_transaction
from portal.stakeholders.models import Organisation, Person

NOTE_LIMIT = 1000
# Both are asked by everybody who replies. A statement is put together once: that takes longer than it runs.
_EVENT_AND_INVITATION = (
    select(Conference, Invitation)
    .join(Invitation, Invitation.conference_id == Conference.id)
    .options(
        joinedload(Invitation.organisation).load_only(Organisation.name),
        joinedload(Invitation.person).load_only(Person.name, Person.email, Person.channel, Person.user_id),
        joinedload(Invitation.person).joinedload(Person.user).load_only(User.locale),
    )
    .where(Invitation.id == bindparam("invitation_id"))
    .with_for_update(of=(Conference, Invitation))
    .execution_options(populate_existing=True)
)


def begin(invitation: Invitation, *, channel: ReplyChannel, actor: Actor) -> Conference:
    """The event, held together with the invitation while a reply is noted.

    Through the link whoever holds it may answer until the event begins; what came on the telephone or by letter is
    entered by the office until the event ends. Refused for an invitation that was withdrawn and for an event that is
    cancelled or over.
    """
    if channel is not ReplyChannel.LINK:
        require(permissions.may_organise(actor))
    conference = _lock_both(invitation)
    refuse_closed(invitation, channel=channel)
    return conference


def _lock_both(invitation: Invitation) -> Conference:
    """Hold the event, then the invitation, as everybody does, and read what the reply and its mail need.

    Many reply at once and each holds up all others from here to the end: one statement, nothing read again later.
    """
    identity = inspect(invitation).identity
    if identity is None or not in_transaction():
        raise RuntimeError("a reply needs a stored invitation and an open transaction()")
    found = db.session.execute(_EVENT_AND_INVITATION, {"invitation_id": identity[0]}).one_or_none()
    if found is None:
        raise NotFound
    return found[0]


def refuse_closed(invitation: Invitation, *, channel: ReplyChannel = ReplyChannel.LINK) -> None:
    """Say why no reply can be taken any more, if none can."""
    conference = invitation.conference
    if invitation.withdrawn_at is not None:
        raise Refusal(_("Diese Einladung wurde zurückgezogen."))
    if conference.state is ConferenceState.CANCELLED:
        raise Refusal(_("Diese Veranstaltung ist abgesagt."))
    if not permissions.takes_replies(conference):
        raise Refusal(_("Diese Veranstaltung ist vorbei. Eine Rückmeldung ist nicht mehr möglich."))
    if channel is ReplyChannel.LINK and conference.has_begun:
        raise Refusal(_("Diese Veranstaltung hat begonnen. Bitte rufen Sie uns an, wenn sich etwas geändert hat."))


def why_closed(invitation: Invitation) -> object:
    """The words of `refuse_closed` for the page behind a link; None as long as replies are taken."""
    try:
        refuse_closed(invitation)
    except Refusal as refusal:
        return refusal.message
    return None


def checked_note(text: str) -> str:
    """A message to the office, cleaned; refused at its field where it is too long."""
    words = clean_text(text)
    if len(words) > NOTE_LIMIT:
        raise Refusal(_("Bitte kürzen Sie die Nachricht auf 1.000 Zeichen."), field="note")
    return words
