"""Numbers as they stand in files, read strictly.

The table files of the statistical offices and the portal's long form print digits without any separator
between thousands (observed in the files of the regional database, classic and flat, of the census and of the
long form). So a separator is always the decimal sign, and which of the two it may be is known per format. A
number with anything else in it is refused, because `1.234` from a spreadsheet may be one or one thousand.
"""

import re
from enum import StrEnum

# Doubles carry 15 significant digits of any decimal and print back up to 17.
MOST_DIGITS = 17
LARGEST_WHOLE = 2**53


class DecimalSign(StrEnum):
    """What separates the decimals."""

    COMMA = ","
    POINT = "."


_WITH_COMMA = re.compile(r"-?(?:0|[1-9][0-9]*)(?:,[0-9]+)?")
_WITH_POINT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def read_number(text: str, sign: DecimalSign) -> float | None:
    """The number a cell holds, None if it is not exactly one.

    Not numbers: leading zeros (a key, not a count), a plus sign, blanks, exponents, thousands separators,
    digits of other scripts, and more digits than a double can carry (the value would change silently).
    """
    if sign is DecimalSign.COMMA:
        if not _WITH_COMMA.fullmatch(text):
            return None
        plain = text.replace(",", ".")
    else:
        if not _WITH_POINT.fullmatch(text):
            return None
        plain = text
    if len(text) > 15:
        digits = plain.lstrip("-").replace(".", "").lstrip("0")
        if len(digits) > MOST_DIGITS or ("." not in plain and abs(int(plain)) > LARGEST_WHOLE):
            return None
    return float(plain)


def may_be_thousands(text: str) -> bool:
    """Whether the separator of a number could also be read as one between thousands: `1.234`, not `1.23`."""
    whole, _, decimals = text.lstrip("-").replace(",", ".").partition(".")
    return len(decimals) == 3 and 0 < len(whole) <= 3 and whole != "0"
