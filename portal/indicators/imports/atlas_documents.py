"""Title, unit, year and territory of the atlas' indicators: from the workbook's own sheets, or as shipped.

A documenting sheet is one whose head has a column for the code (`Indikatorkürzel`) and one for the definition; its
place in the workbook and the order of its columns are free.
"""

import re
from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from portal.config import SEEDS
from portal.indicators.imports.atlas_periods import period_of_definition, unit_of_definition
from portal.indicators.imports.periods import Period, read_period
from portal.indicators.imports.workbook import Workbook, text_of
from portal.indicators.seeding.files import read_legend

# The territories of the issue that the shipped legend describes; any other one shows a later issue.
SHIPPED_TERRITORIES = frozenset(
    {"KRS1218", "KRS1219", "KRS1220", "KRS1221", "KRS1222", "GEM1218", "GEM1219", "GEM1220", "GEM1221", "GEM1222"}
)
_PREFIX = "da_"
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CODE_HEADINGS = re.compile(r"(?:Indikator(?:en)?)?(?:kürzel|code)|Kürzel des Indikators", re.IGNORECASE)
_DEFINITION_HEADINGS = re.compile(r"Definition|Beschreibung|Erläuterung|Indikatorbeschreibung", re.IGNORECASE)
_TITLE_HEADINGS = re.compile(r"Titel|Name|Indikator(?:name|titel)?|Bezeichnung|Kartentitel", re.IGNORECASE)
_TERRITORY_HEADINGS = re.compile(r"Gebietsstand|Tabellenblatt|Blatt", re.IGNORECASE)
_TERRITORY = re.compile(r"(?:Deutschlandatlas_)?(?P<territory>(?:GEM|KRS|VBGEM)12[0-9]{2})")
_HEAD_WITHIN = 15
_MOST_ROWS = 2_000


class Documented(NamedTuple):
    """What is known of an indicator; `territory` is empty where it is not said."""

    code: str
    title: str
    unit: str
    period: Period | None
    territory: str


def is_documenting(workbook: Workbook, name: str) -> bool:
    """Whether a sheet documents codes."""
    return _columns(workbook, name) is not None


def documented_codes(workbook: Workbook) -> dict[str, Documented]:
    """Code → what the workbook's own sheets say."""
    found: dict[str, Documented] = {}
    for name in workbook.visible:
        columns = _columns(workbook, name)
        if columns is None:
            continue
        row_of_head, code_at, definition_at, title_at, territory_at = columns
        for row, cells in workbook.sheet(name).rows():
            code = text_of(cells[code_at])
            if row <= row_of_head or row > _MOST_ROWS or not _CODE.fullmatch(code):
                continue
            definition = text_of(cells[definition_at])
            territory = _TERRITORY.search(text_of(cells[territory_at])) if territory_at is not None else None
            known = _shipped().get(code)
            found[code] = Documented(
                code,
                (text_of(cells[title_at]) if title_at is not None else "") or definition or code,
                known.unit if known else unit_of_definition(definition),
                period_of_definition(definition),
                territory["territory"] if territory else "",
            )
    return found


def shipped_codes(territories: Collection[str]) -> dict[str, Documented]:
    """Code → what the shipped legend says; nothing for workbooks of another issue than the legend's."""
    later = {name for name in territories if not name.startswith("VB")} - SHIPPED_TERRITORIES
    return {} if later else _shipped()


def _columns(workbook: Workbook, name: str) -> tuple[int, int, int, int | None, int | None] | None:
    for row, cells in enumerate(workbook.peek(name, _HEAD_WITHIN), start=1):
        texts = [text_of(cell) for cell in cells]
        places = [
            next((index for index, text in enumerate(texts) if pattern.fullmatch(text)), None)
            for pattern in (_CODE_HEADINGS, _DEFINITION_HEADINGS, _TITLE_HEADINGS, _TERRITORY_HEADINGS)
        ]
        if places[0] is not None and places[1] is not None:
            return row, places[0], places[1], places[2], places[3]
    return None


@cache
def _shipped() -> dict[str, Documented]:
    return {
        series.removeprefix(_PREFIX): Documented(
            series.removeprefix(_PREFIX),
            seed.title,
            seed.unit,
            read_period(seed.periods[0]) if len(seed.periods) == 1 else None,
            seed.territory_sheet,
        )
        for series, seed in read_legend(SEEDS).items()
        if series.startswith(_PREFIX) and seed.territory_sheet
    }
