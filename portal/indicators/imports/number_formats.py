"""Number formats of spreadsheets: which show another number than the one stored, which show a date.

Codes are written in the files as in ECMA-376, part 1, section 18.8.31, in every language; built-in ones have
numbers only (section 18.8.30). Dates are days since the end of 1899, or since 1904 in workbooks that say so.
"""

import re
from datetime import date, datetime, time, timedelta

# Text in quotation marks, escaped letters, colours and conditions, blanks of a letter's width.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
# A comma at the end of the digits divides what is shown by a thousand.
_SCALED = re.compile(r"[0#?],+(?:[^0#?,]|$)")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_PERCENT = frozenset({9, 10})
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_EPOCH, _EPOCH_1904 = datetime.fromisoformat("1899-12-30"), datetime.fromisoformat("1904-01-01")
# 1900 was no leap year; spreadsheets count its 29 February all the same.
_LEAP_ERROR = 60
_LAST_DAY = 2_958_466

Moment = date | datetime | time


def is_rescaling(number: int, code: str | None) -> bool:
    """Whether `12 %` is shown for 0.12, or `5` for 5,000."""
    if code is None:
        return number in _PERCENT
    plain = _LITERAL.sub("", code)
    return "%" in plain or "‰" in plain or _SCALED.search(plain) is not None


def is_date(number: int, code: str | None) -> bool:
    """Whether a date or a time is shown."""
    if code is None:
        return number in _DATES
    first = code.split(";", 1)[0]
    plain = _LITERAL.sub("", first)
    if plain.strip().lower() in {"general", "standard"}:
        return False
    return _ELAPSED.search(first) is not None or _DATE_LETTERS.search(plain) is not None


def moment(days: float, *, is_1904: bool) -> Moment | None:
    """Date, date with time, or time of a day; None for what is none."""
    if not 0 <= days < _LAST_DAY:
        return None
    whole, seconds = int(days), round((days % 1) * 86_400)
    if whole == 0 and not is_1904:
        seconds = min(seconds, 86_399)
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    if not is_1904 and whole < _LEAP_ERROR:
        whole += 1
    found = (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(days=whole, seconds=seconds)
    return found if seconds else found.date()
