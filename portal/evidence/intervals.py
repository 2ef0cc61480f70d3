"""Confidence limits of shares (pure functions). 95 %, without continuity correction."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Interval:
    """A share with its lower and upper limit, all from 0 to 1."""

    share: float
    lower: float
    upper: float


def wilson(count: int, n: int) -> Interval:
    """Wilson's score interval of `count` out of `n`; `n` must be positive."""
    if not 0 <= count <= n or n <= 0:
        raise ValueError(f"{count} of {n} is no share")
    share = count / n
    spread = Z_95 * Z_95 / n
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def newcombe_lower(count: int, n: int, other_count: int, other_n: int) -> float:
    """Lower limit of the difference of two shares (Newcombe's method 10): above 0 means significantly larger."""
    one, other = wilson(count, n), wilson(other_count, other_n)
    return one.share - other.share - sqrt((one.share - one.lower) ** 2 + (other.upper - other.share) ** 2)
