"""Decimal comma or decimal point: what a flat file says about itself.

The headings are English in both exports, so the words in the cells (time, totals), the ending of the file's
name (`_de_flat.csv`, `_en_flat.csv`) and the numbers themselves are the evidence. A number such as `12.50`
decides alone, since nothing separates thousands in this format. `1.234` does not: a spreadsheet may have put
the point there.
"""

import re

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.numerals import DecimalSign, may_be_thousands
from portal.indicators.imports.refusals import RefusalList

_GERMAN_TIME = frozenset(
    {"Jahr", "Stichtag", "Monat", "Quartal", "Semester", "Schuljahr", "Halbjahr", "Wintersemester"}
)
_ENGLISH_TIME = frozenset(
    {
        "Year",
        "Reference date",
        "Reference day",
        "Qualifying date",
        "Cut-off date",
        "Key date",
        "Due date",
        "Month",
        "Quarter",
        "School year",
        "Half-year",
        "Winter term",
        "Date",
    }
)
_TOTALS = {"Insgesamt": DecimalSign.COMMA, "Total": DecimalSign.POINT}
_NAME = re.compile(r"_(de|en)_flat\b", re.IGNORECASE)


class DecimalEvidence:
    """Collects evidence during the first run and decides at its end."""

    def __init__(self, file_name: str) -> None:
        match = _NAME.search(file_name)
        self._languages: set[DecimalSign] = set()
        self._from_name = None
        if match:
            self._from_name = DecimalSign.COMMA if match[1].lower() == "de" else DecimalSign.POINT
        # First line with this separator: in a number that decides, in one that does not.
        self._clear: dict[DecimalSign, int] = {}
        self._unclear: dict[DecimalSign, tuple[int, str]] = {}

    def notice_time_label(self, label: str) -> None:
        """Take note of the word for the kind of time."""
        if label in _GERMAN_TIME:
            self._languages.add(DecimalSign.COMMA)
        if label in _ENGLISH_TIME:
            self._languages.add(DecimalSign.POINT)

    def notice_total_label(self, label: str) -> None:
        """Take note of the word for a total."""
        if label in _TOTALS:
            self._languages.add(_TOTALS[label])

    def notice_number(self, row: int, text: str) -> None:
        """Take note of a number and its separator, if it has one."""
        sign = DecimalSign.COMMA if "," in text else DecimalSign.POINT
        if sign.value not in text:
            return
        if may_be_thousands(text.strip("()purse ")):
            self._unclear.setdefault(sign, (row, text))
        else:
            self._clear.setdefault(sign, row)

    def conclude(self, refusals: RefusalList) -> None:
        """Refuse the file if its numbers can be read in two ways."""
        used = {*self._clear, *self._unclear}
        if len(used) > 1:
            rows = {sign: self._first_row(sign) for sign in used}
            later = max(rows, key=lambda sign: rows[sign])
            refusals.add(
                rows[later],
                "value",
                _l(
                    "Dezimalkomma und Dezimalpunkt in einer Datei (zuvor Zeile %(row)s).",
                    row=min(rows.values()),
                ),
            )
            return
        for sign in used:
            language = self._language()
            if language not in {None, sign}:
                refusals.add(
                    self._first_row(sign),
                    "value",
                    _l("Das Dezimalzeichen „%(sign)s“ passt nicht zur Sprache der Datei.", sign=sign.value),
                )
            elif language is None and not self._clear:
                row, text = self._unclear[sign]
                refusals.add(row, "value", _l("„%(text)s“ kann Dezimalzahl oder Tausender sein.", text=text[:40]))

    def _first_row(self, sign: DecimalSign) -> int:
        rows = [self._clear[sign]] if sign in self._clear else []
        if sign in self._unclear:
            rows.append(self._unclear[sign][0])
        return min(rows)

    def _language(self) -> DecimalSign | None:
        """The words in the cells come first; a file is easily renamed."""
        if len(self._languages) == 1:
            return next(iter(self._languages))
        return None if self._languages else self._from_name
