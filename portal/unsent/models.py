"""The table of unsent forms."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import PUBLIC_ID_LENGTH, BigId, JsonType, PublicRecord, UtcDateTime


class UnsentForm(PublicRecord):
    """The fields of one form as one person left it. `subject` says which form of what (`kind:key`).

    `fields` are pairs of name and value; NULL: it was sent or thrown away, and what comes after that is too late.
    `page` is the page that wrote last, `turn` how often that page had been typed in, `edition` counts the writes.
    """

    __tablename__ = "unsent_form"
    __table_args__ = (Index(None, "user_id", "subject"),)

    user_id: Mapped[int] = mapped_column(BigId)
    subject: Mapped[str] = mapped_column(String(120))
    fields: Mapped[list[Any] | None] = mapped_column(JsonType)
    page: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH))
    turn: Mapped[int] = mapped_column(default=0)
    edition: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
