"""INKAR: tables as CSV and workbook, and the file of all data."""

from pathlib import Path

import pytest
from import_samples import facts, places, read_all, refusals_of, value_of, write
from inkar_samples import (
    INKAR_LINES,
    INKAR_LONG_LINES,
    INKAR_ROWS,
    JOBLESS,
    PEOPLE,
    RENT,
    inkar_file,
    inkar_sheets,
)
from workbook_samples import Content, Formula, SheetSample, write_xlsx, xls

from portal.indicators.imports.formats import Format
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.source import open_source
from portal.indicators.value_states import ValueState


def workbook(folder: Path, rows: tuple[tuple[Content, ...], ...] = INKAR_ROWS) -> Path:
    return write_xlsx(folder / "inkar.xlsx", inkar_sheets(rows))


def signless(path: Path) -> set[tuple[object, ...]]:
    """Facts without the sign: an empty cell and `N.A.` say the same."""
    return {fact[:12] for fact in facts(read_all(path))}


def test_a_table(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, inkar_file(), encoding="utf-8-sig"))
    assert (source.format, source.encoding, source.title) == (Format.INKAR, "utf-8-sig", "INKAR (BBSR)")
    report = source.validate()
    assert (report.numbers, report.missing, report.periods) == (15, {"leer": 1}, ("2020/2021", "2021", "2022"))
    assert {(m.label, m.unit) for m in report.measures} == {(JOBLESS, ""), (PEOPLE, ""), (RENT, "")}
    assert [str(reason) for reason in report.left_out] == ["Raumgliederung „Raumordnungsregionen“"]
    found = read_all(source.path)
    people = value_of(found, "08226", measure_label=PEOPLE)
    assert (people.value, people.level, people.row, people.column) == (555352.0, AreaLevel.COUNTY, 4, "F")
    rent = value_of(found, "08226", measure_label=RENT)
    assert (rent.value, rent.state, rent.sign) == (None, ValueState.MISSING, "leer")
    assert value_of(found, "09162", measure_label=RENT).value == 2314.5


def test_both_kinds_of_workbook_and_both_character_sets_say_the_same(tmp_path: Path) -> None:
    expected = signless(write(tmp_path, inkar_file()))
    assert signless(write(tmp_path, inkar_file(), encoding="cp1252")) == expected
    assert signless(write(tmp_path, inkar_file().replace("\n", "\r\n"))) == expected
    assert signless(workbook(tmp_path)) == expected
    older = tmp_path / "inkar.xls"
    older.write_bytes(xls({"Daten": INKAR_ROWS}))
    assert signless(older) == expected
    assert {o.sheet for o in read_all(older)} == {"Daten"}


def test_columns_and_rows_in_any_order_and_merged_heads(tmp_path: Path) -> None:
    expected = signless(write(tmp_path, inkar_file()))
    order = [5, 3, 0, 6, 2, 1, 4]
    cells = [line.split(";") for line in INKAR_LINES]
    moved = tuple(";".join(row[i] for i in order) for row in (*cells[:2], *reversed(cells[2:])))
    assert signless(write(tmp_path, inkar_file(moved))) == expected
    rows = [list(row) for row in INKAR_ROWS]
    rows[0][4] = None
    path = write_xlsx(tmp_path / "m.xlsx", {"Daten": SheetSample(rows, merged=("D1:E1",))})
    assert signless(path) == expected
    assert places(write_xlsx(tmp_path / "n.xlsx", {"Daten": rows})) == [(1, "E")]


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "word"),
    [
        (";4,04;", ";4.04;", 4, "D", "weder Zahl"),
        (";4,04;", ";vier;", 4, "D", "weder Zahl"),
        (";4,04;", ";=1+1;", 4, "D", "weder Zahl"),
        (";4,04;", ";4,04;7;", 4, "H", "Felder"),
        (";4,04", "", 4, "G", "Felder"),
        ("08226;", "8226;", 4, "A", "Ziffer zu wenig"),
        ("08226;", "8226.0;", 4, "A", "Kommazahl"),
        ("08226;", "822;", 4, "A", "kein Gebietsschlüssel"),
        ("08226;Rhein-Neckar-Kreis;Kreise", "08226095;Walldorf;Kreise", 4, "A", "passt nicht"),
        ("Rhein-Neckar-Kreis;Kreise", ";Kreise", 4, "B", "fehlt"),
        ("Rhein-Neckar-Kreis;Kreise", "Rhein-Neckar-Kreis;", 4, "A", "fehlt"),
        (";;;2021;", ";;;21;", 2, "D", "kein Jahr"),
        (";;;2021;", ";;;;", 2, "D", "kein Jahr"),
        (";;;2021;2022", ";;;2022;2022", 1, "E", "zweimal"),
        (";;;2021", "x;;;2021", 2, "A", "Jahren"),
        ("Aggregat;", "Ebene;", 1, "A", "Aggregat"),
        ("12069;", "08226;", 5, "D", "Zwei verschiedene Werte"),
    ],
)
def test_doubtful_cells(tmp_path: Path, old: str, new: str, row: int, column: str, word: str) -> None:
    assert old in inkar_file()
    refused = refusals_of(write(tmp_path, inkar_file().replace(old, new, 1)))
    assert refused
    assert (refused[0].row, refused[0].column) == (row, column), [(c.row, c.column, str(c.reason)) for c in refused]
    assert word in str(refused[0].reason)


def test_a_number_that_can_be_read_in_two_ways(tmp_path: Path) -> None:
    head = (f"Kennziffer;Raumeinheit;Aggregat;{PEOPLE}", ";;;2022")
    for number, proof, is_refused in (
        ("555.352", "298441", True),
        ("555.352", "1.298.441", False),
        ("555.352", "1.298,5", False),
        ("555.352", "298,44", False),
        ("5,352", "298", True),
        ("5,352", "298,44", False),
        ("5,352", "298.441", True),
        ("555352", "298441", False),
    ):
        lines = (*head, f"08226;Rhein-Neckar-Kreis;Kreise;{number}", f"06432;Darmstadt-Dieburg;Kreise;{proof}")
        refused = refusals_of(write(tmp_path, inkar_file(lines)))
        assert bool(refused) is is_refused, (number, proof)
        if refused:
            assert (refused[0].row, refused[0].column) == (3, "D")


def test_keys_without_zeros_are_completed_where_none_has_one(tmp_path: Path) -> None:
    lines = tuple(line.removeprefix("0") for line in INKAR_LINES)
    assert signless(write(tmp_path, inkar_file(lines))) == signless(write(tmp_path, inkar_file()))


def test_formulas_and_doubled_sheets_in_workbooks(tmp_path: Path) -> None:
    rows = [list(row) for row in INKAR_ROWS]
    rows[3][3] = Formula()
    [refused] = refusals_of(write_xlsx(tmp_path / "m.xlsx", {"Daten": rows}))
    assert refused.place == "Daten!D4"
    [refused] = refusals_of(write_xlsx(tmp_path / "m.xlsx", {"Daten": INKAR_ROWS, "Kopie": INKAR_ROWS}))
    assert "Mehrere Blätter" in str(refused.reason)


def test_the_file_of_all_data(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, inkar_file(INKAR_LONG_LINES), encoding="utf-8-sig"))
    assert source.format is Format.INKAR_LONG
    report = source.validate()
    assert (report.numbers, report.periods) == (5, ("2022",))
    assert report.areas == {
        "08226": AreaLevel.COUNTY,
        "12069": AreaLevel.COUNTY,
        "08226095": AreaLevel.MUNICIPALITY,
        "08": AreaLevel.STATE,
    }
    assert [(m.code, m.label) for m in report.measures] == [
        ("inkar:a_alq", "Arbeitslosenquote"),
        ("inkar:q_bev", "Bevölkerung"),
    ]
    assert len(report.left_out) == 1
    cells = [line.split(";") for line in INKAR_LONG_LINES]
    older = tuple(";".join(cell for i, cell in enumerate(row) if i != 2) for row in cells)
    found = read_all(write(tmp_path, inkar_file(older)))
    assert {o.measure for o in found} == {"inkar:12", "inkar:77"}


@pytest.mark.parametrize(
    ("old", "new", "row", "column"),
    [
        ("3,87", "3.87", 2, "Wert"),
        ("3,87", "drei", 2, "Wert"),
        (";2022;3,87", ";22;3,87", 2, "Zeitbezug"),
        ("a_alq;Arbeitslosenquote;Gemeinden", "a_alq;Quote;Gemeinden", 4, "Indikator"),
        ("a_alq;Arbeitslosenquote;Gemeinden", ";Arbeitslosenquote;Gemeinden", 4, "Kuerzel"),
        (";8226095;", ";08226095;", 2, "Kennziffer"),
        (";8226095;", ";8226095.0;", 4, "Kennziffer"),
        (";8226095;", ";822609;", 4, "Kennziffer"),
        ("Gemeinden;", ";", 4, "Raumbezug"),
        (";Wert", ";Werte", 1, "Werte"),
        (";2,75", ";2,75;", 4, "J"),
    ],
)
def test_doubtful_cells_of_the_file_of_all_data(tmp_path: Path, old: str, new: str, row: int, column: str) -> None:
    text = inkar_file(INKAR_LONG_LINES)
    assert old in text
    assert (row, column) == places(write(tmp_path, text.replace(old, new, 1)))[0]


def test_unfinished_files(tmp_path: Path) -> None:
    for lines in (INKAR_LINES, INKAR_LONG_LINES):
        refused = refusals_of(write(tmp_path, inkar_file(lines)[:-2]))
        assert "abgeschnitten" in str(refused[-1].reason)
