"""The workbook of the Deutschlandatlas."""

import csv
from datetime import date
from pathlib import Path

import pytest
from atlas_samples import atlas_sheets
from import_samples import facts, read_all, refusals_of, value_of
from workbook_samples import PERCENT, Content, Formula, Styled, write_xlsx

from portal.config import SEEDS
from portal.indicators.imports.atlas_periods import period_of_definition, unit_of_definition
from portal.indicators.imports.formats import Format
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.source import open_source
from portal.indicators.seeding.files import read_legend
from portal.indicators.value_states import ValueState


def workbook(folder: Path, sheets: dict[str, list[list[Content]]] | None = None, **cells: Content) -> Path:
    return write_xlsx(folder / "atlas.xlsx", sheets or atlas_sheets(**cells))


def test_levels_territories_signs_and_classes(tmp_path: Path) -> None:
    source = open_source(workbook(tmp_path))
    assert (source.format, source.encoding) == (Format.ATLAS, "xlsx")
    report = source.validate()
    assert (report.numbers, report.classes) == (8, 3)
    assert report.missing == {"#VALUE!": 1, "-9999": 2, "-99999": 1}
    assert report.meanings["#VALUE!"] is ValueState.SOURCE_ERROR
    assert report.sheets == ("Deutschlandatlas_KRS1222", "Deutschlandatlas_GEM1220")
    assert {(m.code, m.unit) for m in report.measures} == {
        ("da_alq", "Prozent"),
        ("da_preis_miet", "EUR je m²"),
        ("da_bev_ausw", "je 10.000 Personen"),
        ("da_p_apo", "Minuten"),
    }
    found = read_all(source.path)
    rate = value_of(found, "08226", measure="da_alq")
    assert (rate.value, rate.level, rate.period, rate.territorial_date) == (
        4.1, AreaLevel.COUNTY, "2023", date(2022, 12, 31),
    )  # fmt: skip
    rent = value_of(found, "08226", measure="da_preis_miet")
    assert (rent.value, rent.text, rent.state, rent.sign) == (None, "11,50 und mehr", ValueState.CLASS_INTERVAL, None)
    assert value_of(found, "08226", measure="da_bev_ausw").state is ValueState.SOURCE_ERROR
    assert value_of(found, "12069", measure="da_bev_ausw").state is ValueState.MISSING
    way = value_of(found, "08226095", measure="da_p_apo")
    assert (way.value, way.state, way.territorial_date) == (None, ValueState.MISSING, date(2020, 12, 31))
    assert way.source == "Deutschlandatlas, Blatt Deutschlandatlas_GEM1220"
    assert {o.area_key for o in found} >= {"01001", "08226003", "12069017"}


def test_what_the_portal_ships_comes_out_again(tmp_path: Path) -> None:
    """All shipped values of the atlas, laid out as the workbook has them, are read as shipped."""
    with (SEEDS / "indicator_values.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator_id"].startswith("da_")]
    sheets: dict[str, list[list[Content]]] = {}
    for name in sorted({row["source"].split("Blatt ")[1] for row in rows}):
        here = [row for row in rows if row["source"].endswith(name)]
        codes = sorted({row["indicator_id"].removeprefix("da_") for row in here})
        territory = name.removeprefix("Deutschlandatlas_").replace("GEM", "GKZ")
        sheets[name] = [[territory, "Kreisname" if "KRS" in name else "Gemeindename", *codes]]
        by_area: dict[tuple[str, str], dict[str, Content]] = {}
        for row in here:
            value = -9999.0 if row["value_status"] == "missing_in_source" else row["value"]
            value = float(value) if not row["value_status"] else value
            by_area.setdefault((row["ags"], row["area_name"]), {})[row["indicator_id"][3:]] = value
        for (ags, area), values in by_area.items():
            sheets[name].append([float(ags.ljust(8, "0")), area, *(values[code] for code in codes)])
    wanted = {
        (row["indicator_id"], row["ags"], row["period"], row["unit"], row["territorial_status"]): row["value"]
        for row in rows
    }
    source = open_source(write_xlsx(tmp_path / "atlas.xlsx", sheets))
    read = {
        (o.measure, o.area_key, o.period, o.unit, o.territorial_date.isoformat()): o
        for chunk in source.read()
        for o in chunk
        if o.territorial_date
    }
    assert read.keys() == wanted.keys()
    for key, o in read.items():
        assert o.value == float(wanted[key]) if o.value is not None else (o.text or "") == wanted[key]
    assert source.validate().left_out == ()


def test_definitions_name_period_and_unit() -> None:
    for series, seed in read_legend(SEEDS).items():
        if series.startswith("da_"):
            period = period_of_definition(seed.definition)
            assert period is not None
            assert (period.text,) == seed.periods
            assert unit_of_definition(seed.definition) in {"", seed.unit}
    assert period_of_definition("Quote im Jahr 2023, Vorjahr 2022") is None
    assert period_of_definition("zwischen 2017 und 2022, zuvor von 2012 bis 2017") is None
    assert period_of_definition("im Juni 2022 und im Juli 2023") is None
    assert period_of_definition("seit jeher") is None


def test_another_issue_needs_its_own_documents(tmp_path: Path) -> None:
    """A sheet of a later territory shows that the shipped years do not hold."""
    sheets = atlas_sheets()
    sheets["Deutschlandatlas_KRS1224"] = [["KRS1224", "Kreisname", "alq"], [8226000.0, "Rhein-Neckar-Kreis", 4.4]]
    [refused] = refusals_of(workbook(tmp_path, sheets))
    assert "kein Bezugsjahr genannt" in str(refused.reason)
    sheets["Indikatoren"] = [
        ["Stand 2026"],
        ["Titel", "Indikatorkürzel", "Gebietsstand", "Definition"],
        ["Arbeitslosenquote", "alq", "KRS1224", "Arbeitslosenquote im Jahr 2025 in %"],
        ["Neues", "neu", "KRS1224", "Neues im Jahr 2025"],
    ]
    source = open_source(workbook(tmp_path, sheets))
    [found] = read_all(source.path)
    assert (found.measure, found.period, found.unit, found.value) == ("da_alq", "2025", "Prozent", 4.4)
    assert len(source.validate().left_out) == 4


def test_heads_that_name_code_and_year_in_words(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Content]]] = {
        "Deutschlandatlas_KRS1224": [
            ["Deutschlandatlas"],
            ["Stand: 08.10.2026"],
            [None],
            ["KRS1224", "Kreisname", "Arbeitslosenquote im Jahr 2025 in %\nIndikatorkürzel: alq"],
            [8226000.0, "Rhein-Neckar-Kreis", 4.4],
        ]
    }
    [found] = read_all(workbook(tmp_path, sheets))
    assert (found.measure, found.period, found.row, found.column) == ("da_alq", "2025", 5, "C")


def test_unknown_indicators_and_associations_are_left_out_and_named(tmp_path: Path) -> None:
    sheets = atlas_sheets(KRS1222_F1="neu_da", KRS1222_F2=1.0)
    sheets["Deutschlandatlas_VBGEM1222"] = [["VBGEM1222", "Gemeindeverbandsname", "oenv"], [10010000.0, "X", 1.0]]
    source = open_source(workbook(tmp_path, sheets))
    assert len(read_all(source.path)) == 15
    assert [str(reason) for reason in source.validate().left_out] == [
        "„neu_da“ (Blatt „Deutschlandatlas_KRS1222“): kein Bezugsjahr genannt",
        "Blatt „Deutschlandatlas_VBGEM1222“: Gemeindeverbände",
    ]


def test_order_does_not_matter_and_empty_is_missing(tmp_path: Path) -> None:
    expected = facts(read_all(workbook(tmp_path)))
    order = [3, 1, 4, 0, 2]
    sheets = atlas_sheets()
    rows = sheets["Deutschlandatlas_KRS1222"]
    sheets["Deutschlandatlas_KRS1222"] = [[row[i] for i in order] for row in (rows[0], *reversed(rows[1:]))]
    assert facts(read_all(workbook(tmp_path, dict(reversed(sheets.items()))))) == expected
    found = read_all(workbook(tmp_path, KRS1222_C4=None))
    empty = value_of(found, "08226", measure="da_alq")
    assert (empty.value, empty.state, empty.sign) == (None, ValueState.MISSING, "leer")


@pytest.mark.parametrize(
    ("cells", "place", "word"),
    [
        ({"KRS1222_A4": "8226000"}, "Deutschlandatlas_KRS1222!A4", "führende Null"),
        ({"KRS1222_A4": "8226000.0"}, "Deutschlandatlas_KRS1222!A4", "Kommazahl"),
        ({"KRS1222_A4": 8226.0}, "Deutschlandatlas_KRS1222!A4", "führende Null"),
        ({"KRS1222_A4": 82260000.0}, "Deutschlandatlas_KRS1222!A4", "kein Gebietsschlüssel"),
        ({"KRS1222_A4": 8226003.0}, "Deutschlandatlas_KRS1222!A4", "passt nicht"),
        ({"KRS1222_A4": 8226000.5}, "Deutschlandatlas_KRS1222!A4", "Kommazahl"),
        ({"KRS1222_A4": None}, "Deutschlandatlas_KRS1222!A4", "fehlt"),
        ({"KRS1222_A4": date(2024, 1, 1)}, "Deutschlandatlas_KRS1222!A4", "kein Gebietsschlüssel"),
        ({"KRS1222_B4": None}, "Deutschlandatlas_KRS1222!B4", "fehlt"),
        ({"KRS1222_B1": "Ort"}, "Deutschlandatlas_KRS1222!A1", "Namen"),
        ({"KRS1222_C4": "4.1"}, "Deutschlandatlas_KRS1222!C4", "weder Zahl"),
        ({"KRS1222_C4": "4,123"}, "Deutschlandatlas_KRS1222!C4", "weder Zahl"),
        ({"KRS1222_C4": -999999.0}, "Deutschlandatlas_KRS1222!C4", "weder Zahl"),
        ({"KRS1222_C4": Formula()}, "Deutschlandatlas_KRS1222!C4", "Formel ohne"),
        ({"KRS1222_C4": Formula("#N/A", is_error=True)}, "Deutschlandatlas_KRS1222!C4", "#N/A"),
        ({"KRS1222_C4": Styled(0.041, PERCENT)}, "Deutschlandatlas_KRS1222!C4", "andere Zahl"),
        ({"KRS1222_D1": "alq"}, "Deutschlandatlas_KRS1222!E1", "zweimal"),
        ({"KRS1222_F4": 1.0}, "Deutschlandatlas_KRS1222!F4", "Überschrift"),
        ({"KRS1222_A6": "Quelle: BBSR"}, "Deutschlandatlas_KRS1222!A6", "kein Gebietsschlüssel"),
        ({"KRS1222_A5": 8226000.0}, "Deutschlandatlas_KRS1222!C5", "Zwei verschiedene Werte"),
    ],
)
def test_doubtful_cells(tmp_path: Path, cells: dict[str, Content], place: str, word: str) -> None:
    refused = refusals_of(workbook(tmp_path, **cells))
    assert refused
    assert refused[0].place == place, [(cell.place, str(cell.reason)) for cell in refused]
    assert word in str(refused[0].reason)
