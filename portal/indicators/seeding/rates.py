"""Shipped indicators that are computed from a numerator and a denominator, and series that are awaited for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.core.seed_files import SeedEntry, SeedError, read_document
from portal.indicators import periods, units
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.models import CountKind, DifferenceKind, Indicator, IndicatorRate, Polarity, Series
from portal.indicators.natures import Nature
from portal.indicators.seeding.demo import min_difference
from portal.indicators.seeding.files import POLARITIES
from portal.planning.models import Topic

FILE = "rates.yaml"
_KEYS = (
    "key", "name", "topic", "kind", "factor", "chance_limits", "numerator", "numerator_part", "denominator",
    "denominator_part", "unit", "polarity", "age_limit_years", "correlation_group", "min_difference", "lead", "in_use",
    "definition", "formula", "periodicity", "typical_source", "explanation", "caveat",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AwaitedSeed:
    """A series that nobody has delivered yet, keyed as its file will be read."""

    code: str
    unit: str
    title: str
    definition: str
    data_basis: str
    note: str


@dataclass(frozen=True, kw_only=True)
class RateSeed:
    """An indicator made of two series."""

    key: str
    name: str
    topic: str
    kind: CountKind
    factor: float
    has_chance_limits: bool
    numerator: str
    numerator_part: str
    denominator: str
    denominator_part: str
    unit: str
    polarity: Polarity
    age_limit_years: int
    correlation_group: str
    min_difference: float | None
    min_difference_kind: DifferenceKind | None
    is_lead: bool
    in_use: bool
    definition: str
    formula: str
    periodicity: str
    typical_source: str
    explanation: str
    caveat: str


def read_rates(folder: Path) -> tuple[RateSeed, ...]:
    """The indicators of `rates.yaml`; a repeated key is refused."""
    document = _document(folder)
    found: dict[str, RateSeed] = {}
    for entry in document.entries("rates"):
        seed = _rate(entry)
        if seed.key in found:
            entry.fail("key", f"“{seed.key}” twice")
        found[seed.key] = seed
    return tuple(found.values())


def read_awaited(folder: Path) -> tuple[AwaitedSeed, ...]:
    """The series of `rates.yaml` that wait for their first delivery; a repeated code is refused."""
    found: dict[str, AwaitedSeed] = {}
    for entry in _document(folder).entries("awaited"):
        entry.only("code", "unit", "title", "definition", "data_basis", "note")
        seed = AwaitedSeed(
            code=entry.text("code"),
            unit=entry.text("unit"),
            title=entry.text("title"),
            definition=entry.text("definition"),
            data_basis=entry.text("data_basis"),
            note=entry.text("note"),
        )
        if seed.code in found:
            entry.fail("code", f"“{seed.code}” twice")
        found[seed.code] = seed
    return tuple(found.values())


def put_rate(
    indicator: Indicator, seed: RateSeed, topics: Mapping[str, Topic], series: Mapping[str, Series]
) -> Indicator:
    """Make the indicator the rate of its two series; what the seed does not say of it stays."""
    if seed.topic not in topics or not {seed.numerator, seed.denominator} <= series.keys():
        raise SeedError(FILE, seed.key, "numerator", "unknown topic or series")
    unit = units.printed(seed.unit)
    indicator.name = seed.name
    indicator.topic = topics[seed.topic]
    indicator.explanation = seed.explanation
    indicator.definition = seed.definition
    indicator.formula = seed.formula
    indicator.unit, indicator.unit_short, indicator.decimals = units.on_screen(seed.unit), unit.short, unit.decimals
    indicator.polarity = seed.polarity
    indicator.nature = Nature.RATE
    indicator.aggregation, indicator.rate_basis = Aggregation.RATE, RateBasis.COUNTS
    indicator.age_limit_years = seed.age_limit_years
    indicator.correlation_group = seed.correlation_group
    indicator.min_difference, indicator.min_difference_kind = seed.min_difference, seed.min_difference_kind
    indicator.is_lead = seed.is_lead
    indicator.caveat = seed.caveat
    indicator.smallest_level = "Gemeinde"
    indicator.periodicity, indicator.delivery_months = seed.periodicity, periods.months_between(seed.periodicity)
    indicator.typical_source = seed.typical_source
    indicator.in_use = seed.in_use
    indicator.rate = IndicatorRate(
        kind=seed.kind,
        factor=seed.factor,
        has_chance_limits=seed.has_chance_limits,
        numerator=series[seed.numerator],
        numerator_dimensions=seed.numerator_part,
        denominator=series[seed.denominator],
        denominator_dimensions=seed.denominator_part,
    )
    return indicator


def _document(folder: Path) -> SeedEntry:
    document = read_document(folder / FILE)
    document.only("awaited", "rates")
    return document


def _rate(entry: SeedEntry) -> RateSeed:
    entry.only(*_KEYS)
    amount, kind = min_difference(entry.optional_entry("min_difference"))
    return RateSeed(
        key=entry.text("key"),
        name=entry.text("name"),
        topic=entry.text("topic"),
        kind=CountKind(entry.one_of("kind", {member.value for member in CountKind})),
        factor=entry.number("factor"),
        has_chance_limits=entry.flag("chance_limits"),
        numerator=entry.text("numerator"),
        numerator_part=entry.optional("numerator_part") or "",
        denominator=entry.text("denominator"),
        denominator_part=entry.optional("denominator_part") or "",
        unit=entry.text("unit"),
        polarity=POLARITIES[entry.one_of("polarity", POLARITIES)],
        age_limit_years=entry.integer("age_limit_years"),
        correlation_group=entry.text("correlation_group"),
        min_difference=amount,
        min_difference_kind=kind,
        is_lead="lead" in entry.values and entry.flag("lead"),
        in_use="in_use" not in entry.values or entry.flag("in_use"),
        definition=entry.text("definition"),
        formula=entry.text("formula"),
        periodicity=entry.text("periodicity"),
        typical_source=entry.text("typical_source"),
        explanation=entry.text("explanation"),
        caveat=entry.text("caveat"),
    )
