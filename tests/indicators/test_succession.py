"""Figures across mergers: old totals stay, the whole is made of its parts or says why not, nothing secret shows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal.areas import queries
from portal.areas.composition import AreaRef, Composition, Former
from portal.areas.mergers import services as mergers
from portal.areas.mergers.services import NewPlace, Wish
from portal.areas.models import AreaKind, MergerKind
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.transaction import transaction
from portal.indicators import computation, pages, words
from portal.indicators import queries as indicators
from portal.indicators.aggregation import Aggregation, AreaValueState, RateBasis
from portal.indicators.computation import Request
from portal.indicators.figures import IndicatorFacts, IndicatorFigures, ShownValue
from portal.indicators.succession import Succession, Weights
from portal.indicators.value_states import ValueState
from tests.indicators import county as made
from tests.indicators.conftest import SEED_DAY

BEFORE = made.composition()
DAY = date(2026, 7, 1)
A, B, C = BEFORE.municipalities[0], BEFORE.municipalities[5], BEFORE.municipalities[10]
NEW = replace(made.place(999, AreaKind.MUNICIPALITY, "Neustadt", "99999099"), valid_from=DAY, square_km=20.0)
GROUP = BEFORE.planning_area_of[A.id]
COUNT = made.facts("anzahl", aggregation=Aggregation.SUM, counts=None)
MEAN = made.facts("mittel", aggregation=Aggregation.POPULATION_WEIGHTED_MEAN, counts=None)
LAND = made.facts("flaeche", aggregation=Aggregation.RATE, rate_basis=RateBasis.AREA_SHARE, counts=None)
MEDIAN = replace(made.facts("median", aggregation=Aggregation.POPULATION_SHARE, counts=None), threshold=15.0)
PEOPLE = {place.id: {made.PERIOD: made.number(1000 + 10 * n)} for n, place in enumerate(BEFORE.municipalities)}


def after(ended: Sequence[AreaRef], successor: AreaRef, kind: MergerKind) -> Composition:
    """The county after the ended ones became part of the successor."""
    places = (*(one for one in BEFORE.municipalities if one not in ended and one.id != successor.id), successor)
    ids = {one.id for one in ended}
    return replace(
        BEFORE,
        municipalities=places,
        areas={id_: area for id_, area in BEFORE.areas.items() if id_ not in ids} | {successor.id: successor},
        planning_area_of={id_: group for id_, group in BEFORE.planning_area_of.items() if id_ not in ids}
        | {successor.id: GROUP},
        former={
            one.id: Former(area=one, kind=kind, successor_id=successor.id, until=DAY, elsewhere="") for one in ended
        },
    )


UNITED = after([A, B], NEW, MergerKind.UNION)
TAKEN_IN = after([B], replace(A, square_km=20.0), MergerKind.INCORPORATION)


def figures(facts: IndicatorFacts, values: Mapping[int, Any], day: Composition) -> IndicatorFigures:
    succession = Succession(day)
    weights = Weights(population=PEOPLE, land={}, parameters=made.PARAMETERS, succession=succession)
    shown = succession.unmixed(values)
    request = Request(indicator=facts, values=shown, period=made.PERIOD, sources={})
    return computation.indicator_figures(request, day, [], weights, made.TODAY)


def numbers(**more: ShownValue) -> dict[int, dict[str, ShownValue]]:
    found = {place.id: {made.PERIOD: made.number(10.0 + n)} for n, place in enumerate(BEFORE.municipalities)}
    return found | {int(key.removeprefix("p")): {made.PERIOD: value} for key, value in more.items()}


@pytest.mark.parametrize("facts", [COUNT, MEAN, LAND, MEDIAN], ids=lambda facts: facts.key)
@pytest.mark.parametrize("day", [UNITED, TAKEN_IN], ids=["union", "incorporation"])
def test_no_merger_changes_an_old_total(facts: IndicatorFacts, day: Composition) -> None:
    old, new = figures(facts, numbers(), BEFORE), figures(facts, numbers(), day)
    for area in BEFORE.planning_areas:
        one, other = old.areas[area.id].value, new.areas[area.id].value
        assert other.value == pytest.approx(one.value)
        assert (other.state, other.coverage) == (one.state, one.coverage)
    assert new.county.value == pytest.approx(old.county.value)


@pytest.mark.parametrize("facts", [COUNT, MEAN, LAND, MEDIAN], ids=lambda facts: facts.key)
@pytest.mark.parametrize("day", [UNITED, TAKEN_IN], ids=["union", "incorporation"])
def test_the_ends_of_a_spread_are_municipalities_of_the_day(facts: IndicatorFacts, day: Composition) -> None:
    """The dissolved ones had the lowest and the highest number of their area; what they became has one of its own."""
    values = numbers(**{f"p{A.id}": made.number(1.0), f"p{B.id}": made.number(999.0)})
    found = figures(facts, values, day)
    area = found.areas[GROUP].value
    members = {place.key: found.municipal[place.id].value for place in day.members(GROUP)}
    for end, choose in ((area.spread_min, min), (area.spread_max, max)):
        assert end is not None
        assert end.value == members[end.key] == choose(one for one in members.values() if one is not None)


def test_the_whole_follows_the_rule_of_aggregation_and_says_so() -> None:
    a, b = 10.0, 15.0
    weights = PEOPLE[A.id][made.PERIOD].value or 0, PEOPLE[B.id][made.PERIOD].value or 0
    for facts, wanted in (
        (COUNT, a + b),
        (MEAN, (a * weights[0] + b * weights[1]) / sum(weights)),
        (LAND, (a + b) / 2),
        (MEDIAN, None),
    ):
        shown = figures(facts, numbers(), UNITED).municipal[NEW.id]
        assert shown.value == (None if wanted is None else pytest.approx(wanted)), facts.key
        assert shown.joined == DAY
    assert figures(MEDIAN, numbers(), UNITED).municipal[NEW.id].state is ValueState.NOT_MEANINGFUL
    assert A.id not in figures(COUNT, numbers(), UNITED).municipal


def test_one_that_takes_in_another_had_a_smaller_territory_before() -> None:
    larger = replace(A, square_km=30.0)
    shown = figures(LAND, numbers(), after([B], larger, MergerKind.INCORPORATION)).municipal[A.id]
    assert shown.value == pytest.approx((20 * 10.0 + 10 * 15.0) / 30)
    same = figures(COUNT, numbers(), TAKEN_IN)
    assert same.municipal[A.id].value == 25.0
    assert same.courses[B.id][0].value == 15.0, "the former one keeps its own numbers"


def test_a_secret_part_makes_the_whole_secret_and_the_total_incomplete() -> None:
    values = numbers(**{f"p{B.id}": made.secret()})
    found = figures(COUNT, values, UNITED)
    assert found.municipal[NEW.id].state is ValueState.SUPPRESSED
    assert found.municipal[NEW.id].value is None
    assert found.areas[GROUP].value.state is AreaValueState.SECRET
    assert found.areas[GROUP].value.value is None
    assert found.county.value is None


def test_a_missing_part_makes_it_incomplete() -> None:
    values = numbers()
    del values[B.id]
    assert figures(COUNT, values, UNITED).municipal[NEW.id].state is ValueState.MISSING


def test_the_day_is_a_break_and_no_trend_crosses_it() -> None:
    later = "2026-12-31"
    values = numbers()
    for place in UNITED.municipalities:
        values.setdefault(place.id, {})[later] = made.number(50.0, later)
    points = {point.period: point for point in figures(COUNT, values, UNITED).courses[NEW.id]}
    assert points[made.PERIOD].before == DAY
    assert points[later].before is None
    assert points[made.PERIOD].comparable_with != points[later].comparable_with


def test_numbers_calculated_back_for_the_new_territory_stand_as_they_are() -> None:
    own = replace(made.number(77.0), territorial_date=date(2026, 12, 31))
    for day, place in ((UNITED, NEW), (TAKEN_IN, A)):
        found = figures(COUNT, numbers(**{f"p{place.id}": own}), day)
        assert found.municipal[place.id] == own
        assert found.areas[GROUP].value.state is AreaValueState.COMPLETE


def test_a_whole_with_a_number_of_its_own_gives_no_part_away() -> None:
    own = replace(made.number(77.0), territorial_date=date(2026, 12, 31))
    values = numbers(**{f"p{NEW.id}": own, f"p{B.id}": made.secret()})
    found = figures(COUNT, values, UNITED)
    assert found.municipal[NEW.id].value == 77.0
    assert [found.courses[id_][0].value for id_ in (A.id, B.id)] == [None, None], "77 less the other was the secret"


def test_several_mergers_in_a_row_lead_to_all_that_it_was_made_of() -> None:
    day = after([A, B], NEW, MergerKind.UNION)
    further = Former(area=C, kind=MergerKind.INCORPORATION, successor_id=NEW.id, until=date(2026, 9, 1), elsewhere="")
    day = replace(
        day,
        municipalities=tuple(one for one in day.municipalities if one != C),
        areas={id_: area for id_, area in day.areas.items() if id_ != C.id},
        former={**day.former, C.id: further},
    )
    assert [one.area.id for one in Succession(day).predecessors(NEW.id)] == [A.id, B.id, C.id]
    assert figures(COUNT, numbers(), day).municipal[NEW.id].value == 10.0 + 15.0 + 20.0


def test_real_figures_of_a_union(county: Flask) -> None:
    with clock.frozen(SEED_DAY):
        before = indicators.county_figures(ANONYMOUS)
        places = {place.slug: place.id for place in before.composition.municipalities}
        ended = [queries.find(AreaKind.MUNICIPALITY, slug) for slug in ("mauer", "meckesheim")]
        ids = [area.id for area in ended]
        wish = Wish(
            kind=MergerKind.UNION, from_day=DAY, reason="Gesetz", ended=tuple(ended),
            new=NewPlace(name="Elsenztal", key="08226901"),
            planning_area=queries.find(AreaKind.PLANNING_AREA, "sinsheim"),
        )  # fmt: skip
        with transaction():
            successor = mergers.carry_out(wish, actor=SYSTEM).successor_id
        after_ = indicators.county_figures(ANONYMOUS)
        assert successor is not None
        for key, one in before.indicators.items():
            other = after_.indicators[key]
            for area in before.composition.planning_areas:
                assert other.areas[area.id].value.value == pytest.approx(one.areas[area.id].value.value), key
            assert other.county.value == pytest.approx(one.county.value), key
        people = sum(before.population[id_].persons for id_ in ids)
        assert after_.population[successor].persons == people
        shown = after_.indicators["bev_gesamt"].municipal[successor]
        assert shown.value == people
        assert "1. Juli 2026" in words.remark(shown)
        # The spread of a planning area names municipalities of today, and none of them by its key.
        spreads = [
            end for one in after_.indicators.values() for row in pages.area_rows(one, after_) for end in row.spread
        ]
        assert not any(end.startswith(("Mauer: ", "Meckesheim: ")) for end in spreads)
        assert not any(end.startswith("08226") for end in spreads)
        client = county.test_client()
        page = client.get("/gemeinden/mauer", base_url="http://portal.example").text
        assert "gehört seit dem 1. Juli 2026 zu" in page
        assert "/gemeinden/elsenztal" in page
        file = client.get("/gemeinden/mauer/kennzahlen.csv", base_url="http://portal.example").text
        assert ";2022-12-31;4163,0;" in file
        page = client.get("/gemeinden/elsenztal", base_url="http://portal.example").text
        assert "aus den Zahlen der früheren Gemeinden zusammengefasst" in page
        assert places["mauer"] not in after_.indicators["bev_gesamt"].municipal
