"""The outbox table."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.database import JsonType, PublicRecord, UtcDateTime, enum_type
from portal.core.words import Worded


class MessageState(Worded):
    """Where a message stands."""

    WAITING = "waiting", _l("wartet")
    SENDING = "sending", _l("wird übergeben")
    SENT = "sent", _l("übergeben")
    UNDELIVERABLE = "undeliverable", _l("unzustellbar")
    WITHDRAWN = "withdrawn", _l("zurückgezogen")

    @property
    def tone(self) -> str | None:
        """Look of the state's badge."""
        return {"waiting": "info", "sending": "info", "sent": "ok", "undeliverable": "error"}.get(self.value)

    @property
    def icon(self) -> str:
        """Sign beside the state's word."""
        return {"waiting": "clock", "sending": "mail", "sent": "check", "undeliverable": "alert"}.get(
            self.value, "close"
        )


class Priority:
    """Smaller goes first: a sign-in link never waits behind a thousand invitations."""

    IMMEDIATE = 10
    NORMAL = 50
    BULK = 90


class OutboxMessage(PublicRecord):
    """One mail to one person.

    `occasion` names what it belongs to (`conference:17`), `sequence` counts the mails to the same person on
    that occasion; they are sent in that order. `message_id` is fixed when the row is written, so that a mail
    handed over twice (the server accepted it, the worker died before noting it) is recognised as one.
    `attempts` counts the times the server was asked to take this very message and did not.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("occasion", "recipient", "sequence"),
        Index(None, "state", "priority", "next_attempt_at"),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="sending_has_lease"),
        CheckConstraint("(calendar IS NULL) = (calendar_method IS NULL)", name="calendar_has_method"),
    )

    kind: Mapped[str] = mapped_column(String(60), index=True)
    occasion: Mapped[str] = mapped_column(String(80))
    recipient: Mapped[str] = mapped_column(String(254))
    recipient_name: Mapped[str] = mapped_column(String(200), default="")
    search_key: Mapped[str] = mapped_column(String(900), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    calendar_method: Mapped[str | None] = mapped_column(String(20))
    headers: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    priority: Mapped[int] = mapped_column(default=Priority.NORMAL)

    state: Mapped[MessageState] = mapped_column(enum_type(MessageState), default=MessageState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_reply: Mapped[str | None] = mapped_column(Text)

    @property
    def is_erased(self) -> bool:
        """Whether the body is gone (retention, or a secret link that was delivered); none is stored empty."""
        return not self.text
