"""Writing mail into the outbox, trying again, withdrawing."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from portal.audit import services as audit
from portal.config import Config
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db, new_public_id
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import clean_text, one_line, search_key
from portal.core.transaction import lock
from portal.outbox import permissions
from portal.outbox.addresses import checked_address
from portal.outbox.message import calendar_text, checked_headers
from portal.outbox.models import MessageState, OutboxMessage, Priority

_LINE_BREAK = re.compile(r"[\r\n\x00]")
_RACES = 5
_ROW = OutboxMessage.__table__
# Under a name of its own: inside the statement that writes a mail, the table is the row that is written.
_THERE = _ROW.alias("there")
_HIGHEST = select(func.max(_THERE.c.sequence)).where(
    _THERE.c.occasion == bindparam("of_occasion"), _THERE.c.recipient == bindparam("of_recipient")
)
_FIND = select(_ROW.c.id).where(
    _ROW.c.occasion == bindparam("occasion"),
    _ROW.c.recipient == bindparam("recipient"),
    _ROW.c.sequence == bindparam("sequence"),
)


def _writing(insert: Any) -> tuple[Any, Any]:
    """The statement that writes a mail with its number given, and the one that counts: one more than there are.

    Put together once, because that takes longer than they run. Neither hands back a row if the number is taken.
    """
    given = insert(_ROW).on_conflict_do_nothing(index_elements=[_ROW.c.occasion, _ROW.c.recipient, _ROW.c.sequence])
    counted = given.values(sequence=func.coalesce(_HIGHEST.scalar_subquery() + 1, 0))
    return given.returning(_ROW.c.id), counted.returning(_ROW.c.id)


_WRITING = {"sqlite": _writing(sqlite_insert), "postgresql": _writing(postgresql_insert)}


def enqueue(
    *,
    kind: str,
    occasion: str,
    recipient: str,
    recipient_name: str,
    subject: str,
    text: str,
    html: str | None = None,
    calendar: str | None = None,
    calendar_method: str | None = None,
    priority: int = Priority.NORMAL,
    sequence: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    """Write one mail to one person in the caller's transaction; the worker sends it after the commit.

    Hands back the row's id. `occasion` and `sequence` say which mail it is: asked again for the same recipient,
    occasion and sequence, the row that is already there stays as it is and nobody is mailed twice. Without
    `sequence` it is the next mail on that occasion. `calendar` is one iCalendar object whose METHOD, named once, equals
    `calendar_method`. `headers` may hold Reply-To, List-Unsubscribe and the like.

    Refuses addresses no mail could reach and line breaks in recipient, name, subject and headers. An empty
    text or a calendar that contradicts its method is a fault of the caller (`ValueError`).
    """
    if not text.strip():
        raise ValueError("a mail needs a text")
    if (calendar is None) != (calendar_method is None):
        raise ValueError("a calendar part and its method belong together")
    for field, value in (("recipient", recipient), ("recipient_name", recipient_name), ("subject", subject)):
        if _LINE_BREAK.search(value):
            raise Refusal(_("Adresse, Name und Betreff dürfen keinen Zeilenumbruch enthalten."), field=field)
    address = checked_address(recipient)
    name = one_line(recipient_name)[:200]
    title = one_line(subject)[:300]
    public_id = new_public_id()
    values = {
        "public_id": public_id,
        "kind": kind,
        "occasion": occasion,
        "recipient": address,
        "recipient_name": name,
        "search_key": search_key(address, name, title),
        "message_id": f"<{public_id}@{_host()}>",
        "subject": title,
        "text": clean_text(text),
        "html": html,
        "calendar": None if calendar is None else calendar_text(calendar, method=str(calendar_method)),
        "calendar_method": calendar_method,
        "headers": checked_headers(headers or {}),
        "priority": priority,
    }
    given, counted = _WRITING[db.session.get_bind().dialect.name]
    if sequence is not None:
        which = {"occasion": occasion, "recipient": address, "sequence": sequence}
        written = db.session.scalar(given, {**values, **which})
        return int(db.session.execute(_FIND, which).scalar_one() if written is None else written)
    values |= {"of_occasion": occasion, "of_recipient": address}
    for _attempt in range(_RACES):
        written = db.session.scalar(counted, values)
        if written is not None:
            return int(written)
        # Another transaction wrote the same number first: the next try sees it.
    raise RuntimeError(f"no free sequence for {occasion}")


def _host() -> str:
    config: Config = current_app.config["PORTAL"]
    return urlsplit(config.base_url).hostname or "localhost"


def retry(message: OutboxMessage, *, actor: Actor) -> None:
    """Send at the next opportunity, with a full count of attempts.

    Refused where a later mail on the same occasion has reached the person: the older one would contradict it.
    """
    require(permissions.may_act(actor))
    lock(message)
    if not permissions.may_retry(actor, message):
        raise Refusal(_("Diese Nachricht ist schon übergeben, zurückgezogen oder gerade unterwegs."))
    if message.is_erased:
        raise Refusal(_("Der Inhalt dieser Nachricht ist nach Ablauf der Aufbewahrung gelöscht."))
    if _overtaken(message):
        raise Refusal(_("Eine spätere Nachricht zum selben Anlass ist schon übergeben. Diese wäre überholt."))
    _wait_again(message)
    db.session.flush()
    audit.record("outbox.retried", subject=message, actor=actor)


def retry_same_reason(message: OutboxMessage, *, actor: Actor) -> int:
    """Send every undeliverable message again that the server refused with the same words; how many."""
    require(permissions.may_act(actor))
    rows = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.UNDELIVERABLE, OutboxMessage.last_reply == message.last_reply)
        .where(OutboxMessage.text != "")
        .order_by(OutboxMessage.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    waiting = [row for row in rows if not _overtaken(row)]
    for row in waiting:
        _wait_again(row)
    db.session.flush()
    audit.record("outbox.retried_reason", subject=message, actor=actor, details={"count": len(waiting)})
    return len(waiting)


def _overtaken(message: OutboxMessage) -> bool:
    later = select(OutboxMessage.id).where(
        OutboxMessage.occasion == message.occasion,
        OutboxMessage.recipient == message.recipient,
        OutboxMessage.sequence > message.sequence,
        OutboxMessage.state.in_((MessageState.SENT, MessageState.SENDING)),
    )
    return db.session.scalar(later.limit(1)) is not None


def _wait_again(message: OutboxMessage) -> None:
    message.state = MessageState.WAITING
    message.attempts = 0
    message.next_attempt_at = clock.now()


def withdraw(message: OutboxMessage, *, actor: Actor) -> None:
    """Never send this message; later ones on the same occasion go out."""
    require(permissions.may_act(actor))
    lock(message)
    if not permissions.may_withdraw(actor, message):
        raise Refusal(_("Diese Nachricht ist schon übergeben oder gerade unterwegs. Zurückziehen geht nicht mehr."))
    message.state = MessageState.WITHDRAWN
    db.session.flush()
    audit.record("outbox.withdrawn", subject=message, actor=actor)
