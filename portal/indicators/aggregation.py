"""Values of planning areas and of the county from the values of municipalities (pure functions).

Population weight *P* is the population of a municipality, area weight *F* its km², *v* its value. All sums
run over the members that have a value. Nothing is rounded here.

Three things never happen: medians, classes and indices are not averaged; a secret value is neither filled
nor derivable from what is returned; a value that rests on a part of the members does not look complete.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, isfinite

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded
from portal.indicators.value_states import ValueState


class Aggregation(Worded):
    """How the value of a planning area comes from the values of its municipalities."""

    SUM = "sum", _l("Summe der Gemeindewerte")
    RATE = "rate", _l("aus Zähler und Nenner der Gemeinden neu berechnet")
    POPULATION_WEIGHTED_MEAN = (
        "population_weighted_mean",
        _l("bevölkerungsgewichtetes Mittel der Gemeindewerte"),
    )
    POPULATION_SHARE = "population_share", _l("Anteil der Bevölkerung in Gemeinden über dem Schwellenwert")
    NONE = "none", _l("kein Wert für Planungsräume")


class RateBasis(Worded):
    """What a rate is a rate of."""

    AREA_SHARE = "area_share", _l("Anteile an der Fläche, gewichtet mit der Fläche")
    POPULATION_PER_AREA = "population_per_area", _l("Bevölkerung geteilt durch Fläche")
    COUNTS = "counts", _l("Summe der Zähler geteilt durch Summe der Nenner")


class AreaValueState(Worded):
    """What a value of a planning area rests on."""

    COMPLETE = "complete", _l("vollständig")
    INCOMPLETE = "incomplete", _l("unvollständig: Nicht alle Gemeinden haben einen Wert")
    SECRET = "secret", _l("unvollständig: Einzelne Gemeindewerte sind geheim")
    CLASS_ONLY = "class_only", _l("nur als Klasse veröffentlicht, nicht berechenbar")
    NOT_AGGREGATED = "not_aggregated", _l("kein Wert für Planungsräume")
    NO_VALUES = "no_values", _l("noch keine Werte")


class CountyBasis(Worded):
    """Where the county's value comes from."""

    COMPUTED = "computed_from_municipalities", _l("aus den Gemeindewerten berechnet")
    PUBLISHED = "county_published", _l("veröffentlichter Kreiswert")
    TOO_FEW = "too_few_municipalities", _l("noch kein Kreiswert")
    WITHHELD = "withheld", _l("Kreiswert nicht gezeigt, weil einzelne Gemeindewerte geheim sind")
    MISSING = "missing", _l("kein Kreiswert")


@dataclass(frozen=True, kw_only=True)
class Member:
    """One municipality on its way into an aggregate.

    `state` says how `value` is to be read, or what stands in its place when there is none. `numerator` and
    `denominator` are needed for rates of counts only. Raises `ValueError` if they contradict each other, so
    that a secret number cannot even be handed in.
    """

    key: str
    value: float | None
    population: float
    area_km2: float
    state: ValueState = ValueState.REPORTED
    numerator: float | None = None
    denominator: float | None = None

    def __post_init__(self) -> None:
        if (self.value is not None) != self.state.has_number:
            raise ValueError(f"{self.key}: value and state contradict each other")
        if self.suppressed and (self.numerator is not None or self.denominator is not None):
            raise ValueError(f"{self.key}: a secret value must not carry its parts")
        numbers = (self.value, self.population, self.area_km2, self.numerator, self.denominator)
        if not all(number is None or isfinite(number) for number in numbers):
            raise ValueError(f"{self.key}: not a finite number")
        if self.population < 0 or self.area_km2 < 0:
            raise ValueError(f"{self.key}: a weight must not be negative")

    @property
    def suppressed(self) -> bool:
        """There is a value, and it is secret."""
        return self.state is ValueState.SUPPRESSED


@dataclass(frozen=True)
class Extreme:
    """The smallest or largest member value. `key` is the lowest key that has it, `others` are the rest."""

    key: str
    value: float
    others: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AreaValue:
    """The value of a planning area or of the county.

    `coverage` is the share (0 … 1) of the population that lives in members with a value; None if nothing is
    aggregated. The spread shows the member values as they are (for a population share: the minutes). `count` and
    `base` are the sums that a rate of counts was made of.
    """

    value: float | None
    state: AreaValueState
    aggregation: Aggregation
    members: int
    members_with_value: int = 0
    members_suppressed: int = 0
    coverage: float | None = None
    spread_min: Extreme | None = None
    spread_max: Extreme | None = None
    count: float | None = None
    base: float | None = None

    @property
    def label(self) -> object:
        """The method in words, to be printed beside every value that is not the publisher's own."""
        return self.aggregation.label


@dataclass(frozen=True, kw_only=True)
class CountyValue:
    """The county's value that planning areas are compared with; `text` holds a published class.

    `computed` is what its municipalities come to, also where that covers too few people to be the county's value.
    """

    value: float | None
    basis: CountyBasis
    text: str | None = None
    computed: AreaValue | None = None


def area_value(
    members: Sequence[Member],
    *,
    aggregation: Aggregation,
    threshold: float | None = None,
    rate_basis: RateBasis | None = None,
    factor: float = 1.0,
) -> AreaValue:
    """The value of the area that the members form.

    A population share needs its `threshold` (units of the municipal value), a rate its `rate_basis`; `factor`
    scales rates of counts (100 for per cent). With a secret member a sum has no value at all, because what is
    missing from a total could be calculated; means, rates and shares leave that member out of numerator and
    denominator alike. Raises `ValueError` if the members repeat a key or the parameters do not fit.
    """
    _require_fitting(members, aggregation, threshold, rate_basis)
    empty = AreaValue(
        value=None,
        state=AreaValueState.NO_VALUES,
        aggregation=aggregation,
        members=len(members),
        members_suppressed=sum(member.suppressed for member in members),
    )
    if any(member.state is ValueState.CLASS_INTERVAL for member in members):
        return replace(empty, state=AreaValueState.CLASS_ONLY)
    if aggregation is Aggregation.NONE:
        return replace(empty, state=AreaValueState.NOT_AGGREGATED)
    present = [member for member in members if _usable(member, rate_basis)]
    if not present:
        state = AreaValueState.SECRET if empty.members_suppressed else AreaValueState.NO_VALUES
        return replace(empty, state=state, coverage=0.0 if members else None)
    spread_min, spread_max = spread(present)
    found = replace(
        empty,
        state=_state(members, present),
        members_with_value=len(present),
        coverage=coverage(members, present),
        spread_min=spread_min,
        spread_max=spread_max,
    )
    if aggregation is Aggregation.SUM and found.state is AreaValueState.SECRET:
        return found
    value = _result(present, aggregation=aggregation, threshold=threshold, rate_basis=rate_basis, factor=factor)
    if rate_basis is RateBasis.COUNTS:
        count, base = _sums(present)
        return replace(found, value=value, count=count, base=base)
    return replace(found, value=value)


def county_value(
    computed: AreaValue | None,
    *,
    published: float | None = None,
    published_text: str | None = None,
    is_withheld: bool = False,
    minimum_coverage: float = 0.0,
) -> CountyValue:
    """The county's value: from its municipalities if those with values hold enough of its people, else the published.

    `minimum_coverage` is a share (0 … 1): what one of many municipalities delivered is not the county's value. A
    published value that stands alone is shown but judges no planning area. `is_withheld`: there is a published one,
    but beside the municipalities it would tell what is secret.
    """
    few = None
    if computed is not None and computed.value is not None:
        if computed.coverage is None or computed.coverage >= minimum_coverage:
            return CountyValue(value=computed.value, basis=CountyBasis.COMPUTED, computed=computed)
        few = computed
    has_published = published is not None or published_text is not None
    # A published median says something else than the share of people that areas show.
    if has_published and (few is None or few.aggregation is not Aggregation.POPULATION_SHARE):
        return CountyValue(value=published, basis=CountyBasis.PUBLISHED, text=published_text, computed=few)
    if is_withheld:
        return CountyValue(value=None, basis=CountyBasis.WITHHELD, computed=few)
    return CountyValue(value=None, basis=CountyBasis.MISSING if few is None else CountyBasis.TOO_FEW, computed=few)


def total(members: Sequence[Member]) -> float:
    """Σ v."""
    return fsum(_value(member) for member in members)


def population_weighted_mean(members: Sequence[Member]) -> float | None:
    """Σ(v · P) / ΣP; for a value per person this equals the exact rate. None without population."""
    return _quotient(
        fsum(_value(member) * member.population for member in members),
        fsum(member.population for member in members),
    )


def population_share(members: Sequence[Member], threshold: float) -> float | None:
    """100 · Σ(P of members with v > threshold) / ΣP, in per cent; equal to the threshold is not above it.

    Used for medians (travel times), which must not be averaged: people are counted by where they live.
    """
    above = fsum(member.population for member in members if _value(member) > threshold)
    share = _quotient(above, fsum(member.population for member in members))
    return None if share is None else 100 * share


def area_weighted_share(members: Sequence[Member]) -> float | None:
    """Σ(v · F) / ΣF for shares of land; weighting by population would be wrong, the denominator is land."""
    return _quotient(
        fsum(_value(member) * member.area_km2 for member in members),
        fsum(member.area_km2 for member in members),
    )


def population_density(members: Sequence[Member]) -> float | None:
    """ΣP / ΣF, persons per km²."""
    return _quotient(
        fsum(member.population for member in members),
        fsum(member.area_km2 for member in members),
    )


def rate_of_counts(members: Sequence[Member], factor: float) -> float | None:
    """factor · Σ numerator / Σ denominator."""
    rate = _quotient(*_sums(members))
    return None if rate is None else factor * rate


def coverage(members: Sequence[Member], present: Sequence[Member]) -> float | None:
    """Population of the members with a value / population of all members (0 … 1)."""
    return _quotient(
        fsum(member.population for member in present),
        fsum(member.population for member in members),
    )


def spread(members: Sequence[Member]) -> tuple[Extreme | None, Extreme | None]:
    """The smallest and the largest member value with its keys; ties go to the lower key."""
    values = {member.key: member.value for member in members if member.value is not None}
    if not values:
        return None, None
    return _extreme(values, min(values.values())), _extreme(values, max(values.values()))


def _extreme(values: Mapping[str, float], value: float) -> Extreme:
    first, *others = sorted(key for key, found in values.items() if found == value)
    return Extreme(first, value, tuple(others))


def _result(
    present: Sequence[Member],
    *,
    aggregation: Aggregation,
    threshold: float | None,
    rate_basis: RateBasis | None,
    factor: float,
) -> float | None:
    if aggregation is Aggregation.SUM:
        return total(present)
    if aggregation is Aggregation.POPULATION_WEIGHTED_MEAN:
        return population_weighted_mean(present)
    if threshold is not None:
        return population_share(present, threshold)
    if rate_basis is RateBasis.AREA_SHARE:
        return area_weighted_share(present)
    if rate_basis is RateBasis.POPULATION_PER_AREA:
        return population_density(present)
    return rate_of_counts(present, factor)


def _sums(members: Sequence[Member]) -> tuple[float, float]:
    """Σ numerator, Σ denominator."""
    return (
        fsum(member.numerator for member in members if member.numerator is not None),
        fsum(member.denominator for member in members if member.denominator is not None),
    )


def _usable(member: Member, rate_basis: RateBasis | None) -> bool:
    if rate_basis is RateBasis.COUNTS:
        return member.numerator is not None and member.denominator is not None
    return member.value is not None


def _state(members: Sequence[Member], present: Sequence[Member]) -> AreaValueState:
    if any(member.suppressed for member in members):
        return AreaValueState.SECRET
    return AreaValueState.COMPLETE if len(present) == len(members) else AreaValueState.INCOMPLETE


def _value(member: Member) -> float:
    if member.value is None:
        raise ValueError(f"{member.key}: no value")
    return member.value


def _quotient(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None


def _require_fitting(
    members: Sequence[Member],
    aggregation: Aggregation,
    threshold: float | None,
    rate_basis: RateBasis | None,
) -> None:
    if len({member.key for member in members}) != len(members):
        raise ValueError("a member is given twice")
    if (aggregation is Aggregation.POPULATION_SHARE) != (threshold is not None):
        raise ValueError("a population share, and nothing else, needs a threshold")
    if (aggregation is Aggregation.RATE) != (rate_basis is not None):
        raise ValueError("a rate, and nothing else, needs its basis")
