"""Geometry of the small figures: strips and their axes (pure functions, no engine).

Positions come out as text that templates print into SVG attributes; words come out finished. How a number is
written depends on the reader's language, so a writer (value, decimals → text) is handed in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

Writer = Callable[[float, int], str]

# Decimals of floating point that are noise; every published figure has fewer.
DECIMALS = 9
_NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class StripMark:
    """A municipality on a strip; `at` is its place in per cent of the axis."""

    key: str
    value: float
    at: str


@dataclass(frozen=True, kw_only=True)
class Strip:
    """The spread of the members on an axis that ends in round numbers; `ends` are these numbers in words."""

    low: float
    high: float
    ends: tuple[str, str]
    value_at: str | None
    county_at: str | None
    members: tuple[StripMark, ...]
    range_from: str | None
    range_to: str | None


def strip(
    value: float | None,
    *,
    county: float | None,
    members: Mapping[str, float],
    write: Writer,
    unit: str = "",
    common: Iterable[float] = (),
    within: tuple[float, float] | None = None,
) -> Strip:
    """The strip of one area. The bar is the range of the members, or the interval `within` which the value lies.

    `common` holds the values of everything that shall share the axis (all areas of a page), so that strips
    can be compared. Raises `ValueError` if there is nothing to draw.
    """
    bar = within or ((min(members.values()), max(members.values())) if len(members) > 1 else None)
    drawn = [number for number in (value, county, *members.values(), *common, *(bar or ())) if number is not None]
    low, high = nice_ends(drawn)
    decimals = max(decimals_of(low), decimals_of(high))
    marks = tuple(StripMark(key, number, _at(number, low, high)) for key, number in members.items())
    return Strip(
        low=low,
        high=high,
        ends=(with_unit_after(write(low, decimals), unit), with_unit_after(write(high, decimals), unit)),
        value_at=None if value is None else _at(value, low, high),
        county_at=None if county is None else _at(county, low, high),
        members=marks,
        range_from=None if bar is None else _at(bar[0], low, high),
        range_to=None if bar is None else _at(bar[1], low, high),
    )


def nice_ends(values: Sequence[float]) -> tuple[float, float]:
    """Round numbers that enclose all values, at most a fifth of the range away from them.

    Zero is one of them if it is near. Raises `ValueError` without values.
    """
    ordered = ordered_numbers(values)
    low, high = ordered[0], ordered[-1]
    if low == high:
        step = power_below(abs(low)) if low else 1.0
    else:
        # An axis from zero shows proportions; it is worth half of its length.
        if 0 < low <= high / 2:
            low = 0.0
        if low / 2 <= high < 0:
            high = 0.0
        step = step_below((high - low) / 5)
    start, end = cleaned(floor(low / step) * step), cleaned(ceil(high / step) * step)
    # Floating point may put a bound a hair inside of what it shall enclose.
    start = start if start <= low else cleaned(start - step)
    end = end if end >= high else cleaned(end + step)
    return (start, end) if start < end else (cleaned(start - step), cleaned(end + step))


def decimals_of(number: float) -> int:
    """How many decimals a round number needs to be written exactly."""
    text = f"{number:.{DECIMALS}f}".rstrip("0")
    return len(text) - text.index(".") - 1


def power_below(number: float) -> float:
    """The power of ten at or below a positive number."""
    return float(10.0 ** floor(log10(number))) if number else 1.0


def step_below(width: float) -> float:
    power = power_below(width)
    return max(part * power for part in (1.0, 2.0, 5.0) if part * power <= width * (1 + 1e-12))


def step_above(width: float) -> float:
    power = power_below(width)
    return min(part * power for part in (1.0, 2.0, 2.5, 5.0, 10.0) if part * power >= width * (1 - 1e-12))


def ordered_numbers(values: Iterable[float]) -> list[float]:
    ordered = sorted(values)
    if not ordered or not all(isfinite(value) for value in ordered):
        raise ValueError("nothing to draw")
    return ordered


def cleaned(number: float) -> float:
    return round(number, DECIMALS) + 0.0


def _share(value: float, low: float, high: float) -> float:
    return 50.0 if low == high else 100 * (value - low) / (high - low)


def _at(value: float, low: float, high: float) -> str:
    return f"{_number(_share(value, low, high))}%"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def with_unit_after(text: str, unit: str) -> str:
    return f"{text}{_NO_BREAK}{unit}" if unit else text
