"""Tables of the INKAR online database (BBSR) as CSV, XLS or XLSX: areas in rows, indicators × years in columns.

Two head lines: `Kennziffer`, `Raumeinheit`, `Aggregat` and the name of the indicator above each of its years, then
the years (observed in exports of several years; a workbook keeps the table in the sheet `Daten`). `Aggregat` names
the level. An empty cell (`N.A.` in workbooks) is a missing value. The file names no unit.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

from flask_babel import lazy_gettext as _l

from portal.core.text import slugify
from portal.indicators.imports.choices import Answers, choose_sheet
from portal.indicators.imports.formats import DELIMITERS, INKAR_COLUMNS, Detection, Format
from portal.indicators.imports.headings import check_text, wrong_width
from portal.indicators.imports.inkar_cells import Keys, Numerals, Place, reading_of_cell
from portal.indicators.imports.keys import AreaKey, KeyRefused
from portal.indicators.imports.lines import read_rows
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.periods import Period
from portal.indicators.imports.refusals import ImportRefused, RefusalList, column_letter, refuse
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.workbook import Sheet, Workbook, WorkbookEnvelope, period_of, text_of

TITLE = "INKAR (BBSR)"
MOST_COLUMNS = 1 << 14
_HEAD_WITHIN = 6
_Row = tuple[int, list[Any]]


class _Column(NamedTuple):
    """A column of figures."""

    at: int
    letter: str
    code: str
    label: str
    period: Period


class Inkar:
    """Reader of the tables; see the module for the layout."""

    title = TITLE
    source_note = ""
    table_code: str | None = None

    def __init__(self, path: Path, detection: Detection) -> None:
        self._path = path
        self._detection = detection
        self.dimension_labels: dict[tuple[str, str | None], str] = {}
        is_workbook = isinstance(detection.envelope, WorkbookEnvelope)
        self._workbook = Workbook(path, detection.workbook) if is_workbook else None
        self._sheet: Sheet | None = None
        self._numerals = Numerals()
        self._keys = Keys()

    @property
    def left_out(self) -> Mapping[str, Any]:
        """Levels that the portal does not have."""
        return self._keys.left_out

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every figure, row by row, in each row from left to right."""
        rows = self._rows(refusals)
        first, names = self._head(rows)
        second, times = next(rows, (first + 1, []))
        places = {name: names.index(name) for name in INKAR_COLUMNS}
        columns = self._columns((first, names), (second, times))
        if self._sheet is not None:
            self._sheet.check_scale(range(min(c.at for c in columns), max(c.at for c in columns) + 1))
        headed = {*places.values(), *(column.at for column in columns)}
        for row, cells in rows:
            filled = [index for index, cell in enumerate(cells) if cell != ""]
            stray = next((index for index in filled if index not in headed), None)
            if stray is not None:
                reason = _l("Über dieser Spalte fehlt die Überschrift.")
                refusals.add(row, column_letter(stray), reason, sheet=self._name)
            if not filled or stray is not None:
                continue
            area = self._area(row, cells, places, refusals)
            if area is None:
                continue
            name = text_of(cells[places["Raumeinheit"]])
            for column in columns:
                cell = cells[column.at]
                place = Place(row, column.letter, str(cell), self._name)
                reading = self._numerals.read(cell.strip(), place) if self._sheet is None else reading_of_cell(cell)
                if reading is None:
                    reason = _l("„%(text)s“ ist weder Zahl noch bekanntes Zeichen.", text=text_of(cell)[:40])
                    refusals.add(row, column.letter, reason, sheet=self._name)
                    continue
                yield Observation(
                    area.key,
                    name,
                    area.level,
                    column.code,
                    column.label,
                    "",
                    column.period.text,
                    column.period.kind,
                    (),
                    reading.value,
                    None,
                    reading.state,
                    reading.sign,
                    None,
                    TITLE,
                    row,
                    column.letter,
                    self._name,
                )

    def conclude(self, refusals: RefusalList) -> None:
        """How numbers and keys are written shows in the whole file only."""
        self._numerals.conclude(refusals)
        self._keys.conclude(refusals)

    @property
    def _name(self) -> str:
        return "" if self._sheet is None else self._sheet.name

    def _rows(self, refusals: RefusalList) -> Iterator[_Row]:
        if self._workbook is not None:
            self._sheet = self._workbook.sheet(_sheet_of(self._workbook, self._detection.answers))
            yield from self._sheet.rows()
            return
        envelope = self._detection.text
        width = row = 0
        for row, last, cells in read_rows(self._path, envelope.encoding, DELIMITERS[Format.INKAR]):
            width = width or len(cells)
            if len(cells) != width:
                column = column_letter(min(len(cells), width))
                refusals.add(row, column, wrong_width(len(cells), width))
            elif last != row:
                refusals.add(row, "A", _l("Zeilenumbruch innerhalb einer Zelle (bis Zeile %(last)s).", last=last))
            else:
                yield row, cells
        if not envelope.is_last_line_ended:
            reason = _l("Die letzte Zeile ist nicht abgeschlossen; die Datei ist vermutlich abgeschnitten.")
            refusals.add(row, column_letter(max(0, width - 1)), reason)

    def _head(self, rows: Iterator[_Row]) -> tuple[int, list[str]]:
        row = 1
        for row, cells in rows:
            texts = [text_of(cell) for cell in cells]
            if len(set(texts) & set(INKAR_COLUMNS)) > 1:
                for name in INKAR_COLUMNS:
                    if texts.count(name) != 1:
                        raise self._refuse(row, 0, _l("Die Spalte „%(name)s“ fehlt in der Kopfzeile.", name=name))
                return row, texts
            if row > _HEAD_WITHIN:
                break
        raise self._refuse(row, 0, _l("Die Kopfzeile fehlt."))

    def _columns(self, head: tuple[int, list[str]], below: _Row) -> list[_Column]:
        row, names = self._unmerged(head)
        second, times = below
        if len(names) > MOST_COLUMNS:
            raise self._refuse(row, MOST_COLUMNS, _l("Mehr als %(limit)s Spalten.", limit=MOST_COLUMNS))
        found: list[_Column] = []
        seen: set[tuple[str, Period]] = set()
        for index, name in enumerate(names):
            time = times[index] if index < len(times) else ""
            if name in INKAR_COLUMNS or (not name and time == ""):
                if name and time != "":
                    raise self._refuse(second, index, _l("Die zweite Kopfzeile mit den Jahren fehlt."))
                continue
            reason = check_text(name)
            if reason is not None:
                raise self._refuse(row, index, reason)
            period = period_of(time)
            if period is None:
                reason = _l("Für „%(name)s“ ist kein Jahr genannt.", name=name[:60])
                raise self._refuse(second, index, reason)
            label = normalize("NFC", name)
            code = _code(label)
            if (code, period) in seen:
                raise self._refuse(row, index, _l("Merkmal und Jahr stehen zweimal im Kopf."))
            seen.add((code, period))
            found.append(_Column(index, column_letter(index), code, label, period))
        if not found:
            raise self._refuse(row, len(names) - 1, _l("Der Tabellenkopf über den Zahlenspalten fehlt."))
        return found

    def _unmerged(self, head: tuple[int, list[str]]) -> tuple[int, list[str]]:
        """The head with the name of a merged cell above each of its columns."""
        row, names = head
        for top, left, bottom, right in self._sheet.merged if self._sheet is not None else ():
            if top == bottom == row:
                for column in range(left + 1, min(right + 1, len(names))):
                    names[column] = names[column] or names[left]
        return row, names

    def _area(self, row: int, cells: list[Cell], places: Mapping[str, int], refusals: RefusalList) -> AreaKey | None:
        at, named = places["Kennziffer"], places["Raumeinheit"]
        place = Place(row, column_letter(at), text_of(cells[at]), self._name)
        try:
            area = self._keys.read(cells[at], text_of(cells[places["Aggregat"]]), place)
        except KeyRefused as refused:
            refusals.add(row, place.column, refused.message, sheet=self._name)
            return None
        if area is not None and (reason := check_text(text_of(cells[named]))):
            refusals.add(row, column_letter(named), reason, sheet=self._name)
            return None
        return area

    def _refuse(self, row: int, column: int, reason: Any) -> ImportRefused:
        return refuse(row, column_letter(column), reason, sheet=self._name)


def is_inkar(workbook: Workbook, name: str) -> str | None:
    """The headings that show that a sheet is a table of INKAR; None for any other."""
    for cells in workbook.peek(name, _HEAD_WITHIN):
        found = {text_of(cell) for cell in cells} & set(INKAR_COLUMNS)
        if len(found) > 1:
            return ", ".join(sorted(found))
    return None


def _sheet_of(workbook: Workbook, answers: Answers) -> str:
    found = [name for name in workbook.visible if is_inkar(workbook, name)]
    return choose_sheet(answers, found)


def _code(label: str) -> str:
    digest = hashlib.sha256(label.encode()).hexdigest()[:8]
    return f"inkar:{slugify(label)[:60].strip('-') or 'merkmal'}-{digest}"
