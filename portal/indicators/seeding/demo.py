"""Reader of the demonstration's indicators: which of the catalogue are in use, and with which thresholds."""

from dataclasses import dataclass
from pathlib import Path

from portal.core.seed_files import SeedEntry, SeedError, read_document
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.models import DifferenceKind, StandardScope
from portal.indicators.seeding.files import POLARITIES
from portal.indicators.signals import SignalRule, Standard

_LEVELS = frozenset({"municipality", "county", "none"})


@dataclass(frozen=True, kw_only=True)
class WeightSeed:
    """The series and period that serve as weight."""

    series: str
    period: str


@dataclass(frozen=True, kw_only=True)
class DemoIndicatorSeed:
    """An indicator in use. `catalogue_key` is None if the catalogue does not hold it."""

    key: str
    catalogue_key: str | None
    series: str | None
    period: str | None
    level: str
    topic: str
    rule: SignalRule
    standard_source: str
    correlation_group: str
    is_lead: bool
    aggregation: Aggregation
    rate_basis: RateBasis | None
    threshold: float | None
    unit: str
    explanation: str
    caveat: str


@dataclass(frozen=True, kw_only=True)
class DemoIndicatorsSeed:
    """All indicators in use, in the order in which pages show them, and the weights of the aggregation."""

    population: WeightSeed
    area_km2: WeightSeed
    indicators: tuple[DemoIndicatorSeed, ...]


def read_demo_indicators(folder: Path) -> DemoIndicatorsSeed:
    """The indicators of `demo/indicators.yaml`; parameters that do not fit are refused."""
    document = read_document(folder / "demo" / "indicators.yaml")
    document.only("weights", "indicators")
    weights = document.entry("weights")
    weights.only("population", "area_km2")
    found: dict[str, DemoIndicatorSeed] = {}
    for entry in document.entries("indicators"):
        indicator = _indicator(entry)
        if indicator.key in found:
            entry.fail("key", f"“{indicator.key}” twice")
        found[indicator.key] = indicator
    if not found:
        raise SeedError(document.file, document.place, "indicators", "empty")
    return DemoIndicatorsSeed(
        population=_weight(weights.entry("population")),
        area_km2=_weight(weights.entry("area_km2")),
        indicators=tuple(found.values()),
    )


def _weight(entry: SeedEntry) -> WeightSeed:
    entry.only("real_values_id", "period")
    return WeightSeed(series=entry.text("real_values_id"), period=entry.text("period"))


def _indicator(entry: SeedEntry) -> DemoIndicatorSeed:
    entry.only(
        "key", "catalogue_key", "real_values_id", "period", "levels", "topic", "polarity", "min_difference",
        "age_limit_years", "correlation_group", "lead", "aggregation", "rate", "threshold", "standard",
        "unit", "caveat", "explanation",
    )  # fmt: skip
    aggregation = Aggregation(entry.one_of("aggregation", {member.value for member in Aggregation}))
    level = entry.one_of("levels", _LEVELS)
    series = entry.optional("real_values_id")
    period = entry.optional("period")
    threshold = entry.optional_number("threshold")
    if (series is None) != (level == "none") or (series is None) != (period is None):
        entry.fail("levels", "series, period and level contradict each other")
    if (aggregation is Aggregation.POPULATION_SHARE) != (threshold is not None):
        entry.fail("threshold", "belongs to a population share and to nothing else")
    if (aggregation is Aggregation.NONE) != (level != "municipality"):
        entry.fail("aggregation", "needs municipal values")
    standard = entry.optional_entry("standard")
    return DemoIndicatorSeed(
        key=entry.text("key"),
        catalogue_key=entry.optional("catalogue_key"),
        series=series,
        period=period,
        level=level,
        topic=entry.text("topic"),
        rule=_rule(entry, standard),
        standard_source="" if standard is None else standard.text("source"),
        correlation_group=entry.text("correlation_group"),
        is_lead=entry.flag("lead"),
        aggregation=aggregation,
        rate_basis=_rate_basis(entry, aggregation),
        threshold=threshold,
        unit=entry.text("unit"),
        explanation=entry.text("explanation"),
        caveat=entry.optional("caveat") or "",
    )


def _rule(entry: SeedEntry, standard: SeedEntry | None) -> SignalRule:
    amount, kind = min_difference(entry.optional_entry("min_difference"))
    return SignalRule(
        polarity=POLARITIES[entry.one_of("polarity", POLARITIES)],
        age_limit_years=entry.integer("age_limit_years"),
        min_difference=amount,
        min_difference_kind=kind,
        standard=None if standard is None else _standard(standard),
    )


def min_difference(entry: SeedEntry | None) -> tuple[float | None, DifferenceKind | None]:
    """The minimum relevant difference of a seed and how it is meant; none where the seed names none."""
    if entry is None:
        return None, None
    entry.only("absolute", "relative")
    absolute, relative = entry.optional_number("absolute"), entry.optional_number("relative")
    if (absolute is None) == (relative is None):
        entry.fail("absolute", "either absolute or relative")
    if absolute is not None:
        return absolute, DifferenceKind.ABSOLUTE
    return relative, DifferenceKind.RELATIVE


def _standard(entry: SeedEntry) -> Standard:
    entry.only("value", "applies_to", "tolerance", "due", "source")
    return Standard(
        value=entry.number("value"),
        scope=StandardScope(entry.one_of("applies_to", {member.value for member in StandardScope})),
        tolerance=entry.number("tolerance"),
    )


def _rate_basis(entry: SeedEntry, aggregation: Aggregation) -> RateBasis | None:
    parts = entry.optional_entry("rate")
    if (aggregation is Aggregation.RATE) != (parts is not None):
        entry.fail("rate", "belongs to a rate and to nothing else")
    if parts is None:
        return None
    parts.only("basis", "numerator", "denominator")
    return RateBasis(parts.one_of("basis", {member.value for member in RateBasis}))
