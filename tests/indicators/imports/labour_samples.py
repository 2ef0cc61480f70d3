"""The workbook "Arbeitsmarkt kommunal" in small: the same cells in the same places, two tables, invented figures."""

from collections.abc import Sequence

from workbook_samples import Content, SheetSample

TITLE = "08226095 Walldorf, Stadt (Gebietsstand im Jahr 2024)"
HEAD: tuple[Content, ...] = ("Merkmale", None, 2020.0, 2021.0, 2022.0, 2023.0, 2024.0)
AT_WORK = "Sozialversicherungspflichtig Beschäftigte\nam Arbeitsort (Stichtag 30.06.)"
JOBLESS = "Arbeitslose (Jahresdurchschnitte)"
LABOUR_ROWS: tuple[tuple[Content, ...], ...] = (
    (None, None, None, None, None, None, "Arbeitsmarkt kommunal"),
    (),
    ("Sozialversicherungspflichtig und geringfügig Beschäftigte und Arbeitslose\nnach ausgewählten Merkmalen",),
    (TITLE,),
    (2024.0,),
    (),
    HEAD,
    (None, None, 1.0, 2.0, 3.0, 4.0, 5.0),
    (AT_WORK,),
    ("Insgesamt", None, 13344.0, 13346.0, 13377.0, 13397.0, 13321.0),
    ("dar.", "Männer", 8119.0, 8089.0, 8097.0, 8085.0, 8030.0),
    (None, "Land- und Forstwirtschaft, Fischerei ( A )", "*", "*", "*", "-", 12.0),
    (None, "Produzierendes Gewerbe ( B - F )", "*", "*", "*", 4000.0, 4100.0),
    (JOBLESS,),
    ("Insgesamt", None, 323.4166666666667, 298.5, 297.25, 307.5, 300.0),
    ("dar.", "Langzeitarbeitslose", 78.5, 103.75, "*", 88.25, "*"),
    (None, None, None, None, None, None, "© Statistik der Bundesagentur für Arbeit"),
    ("*) Aus Gründen der statistischen Geheimhaltung werden Zahlenwerte von 1 oder 2 anonymisiert.",),
)
MERGED = ("A7:B8", "A9:B9", "A14:B14", "A3:G3", "A4:G4", "A5:C5", "A18:G18")


def labour_sheets(rows: Sequence[Sequence[Content]] = LABOUR_ROWS) -> dict[str, SheetSample]:
    """The sheets of the workbook, two of them without figures."""
    return {
        "Deckblatt": SheetSample([]),
        "Impressum": SheetSample([[None, "Arbeitsmarkt kommunal"], ["Berichtsjahr:", 2024.0]]),
        "Daten": SheetSample(rows, merged=MERGED),
    }


def with_cell(row: int, column: int, content: Content) -> list[list[Content]]:
    """The rows with one other cell (row from 1, column from 0)."""
    rows = [list(cells) for cells in LABOUR_ROWS]
    rows[row - 1] += [None] * (column + 1 - len(rows[row - 1]))
    rows[row - 1][column] = content
    return rows
