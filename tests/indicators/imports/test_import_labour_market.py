"""The Employment Agency's workbook of one municipality."""

from datetime import date
from pathlib import Path

import pytest
from import_samples import ORIGINALS, facts, read_all, refusals_of, value_of
from labour_full import AT_HOME, BRANCHES, MINI_JOBS, labour_rows
from labour_samples import AT_WORK, HEAD, JOBLESS, LABOUR_ROWS, TITLE, labour_sheets, with_cell
from workbook_samples import PERCENT, Content, Formula, SheetSample, Styled, write_xlsx, xls

from portal.indicators.imports.formats import Format
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.source import open_source
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState

SVB = "ba:sozialversicherungspflichtig-beschaeftigte-am-arbeitsort"


def workbook(folder: Path, rows: object = LABOUR_ROWS) -> Path:
    return write_xlsx(folder / "mappe.xlsx", labour_sheets(rows))  # type: ignore[arg-type]


def test_every_figure_with_its_measure_part_and_time(tmp_path: Path) -> None:
    source = open_source(workbook(tmp_path))
    assert (source.format, source.encoding) == (Format.LABOUR, "xlsx")
    assert source.title == f"Arbeitsmarkt kommunal, {TITLE}"
    note = "© Statistik der Bundesagentur für Arbeit; Arbeitsmarkt kommunal (Gebietsstand im Jahr 2024)"
    assert source.source_note == note
    assert [(m.code, m.label, m.unit) for m in source.measures] == [
        ("ba:arbeitslose", "Arbeitslose", "Personen"),
        (SVB, "Sozialversicherungspflichtig Beschäftigte am Arbeitsort", "Personen"),
    ]
    found = read_all(source.path)
    assert len(found) == 30
    assert {(o.area_key, o.area_name, o.level, o.territorial_date, o.sheet) for o in found} == {
        ("08226095", "Walldorf, Stadt", AreaLevel.MUNICIPALITY, date(2024, 12, 31), "Daten")
    }
    total = value_of(found, "08226095", measure=SVB, period="2024-06-30", dimensions=(("merkmal", ""),))
    assert (total.value, total.period_kind, total.row, total.column) == (13321.0, PeriodKind.DATE, 10, "G")
    average = value_of(found, "08226095", measure="ba:arbeitslose", period="2020", dimensions=(("merkmal", ""),))
    assert (average.value, average.period_kind) == (323.4166666666667, PeriodKind.YEAR)
    report = source.validate()
    assert report.missing == {"*": 8, "-": 1}
    assert report.dimension_labels["merkmal", "produzierendes-gewerbe-b-f"] == "Produzierendes Gewerbe ( B - F )"


def test_secret_cells_stay_secret_and_a_dash_is_no_zero(tmp_path: Path) -> None:
    found = read_all(workbook(tmp_path))
    part = (("merkmal", "land-und-forstwirtschaft-fischerei-a"),)
    states = {o.period: (o.value, o.state) for o in found if o.dimensions == part}
    assert states["2020-06-30"] == (None, ValueState.SUPPRESSED)
    assert states["2023-06-30"] == (None, ValueState.UNCLEAR_DASH)
    assert states["2024-06-30"] == (12.0, ValueState.REPORTED)


def test_an_older_workbook_says_the_same(tmp_path: Path) -> None:
    older = tmp_path / "mappe.xls"
    older.write_bytes(xls({"Daten": LABOUR_ROWS}))
    assert open_source(older).encoding == "xls"
    assert facts(read_all(older)) == facts(read_all(workbook(tmp_path)))


def test_figures_kept_as_text_or_as_formulas(tmp_path: Path) -> None:
    expected = facts(read_all(workbook(tmp_path)))
    assert facts(read_all(workbook(tmp_path, with_cell(10, 2, "13344")))) == expected
    assert facts(read_all(workbook(tmp_path, with_cell(10, 2, Formula(13344.0))))) == expected


@pytest.mark.parametrize(
    ("years", "place", "word"),
    [
        ((2024, 2022, 2020, 2021, 2023), "Daten!D7", "Auf 2024 folgt 2022"),
        ((2024, 2023, 2022, 2021, 2020), "Daten!D7", "Auf 2024 folgt 2023"),
        ((2020, 2021, 2022, 2024, 2023), "Daten!F7", "Auf 2022 folgt 2024"),
        ((2019, 2020, 2021, 2022, 2024), "Daten!G7", "Auf 2022 folgt 2024"),
        ((2019, 2020, 2021, 2022, 2023), "Daten!G7", "Das letzte Jahr ist 2023"),
        ((2021, 2022, 2023, 2024, 2025), "Daten!G7", "Das letzte Jahr ist 2025"),
    ],
)
def test_heads_in_another_order_are_refused(tmp_path: Path, years: tuple[int, ...], place: str, word: str) -> None:
    """The figures may have stayed where they were: nothing but the head tells of which year they are."""
    rows = [list(row) for row in LABOUR_ROWS]
    rows[6] = ["Merkmale", None, *map(float, years)]
    [refused] = refusals_of(workbook(tmp_path, rows))
    assert (refused.place, word in str(refused.reason)) == (place, True), str(refused.reason)


@pytest.mark.parametrize(
    ("row", "column", "content", "place", "word"),
    [
        (4, 0, TITLE.replace("08226095", "8226095"), "Daten!A4", "führende Null"),
        (4, 0, TITLE.replace("08226095", "8226095.0"), "Daten!A4", "Kommazahl"),
        (4, 0, "Walldorf, Stadt (Gebietsstand im Jahr 2024)", "Daten!A1", "Gemeindeschlüssel"),
        (4, 0, "08226095 Walldorf, Stadt", "Daten!A1", "Gebietsstand"),
        (4, 0, TITLE.replace("2024", "2014"), "Daten!G7", "der Gebietsstand aber 2014"),
        (5, 0, 2023.0, "Daten!A5", "Das Berichtsjahr ist 2023"),
        (5, 0, "2023", "Daten!A5", "Das Berichtsjahr ist 2023"),
        (5, 0, TITLE.replace("95", "96"), "Daten!A5", "Zwei Gebiete"),
        (7, 0, "Merkmal", "Daten!A1", "Kopfzeile"),
        (7, 2, 20.0, "Daten!C7", "kein Jahr"),
        (7, 3, 2020.0, "Daten!D7", "zweimal"),
        (7, 4, "2020/2022", "Daten!E7", "kein Jahr"),
        (9, 0, "Beschäftigte am Arbeitsort", "Daten!A9", "Stichtag"),
        (9, 0, f"{AT_WORK} {JOBLESS}", "Daten!A9", "Stichtag"),
        (9, 0, AT_WORK.replace("30.06.", "31.06."), "Daten!A9", "kein Tag"),
        (9, 0, None, "Daten!A10", "Name der Tabelle"),
        (14, 0, AT_WORK, "Daten!A14", "zweimal"),
        (14, 0, None, "Daten!A15", "ihre Überschrift fehlt"),
        (11, 0, "Männer", "Daten!A11", "nicht zu erkennen"),
        (11, 1, None, "Daten!A11", "nicht zu erkennen"),
        (12, 1, "Männer", "Daten!A12", "zweimal"),
        (10, 2, None, "Daten!C10", "fehlt"),
        (10, 2, "13.344", "Daten!C10", "weder Zahl"),
        (10, 2, "viele", "Daten!C10", "weder Zahl"),
        (10, 2, -1.0, "Daten!C10", "keine Zahl von Personen"),
        (10, 2, 13344.5, "Daten!C10", "keine Zahl von Personen"),
        (10, 2, True, "Daten!C10", "weder Zahl"),
        (10, 2, date(2024, 12, 31), "Daten!C10", "weder Zahl"),
        (10, 2, Formula(), "Daten!C10", "Formel ohne"),
        (10, 2, Formula("#REF!", is_error=True), "Daten!C10", "#REF!"),
        (10, 2, Styled(0.5, PERCENT), "Daten!C10", "andere Zahl"),
        (10, 7, 5.0, "Daten!H10", "fehlt das Jahr"),
        (17, 6, None, "Daten!A18", ""),
        (19, 2, 17.0, "Daten!A19", "Unter den Fußnoten"),
    ],
)
def test_doubtful_cells_are_refused_at_their_place(
    tmp_path: Path, row: int, column: int, content: Content, place: str, word: str
) -> None:
    rows = with_cell(row, column, content) if row < 19 else [*LABOUR_ROWS, [None, None, content]]
    refused = refusals_of(workbook(tmp_path, rows))
    if row == 17:  # the other note still shows that nothing is cut off
        assert not refused
        return
    assert refused[0].place == place, [(cell.place, str(cell.reason)) for cell in refused]
    assert word in str(refused[0].reason)


def test_a_sheet_that_was_cut_off(tmp_path: Path) -> None:
    for last in range(8, 17):
        refused = refusals_of(workbook(tmp_path, LABOUR_ROWS[:last]))
        assert "abgeschnitten" in str(refused[-1].reason), last


@pytest.mark.parametrize("heading", [BRANCHES, AT_HOME, MINI_JOBS])
def test_a_table_whose_heading_is_missing_is_not_part_of_the_one_above(tmp_path: Path, heading: str) -> None:
    whole = labour_rows("08226095", "Walldorf, Stadt")
    rows = [[None if cell == heading else cell for cell in cells] for cells in whole]
    gone = next(row for row, cells in enumerate(whole, start=1) if heading in cells)
    assert refusals_of(write_xlsx(tmp_path / "ganz.xlsx", {"Daten": SheetSample(whole)})) == ()
    found = refusals_of(write_xlsx(tmp_path / "mappe.xlsx", {"Daten": SheetSample(rows)}))
    assert (found[0].row, "ihre Überschrift fehlt" in str(found[0].reason)) == (gone + 1, True)


def test_men_and_women_or_both_codes_of_law_are_everybody(tmp_path: Path) -> None:
    """Numbers may be rounded one by one; a secret part beside the other one and the total is none."""
    rows = [list(cells) for cells in LABOUR_ROWS]
    rows.insert(11, [None, "Frauen", 5225.0, 5257.0, 5280.0, "*", 5390.0])
    doubt, told = open_source(workbook(tmp_path, rows)).validate().doubtful
    assert (doubt.row, doubt.column) == (10, "G")
    assert str(doubt.reason) == "Die Teile ergeben zusammen nicht diese Summe."
    assert (told.row, told.column, "Geheim ist nur „Frauen“" in str(told.reason)) == (11, "F", True)
    rows[11][6], rows[11][5], rows[10][5] = 5292.0, "*", "*"
    assert open_source(workbook(tmp_path, rows)).validate().doubtful == ()


def test_hidden_and_doubled_sheets(tmp_path: Path) -> None:
    sheets = labour_sheets()
    path = write_xlsx(tmp_path / "m.xlsx", {"Daten": SheetSample(sheets["Daten"].rows, state="hidden"), "Z": [[1.0]]})
    [refused] = refusals_of(path)
    assert (refused.place, "ausgeblendet" in str(refused.reason)) == ("Daten!A1", True)
    path = write_xlsx(tmp_path / "m.xlsx", {"Daten": LABOUR_ROWS, "Daten (2)": LABOUR_ROWS})
    [refused] = refusals_of(path)
    assert "Mehrere Blätter" in str(refused.reason)


def test_a_county_has_five_digits(tmp_path: Path) -> None:
    rows = with_cell(4, 0, "08226 Rhein-Neckar-Kreis (Gebietsstand im Jahr 2024)")
    assert {(o.area_key, o.level) for o in read_all(workbook(tmp_path, rows))} == {("08226", AreaLevel.COUNTY)}
    assert HEAD[0] == "Merkmale"


if ORIGINALS.is_dir():

    def test_the_agencys_own_workbook() -> None:
        source = open_source(ORIGINALS / "Arbeitsmarkt-kommunal_06440001_Altenstadt.xlsx")
        report = source.validate()
        assert (report.numbers, report.missing, report.areas) == (
            155,
            {"*": 10},
            {"06440001": AreaLevel.MUNICIPALITY},
        )
        assert len(report.measures) == 5
        found = read_all(source.path)
        assert [o.value for o in found if o.measure == SVB and o.dimensions == (("merkmal", "einpendler"),)] == [
            2535, 2515, 2533, 2518, 2471,
        ]  # fmt: skip
        secret = {o.dimensions[0][1] for o in found if o.state is ValueState.SUPPRESSED}
        assert secret == {"land-und-forstwirtschaft-fischerei-a", "produzierendes-gewerbe-b-f"}
