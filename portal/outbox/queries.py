"""Reading the outbox: the list, one message, the backlog."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import defer

from portal.core import clock
from portal.core.actor import Actor
from portal.core.choosing import MOST_AT_ONCE
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
from portal.outbox import kinds, permissions
from portal.outbox.models import MessageState, OutboxMessage


@dataclass(frozen=True)
class Backlog:
    """What the outbox still holds: open messages and since when the oldest, those due now, those given up."""

    waiting: int
    oldest: datetime | None
    due: int
    oldest_due: datetime | None
    undeliverable: int


def backlog() -> Backlog:
    """Counts for `/healthz`, the checks and the day's page. One query."""
    open_ = OutboxMessage.state.in_((MessageState.WAITING, MessageState.SENDING))
    due = open_ & (OutboxMessage.next_attempt_at <= clock.now())
    given_up = OutboxMessage.state == MessageState.UNDELIVERABLE
    row = db.session.execute(
        select(
            func.count().filter(open_),
            func.min(OutboxMessage.created_at).filter(open_),
            func.count().filter(due),
            func.min(OutboxMessage.next_attempt_at).filter(due),
            func.count().filter(given_up),
        ).where(open_ | given_up)
    ).one()
    return Backlog(*row)


def recipients(occasion: str) -> frozenset[str]:
    """Addresses that a mail on the occasion was written to, whatever became of it."""
    return frozenset(db.session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.occasion == occasion)))


def messages(
    arguments: Mapping[str, str], *, actor: Actor, path: str, everything: bool = False
) -> Listing[OutboxMessage]:
    """The list, newest first, without bodies; `everything` for the download."""
    require(permissions.may_see_list(actor))
    bodies = (OutboxMessage.text, OutboxMessage.html, OutboxMessage.calendar)
    return listing(
        select(OutboxMessage).options(*(defer(body, raiseload=True) for body in bodies)),
        arguments,
        path=path,
        sorts={
            "zeit": (OutboxMessage.created_at, OutboxMessage.id),
            "an": (OutboxMessage.recipient, OutboxMessage.id),
            "versuche": (OutboxMessage.attempts, OutboxMessage.id),
        },
        default_sort="-zeit",
        search=OutboxMessage.search_key,
        names=OutboxMessage.subject,
        search_label=_("Adresse, Name oder Betreff"),
        filters=(
            Filter(
                "zustand",
                _("Zustand"),
                [("", _("alle")), *MessageState.choices()],
                lambda value: OutboxMessage.state == MessageState(value),
            ),
            Filter("art", _("Art"), [("", _("alle")), *kinds.choices()], lambda value: OutboxMessage.kind == value),
        ),
        page_size=None if everything else PAGE_SIZE,
    )


def several(public_ids: Collection[str], *, actor: Actor) -> Sequence[OutboxMessage]:
    """The messages chosen in the list, newest first, without bodies; unknown ones are left out."""
    require(permissions.may_act(actor))
    bodies = (OutboxMessage.html, OutboxMessage.calendar)
    statement = (
        select(OutboxMessage)
        .options(*(defer(body) for body in bodies))
        .where(OutboxMessage.public_id.in_(list(public_ids)[:MOST_AT_ONCE]))
        .order_by(OutboxMessage.id.desc())
    )
    return db.session.scalars(statement).all()


def message(public_id: str, *, actor: Actor) -> OutboxMessage:
    """One message; `NotFound` if there is none."""
    require(permissions.may_see_list(actor))
    return require_visible(db.session.scalars(select(OutboxMessage).filter_by(public_id=public_id)).one_or_none())


def same_reason(subject: OutboxMessage) -> int:
    """How many undeliverable messages were refused with the same words, this one included."""
    if subject.state is not MessageState.UNDELIVERABLE:
        return 0
    count = select(func.count()).where(
        OutboxMessage.state == MessageState.UNDELIVERABLE, OutboxMessage.last_reply == subject.last_reply
    )
    return int(db.session.scalar(count) or 0)
