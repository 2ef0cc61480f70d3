"""Workbooks (XLSX and XLS): checked before they are opened, then read sheet by sheet.

`inspect(path)` looks at every byte (`archive` and `sheet_parts`, or `compound`) and refuses what is damaged,
encrypted, full of macros or made to hurt; only then `Workbook(path, envelope)` hands the file to calamine.
`sheet(name)` is what readers use: it refuses formulas without a result and names the cells. `peek(name)` looks
at the first rows to find out what a file is, and refuses nothing.

Cells are what calamine makes of them: numbers are floats (a key `08226003` that a spreadsheet took for a number
is `8226003.0`), empty cells are `""`, errors of formulas are their text (`#VALUE!`). `text_of`, `figure_of` and
`period_of` read them strictly. A merged cell stands in its upper left corner only; `Sheet.merged` has the ranges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any
from unicodedata import normalize

from flask_babel import lazy_gettext as _l
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from portal.indicators.imports.archive import open_archive
from portal.indicators.imports.compound import older_sheet_parts
from portal.indicators.imports.numerals import DecimalSign, may_be_thousands
from portal.indicators.imports.periods import Period, read_period
from portal.indicators.imports.refusals import ImportRefused, RefusalList, column_letter, refuse
from portal.indicators.imports.sheet_parts import SheetPart, refused, sheet_parts
from portal.indicators.imports.signs import Reading, read_cell
from portal.indicators.value_states import ValueState

XLSX = "xlsx"
XLS = "xls"
MAGIC = {b"PK\x03\x04": XLSX, b"PK\x05\x06": XLSX, b"\xd0\xcf\x11\xe0": XLS}
_PEEKED = 40

Cell = int | float | str | bool | date | datetime | time | timedelta


@dataclass(frozen=True, slots=True)
class WorkbookEnvelope:
    """What a workbook is before it is opened; `encoding` names the container where text files have a
    character set."""

    encoding: str
    sheets: tuple[SheetPart, ...]
    fingerprint: tuple[int, int]

    def check_unchanged(self, path: Path) -> None:
        """Raise ImportRefused if the file was changed since it was looked at."""
        if _fingerprint(path) != self.fingerprint:
            raise refuse(1, "A", _l("Die Datei wurde während des Lesens verändert."))

    @property
    def visible(self) -> tuple[str, ...]:
        """Names of the sheets that people see."""
        return tuple(sheet.name for sheet in self.sheets if not sheet.is_hidden)


def is_workbook(start: bytes) -> bool:
    """Whether a file that begins so is to be opened as a workbook."""
    return start[:4] in MAGIC


def inspect(path: Path) -> WorkbookEnvelope:
    """Look at every byte of a file that `is_workbook`. Raises ImportRefused."""
    with path.open("rb") as file:
        kind = MAGIC[file.read(4)]
    fingerprint = _fingerprint(path)
    parts = sheet_parts(open_archive(path)) if kind == XLSX else older_sheet_parts(path)
    return WorkbookEnvelope(kind, tuple(parts), fingerprint)


class Sheet:
    """One sheet, loaded. Rows and columns count from A1, whatever is empty before the first filled cell."""

    def __init__(self, part: SheetPart, loaded: CalamineSheet) -> None:
        self.name = part.name
        self._part = part
        self._loaded = loaded
        last_row, last_column = loaded.end or (-1, -1)
        if last_row >= part.rows or last_column >= part.columns:
            raise _damaged(part.name)

    @property
    def width(self) -> int:
        """Columns up to the last filled one."""
        return self._part.columns

    @property
    def height(self) -> int:
        """Rows up to the last filled one."""
        return self._part.rows

    @cached_property
    def merged(self) -> tuple[tuple[int, int, int, int], ...]:
        """Merged cells: first row, first column, last row, last column; rows from 1, columns from 0."""
        found = self._loaded.merged_cell_ranges or []
        return tuple(sorted((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in found))

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Number and cells of every row from 1 on, all of them `width` long."""
        before: list[Cell] = [""] * (self._loaded.start[1] if self._loaded.start else 0)
        for number, cells in enumerate(chain(self._loaded.iter_rows(), repeat([])), start=1):
            if number > self.height:
                return
            row = before + cells
            row += [""] * (self.width - len(row))
            for column, error in self._part.errors.get(number, {}).items():
                row[column] = error
            yield number, row

    def refuse(self, row: int, column: int, reason: Any) -> ImportRefused:
        """The refusal of the file for one cell (column from 0)."""
        return refuse(row, column_letter(column), reason, sheet=self.name)

    def check_scale(self, columns: range) -> None:
        """Refuse columns whose cells show another number than the one stored (`12 %` for 0.12): which of the two
        is meant, nobody can tell. Known for XLSX only."""
        for column, row in sorted(self._part.rescaled.items()):
            if column in columns:
                reason = _l(
                    "Die Zelle zeigt eine andere Zahl, als gespeichert ist (Prozent- oder Tausenderformat). "
                    "Bitte stellen Sie das Zahlenformat auf „Standard“."
                )
                raise self.refuse(row, column, reason)


class Workbook:
    """A checked workbook. Keeps the sheet loaded last, because readers go over it more than once."""

    def __init__(self, path: Path, envelope: WorkbookEnvelope) -> None:
        self._path = path
        self._parts = {part.name: part for part in envelope.sheets}
        self.visible = envelope.visible
        self.hidden = tuple(sheet.name for sheet in envelope.sheets if sheet.is_hidden)
        self._last: Sheet | None = None
        self._opened: CalamineWorkbook | None = None

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def sheet(self, name: str) -> Sheet:
        """A sheet to be read. Raises ImportRefused where formulas have no result, with every cell."""
        refusals = RefusalList()
        for row, column in self._parts[name].unfinished:
            reason = _l(
                "Die Zelle enthält eine Formel ohne gespeichertes Ergebnis. Bitte öffnen und speichern Sie die Datei "
                "in Excel oder ersetzen Sie Formeln durch Werte."
            )
            refusals.add(row, column_letter(column), reason, sheet=name)
        refusals.conclude()
        return self._load(name)

    def peek(self, name: str, rows: int = _PEEKED) -> list[list[Cell]]:
        """The first rows of a sheet, to recognise it by."""
        return [cells for _, cells in islice(self._load(name).rows(), rows)]

    def _load(self, name: str) -> Sheet:
        if self._last is not None and self._last.name == name:
            return self._last
        self._last = None
        try:
            if self._opened is None:
                self._opened = CalamineWorkbook.from_path(self._path)
                if not set(self._parts) <= set(self._opened.sheet_names):
                    raise _damaged()
            loaded = self._opened.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError) as error:
            raise _damaged(name) from error
        self._last = Sheet(self._parts[name], loaded)
        return self._last


def text_of(cell: Cell) -> str:
    """What a cell says, as text in one spelling: whole numbers without `.0`, dates as ISO, blanks collapsed."""
    if isinstance(cell, bool):
        return "WAHR" if cell else "FALSCH"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return normalize("NFC", " ".join(str(cell).split()))


def figure_of(cell: Cell) -> Reading | None:
    """A number or a sign of the statistical offices; None for anything else, also for an empty cell.

    A number kept as text is taken if it can be read in one way only: `1234`, `12,5`, not `1.234` nor `1,234`.
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    if isinstance(cell, int | float):
        return Reading(float(cell), ValueState.REPORTED, None)
    text = text_of(cell)
    reading = read_cell(text, DecimalSign.COMMA)
    if reading is not None and reading.value is not None and may_be_thousands(text.strip("()purse ")):
        return None
    return reading


def period_of(cell: Cell) -> Period | None:
    """A year kept as number, a date, or a period as text; None for anything else."""
    if isinstance(cell, bool) or (isinstance(cell, datetime) and cell.time() != time()):
        return None
    return read_period(text_of(cell))


def _damaged(sheet: str = "") -> ImportRefused:
    return refused(_l("Der Inhalt ist beschädigt."), sheet=sheet)


def _fingerprint(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
