"""What invited people answer. Seats are counted under the event's lock: two replies never share the last one."""

import hashlib
from dataclasses import astuple, dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select

from portal.audit import services as audit
from portal.conferences import deputy_mails, permissions, reply_mails
from portal.conferences.models import Conference, Invitation, Reply, ReplyChannel
from portal.conferences.services import access_needs, deputies, replying
from portal.conferences.services.access_needs import AccessWish
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.text import one_line
from portal.outbox.addresses import checked_address
from portal.stakeholders.models import Person

NAME_LIMIT = 200
# Replies that keep a seat. Whoever comes perhaps is asked again and keeps none.
SEATED = (Reply.ACCEPTED, Reply.DEPUTY)
_SEATS_TAKEN = select(func.count()).where(
    Invitation.conference_id == bindparam("conference_id"),
    Invitation.reply.in_(SEATED),
    Invitation.withdrawn_at.is_(None),
    Invitation.id != bindparam("but_id"),
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a reply. `reply` is what is kept now: the waiting list where somebody accepts a full event.

    `before` was given at `before_at`. `is_quiet`: it is kept, but after so many changes no mail confirms it.
    """

    reply: Reply
    before: Reply
    before_at: datetime | None
    is_new: bool
    is_quiet: bool = False


@dataclass(frozen=True)
class _Answer:
    """What can be compared: the same answer sent twice is one answer."""

    reply: Reply
    note: str
    deputy_id: int | None
    deputy_name: str
    deputy_email: str | None


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
    access: AccessWish | None = None,
    sequence: int | None = None,
    confirm: bool = False,
    seen: str | None = None,
    for_organisation: bool = False,
) -> Outcome:
    """Note what the invited person answers. `Reply.NONE` takes an answer back.

    Who may and how long: see `replying.begin`. Accepting a full event puts on the waiting list; a seat that becomes
    free goes to whoever waits longest. `sequence` is the version of the date it was given for, by default the present
    one. `access` holds needs and the consent to keep them; without it nothing about needs changes. With `confirm` the
    invited person and a deputy who is new are told by mail. The same answer once more changes nothing and mails
    nobody. `seen` is the `mark` of the reply the office had before its eyes: `Conflict` if another one came in between
    that says something else than this. `for_organisation`: given in the area of the organisation; from a colleague of
    the invited person it says who comes and nothing else: that person's message and needs stay, whatever is handed in.
    """
    conference = replying.begin(invitation, channel=channel, actor=actor)
    is_colleague = for_organisation and not permissions.is_invited(actor, invitation)
    words = invitation.reply_note if is_colleague else note
    given = _Answer(reply, words, None if deputy is None else deputy.id, deputy_name, deputy_email)
    answer = _checked(invitation, given)
    before, before_at, former = invitation.reply, invitation.replied_at, _answer_of(invitation)
    represented_by = deputies.mailed(invitation)
    kept = _with_seat(conference, invitation, answer)
    is_new = kept != former
    if is_new and seen is not None and seen != mark(invitation):
        raise Conflict(_("Inzwischen ist eine andere Rückmeldung eingegangen. Nichts wurde überschrieben."))
    if is_new:
        _keep(
            invitation,
            kept,
            deputy=deputy if answer.deputy_id is not None else None,
            channel=channel,
            sequence=conference.sequence if sequence is None else sequence,
        )
    needs_changed = False if is_colleague else _keep_needs(invitation, kept.reply, access)
    if not is_new and not needs_changed:
        return Outcome(reply=kept.reply, before=before, before_at=before_at, is_new=False)
    audit.record(
        "conferences.replied",
        subject=invitation,
        actor=actor,
        details={"reply": kept.reply.value, "channel": channel.value},
    )
    is_quiet = False
    with db.session.no_autoflush:  # reply, entry and mail are written together
        if is_new and confirm:
            is_quiet = not reply_mails.confirm(invitation, is_first=before is Reply.NONE)
            deputies.tell(invitation, former=represented_by)
    db.session.flush()
    if is_new and before in SEATED:
        fill_seats(conference)
    return Outcome(reply=invitation.reply, before=before, before_at=before_at, is_new=True, is_quiet=is_quiet)


def start_anew(invitation: Invitation) -> None:
    """Whoever is invited once more is asked once more: the invitation was taken back, and with it what they said.

    A deputy was told that they are not needed; whether they are again is for the invited person to say.
    """
    invitation.reply, invitation.reply_channel, invitation.replied_at = Reply.NONE, None, None
    invitation.reply_note, invitation.reply_sequence = "", None
    deputies.name(invitation, "", None, None)
    access_needs.forget(invitation)


def mark(invitation: Invitation) -> str:
    """What a form carries along to know this reply again: 32 characters that change with every other answer."""
    if invitation.reply is Reply.NONE:
        return ""
    parts = [str(invitation.replied_at), *map(str, astuple(_answer_of(invitation)))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def fill_seats(conference: Conference) -> int:
    """Give free seats to whoever waits longest, and tell them; how many. The event must be locked.

    Belongs after everything that makes room: a reply, more seats, an invitation that is withdrawn.
    """
    waiting = (
        select(Invitation)
        .where(
            Invitation.conference_id == conference.id,
            Invitation.reply == Reply.WAITING_LIST,
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.replied_at, Invitation.id)
        .with_for_update(of=Invitation)
    )
    room = None if conference.seats is None else max(conference.seats - seats_taken(conference), 0)
    moved = list(db.session.scalars(waiting if room is None else waiting.limit(room)))
    for invitation in moved:
        has_deputy = invitation.deputy_id is not None or bool(invitation.deputy_name)
        invitation.reply = Reply.DEPUTY if has_deputy else Reply.ACCEPTED
    db.session.flush()
    for invitation in moved:
        reply_mails.seat_free(invitation)
        if invitation.reply is Reply.DEPUTY and invitation.deputy_email is not None:
            deputy_mails.invite(invitation)
    return len(moved)


def seats_taken(conference: Conference, *, but: Invitation | None = None) -> int:
    """How many invitations keep a seat."""
    values = {"conference_id": conference.id, "but_id": 0 if but is None else but.id}
    return int(db.session.scalar(_SEATS_TAKEN, values) or 0)


def _checked(invitation: Invitation, given: _Answer) -> _Answer:
    words, name = replying.checked_note(given.note), one_line(given.deputy_name)
    if given.reply is not Reply.DEPUTY:
        return _Answer(given.reply, words if given.reply is not Reply.NONE else "", None, "", None)
    if len(name) > NAME_LIMIT:
        raise Refusal(_("Bitte kürzen Sie den Namen auf 200 Zeichen."), field="deputy_name")
    if given.deputy_id is None and not name:
        raise Refusal(_("Bitte geben Sie an, wer Sie vertritt."), field="deputy_name")
    if given.deputy_id == invitation.person_id:
        raise Refusal(_("Niemand ist die eigene Stellvertretung."), field="deputy_name")
    typed = (given.deputy_email or "").strip()
    try:
        address = checked_address(typed) if typed else None
    except Refusal as refusal:
        raise Refusal(refusal.message, field="deputy_email") from refusal
    if address is not None and address == invitation.person.email:
        raise Refusal(_("Das ist Ihre eigene Adresse. Bitte nennen Sie die Ihrer Vertretung."), field="deputy_email")
    return _Answer(given.reply, words, given.deputy_id, name, address)


def _answer_of(invitation: Invitation) -> _Answer:
    return _Answer(
        invitation.reply,
        invitation.reply_note,
        invitation.deputy_id,
        invitation.deputy_name,
        invitation.deputy_email,
    )


def _with_seat(conference: Conference, invitation: Invitation, answer: _Answer) -> _Answer:
    """The answer as it can be kept: with a seat, or on the waiting list."""
    if answer.reply not in SEATED or conference.seats is None or invitation.reply in SEATED:
        return answer
    if seats_taken(conference, but=invitation) < conference.seats:
        return answer
    return _Answer(Reply.WAITING_LIST, answer.note, answer.deputy_id, answer.deputy_name, answer.deputy_email)


def _keep(
    invitation: Invitation, answer: _Answer, *, deputy: Person | None, channel: ReplyChannel, sequence: int
) -> None:
    given = answer.reply is not Reply.NONE
    waits_on = invitation.reply is Reply.WAITING_LIST and answer.reply is Reply.WAITING_LIST
    invitation.reply = answer.reply
    invitation.reply_channel = channel if given else None
    if not waits_on:
        # Whoever waits already keeps the place in the row.
        invitation.replied_at = clock.now() if given else None
    invitation.reply_note = answer.note
    invitation.reply_sequence = sequence if given else None
    deputies.name(invitation, answer.deputy_name, answer.deputy_email, deputy)


def _keep_needs(invitation: Invitation, reply: Reply, access: AccessWish | None) -> bool:
    if reply in (Reply.DECLINED, Reply.NONE):
        return access_needs.forget(invitation)  # a deputy's went with the deputy
    return False if access is None else access_needs.keep(invitation, access)
