"""Numbers and keys of INKAR files, CSV and workbook.

The online database prints decimal comma and a point between thousands (`1.234,5`; observed), the file of all data
plain digits with a comma. `1.234` alone may be either, so a file must prove it somewhere: by a comma in a number,
or by two points. Keys of spreadsheets and of the file of all data lost their leading zero; the column `Aggregat` (or
`Raumbezug`) tells how long a key has to be. A file that prints leading zeros has not lost any: a short key in it is
damage.
"""

import re
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.keys import AreaKey, AreaLevel, KeyRefused, read_key
from portal.indicators.imports.numerals import DecimalSign, may_be_thousands, read_number
from portal.indicators.imports.refusals import RefusalList
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.signs import REPLACING, Reading
from portal.indicators.imports.workbook import figure_of, text_of
from portal.indicators.value_states import ValueState

_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_NOTHING = {"": "leer", "N.A.": "N.A.", "NA": "NA", "n.v.": "n.v."}
_AGGREGATES = {
    "Bund": AreaLevel.GERMANY,
    "Deutschland": AreaLevel.GERMANY,
    "Länder": AreaLevel.STATE,
    "Bundesländer": AreaLevel.STATE,
    "Land": AreaLevel.STATE,
    "Kreise": AreaLevel.COUNTY,
    "Kreis": AreaLevel.COUNTY,
    "Landkreis": AreaLevel.COUNTY,
    "Landkreise": AreaLevel.COUNTY,
    "krsfr. Stadt": AreaLevel.COUNTY,
    "kreisfreie Stadt": AreaLevel.COUNTY,
    "Kreisfreie Stadt": AreaLevel.COUNTY,
    "Gemeinden": AreaLevel.MUNICIPALITY,
    "Gemeinde": AreaLevel.MUNICIPALITY,
}
# Digits of a key, with and without the county's three zeros.
_LENGTHS = {
    AreaLevel.STATE: (2,),
    AreaLevel.COUNTY: (5, 8),
    AreaLevel.MUNICIPALITY: (8,),
}


class Place(NamedTuple):
    """Where a doubtful cell stands."""

    row: int
    column: str
    text: str
    sheet: str


class Numerals:
    """Reads numbers of a text file and remembers what proves how they are written."""

    def __init__(self) -> None:
        self._is_proven = False
        self._unclear: Place | None = None

    def read(self, text: str, place: Place) -> Reading | None:
        """A figure or a sign; None for anything else."""
        if text in _NOTHING:
            return Reading(None, ValueState.MISSING, _NOTHING[text])
        if text in REPLACING:
            return Reading(None, REPLACING[text], text)
        is_grouped = _GROUPED.fullmatch(text) is not None
        value = read_number(text.replace(".", "") if is_grouped else text, DecimalSign.COMMA)
        if value is None:
            return None
        is_single = text.count(".") == 1 and "," not in text if is_grouped else may_be_thousands(text)
        if is_single and not text.isdigit():
            self._unclear = self._unclear or place
        elif is_grouped or "," in text:
            self._is_proven = True
        return Reading(value, ValueState.REPORTED, None)

    def conclude(self, refusals: RefusalList) -> None:
        """Refuse a file whose numbers can be read in two ways."""
        if self._unclear is not None and not self._is_proven:
            reason = _l("„%(text)s“ kann Dezimalzahl oder Tausender sein.", text=self._unclear.text[:40])
            refusals.add(self._unclear.row, self._unclear.column, reason, sheet=self._unclear.sheet)


def reading_of_cell(cell: Cell) -> Reading | None:
    """A figure or a sign in a workbook."""
    text = text_of(cell)
    return Reading(None, ValueState.MISSING, _NOTHING[text]) if text in _NOTHING else figure_of(cell)


class Keys:
    """Reads keys by the level that the file states, and remembers whether leading zeros are printed."""

    def __init__(self) -> None:
        self._has_zeros = False
        self._short: Place | None = None
        self.left_out: dict[str, Any] = {}

    def read(self, cell: Cell, aggregate: str, place: Place) -> AreaKey | None:
        """The area; None for levels that the portal does not have. Raises KeyRefused."""
        level = _AGGREGATES.get(aggregate)
        lengths = _LENGTHS.get(level) if level is not None else None
        if lengths is None or level is None:
            if not aggregate:
                raise KeyRefused(_l("Die Angabe fehlt."))
            if len(self.left_out) < 20:
                reason = _l("Raumgliederung „%(name)s“", name=aggregate[:60])
                self.left_out.setdefault(aggregate, reason)
            return None
        text = text_of(cell)
        if len(text) + 1 in lengths and not text.startswith("0"):
            if not isinstance(cell, float):
                self._short = self._short or place
            text = "0" + text
        elif text.startswith("0"):
            self._has_zeros = True
        return read_key(text, level, strict=True)

    def conclude(self, refusals: RefusalList) -> None:
        """Refuse short keys where others have their zero."""
        if self._short is not None and self._has_zeros:
            reason = _l("Gebietsschlüssel „%(key)s“ hat eine Ziffer zu wenig.", key=self._short.text[:40])
            refusals.add(self._short.row, self._short.column, reason, sheet=self._short.sheet)
