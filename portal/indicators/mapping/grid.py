"""A text file or a sheet of a workbook as a table of cells, whatever stands in it, row by row in flat memory."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.text import one_line
from portal.indicators.imports import charset, workbook
from portal.indicators.imports.charset import Envelope
from portal.indicators.imports.headings import MOST_COLUMNS, wrong_width
from portal.indicators.imports.lines import read_rows
from portal.indicators.imports.refusals import ImportRefused, RefusalList, column_letter, refuse
from portal.indicators.imports.sheet_parts import Cell, Range
from portal.indicators.imports.workbook import Sheet, Workbook, WorkbookEnvelope, text_of
from portal.indicators.mapping.rule import DELIMITERS

SAMPLE = 200
Row = tuple[int, list[Cell]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose bytes were looked at; nothing of it is understood yet."""

    path: Path
    envelope: Envelope | WorkbookEnvelope

    @property
    def is_text(self) -> bool:
        return isinstance(self.envelope, Envelope)

    @property
    def sheets(self) -> tuple[str, ...]:
        """Sheets that people see and that hold anything; none in a text file."""
        if isinstance(self.envelope, Envelope):
            return ()
        return tuple(part.name for part in self.envelope.sheets if not part.is_hidden and part.rows)

    @property
    def delimiters(self) -> tuple[str, ...]:
        """What may separate the cells of a text file, the likeliest first; none in a workbook."""
        return _delimiters(self.path, self.envelope) if isinstance(self.envelope, Envelope) else ()


def open_file(path: Path) -> Opened:
    """Look at every byte of a file. Raises ImportRefused for what is damaged, too large or made to hurt."""
    if workbook.is_workbook(charset.start_of(path)):
        return Opened(path, workbook.inspect(path))
    return Opened(path, charset.inspect(path))


class Grid:
    """A table: the rows of a text file by its delimiter, or of one sheet.

    Raises ImportRefused for a sheet that is not there, and where formulas have no result.
    """

    def __init__(self, opened: Opened, *, sheet: str = "", delimiter: str = "") -> None:
        self.is_text = opened.is_text
        self._opened = opened
        self._delimiter = delimiter
        self._sheet: Sheet | None = None
        if isinstance(opened.envelope, WorkbookEnvelope):
            if sheet not in opened.sheets:
                raise refuse(1, "A", _l("Das Blatt „%(name)s“ gibt es in der Datei nicht.", name=sheet[:60]))
            self._sheet = Workbook(opened.path, opened.envelope).sheet(sheet)

    @property
    def name(self) -> str:
        """Of the sheet; empty for a text file."""
        return "" if self._sheet is None else self._sheet.name

    @property
    def merged(self) -> Sequence[Range]:
        return () if self._sheet is None else self._sheet.merged

    def rows(self) -> Iterator[tuple[int, int, list[Cell]]]:
        """First line, last line and cells of every row; rows of text files have the lengths they have."""
        if self._sheet is not None:
            for row, cells in self._sheet.rows():
                yield row, row, cells
            return
        encoding = self._opened.envelope.encoding
        for row, last, texts in read_rows(self._opened.path, encoding, self._delimiter):
            yield row, last, [text.strip() for text in texts]

    def sample(self, count: int = SAMPLE) -> list[Row]:
        """The first rows."""
        return [(row, cells) for row, _last, cells in islice(self.rows(), count)]

    def check_scale(self, columns: Sequence[int]) -> None:
        """Refuse columns that show another number than is stored."""
        for column in columns:
            if self._sheet is not None:
                self._sheet.check_scale(range(column, column + 1))

    def check_end(self, row: int, refusals: RefusalList) -> None:
        """Refuse a text file whose last line is not ended: it may have been cut off."""
        envelope = self._opened.envelope
        if isinstance(envelope, Envelope) and not envelope.is_last_line_ended:
            reason = _l("Die letzte Zeile ist nicht abgeschlossen; die Datei ist vermutlich abgeschnitten.")
            refusals.add(row, "A", reason)

    def refuse(self, row: int, column: int, reason: Any) -> ImportRefused:
        """The refusal of the file for one cell (column from 0)."""
        return refuse(row, column_letter(column), reason, sheet=self.name)


def headings(rows: Sequence[Row], merged: Sequence[Range], *, grid: Grid) -> list[str]:
    """One heading per column of the head rows, from above to below (`Einwohner | 2023`); a merged cell stands above
    each of its columns. Columns without any word are called by their letter.

    Raises ImportRefused for too many columns, and for rows of a text file that are not equally wide: a heading lost in
    one of them would move the others above columns that they do not belong to.
    """
    first, last = rows[0][0], rows[-1][0]
    width = max(len(cells) for _row, cells in rows)
    if width > MOST_COLUMNS:
        raise grid.refuse(first, MOST_COLUMNS, _l("Mehr als %(limit)s Spalten.", limit=MOST_COLUMNS))
    short = next(((row, cells) for row, cells in rows if grid.is_text and len(cells) != width), None)
    if short is not None:
        raise grid.refuse(short[0], len(short[1]), wrong_width(len(short[1]), width))
    words = {row: [one_line(text_of(cell)) for cell in cells] + [""] * (width - len(cells)) for row, cells in rows}
    for top, left, bottom, right in merged:
        if first <= top <= last and top in words and left < width:
            for row in range(top, min(bottom, last) + 1):
                for column in range(left, min(right, width - 1) + 1):
                    if row in words:
                        words[row][column] = words[top][left]
    found = []
    for column in range(width):
        parts = dict.fromkeys(text for row in sorted(words) if (text := words[row][column]))
        found.append(" | ".join(parts)[:500] or _unnamed(column))
    return found


def is_unnamed(heading: str, column: int) -> bool:
    """Whether a heading stands for none."""
    return heading == _unnamed(column)


def is_filled(cells: Sequence[Cell]) -> bool:
    return any(cell not in ("", None) for cell in cells)


def check_width(row: int, last: int, cells: Sequence[Cell], width: int, refusals: RefusalList) -> bool:
    """Whether a row of a text file has as many cells as there are headings and stands on one line."""
    if last != row:
        broken = next((at for at, cell in enumerate(cells) if "\n" in str(cell) or "\r" in str(cell)), 0)
        reason = _l("Zeilenumbruch innerhalb einer Zelle (bis Zeile %(last)s).", last=last)
        refusals.add(row, column_letter(broken), reason)
        return False
    if len(cells) != width:
        refusals.add(row, column_letter(min(len(cells), width)), wrong_width(len(cells), width))
        return False
    return True


def _unnamed(column: int) -> str:
    return f"(Spalte {column_letter(column)})"


def _delimiters(path: Path, envelope: Envelope) -> tuple[str, ...]:
    """Delimiters that cut most of the first lines into equally many cells, two at least; most cells first."""
    found = {}
    for delimiter in DELIMITERS:
        try:
            widths = Counter(
                len(cells) for _row, _last, cells in islice(read_rows(path, envelope.encoding, delimiter), 50)
            )
        except ImportRefused:
            continue
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if wide:
            found[delimiter] = max(wide)
    most = max((count for count, _width in found.values()), default=0)
    likely = [delimiter for delimiter, (count, _width) in found.items() if count == most]
    return tuple(sorted(likely, key=lambda one: (-found[one][1], one)))
