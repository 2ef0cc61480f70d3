"""Periods as publishers print them, brought to the form the portal keeps.

One form per kind: `2024-12-31` (date), `2024` (year), `2024-06` (month), `2021/2024` (range of years) or
`2023-10P6M` (start and length, as the statistical offices write semesters), `2020/21` (school year).
"""

import re
from datetime import date
from typing import NamedTuple

from portal.indicators.periods import PeriodKind


class Period(NamedTuple):
    """A period in the portal's own form; equal periods have equal text."""

    text: str
    kind: PeriodKind


_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ISO_DATE = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
_RANGE = re.compile(r"((?:19|20)[0-9]{2})/((?:19|20)[0-9]{2})")
_MONTHS_FROM = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])P[1-9][0-9]?M")
_SCHOOL_YEAR = re.compile(r"((?:19|20)[0-9]{2})/([0-9]{2})")
_GERMAN_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.((?:19|20)[0-9]{2})")


def iso_date(text: str) -> date | None:
    """`2024-12-31` as a date; None for anything else, also for days that do not exist."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def german_date(text: str) -> date | None:
    """`31.12.2024` as a date; None for anything else, also for days that do not exist."""
    match = _GERMAN_DATE.fullmatch(text)
    return iso_date(f"{match[3]}-{match[2]}-{match[1]}") if match else None


def read_period(text: str) -> Period | None:
    """A period as the offices and the portal write it; None if it is none of the known forms.

    No guess is made: `12/2024`, `2024-1` and `31.12.24` are None.
    """
    if _YEAR.fullmatch(text):
        return Period(text, PeriodKind.YEAR)
    day = iso_date(text) or german_date(text)
    if day is not None:
        return Period(day.isoformat(), PeriodKind.DATE)
    if _MONTH.fullmatch(text):
        return Period(text, PeriodKind.MONTH)
    if _MONTHS_FROM.fullmatch(text):
        return Period(text, PeriodKind.RANGE)
    match = _RANGE.fullmatch(text)
    if match:
        return Period(text, PeriodKind.RANGE) if match[1] < match[2] else None
    match = _SCHOOL_YEAR.fullmatch(text)
    if match and int(match[2]) == (int(match[1]) + 1) % 100:
        return Period(text, PeriodKind.SCHOOL_YEAR)
    return None
