"""Intervals for shares: what a count of answers says about the share behind it. A few lines each, with source."""

import math
from dataclasses import dataclass

# 97.5 % point of the standard normal distribution: intervals of 95 %.
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """Lower and upper limit; shares and their differences are fractions, not percent."""

    lower: float
    upper: float


def wilson(count: int, n: int, *, z: float = Z_95) -> Interval:
    """Score interval of the share `count / n` (Wilson 1927).

    Recommended by Brown, Cai, DasGupta (2001), "Interval estimation for a binomial proportion", Statistical
    Science 16(2), eq. 4: keeps its coverage for small n and never leaves 0…1. Raises `ValueError` unless
    0 ≤ count ≤ n and n > 0.
    """
    if n <= 0 or not 0 <= count <= n:
        raise ValueError("a share needs 0 ≤ count ≤ n and n > 0")
    share = count / n
    square = z * z
    centre = share + square / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    # At the ends one limit is exactly 0 or 1; rounding must not move it past.
    lower = 0.0 if count == 0 else max(0.0, (centre - spread) / (1 + square / n))
    upper = 1.0 if count == n else min(1.0, (centre + spread) / (1 + square / n))
    return Interval(lower, upper)


def newcombe(count: int, n: int, other_count: int, other_n: int, *, z: float = Z_95) -> Interval:
    """Interval of the difference `count / n − other_count / other_n` of two independent shares.

    Method 10 (hybrid score, without continuity correction) in Newcombe (1998), "Interval estimation for the
    difference between independent proportions: comparison of eleven methods", Statistics in Medicine 17, 873–890.
    """
    first, second = wilson(count, n, z=z), wilson(other_count, other_n, z=z)
    share, other = count / n, other_count / other_n
    difference = share - other
    below = math.hypot(share - first.lower, second.upper - other)
    above = math.hypot(first.upper - share, other - second.lower)
    return Interval(difference - below, difference + above)
