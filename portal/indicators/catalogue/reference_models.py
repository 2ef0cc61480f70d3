"""The table of reference values of indicators."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.database import BigId, PublicRecord, UtcDateTime, enum_type
from portal.core.words import Worded
from portal.indicators.models import Indicator


class ReferenceKind(Worded):
    """What a value is compared with beside the county."""

    LAND = "land", _l("Wert des Landes")
    LEGAL = "legal", _l("gesetzlicher Standard")
    TARGET = "target", _l("Zielwert")


class ReferenceDirection(Worded):
    """How a reference value is meant."""

    AT_LEAST = "at_least", _l("mindestens")
    AT_MOST = "at_most", _l("höchstens")
    COMPARE = "compare", _l("zum Vergleich")


class IndicatorReference(PublicRecord):
    """A reference value with its source. Never changed: a new row replaces it, and the old one says since when.

    `refers_on` is the day the value stands for, `valid_from` and `valid_to` (its last day; open: none) when it is to
    be compared with. The unit is that of a planning area's value.
    """

    __tablename__ = "indicator_reference"
    __table_args__ = (
        UniqueConstraint("indicator_id", "number"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity_in_order"),
        CheckConstraint("source <> ''", name="has_source"),
    )

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    number: Mapped[int]
    kind: Mapped[ReferenceKind] = mapped_column(enum_type(ReferenceKind))
    direction: Mapped[ReferenceDirection] = mapped_column(enum_type(ReferenceDirection))
    value: Mapped[float]
    refers_on: Mapped[date] = mapped_column(Date)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(500))
    note: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(BigId)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigId)
    ended_why: Mapped[str] = mapped_column(String(500), default="")

    indicator: Mapped[Indicator] = relationship()

    def holds_on(self, day: date) -> bool:
        """Whether a value is to be compared with it on that day."""
        return self.ended_at is None and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
