"""Rates from counts, what chance makes of them, and what it changes in the signal."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.statistics import byar_interval, wilson_interval
from portal.indicators.chance import Chance, Counted, chance_of, with_family
from portal.indicators.figures import CountFacts, ShownValue
from portal.indicators.models import CensusBase, CountKind
from portal.indicators.rates import Parts, rate_of, rates_of
from portal.indicators.value_states import ValueState

few = settings(max_examples=40, deadline=None)
PART = CountFacts(kind=CountKind.PART, factor=100.0, has_chance_limits=True, numerator="Z", denominator="N")
EVENTS = replace(PART, kind=CountKind.EVENTS, factor=1000.0)
DAY = "2024-12-31"


def shown(value: float | None, state: ValueState = ValueState.REPORTED, **more: object) -> ShownValue:
    return replace(ShownValue(DAY, value, None, state), **more)


def limits(
    places: dict[int, tuple[float, float]], areas: dict[int, tuple[float, float]] | None = None, **more: object
) -> Chance:
    whole = Counted(sum(count for count, _ in places.values()), sum(base for _, base in places.values()))
    found = chance_of(
        more.get("kind", CountKind.PART),  # type: ignore[arg-type]
        100.0,
        whole,
        {place: Counted(*counts) for place, counts in places.items()},
        {area: Counted(*counts) for area, counts in (areas or {}).items()},
        confidence=0.95,
        false_alarms=0.1,
    )
    assert found is not None
    return found


def test_a_rate_keeps_its_counts() -> None:
    found = rate_of(shown(30), shown(400), PART)
    assert (found.value, found.count, found.base, found.state) == (7.5, 30, 400, ValueState.REPORTED)
    assert rate_of(shown(0), shown(400), PART).state is ValueState.ZERO
    assert rate_of(shown(30, ValueState.PROVISIONAL), shown(400, ValueState.REVISED), PART).state is (
        ValueState.PROVISIONAL
    )


@pytest.mark.parametrize(
    ("count", "base", "state"),
    [
        (shown(None, ValueState.SUPPRESSED), shown(400), ValueState.SUPPRESSED),
        (shown(3), shown(None, ValueState.SUPPRESSED), ValueState.SUPPRESSED),
        (shown(0, ValueState.ZERO_OR_SET), shown(400), ValueState.SUPPRESSED),
        (shown(None, ValueState.NOT_YET_AVAILABLE), shown(400), ValueState.NOT_YET_AVAILABLE),
        (shown(3), shown(0), ValueState.NOT_MEANINGFUL),
        (shown(500), shown(400), ValueState.SOURCE_ERROR),
        (shown(-1), shown(400), ValueState.SOURCE_ERROR),
        (
            shown(3, census_base=CensusBase.CENSUS_2011),
            shown(400, census_base=CensusBase.CENSUS_2022),
            ValueState.NOT_MEANINGFUL,
        ),
    ],
)
def test_without_both_counts_there_is_no_rate(count: ShownValue, base: ShownValue, state: ValueState) -> None:
    found = rate_of(count, base, PART)
    assert (found.value, found.count, found.base, found.state) == (None, None, None, state)


def test_both_parts_must_be_of_the_same_period() -> None:
    parts = Parts(
        numerator={1: {"2023": shown(3), "2024": shown(4)}, 2: {"2024": shown(5)}},
        denominator={1: {"2024": shown(8), "2022": shown(9)}},
    )
    assert {place: list(periods) for place, periods in rates_of(parts, PART).items()} == {1: ["2024"]}


def test_an_older_territory_or_census_goes_with_the_rate() -> None:
    found = rate_of(
        shown(3, territorial_date=date(2020, 1, 1)),
        shown(9, territorial_date=date(2024, 1, 1), census_base=CensusBase.CENSUS_2022),
        PART,
    )
    assert (found.territorial_date, found.census_base) == (date(2020, 1, 1), CensusBase.CENSUS_2022)


def test_intervals_follow_the_kind_of_count() -> None:
    part = limits({1: (30, 400), 2: (300, 3600)})
    assert part.places[1].interval == pytest.approx([100 * end for end in wilson_interval(30, 400)])
    events = limits({1: (30, 400), 2: (300, 3600)}, kind=CountKind.EVENTS)
    assert events.places[1].interval == pytest.approx([100 * end / 400 for end in byar_interval(30)])


def test_a_place_far_from_the_county_stands_out_and_a_near_one_does_not() -> None:
    places = dict.fromkeys(range(1, 12), (100.0, 1000.0)) | {12: (200.0, 1000.0), 13: (1.0, 5.0)}
    found = limits(places)
    assert found.places[12].stands
    assert found.places[12].is_far_outside
    # One of five is 20 per cent, too, and says nothing.
    assert not found.places[13].is_outside
    assert not any(found.places[number].stands for number in range(1, 12))
    assert found.dispersion is not None


def test_nobody_or_everybody_counted_has_no_limits() -> None:
    for count in (0, 100):
        assert chance_of(
            CountKind.PART, 100, Counted(count, 100), {}, {}, confidence=0.95, false_alarms=0.1
        ) is None  # fmt: skip


def test_many_areas_are_judged_together() -> None:
    # p = 0.0456 alone is outside of the limits; among thirty tests without anything else it may be chance.
    odd = limits({1: (500, 1000), 2: (500, 1000)}, {9: (532, 1000)})
    assert odd.areas[9].is_outside
    assert with_family({"odd": odd})["odd"].areas[9].stands
    calm = {f"calm{n}": limits({1: (500, 1000), 2: (500, 1000)}, {9: (500, 1000)}) for n in range(30)}
    assert not with_family({"odd": odd, **calm})["odd"].areas[9].stands
    assert with_family({}) == {}


@few
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 5000)), min_size=2, max_size=20))
def test_what_stands_is_outside_and_what_is_far_outside_is_outside(counts: list[tuple[int, int]]) -> None:
    # Where nobody or everybody is counted there is no chance to speak of.
    if not any(count for count, _ in counts) or all(count == base for count, base in counts):
        return
    found = limits({number: (float(count), float(base)) for number, (count, base) in enumerate(counts)})
    for place in found.places.values():
        value = 100 * place.count / place.base
        assert place.interval.lower <= value <= place.interval.upper
        assert place.is_outside or not (place.stands or place.is_far_outside)
