"""Numbers, dates and sizes as the page's language writes them. Jinja filters."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, format_time, get_locale, gettext, ngettext
from markupsafe import Markup

from portal.core.languages import either, german, german_lang
from portal.core.seams import parted, place_parted, stroked
from portal.core.seed_words import local

NBSP = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
_PHONE = re.compile(r"\+?[\d\s()/.\u2011\u2013-]{3,60}")
_FEWEST_DIGITS = 3
# First strong isolate and its end (Unicode Bidirectional Algorithm, UAX 9).
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"

Words = ParamSpec("Words")


def isolated(write: Callable[Words, str]) -> Callable[Words, str]:
    """The same words, kept together where the page is written from right to left.

    By signs and not by an element, because titles, labels and sentences hold dates and amounts as well.
    """

    @wraps(write)
    def written(*args: Words.args, **options: Words.kwargs) -> str:
        text, locale = write(*args, **options), get_locale()
        if text == DASH or locale is None or locale.text_direction == "ltr":
            return text
        return f"{ISOLATE}{text}{END_OF_ISOLATE}"

    return written


def number(value: float | None, decimals: int = 0) -> str:
    """`555.352`, `12,4`; a dash for nothing. Rounds half up as statistical offices print."""
    if value is None:
        return DASH
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(half_up(value, decimals), pattern)
    return str(text).replace("-", MINUS)


def exact(value: float | None) -> str:
    """A number with the decimals it has, `45,5`, `46`, `0,25`: for limits that people set; at most six."""
    return DASH if value is None else number(value, own_decimals(value))


def own_decimals(value: float) -> int:
    """How many decimals a number has, up to six; what binary arithmetic adds beyond them does not count."""
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


@isolated
def signed(value: float | None, decimals: int = 1) -> str:
    """`+1,2`, `−0,3`, `0,0`."""
    if value is None:
        return DASH
    rounded = half_up(value, decimals)
    return ("+" if rounded > 0 else "") + number(value, decimals)


@isolated
def percent(value: float | None, decimals: int = 1) -> str:
    """`12,4 %` for 12.4 (not a fraction)."""
    return DASH if value is None else number(value, decimals) + NBSP + "%"


@isolated
def with_unit(value: float | None, unit: str, decimals: int = 1) -> str:
    """A number and its unit in the page's language, with a no-break space; the number alone without unit."""
    text = number(value, decimals)
    return text if value is None or not unit else f"{text}{NBSP}{local(unit)}"


def half_up(value: float, decimals: int) -> float:
    """A number as it is shown, for sums and differences that have to agree with the shown ones."""
    # Adding half a unit of the last place would carry binary error; decimal text does not.
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return float(rounded) + 0.0


@isolated
def date_long(value: date | datetime | None) -> str:
    """`3. Dezember 2026`."""
    return DASH if value is None else str(format_date(value, "d. MMMM y" if _german() else "d MMMM y"))


@isolated
def date_weekday(value: date | datetime | None) -> str:
    """`Donnerstag, 3. Dezember 2026`."""
    return DASH if value is None else f"{format_date(value, 'EEEE')}, {date_long(value)}"


@isolated
def date_short(value: date | datetime | None) -> str:
    """`03.12.2026`."""
    return DASH if value is None else str(format_date(value, "dd.MM.y" if _german() else "dd/MM/y"))


@isolated
def datetime_short(value: datetime | None) -> str:
    """`03.12.2026, 17:05`, on the county's clock."""
    return DASH if value is None else str(format_datetime(value, "dd.MM.y, HH:mm" if _german() else "dd/MM/y, HH:mm"))


def time_short(value: datetime) -> str:
    """`17:05`, on the county's clock."""
    return str(format_time(value, "HH:mm"))


@isolated
def datetime_exact(value: datetime | None) -> str:
    """`03.12.2026, 17:05:09`, on the county's clock: where the order of things within a minute counts."""
    return (
        DASH
        if value is None
        else str(format_datetime(value, "dd.MM.y, HH:mm:ss" if _german() else "dd/MM/y, HH:mm:ss"))
    )


def _german() -> bool:
    return str(get_locale()) == "de"


@isolated
def file_size(size: int) -> str:
    """`340 KB`, `1,2 MB`."""
    if size < 1000:
        return f"{size}{NBSP}Byte"
    if size < 1_000_000:
        return number(size / 1000) + NBSP + "KB"
    return number(size / 1_000_000, 1) + NBSP + "MB"


@isolated
def duration(value: timedelta | float) -> str:
    """About how long: `unter 1 Minute`, `2 Minuten`, `3 Stunden`."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if seconds < 60:
        return str(gettext("unter 1\u00a0Minute"))
    if seconds < 5400:
        minutes = round(seconds / 60)
        return str(ngettext("%(num)d\u00a0Minute", "%(num)d\u00a0Minuten", minutes))
    if seconds < 48 * 3600:
        hours = round(seconds / 3600)
        return str(ngettext("%(num)d\u00a0Stunde", "%(num)d\u00a0Stunden", hours))
    days = round(seconds / 86400)
    return str(ngettext("%(num)d\u00a0Tag", "%(num)d\u00a0Tage", days))


def bdi(text: Any) -> Markup:
    """Isolate a number with its unit from the direction of the surrounding text."""
    return Markup("<bdi>{}</bdi>").format(text)


def phone_link(number: str) -> Markup:
    """A telephone number that phones dial when it is touched (RFC 3966); words beside it make it plain text.

    A zero in brackets is dialled within the country only: `+49 (0) 6221` is +496221.
    """
    text = number.strip()
    dialled = re.sub(r"[^\d+]", "", text.replace("(0)", "") if text.startswith("+") else text)
    if not _PHONE.fullmatch(text) or len(dialled) < _FEWEST_DIGITS:
        return bdi(number)
    return Markup('<a href="tel:{}">{}</a>').format(dialled, bdi(number))


def init_formats(app: Flask) -> None:
    """Offer everything above, and how long words part, as Jinja filters."""
    for filter_ in (
        number, exact, signed, percent, with_unit, date_long, date_weekday, date_short, datetime_short, datetime_exact,
        file_size, duration, bdi, phone_link, either, german, local, parted, place_parted, stroked,
    ):  # fmt: skip
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.globals["german_lang"] = german_lang
