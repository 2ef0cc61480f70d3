"""Numbers that cannot be right, rows that seem to be missing, names beside other keys: somebody has to say.

The originals and the shipped figures leave nothing of this open.
"""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from portal.areas.seeding.files import read_counties, read_municipalities
from portal.config import SEEDS
from portal.indicators import tasks
from portal.indicators.cli import import_indicators
from portal.indicators.imports import plausibility
from portal.indicators.imports.choices import Open
from portal.indicators.imports.doubtful import MOST_DOUBTFUL
from portal.indicators.imports.plausibility import Within
from portal.indicators.imports.source import open_source
from portal.indicators.imports.summary import ImportSummary, summary
from portal.indicators.value_states import ValueState
from tests.indicators.files import HEAD
from tests.indicators.imports.import_samples import (
    CLASSIC_ORIGINAL,
    FLAT_HEAD,
    FLAT_ORIGINAL,
    ORIGINALS,
    classic_file,
    flat_file,
    write,
)  # fmt: skip
from tests.indicators.imports.labour_full import labour_workbook

KNOWN = {found.ags: (found.name,) for found in read_municipalities(SEEDS)} | {
    found.ags: (found.name,) for found in read_counties(SEEDS)
}
LONG_TERM = Within(
    part=("arbeitslose", "Personen", (("merkmal", "lang"),)), whole=("arbeitslose", "Personen", (("merkmal", ""),))
)


def judged(path: Path, *, within: Sequence[Within] = (), **answers: str) -> ImportSummary:
    return summary(open_source(path, answers=answers, within=within), KNOWN)


def asked(found: ImportSummary, what: Open) -> list[tuple[int, str]]:
    """Where the question points to, if it is this one."""
    assert found.choice is not None, found
    assert found.choice.open is what
    return [(cell.row, str(cell.reason)) for cell in found.choice.cells]


def long_rows(folder: Path, values: Sequence[tuple[str, str, str, str]], *, period: str = "2024") -> Path:
    """A long form of one measure: area, breakdown, number, name."""
    kind = "reference_date" if "-" in period else "year"
    rows = [
        f'municipality,{key},"{name}",arbeitslose,{period},{kind},{number},Personen,,Amt,2024-06-30,{part}'
        for key, part, number, name in values
    ]
    return write(folder, "\n".join([f"{HEAD},dimensions", *rows]) + "\n")


PLACES = [(found.ags, found.name) for found in read_municipalities(SEEDS)[:14]]


def breakdown(folder: Path, changes: dict[tuple[str, str], str], *, period: str = "2024") -> Path:
    """Total, long-term and short-term unemployed of 14 municipalities: 300 = 100 + 200, but for these."""
    usual = {"": "300", "lang": "100", "kurz": "200"}
    return long_rows(
        folder,
        [
            (key, f"merkmal={part}", changes.get((key, part), number), name)
            for key, name in PLACES
            for part, number in usual.items()
        ],
        period=period,
    )


if ORIGINALS.exists():

    @pytest.mark.parametrize(
        "path",
        [
            CLASSIC_ORIGINAL, FLAT_ORIGINAL, ORIGINALS / "Arbeitsmarkt-kommunal_06440001_Altenstadt.xlsx",
            ORIGINALS.parent / "indicator_values_real.csv",
        ],
        ids=lambda path: path.name,
    )  # fmt: skip
    def test_originals_leave_nothing_open(path: Path) -> None:
        found = judged(path)
        assert (found.refused, found.choice, found.implausible) == ((), None, ())

    def test_an_original_cut_at_the_end_of_a_row_is_asked_about(tmp_path: Path) -> None:
        lines = FLAT_ORIGINAL.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        chance = random.Random(7)
        cuts = [len(lines) - 1, *chance.sample(range(3, len(lines) - 1), 8)]
        for cut in cuts:
            path = write(tmp_path, "".join(lines[:cut]), name="12411_de_flat.csv", encoding="utf-8-sig")
            assert asked(judged(path), Open.COMPLETE), cut
        assert judged(path, complete="yes").choice is None

    def test_names_that_slipped_by_one_row_in_an_original(tmp_path: Path) -> None:
        lines = CLASSIC_ORIGINAL.read_text(encoding="cp1252").splitlines()
        for at, line in enumerate(lines):
            if line.startswith("31.12.2020;08226;"):
                cells, other = line.split(";"), lines[at + 1].split(";")
                cells[2], other[2] = other[2], cells[2]
                lines[at], lines[at + 1] = ";".join(cells), ";".join(other)
                break
        path = write(tmp_path, "\n".join(lines) + "\n", encoding="cp1252")
        found = judged(path)
        assert found.choice is not None
        assert found.choice.open is Open.NAME
        assert "08226 ist Rhein-Neckar-Kreis" in str(found.refused[0].reason)
        assert judged(path, name="08226").choice is None


def test_names_of_several_areas_are_named_with_their_rows(tmp_path: Path) -> None:
    (one, first), (two, second) = PLACES[:2]
    path = long_rows(tmp_path, [(one, "", "300", second), (two, "", "200", first)])
    assert [row for row, _reason in asked(judged(path), Open.NAME)] == [2, 3]
    assert judged(path, name="keys").choice is None


def test_a_part_above_its_whole_by_the_catalogue_is_named_with_both_places(tmp_path: Path) -> None:
    key = PLACES[0][0]
    path = breakdown(tmp_path, {(key, "lang"): "999", (key, "kurz"): ""}, period="2024")
    lines = path.read_text(encoding="utf-8").replace(",,Personen,,", ",,Personen,missing_in_source,")
    path.write_text(lines, encoding="utf-8")
    [(row, reason)] = asked(judged(path, within=[LONG_TERM]), Open.IMPLAUSIBLE)
    assert row == 3
    assert "größer als sein Ganzes (Zeile 2" in reason


def test_implausible_numbers_do_not_count_if_somebody_says_so(tmp_path: Path) -> None:
    key = PLACES[3][0]
    path = breakdown(tmp_path, {(key, "lang"): "310"})
    found = judged(path)
    assert len(asked(found, Open.IMPLAUSIBLE)) == 2, "larger than its whole, and no sum"
    source = open_source(path, answers={"implausible": "mark"})
    assert len(summary(source, KNOWN).implausible) == 2
    states = {(one.area_key, one.dimensions[0][1]): (one.value, one.state) for chunk in source.read() for one in chunk}
    assert {states[key, part] for part in ("", "lang", "kurz")} == {(None, ValueState.SOURCE_ERROR)}
    others = {number for (area, _part), (number, state) in states.items() if area != key}
    assert others == {300.0, 100.0, 200.0}


def test_a_total_that_is_not_the_sum_of_its_parts_where_all_others_are(tmp_path: Path) -> None:
    key = PLACES[5][0]
    path = breakdown(tmp_path, {(key, ""): "330"})
    [(row, reason)] = asked(judged(path), Open.IMPLAUSIBLE)
    assert row == 2 + 3 * 5
    assert reason == "Die Teile ergeben zusammen nicht diese Summe."


def test_where_parts_never_add_up_exactly_nothing_is_wrong(tmp_path: Path) -> None:
    """The census changes every number a little; groups may overlap."""
    changes = {(key, ""): str(296 + number % 9) for number, (key, _name) in enumerate(PLACES)}
    assert judged(breakdown(tmp_path, changes)).choice is None


def test_a_broken_number_of_people_on_a_day_and_among_whole_ones(tmp_path: Path) -> None:
    key = PLACES[0][0]
    on_a_day = breakdown(tmp_path, {(key, "lang"): "100.5", (key, "kurz"): "199.5"}, period="2024-12-31")
    assert [row for row, _reason in asked(judged(on_a_day), Open.IMPLAUSIBLE)] == [3, 4]
    in_a_year = breakdown(tmp_path, {(key, "lang"): "100.5", (key, "kurz"): "199.5"})
    found = judged(in_a_year)
    assert [row for row, _reason in asked(found, Open.IMPLAUSIBLE)] == [3, 4]
    assert "hier steht 100,5" in asked(found, Open.IMPLAUSIBLE)[0][1]
    averages = {(key, part): number for key, _name in PLACES for part, number in (("lang", "100.5"), ("kurz", "199.5"))}
    assert judged(breakdown(tmp_path, averages)).choice is None


def test_a_file_full_of_it_is_refused(tmp_path: Path) -> None:
    values = [(key, f"alter={n}", "1.5", name) for key, name in PLACES for n in range(5)]
    found = judged(long_rows(tmp_path, values, period="2024-12-31"))
    assert found.choice is None
    assert f"Mehr als {MOST_DOUBTFUL} Zahlen sind unplausibel" in str(found.refused[0].reason)


def test_balances_below_zero_are_no_parts(tmp_path: Path) -> None:
    values = [(key, f"richtung={part}", number, name) for key, name in PLACES for part, number in
              (("", "20"), ("zu", "100"), ("fort", "-80"))]  # fmt: skip
    path = long_rows(tmp_path, values)
    assert judged(path).values == 0
    path.write_text(path.read_text(encoding="utf-8").replace("arbeitslose", "wanderungssaldo"), encoding="utf-8")
    found = judged(path)
    assert (found.choice, found.refused, found.values) == (None, (), 3 * len(PLACES))


def test_a_flat_file_without_the_rows_of_one_area(tmp_path: Path) -> None:
    front = "12411;Bestand;STAG;Stichtag;2024-12-31;KREISE;Kreise;"
    rows = [
        f"{front}{key};{name};GES;Geschlecht;{sex};10;Anzahl;BEVSTD;Bevölkerungsstand"
        for key, name in (("08226", "Rhein-Neckar-Kreis"), ("06432", "Darmstadt-Dieburg"))
        for sex in ("GESM;männlich", "GESW;weiblich")
    ]
    whole = write(tmp_path, flat_file(tuple(rows), head=FLAT_HEAD), name="x_de.csv", encoding="utf-8-sig")
    assert judged(whole).choice is None
    cut = write(tmp_path, flat_file(tuple(rows[:3]), head=FLAT_HEAD), name="x_de.csv", encoding="utf-8-sig")
    [(row, reason)] = asked(judged(cut), Open.COMPLETE)
    assert (row, reason) == (4, "06432 Darmstadt-Dieburg hat 1 von 2 Werten.")
    assert judged(cut, complete="yes").matched == 2


def test_classic_tables_name_their_areas_too(tmp_path: Path) -> None:
    text = classic_file().replace("Rhein-Neckar-Kreis, Landkreis", "Neckar-Odenwald-Kreis, Landkreis")
    found = judged(write(tmp_path, text, encoding="cp1252"))
    assert found.choice is not None
    assert "die Datei nennt Neckar-Odenwald-Kreis" in str(found.refused[0].reason)


def headed(folder: Path, *numbers: str) -> Path:
    """A classic table of fourteen places; the numbers stand in its last row."""
    lines = [f"31.12.2020;{key};{name};172;46;567;813" for key, name in PLACES]
    key, name = PLACES[-1]
    return write(folder, classic_file((*lines[:-1], ";".join(["31.12.2020", key, name, *numbers]))))


def test_a_column_that_is_larger_than_the_total_of_its_group_is_asked_about(tmp_path: Path) -> None:
    path = headed(tmp_path, "172", "99999", "567", "813")
    [(row, reason)] = asked(judged(path), Open.IMPLAUSIBLE)
    assert reason == f"Dieser Teil ist größer als sein Ganzes (Zeile {row}, Spalte D)."
    source = open_source(path, answers={"implausible": "mark"})
    states = {one.column: one.state for chunk in source.read() for one in chunk if one.row == row}
    assert {column for column, state in states.items() if state is ValueState.SOURCE_ERROR} == {"D", "E"}
    # Beside the places no total stands.
    assert judged(headed(tmp_path, "172", "46", "99999", "813")).choice is None


def test_columns_that_are_swapped_below_their_heads_are_asked_about_however_many_rows(tmp_path: Path) -> None:
    """Nothing is learnt from how often it is so: the head says which column is the whole."""
    for swapped in (len(PLACES), len(PLACES) // 2):
        lines = [
            f"31.12.2020;{key};{name};" + ("46;172" if at < swapped else "172;46") + ";567;813"
            for at, (key, name) in enumerate(PLACES)
        ]
        path = write(tmp_path, classic_file(tuple(lines)))
        [(_row, reason)] = asked(judged(path), Open.COLUMNS)
        assert reason.startswith(f"Spalte E ist in {swapped} von 14 Zeilen größer als Spalte D"), reason
    # Flats are counted beside buildings under one head.
    assert judged(path, columns="apart").choice is None
    few = asked(judged(write(tmp_path, classic_file(tuple(lines[:3])))), Open.IMPLAUSIBLE)
    assert len({row for row, _reason in few}) == 3


def test_what_is_too_much_to_compare_is_counted_and_said(
    county: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for anything every number with a breakdown is unchecked; with room none is."""
    path = labour_workbook(tmp_path / "walldorf.xlsx", "08226095", "Walldorf, Stadt")
    assert tasks.look_at(path).summary.unchecked == 0
    monkeypatch.setattr(plausibility, "_MOST_KEPT", 40)
    read = tasks.look_at(path)
    numbers = sum(1 for chunk in open_source(path).read() for one in chunk if one.value is not None)
    assert read.summary.unchecked == numbers - 40 > 0
    assert tasks.stored_summary(read)["unchecked"] == read.summary.unchecked
    printed = CliRunner().invoke(import_indicators, [str(path), "--dry-run"])
    assert f"weil die Datei zu groß ist: {read.summary.unchecked} Zahlen" in printed.output


def test_nothing_that_is_counted_is_below_zero(tmp_path: Path) -> None:
    refused = judged(headed(tmp_path, "172", "-46", "567", "813"))
    assert (refused.choice, refused.values) == (None, 0)
    [cell] = refused.refused
    assert (cell.row, cell.column) == (9 + len(PLACES), "E")
    assert str(cell.reason) == "Eine Anzahl kann nicht kleiner als null sein; hier steht -46 (Anzahl)."
    rows = [f"31.12.2020;{key};{name};-172;-46;567;813" for key, name in PLACES]
    balances = judged(write(tmp_path, classic_file(tuple(rows)).replace("Art der Einrichtung", "Wanderungssaldo")))
    assert (balances.choice, balances.refused, balances.values) == (None, (), 4 * len(PLACES))


def test_counts_whose_sign_between_thousands_was_read_as_decimals(tmp_path: Path) -> None:
    values = [(key, "", f"{number}.{number * 37 % 900 + 101}", name) for number, (key, name) in enumerate(PLACES, 1)]
    found = asked(judged(long_rows(tmp_path, values)), Open.IMPLAUSIBLE)
    assert len(found) == len(PLACES)
    assert "Vermutlich trennt das Zeichen Tausender" in found[0][1]
    many = [(key, f"alter={n}", number, name) for key, _, number, name in values for n in range(5)]
    refused = judged(long_rows(tmp_path, many))
    assert refused.choice is None
    assert len(refused.refused) == MOST_DOUBTFUL
