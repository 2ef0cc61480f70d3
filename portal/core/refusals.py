"""Why a file that somebody handed in is not taken: row, column and reason as a person finds them in the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.core.errors import Refusal

# Enough to see the pattern of the damage; a file with the wrong delimiter would list every line.
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """`row` counts lines of the file (rows of the sheet) from 1; `column` is the heading where the format has
    one, else the letter; `sheet` is empty in files without sheets."""

    row: int
    column: str
    reason: Any
    sheet: str = ""

    @property
    def place(self) -> str:
        """The column as lists show it, in a workbook with its sheet as spreadsheets write it: `Daten!C14`."""
        return f"{self.sheet}!{self.column}{self.row}" if self.sheet else self.column


class Doubt(NamedTuple):
    """A cell of the current row that cannot be read; the caller adds the row."""

    column: str
    reason: Any


class ImportRefused(Refusal):
    """The file is not read at all; `refusals` names at least one place, in file order as far as was
    looked."""

    def __init__(self, refusals: Sequence[RefusedCell]) -> None:
        self.refusals = tuple(refusals)
        first = self.refusals[0]
        where = {"row": first.row, "column": first.column, "reason": first.reason}
        super().__init__(
            _l("Blatt „%(sheet)s“, Zeile %(row)s, Spalte %(column)s: %(reason)s", sheet=first.sheet, **where)
            if first.sheet
            else _l("Zeile %(row)s, Spalte %(column)s: %(reason)s", **where)
        )


class RefusalList:
    """Collects refusals and gives up at `MOST_SHOWN`, so that a wholly wrong file is not read to its end."""

    def __init__(self) -> None:
        self._cells: list[RefusedCell] = []

    def add(self, row: int, column: str, reason: Any, *, sheet: str = "") -> None:
        """Note a refused cell; raises ImportRefused once there are enough."""
        self._cells.append(RefusedCell(row, column, reason, sheet))
        if len(self._cells) >= MOST_SHOWN:
            self.conclude()

    def conclude(self) -> None:
        """Raise ImportRefused if anything was refused."""
        if self._cells:
            raise ImportRefused(self._cells)


def refuse(row: int, column: str, reason: Any, *, sheet: str = "") -> ImportRefused:
    """The refusal of a whole file for one reason, to be raised by the caller."""
    return ImportRefused([RefusedCell(row, column, reason, sheet)])


def column_letter(index: int) -> str:
    """Letter of a column as spreadsheets show it: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
