"""Kinds of periods as publishers write them, the day on which they end, and how often new ones come."""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded


class PeriodKind(Worded):
    """What a period is."""

    DATE = "date", _l("Stichtag")
    YEAR = "year", _l("Jahr")
    MONTH = "month", _l("Monat")
    RANGE = "range", _l("Zeitraum")
    SCHOOL_YEAR = "school_year", _l("Schuljahr")


_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_RANGE = re.compile(r"\d{4}/(\d{4})")
_MONTHS_FROM = re.compile(r"(\d{4})-(\d{2})P(\d{1,2})M")
_SCHOOL_YEAR = re.compile(r"(\d{4})/(\d{2})")


def period_start(period: str) -> date:
    """The first day of a reporting period in any of the forms of `period_end`; a reference date is its own start."""
    if found := _SCHOOL_YEAR.fullmatch(period):
        return date(int(found[1]), 8, 1)
    if found := _MONTHS_FROM.fullmatch(period) or _MONTH.fullmatch(period):
        return date(int(found[1]), int(found[2]), 1)
    if _YEAR.fullmatch(period) or _RANGE.fullmatch(period):
        return date(int(period[:4]), 1, 1)
    return date.fromisoformat(period)


@lru_cache(maxsize=4096)
def period_end(period: str) -> date:
    """The last day of a reporting period.

    `2023` ends on 31.12.2023, `2022-06` on 30.06.2022, `2021/2024` on 31.12.2024, `2023-10P6M` (six months
    from October) on 31.03.2024, the school year `2020/21` on 31.07.2021; a reference date is its own end.
    Raises `ValueError` for anything else.
    """
    if _YEAR.fullmatch(period):
        return date(int(period), 12, 31)
    if found := _MONTH.fullmatch(period):
        return _month_end(int(found[1]), int(found[2]))
    if found := _RANGE.fullmatch(period):
        return date(int(found[1]), 12, 31)
    if found := _SCHOOL_YEAR.fullmatch(period):
        end = int(found[1]) + 1
        if end % 100 != int(found[2]):
            raise ValueError(f"{period}: the years of a school year follow each other")
        return date(end, 7, 31)
    if found := _MONTHS_FROM.fullmatch(period):
        # Months are counted from the year 0, so that December of one year is followed by January of the next.
        last = int(found[1]) * 12 + int(found[2]) - 1 + int(found[3]) - 1
        return _month_end(last // 12, last % 12 + 1)
    return date.fromisoformat(period)


def valid_until(period: str, age_limit_years: int) -> date:
    """The last day on which a value is young enough: end of its period plus the age limit in full years."""
    end = period_end(period)
    year = end.year + age_limit_years
    return date(year, end.month, min(end.day, monthrange(year, end.month)[1]))


_RHYTHMS = (("jährlich", 12), ("halbjährlich", 6), ("vierteljährlich", 3), ("alle zwei Jahre", 24))


def months_between(rhythm: str) -> int | None:
    """Months from one delivery to the next, from the catalogue's words (`jährlich (1. März)`); None if they vary."""
    return next((months for beginning, months in _RHYTHMS if rhythm.startswith(beginning)), None)


def later(day: date, months: int) -> date:
    """The same day some months later; the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
