"""Shipped indicators that are computed from a numerator and a denominator."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.core.seed_files import SeedEntry, read_document
from portal.indicators import units
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.models import CountKind, Indicator, IndicatorRate, Polarity, Series
from portal.indicators.seeding.files import POLARITIES
from portal.planning.models import Topic

FILE = "rates.yaml"
_KEYS = (
    "key", "name", "topic", "kind", "factor", "chance_limits", "numerator", "denominator", "unit", "polarity",
    "age_limit_years", "correlation_group", "definition", "formula", "periodicity", "typical_source", "explanation",
    "caveat",
)  # fmt: skip


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
    denominator: str
    unit: str
    polarity: Polarity
    age_limit_years: int
    correlation_group: str
    definition: str
    formula: str
    periodicity: str
    typical_source: str
    explanation: str
    caveat: str


def read_rates(folder: Path) -> tuple[RateSeed, ...]:
    """The indicators of `rates.yaml`; a repeated key is refused."""
    document = read_document(folder / FILE)
    document.only("rates")
    found: dict[str, RateSeed] = {}
    for entry in document.entries("rates"):
        seed = _rate(entry)
        if seed.key in found:
            entry.fail("key", f"“{seed.key}” twice")
        found[seed.key] = seed
    return tuple(found.values())


def rate_indicator(seed: RateSeed, topics: Mapping[str, Topic], series: Mapping[str, Series]) -> Indicator:
    """The catalogue entry, in use, with its two series."""
    unit = units.printed(seed.unit)
    return Indicator(
        key=seed.key,
        name=seed.name,
        topic=topics[seed.topic],
        explanation=seed.explanation,
        definition=seed.definition,
        formula=seed.formula,
        unit=units.on_screen(seed.unit),
        unit_short=unit.short,
        decimals=unit.decimals,
        polarity=seed.polarity,
        aggregation=Aggregation.RATE,
        rate_basis=RateBasis.COUNTS,
        age_limit_years=seed.age_limit_years,
        correlation_group=seed.correlation_group,
        caveat=seed.caveat,
        smallest_level="Gemeinde",
        periodicity=seed.periodicity,
        typical_source=seed.typical_source,
        in_use=True,
        rate=IndicatorRate(
            kind=seed.kind,
            factor=seed.factor,
            has_chance_limits=seed.has_chance_limits,
            numerator=series[seed.numerator],
            denominator=series[seed.denominator],
        ),
    )


def _rate(entry: SeedEntry) -> RateSeed:
    entry.only(*_KEYS)
    return RateSeed(
        key=entry.text("key"),
        name=entry.text("name"),
        topic=entry.text("topic"),
        kind=CountKind(entry.one_of("kind", {member.value for member in CountKind})),
        factor=entry.number("factor"),
        has_chance_limits=entry.flag("chance_limits"),
        numerator=entry.text("numerator"),
        denominator=entry.text("denominator"),
        unit=entry.text("unit"),
        polarity=POLARITIES[entry.one_of("polarity", POLARITIES)],
        age_limit_years=entry.integer("age_limit_years"),
        correlation_group=entry.text("correlation_group"),
        definition=entry.text("definition"),
        formula=entry.text("formula"),
        periodicity=entry.text("periodicity"),
        typical_source=entry.text("typical_source"),
        explanation=entry.text("explanation"),
        caveat=entry.text("caveat"),
    )
