"""What of coming events waits for the planner, counted in one query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import selectinload

from portal.conferences import states
from portal.conferences.models import Conference, ConferenceState, Invitation, Reply
from portal.conferences.occasions import OCCASION
from portal.core import clock
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.outbox.models import MessageState, OutboxMessage
from portal.stakeholders.models import Organisation

# From this long before the event the planner is reminded of people who did not answer.
REMINDED = timedelta(days=14)
_MOST_OFFERED = 30


@dataclass(frozen=True)
class Standing:
    """A planned event and what is counted of its invitations."""

    conference: Conference
    invited: int
    unsent: int
    silent: int
    to_print: int
    undeliverable: int

    @property
    def asks_soon(self) -> bool:
        """Whether the day to answer by is over or the event is near."""
        today = clock.today()
        by = self.conference.reply_by
        return (by is not None and by < today) or self.conference.starts_at.date() - today <= REMINDED


def standings(*, limit: int) -> list[Standing]:
    """Planned events with something to do, the next first."""
    now = clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None)
    alive = Invitation.withdrawn_at.is_(None)
    unsent = func.count(Invitation.id).filter(alive, Invitation.sent_sequence.is_(None))
    invited = func.count(Invitation.id).filter(alive)
    silent = func.count(Invitation.id).filter(
        alive, Invitation.sent_sequence.is_not(None), Invitation.reply == Reply.NONE
    )
    to_print = func.count(Invitation.id).filter(
        alive,
        Invitation.sent_as_letter,
        or_(Invitation.printed_sequence.is_(None), Invitation.printed_sequence < Invitation.sent_sequence),
    )
    undeliverable = func.count(OutboxMessage.id).filter(alive, OutboxMessage.state == MessageState.UNDELIVERABLE)
    counted = (
        select(
            Conference.id,
            invited.label("invited"),
            unsent.label("unsent"),
            silent.label("silent"),
            to_print.label("to_print"),
            undeliverable.label("undeliverable"),
        )
        .outerjoin(Invitation, Invitation.conference_id == Conference.id)
        .outerjoin(
            OutboxMessage,
            and_(
                OutboxMessage.occasion == literal(OCCASION) + Invitation.public_id,
                OutboxMessage.sequence == Invitation.sent_sequence,
            ),
        )
        .where(Conference.state == ConferenceState.PLANNED)
        .group_by(Conference.id)
        .subquery()
    )
    statement = (
        select(Conference, counted)
        .join(counted, counted.c.id == Conference.id)
        .where(
            or_(
                Conference.ends_at <= now,
                counted.c.invited == 0,
                counted.c.unsent > 0,
                counted.c.silent > 0,
                counted.c.to_print > 0,
                counted.c.undeliverable > 0,
            )
        )
        .order_by(Conference.starts_at, Conference.id)
        .limit(limit)
    )
    return [
        Standing(row[0], row.invited, row.unsent, row.silent, row.to_print, row.undeliverable)
        for row in db.session.execute(statement)
    ]


def upcoming(*, limit: int) -> Sequence[Conference]:
    """Planned events from now on, public or not, the next first."""
    now = clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None)
    statement = select(Conference).where(Conference.state == ConferenceState.PLANNED, Conference.ends_at >= now)
    return db.session.scalars(statement.order_by(Conference.starts_at, Conference.id).limit(limit)).all()


def open_to_invite() -> Sequence[Conference]:
    """Events that people can still be invited to, drafts among them, the next first; with their areas."""
    now = clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None)
    statement = (
        select(Conference)
        .options(selectinload(Conference.areas))
        .where(Conference.state.in_(states.OPEN), Conference.starts_at > now)
        .order_by(Conference.starts_at, Conference.id)
        .limit(_MOST_OFFERED)
    )
    return db.session.scalars(statement).all()


@dataclass(frozen=True)
class OpenInvitation:
    """A coming event an organisation is on the list of; `is_sent`: somebody of it has the invitation."""

    organisation: str
    conference_id: str
    title: str
    begins: datetime
    is_sent: bool


def open_invitations(organisation_ids: Collection[int]) -> list[OpenInvitation]:
    """Coming events these organisations are on the list of, by organisation and date; one query."""
    now = clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None)
    rows = db.session.execute(
        select(
            Organisation.name,
            Conference.public_id,
            Conference.title,
            Conference.starts_at,
            func.max(Invitation.sent_sequence).label("sent"),
        )
        .join(Invitation, Invitation.organisation_id == Organisation.id)
        .join(Conference, Conference.id == Invitation.conference_id)
        .where(
            Organisation.id.in_(organisation_ids),
            Invitation.withdrawn_at.is_(None),
            Conference.state.in_(states.OPEN),
            Conference.starts_at > now,
        )
        .group_by(Organisation.id, Organisation.name, Organisation.sort_key, Conference.id)
        .order_by(Organisation.sort_key, Organisation.id, Conference.starts_at, Conference.id)
    )
    return [OpenInvitation(row.name, row.public_id, row.title, row.starts_at, row.sent is not None) for row in rows]
