"""Taking messages in hand, keeping them, putting down what became of them: each a short transaction.

A message belongs to a worker while it is `sending`, bears the worker's name and its lease has not expired.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, Table, and_, bindparam, case, exists, select, update

from portal.core import clock
from portal.core.database import UtcDateTime, db
from portal.core.single_writes import SingleWrite
from portal.core.transaction import do_not_wait_for_disk, transaction
from portal.outbox import kinds
from portal.outbox.message import Mail
from portal.outbox.models import MessageState, OutboxMessage
from portal.outbox.transport import Outcome, Verdict

# 1, 2, 4 … 256 minutes, then every six hours: the last attempt is some two days after the first.
MAX_ATTEMPTS = 16
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)
_JITTER = 0.2
ABANDONED = "Der Versand wurde mehrfach abgebrochen."


@dataclass(frozen=True)
class Claimed:
    """A message in this worker's hands."""

    id: int
    kind: str
    attempts: int
    mail: Mail


def wait_after(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts: exponential, capped, ±20 % at random."""
    wait = min(_FIRST_WAIT * 2.0 ** min(attempts - 1, 20), _LONGEST_WAIT)
    return wait * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads load, keeps no secret


def anything_due() -> bool:
    """Whether there is something to claim. A plain read: an idle worker never blocks a writer."""
    return bool(db.session.scalar(_ANYTHING_DUE, {"moment": clock.now()}))


def claim(*, owner: str, sender: str, lease: timedelta, limit: int) -> list[Claimed]:
    """Take up to `limit` messages that are due, most urgent first.

    Of the messages to one person on one occasion only the first that is not settled is ever due: a later one
    stays while an earlier one waits or is being sent. Two workers never get the same message.
    """
    with transaction():
        # What is noted of a message later stands behind this in the database's journal: neither outlives the other.
        do_not_wait_for_disk()
        now = clock.now()
        db.session.execute(_TAKE_BACK, {"moment": now})
        rows = db.session.execute(_DUE, {"moment": now, "limit": limit}).all()
        if rows:
            holding = {"ids": [row.id for row in rows], "until": now + lease, "owner": owner}
            db.session.execute(_TAKE, holding)
    return [_claimed(row, sender=sender) for row in rows]


def _claimed(row: Any, *, sender: str) -> Claimed:
    mail = Mail(
        message_id=row.message_id,
        sender=sender,
        recipient=row.recipient,
        recipient_name=row.recipient_name,
        subject=row.subject,
        text=row.text,
        html=row.html,
        calendar=row.calendar,
        calendar_method=row.calendar_method,
        headers=row.headers,
        composed_at=row.created_at,
    )
    return Claimed(id=row.id, kind=row.kind, attempts=row.attempts, mail=mail)


def renew(ids: Sequence[int], *, owner: str, lease: timedelta) -> set[int]:
    """Keep the messages longer; hands back those that still are this worker's."""
    with transaction():
        kept = db.session.scalars(
            update(_MESSAGE)
            .where(_MESSAGE.c.id.in_(ids), _held_by(owner))
            .values(lease_until=clock.now() + lease)
            .returning(_MESSAGE.c.id)
        ).all()
    return set(kept)


def release(ids: Sequence[int], *, owner: str, reply: str | None = None) -> None:
    """Put messages back unsent and uncounted; `reply` says why, where there is a reason."""
    if not ids:
        return
    values: dict[str, Any] = {"state": MessageState.WAITING, "lease_until": None, "lease_owner": None}
    if reply is not None:
        values["last_reply"] = reply
    with transaction():
        db.session.execute(update(_MESSAGE).where(_MESSAGE.c.id.in_(ids), _held_by(owner)).values(values))


def record(message: Claimed, outcome: Outcome, *, owner: str, write: SingleWrite) -> Callable[[], bool]:
    """Put down what became of the message. What comes back waits for it: False if it was no longer this worker's."""
    now = clock.now()
    attempts = message.attempts + 1
    values: dict[str, Any] = {
        "held": message.id,
        "holder": owner,
        "state": MessageState.WAITING,
        "sent_at": None,
        "next_attempt_at": now,
        "last_reply": outcome.reply,
        "attempts": attempts,
    }
    if outcome.verdict is Verdict.ACCEPTED:
        values |= {"state": MessageState.SENT, "sent_at": now}
    elif outcome.verdict is Verdict.NEVER or attempts >= MAX_ATTEMPTS:
        values |= {"state": MessageState.UNDELIVERABLE}
    else:
        values |= {"next_attempt_at": now + wait_after(attempts)}
    secret = outcome.verdict is Verdict.ACCEPTED and kinds.find(message.kind).secret
    end = write(_RECORD_AND_ERASE if secret else _RECORD, values)
    return lambda: end() == 1


def _held_by(owner: str) -> ColumnElement[bool]:
    return and_(_MESSAGE.c.state == MessageState.SENDING, _MESSAGE.c.lease_owner == owner)


# Statements that run for every message are built once: building them anew costs more than running them.
_MESSAGE = cast(Table, OutboxMessage.__table__)
_MOMENT = bindparam("moment", type_=UtcDateTime)
_WAITS = and_(_MESSAGE.c.state == MessageState.WAITING, _MESSAGE.c.next_attempt_at <= _MOMENT)
# Messages whose worker died.
_LAPSED = and_(_MESSAGE.c.state == MessageState.SENDING, _MESSAGE.c.lease_until < _MOMENT)
_ANYTHING_DUE = select(exists().where(_WAITS) | exists().where(_LAPSED))

_NEEDED = (
    "id", "kind", "attempts", "message_id", "recipient", "recipient_name", "subject", "text", "html", "calendar",
    "calendar_method", "headers", "created_at",
)  # fmt: skip
_EARLIER = _MESSAGE.alias()
_HELD_UP = exists().where(
    _EARLIER.c.occasion == _MESSAGE.c.occasion,
    _EARLIER.c.recipient == _MESSAGE.c.recipient,
    _EARLIER.c.sequence < _MESSAGE.c.sequence,
    _EARLIER.c.state.in_((MessageState.WAITING, MessageState.SENDING)),
)
_DUE = (
    select(*(_MESSAGE.c[name] for name in _NEEDED))
    .where(_WAITS, ~_HELD_UP)
    .order_by(_MESSAGE.c.priority, _MESSAGE.c.next_attempt_at, _MESSAGE.c.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True, of=_MESSAGE)
)

_TAKE = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=MessageState.SENDING,
        lease_until=bindparam("until", type_=UtcDateTime),
        lease_owner=bindparam("owner"),
    )
)

# Waiting again counts as an attempt here, so that a message that kills its worker comes to an end.
_GIVEN_UP = _MESSAGE.c.attempts + 1 >= MAX_ATTEMPTS
_TAKE_BACK = (
    update(_MESSAGE)
    .where(_LAPSED)
    .values(
        state=case((_GIVEN_UP, MessageState.UNDELIVERABLE), else_=MessageState.WAITING),
        attempts=_MESSAGE.c.attempts + 1,
        last_reply=case((_GIVEN_UP, ABANDONED), else_=_MESSAGE.c.last_reply),
        lease_until=None,
        lease_owner=None,
    )
)

_RECORD = (
    update(_MESSAGE)
    .where(
        _MESSAGE.c.id == bindparam("held"),
        _MESSAGE.c.state == MessageState.SENDING,
        _MESSAGE.c.lease_owner == bindparam("holder"),
    )
    .values(
        lease_until=None,
        lease_owner=None,
        **{
            name: bindparam(name, type_=_MESSAGE.c[name].type)
            for name in ("state", "sent_at", "next_attempt_at", "last_reply", "attempts")
        },
    )
)
_RECORD_AND_ERASE = _RECORD.values(text="", html=None, calendar=None, calendar_method=None)
