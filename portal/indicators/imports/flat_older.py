"""Flat files as the databases delivered them until about 2024: one column per measure instead of one row.

`;`, Windows-1252 or UTF-8, German headings (`Statistik_Code`, `1_Auspraegung_Code`) or English ones
(`Statistics_Code`, `1_Variable_Attribute_Code`); a measure stands in the heading as code, label and unit
(`BEVSTD__Bevoelkerungsstand__Anzahl`), its quality marks in a column beside it (`…__q`). Everything else is as in
the flat files of today and is read by their rules.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.flat import Flat
from portal.indicators.imports.formats import DELIMITERS, FLAT_COLUMNS, Format
from portal.indicators.imports.headings import Headings, check_last_cell
from portal.indicators.imports.lines import read_rows
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import Doubt, RefusalList, refuse

_NAMES = {
    "Statistik_Code": "statistics_code",
    "Statistik_Label": "statistics_label",
    "Zeit_Code": "time_code",
    "Zeit_Label": "time_label",
    "Zeit": "time",
    "Statistics_Code": "statistics_code",
    "Statistics_Label": "statistics_label",
    "Time_Code": "time_code",
    "Time_Label": "time_label",
    "Time": "time",
}
_PARTS = {
    "Merkmal_Code": "code",
    "Merkmal_Label": "label",
    "Auspraegung_Code": "attribute_code",
    "Auspraegung_Label": "attribute_label",
    "Variable_Code": "code",
    "Variable_Label": "label",
    "Variable_Attribute_Code": "attribute_code",
    "Variable_Attribute_Label": "attribute_label",
}
_NUMBERED = re.compile(rf"([1-9][0-9]?)_({'|'.join(_PARTS)})")
_MEASURE = re.compile(r"(?P<code>[A-Za-z][A-Za-z0-9-]*)__(?P<label>.*[^_])__(?P<unit>[^_].*)")


class _Measure(NamedTuple):
    """A column of figures: its heading, what it measures, and where its marks stand."""

    heading: str
    code: str
    label: str
    unit: str


class OlderFlat(Flat):
    """Reader of these files; see the module for the columns."""

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every figure, row by row, in each row by measure in the order of the columns."""
        rows = read_rows(self._path, self._envelope.encoding, DELIMITERS[Format.FLAT_OLDER])
        _, _, cells = next(rows)
        names = [_NAMES.get(cell.strip()) or _numbered(cell.strip()) for cell in cells]
        measures = [_measure(name) for name in names if name not in FLAT_COLUMNS and not name[0].isdigit()]
        figures = [measure for measure in measures if measure.unit != "q"]
        marks = {(measure.code, measure.label): measure.heading for measure in measures if measure.unit == "q"}
        numbers = sorted({int(name.split("_")[0]) for name in names if name[0].isdigit()})
        self._variable_names = [
            f"{n}_variable_{part}" for n in numbers for part in ("code", "label", "attribute_code", "attribute_label")
        ]
        if not figures or not numbers:
            raise refuse(1, "A", _l("Der Tabellenkopf über den Zahlenspalten fehlt."))
        required = (*FLAT_COLUMNS[:5], *self._variable_names)
        headings = Headings(names, required=required, allowed=[measure.heading for measure in measures])
        head_of = headings.picker(FLAT_COLUMNS[:5])
        variables_of = headings.picker(self._variable_names)
        row = 1
        for row, last, cells in rows:
            if len(cells) != headings.width or last != row:
                headings.refuse_shape(row, last, cells, refusals)
                continue
            for measure in figures:
                mark_at = headings.index.get(marks.get((measure.code, measure.label), ""))
                quality = "" if mark_at is None else cells[mark_at]
                text = cells[headings.index[measure.heading]].strip(" ")
                value = (text, measure.unit, measure.code, measure.label)
                found = self._observation(row, head_of(cells), variables_of(cells), value, quality)
                if isinstance(found, Doubt):
                    column = measure.heading if found.column.startswith("value") else found.column
                    refusals.add(row, column, found.reason)
                    break
                yield found._replace(column=measure.heading)
        if not self._envelope.is_last_line_ended:
            check_last_cell(row, names[-1], is_proven=False, refusals=refusals)


def _numbered(name: str) -> str:
    match = _NUMBERED.fullmatch(name)
    return f"{match[1]}_variable_{_PARTS[match[2]]}" if match else name or " "


def _measure(heading: str) -> _Measure:
    match = _MEASURE.fullmatch(heading)
    if match is None:
        raise refuse(1, heading[:60], _l("Unbekannte Spalte „%(name)s“ in der Kopfzeile.", name=heading[:60]))
    return _Measure(heading, match["code"], match["label"].replace("_", " "), match["unit"].replace("_", " "))
