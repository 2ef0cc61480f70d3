"""Two numbers that seem to have changed places from one time to another (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from math import log, sqrt
from typing import TypeVar

# Each must have moved by more than a tenth and by more than so many times what chance moves counts of its size
# (of logarithms of Poisson counts: the root of the sum of their reciprocals), and be so much nearer to the other.
_MOVED, _BEYOND_CHANCE, _NEARER = 0.1, 4.0, 4.0

Key = TypeVar("Key")


def is_exchanged(before: tuple[float, float], now: tuple[float, float]) -> bool:
    """Whether each of two counts is near the former one of the other and far from its own."""
    if min(*before, *now) <= 0:
        return False
    moved = [_apart(one, other) for one, other in zip(before, now, strict=True)]
    limits = [max(_MOVED, _BEYOND_CHANCE * sqrt(1 / one + 1 / other)) for one, other in zip(before, now, strict=True)]
    if any(one < limit for one, limit in zip(moved, limits, strict=True)):
        return False
    return _NEARER * max(_apart(before[0], now[1]), _apart(before[1], now[0])) <= min(moved)


def exchanges(
    rows: Mapping[Key, Mapping[str, float]], groups: Sequence[Sequence[Key]]
) -> Iterator[tuple[Key, Key, str, str]]:
    """Pairs of rows within a group whose numbers change places, with the last period before it and the first after.

    Each pair once, at its first time. Periods are compared that follow each other in both rows.
    """
    for group in groups:
        for one, other in combinations(group, 2):
            both = sorted(rows.get(one, {}).keys() & rows.get(other, {}).keys())
            for before, now in pairwise(both):
                if is_exchanged((rows[one][before], rows[other][before]), (rows[one][now], rows[other][now])):
                    yield one, other, before, now
                    break


def _apart(one: float, other: float) -> float:
    return abs(log(one / other))
