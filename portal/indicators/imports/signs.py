"""Signs that stand in place of a number or beside it, per system.

Sources: DIN 55301 (withdrawn in April 2020, still printed), the explanation of signs of the Landesamt für
Statistik Niedersachsen for the letters that replace it, the notes of the Federal Employment Agency, the
documentation of the Deutschlandatlas workbook; what the flat files (ffcsv) carry was observed in them.

`-` is never zero: the legend says "exactly zero", but regional tables print it for dissolved areas and for
Länder that do not publish as well. `0` depends on the legend and is decided by `Legend`.
"""

import re
from typing import NamedTuple

from portal.indicators.imports.numerals import DecimalSign, read_number
from portal.indicators.value_states import ValueState

# Alone in a cell. The letters of the newer system collide with none of the older signs, so one table serves
# both.
REPLACING = {
    "-": ValueState.UNCLEAR_DASH,
    "–": ValueState.UNCLEAR_DASH,
    ".": ValueState.SUPPRESSED,
    "/": ValueState.UNRELIABLE,
    "...": ValueState.NOT_YET_AVAILABLE,
    "…": ValueState.NOT_YET_AVAILABLE,
    "x": ValueState.NOT_MEANINGFUL,
    "X": ValueState.NOT_MEANINGFUL,
    "g": ValueState.SUPPRESSED,
    "u": ValueState.UNRELIABLE,
    "t": ValueState.NOT_YET_AVAILABLE,
    "*": ValueState.SUPPRESSED,
}
_DIN_ONLY = frozenset({"-", "–", ".", "/", "...", "…"})
_LETTERS_ONLY = frozenset({"g", "u", "t", "k"})

# Beside a number. `f` exists too, but its meaning was never verified: it is refused.
BESIDE = {
    "p": ValueState.PROVISIONAL,
    "r": ValueState.REVISED,
    "s": ValueState.ESTIMATED,
    "u": ValueState.LIMITED_VALIDITY,
    "()": ValueState.LIMITED_VALIDITY,
    "e": ValueState.REPORTED,
    "": ValueState.REPORTED,
}

# The Deutschlandatlas workbook; a number in other sources.
DEUTSCHLANDATLAS = {
    "-9999": ValueState.MISSING,
    "-99999": ValueState.MISSING,
    "#VALUE!": ValueState.SOURCE_ERROR,
}

_BOUND = r"[0-9][0-9.]*(?:,[0-9]+)?"
_CLASS = re.compile(
    rf"{_BOUND} ?(?:bis(?: unter| zu| einschließlich)?|–|-) ?{_BOUND}(?: [^0-9;]{{1,30}})?"
    rf"|(?:unter|über|mehr als|weniger als|bis|bis unter|ab|mindestens|höchstens|[<>≤≥]) ?{_BOUND}(?: [^0-9;]{{1,30}})?"
    rf"|{_BOUND} (?:und|oder) (?:mehr|weniger|darüber|darunter|älter|jünger)"
)
_MARKED = re.compile(r"(?P<open>\()?(?P<number>-?[0-9]+(?:[.,][0-9]+)?)(?(open)\)) ?(?P<mark>[purse])?")


class Reading(NamedTuple):
    """A cell understood: a number (`value`) or none, its state, and the sign as printed (None if there is
    none)."""

    value: float | None
    state: ValueState
    sign: str | None


def read_cell(text: str, decimal: DecimalSign) -> Reading | None:
    """A value cell of a table of the statistical offices; None if it is neither number nor known sign."""
    value = read_number(text, decimal)
    if value is not None:
        return Reading(value, ValueState.REPORTED, None)
    if text == "k":
        return Reading(0.0, ValueState.ROUNDED_TO_ZERO, "k")
    state = REPLACING.get(text)
    if state is not None:
        return Reading(None, state, text)
    match = _MARKED.fullmatch(text)
    if match is None:
        return None
    value = read_number(match["number"], decimal)
    if value is None or (match["open"] and match["mark"] not in {None, "u"}):
        return None
    if match["open"]:
        return Reading(value, ValueState.LIMITED_VALIDITY, "()")
    mark = match["mark"] or ""
    return Reading(value, BESIDE[mark], mark or None)


def is_class(text: str) -> bool:
    """Whether a cell holds a class in place of a number: `8,50 bis unter 10,00`, `unter 100`, `11,50 und mehr`."""
    return _CLASS.fullmatch(text) is not None


class Legend:
    """Which system a table uses, learnt from the signs in it, because `0` means different things.

    With `-`, `.` or `/` about, a printed 0 is "less than half of the smallest unit, but more than nothing";
    with the letters it is "exactly zero or set to zero". Without evidence, or with both, it stays a number
    as reported.
    """

    def __init__(self) -> None:
        self.has_din = False
        self.has_letters = False

    def notice(self, sign: str) -> None:
        """Take note of a sign that stands alone in a cell."""
        if sign in _DIN_ONLY:
            self.has_din = True
        elif sign in _LETTERS_ONLY:
            self.has_letters = True

    @property
    def state_of_zero(self) -> ValueState:
        """State of a cell that holds the number 0."""
        if self.has_din and not self.has_letters:
            return ValueState.ROUNDED_TO_ZERO
        if self.has_letters and not self.has_din:
            return ValueState.ZERO_OR_SET
        return ValueState.REPORTED
