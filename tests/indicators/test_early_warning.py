"""What stands on the early-warning list, and how firmly."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from portal.indicators import computation, early_warning
from portal.indicators.aggregation import Aggregation
from portal.indicators.computation import Request, Weights
from portal.indicators.early_warning import Certainty, EarlyWarning, WarningKind
from portal.indicators.figures import CountyFigures, IndicatorFacts, ShownValue
from portal.indicators.models import CensusBase, Polarity, StandardScope
from portal.indicators.signals import Standard
from tests.indicators import county as made

COUNTY = made.composition()
IDS = [place.id for place in COUNTY.municipalities]
FIRST = COUNTY.planning_areas[0]
WEIGHTS = Weights(
    population=MappingProxyType({id_: {made.PERIOD: made.number(1000)} for id_ in IDS}),
    land={},
    parameters=made.PARAMETERS,
)
MEAN = made.facts(aggregation=Aggregation.POPULATION_WEIGHTED_MEAN, counts=None, min_difference=5)


def lines(facts: IndicatorFacts, values: Mapping[int, Mapping[str, ShownValue]]) -> list[EarlyWarning]:
    request = Request(indicator=facts, values=values, period=None, sources={})
    found = computation.indicator_figures(request, COUNTY, [], WEIGHTS, made.TODAY)
    figures = CountyFigures(
        version="1",
        today=made.TODAY,
        composition=COUNTY,
        others=(),
        indicators={facts.key: found},
        further={},
        population={},
    )
    return early_warning.warnings(figures, near=0.7)


def first_area_at(value: float, *, others: float = 10.0, periods: tuple[str, ...] = (made.PERIOD,)) -> dict:  # type: ignore[type-arg]
    members = {member.id for member in COUNTY.members(FIRST.id)}
    return {id_: {p: made.number(value if id_ in members else others, p) for p in periods} for id_ in IDS}


def test_a_level_near_the_threshold_is_listed_and_one_beyond_it_is_not() -> None:
    # One of five areas: the county lies at 10 + 0.2 · 5 = 11, about 4 below the area.
    (near,) = lines(MEAN, first_area_at(15))
    assert (near.area, near.kind, near.certainty) == (FIRST, WarningKind.NEAR, Certainty.MEDIUM)
    assert near.share == pytest.approx(near.amount / 5)
    assert 0.7 <= near.share < 1
    assert lines(MEAN, first_area_at(12)) == []
    assert lines(MEAN, first_area_at(20)) == []  # conspicuous already, hence no early warning


def test_a_favourable_distance_and_a_neutral_indicator_are_not_listed() -> None:
    assert lines(MEAN, first_area_at(5.2)) == []
    neutral = replace(MEAN, rule=replace(MEAN.rule, polarity=Polarity.NEUTRAL))
    assert lines(neutral, first_area_at(15)) == []


def over_time(*values: float, bases: tuple[CensusBase, ...]) -> dict:  # type: ignore[type-arg]
    members = {member.id for member in COUNTY.members(FIRST.id)}
    periods = [f"{2020 + number}-12-31" for number in range(len(values) - 1)] + [made.PERIOD]
    return {
        id_: {
            period: replace(made.number(value if id_ in members else 10.0, period), census_base=base)
            for period, value, base in zip(periods, values, bases, strict=True)
        }
        for id_ in IDS
    }


OLD, NEW = CensusBase.CENSUS_2011, CensusBase.CENSUS_2022


def test_a_development_over_three_dates_is_a_trend_and_over_two_a_change() -> None:
    (trend,) = lines(MEAN, over_time(6, 8, 10, bases=(NEW, NEW, NEW)))
    assert (trend.kind, trend.periods, trend.since, trend.amount) == (WarningKind.TREND, 3, "2020-12-31", 4)
    assert trend.certainty is Certainty.MEDIUM
    (change,) = lines(MEAN, over_time(6, 10, bases=(NEW, NEW)))
    assert (change.kind, change.certainty) == (WarningKind.CHANGE, Certainty.LOW)


def test_a_new_census_starts_a_development_anew() -> None:
    assert lines(MEAN, over_time(2, 6, 10, bases=(OLD, OLD, NEW))) == []


def test_a_standard_kept_with_little_room_is_listed() -> None:
    rule = replace(MEAN.rule, standard=Standard(value=16, scope=StandardScope.MUNICIPALITY_VALUES))
    found = [one for one in lines(replace(MEAN, rule=rule), first_area_at(15)) if one.kind is WarningKind.STANDARD]
    assert [(one.area, one.amount, one.threshold) for one in found] == [(FIRST, 15, 16)]


def test_filters_narrow_the_list() -> None:
    found = lines(MEAN, first_area_at(15))
    assert early_warning.narrowed(found, area="raum0", topic="health", certainty="medium") == found
    assert early_warning.narrowed(found, area="raum1") == []
