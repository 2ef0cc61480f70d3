"""Single cells read by a rule: keys, periods, values. What the rule does not say is refused, never guessed."""

import math
import re
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.keys import AreaKey, AreaLevel, read_key
from portal.indicators.imports.numerals import DecimalSign, may_be_thousands, read_number
from portal.indicators.imports.periods import Period, iso_date, read_period
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.signs import BESIDE, is_class
from portal.indicators.imports.workbook import period_of, text_of
from portal.indicators.mapping.rule import ZEROS, DateOrder, Rule
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState

EMPTY = "leer"
_FLOAT = re.compile(r"([0-9]+)[.,]0+")
_NUMERIC_DATE = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2((?:19|20)[0-9]{2})")
_MARKED = re.compile(r"(?P<open>\()?(?P<number>-?[0-9][0-9., ']*?)(?(open)\)) ?(?P<mark>[purse])?")
_PERCENT = frozenset({"%", "Prozent"})
_SHORT = {
    AreaLevel.STATE: (1,),
    AreaLevel.COUNTY: (4, 7),
    AreaLevel.ASSOCIATION: (8, 11),
    AreaLevel.MUNICIPALITY: (7, 11),
}
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-"})


class Value(NamedTuple):
    """A cell understood: number or class or neither, its state, and the sign as printed."""

    number: float | None
    text: str | None
    state: ValueState
    sign: str | None


class Keys:
    """Reads area keys by the level of the rule and remembers whether leading zeros are printed."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._known: dict[Cell, AreaKey] = {}
        self.has_zeros = False
        self.has_short = False

    def read(self, cell: Cell) -> AreaKey:
        """The area of a cell. Raises KeyRefused."""
        found = self._known.get(cell)
        if found is None:
            found = self._read(cell)
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[cell] = found
        return found

    def _read(self, cell: Cell) -> AreaKey:
        text, level = plain_key(cell), self._rule.level
        if text.startswith("0"):
            self.has_zeros = True
        elif text.isascii() and text.isdigit() and self._rule.short_keys and level is not None:
            if len(text) in _SHORT.get(level, ()):
                self.has_short = True
                text = "0" + text
        elif not self._rule.short_keys and isinstance(cell, str) and _FLOAT.fullmatch(text_of(cell)):
            text = text_of(cell)
        return read_key(text, level, strict=level is not None)


def plain_key(cell: Cell) -> str:
    """The digits of a key, also of one that a spreadsheet kept as number (`8226012.0`)."""
    text = text_of(cell)
    match = _FLOAT.fullmatch(text)
    return match[1] if match else text


def read_time(cell: Cell, rule: Rule) -> Period | None:
    """The period of a cell; None where it can be read in no way or in two."""
    found = period_of(cell)
    if found is not None or not isinstance(cell, str):
        return found
    match = _NUMERIC_DATE.fullmatch(text_of(cell))
    if match is None:
        return None
    order = DateOrder.DAY_FIRST if match[2] == "." else rule.dates
    if order is None:
        return None
    day, month = (match[1], match[3]) if order is DateOrder.DAY_FIRST else (match[3], match[1])
    whole = iso_date(f"{match[4]}-{int(month):02}-{int(day):02}")
    return None if whole is None else Period(whole.isoformat(), PeriodKind.DATE)


def is_two_way_date(cell: Cell) -> bool:
    """Whether a cell holds a date that needs an order: `01/02/2024`."""
    match = _NUMERIC_DATE.fullmatch(text_of(cell)) if isinstance(cell, str) else None
    return match is not None and match[2] != "."


def why_no_period(cell: Cell) -> Any:
    """Why a cell is no period, and what helps."""
    if is_two_way_date(cell):
        return _l("„%(text)s“ kann zwei Tage meinen; die Reihenfolge ist nicht festgelegt.", text=text_of(cell)[:40])
    if cell == "":
        return _l("Der Zeitraum fehlt.")
    return _l(
        "„%(text)s“ ist kein Zeitraum. Möglich sind 2025, 2025-06, 31.12.2025 oder 2024/25.", text=text_of(cell)[:40]
    )


def is_period(cell: Cell) -> bool:
    """Whether a cell is a period in one of the known forms, or a date of unknown order."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, datetime | date):
        return True
    return read_period(text_of(cell)) is not None or (isinstance(cell, str) and bool(_NUMERIC_DATE.fullmatch(cell)))


def read_value(cell: Cell, rule: Rule, unit: str = "") -> Value | None:
    """A value by the rule; None for anything that it does not say."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    text = text_of(cell).translate(_BLANKS)
    if text in rule.signs:
        return _of_sign(text, rule.signs[text])
    if isinstance(cell, int | float):
        return Value(float(cell), None, ValueState.REPORTED, None) if math.isfinite(cell) else None
    if unit in _PERCENT:
        text = text.removesuffix("%").rstrip() if text[:1].isdigit() or text[:1] == "-" else text
    number = read_numeral(text, rule.decimal, rule.thousands)
    if number is not None:
        return Value(number, None, ValueState.REPORTED, None)
    match = _MARKED.fullmatch(text)
    if match is not None:
        number, mark = read_numeral(match["number"], rule.decimal, rule.thousands), match["mark"] or ""
        if number is None or (match["open"] and mark not in {"", "u"}) or not (match["open"] or mark):
            return None
        sign = "()" if match["open"] else mark
        return Value(number, None, BESIDE[sign], sign)
    return Value(None, text, ValueState.CLASS_INTERVAL, None) if is_class(text) and len(text) <= 200 else None


def why_no_value(cell: Cell) -> Any:
    """Why a cell is no value by the rule."""
    text = text_of(cell)
    if text == "":
        return _l("Die Zelle ist leer, und was eine leere Zelle bedeutet, ist nicht festgelegt.")
    if text.startswith(("=", "@")):
        return _l("Die Zelle enthält eine Formel: „%(text)s“.", text=text[:40])
    if has_separator(text):
        shown = text[:40]
        return _l("„%(text)s“ passt nicht zu Dezimalzeichen und Tausenderzeichen, wie sie festgelegt sind.", text=shown)
    return _l("„%(text)s“ ist weder Zahl noch Zeichen, dessen Bedeutung festgelegt ist.", text=text[:40])


def has_separator(text: str) -> bool:
    """Whether a text consists of digits and separators, with at least one of those."""
    return re.fullmatch(r"-?[0-9][0-9., ']*[0-9]", text) is not None and not text.lstrip("-").isdigit()


def read_numeral(text: str, decimal: DecimalSign | None, thousands: str) -> float | None:
    """A number written with this decimal sign and this sign between thousands (empty: none).

    Without a decimal sign only whole numbers are read. Groups must be complete: `1.2345` is no number.
    """
    if thousands and thousands in text:
        grouped = rf"-?[1-9][0-9]{{0,2}}(?:{re.escape(thousands)}[0-9]{{3}})+(?:{re.escape(decimal or '!')}[0-9]+)?"
        if not re.fullmatch(grouped, text):
            return None
        text = text.replace(thousands, "")
    if decimal is None:
        return read_number(text, DecimalSign.COMMA) if text.lstrip("-").isdigit() else None
    return read_number(text, decimal)


class Written(NamedTuple):
    """How numbers are written, as far as cells prove it. `unclear` is the first that can be read in two ways."""

    decimal: DecimalSign | None
    thousands: str
    unclear: str
    clash: str


def how_written(texts: list[str]) -> Written:
    """What the texts of value cells prove about decimal sign and sign between thousands."""
    decimals: dict[str, str] = {}
    thousands: dict[str, str] = {}
    unclear = ""
    for text in texts:
        if not has_separator(text):
            continue
        marks = re.findall(r"[., ']", text)
        kinds = list(dict.fromkeys(marks))
        if len(kinds) == 2 and marks.count(kinds[1]) == 1 and kinds[1] in ",.":
            thousands.setdefault(kinds[0], text)
            decimals.setdefault(kinds[1], text)
        elif len(kinds) == 1 and (kinds[0] in " '" or len(marks) > 1):
            thousands.setdefault(kinds[0], text)
        elif len(kinds) == 1 and not may_be_thousands(text):
            decimals.setdefault(kinds[0], text)
        else:
            unclear = unclear or text
    if len(decimals) > 1 or len(thousands) > 1 or set(decimals) & set(thousands):
        return Written(None, "", unclear, next(iter((*list(decimals.values())[1:], *thousands.values()))))
    decimal, between = next(iter(decimals), None), next(iter(thousands), "")
    if unclear:
        mark = re.findall(r"[., ']", unclear)[0]
        if decimal is not None and mark != decimal and not between:
            between = mark
        unclear = "" if mark in {between, decimal} else unclear
    return Written(None if decimal is None else DecimalSign(decimal), between, unclear, "")


def _of_sign(text: str, state: ValueState) -> Value:
    number = 0.0 if state in ZEROS or state is ValueState.REPORTED else None
    return Value(number, None, state, text or EMPTY)
