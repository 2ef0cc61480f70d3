"""The workbook "Arbeitsmarkt kommunal" of any municipality: every table of the original, invented figures."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.indicators.imports.workbook_samples import Content, SheetSample, write_xlsx

YEARS = (2020, 2021, 2022, 2023, 2024)
AT_WORK = "Sozialversicherungspflichtig Beschäftigte\nam Arbeitsort (Stichtag 30.06.)"
BRANCHES = (
    "Sozialversicherungspflichtig Beschäftigte\nnach Wirtschaftszweigen der WZ 2008\nam Arbeitsort  (Stichtag 30.06.)"
)
AT_HOME = "Sozialversicherungspflichtig Beschäftigte\nam Wohnort  (Stichtag 30.06.)"
MINI_JOBS = "Geringfügig Beschäftigte (Minijobber)\nam Arbeitsort  (Stichtag 30.06.)"
JOBLESS = "Arbeitslose (Jahresdurchschnitte)"
# Table → part → how many of thousand people of the size; None: secret. The total is part "".
TABLES: dict[str, dict[str, float | None]] = {
    AT_WORK: {"": 400, "Männer": 220, "Frauen": 180, "Einpendler": 280},
    BRANCHES: {
        "Land- und Forstwirtschaft, Fischerei ( A )": None,
        "Produzierendes Gewerbe ( B - F )": None,
        "Handel, Verkehr und Gastgewerbe ( G - I )": 120,
        "Sonstige Dienstleistungen ( J - U )": 150,
    },
    AT_HOME: {"": 420, "Männer": 225, "Frauen": 195, "Auspendler": 300},
    MINI_JOBS: {
        "": 90,
        "ausschließlich geringfügig Beschäftigte": 55,
        "im Nebenjob geringfügig Beschäftigte": 35,
    },
    JOBLESS: {
        "": 24.25,
        "55 Jahre und älter": 6.5,
        "Langzeitarbeitslose": 8.75,
        "Arbeitslose im Rechtskreis SGB III": 10.5,
        "Arbeitslose im Rechtskreis SGB II": 13.75,
    },
}


def labour_rows(key: str, name: str, *, thousands: float = 10.0, long_term: float = 1.0) -> list[list[Content]]:
    """Rows of the sheet; `long_term` makes the long-term unemployed so many times as many."""
    return [
        [None, None, None, None, None, None, "Arbeitsmarkt kommunal"],
        [],
        ["Sozialversicherungspflichtig und geringfügig Beschäftigte und Arbeitslose\nnach ausgewählten Merkmalen"],
        [f"{key} {name} (Gebietsstand im Jahr {YEARS[-1]})"],
        [float(YEARS[-1])],
        [],
        ["Merkmale", None, *map(float, YEARS)],
        [None, None, *(float(place) for place in range(1, len(YEARS) + 1))],
        *_tables(thousands, long_term),
        [None, None, None, None, None, None, "© Statistik der Bundesagentur für Arbeit"],
        ["*) Aus Gründen der statistischen Geheimhaltung werden Zahlenwerte von 1 oder 2 anonymisiert."],
    ]


def labour_workbook(path: Path, key: str, name: str, *, thousands: float = 10.0, long_term: float = 1.0) -> Path:
    """The file, with the sheets without figures that the original has beside it."""
    rows = labour_rows(key, name, thousands=thousands, long_term=long_term)
    sheets = {
        "Deckblatt": SheetSample([]),
        "Impressum": SheetSample([[None, "Arbeitsmarkt kommunal"], ["Berichtsjahr:", float(YEARS[-1])]]),
        "Daten": SheetSample(rows, merged=("A3:G3", "A4:G4", "A5:C5", "A7:B8")),
        "Statistik-Infoseite": SheetSample([["Statistik-Infoseite"], [date(2025, 1, 13)]]),
    }
    return write_xlsx(path, sheets)


def _tables(thousands: float, long_term: float) -> Iterator[list[Content]]:
    for heading, parts in TABLES.items():
        yield [heading]
        is_first = True
        for part, per_thousand in parts.items():
            lead: Content = None
            if not part:
                lead = "Insgesamt"
            elif is_first:
                lead, is_first = "dar.", False
            share = (per_thousand or 0) * (long_term if part == "Langzeitarbeitslose" else 1.0)
            values: list[Content] = [_count(share * thousands, year, heading) for year in range(len(YEARS))]
            yield [lead, part or None, *(["*"] * len(YEARS) if per_thousand is None else values)]


def _count(number: float, year: int, heading: str) -> float:
    grown = number * (1 + year / 100)
    return round(grown * 12) / 12 if heading == JOBLESS else float(round(grown))
