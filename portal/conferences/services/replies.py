"""What invited people answer, and who was there."""

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.conferences import permissions
from portal.conferences.models import Attendance, Conference, ConferenceState, Invitation, Reply, ReplyChannel
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import clean_text, one_line
from portal.core.transaction import lock
from portal.outbox.addresses import checked_address
from portal.settings import services as settings
from portal.stakeholders.models import Person

# Data version of everything that is computed from events: who was there, what was on the agenda.
VERSION = "conferences"
_LONGEST_NOTE = 2000


def record_reply(
    invitation: Invitation,
    reply: Reply,
    *,
    channel: ReplyChannel,
    actor: Actor,
    note: str = "",
    deputy: Person | None = None,
    deputy_name: str = "",
    deputy_email: str | None = None,
    sequence: int | None = None,
) -> None:
    """Note what the invited person answers. `Reply.NONE` takes an answer back.

    Through the link (`ReplyChannel.LINK`) whoever holds it may answer; on the telephone and by letter the office
    enters it. `sequence` is the version of the date it was given for, by default the present one. Refused for an
    invitation that was withdrawn and for an event that is cancelled or over.
    """
    if channel is not ReplyChannel.LINK:
        require(permissions.may_organise(actor))
    lock(invitation)
    conference = invitation.conference
    if invitation.withdrawn_at is not None:
        raise Refusal(_("Diese Einladung wurde zurückgezogen."))
    if conference.state is ConferenceState.CANCELLED:
        raise Refusal(_("Diese Veranstaltung ist abgesagt."))
    if conference.state is ConferenceState.HELD or clock.now() >= conference.ends:
        raise Refusal(_("Diese Veranstaltung ist vorbei. Eine Rückmeldung ist nicht mehr möglich."))
    clean_note = clean_text(note)
    if len(clean_note) > _LONGEST_NOTE:
        raise Refusal(_("Bitte kürzen Sie die Nachricht auf %(limit)s Zeichen.", limit=_LONGEST_NOTE), field="note")
    name = one_line(deputy_name)
    if len(name) > 200:
        raise Refusal(_("Bitte kürzen Sie den Namen auf 200 Zeichen."), field="deputy_name")
    if reply is Reply.DEPUTY:
        if deputy is None and not name:
            raise Refusal(_("Bitte geben Sie an, wer Sie vertritt."), field="deputy_name")
        if deputy is not None and deputy.id == invitation.person_id:
            raise Refusal(_("Niemand ist die eigene Stellvertretung."), field="deputy_name")
        try:
            address = checked_address(deputy_email) if deputy_email else None
        except Refusal as refusal:
            raise Refusal(refusal.message, field="deputy_email") from refusal
        invitation.deputy, invitation.deputy_name, invitation.deputy_email = deputy, name, address
    else:
        invitation.deputy, invitation.deputy_name, invitation.deputy_email = None, "", None
    given = reply is not Reply.NONE
    invitation.reply = reply
    invitation.reply_channel = channel if given else None
    invitation.replied_at = clock.now() if given else None
    invitation.reply_note = clean_note
    invitation.reply_sequence = (conference.sequence if sequence is None else sequence) if given else None
    db.session.flush()
    audit.record(
        "conferences.replied",
        subject=invitation,
        actor=actor,
        details={"reply": reply.value, "channel": channel.value},
    )


def record_attendance(invitation: Invitation, attendance: Attendance | None, *, actor: Actor) -> None:
    """Note whether the organisation was there; refused before the event begins and for a cancelled one."""
    require(permissions.may_organise(actor))
    lock(invitation)
    _has_begun(invitation.conference)
    if invitation.attendance is attendance:
        return
    invitation.attendance = attendance
    db.session.flush()
    settings.bump(VERSION)
    audit.record(
        "conferences.attendance_noted",
        subject=invitation,
        actor=actor,
        details={"attendance": None if attendance is None else attendance.value},
    )


def record_walk_ins(conference: Conference, count: int, *, actor: Actor) -> None:
    """Note how many came without an invitation; they are counted, never named."""
    require(permissions.may_organise(actor))
    lock(conference)
    _has_begun(conference)
    if not 0 <= count <= 10_000:
        raise Refusal(_("Bitte geben Sie eine Zahl von 0 bis 10.000 ein."), field="walk_ins")
    conference.walk_ins = count
    db.session.flush()
    audit.record("conferences.walk_ins_counted", subject=conference, actor=actor, details={"count": count})


def _has_begun(conference: Conference) -> None:
    if conference.state in (ConferenceState.CANCELLED, ConferenceState.DRAFT) or clock.now() < conference.begins:
        raise Refusal(_("Anwesenheit lässt sich erst eintragen, wenn die Veranstaltung begonnen hat."))
