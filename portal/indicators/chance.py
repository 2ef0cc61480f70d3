"""What chance alone would make of a rate: intervals, limits, and what stands out beyond them (pure functions).

Only where numerator and denominator are known. Even a full count varies by chance: a small place has a few cases
more or less from year to year without anything having changed. Modelled values and published rates without their
counts have no limits.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from portal.core.statistics import (
    Dispersion,
    Interval,
    benjamini_hochberg,
    byar_interval,
    funnel_limits,
    over_dispersion,
    rate_error,
    rate_funnel_limits,
    share_error,
    two_sided_p_value,
    two_sided_quantile,
    wilson_interval,
)
from portal.indicators.models import CountKind

# The outer limits of a funnel: three standard errors, as control charts have them.
OUTER = 0.998
# With fewer places nobody can say how much places vary.
_LEAST_PLACES = 10


@dataclass(frozen=True)
class Counted:
    """Numerator and denominator of one place."""

    count: float
    base: float


@dataclass(frozen=True, kw_only=True)
class PlaceChance:
    """One place beside what chance allows. `interval` is in units of the value.

    `stands`: outside of the limits, and still so after as many tests as were made (Benjamini–Hochberg).
    """

    count: float
    base: float
    interval: Interval
    p_value: float
    is_outside: bool
    is_far_outside: bool
    stands: bool


@dataclass(frozen=True, kw_only=True)
class Chance:
    """Chance limits of one indicator. `baseline` is the county's share or rate as a fraction of the base.

    `places` holds municipalities, `areas` planning areas. `dispersion` is None with too few places.
    """

    kind: CountKind
    factor: float
    baseline: float
    confidence: float
    false_alarms: float
    places: Mapping[int, PlaceChance]
    areas: Mapping[int, PlaceChance]
    dispersion: Dispersion | None

    def limits(self, base: float, confidence: float) -> Interval:
        """Between which values a place of that base lies by chance alone."""
        formula = funnel_limits if self.kind is CountKind.PART else rate_funnel_limits
        found = formula(self.baseline, base, confidence)
        return Interval(self.factor * found.lower, self.factor * found.upper)

    def wide_limits(self, base: float, confidence: float) -> Interval:
        """The same where places vary more than chance explains: the variance between them is added."""
        error = _error(self.kind, self.baseline, base)
        if self.dispersion is not None and self.dispersion.is_over:
            error = self.dispersion.additive_error(error)
        reach = two_sided_quantile(confidence) * error
        upper = self.baseline + reach if self.kind is CountKind.EVENTS else min(1.0, self.baseline + reach)
        return Interval(self.factor * max(0.0, self.baseline - reach), self.factor * upper)

    @property
    def value(self) -> float:
        """The baseline in units of the value."""
        return self.factor * self.baseline


def chance_of(
    kind: CountKind,
    factor: float,
    whole: Counted,
    places: Mapping[int, Counted],
    areas: Mapping[int, Counted],
    *,
    confidence: float,
    false_alarms: float,
) -> Chance | None:
    """The limits around the county's rate; None where the county has no base, or nobody or everybody is counted.

    Municipalities are one family of tests. Planning areas are judged in `with_family`, together with those of all
    other indicators.
    """
    if whole.base <= 0:
        return None
    baseline = whole.count / whole.base
    if baseline <= 0 or (kind is CountKind.PART and baseline >= 1):
        return None
    found = Chance(
        kind=kind,
        factor=factor,
        baseline=baseline,
        confidence=confidence,
        false_alarms=false_alarms,
        places={},
        areas={},
        dispersion=_dispersion(kind, baseline, places),
    )
    judged = {place: _place(found, one) for place, one in places.items() if one.base > 0}
    return replace(
        found,
        places=_judged(judged, false_alarms),
        areas={area: _place(found, one) for area, one in areas.items() if one.base > 0},
    )


def with_family(found: Mapping[str, Chance]) -> dict[str, Chance]:
    """Planning areas of all indicators as one family of tests: so many are looked at on the page of findings."""
    members = [(key, area) for key, chance in found.items() for area in chance.areas]
    if not members:
        return dict(found)
    rate = next(iter(found.values())).false_alarms
    stands = benjamini_hochberg([found[key].areas[area].p_value for key, area in members], rate)
    standing = {member for member, stood in zip(members, stands, strict=True) if stood}
    return {
        key: replace(
            chance,
            areas={
                area: replace(one, stands=one.is_outside and (key, area) in standing)
                for area, one in chance.areas.items()
            },
        )
        for key, chance in found.items()
    }


def _judged(places: Mapping[int, PlaceChance], rate: float) -> dict[int, PlaceChance]:
    stands = benjamini_hochberg([one.p_value for one in places.values()], rate)
    return {
        place: replace(one, stands=one.is_outside and stood)
        for (place, one), stood in zip(places.items(), stands, strict=True)
    }


def _place(chance: Chance, counted: Counted) -> PlaceChance:
    value = chance.factor * counted.count / counted.base
    inner, outer = chance.limits(counted.base, chance.confidence), chance.limits(counted.base, OUTER)
    return PlaceChance(
        count=counted.count,
        base=counted.base,
        interval=_interval(chance, counted),
        p_value=two_sided_p_value(_score(chance.kind, chance.baseline, counted)),
        is_outside=not inner.holds(value),
        is_far_outside=not outer.holds(value),
        stands=False,
    )


def _interval(chance: Chance, counted: Counted) -> Interval:
    if chance.kind is CountKind.PART:
        found = wilson_interval(counted.count, counted.base, chance.confidence)
        return Interval(chance.factor * found.lower, chance.factor * found.upper)
    found = byar_interval(counted.count, chance.confidence)
    scale = chance.factor / counted.base
    return Interval(scale * found.lower, scale * found.upper)


def _error(kind: CountKind, baseline: float, base: float) -> float:
    return share_error(baseline, base) if kind is CountKind.PART else rate_error(baseline, base)


def _score(kind: CountKind, baseline: float, counted: Counted) -> float:
    return (counted.count / counted.base - baseline) / _error(kind, baseline, counted.base)


def _dispersion(kind: CountKind, baseline: float, places: Mapping[int, Counted]) -> Dispersion | None:
    counted = [one for one in places.values() if one.base > 0]
    if len(counted) < _LEAST_PLACES:
        return None
    scores = [_score(kind, baseline, one) for one in counted]
    errors = [_error(kind, baseline, one.base) for one in counted]
    return over_dispersion(scores, errors) if all(math.isfinite(score) for score in scores) else None
