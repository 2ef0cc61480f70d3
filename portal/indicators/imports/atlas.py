"""Workbook of the Deutschlandatlas: one sheet per level and territory, one row per area, one column per indicator.

Observed in the issue of 12.12.2024: the head row names the key with its territory (`KRS1222`, `GKZ1222`: as of
31.12.2022), the name (`Kreisname`) and the indicators by their code (`alq`). Keys are integers of eight digits that
lost their leading zero (`8226000`). `-9999` and `-99999` are missing values, `#VALUE!` an error of the publisher's,
some indicators are published as classes (`8,50 bis unter 10,00`).

Neither unit nor year of the figures stands in the head. They come from a sheet of the workbook that documents the
codes (found by its headings), or from the legend that the portal ships (`seeds`), which holds for that issue only:
for workbooks without sheets of a later territory, and for the sheet that the legend names. An indicator whose year
cannot be told is left out and named, as are associations, whose keys cannot be told from those of municipalities.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.atlas_documents import Documented, documented_codes, is_documenting, shipped_codes
from portal.indicators.imports.atlas_periods import period_of_definition
from portal.indicators.imports.formats import Detection
from portal.indicators.imports.headings import check_text
from portal.indicators.imports.keys import AreaKey, AreaLevel, KeyRefused, read_key
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.periods import Period
from portal.indicators.imports.refusals import Doubt, RefusalList, column_letter
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.signs import DEUTSCHLANDATLAS, Reading, is_class
from portal.indicators.imports.workbook import Sheet, Workbook, figure_of, text_of
from portal.indicators.value_states import ValueState

PREFIX = "da_"
_KEY = re.compile(r"(?P<kind>GKZ|GEM|KRS|VBGEM|VBG|GVB)_?(?P<month>12)(?P<year>[0-9]{2})", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_LABELLED_CODE = re.compile(r"Indikator(?:en)?kürzel: ?(?P<code>[A-Za-z][A-Za-z0-9_]*)")
_NAMES = frozenset({"Gemeindename", "Kreisname", "Gemeindeverbandsname", "Name", "NAME", "GEN"})
_LEVELS = {"GKZ": AreaLevel.MUNICIPALITY, "GEM": AreaLevel.MUNICIPALITY, "KRS": AreaLevel.COUNTY}
_HEAD_WITHIN = 10
_MISSING_NUMBER = re.compile(r"-9{3,}")
MOST_NAMED = 40


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures that can be read."""

    index: int
    letter: str
    code: str
    documented: Documented
    period: Period


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of a sheet: where key and name (-1: nowhere) stand, which level and territory they are of."""

    row: int
    key: int
    level: AreaLevel | None
    territory: str
    day: date
    name: int
    codes: dict[int, str]
    texts: dict[int, str]
    periods: dict[int, Period]


class Atlas:
    """Reader of the workbook; see the module for the layout."""

    table_code: str | None = None
    title = "Deutschlandatlas"

    def __init__(self, path: Path, detection: Detection) -> None:
        self._workbook = Workbook(path, detection.workbook)
        self.source_note = ""
        self.dimension_labels: dict[tuple[str, str | None], str] = {}
        self.left_out: dict[str, Any] = {}

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every figure, sheet by sheet, row by row."""
        heads = {name: head for name in self._workbook.visible if (head := _head_of(self._workbook, name))}
        documented = documented_codes(self._workbook)
        shipped = shipped_codes({head.territory for head in heads.values()})
        for name, head in heads.items():
            if head.level is None:
                self._leave_out(name, _l("Blatt „%(name)s“: Gemeindeverbände", name=name))
                continue
            sheet = self._workbook.sheet(name)
            columns = list(self._columns(sheet, head, documented, shipped))
            if columns:
                yield from self._figures(sheet, head, columns, refusals)

    def conclude(self, refusals: RefusalList) -> None:
        """Nothing to refuse that a row would not show."""

    def _columns(
        self, sheet: Sheet, head: _Head, documented: dict[str, Documented], shipped: dict[str, Documented]
    ) -> Iterator[_Column]:
        if head.name < 0:
            raise sheet.refuse(head.row, head.key, _l("Neben dem Gebietsschlüssel fehlt die Spalte mit dem Namen."))
        if len(set(head.codes.values())) < len(head.codes):
            raise sheet.refuse(head.row, max(head.codes), _l("Ein Kürzel steht zweimal in der Kopfzeile."))
        for index, code in sorted(head.codes.items()):
            known = documented.get(code) or shipped.get(code)
            is_here = known is not None and known.territory in {"", head.territory}
            period = head.periods.get(index) or (known.period if known and is_here else None)
            if period is None:
                reason = _l("„%(code)s“ (Blatt „%(sheet)s“): kein Bezugsjahr genannt", code=code, sheet=sheet.name)
                self._leave_out(f"{sheet.name}!{code}", reason)
                continue
            sheet.check_scale(range(index, index + 1))
            facts = known or Documented(code, head.texts[index], "", period, head.territory)
            yield _Column(index, column_letter(index), PREFIX + code, facts, period)

    def _leave_out(self, what: str, reason: Any) -> None:
        if len(self.left_out) < MOST_NAMED:
            self.left_out[what] = reason

    def _figures(
        self, sheet: Sheet, head: _Head, columns: list[_Column], refusals: RefusalList
    ) -> Iterator[Observation]:
        source = f"{self.title}, Blatt {sheet.name}"
        for row, cells in sheet.rows():
            if row <= head.row or not any(cell != "" for cell in cells):
                continue
            area = _area(cells, head)
            if isinstance(area, Doubt):
                refusals.add(row, area.column, area.reason, sheet=sheet.name)
                continue
            name = text_of(cells[head.name])
            for column in columns:
                reading = _reading(cells[column.index])
                if reading is None:
                    text = text_of(cells[column.index])[:40]
                    reason = _l("„%(text)s“ ist weder Zahl noch bekanntes Zeichen.", text=text)
                    refusals.add(row, column.letter, reason, sheet=sheet.name)
                    continue
                is_interval = reading.state is ValueState.CLASS_INTERVAL
                yield Observation(
                    area_key=area.key,
                    area_name=name,
                    level=area.level,
                    measure=column.code,
                    measure_label=column.documented.title,
                    unit=column.documented.unit,
                    period=column.period.text,
                    period_kind=column.period.kind,
                    dimensions=(),
                    value=reading.value,
                    text=reading.sign if is_interval else None,
                    state=reading.state,
                    sign=None if is_interval else reading.sign,
                    territorial_date=head.day,
                    source=source,
                    row=row,
                    column=column.letter,
                    sheet=sheet.name,
                )


def is_atlas(workbook: Workbook, name: str) -> str | None:
    """The heading of the key that shows that a sheet is one of the atlas; None for any other."""
    head = _head_of(workbook, name)
    return head.territory if head is not None and head.codes else None


def _head_of(workbook: Workbook, name: str) -> _Head | None:
    rows = [] if is_documenting(workbook, name) else workbook.peek(name, _HEAD_WITHIN)
    for row, cells in enumerate(rows, start=1):
        texts = {index: text for index, cell in enumerate(cells) if (text := text_of(cell))}
        keys = {index: match for index, text in texts.items() if (match := _KEY.fullmatch(text))}
        if keys:
            return _head(row, texts, keys)
    return None


def _head(row: int, texts: dict[int, str], keys: dict[int, re.Match[str]]) -> _Head:
    """Sheets of municipalities may name the county's key too: the first key is that of the row."""
    key = min(keys)
    match = keys[key]
    kind = match["kind"].upper()
    codes: dict[int, str] = {}
    periods: dict[int, Period] = {}
    for index, text in texts.items():
        labelled = _LABELLED_CODE.search(text)
        if labelled:
            codes[index] = labelled["code"]
            if period := period_of_definition(text):
                periods[index] = period
        elif index not in keys and text not in _NAMES and _CODE.fullmatch(text):
            codes[index] = text
    return _Head(
        row=row,
        key=key,
        level=_LEVELS.get(kind),
        territory=("GEM" if kind == "GKZ" else kind) + match["month"] + match["year"],
        day=date(2000 + int(match["year"]), 12, 31),
        name=next((index for index, text in texts.items() if text in _NAMES), -1),
        codes=codes,
        texts=texts,
        periods=periods,
    )


def _area(cells: list[Cell], head: _Head) -> AreaKey | Doubt:
    """The key of a row, of eight digits (a number lost its leading zero, a text did not), if its name is there and
    every filled cell stands below a heading."""
    cell, letter = cells[head.key], column_letter(head.key)
    text = text_of(cell)
    if isinstance(cell, float) and cell.is_integer() and len(text) == 7:
        text = "0" + text
    assert head.level is not None
    try:
        if len(text) != 8:
            read_key(text, None)  # names what is wrong with it, if anything is
            return Doubt(letter, _l("„%(key)s“ hat nicht acht Stellen.", key=text[:40]))
        area = read_key(text, head.level, strict=True)
    except KeyRefused as refused:
        return Doubt(letter, refused.message)
    if reason := check_text(text_of(cells[head.name])):
        return Doubt(column_letter(head.name), reason)
    stray = next((index for index, cell in enumerate(cells) if cell != "" and index not in head.texts), None)
    return area if stray is None else Doubt(column_letter(stray), _l("Über dieser Spalte fehlt die Überschrift."))


def _reading(cell: Cell) -> Reading | None:
    """A figure, a class (in place of the sign) or a sign of the atlas; an empty cell is a missing value."""
    text = text_of(cell)
    if text in DEUTSCHLANDATLAS:
        return Reading(None, DEUTSCHLANDATLAS[text], text)
    if not text:
        return Reading(None, ValueState.MISSING, "leer")
    if _MISSING_NUMBER.fullmatch(text):
        return None
    if isinstance(cell, str) and is_class(text):
        return Reading(None, ValueState.CLASS_INTERVAL, text)
    return figure_of(cell)
