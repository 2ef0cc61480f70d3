"""What is known of the sheets of a workbook before a reader reads them, and the limits that hold for all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Protocol

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.refusals import ImportRefused, refuse

MOST_CELLS = 4_000_000
MOST_SHEETS = 200
MOST_COLUMNS = 1 << 14
MOST_ROWS = 1 << 20
MOST_MERGED = 50_000
MOST_STRINGS = 2_000_000
MOST_NOTED = 20

Cell = float | str | bool | date | datetime | time
# First row, first column, last row, last column; rows from 1, columns from 0.
Range = tuple[int, int, int, int]


@dataclass(slots=True)
class SheetPart:
    """A sheet: rows and columns up to the last filled cell, merged cells, and what is odd about cells.

    `unfinished` holds row and column (from 1 and 0) of formulas without a usable result, at most `MOST_NOTED`;
    `rescaled` maps a column to the first row where the number shown is not the one stored (`12 %` for 0.12).
    `place` is where the container keeps the sheet.
    """

    name: str
    place: str | int
    is_hidden: bool = False
    rows: int = 0
    columns: int = 0
    merged: list[Range] = field(default_factory=list)
    unfinished: list[tuple[int, int]] = field(default_factory=list)
    rescaled: dict[int, int] = field(default_factory=dict)

    def note_cell(self, row: int, column: int) -> None:
        """Take a filled cell into the size; raises ImportRefused where the sheet grows beyond the limits."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column + 1)
        if row < 1 or row > MOST_ROWS or column >= MOST_COLUMNS or self.rows * self.columns > MOST_CELLS:
            reason = _l("Das Blatt hat mehr als %(limit)s Zellen oder Zellen an unmöglicher Stelle.", limit=MOST_CELLS)
            raise refused(reason, sheet=self.name)

    def note_unfinished(self, row: int, column: int) -> None:
        """Take down a formula without a result."""
        if len(self.unfinished) < MOST_NOTED:
            self.unfinished.append((row, column))

    def note_merged(self, found: Range) -> None:
        """Take down a merged cell."""
        if len(self.merged) >= MOST_MERGED:
            reason = _l("Das Blatt hat mehr als %(limit)s verbundene Zellen.", limit=MOST_MERGED)
            raise refused(reason, sheet=self.name)
        self.merged.append(found)


class Container(Protocol):
    """A kind of workbook file, looked at completely when it is made."""

    parts: tuple[SheetPart, ...]

    def rows(self, part: SheetPart) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Filled cells of every row that has any, by column; rows from 1, ascending."""
        ...


def refused(reason: Any, *, sheet: str = "") -> ImportRefused:
    """The refusal of a workbook that is not opened."""
    return refuse(1, "A", _l("Die Arbeitsmappe wird nicht geöffnet: %(reason)s", reason=reason), sheet=sheet)
