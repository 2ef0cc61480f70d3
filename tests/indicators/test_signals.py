"""The rule for figures, match by match; the whole table of the demonstration is checked beside it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.indicators.aggregation import (
    Aggregation,
    AreaValue,
    AreaValueState,
    CountyBasis,
    CountyValue,
    Extreme,
)
from portal.indicators.models import DifferenceKind, Polarity, StandardScope
from portal.indicators.periods import period_end, valid_until
from portal.indicators.signals import (
    Direction,
    FiguresSignal,
    SignalReason,
    SignalRule,
    Standard,
    StandardCheck,
    Trend,
    TrendPoint,
    figures_signal,
    trend_of,
)

# A busy machine must not decide whether a property holds.
unhurried = settings(deadline=None, max_examples=60)

TODAY = date(2026, 11, 20)
AREA = AreaValue(
    value=60.0,
    state=AreaValueState.COMPLETE,
    aggregation=Aggregation.POPULATION_WEIGHTED_MEAN,
    members=10,
    members_with_value=10,
    coverage=1.0,
    spread_min=Extreme("00000001", 50.0),
    spread_max=Extreme("00000002", 70.0),
)
EMPTY = AreaValue(value=None, state=AreaValueState.NO_VALUES, aggregation=Aggregation.NONE, members=10)
COUNTY = CountyValue(value=70.0, basis=CountyBasis.COMPUTED)
RULE = SignalRule(
    polarity=Polarity.HIGH_FAVOURABLE,
    age_limit_years=5,
    min_difference=10.0,
    min_difference_kind=DifferenceKind.ABSOLUTE,
)


def outcome(
    area: AreaValue = AREA, county: CountyValue = COUNTY, rule: SignalRule = RULE, **more: object
) -> tuple[FiguresSignal, tuple[SignalReason, ...]]:
    arguments = {"period": "2023", "today": TODAY} | more
    found = figures_signal(area, county, rule=rule, **arguments)  # type: ignore[arg-type]
    return found.signal, found.reasons


def test_reached_means_at_least() -> None:
    assert outcome() == (FiguresSignal.CONSPICUOUS, (SignalReason.DIFFERENCE,))
    assert outcome(replace(AREA, value=60.0000001)) == (
        FiguresSignal.NOT_CONSPICUOUS,
        (SignalReason.BELOW_MINIMUM,),
    )


def test_only_the_unfavourable_side_counts() -> None:
    assert outcome(replace(AREA, value=95.0)) == (FiguresSignal.NOT_CONSPICUOUS, (SignalReason.NOT_WORSE,))
    assert outcome(replace(AREA, value=70.0)) == (FiguresSignal.NOT_CONSPICUOUS, (SignalReason.NOT_WORSE,))
    high_is_bad = replace(RULE, polarity=Polarity.HIGH_UNFAVOURABLE)
    assert outcome(replace(AREA, value=80.0), rule=high_is_bad)[0] is FiguresSignal.CONSPICUOUS
    assert outcome(rule=high_is_bad)[0] is FiguresSignal.NOT_CONSPICUOUS


def test_a_relative_minimum_is_a_share_of_the_county() -> None:
    rule = replace(RULE, min_difference=0.2, min_difference_kind=DifferenceKind.RELATIVE)
    found = figures_signal(AREA, COUNTY, rule=rule, period="2023", today=TODAY)
    assert found.min_difference == pytest.approx(14)
    assert found.signal is FiguresSignal.NOT_CONSPICUOUS
    negative = CountyValue(value=-70.0, basis=CountyBasis.COMPUTED)
    below = figures_signal(replace(AREA, value=-90.0), negative, rule=rule, period="2023", today=TODAY)
    assert below.min_difference == pytest.approx(14)
    assert below.direction is Direction.UNFAVOURABLE
    assert below.signal is FiguresSignal.CONSPICUOUS


def test_without_a_minimum_there_is_no_comparison() -> None:
    rule = replace(RULE, min_difference=None, min_difference_kind=None)
    assert outcome(rule=rule) == (FiguresSignal.NOT_CONSPICUOUS, (SignalReason.NOT_COMPARED,))
    with pytest.raises(ValueError, match="kind"):
        replace(RULE, min_difference_kind=None)


def test_values_are_too_old_from_the_day_after() -> None:
    assert outcome(period="2021", today=date(2026, 12, 31))[0] is FiguresSignal.CONSPICUOUS
    assert outcome(period="2021", today=date(2027, 1, 1)) == (
        FiguresSignal.NOT_MEANINGFUL,
        (SignalReason.TOO_OLD,),
    )


def test_four_fifths_of_the_people_are_enough() -> None:
    assert outcome(replace(AREA, coverage=0.8))[0] is FiguresSignal.CONSPICUOUS
    assert outcome(replace(AREA, coverage=0.79)) == (
        FiguresSignal.NOT_MEANINGFUL,
        (SignalReason.LOW_COVERAGE,),
    )


def test_age_comes_before_coverage_and_coverage_before_direction() -> None:
    neutral = replace(RULE, polarity=Polarity.NEUTRAL)
    thin = replace(AREA, coverage=0.5)
    assert outcome(thin, rule=neutral, period="2015")[1] == (SignalReason.TOO_OLD,)
    assert outcome(thin, rule=neutral)[1] == (SignalReason.LOW_COVERAGE,)
    assert outcome(rule=neutral)[1] == (SignalReason.AMBIGUOUS,)


def test_an_area_is_not_compared_with_a_handful_of_municipalities() -> None:
    few = replace(AREA, coverage=0.3)
    none = CountyValue(value=None, basis=CountyBasis.TOO_FEW, computed=few)
    published = CountyValue(value=70.0, basis=CountyBasis.PUBLISHED, computed=few)
    withheld = CountyValue(value=None, basis=CountyBasis.WITHHELD, computed=few)
    for county in (none, published, withheld):
        assert outcome(county=county) == (FiguresSignal.NOT_MEANINGFUL, (SignalReason.NO_COUNTY,))
    standard = Standard(value=100.0, scope=StandardScope.AREA_VALUE)
    assert outcome(county=none, rule=replace(RULE, standard=standard))[1] == (SignalReason.STANDARD_MISSED,)


def test_the_county_alone_judges_no_area() -> None:
    missing = CountyValue(value=None, basis=CountyBasis.MISSING)
    published = CountyValue(value=5.7, basis=CountyBasis.PUBLISHED)
    classed = CountyValue(value=None, basis=CountyBasis.PUBLISHED, text="10,00 bis unter 11,50")
    assert outcome(EMPTY, missing, period=None) == (FiguresSignal.NONE, (SignalReason.NO_VALUES,))
    assert outcome(EMPTY, published) == (FiguresSignal.NOT_MEANINGFUL, (SignalReason.COUNTY_ONLY,))
    assert outcome(EMPTY, classed) == (
        FiguresSignal.NOT_MEANINGFUL,
        (SignalReason.CLASS_ONLY, SignalReason.COUNTY_ONLY),
    )
    municipal_class = replace(EMPTY, state=AreaValueState.CLASS_ONLY)
    assert outcome(municipal_class, missing) == (FiguresSignal.NOT_MEANINGFUL, (SignalReason.CLASS_ONLY,))
    # A published value beside municipal ones is shown, not compared with.
    assert outcome(county=published)[1] == (SignalReason.NOT_COMPARED,)


def test_secret_values_are_not_meaningful() -> None:
    secret_sum = replace(
        AREA, value=None, aggregation=Aggregation.SUM, members_suppressed=1, state=AreaValueState.SECRET
    )
    assert outcome(secret_sum) == (FiguresSignal.NOT_MEANINGFUL, (SignalReason.SECRET,))
    all_secret = replace(EMPTY, members_suppressed=10, state=AreaValueState.SECRET)
    assert outcome(all_secret) == (FiguresSignal.NOT_MEANINGFUL, (SignalReason.SECRET,))


def test_a_standard_is_checked_where_it_applies() -> None:
    target = Standard(value=100, scope=StandardScope.AREA_VALUE, tolerance=1)
    far = replace(RULE, min_difference=50.0, standard=target)
    assert outcome(rule=far) == (FiguresSignal.CONSPICUOUS, (SignalReason.STANDARD_MISSED,))
    assert outcome(replace(AREA, value=99.0), rule=far)[0] is FiguresSignal.NOT_CONSPICUOUS
    both = replace(RULE, standard=target)
    assert outcome(rule=both)[1] == (SignalReason.DIFFERENCE, SignalReason.STANDARD_MISSED)
    minutes = replace(
        RULE,
        polarity=Polarity.HIGH_UNFAVOURABLE,
        standard=Standard(value=70, scope=StandardScope.MUNICIPALITY_VALUES),
    )
    kept = figures_signal(AREA, COUNTY, rule=minutes, period="2023", today=TODAY)
    assert kept.standard_check is StandardCheck.KEPT
    worse = replace(AREA, spread_max=Extreme("00000002", 70.1))
    missed = figures_signal(worse, COUNTY, rule=minutes, period="2023", today=TODAY)
    assert missed.standard_check is StandardCheck.MISSED
    assert missed.reasons == (SignalReason.STANDARD_MISSED,)


def test_a_trend_of_its_own_and_chance_limits() -> None:
    mild = replace(AREA, value=69.0)
    worsening = Trend(periods=3, change=-10.0)
    assert outcome(mild, trend=worsening) == (FiguresSignal.CONSPICUOUS, (SignalReason.TREND,))
    assert outcome(mild, trend=Trend(periods=3, change=10.0))[0] is FiguresSignal.NOT_CONSPICUOUS
    assert outcome(mild, trend=Trend(periods=2, change=None))[0] is FiguresSignal.NOT_CONSPICUOUS
    assert outcome(outside_chance_limits=True)[0] is FiguresSignal.CONSPICUOUS
    assert outcome(outside_chance_limits=False) == (
        FiguresSignal.NOT_CONSPICUOUS,
        (SignalReason.WITHIN_CHANCE,),
    )


def test_a_census_breaks_a_trend() -> None:
    points = [
        TrendPoint("2019-12-31", 100.0, "2011"),
        TrendPoint("2022-12-31", 103.0, "2011"),
        TrendPoint("2024-12-31", 99.0, "2022"),
    ]
    assert trend_of(points) == Trend(periods=1, change=None)
    assert trend_of(points[:2]) == Trend(periods=2, change=None)
    assert trend_of([TrendPoint("2021", 1.0), TrendPoint("2023", 4.0), TrendPoint("2022", 9.0)]).change == 3
    assert trend_of([]) == Trend(periods=0, change=None)


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("2023", date(2023, 12, 31)),
        ("2022-06", date(2022, 6, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2021/2024", date(2024, 12, 31)),
        ("2022-12-31", date(2022, 12, 31)),
        ("2023-10P6M", date(2024, 3, 31)),
        ("2023-01P12M", date(2023, 12, 31)),
        ("2022/23", date(2023, 7, 31)),
        ("1999/00", date(2000, 7, 31)),
    ],
)
def test_periods_end_on_their_last_day(period: str, end: date) -> None:
    assert period_end(period) == end


@pytest.mark.parametrize("period", ["", "23", "2022-13", "2022-02-30", "2022/24", "Mai 2022"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(ValueError):
        period_end(period)


def test_a_leap_day_is_valid_until_the_end_of_february() -> None:
    assert valid_until("2024-02-29", 5) == date(2029, 2, 28)
    assert valid_until("2022-06", 7) == date(2029, 6, 30)


numbers = st.floats(-1e6, 1e6)


@unhurried
@given(numbers, numbers, st.floats(0.001, 1e6), st.sampled_from([Polarity.HIGH_FAVOURABLE, Polarity.HIGH_UNFAVOURABLE]))
def test_turning_the_polarity_turns_the_side(
    value: float, reference: float, minimum: float, polarity: Polarity
) -> None:
    rule = replace(RULE, polarity=polarity, min_difference=minimum)
    county = CountyValue(value=reference, basis=CountyBasis.COMPUTED)
    found = figures_signal(replace(AREA, value=value), county, rule=rule, period="2023", today=TODAY)
    worse = reference - value if polarity is Polarity.HIGH_FAVOURABLE else value - reference
    assert (found.signal is FiguresSignal.CONSPICUOUS) == (worse >= minimum)
