"""Workbooks (XLSX and XLS): checked before they are opened, then read sheet by sheet.

`inspect(path)` looks at every byte (`archive` and `newer_workbook`, or `compound` and `older_workbook`) and refuses
what is damaged, encrypted, full of macros or made to hurt. `Workbook(path, envelope).sheet(name)` is what readers
use: it refuses formulas without a result and names the cells. `peek(name)` looks at the first rows to find out what
a file is, and refuses nothing.

Numbers are floats (a key `08226003` that a spreadsheet took for a number is `8226003.0`), dates are dates, empty
cells are `""`, results of formulas are what was stored, errors their text (`#VALUE!`). `text_of`, `figure_of` and
`period_of` read them strictly. A merged cell stands in its upper left corner only; `Sheet.merged` has the ranges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any
from unicodedata import normalize

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.archive import MOST_BYTES, open_archive
from portal.indicators.imports.newer_workbook import NewerWorkbook
from portal.indicators.imports.numerals import DecimalSign, may_be_thousands
from portal.indicators.imports.older_workbook import OlderWorkbook
from portal.indicators.imports.periods import Period, read_period
from portal.indicators.imports.refusals import ImportRefused, RefusalList, column_letter, refuse
from portal.indicators.imports.sheet_parts import Cell, Container, Range, SheetPart
from portal.indicators.imports.signs import Reading, read_cell
from portal.indicators.value_states import ValueState

XLSX = "xlsx"
XLS = "xls"
MAGIC = {b"PK\x03\x04": XLSX, b"PK\x05\x06": XLSX, b"\xd0\xcf\x11\xe0": XLS}
_PEEKED = 40


@dataclass(frozen=True, slots=True)
class WorkbookEnvelope:
    """What a workbook is before it is opened; `encoding` names the container where text files have a
    character set."""

    encoding: str
    container: Container
    fingerprint: tuple[int, int]

    @property
    def sheets(self) -> tuple[SheetPart, ...]:
        """The sheets in the order of the workbook."""
        return self.container.parts

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
    if fingerprint[0] > MOST_BYTES:
        raise refuse(1, "A", _l("Die Arbeitsmappe ist größer als %(limit)s MB.", limit=MOST_BYTES >> 20))
    container = NewerWorkbook(open_archive(path)) if kind == XLSX else OlderWorkbook(path.read_bytes())
    return WorkbookEnvelope(kind, container, fingerprint)


class Sheet:
    """One sheet. Rows and columns count from A1, whatever is empty before the first filled cell."""

    def __init__(self, part: SheetPart, container: Container) -> None:
        self.name = part.name
        self.width, self.height = part.columns, part.rows
        self.merged: tuple[Range, ...] = tuple(sorted(part.merged))
        self._part = part
        self._container = container

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Number and cells of every row from 1 to the last filled one, all of them `width` long."""
        number = 0
        for filled, cells in self._container.rows(self._part):
            for empty in range(number + 1, filled):
                yield empty, [""] * self.width
            number = filled
            yield number, [cells.get(column, "") for column in range(self.width)]
        for empty in range(number + 1, self.height + 1):
            yield empty, [""] * self.width

    def refuse(self, row: int, column: int, reason: Any) -> ImportRefused:
        """The refusal of the file for one cell (column from 0)."""
        return refuse(row, column_letter(column), reason, sheet=self.name)

    def check_scale(self, columns: range) -> None:
        """Refuse columns whose cells show another number than the one stored (`12 %` for 0.12): which of the two
        is meant, nobody can tell."""
        for column, row in sorted(self._part.rescaled.items()):
            if column in columns:
                reason = _l(
                    "Die Zelle zeigt eine andere Zahl, als gespeichert ist (Prozent- oder Tausenderformat). "
                    "Bitte stellen Sie das Zahlenformat auf „Standard“."
                )
                raise self.refuse(row, column, reason)


class Workbook:
    """A checked workbook."""

    def __init__(self, path: Path, envelope: WorkbookEnvelope) -> None:
        self._path = path
        self._envelope = envelope
        self._parts = {part.name: part for part in envelope.sheets}
        self.visible = envelope.visible
        self.hidden = tuple(sheet.name for sheet in envelope.sheets if sheet.is_hidden)

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def sheet(self, name: str) -> Sheet:
        """A sheet to be read. Raises ImportRefused where formulas have no result, with every cell, and if the file
        changed since it was looked at."""
        self._envelope.check_unchanged(self._path)
        refusals = RefusalList()
        for row, column in self._parts[name].unfinished:
            reason = _l(
                "Die Zelle enthält eine Formel ohne gespeichertes Ergebnis. Bitte öffnen und speichern Sie die Datei "
                "in Excel oder ersetzen Sie Formeln durch Werte."
            )
            refusals.add(row, column_letter(column), reason, sheet=name)
        refusals.conclude()
        return Sheet(self._parts[name], self._envelope.container)

    def peek(self, name: str, rows: int = _PEEKED) -> list[list[Cell]]:
        """The first rows of a sheet, to recognise it by."""
        self._envelope.check_unchanged(self._path)
        sheet = Sheet(self._parts[name], self._envelope.container)
        return [cells for _, cells in islice(sheet.rows(), rows)]


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


def _fingerprint(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
