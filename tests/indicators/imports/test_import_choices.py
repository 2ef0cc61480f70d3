"""Where a file of a known format leaves open which place or time it means, somebody says so; nothing is guessed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from import_samples import CLASSIC_HEAD, FLAT_HEAD, classic_file, flat_file, refusals_of, write
from inkar_samples import inkar_sheets
from labour_samples import TITLE, with_cell
from workbook_samples import write_xlsx

from portal.indicators.imports.choices import ChoiceNeeded, Open
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.source import open_source
from tests.indicators.imports.choice_samples import HEAD_WITHOUT_TIME, NO_TIME, no_date, two_sheets

_FRONT = "12711;Wanderungen;JAHR;Jahr;2023;"
COMMUTERS = tuple(
    f"{_FRONT}KREISE;Kreise;{home};{home_name};DLAND;Bundesländer;{land};{land_name};{value};Anzahl;PEND;Pendelnde"
    for home, home_name, land, land_name, value in (
        ("08226", "Rhein-Neckar-Kreis", "08", "Baden-Württemberg", "11"),
        ("08226", "Rhein-Neckar-Kreis", "06", "Hessen", "22"),
    )
)


def two_dates(folder: Path) -> Path:
    head = ("Tabelle der Plätze;;;;;", "Stichtag: 31.12.2019;;;;;", "Stichtag: 31.12.2020;;;;;", *HEAD_WITHOUT_TIME[3:])
    return write(folder, classic_file(NO_TIME, head=tuple(line.replace(";;;;;;", ";;;;;") for line in head)))


def date_above_and_below(folder: Path) -> Path:
    return write(folder, classic_file(head=("Stichtag: 31.12.2019;;;;;;", *CLASSIC_HEAD)))


def regional_keys(folder: Path) -> Path:
    head = tuple(line for line in CLASSIC_HEAD if "regionale Tiefe" not in line)
    return write(folder, classic_file(("31.12.2020;082265004003;Altlußheim;1;2;3;4",), head=head))


def two_places(folder: Path) -> Path:
    return write(folder, flat_file(COMMUTERS, head=FLAT_HEAD))


def two_titles(folder: Path) -> Path:
    rows = with_cell(5, 0, TITLE.replace("08226095 Walldorf", "08226085 Sinsheim"))
    return write_xlsx(folder / "m.xlsx", {"Daten": rows})


def two_tables_of_inkar(folder: Path) -> Path:
    [(name, sheet), *_] = [(name, sheet) for name, sheet in inkar_sheets().items() if name]
    return write_xlsx(folder / "m.xlsx", {name: sheet, f"{name} (2)": sheet})


def periods(found: list[Observation]) -> set[str]:
    return {one.period for one in found}


def areas(found: list[Observation]) -> set[str]:
    return {one.area_key for one in found}


CASES: list[tuple[Callable[[Path], Path], Open, set[str], str, Callable[[list[Observation]], set[str]], set[str]]] = [
    (two_dates, Open.PERIOD, {"2019-12-31", "2020-12-31"}, "2019-12-31", periods, {"2019-12-31"}),
    (date_above_and_below, Open.PERIOD, {"2019-12-31", "column"}, "column", periods, {"2020-12-31"}),
    (date_above_and_below, Open.PERIOD, {"2019-12-31", "column"}, "2019-12-31", periods, {"2019-12-31"}),
    (no_date, Open.PERIOD, set(), "31.12.2018", periods, {"2018-12-31"}),
    (regional_keys, Open.LEVEL, {"municipality", "association", "county"}, "municipality", areas, {"08226003"}),
    (two_places, Open.REGION, {"KREISE", "DLAND"}, "KREISE", areas, {"08226"}),
    (two_places, Open.REGION, {"KREISE", "DLAND"}, "DLAND", areas, {"08", "06"}),
    (two_sheets, Open.SHEET, {"Daten", "Daten (2)"}, "Daten (2)", areas, {"08226095"}),
    (two_titles, Open.AREA, {"08226095", "08226085"}, "08226085", areas, {"08226085"}),
]


@pytest.mark.parametrize(("make", "what", "options", "answer", "seen", "expected"), CASES)
def test_what_is_open_is_asked_and_the_answer_counts(
    tmp_path: Path,
    make: Callable[[Path], Path],
    what: Open,
    options: set[str],
    answer: str,
    seen: Callable[[list[Observation]], set[str]],
    expected: set[str],
) -> None:
    path = make(tmp_path)
    for answers in ({}, {what.value: "no such thing"}, {"another": answer}):
        with pytest.raises(ChoiceNeeded) as asked:
            open_source(path, answers=answers).validate()
        choice = asked.value.choice
        assert (choice.open, {value for value, _label in choice.options}) == (what, options)
        assert len(asked.value.refusals) == 1
    source = open_source(path, answers={what.value: answer})
    found = [observation for chunk in source.read() for observation in chunk]
    assert seen(found) == expected
    assert found


def test_the_other_place_is_a_breakdown_and_nothing_is_lost(tmp_path: Path) -> None:
    source = open_source(two_places(tmp_path), answers={"region": "KREISE"})
    found = [(one.dimensions, one.value) for chunk in source.read() for one in chunk]
    assert found == [((("DLAND", "08"),), 11.0), ((("DLAND", "06"),), 22.0)]
    assert source.validate().dimension_labels["DLAND", "06"] == "Hessen"


def test_a_table_of_inkar_in_two_sheets(tmp_path: Path) -> None:
    path = two_tables_of_inkar(tmp_path)
    with pytest.raises(ChoiceNeeded) as asked:
        open_source(path).validate()
    [first, _second] = [value for value, _label in asked.value.choice.options]
    assert open_source(path, answers={"sheet": first}).validate().numbers


def test_two_columns_that_may_be_the_key(tmp_path: Path) -> None:
    """Product groups of the finance tables look like keys in part: one that is whole is no proof against the other."""
    head = tuple(line.replace(";;;", ";;;;;", 1) if line.startswith(";;;") else f"{line};;" for line in CLASSIC_HEAD)
    places = ("08226;Rhein-Neckar-Kreis", "08222;Mannheim", "08221;Heidelberg")
    lines = [
        f"31.12.2020;{number};Gruppe;{place};1;2;3;4" for number, place in zip(("08", "082", "9x"), places, strict=True)
    ]
    path = write(tmp_path, classic_file(tuple(lines), head=head))
    [refused] = refusals_of(path)
    assert "Mehrere Spalten können der Gebietsschlüssel sein" in str(refused.reason)
    source = open_source(path, answers={"key-column": "D"})
    found = [observation for chunk in source.read() for observation in chunk]
    assert areas(found) == {"08226", "08222", "08221"}
    assert found[0].dimensions == (("gliederung-1", "08"), ("gliederung-2", "Gruppe"))


def test_no_answer_makes_a_damaged_file_sound(tmp_path: Path) -> None:
    path = write(tmp_path, two_dates(tmp_path).read_text(encoding="utf-8").replace("813", "8l3"))
    source = open_source(path, answers={"period": "2019-12-31"})
    with pytest.raises(Exception, match="8l3"):
        source.validate()
