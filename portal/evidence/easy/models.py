"""The table of texts in *Leichte Sprache* about planning areas."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.areas.models import Area
from portal.core.database import BigId, PublicRecord, UtcDateTime


class EasyText(PublicRecord):
    """One version of what a county says in *Leichte Sprache* about a planning area. Its words never change.

    The public reads the latest version that was released and not taken back.
    """

    __tablename__ = "easy_text"
    __table_args__ = (
        UniqueConstraint("area_id", "number"),
        CheckConstraint("withdrawn_at IS NULL OR released_at IS NOT NULL", name="withdrawn_was_released"),
        CheckConstraint("released_by IS NULL OR written_by IS NULL OR released_by <> written_by", name="two_people"),
    )

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    # Who read it for being understood: a group of people who need Leichte Sprache, say. Empty: nobody yet.
    checked_by: Mapped[str] = mapped_column(String(200), default="")
    written_by: Mapped[int | None] = mapped_column(BigId)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by: Mapped[int | None] = mapped_column(BigId)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)

    area: Mapped[Area] = relationship()

    @property
    def is_public(self) -> bool:
        return self.released_at is not None and self.withdrawn_at is None

    @property
    def paragraphs(self) -> list[list[str]]:
        """Blocks of lines: in Leichte Sprache every sentence stands in a line of its own."""
        blocks = [[line.strip() for line in block.split("\n") if line.strip()] for block in self.text.split("\n\n")]
        return [block for block in blocks if block]
