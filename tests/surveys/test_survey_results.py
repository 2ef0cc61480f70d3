"""What is shown of results: nothing small, and nothing small that could be computed from what is shown."""

import csv
import io
import itertools
import zipfile
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portal_client import PortalClient
from seeded import seeded_app, seeded_sqlite
from survey_samples import fill_pool, read_survey

from portal.core.actor import SYSTEM
from portal.core.transaction import transaction
from portal.surveys import opening, services
from portal.surveys.counting import Tally, tally
from portal.surveys.definition import Kind
from portal.surveys.models import SurveyRound
from portal.surveys.results import EVERYWHERE, Hidden, QuestionResult, nameable, results, sheets

__all__ = ["seeded_app", "seeded_sqlite"]
SURVEY = read_survey()
AREAS = [1, 2, 3]
QUESTION = SURVEY.by_code["bus_bahn"]
CODES = [answer.code for answer in QUESTION.answers if answer.code != "keine_angabe"]


def counted(table: dict[int | None, dict[str, int]]) -> Tally:
    return tally(
        SURVEY,
        [
            (group, {"bus_bahn": code})
            for group, row in table.items()
            for code, count in row.items()
            for _ in range(count)
        ],
    )


def of_question(found: list[QuestionResult], code: str = "bus_bahn") -> QuestionResult:
    return next(one for one in found if one.question.code == code)


def possible(result: QuestionResult, place: int, n: int) -> list[set[int]]:
    """All values that each hidden cell of a row may have when the row adds up to its base."""
    hidden = [line for line in result.lines if line.cells[place].hidden]
    rest = n - sum(line.cells[place].count or 0 for line in result.lines)
    values: list[set[int]] = [set() for _ in hidden]
    for split in itertools.product(range(rest + 1), repeat=len(hidden)):
        if sum(split) == rest:
            for index, value in enumerate(split):
                values[index].add(value)
    return values


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(
        {group: st.fixed_dictionaries({code: st.integers(0, 14) for code in CODES}) for group in (1, 2, 3, None)}
    )
)
def test_no_small_cell_is_shown_or_computable(table: dict[int | None, dict[str, int]]) -> None:
    result = of_question(results(SURVEY, counted(table), AREAS, language="de"))
    bases = {area: sum(table[area].values()) for area in AREAS}
    bases[EVERYWHERE] = sum(bases.values()) + sum(table[None].values())
    for place in (*AREAS, EVERYWHERE):
        shown = [line.cells[place] for line in result.lines]
        if bases[place] < SURVEY.item_minimum_base:
            assert result.bases[place] is None
            assert all(cell.hidden for cell in shown)
            continue
        assert all(cell.count is None or cell.count >= SURVEY.cell_minimum for cell in shown)
        unknown = [cell for cell in shown if cell.hidden]
        assert len(unknown) != 1
        if unknown:
            rest = bases[place] - sum(cell.count or 0 for cell in shown)
            assert rest >= SURVEY.cell_minimum or len(unknown) == len(shown)
    for line in result.lines:
        if line.cells[EVERYWHERE].hidden:
            continue
        unknown_places = [area for area in AREAS if line.cells[area].hidden]
        if unknown_places and not table[None][line.code] and not sum(table[None].values()):
            assert len(unknown_places) > 1


PROBLEMS = [answer.code for answer in QUESTION.answers if answer.code in QUESTION.problem]
PLACES: list[int | None] = [*AREAS, None]


def equations(table: dict[int | None, dict[str, int]]) -> tuple[list[list[int]], int]:
    """What readers of the results and of all findings know, as sums of the true cells; and how many cells are shown."""
    found = counted(table)
    result = of_question(results(SURVEY, found, AREAS, language="de"))
    told = nameable(SURVEY, found, AREAS)
    index = {(place, code): n for n, (place, code) in enumerate(itertools.product(PLACES, CODES))}

    def sum_of(places: Iterable[int | None], codes: Iterable[str]) -> list[int]:
        row = [0] * len(index)
        for key in itertools.product(places, codes):
            row[index[key]] = 1
        return row

    rows = [sum_of([place], CODES) for place in AREAS if result.bases[place] is not None]
    if result.bases[EVERYWHERE] is not None:
        rows.append(sum_of(PLACES, CODES))
    rows += [sum_of([None], [code]) for code in CODES if not sum(table[None].values())]
    rows += [
        sum_of(PLACES if place == EVERYWHERE else [place], [line.code])
        for line in result.lines
        for place in (*AREAS, EVERYWHERE)
        if line.cells[place].count is not None
    ]
    rows += [sum_of([place], PROBLEMS) for place in AREAS if (place, "bus_bahn") in told]
    return rows, len(told)


def is_determined(wanted: list[int], rows: list[list[int]]) -> bool:
    """Whether the equations fix that sum."""
    known = np.array(rows or [[0] * len(wanted)], dtype=float)
    return bool(np.linalg.matrix_rank(np.vstack([known, wanted])) == np.linalg.matrix_rank(known))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(
        {group: st.fixed_dictionaries({code: st.integers(0, 14) for code in CODES}) for group in (1, 2, 3)}
        | {None: st.one_of(st.just({}), st.fixed_dictionaries({code: st.integers(0, 3) for code in CODES}))}
    )
)
def test_findings_and_results_together_fix_no_small_number(table: dict[int | None, dict[str, int]]) -> None:
    rows, _told = equations(table)
    for place in AREAS:
        if sum(table[place].values()) < SURVEY.item_minimum_base:
            continue
        sums = {code: (table[place][code], [code]) for code in CODES}
        sums["problem"] = (sum(table[place][code] for code in PROBLEMS), PROBLEMS)
        for name, (count, codes) in sums.items():
            if 0 < count < SURVEY.cell_minimum:
                wanted = [int(p == place and code in codes) for p, code in itertools.product(PLACES, CODES)]
                assert not is_determined(wanted, rows), (place, name)


def test_an_unnamed_sum_is_not_the_rest_of_those_named_elsewhere() -> None:
    many = {"sehr_gut": 20, "eher_gut": 20, "teils_teils": 20, "eher_schlecht": 10, "sehr_schlecht": 10}
    few = {"sehr_gut": 20, "eher_gut": 20, "teils_teils": 20, "eher_schlecht": 2, "sehr_schlecht": 2}
    told = nameable(SURVEY, counted({1: many, 2: many, 3: few, None: {}}), AREAS)
    assert sorted(place for place, item in told if item == "bus_bahn") in ([1], [2])
    told = nameable(SURVEY, counted({1: many, 2: many, 3: many, None: {}}), AREAS)
    assert sorted(place for place, item in told if item == "bus_bahn") == AREAS


def test_a_single_small_cell_hides_a_second_one() -> None:
    row = {"sehr_gut": 30, "eher_gut": 20, "teils_teils": 12, "eher_schlecht": 9, "sehr_schlecht": 2}
    result = of_question(results(SURVEY, counted({1: row, 2: row, 3: row, None: {}}), AREAS, language="de"))
    cells = {line.code: line.cells[1] for line in result.lines}
    assert cells["sehr_schlecht"].hidden is Hidden.CELL
    assert cells["eher_schlecht"].hidden is Hidden.COMPLEMENT
    assert cells["sehr_gut"].count == 30
    assert possible(result, 1, sum(row.values()))[0] >= set(range(5))


def test_in_a_multiple_choice_those_who_did_not_tick_count_as_well() -> None:
    found = tally(SURVEY, [(1, {"staerken": ["natur"]})] * 40 + [(1, {"staerken": ["natur", "vereine"]})] * 3)
    result = of_question(results(SURVEY, found, [1], language="de"), "staerken")
    cells = {line.code: line.cells[1] for line in result.lines}
    assert cells["natur"].hidden is Hidden.CELL
    assert cells["vereine"].hidden is Hidden.CELL


def test_numbers_are_shown_in_classes_and_texts_never() -> None:
    found = tally(SURVEY, [(1, {"minuten_hausarzt": 5 * number, "mitteilung": "Geheim"}) for number in range(10)] * 6)
    shown = results(SURVEY, found, [1], language="en")
    numbers = of_question(shown, "minuten_hausarzt")
    assert [(line.text, line.cells[1].count) for line in numbers.lines] == [
        ("0–9", 12), ("10–19", 12), ("20–29", 12), ("30–180", 24),
    ]  # fmt: skip
    assert of_question(shown, "mitteilung").lines == ()
    assert all(one.question.kind is not Kind.MUNICIPALITY for one in shown)


def test_a_single_small_place_hides_another() -> None:
    found = tally(SURVEY, [(1, {})] * 4 + [(2, {})] * 20 + [(3, {})] * 30)
    assert sheets(SURVEY, found, AREAS) == {1: None, 2: None, 3: 30, EVERYWHERE: 54}
    with_others = tally(SURVEY, [(1, {})] * 4 + [(2, {})] * 20 + [(None, {})] * 30)
    assert sheets(SURVEY, with_others, [1, 2]) == {1: None, 2: 20, EVERYWHERE: 54}


def test_the_story_shows_what_it_may(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    base = "/befragungen/leben-im-planungsraum-runde-1/ergebnisse"
    page = client.get(base + "?planungsraum=sinsheim", base_url="http://portal.example").text
    assert "Nicht repräsentativ" in page
    assert "Demodaten – frei erfunden" in page
    assert "93 von 198" in page  # name buses
    assert "Nach 19 Uhr fährt kein Bus" not in page
    assert "Weniger als 5 Personen." in page
    table = client.get(base + "?format=csv", base_url="http://portal.example").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert "Nicht repräsentativ" in rows[-1][0]
    assert "Demodaten" in rows[-1][0]
    counts = [int(row[5]) for row in rows[1:-2] if row[5]]
    assert min(counts) >= 5
    assert not any("Nach 19 Uhr" in cell for row in rows for cell in row)
    book = client.get(base + "?format=xlsx", base_url="http://portal.example")
    with zipfile.ZipFile(io.BytesIO(book.data)) as archive:
        assert "xl/worksheets/sheet1.xml" in archive.namelist()
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(("pool", "words"), [(9, "ungelesen gelöscht"), (30, "Nicht repräsentativ")])
def test_a_finished_round_says_what_became_of_it(
    running: SurveyRound, respondent: PortalClient, pool: int, words: str
) -> None:
    fill_pool(running, pool, wohnort="08226085")
    assert "Noch ist nichts geöffnet" in respondent.get("/befragungen/leben/ergebnisse").text
    with transaction():
        services.close_round(running, actor=SYSTEM)
    assert "gerade geöffnet" in respondent.get("/befragungen/leben/ergebnisse").text
    with transaction():
        opening.open_rest(running, actor=SYSTEM)
    assert words in respondent.get("/befragungen/leben/ergebnisse").text


def test_lists_name_what_runs_and_what_is_over(
    running: SurveyRound, make_round: Callable[..., SurveyRound], respondent: PortalClient
) -> None:
    over = make_round("vorbei")
    with transaction():
        services.close_round(over, actor=SYSTEM)
    page = respondent.get("/befragungen").text
    assert 'href="/befragungen/leben"' in page
    assert 'href="/befragungen/vorbei/ergebnisse"' in page
    assert respondent.get("/befragungen/leben/qr.svg").mimetype == "image/svg+xml"
