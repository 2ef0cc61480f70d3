"""Heading line of the formats with named columns, and checks of cells that hold words."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.refusals import RefusalList, column_letter, refuse

MOST_COLUMNS = 200
LONGEST_TEXT = 500


class Headings:
    """Where each named column stands. Order is free; names are not.

    Raises ImportRefused for missing, repeated and unknown headings.
    """

    def __init__(self, cells: list[str], *, required: Sequence[str], allowed: Sequence[str] = ()) -> None:
        if len(cells) > MOST_COLUMNS:
            raise refuse(1, column_letter(MOST_COLUMNS), _l("Mehr als %(limit)s Spalten.", limit=MOST_COLUMNS))
        self.names = cells
        self.width = len(cells)
        self.index: dict[str, int] = {}
        known = {*required, *allowed}
        problems = RefusalList()
        for position, name in enumerate(cells):
            if name in self.index:
                problems.add(1, name, _l("Die Spalte „%(name)s“ steht zweimal in der Kopfzeile.", name=name))
            elif name not in known:
                problems.add(
                    1,
                    name[:60] or column_letter(position),
                    _l("Unbekannte Spalte „%(name)s“ in der Kopfzeile.", name=name[:60]),
                )
            self.index[name] = position
        for name in required:
            if name not in self.index:
                problems.add(1, name, _l("Die Spalte „%(name)s“ fehlt in der Kopfzeile.", name=name))
        problems.conclude()

    def picker(self, names: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
        """A function that takes the cells of these columns out of a row, in this order; at least two columns."""
        return itemgetter(*(self.index[name] for name in names))

    def refuse_shape(self, row: int, last: int, cells: list[str], refusals: RefusalList) -> None:
        """Refuse a row that has too few or too many cells, or that runs over several lines."""
        if len(cells) < self.width:
            column = self.names[len(cells)]
        elif len(cells) > self.width:
            column = column_letter(self.width)
        else:
            column = next(
                (name for name, cell in zip(self.names, cells, strict=True) if "\n" in cell or "\r" in cell),
                self.names[0],
            )
            refusals.add(row, column, _l("Zeilenumbruch innerhalb einer Zelle (bis Zeile %(last)s).", last=last))
            return
        refusals.add(row, column, wrong_width(len(cells), self.width))


def wrong_width(found: int, expected: int) -> Any:
    """Reason for a row with the wrong number of cells."""
    return _l("Zahl der Felder in der Zeile: %(found)s statt %(expected)s.", found=found, expected=expected)


def check_text(text: str) -> Any | None:
    """Why a name or label is refused, None if it is fine. Formulas never come from a statistical office."""
    if not text.strip():
        return _l("Die Angabe fehlt.")
    if text[0] in "=@":
        return _l("Die Zelle enthält eine Formel: „%(text)s“.", text=text[:40])
    if len(text) > LONGEST_TEXT:
        return _l("Der Text ist länger als %(limit)s Zeichen.", limit=LONGEST_TEXT)
    return None


def check_last_cell(row: int, column: str, *, is_proven: bool, refusals: RefusalList) -> None:
    """Refuse a file without a final line break unless its last cell proves that nothing was cut off."""
    if not is_proven:
        refusals.add(
            row,
            column,
            _l("Die letzte Zeile ist nicht abgeschlossen; die Datei ist vermutlich abgeschnitten."),
        )
