"""Intervals against the published examples, and what must hold for all counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.statistics import newcombe, wilson


# Newcombe (1998), "Two-sided confidence intervals for the single proportion",
# Statistics in Medicine 17, Table I, method 3.
@pytest.mark.parametrize(
    ("count", "n", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(count: int, n: int, lower: float, upper: float) -> None:
    found = wilson(count, n)
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)


# Newcombe (1998), Statistics in Medicine 17, 873–890, Table II, method 10, examples (a) to (h).
@pytest.mark.parametrize(
    ("a", "m", "b", "n", "lower", "upper"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_newcombe_as_published(a: int, m: int, b: int, n: int, lower: float, upper: float) -> None:
    found = newcombe(a, m, b, n)
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)


_share = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(_share)
def test_wilson_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    count, n = pair
    found, other = wilson(count, n), wilson(n - count, n)
    assert 0 <= found.lower <= count / n <= found.upper <= 1
    assert found.lower == pytest.approx(1 - other.upper, abs=1e-12)


@given(_share, _share)
def test_newcombe_holds_the_difference_and_turns_round(one: tuple[int, int], two: tuple[int, int]) -> None:
    found, turned = newcombe(*one, *two), newcombe(*two, *one)
    assert -1 <= found.lower <= one[0] / one[1] - two[0] / two[1] <= found.upper <= 1
    assert found.lower == pytest.approx(-turned.upper, abs=1e-12)


@pytest.mark.parametrize(("count", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_a_share_of_nothing_is_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError):
        wilson(count, n)
