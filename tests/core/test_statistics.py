"""Formulas against published figures, and what must hold for all numbers."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.statistics import (
    Measured,
    benjamini_hochberg,
    byar_interval,
    correlation,
    development,
    funnel_limits,
    newcombe,
    normal_quantile,
    over_dispersion,
    rate_funnel_limits,
    standard_scores,
    two_sided_p_value,
    weighted_mean,
    weighted_mean_variance,
    wilson_interval,
    winsorised,
)

few = settings(max_examples=40, deadline=None)


# Abramowitz, Stegun (1964), tables 26.1 and 26.5; the usual limits of control charts.
@pytest.mark.parametrize(("share", "point"), [(0.975, 1.959964), (0.999, 3.090232), (0.9, 1.281552), (0.5, 0.0)])
def test_points_of_the_normal_distribution_as_tabulated(share: float, point: float) -> None:
    assert normal_quantile(share) == pytest.approx(point, abs=1e-6)
    assert two_sided_p_value(point) == pytest.approx(2 * (1 - share), abs=1e-6)


def test_a_p_value_far_out_is_not_lost() -> None:
    # Φ(−10) = 7.6199e−24 (Abramowitz, Stegun, table 26.2).
    assert two_sided_p_value(-10) == pytest.approx(2 * 7.6199e-24, rel=1e-4)


# Newcombe (1998), "Two-sided confidence intervals for the single proportion",
# Statistics in Medicine 17, Table I, method 3.
@pytest.mark.parametrize(
    ("count", "base", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(count: int, base: int, lower: float, upper: float) -> None:
    found = wilson_interval(count, base, 0.95)
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


# Exact limits of a Poisson count (Garwood 1936; reprinted in Breslow, Day 1987, table 2.10, and elsewhere); the
# approximation stays within 0.2 per cent of them from ten events on (Public Health England 2018, Technical guide:
# Confidence intervals).
@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    [(10, 4.795, 18.39), (20, 12.22, 30.89), (30, 20.24, 42.83), (50, 37.11, 65.92), (100, 81.36, 121.63)],
)
def test_byar_is_as_near_to_the_exact_limits_as_published(count: int, lower: float, upper: float) -> None:
    found = byar_interval(count, 0.95)
    assert found.lower == pytest.approx(lower, rel=0.003)
    assert found.upper == pytest.approx(upper, rel=0.003)


def test_byar_to_the_last_place() -> None:
    # Byar's own value for 100 events in the indicator methods of Public Health England (2024).
    assert byar_interval(100).lower == pytest.approx(81.36210549052788, rel=1e-12)
    assert byar_interval(0).lower == 0
    assert byar_interval(1, 0.998).lower == 0


# Worked by hand from the formula of Spiegelhalter (2005): 0.1 ± 1.959964 · √(0.09 / 100) and 3.090232 · √(…).
@pytest.mark.parametrize(
    ("confidence", "lower", "upper"), [(0.95, 0.0412011, 0.1587989), (0.998, 0.0072930, 0.1927070)]
)
def test_funnel_limits_by_hand(confidence: float, lower: float, upper: float) -> None:
    assert funnel_limits(0.1, 100, confidence) == pytest.approx((lower, upper), abs=1e-7)


def test_limits_of_rates_by_hand() -> None:
    # 0.02 ± 1.959964 · √(0.02 / 5000) = 0.02 ± 0.0039199
    assert rate_funnel_limits(0.02, 5000) == pytest.approx((0.0160801, 0.0239199), abs=1e-7)


# The 15 p-values of Benjamini, Hochberg (1995), section 4: four hypotheses are rejected at 5 per cent.
THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
    1.0000,
]  # fmt: skip


def test_benjamini_hochberg_as_published() -> None:
    assert benjamini_hochberg(THROMBOLYSIS, 0.05) == [True] * 4 + [False] * 11
    assert benjamini_hochberg(THROMBOLYSIS[::-1], 0.05) == [False] * 11 + [True] * 4
    assert benjamini_hochberg([], 0.05) == []


# Thirteen trials of the tuberculosis vaccine (Colditz and others 1994, JAMA 271, 698–702): treated ill and well,
# others ill and well. Log risk ratios: Q = 152.2330 (Viechtbauer 2010, Journal of Statistical Software 36(3)), and
# 0.3088 between the trials by the method of DerSimonian and Laird.
VACCINE = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
    (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip


def test_variance_between_places_as_published() -> None:
    effects, errors = [], []
    for ill, well, other_ill, other_well in VACCINE:
        effects.append(math.log(ill / (ill + well)) - math.log(other_ill / (other_ill + other_well)))
        errors.append(math.sqrt(1 / ill - 1 / (ill + well) + 1 / other_ill - 1 / (other_ill + other_well)))
    mean = weighted_mean(effects, [error**-2 for error in errors])
    scores = [(effect - mean) / error for effect, error in zip(effects, errors, strict=True)]
    found = over_dispersion(scores, errors, share=0)
    assert found.phi * found.places == pytest.approx(152.2330, abs=1e-4)
    assert found.tau_squared == pytest.approx(0.3088, abs=1e-4)
    assert found.is_over
    assert found.multiplicative_error(1) == pytest.approx(math.sqrt(152.2330 / 13), abs=1e-5)
    assert found.additive_error(0.1) == pytest.approx(math.sqrt(0.01 + 0.3088), abs=1e-4)


def test_extreme_scores_are_drawn_in() -> None:
    scores = [9.0, -3, 0, 1, 2, -1, 0.5, -8, 1.5, -0.5]
    assert winsorised(scores, 0.1) == [2, -3, 0, 1, 2, -1, 0.5, -3, 1.5, -0.5]
    assert winsorised(scores, 0) == scores


def test_places_that_vary_by_chance_are_not_widened() -> None:
    found = over_dispersion([0.5, -0.5, 0.4, -0.4], [1, 1, 2, 2])
    assert not found.is_over
    assert found.tau_squared == 0
    assert found.multiplicative_error(0.3) == found.additive_error(0.3) == 0.3


def test_weighted_means_by_hand() -> None:
    assert weighted_mean([1, 2, 4], [1, 1, 2]) == 2.75
    # With equal weights the variance of a mean is s² / n: 2.5 / 5.
    assert weighted_mean_variance([1, 2, 3, 4, 5], [7] * 5) == pytest.approx(0.5)
    assert weighted_mean_variance([1, 3], [1, 3], [0.4, 0.8]) == pytest.approx((0.4 + 9 * 0.8) / 16)


def test_trend_stays_on_one_basis() -> None:
    old = [Measured(year, year / 10, ("census 2011", 2019)) for year in (2017, 2018, 2019)]
    new = [Measured(year, year / 5, ("census 2022", 2024)) for year in (2022, 2023)]
    assert development(old).change == pytest.approx(0.2)
    assert development([*new, *old]) == development(new)
    assert development(new).change is None
    assert development([*new, Measured(2024, 400, ("census 2022", 2024))]).change == pytest.approx(400 - 404.4)
    # The same census on another territory is another series.
    assert development([*new, Measured(2024, 400, ("census 2022", 2025))]).periods == 1
    assert development([]).periods == 0


def test_correlation_by_hand() -> None:
    assert correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert correlation([1, 2, 3, 4], [1, 3, 2, 4]) == pytest.approx(0.8)
    assert correlation([1, 2, 3], [5, 5, 5]) is None


_share = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
_confidence = st.floats(0.5, 0.999)
_numbers = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20)


@few
@given(_share)
def test_wilson_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    count, n = pair
    found, other = wilson_interval(count, n), wilson_interval(n - count, n)
    assert 0 <= found.lower <= count / n <= found.upper <= 1
    assert found.lower == pytest.approx(1 - other.upper, abs=1e-12)


@few
@given(_share, _share)
def test_newcombe_holds_the_difference_and_turns_round(one: tuple[int, int], two: tuple[int, int]) -> None:
    found, turned = newcombe(*one, *two), newcombe(*two, *one)
    assert -1 <= found.lower <= one[0] / one[1] - two[0] / two[1] <= found.upper <= 1
    assert found.lower == pytest.approx(-turned.upper, abs=1e-12)


@few
@given(st.integers(0, 100_000), _confidence)
def test_byar_holds_the_count_and_grows_with_it(count: int, confidence: float) -> None:
    found, more = byar_interval(count, confidence), byar_interval(count + 1, confidence)
    assert 0 <= found.lower <= count < found.upper
    assert found.lower <= more.lower
    assert found.upper < more.upper


@few
@given(_share, st.floats(0.001, 0.999), _confidence)
def test_a_share_lies_outside_the_funnel_if_the_baseline_lies_outside_its_interval(
    pair: tuple[int, int], baseline: float, confidence: float
) -> None:
    count, base = pair
    share = count / base
    limits, interval = funnel_limits(baseline, base, confidence), wilson_interval(count, base, confidence)
    assert 0 <= limits.lower <= baseline <= limits.upper <= 1
    near = min(abs(share - limits.lower), abs(share - limits.upper)) < 1e-9
    # At 0 and 1 a limit is cut; a share there is not outside of it.
    assert near or share in {0, 1} or limits.holds(share) == interval.holds(baseline)


@few
@given(st.floats(0.01, 0.99), st.integers(2, 10_000))
def test_a_funnel_narrows_with_the_base(baseline: float, base: int) -> None:
    wide, narrow = funnel_limits(baseline, base), funnel_limits(baseline, 2 * base)
    outer = funnel_limits(baseline, base, 0.998)
    assert outer.lower <= wide.lower <= narrow.lower <= baseline <= narrow.upper <= wide.upper <= outer.upper


@few
@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.01, 0.5))
def test_what_stands_is_the_smallest_and_more_at_a_higher_rate(values: list[float], rate: float) -> None:
    stands = benjamini_hochberg(values, rate)
    kept = [value for value, stood in zip(values, stands, strict=True) if stood]
    dropped = [value for value, stood in zip(values, stands, strict=True) if not stood]
    assert not kept or not dropped or max(kept) < min(dropped)
    # Never stricter than Bonferroni, never more than single tests.
    assert all(value > rate / len(values) for value in dropped)
    assert all(value <= rate for value in kept)
    assert sum(benjamini_hochberg(values, rate / 2)) <= len(kept)


@few
@given(_numbers)
def test_a_weighted_mean_lies_between_and_ignores_the_scale_of_weights(values: list[float]) -> None:
    weights = [1 + number % 3 for number in range(len(values))]
    found = weighted_mean(values, weights)
    assert min(values) - 1e-6 <= found <= max(values) + 1e-6
    assert found == pytest.approx(weighted_mean(values, [10.0 * weight for weight in weights]), rel=1e-9, abs=1e-6)
    assert weighted_mean_variance(values, weights) >= 0


@few
@given(_numbers)
def test_standard_scores_have_mean_0_and_deviation_1_or_say_nothing(values: list[float]) -> None:
    scores = standard_scores(values)
    if any(scores):
        assert math.fsum(scores) / len(scores) == pytest.approx(0, abs=1e-6)
        assert math.fsum(score**2 for score in scores) / len(scores) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("count", "base"), [(0, 0), (-1, 5), (6, 5), (math.nan, 5), (1, math.inf)])
def test_a_share_of_nothing_is_refused(count: float, base: float) -> None:
    with pytest.raises(ValueError):
        wilson_interval(count, base)


def test_impossible_questions_are_refused() -> None:
    for question in (
        lambda: wilson_interval(1, 2, 95),
        lambda: byar_interval(-1),
        lambda: byar_interval(math.nan),
        lambda: funnel_limits(1.2, 10),
        lambda: funnel_limits(0.5, 0),
        lambda: rate_funnel_limits(-0.1, 10),
        lambda: normal_quantile(1),
        lambda: two_sided_p_value(math.nan),
        lambda: benjamini_hochberg([0.5], 0),
        lambda: benjamini_hochberg([1.5], 0.1),
        lambda: winsorised([], 0.1),
        lambda: winsorised([1.0], 0.5),
        lambda: over_dispersion([1.0], [1.0]),
        lambda: over_dispersion([1.0, 2], [1.0, 0]),
        lambda: weighted_mean([], []),
        lambda: weighted_mean([1], [0]),
        lambda: weighted_mean([1, 2], [1, -1]),
        lambda: weighted_mean_variance([1], [1]),
        lambda: weighted_mean_variance([1], [1], [-1]),
        lambda: development([Measured(1, 1), Measured(1, 2)]),
        lambda: correlation([1], [1, 2]),
        lambda: standard_scores([math.inf]),
    ):
        with pytest.raises(ValueError):
            question()
