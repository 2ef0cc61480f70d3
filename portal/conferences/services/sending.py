"""Invitations, changes and cancellations on their way: asked for in the request, written by a job in small steps.

Every mail of an invitation has the occasion `invitation:<public id>` and the calendar's sequence: however often a
step is repeated, the outbox holds it once.
"""

from collections.abc import Collection, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.audit import services as audit
from portal.conferences import announced, deputy_mails, mails, permissions
from portal.conferences.models import Conference, ConferenceChange, ConferenceState, Invitation, Reply
from portal.conferences.occasions import JOB
from portal.conferences.services import events
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.languages import DEFAULT
from portal.core.permissions import require
from portal.core.text import clean_text
from portal.core.transaction import lock
from portal.jobs import services as jobs
from portal.jobs.models import Job
from portal.outbox.models import OutboxMessage
from portal.stakeholders.models import Channel, Organisation, Person

_LONGEST_REASON = 1000
_AT_ONCE = 500


def hindrance(conference: Conference) -> str | None:
    """What has to be done before invitations can be sent, in words; None: nothing."""
    if not announced.where(conference):
        return _("Bitte tragen Sie zuerst den Ort ein. Ohne Ort kann niemand zusagen.")
    if announced.must_be_told(conference):
        return _("Termin, Ort oder Titel haben sich geändert. Bitte geben Sie das zuerst den Eingeladenen bekannt.")
    return None


def ask(conference: Conference, *, actor: Actor, at_once: bool = False) -> Job | None:
    """Send the invitations that have not been sent. Returns at once; a job does it (`at_once`: here and now).

    Refused without invitations to send, without a place, and while those invited before do not know of a change.
    Fixes the date of a draft.
    """
    require(permissions.may_organise(actor))
    lock(conference)
    if conference.state is ConferenceState.DRAFT:
        events.fix_date(conference, actor=actor)
    if not permissions.may_invite(actor, conference):
        raise Refusal(_("Zu dieser Veranstaltung wird nicht mehr eingeladen."))
    if (words := hindrance(conference)) is not None:
        raise Refusal(words)
    last = db.session.scalar(
        select(func.max(Invitation.id)).where(
            Invitation.conference_id == conference.id,
            Invitation.withdrawn_at.is_(None),
            Invitation.sent_sequence.is_(None),
        )
    )
    if last is None:
        raise Refusal(_("Es gibt keine Einladung, die noch nicht verschickt ist."))
    if conference.told is None:
        conference.told = announced.present(conference).stored()
    db.session.flush()
    audit.record("conferences.sending_asked", subject=conference, actor=actor)
    return _go(conference, through=last, actor=actor, at_once=at_once)


def _nobody_told(conference: Conference) -> bool:
    return (
        db.session.scalar(
            select(Invitation.id)
            .where(Invitation.conference_id == conference.id, Invitation.sent_sequence.is_not(None))
            .limit(1)
        )
        is None
    )


def announce(conference: Conference, *, actor: Actor, reason: str = "", at_once: bool = False) -> Job | None:
    """Tell everybody invited what has changed: the calendar entry is replaced.

    Refused if nothing has, and once the event has begun: nobody can come differently any more.
    """
    require(permissions.may_organise(actor))
    lock(conference)
    with force_locale(DEFAULT):  # kept as words; the planner's language is not the readers'
        changes = announced.unannounced(conference)
    if not changes or not permissions.may_announce(actor, conference):
        raise Refusal(_("Es gibt keine Änderung, die noch nicht bekannt gegeben ist."))
    words = _reason(reason)
    conference.sequence += 1
    conference.told_sequence = conference.sequence
    conference.told = announced.present(conference).stored()
    db.session.add(
        ConferenceChange(
            conference_id=conference.id,
            old_state=conference.state,
            new_state=conference.state,
            sequence=conference.sequence,
            reason=words,
            changes=announced.stored(changes),
            user_id=actor.user_id,
        )
    )
    db.session.flush()
    audit.record("conferences.told", subject=conference, actor=actor, details={"sequence": conference.sequence})
    return _go(conference, through=None, actor=actor, at_once=at_once)


def cancel(conference: Conference, *, reason: str, actor: Actor, at_once: bool = False) -> Job | None:
    """The event does not take place; everybody who was invited is told why. The job, if there is somebody to tell."""
    require(permissions.may_organise(actor))
    lock(conference)
    words = _reason(reason)
    if not words:
        raise Refusal(_("Bitte geben Sie einen Grund an. Er steht in der Absage."), field="reason")
    conference.cancelled_reason = words
    someone = not _nobody_told(conference)
    if someone:
        conference.sequence += 1
        conference.told_sequence = conference.sequence
    events.move(conference, ConferenceState.CANCELLED, actor=actor, reason=words)
    return _go(conference, through=None, actor=actor, at_once=at_once) if someone else None


def _go(conference: Conference, *, through: int | None, actor: Actor, at_once: bool) -> Job | None:
    if at_once:
        while hand_over(conference, through=through, limit=_AT_ONCE, actor=actor) == _AT_ONCE:
            pass
        return None
    key = f"{JOB}:{conference.id}:{conference.sequence}:{through or 'all'}"
    payload = {"conference": conference.id, "through": through}
    return jobs.enqueue(JOB, payload, actor=actor, unique_key=key)


def _reason(text: str) -> str:
    words = clean_text(text)
    if len(words) > _LONGEST_REASON:
        raise Refusal(_("Bitte kürzen Sie den Grund auf %(limit)s Zeichen.", limit=_LONGEST_REASON), field="reason")
    return words


def is_due(conference: Conference, *, through: int | None) -> ColumnElement[bool]:
    """Condition: the invitation needs a mail or a letter now. `through` is the last invitation of this sending."""
    behind = and_(
        Invitation.sent_sequence.is_not(None),
        Invitation.sent_sequence < conference.told_sequence,
    )
    if through is None or conference.state is ConferenceState.CANCELLED:
        needed: ColumnElement[bool] = behind
    else:
        needed = or_(behind, and_(Invitation.sent_sequence.is_(None), Invitation.id <= through))
    return and_(Invitation.conference_id == conference.id, Invitation.withdrawn_at.is_(None), needed)


def count_due(conference: Conference, *, through: int | None) -> int:
    return int(db.session.scalar(select(func.count(Invitation.id)).where(is_due(conference, through=through))) or 0)


def hand_over(conference: Conference, *, through: int | None, limit: int, actor: Actor) -> int:
    """Write the next mails into the outbox, in the caller's transaction; how many invitations were dealt with.

    Runs again after a crash without writing anything twice: an invitation is marked in the transaction that
    writes its mail. Two jobs for one event wait for each other.
    """
    require(permissions.may_organise(actor))
    lock(conference)
    rows = db.session.scalars(
        select(Invitation)
        .options(
            joinedload(Invitation.person, innerjoin=True).joinedload(Person.user),
            joinedload(Invitation.organisation, innerjoin=True),
            joinedload(Invitation.deputy),
        )
        .where(is_due(conference, through=through))
        .order_by(Invitation.id)
        .limit(limit)
    ).all()
    if rows:
        _send(rows, conference, _change(conference))
        db.session.flush()
    return len(rows)


def _send(rows: Sequence[Invitation], conference: Conference, change: ConferenceChange | None) -> None:
    writer = mails.Writer(conference, change=change, moved=last_move(conference))
    is_cancelled = conference.state is ConferenceState.CANCELLED
    unaware = never_posted(rows) if is_cancelled else set()
    for row in rows:
        if row.id in unaware:  # nothing to take back
            row.sent_sequence, row.sent_at, row.sent_as_letter = None, None, False
            continue
        is_new = row.sent_sequence is None
        row.sent_sequence = conference.sequence
        row.sent_at = clock.now()
        row.sent_as_letter = by_letter(row.person)
        if is_cancelled:
            deputy_mails.tell_cancellation(row)
        elif not is_new:
            deputy_mails.tell_change(row, change)
        if row.sent_as_letter:
            continue
        if is_cancelled:
            writer.cancellation(row)
        elif is_new:
            writer.invitation(row)
        else:
            writer.change(row)


def never_posted(rows: Collection[Invitation]) -> set[int]:
    """Ids of those whose letter was never noted as posted and who know of the event in no other way; one query.

    Who has answered knows of it, and so does who got a mail before they wanted letters.
    """
    waiting = {
        mails.occasion(row): row.id
        for row in rows
        if row.sent_as_letter and row.printed_sequence is None and row.reply is Reply.NONE
    }
    if not waiting:
        return set()
    mailed = select(OutboxMessage.occasion).where(OutboxMessage.occasion.in_(waiting)).distinct()
    return set(waiting.values()) - {waiting[one] for one in db.session.scalars(mailed)}


def by_letter(person: Person) -> bool:
    """Whether the person gets paper: wants it so, or has no address for mail."""
    return person.channel is Channel.LETTER or not person.email


def take_back(invitation: Invitation, *, sequence: int) -> None:
    """Tell one person that they are no longer invited; their calendar entry goes.

    All invitations to an event share its UID, so whoever stays invited for another organisation keeps the entry, which
    leads to that invitation from then on.
    After a cancellation only a higher number brings it back (RFC 5546, 2.1.5): the event's goes on.
    """
    conference = invitation.conference
    invitation.sent_sequence = sequence
    deputy_mails.tell_withdrawal(invitation)
    if invitation.sent_as_letter:
        return
    others = still_invited(invitation)
    mails.Writer(conference, moved=last_move(conference)).withdrawal(invitation, others=others)
    if not others:
        conference.sequence = sequence + 1


def still_invited(invitation: Invitation) -> Sequence[Invitation]:
    """Other invitations to the event that the same person or mail address had and that stand, by organisation."""
    same = Invitation.person_id == invitation.person_id
    if invitation.person.email:
        same = or_(same, Person.email == invitation.person.email)
    return db.session.scalars(
        select(Invitation)
        .join(Person, Person.id == Invitation.person_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .options(
            joinedload(Invitation.person, innerjoin=True),
            joinedload(Invitation.organisation, innerjoin=True),
        )
        .where(
            Invitation.conference_id == invitation.conference_id,
            Invitation.id != invitation.id,
            Invitation.withdrawn_at.is_(None),
            Invitation.sent_sequence.is_not(None),
            same,
        )
        .order_by(Organisation.sort_key, Invitation.id)
    ).all()


def record_sent(conference: Conference, *, actor: Actor) -> int:
    """Note invitations that were sent before the portal kept them: nothing is mailed. How many.

    For taking over the past and for the demonstration's story.
    """
    require(permissions.may_organise(actor))
    lock(conference)
    rows = db.session.scalars(
        select(Invitation)
        .options(joinedload(Invitation.person, innerjoin=True))
        .where(
            Invitation.conference_id == conference.id,
            Invitation.withdrawn_at.is_(None),
            Invitation.sent_sequence.is_(None),
        )
        .order_by(Invitation.id)
    ).all()
    conference.told = announced.present(conference).stored()
    for row in rows:
        row.sent_sequence, row.sent_at = conference.sequence, clock.now()
        row.sent_as_letter = by_letter(row.person)
        if row.sent_as_letter:
            row.printed_sequence = conference.sequence
    db.session.flush()
    return len(rows)


def last_move(conference: Conference) -> int:
    """The calendar's number with which a change of day or time was told last; 0 if none was."""
    steps = db.session.execute(
        select(ConferenceChange.sequence, ConferenceChange.changes).where(
            ConferenceChange.conference_id == conference.id
        )
    )
    return max((step.sequence for step in steps if announced.is_move(step.changes)), default=0)


def told_steps(conference: Conference) -> Sequence[ConferenceChange]:
    """The steps of an event in their order, with what people were told has changed."""
    return db.session.scalars(
        select(ConferenceChange)
        .where(ConferenceChange.conference_id == conference.id)
        .order_by(ConferenceChange.sequence, ConferenceChange.id)
    ).all()


def _change(conference: Conference) -> ConferenceChange | None:
    """The step that is told now."""
    return db.session.scalars(
        select(ConferenceChange)
        .where(ConferenceChange.conference_id == conference.id, ConferenceChange.sequence == conference.told_sequence)
        .order_by(ConferenceChange.id.desc())
        .limit(1)
    ).one_or_none()
