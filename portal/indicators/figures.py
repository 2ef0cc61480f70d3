"""Figures of a county on one day as plain values: nothing here is bound to a session or to a language.

Area ids are those of `portal.areas`; every mapping by area id holds own municipalities, planning areas or the
county, as its comment says. Numbers are unrounded; `words` prints them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.areas.composition import AreaRef, Composition
from portal.core.words import Worded
from portal.indicators.aggregation import Aggregation, AreaValue, CountyValue, RateBasis
from portal.indicators.chance import Chance
from portal.indicators.models import CensusBase, CountKind, DifferenceKind, Polarity, Visibility
from portal.indicators.signals import Signal, SignalRule, Trend
from portal.indicators.value_states import ValueState


class Level(Worded):
    """The smallest level for which an indicator has values."""

    MUNICIPALITY = "municipality", _l("Städte und Gemeinden")
    COUNTY = "county", _l("nur Landkreis")
    NONE = "none", _l("noch keine Werte")


@dataclass(frozen=True, kw_only=True)
class TopicFacts:
    """A topic; `label` is lazy and follows the language of the page."""

    id: int
    key: str
    label: Any
    position: int


@dataclass(frozen=True, kw_only=True)
class CountFacts:
    """What a rate is made of: `factor` × numerator / denominator."""

    kind: CountKind
    factor: float
    has_chance_limits: bool
    numerator: str
    denominator: str


@dataclass(frozen=True, kw_only=True)
class IndicatorFacts:
    """A catalogue entry. `unit…` belongs to municipal values, `area_unit…` to values of planning areas and county."""

    id: int
    public_id: str
    key: str
    name: str
    topic: TopicFacts
    explanation: str
    definition: str
    formula: str
    unit: str
    unit_short: str
    area_unit: str
    area_unit_short: str
    decimals: int
    aggregation: Aggregation
    threshold: float | None
    rate_basis: RateBasis | None
    rule: SignalRule
    correlation_group: str | None
    is_lead: bool
    standard_source: str
    caveat: str
    visibility: Visibility
    position: int
    department: str | None
    counts: CountFacts | None = None
    # People or cases are counted: small numbers are secret.
    counts_cases: bool = False

    @property
    def polarity(self) -> Polarity:
        return self.rule.polarity

    @property
    def counts_in_points(self) -> bool:
        """Differences are said in points: of shares, and where the rule fixes its threshold in units of a rate."""
        unit, kind = self.area_unit_short, self.rule.min_difference_kind
        return unit.startswith("%") or (unit.startswith("je 100") and kind is DifferenceKind.ABSOLUTE)

    @property
    def is_share_above(self) -> bool:
        """Municipal values (minutes) and area values (share of people) mean different things."""
        return self.aggregation is Aggregation.POPULATION_SHARE


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A visible value: a number, a class (`text`) or neither, and then `state` says why.

    A municipality without any entry has the state *missing* and no `source`. `count` and `base` are numerator and
    denominator where the value was made of them. `joined` is the day on which the municipality got its territory, if
    the value was put together of those that it was made of. `is_awaited`: others have values, but no delivery held
    this municipality in any period.
    """

    period: str | None
    value: float | None
    text: str | None
    state: ValueState
    census_base: CensusBase | None = None
    territorial_date: date | None = None
    count: float | None = None
    base: float | None = None
    joined: date | None = None
    is_awaited: bool = False
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """One period of a series over time; `basis` is the census the number rests on.

    `before` is the day from which the place has its present territory, if the number rests on an older one.
    """

    period: str
    value: float | None
    state: ValueState
    basis: CensusBase | None
    before: date | None = None

    @property
    def comparable_with(self) -> tuple[CensusBase | None, date | None]:
        """What two points must share to be joined by a line or to make a trend."""
        return self.basis, self.before


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """The line that stands below every figure, and the licence where one is known.

    `periods` says for which of several numbers the line stands, where a page shows more than one.
    """

    text: str
    publisher: str = ""
    licence: str = ""
    licence_url: str | None = None
    source_url: str | None = None
    open_data_licence: str | None = None
    periods: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AreaFigure:
    """An indicator for one planning area: value with coverage and spread, and what it says today."""

    value: AreaValue
    signal: Signal
    trend: Trend


@dataclass(frozen=True, kw_only=True)
class IndicatorFigures:
    """Everything the county knows of one indicator in its present period.

    `municipal` holds every own municipality, `areas` every planning area, `others` the other counties.
    `courses` holds all visible periods of municipalities, planning areas and the county (oldest first). `chance`
    is there only where numerator and denominator are known.
    """

    indicator: IndicatorFacts
    level: Level
    period: str | None
    municipal: Mapping[int, ShownValue]
    areas: Mapping[int, AreaFigure]
    county: CountyValue
    county_published: ShownValue | None
    others: Mapping[int, CountyValue]
    courses: Mapping[int, tuple[CoursePoint, ...]]
    sources: tuple[SourceFacts, ...]
    chance: Chance | None = None

    @property
    def has_values(self) -> bool:
        return self.level is not Level.NONE

    @property
    def numbers(self) -> list[float]:
        """Municipal numbers in the order of the municipalities, without those that have none."""
        return [shown.value for shown in self.municipal.values() if shown.value is not None]


@dataclass(frozen=True, kw_only=True)
class Population:
    """Persons at the latest date and the change since the earliest one on the same census base.

    `change` is in per cent and None where fewer than two dates share the base. `later` is a newer number on
    another base: shown beside, never subtracted.
    """

    persons: float
    period: str
    basis: CensusBase | None
    since: str | None
    change: float | None
    later: CoursePoint | None

    @property
    def compared_periods(self) -> frozenset[str]:
        """The dates of the number and of its change."""
        return frozenset(period for period in (self.period, self.since) if period is not None)

    @property
    def periods(self) -> frozenset[str]:
        """The dates of everything that is said of it, the newer number beside it as well."""
        return self.compared_periods | (frozenset() if self.later is None else {self.later.period})


@dataclass(frozen=True, kw_only=True)
class CountyFigures:
    """All indicators that have a series or are in use, computed once per version of figures and areas.

    `indicators` are those in use, in the order of topics and positions; `further` are entries of the catalogue
    that nobody watches yet but that have values. `population` holds municipalities, planning areas, the county
    and the other counties; `population_key` is the indicator that shows the same series (empty: none does).
    """

    version: str
    today: date
    composition: Composition
    others: tuple[AreaRef, ...]
    indicators: Mapping[str, IndicatorFigures] = field(repr=False)
    further: Mapping[str, IndicatorFigures] = field(repr=False)
    population: Mapping[int, Population] = field(repr=False)
    population_sources: tuple[SourceFacts, ...] = ()
    population_key: str = ""

    def find(self, key: str) -> IndicatorFigures | None:
        """The figures of an indicator, whether in use or not; None where there is nothing to show."""
        return self.indicators.get(key) or self.further.get(key)

    def of_topic(self, topic_key: str) -> list[IndicatorFigures]:
        return [figures for figures in self.indicators.values() if figures.indicator.topic.key == topic_key]

    def by_topic(self) -> Iterator[tuple[TopicFacts, list[IndicatorFigures]]]:
        """Topics that have an indicator, in the order of reports, with their indicators."""
        groups: dict[str, list[IndicatorFigures]] = {}
        for figures in self.indicators.values():
            groups.setdefault(figures.indicator.topic.key, []).append(figures)
        for group in groups.values():
            yield group[0].indicator.topic, group

    def population_sources_of(self, periods: Collection[str]) -> tuple[SourceFacts, ...]:
        """Sources of populations at `periods`, each with those of its dates only; the latest first."""
        named = (replace(one, periods=tuple(p for p in one.periods if p in periods)) for one in self.population_sources)
        return tuple(one for one in named if one.periods)

    @property
    def compared_population_sources(self) -> tuple[SourceFacts, ...]:
        """The sources of a table that names each population and its change."""
        return self.population_sources_of({p for one in self.population.values() for p in one.compared_periods})

    def public(self) -> "CountyFigures":
        """The same without internal indicators."""
        return replace(self, indicators=_public(self.indicators), further=_public(self.further))


def _public(found: Mapping[str, IndicatorFigures]) -> dict[str, IndicatorFigures]:
    return {key: figures for key, figures in found.items() if figures.indicator.visibility is Visibility.PUBLIC}
