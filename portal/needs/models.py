"""Tables of needs statements: what was put forward, by whom, with which numbers, and what became of it."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.areas.models import Area
from portal.core import clock
from portal.core.database import PUBLIC_ID_LENGTH, Base, BigId, JsonType, PublicRecord, Record, UtcDateTime, enum_type
from portal.core.text import search_key, sort_key
from portal.core.words import Worded
from portal.indicators.models import Indicator
from portal.minutes.models import MinutesEntry
from portal.planning.models import PlanningPeriod, Topic
from portal.stakeholders.models import Organisation, Person


class StatementKind(Worded):
    """A need, or a resource that could help."""

    NEED = "need", _l("Bedarf")
    RESOURCE = "resource", _l("Ressource")

    @property
    def icon(self) -> str:
        """Sign beside the word."""
        return self.value


class Intake(Worded):
    """How the statement reached the county."""

    PORTAL = "portal", _l("im Portal")
    TELEPHONE = "telephone", _l("am Telefon")
    LETTER = "letter", _l("per Brief")
    MINUTES = "minutes", _l("aus einem Protokoll")


class StatementState(Worded):
    """Where a statement stands."""

    DRAFT = "draft", _l("Entwurf")
    SUBMITTED = "submitted", _l("eingereicht")
    QUERY = "query", _l("Rückfrage")
    IN_REVIEW = "in_review", _l("in Prüfung")
    ADOPTED = "adopted", _l("als Empfehlung übernommen")
    NOT_ADOPTED = "not_adopted", _l("nicht übernommen")
    MERGED = "merged", _l("zusammengeführt")
    IN_MEASURE = "in_measure", _l("in einer Maßnahme")
    IMPLEMENTED = "implemented", _l("umgesetzt")
    EFFECT_REVIEWED = "effect_reviewed", _l("Wirkung geprüft")

    @property
    def tone(self) -> str | None:
        """Look of the state's badge."""
        return {
            "draft": "draft", "submitted": "info", "query": "warn", "in_review": "info", "adopted": "ok",
            "in_measure": "ok", "implemented": "ok", "effect_reviewed": "ok",
        }.get(self.value)  # fmt: skip

    @property
    def icon(self) -> str:
        """Sign beside the state's word."""
        return {
            "draft": "edit", "submitted": "send", "query": "question", "in_review": "eye", "adopted": "check",
            "not_adopted": "minus", "merged": "link", "in_measure": "task", "implemented": "check",
            "effect_reviewed": "chart",
        }[self.value]  # fmt: skip


statement_area = Table(
    "statement_area",
    Base.metadata,
    Column("statement_id", BigId, ForeignKey("needs_statement.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", BigId, ForeignKey("area.id"), primary_key=True, index=True),
)
statement_topic = Table(
    "statement_topic",
    Base.metadata,
    Column("statement_id", BigId, ForeignKey("needs_statement.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", BigId, ForeignKey("topic.id"), primary_key=True, index=True),
)
statement_indicator = Table(
    "statement_indicator",
    Base.metadata,
    Column("statement_id", BigId, ForeignKey("needs_statement.id", ondelete="CASCADE"), primary_key=True),
    Column("indicator_id", BigId, ForeignKey("indicator.id"), primary_key=True, index=True),
)


class NeedsStatement(PublicRecord):
    """A need or resource put forward by an organisation.

    `tracking_code` opens *Was daraus wurde* without an account. `origin_entry_id` is the minutes entry it came from,
    `origin_stem` the same across corrections of the minutes: an organisation makes at most one statement of it.
    `form_key` is the random mark of the form that made it, so that sending twice makes one. `entered_by` is the
    account of the office that wrote it for the organisation.
    """

    __tablename__ = "needs_statement"
    __table_args__ = (
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_another"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted_dated"),
        CheckConstraint("(origin_entry_id IS NULL) = (origin_stem IS NULL)", name="origin_has_stem"),
        UniqueConstraint("organisation_id", "origin_stem"),
        Index(None, "organisation_id", "state"),
    )

    kind: Mapped[StatementKind] = mapped_column(enum_type(StatementKind))
    intake: Mapped[Intake] = mapped_column(enum_type(Intake), default=Intake.PORTAL)
    title: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(220), default="", index=True)
    search_key: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    target_groups: Mapped[list[str]] = mapped_column(JsonType, default=list)
    state: Mapped[StatementState] = mapped_column(enum_type(StatementState), default=StatementState.DRAFT, index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    tracking_code: Mapped[str] = mapped_column(String(40), unique=True)
    form_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("planning_period.id"), index=True)
    entered_by: Mapped[int | None] = mapped_column(BigId)
    origin_entry_id: Mapped[int | None] = mapped_column(ForeignKey("minutes_entry.id"), index=True)
    origin_stem: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("needs_statement.id"), index=True)
    measure_note: Mapped[str] = mapped_column(Text, default="")
    effect_note: Mapped[str] = mapped_column(Text, default="")
    is_public: Mapped[bool] = mapped_column(default=False)
    edition: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship()
    period: Mapped[PlanningPeriod] = relationship()
    origin_entry: Mapped[MinutesEntry | None] = relationship()
    merged_into: Mapped["NeedsStatement | None"] = relationship(remote_side="NeedsStatement.id")
    areas: Mapped[list[Area]] = relationship(secondary=statement_area, order_by=Area.sort_key)
    topics: Mapped[list[Topic]] = relationship(secondary=statement_topic, order_by=Topic.position)
    indicators: Mapped[list[Indicator]] = relationship(secondary=statement_indicator, order_by=Indicator.sort_key)
    numbers: Mapped[list["StatementNumber"]] = relationship(
        back_populates="statement", order_by="StatementNumber.position", cascade="all, delete-orphan"
    )
    supports: Mapped[list["StatementSupport"]] = relationship(
        back_populates="statement", order_by="StatementSupport.id", cascade="all, delete-orphan"
    )
    steps: Mapped[list["StatementStep"]] = relationship(order_by="StatementStep.id", cascade="all, delete-orphan")
    answers: Mapped[list["StatementAnswer"]] = relationship(order_by="StatementAnswer.id", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": edition}

    @validates("title")
    def _keep_keys(self, _key: str, title: str) -> str:
        self.sort_key = sort_key(title)[:220]
        self.search_key = search_key(title)[:500]
        return title

    @property
    def answer(self) -> "StatementAnswer | None":
        """The latest official answer."""
        return self.answers[-1] if self.answers else None


class StatementNumber(Record):
    """A number the sender gives, with its source; or one that the portal holds itself (`is_official`).

    Of an official one indicator, area, value and period are the portal's; the sender cannot change them.
    """

    __tablename__ = "statement_number"
    __table_args__ = (
        CheckConstraint(
            "is_official = (indicator_id IS NOT NULL AND area_id IS NOT NULL AND value_text <> '')",
            name="official_names_its_figure",
        ),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("needs_statement.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(String(500))
    is_official: Mapped[bool] = mapped_column(default=False)
    value_text: Mapped[str] = mapped_column(String(120), default="")
    period: Mapped[str] = mapped_column(String(40), default="")
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)

    statement: Mapped[NeedsStatement] = relationship(back_populates="numbers")
    indicator: Mapped[Indicator | None] = relationship()
    area: Mapped[Area | None] = relationship()


class StatementSupport(Record):
    """Another organisation says "we too", and why. `person_id` is who said so, to be told what became of it."""

    __tablename__ = "statement_support"
    __table_args__ = (UniqueConstraint("statement_id", "organisation_id"),)

    statement_id: Mapped[int] = mapped_column(ForeignKey("needs_statement.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person | None] = relationship()
    statement: Mapped[NeedsStatement] = relationship(back_populates="supports")
    organisation: Mapped[Organisation] = relationship()


class StatementStep(Record):
    """One change of state: who, when, why. Never changed itself."""

    __tablename__ = "statement_step"

    statement_id: Mapped[int] = mapped_column(ForeignKey("needs_statement.id", ondelete="CASCADE"), index=True)
    old_state: Mapped[StatementState | None] = mapped_column(enum_type(StatementState, name="old_statement_state"))
    new_state: Mapped[StatementState] = mapped_column(enum_type(StatementState))
    note: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(BigId)


class StatementAnswer(Record):
    """The official answer (fachliche Rückmeldung); a later one follows it, none is changed."""

    __tablename__ = "statement_answer"

    statement_id: Mapped[int] = mapped_column(ForeignKey("needs_statement.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person | None] = relationship()
