"""The long form."""

import csv
from datetime import date
from pathlib import Path

import pytest
from import_samples import (
    LONG_HEAD,
    LONG_LINES,
    ORIGINALS,
    facts,
    long_file,
    places,
    read_all,
    refusals_of,
    value_of,
    write,
)

from portal.indicators.imports.formats import Format
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.source import open_source
from portal.indicators.value_states import ValueState

REAL = ORIGINALS.parent / "indicator_values_real.csv"


def replaced(column: str, cell: str, *, line: int = 1) -> str:
    """The sample with one cell of a data line replaced."""
    cells = LONG_LINES[line].split(",")
    cells[LONG_HEAD.split(",").index(column)] = cell
    return long_file((*LONG_LINES[:line], ",".join(cells), *LONG_LINES[line + 1 :]))


def test_numbers_classes_and_gaps(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, long_file()))
    assert (source.format, source.encoding) == (Format.LONG, "utf-8")
    report = source.validate()
    assert (report.numbers, report.classes, report.missing) == (4, 1, {"missing_in_source": 1})
    found = read_all(source.path)
    assert value_of(found, "08226").value == 4.07
    assert value_of(found, "08226").level is AreaLevel.COUNTY
    rent = value_of(found, "08226003", measure="da_miete")
    assert (rent.value, rent.text, rent.state) == (None, "8,50 bis unter 10,00", ValueState.CLASS_INTERVAL)
    gap = value_of(found, "08226009", measure="da_auto")
    assert (gap.value, gap.state, gap.sign) == (None, ValueState.MISSING, "missing_in_source")
    growth = value_of(found, "08226009", measure="da_wachstum")
    assert (growth.value, growth.period, growth.territorial_date, growth.row) == (
        -1.25,
        "2017/2022",
        date(2021, 12, 31),
        7,
    )


def test_order_of_columns_and_rows_does_not_matter(tmp_path: Path) -> None:
    expected = facts(read_all(write(tmp_path, long_file())))
    lines = [[*row[:7], row[7], *row[8:]] for row in (_cells(line) for line in (LONG_HEAD, *LONG_LINES))]
    turned = [list(reversed(line)) for line in (lines[0], *reversed(lines[1:]))]
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in turned) + "\n"
    assert facts(read_all(write(tmp_path, text, name="gedreht.csv"))) == expected


def _cells(line: str) -> list[str]:
    return next(csv.reader([line]))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_other_character_sets(tmp_path: Path, encoding: str) -> None:
    expected = facts(read_all(write(tmp_path, long_file())))
    path = write(tmp_path, long_file().replace("\n", "\r\n"), name="anders.csv", encoding=encoding)
    assert facts(read_all(path)) == expected
    assert open_source(path).encoding in {"utf-8-sig", "windows-1252", "utf-16"}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("level", "kreis"),
        ("ags", "8226003"),
        ("ags", "8226003.0"),
        ("ags", "08226"),
        ("ags", "Altlußheim"),
        ("area_name", ""),
        ("area_name", "=1+1"),
        ("indicator_id", ""),
        ("indicator_id", "5985"),
        ("period", "31.12.2022"),
        ("period", "2022"),
        ("value", ""),
        ("value", "=1+1"),
        ("value", "5 985"),
        ("value", "5.985.000"),
        ("value", "05985"),
        ("value", "-"),
        ("value", "-9999"),
        ("value", "#VALUE!"),
        ("value", "nan"),
        ("unit", ""),
        ("value_status", "geheim"),
        ("source", "@SUM(A1)"),
        ("territorial_status", "31.12.2022"),
        ("territorial_status", ""),
    ],
)
def test_a_doubtful_cell_refuses_the_file_and_is_named(tmp_path: Path, column: str, cell: str) -> None:
    refused = refusals_of(write(tmp_path, replaced(column, cell)))
    assert [(r.row, r.column) for r in refused] == [(3, column)]
    assert str(refused[0].reason)


def test_signs_of_the_deutschlandatlas_are_no_numbers(tmp_path: Path) -> None:
    line = LONG_LINES[0]
    text = long_file((line.replace("4.07", "-9999"), line.replace("4.07", "#VALUE!").replace("da_alq", "da_x")))
    found = read_all(write(tmp_path, text))
    assert [(o.value, o.state, o.sign) for o in found] == [
        (None, ValueState.MISSING, "-9999"),
        (None, ValueState.SOURCE_ERROR, "#VALUE!"),
    ]


@pytest.mark.parametrize(
    ("text", "is_class"),
    [
        ("8,50 bis unter 10,00", True),
        ("unter 5,50", True),
        ("11,50 und mehr", True),
        ("100–200", True),
        ("> 1.000", True),
        ("65 bis 74 Jahre", True),
        ("1.234.567", False),
        ("5985", False),
        ("viele", False),
        ("", False),
        ("-", False),
        ("=8,50 bis unter 10,00", False),
    ],
)
def test_what_is_a_class(tmp_path: Path, text: str, is_class: bool) -> None:
    path = write(tmp_path, long_file().replace("8,50 bis unter 10,00", text))
    assert places(path) == ([] if is_class else [(5, "value")])


@pytest.mark.parametrize("state", list(ValueState))
def test_every_state_can_be_carried(tmp_path: Path, state: ValueState) -> None:
    value = {True: "0", False: ""}[state.has_number] if state is not ValueState.CLASS_INTERVAL else "100 bis unter 200"
    line = LONG_LINES[1].replace("5985,Personen,,", f"{value},Personen,{state.value},")
    [found] = read_all(write(tmp_path, long_file((line,))))
    assert found.state is state
    assert (found.value is not None) is state.has_number
    if not state.has_number and value == "":
        wrong = LONG_LINES[1].replace("5985,Personen,,", f"5985,Personen,{state.value},")
        assert places(write(tmp_path, long_file((wrong,)))) == [(2, "value")]


def test_a_missing_a_doubled_and_an_unknown_column(tmp_path: Path) -> None:
    shortened = "\n".join(
        line.replace(",2022-12-31", "").replace(",2021-12-31", "") for line in (LONG_HEAD, *LONG_LINES)
    )
    without = shortened.replace(",territorial_status", "") + "\n"
    assert places(write(tmp_path, without)) == [(1, "territorial_status")]
    assert places(write(tmp_path, long_file(head=LONG_HEAD.replace("source", "unit")))) == [(1, "unit"), (1, "source")]
    assert places(write(tmp_path, long_file(head=LONG_HEAD.replace("source", "quelle")))) == [
        (1, "quelle"),
        (1, "source"),
    ]


def test_conflicting_values_are_refused_and_repeated_ones_read_once(tmp_path: Path) -> None:
    expected = facts(read_all(write(tmp_path, long_file())))
    twice = write(tmp_path, long_file((*LONG_LINES, LONG_LINES[2])))
    assert facts(read_all(twice)) == expected
    assert len(read_all(twice)) == len(LONG_LINES)
    assert open_source(twice).validate().repeated == 1
    assert places(write(tmp_path, long_file((*LONG_LINES, LONG_LINES[2].replace("12345", "12346"))))) == [(8, "value")]


def test_the_last_line_must_be_whole(tmp_path: Path) -> None:
    text = long_file()
    assert refusals_of(write(tmp_path, text[:-1])) == ()
    assert places(write(tmp_path, text[:-2])) == [(7, "territorial_status")]
    reordered = [line.split(",") for line in long_file(LONG_LINES[1:3]).splitlines()]
    value_last = "\n".join(",".join([*cells[:6], *cells[7:], cells[6]]) for cells in reordered)
    assert refusals_of(write(tmp_path, value_last + "\n")) == ()
    assert places(write(tmp_path, value_last)) == [(3, "value")]


def test_a_file_with_nothing_but_a_head(tmp_path: Path) -> None:
    assert places(write(tmp_path, LONG_HEAD + "\n")) == [(1, "A")]


if REAL.exists():

    def test_real_values() -> None:
        lines = REAL.read_text(encoding="utf-8").splitlines()[1:]
        source = open_source(REAL)
        report = source.validate()
        assert len(lines) == report.observations == 4429
        assert report.numbers == 4419
        assert report.classes == sum(",class_interval," in line for line in lines) == 6
        assert report.missing == {"missing_in_source": sum(",missing_in_source," in line for line in lines)}
        found = read_all(REAL)
        assert len({o.area_key for o in found}) == 54 + 23 + 38 + 3
        # No cell before the value holds a comma in lines without quotes.
        plain = [line.split(",") for line in lines if '"' not in line]
        numbers = {(c[1], c[3], c[4]): float(c[6]) for c in plain if c[8] == ""}
        read = {(o.area_key, o.measure, o.period): o.value for o in found}
        assert len(numbers) > 1000
        assert {key: read[key] for key in numbers} == numbers
        assert value_of(found, "08226", measure="da_alq").value == 4.07
