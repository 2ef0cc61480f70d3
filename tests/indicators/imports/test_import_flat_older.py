"""Flat files of the databases until about 2024."""

from pathlib import Path

import pytest
from import_samples import places, read_all, refusals_of, value_of, write

from portal.indicators.imports.formats import Format
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.source import open_source
from portal.indicators.value_states import ValueState

GERMAN = (
    "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;"
    "1_Auspraegung_Label;2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;2_Auspraegung_Label;"
    "BEVSTD__Bevoelkerungsstand__Anzahl;BEVSTD__Bevoelkerungsstand__q;FLC006__Gebietsflaeche__qkm"
)
ENGLISH = (
    "Statistics_Code;Statistics_Label;Time_Code;Time_Label;Time;1_Variable_Code;1_Variable_Label;"
    "1_Variable_Attribute_Code;1_Variable_Attribute_Label;2_Variable_Code;2_Variable_Label;2_Variable_Attribute_Code;"
    "2_Variable_Attribute_Label;BEVSTD__Population__Number;BEVSTD__Population__q;FLC006__Area__qkm"
)
_FRONT = "12411;Fortschreibung;STAG;Stichtag;31.12.2022;KREISE;Kreise;"
LINES = (
    f"{_FRONT}08226;Rhein-Neckar-Kreis;GES;Geschlecht;;Insgesamt;555352;e;1061,54",
    f"{_FRONT}08226;Rhein-Neckar-Kreis;GES;Geschlecht;GESM;männlich;274511;();-",
    f"{_FRONT}13001;Greifswald;GES;Geschlecht;;Insgesamt;-;;.",
)


def flat(folder: Path, text: str, *, encoding: str = "cp1252") -> Path:
    return write(folder, text, encoding=encoding)


def whole(head: str = GERMAN, lines: tuple[str, ...] = LINES) -> str:
    return "\n".join((head, *lines)) + "\n"


def test_every_measure_of_a_row(tmp_path: Path) -> None:
    source = open_source(flat(tmp_path, whole()))
    assert (source.format, source.encoding, source.table_code) == (Format.FLAT_OLDER, "windows-1252", "12411")
    report = source.validate()
    assert (report.numbers, report.missing, report.periods) == (3, {"-": 2, ".": 1}, ("2022-12-31",))
    assert [(m.code, m.label, m.unit) for m in report.measures] == [
        ("BEVSTD", "Bevoelkerungsstand", "Anzahl"),
        ("FLC006", "Gebietsflaeche", "qkm"),
    ]
    found = read_all(source.path)
    area = value_of(found, "08226", measure="FLC006", dimensions=(("GES", ""),))
    assert (area.value, area.level, area.column) == (1061.54, AreaLevel.COUNTY, "FLC006__Gebietsflaeche__qkm")
    men = value_of(found, "08226", measure="BEVSTD", dimensions=(("GES", "GESM"),))
    assert (men.value, men.state) == (274511.0, ValueState.LIMITED_VALIDITY)
    assert value_of(found, "13001", measure="FLC006").state is ValueState.SUPPRESSED


def test_the_english_export_and_any_order_say_the_same(tmp_path: Path) -> None:
    cells = [line.split(";") for line in whole().splitlines()]
    order = [15, 3, 0, 14, 2, 13, 1, 4, 12, 11, 10, 9, 8, 7, 6, 5]
    moved = "\n".join(";".join(row[i] for i in order) for row in (cells[0], *reversed(cells[1:]))) + "\n"
    found = read_all(flat(tmp_path, moved, encoding="utf-8-sig"))
    assert {(o.area_key, o.measure, o.value, o.dimensions) for o in found} == {
        (o.area_key, o.measure, o.value, o.dimensions) for o in read_all(flat(tmp_path, whole()))
    }
    assert len(found) == 6
    english = whole(ENGLISH).replace("Stichtag", "Reference date").replace("Insgesamt", "Total")
    english = english.replace("1061,54", "1061.54")
    assert {o.value for o in read_all(flat(tmp_path, english))} == {555352.0, 274511.0, 1061.54, None}
    assert refusals_of(flat(tmp_path, english.replace("1061.54", "1061,54")))


@pytest.mark.parametrize(
    ("old", "new", "row", "column"),
    [
        ("555352", "555.352,1", 2, "BEVSTD__Bevoelkerungsstand__Anzahl"),
        (";1061,54", ";", 2, "FLC006__Gebietsflaeche__qkm"),
        ("555352;e", "555352;f", 2, "BEVSTD__Bevoelkerungsstand__Anzahl"),
        (";08226;", ";8226;", 2, "1_variable_attribute_code"),
        ("31.12.2022;KREISE", "31.13.2022;KREISE", 2, "time"),
        ("FLC006__Gebietsflaeche__qkm", "Gebietsflaeche", 1, "Gebietsflaeche"),
        ("2_Merkmal_Code", "2_Merkmal", 1, "2_Merkmal"),
        ("Zeit_Code", "Zeitcode", 1, "Zeitcode"),
        (";1061,54", "", 2, "FLC006__Gebietsflaeche__qkm"),
    ],
)
def test_doubtful_cells(tmp_path: Path, old: str, new: str, row: int, column: str) -> None:
    assert old in whole()
    assert (row, column) == places(flat(tmp_path, whole().replace(old, new, 1)))[0]
    assert refusals_of(flat(tmp_path, whole()[:-3]))
