"""Chance and uncertainty: intervals, funnel limits, many tests at once, weighted means, trends. A few lines each.

Shares are fractions (0 … 1), confidences too (0.95). Nothing is rounded. Numbers outside of what a formula is
made for raise `ValueError`; nothing returns a plausible number for an impossible question.
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

# Comparable periods needed before a development counts as a trend.
TREND_PERIODS = 3
_NORMAL = NormalDist()


class Interval(NamedTuple):
    """Lower and upper limit."""

    lower: float
    upper: float

    def holds(self, value: float) -> bool:
        return self.lower <= value <= self.upper


@lru_cache(maxsize=64)
def normal_quantile(share: float) -> float:
    """The point of the standard normal distribution below which this share lies (0.975 → 1.9600).

    Wichura (1988), Algorithm AS 241, Applied Statistics 37, 477–484, as the standard library has it.
    """
    if not 0 < share < 1:
        raise ValueError("a quantile needs 0 < share < 1")
    return _NORMAL.inv_cdf(share)


def two_sided_quantile(confidence: float) -> float:
    """How many standard errors an interval of this confidence reaches to either side (0.95 → 1.9600)."""
    if not 0 < confidence < 1:
        raise ValueError("a confidence lies between 0 and 1")
    return normal_quantile((1 + confidence) / 2)


def two_sided_p_value(z: float) -> float:
    """Probability that chance alone puts a standard normal number at least as far from zero as `z`.

    `erfc` keeps its precision far out, where 1 − Φ(z) would be lost (Abramowitz, Stegun 1964, 26.2.29).
    """
    if math.isnan(z):
        raise ValueError("not a number")
    return math.erfc(abs(z) / math.sqrt(2))


def wilson_interval(count: float, base: float, confidence: float = 0.95) -> Interval:
    """Score interval of the share `count / base` (Wilson 1927).

    Recommended by Brown, Cai, DasGupta (2001), "Interval estimation for a binomial proportion", Statistical
    Science 16(2), eq. 4: keeps its coverage for small bases and never leaves 0…1. Raises `ValueError` unless
    0 ≤ count ≤ base and base > 0. Counts may be fractional (weighted answers with their effective base).
    """
    if not (0 <= count <= base < math.inf and base > 0):
        raise ValueError("a share needs 0 ≤ count ≤ base and base > 0")
    z = two_sided_quantile(confidence)
    share, square = count / base, z * z
    centre = share + square / (2 * base)
    spread = z * math.sqrt(share * (1 - share) / base + square / (4 * base * base))
    # At the ends one limit is exactly 0 or 1; rounding must not move it past.
    lower = 0.0 if count == 0 else max(0.0, (centre - spread) / (1 + square / base))
    upper = 1.0 if count == base else min(1.0, (centre + spread) / (1 + square / base))
    return Interval(lower, upper)


def newcombe(count: float, base: float, other_count: float, other_base: float, confidence: float = 0.95) -> Interval:
    """Interval of the difference `count / base − other_count / other_base` of two independent shares.

    Method 10 (hybrid score, without continuity correction) in Newcombe (1998), "Interval estimation for the
    difference between independent proportions: comparison of eleven methods", Statistics in Medicine 17, 873–890.
    """
    first = wilson_interval(count, base, confidence)
    second = wilson_interval(other_count, other_base, confidence)
    share, other = count / base, other_count / other_base
    difference = share - other
    below = math.hypot(share - first.lower, second.upper - other)
    above = math.hypot(first.upper - share, other - second.lower)
    return Interval(difference - below, difference + above)


def byar_interval(count: float, confidence: float = 0.95) -> Interval:
    """Interval of the number of events that was to be expected where `count` happened (Poisson).

    Byar's approximation in Breslow, Day (1987), "Statistical methods in cancer research II", IARC, p. 69: within
    0.2 per cent of the exact limits from ten events on. Divide both by the base for a rate. No events: from 0.
    """
    if not 0 <= count < math.inf:
        raise ValueError("a number of events is not negative")
    z, more = two_sided_quantile(confidence), count + 1
    lower = 0.0
    if count > 0:
        # Below one event and far out the approximation would fall under zero.
        lower = count * max(0.0, 1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
    return Interval(lower, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3)


def funnel_limits(baseline: float, base: float, confidence: float = 0.95) -> Interval:
    """Between which shares a place of that base lies by chance alone if its true share is the baseline.

    Score form baseline ± z · √(baseline · (1 − baseline) / base), cut at 0 and 1: Spiegelhalter (2005), "Funnel
    plots for comparing institutional performance", Statistics in Medicine 24, 1185–1202, eq. for proportions. A
    share lies outside exactly if the baseline lies outside of its Wilson interval: both turn the same test round.
    """
    reach = two_sided_quantile(confidence) * share_error(baseline, base)
    return Interval(max(0.0, baseline - reach), min(1.0, baseline + reach))


def rate_funnel_limits(baseline: float, base: float, confidence: float = 0.95) -> Interval:
    """The same for rates of events, which may happen several times to one person (Poisson).

    Score form baseline ± z · √(baseline / base), cut at 0; ibid., section on rates.
    """
    reach = two_sided_quantile(confidence) * rate_error(baseline, base)
    return Interval(max(0.0, baseline - reach), baseline + reach)


def share_error(baseline: float, base: float) -> float:
    """Standard error of a share of `base` around the baseline."""
    if not (0 <= baseline <= 1 and 0 < base < math.inf):
        raise ValueError("a share needs 0 ≤ baseline ≤ 1 and base > 0")
    return math.sqrt(baseline * (1 - baseline) / base)


def rate_error(baseline: float, base: float) -> float:
    """Standard error of a rate of events per unit of `base` around the baseline."""
    if not (0 <= baseline < math.inf and 0 < base < math.inf):
        raise ValueError("a rate needs baseline ≥ 0 and base > 0")
    return math.sqrt(baseline / base)


def winsorised(scores: Sequence[float], share: float = 0.1) -> list[float]:
    """The scores with that share at either end drawn in to the nearest score that is left (order kept).

    Spiegelhalter (2005), section on over-dispersion, with a tenth at either end: a few truly different places must
    not decide how much all others vary.
    """
    if not 0 <= share < 0.5:
        raise ValueError("at most half of the scores may be drawn in")
    if not scores or not all(math.isfinite(score) for score in scores):
        raise ValueError("no scores, or not all of them numbers")
    ordered, cut = sorted(scores), math.floor(share * len(scores))
    lowest, highest = ordered[cut], ordered[-1 - cut]
    return [min(max(score, lowest), highest) for score in scores]


@dataclass(frozen=True)
class Dispersion:
    """How much more places vary than chance explains.

    `phi` is 1 if chance explains all; `tau_squared` is the variance between places in squared units of the values.
    """

    phi: float
    tau_squared: float
    places: int

    @property
    def is_over(self) -> bool:
        """Whether the places vary more than chance explains: φ > 1 + 2 · √(2 / I) (ibid.)."""
        return self.phi > 1 + 2 * math.sqrt(2 / self.places)

    def multiplicative_error(self, error: float) -> float:
        """A standard error widened by √φ; never narrowed."""
        return error * math.sqrt(max(1.0, self.phi))

    def additive_error(self, error: float) -> float:
        """A standard error with the variance between places added to it (random effects)."""
        return math.hypot(error, math.sqrt(self.tau_squared))


def over_dispersion(scores: Sequence[float], errors: Sequence[float], share: float = 0.1) -> Dispersion:
    """φ and τ² from naive z-scores and the standard errors of the values.

    φ = Σ z² / I over the winsorised scores; τ² = (I · φ − (I − 1)) / (Σw − Σw² / Σw) with w = 1 / error², not
    below 0: the method of moments of DerSimonian, Laird (1986), Controlled Clinical Trials 7, 177–188, as in
    Spiegelhalter (2005), "Handling over-dispersion of performance indicators", Quality and Safety in Health Care
    14, 347–351. Needs two places.
    """
    if len(scores) != len(errors) or len(scores) < 2:
        raise ValueError("dispersion needs a score and an error of at least two places")
    if not all(0 < error < math.inf for error in errors):
        raise ValueError("a standard error is positive")
    squares = math.fsum(score * score for score in winsorised(scores, share))
    weights = [error**-2 for error in errors]
    total = math.fsum(weights)
    room = total - math.fsum(weight * weight for weight in weights) / total
    tau_squared = max(0.0, (squares - (len(scores) - 1)) / room)
    return Dispersion(phi=squares / len(scores), tau_squared=tau_squared, places=len(scores))


def benjamini_hochberg(p_values: Sequence[float], rate: float) -> list[bool]:
    """Which of many tests stand if at most `rate` of those that stand shall be false alarms (order kept).

    The k smallest p-values stand, k being the largest number with p₍ₖ₎ ≤ k / m · rate: Benjamini, Hochberg (1995),
    "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57, 289–300, (1).
    """
    if not 0 < rate < 1:
        raise ValueError("a rate of false alarms lies between 0 and 1")
    if not all(0 <= value <= 1 for value in p_values):
        raise ValueError("a p-value lies between 0 and 1")
    ordered = sorted(p_values)
    standing = [p for k, p in enumerate(ordered, start=1) if p <= k / len(ordered) * rate]
    return [bool(standing) and value <= standing[-1] for value in p_values]


def weighted_mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Σ w · x / Σ w."""
    _require_weights(values, weights)
    return math.fsum(w * x for x, w in zip(values, weights, strict=True)) / math.fsum(weights)


def weighted_mean_variance(
    values: Sequence[float], weights: Sequence[float], variances: Sequence[float] | None = None
) -> float:
    """Variance of the weighted mean.

    With the variances of the values: Σ w² · s² / (Σ w)². Without them from the spread of the values, ratio
    variance of Cochran (1977) as in Gatz, Smith (1995), "The standard error of a weighted mean concentration – I",
    Atmospheric Environment 29, 1185–1193, eq. 4; that one needs two values and the equal weights give s² / n.
    """
    _require_weights(values, weights)
    total = math.fsum(weights)
    if variances is not None:
        if len(variances) != len(values) or not all(0 <= variance < math.inf for variance in variances):
            raise ValueError("each value needs its variance, which is not negative")
        return math.fsum(w * w * s for w, s in zip(weights, variances, strict=True)) / total**2
    n = len(values)
    if n < 2:
        raise ValueError("one value has no spread")
    mean, mean_weight = weighted_mean(values, weights), total / n
    pairs = list(zip(values, weights, strict=True))
    squares = math.fsum((w * x - mean_weight * mean) ** 2 for x, w in pairs)
    products = math.fsum((w - mean_weight) * (w * x - mean_weight * mean) for x, w in pairs)
    weight_squares = math.fsum((w - mean_weight) ** 2 for w in weights)
    found = n / ((n - 1) * total**2) * (squares - 2 * mean * products + mean**2 * weight_squares)
    return max(0.0, found)


def standard_scores(values: Sequence[float]) -> list[float]:
    """Each value's distance from the mean of all in standard deviations of all (n, not n − 1).

    Values that are all the same have no distance: 0. OECD, JRC (2008), "Handbook on constructing composite
    indicators", section 5.2 (z-scores).
    """
    if not values or not all(math.isfinite(value) for value in values):
        raise ValueError("no values, or not all of them numbers")
    mean = math.fsum(values) / len(values)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    # What is left of equal values is rounding.
    if spread <= 1e-12 * max(1.0, abs(mean)):
        return [0.0] * len(values)
    return [(value - mean) / spread for value in values]


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Product-moment correlation (Pearson 1896); None where one of the two does not vary."""
    if len(first) != len(second):
        raise ValueError("correlation needs pairs")
    one, two = standard_scores(first), standard_scores(second)
    if not any(one) or not any(two):
        return None
    found = math.fsum(a * b for a, b in zip(one, two, strict=True)) / len(one)
    return max(-1.0, min(1.0, found))


class Measured(NamedTuple):
    """A value at a time (any number that grows with it); `basis` names what makes values comparable.

    The basis holds everything that may break a series: census, territory, definition.
    """

    time: float
    value: float
    basis: Hashable = None


@dataclass(frozen=True)
class Development:
    """Change from the first to the newest comparable value; `change` is None with too few of them."""

    periods: int
    change: float | None
    first: Measured | None = None
    last: Measured | None = None


def development(points: Iterable[Measured], least: int = TREND_PERIODS) -> Development:
    """The trend of the values that share the newest one's basis.

    Values on another basis are neither counted nor bridged: a new census, a new territory or a new definition
    moves a series without anything having happened. Raises `ValueError` if two values are of the same time.
    """
    ordered = sorted(points, key=lambda point: point.time)
    if len({point.time for point in ordered}) != len(ordered):
        raise ValueError("two values of the same time")
    comparable = [point for point in ordered if point.basis == ordered[-1].basis]
    if len(comparable) < max(2, least):
        return Development(len(comparable), None)
    first, last = comparable[0], comparable[-1]
    return Development(len(comparable), last.value - first.value, first, last)


def _require_weights(values: Sequence[float], weights: Sequence[float]) -> None:
    if len(values) != len(weights) or not values:
        raise ValueError("each value needs its weight")
    if not all(0 <= weight < math.inf for weight in weights) or not any(weights):
        raise ValueError("weights are not negative and not all zero")
