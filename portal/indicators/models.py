"""Tables of the social monitoring."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.accounts.models import Department
from portal.areas.models import Attribution
from portal.core import clock
from portal.core.database import (
    PUBLIC_ID_LENGTH,
    Base,
    BigId,
    JsonType,
    PublicRecord,
    Record,
    UtcDateTime,
    enum_type,
)
from portal.core.text import search_key, sort_key
from portal.core.words import Worded
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.natures import Nature
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import WITHOUT_NUMBER, ValueState
from portal.planning.models import Topic

_NUMBERLESS = ", ".join(sorted(f"'{state.value}'" for state in WITHOUT_NUMBER))


class Polarity(Worded):
    """Which direction is favourable."""

    HIGH_FAVOURABLE = "high_favourable", _l("hohe Werte sind günstig")
    HIGH_UNFAVOURABLE = "high_unfavourable", _l("hohe Werte sind ungünstig")
    NEUTRAL = "neutral", _l("weder noch")


class Visibility(Worded):
    """Who sees an indicator's values."""

    PUBLIC = "public", _l("öffentlich")
    INTERNAL = "internal", _l("nur Kreisverwaltung")


class DifferenceKind(Worded):
    """How the minimum relevant difference is meant."""

    ABSOLUTE = "absolute", _l("in Einheiten des Werts")
    RELATIVE = "relative", _l("als Anteil des Kreiswerts")


class ComparedWith(Worded):
    """What an area's value is measured against: the county's, or a reference value of that kind."""

    COUNTY = "county", _l("Wert des Landkreises")
    LAND = "land", _l("Wert des Landes")
    LEGAL = "legal", _l("gesetzlicher Standard")
    TARGET = "target", _l("Zielwert")


class StandardScope(Worded):
    """Where a standard (legal or target value) is checked."""

    AREA_VALUE = "area_value", _l("am Wert des Planungsraums")
    MUNICIPALITY_VALUES = "municipality_values", _l("an jedem Gemeindewert")


class CountKind(Worded):
    """How the numerator of a rate belongs to its denominator; it decides which formula of chance holds."""

    PART = "part", _l("Der Zähler ist ein Teil des Nenners.")
    EVENTS = "events", _l("Der Zähler sind Ereignisse; eine Person kann mehrere erleben.")


class Delivery(Worded):
    """Where new values come from."""

    FILES = "files", _l("aus Dateien statistischer Ämter")
    OWN = "own", _l("eigene Zahlen des Fachbereichs, über die Vorlage")


class CensusBase(Worded):
    """The census that population figures rest on; figures of two bases are never joined to one line."""

    CENSUS_1987 = "census_1987", _l("Volkszählung 1987")
    CENSUS_2011 = "census_2011", _l("Zensus 2011")
    CENSUS_2022 = "census_2022", _l("Zensus 2022")


class BatchState(Worded):
    """Where a delivery of values stands. Only the values of active batches are seen anywhere but in the preview."""

    READING = "reading", _l("wird eingelesen")
    ASKING = "asking", _l("wartet auf Ihre Angaben")
    REFUSED = "refused", _l("abgelehnt")
    STAGED = "staged", _l("geprüft, noch nicht übernommen")
    ACTIVE = "active", _l("übernommen")
    UNDONE = "undone", _l("zurückgenommen")

    @property
    def tone(self) -> str | None:
        """Look of the state's badge."""
        return {"reading": "info", "refused": "error", "staged": "warn", "active": "ok"}.get(self.value)

    @property
    def icon(self) -> str:
        """Sign beside the state's word."""
        return {"reading": "clock", "refused": "alert", "staged": "eye", "active": "check"}.get(self.value, "undo")


class Indicator(PublicRecord):
    """A catalogue entry: what a figure means and when it is conspicuous."""

    __tablename__ = "indicator"
    __table_args__ = (
        CheckConstraint("(min_difference IS NULL) = (min_difference_kind IS NULL)", name="difference_has_kind"),
        CheckConstraint("min_difference IS NULL OR min_difference > 0", name="difference_positive"),
        CheckConstraint("(standard_value IS NULL) = (standard_scope IS NULL)", name="standard_has_scope"),
        CheckConstraint("age_limit_years > 0", name="age_limit_positive"),
        CheckConstraint("(aggregation = 'population_share') = (threshold IS NOT NULL)", name="share_has_threshold"),
        CheckConstraint("(aggregation = 'rate') = (rate_basis IS NOT NULL)", name="rate_has_basis"),
        CheckConstraint("decimals BETWEEN 0 AND 6", name="decimals_in_bounds"),
        CheckConstraint("delivery_months IS NULL OR delivery_months > 0", name="rhythm_positive"),
        CheckConstraint("delivery <> 'own' OR department_id IS NOT NULL", name="own_figures_have_department"),
        CheckConstraint("retired_on IS NULL OR NOT in_use", name="retired_is_not_in_use"),
    )

    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    sort_key: Mapped[str] = mapped_column(String(320), index=True)
    search_key: Mapped[str] = mapped_column(Text)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    explanation: Mapped[str] = mapped_column(Text, default="")
    definition: Mapped[str] = mapped_column(Text, default="")
    formula: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(200))
    # Unit as printed behind a number (`%`, `Min.`, `€`), empty where the name says it all.
    unit_short: Mapped[str] = mapped_column(String(40), default="")
    decimals: Mapped[int] = mapped_column(default=1)
    polarity: Mapped[Polarity] = mapped_column(enum_type(Polarity))
    nature: Mapped[Nature] = mapped_column(enum_type(Nature), default=Nature.RATE)
    # People or cases are counted: a small number could point at somebody.
    counts_cases: Mapped[bool] = mapped_column(default=False)
    aggregation: Mapped[Aggregation] = mapped_column(enum_type(Aggregation))
    # Minutes or other units of the municipal value, for `population_share`.
    threshold: Mapped[float | None]
    rate_basis: Mapped[RateBasis | None] = mapped_column(enum_type(RateBasis))
    # Unit of a planning area's value where aggregating changes it (minutes become a share of the population).
    area_unit: Mapped[str] = mapped_column(String(200), default="")
    area_unit_short: Mapped[str] = mapped_column(String(40), default="")
    min_difference: Mapped[float | None]
    min_difference_kind: Mapped[DifferenceKind | None] = mapped_column(enum_type(DifferenceKind))
    compared_with: Mapped[ComparedWith] = mapped_column(enum_type(ComparedWith), default=ComparedWith.COUNTY)
    age_limit_years: Mapped[int] = mapped_column(default=5)
    correlation_group: Mapped[str | None] = mapped_column(String(80), index=True)
    is_lead: Mapped[bool] = mapped_column(default=False)
    standard_value: Mapped[float | None]
    standard_scope: Mapped[StandardScope | None] = mapped_column(enum_type(StandardScope))
    standard_tolerance: Mapped[float] = mapped_column(default=0.0)
    standard_source: Mapped[str] = mapped_column(Text, default="")
    caveat: Mapped[str] = mapped_column(Text, default="")
    smallest_level: Mapped[str] = mapped_column(String(120), default="")
    periodicity: Mapped[str] = mapped_column(String(120), default="")
    typical_source: Mapped[str] = mapped_column(Text, default="")
    used_in: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    visibility: Mapped[Visibility] = mapped_column(enum_type(Visibility), default=Visibility.PUBLIC)
    # In use by this county: shown on its pages. The rest of the catalogue waits for values.
    in_use: Mapped[bool] = mapped_column(default=False, index=True)
    position: Mapped[int] = mapped_column(default=0)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    delivery: Mapped[Delivery] = mapped_column(enum_type(Delivery), default=Delivery.FILES)
    # Months from one due date to the next; none: the next one is set by hand.
    delivery_months: Mapped[int | None]
    next_due: Mapped[date | None] = mapped_column(Date)
    # The due date that the department was reminded of.
    reminded_of: Mapped[date | None] = mapped_column(Date)
    # Kept and readable, but carried on no longer.
    retired_on: Mapped[date | None] = mapped_column(Date)
    retired_why: Mapped[str] = mapped_column(String(500), default="")
    # Two people editing one entry: the later one sees both versions.
    edition: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": edition}

    topic: Mapped[Topic] = relationship()
    department: Mapped[Department | None] = relationship()
    series_links: Mapped[list["IndicatorSeries"]] = relationship(
        back_populates="indicator", order_by="IndicatorSeries.position", cascade="all, delete-orphan"
    )
    rate: Mapped["IndicatorRate | None"] = relationship(
        back_populates="indicator", cascade="all, delete-orphan", single_parent=True
    )

    @validates("name", "definition")
    def _keep_keys(self, key: str, value: str) -> str:
        name = value if key == "name" else self.name
        definition = value if key == "definition" else self.definition
        self.sort_key = sort_key(name or "")
        self.search_key = search_key(name, definition)
        return value


class Series(PublicRecord):
    """A series as its publisher delivers it. The same code may come in several units.

    `is_own`: a department delivers it through the template, and nothing else feeds it.
    """

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("code", "unit"),)

    code: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(500))
    sort_key: Mapped[str] = mapped_column(String(520), index=True)
    search_key: Mapped[str] = mapped_column(Text)
    definition: Mapped[str] = mapped_column(Text, default="")
    data_basis: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    is_own: Mapped[bool] = mapped_column(default=False)

    @validates("title", "code", "unit")
    def _keep_keys(self, key: str, value: str) -> str:
        title, code, unit = (value if key == name else getattr(self, name) or "" for name in ("title", "code", "unit"))
        self.sort_key = sort_key(title or code)[:520]
        self.search_key = search_key(title, code, unit)
        return value


class IndicatorSeries(Base):
    """Which series feed an indicator; the one in first position is shown.

    `period` fixes the period that counts (null: the newest). `dimensions` picks one breakdown of the series.
    """

    __tablename__ = "indicator_series"

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    period: Mapped[str | None] = mapped_column(String(40))
    dimensions: Mapped[str] = mapped_column(String(1000), default="")

    indicator: Mapped[Indicator] = relationship(back_populates="series_links")
    series: Mapped[Series] = relationship()


class IndicatorRate(Base):
    """Numerator and denominator of an indicator that is computed from counts (`rate_basis` = counts).

    The value of a place is `factor` × numerator / denominator of the same period (100: per cent). Without
    `has_chance_limits` chance has no meaning, although the counts are known (shares of land, say).
    """

    __tablename__ = "indicator_rate"
    __table_args__ = (
        CheckConstraint("factor > 0", name="factor_positive"),
        CheckConstraint(
            "numerator_id <> denominator_id OR numerator_dimensions <> denominator_dimensions", name="parts_differ"
        ),
    )

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[CountKind] = mapped_column(enum_type(CountKind))
    factor: Mapped[float] = mapped_column(default=100.0)
    has_chance_limits: Mapped[bool] = mapped_column(default=True)
    numerator_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    numerator_dimensions: Mapped[str] = mapped_column(String(1000), default="")
    denominator_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    denominator_dimensions: Mapped[str] = mapped_column(String(1000), default="")
    # Fixes the period that counts (null: the newest).
    period: Mapped[str | None] = mapped_column(String(40))

    indicator: Mapped[Indicator] = relationship(back_populates="rate")
    numerator: Mapped[Series] = relationship(foreign_keys=[numerator_id])
    denominator: Mapped[Series] = relationship(foreign_keys=[denominator_id])


class ImportBatch(PublicRecord):
    """One delivery. Staged values are the preview; taking over and undoing flip the state.

    `summary` is what the file said about itself (and, if it was refused, where and why). `touched_at` moves
    with every chunk, so that a reading that died is told from one that is slow.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("(state IN ('active', 'undone')) = (activated_at IS NOT NULL)", name="active_has_time"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_has_time"),
        CheckConstraint(
            "new_values >= 0 AND changed_values >= 0 AND unchanged_values >= 0 AND withheld_values >= 0",
            name="counts_not_negative",
        ),
    )

    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    file_format: Mapped[str] = mapped_column(String(40), default="")
    encoding: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[BatchState] = mapped_column(enum_type(BatchState), default=BatchState.READING, index=True)
    new_values: Mapped[int] = mapped_column(BigId, default=0)
    changed_values: Mapped[int] = mapped_column(BigId, default=0)
    unchanged_values: Mapped[int] = mapped_column(BigId, default=0)
    # In the place of a hidden number: whether they change it is not said.
    withheld_values: Mapped[int] = mapped_column(BigId, default=0)
    summary: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    created_by: Mapped[int | None] = mapped_column(BigId)
    # The same for all files that were handed in at once.
    upload: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH), index=True)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    # Version of the figures that the counts were compared with.
    compared_with: Mapped[str] = mapped_column(String(60), default="")
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def values(self) -> int:
        """How many values the batch holds (of known areas)."""
        return self.may_change + self.unchanged_values

    @property
    def may_change(self) -> int:
        """How many of them are not known to be the same as what is visible."""
        return self.new_values + self.changed_values + self.withheld_values


class ImportBatchEvent(Record):
    """A change of a batch's state: who, when, from, to, why. Rows are only added."""

    __tablename__ = "import_batch_event"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), index=True)
    old_state: Mapped[BatchState | None] = mapped_column(enum_type(BatchState, name="old_batch_state"))
    new_state: Mapped[BatchState] = mapped_column(enum_type(BatchState))
    user_id: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(500), default="")


class SeriesSource(Base):
    """Where a batch has the values of a series and a period from: the line printed below them."""

    __tablename__ = "series_source"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), primary_key=True, index=True)
    period: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    attribution_key: Mapped[str | None] = mapped_column(ForeignKey("attribution.key"), index=True)
    # What somebody said of a file that names no publisher; empty where an attribution says it, or nobody was asked.
    licence: Mapped[str] = mapped_column(String(200), default="")

    attribution: Mapped[Attribution | None] = relationship()


class SeriesValue(Base):
    """One value of a series for an area and a period. The value of the batch taken over last is the visible one.

    `dimensions` is canonical text (`GES=GESM`, several separated by `;`, empty for series without breakdown).
    """

    __tablename__ = "series_value"
    __table_args__ = (
        UniqueConstraint("batch_id", "series_id", "area_id", "period", "dimensions"),
        Index(None, "series_id", "area_id", "period"),
        CheckConstraint("value IS NULL OR text_value IS NULL", name="number_or_text"),
        CheckConstraint(f"(value IS NULL) = (state IN ({_NUMBERLESS}))", name="state_fits_number"),
        CheckConstraint("(text_value IS NOT NULL) = (state = 'class_interval')", name="state_fits_text"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    period: Mapped[str] = mapped_column(String(40))
    period_kind: Mapped[PeriodKind] = mapped_column(enum_type(PeriodKind))
    dimensions: Mapped[str] = mapped_column(String(1000), default="")
    value: Mapped[float | None]
    text_value: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[ValueState] = mapped_column(enum_type(ValueState))
    territorial_date: Mapped[date | None] = mapped_column(Date)
    census_base: Mapped[CensusBase | None] = mapped_column(enum_type(CensusBase))
