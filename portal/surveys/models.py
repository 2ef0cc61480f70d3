"""Tables of surveys. Answers bear random ids and neither time nor order nor address.

A sent questionnaire is a `sealed_answer` (encrypted to the round's public key; the private key lies outside the
database). Opening moves it, in random order, into `survey_response`.
"""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.areas.models import Area
from portal.core.clock import LOCAL_ZONE
from portal.core.database import Base, BigId, JsonType, PublicRecord, UtcDateTime, enum_type
from portal.core.words import Worded
from portal.planning.models import Phase, PlanningPeriod


class RoundState(Worded):
    """Where a round stands."""

    PLANNED = "planned", _l("geplant")
    OPEN = "open", _l("läuft")
    CLOSED = "closed", _l("abgeschlossen")


class Survey(PublicRecord):
    """A survey; what it asks stands in its versions, when it is asked in its rounds."""

    __tablename__ = "survey"

    key: Mapped[str] = mapped_column(String(80), unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)

    versions: Mapped[list["SurveyVersion"]] = relationship(back_populates="survey", order_by="SurveyVersion.number")


class SurveyVersion(PublicRecord):
    """Questions, answers and texts in every language, as one immutable document (see `surveys.definition`)."""

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    number: Mapped[int] = mapped_column(default=1)
    definition: Mapped[dict[str, Any]] = mapped_column(JsonType)
    checksum: Mapped[str] = mapped_column(String(64))

    survey: Mapped[Survey] = relationship(back_populates="versions")


round_area = Table(
    "survey_round_area",
    Base.metadata,
    Column("round_id", BigId, ForeignKey("survey_round.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", BigId, ForeignKey("area.id"), primary_key=True, index=True),
)


def last_day_before(end: datetime) -> date:
    """The last local day with a moment before an (exclusive) end: a round that ends at midnight ends the day before."""
    return (end - timedelta(microseconds=1)).astimezone(LOCAL_ZONE).date()


class SurveyRound(PublicRecord):
    """One asking of a version, open from `opens_at` until `closes_at`. Rounds are never added up."""

    __tablename__ = "survey_round"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="in_order"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_dated"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    # What tells rounds of one survey apart, in words; may be empty.
    name: Mapped[str] = mapped_column(String(120), default="")
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[RoundState] = mapped_column(enum_type(RoundState), default=RoundState.PLANNED, index=True)
    phase: Mapped[Phase] = mapped_column(enum_type(Phase))
    period_id: Mapped[int] = mapped_column(ForeignKey("planning_period.id"), index=True)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Half of a key pair; the other half is a file that is in no backup.
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    is_demo: Mapped[bool] = mapped_column(default=False)

    version: Mapped[SurveyVersion] = relationship()
    period: Mapped[PlanningPeriod] = relationship()
    areas: Mapped[list[Area]] = relationship(secondary=round_area, order_by=Area.sort_key)

    @property
    def last_day(self) -> date:
        """The last day on which answers are to be taken."""
        return last_day_before(self.closes_at)

    @property
    def ended_on(self) -> date:
        """The last day on which answers were taken, or are to be; the worker closes minutes after the end."""
        return last_day_before(min(self.closed_at or self.closes_at, self.closes_at))


def random_id() -> str:
    """128 random bits: neither moment nor order can be read from it."""
    return secrets.token_hex(16)


class SealedAnswer(Base):
    """A sent questionnaire nobody has opened. Without row ids of the database: they would keep the order."""

    __tablename__ = "sealed_answer"
    __table_args__ = (Index(None, "round_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"))
    # Gone when it was opened: the id stays until the round closes, so that nobody's second click counts again.
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class SurveyResponse(Base):
    """An opened questionnaire: the answers by question code, and the municipality if it was named."""

    __tablename__ = "survey_response"
    __table_args__ = (Index(None, "round_id", "municipality_id"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JsonType)
