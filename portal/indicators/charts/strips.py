"""Geometry of the small figures: strips, classes of maps, courses over time (pure functions, no engine).

Positions come out as text that templates print into SVG attributes; words come out finished. How a number is
written depends on the reader's language, so a writer (value, decimals → text) is handed in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, isfinite, log10

from flask_babel import gettext as _

from portal.indicators.models import Polarity
from portal.indicators.periods import period_end
from portal.indicators.value_states import ValueState

Writer = Callable[[float, int], str]

MAX_CLASSES = 5
NO_VALUE_TONE = "miss"
SECRET_TONE = "secret"  # noqa: S105 - the tone of a map, not a password
# Decimals of floating point that are noise; every published figure has fewer.
_DECIMALS = 9
# Part of all values by which a quantile may be moved to meet a round number.
_LEEWAY = 0.06
# Equal steps are taken only if every class holds at least and none more than this part of the values.
_LEAST_SHARE, _MOST_SHARE = 0.08, 0.45
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


@dataclass(frozen=True)
class MapClass:
    """A class of a map: from `low` (inclusive) to below `high`; None = open."""

    tone: str
    low: float | None
    high: float | None
    label: str

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


@dataclass(frozen=True)
class MapScale:
    """The classes of a map, ascending. `decimals` are as many as the bounds need to be written exactly."""

    classes: tuple[MapClass, ...]
    decimals: int

    def class_of(self, value: float) -> MapClass:
        """The one class that holds a value."""
        return next(found for found in self.classes if found.holds(value))

    def tone(self, value: float | None, state: ValueState = ValueState.REPORTED) -> str:
        """The tone of an area: its class, dots if the value is secret, hatch if there is none."""
        if state is ValueState.SUPPRESSED:
            return SECRET_TONE
        if value is None:
            return NO_VALUE_TONE
        return self.class_of(value).tone

    def legend(self, tones: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Tone and words of every class; hatch and dots are explained if they occur in `tones`."""
        used = set(tones)
        entries = [(found.tone, found.label) for found in self.classes]
        if NO_VALUE_TONE in used:
            entries.append((NO_VALUE_TONE, _("kein Wert")))
        if SECRET_TONE in used:
            entries.append((SECRET_TONE, _("geheim")))
        return entries


@dataclass(frozen=True)
class CourseValue:
    """A value at a period; `basis` names what makes values comparable (the census base)."""

    period: str
    value: float | None
    basis: str = ""


@dataclass(frozen=True)
class CoursePoint:
    """A drawn value; `x` runs with time, `y` downwards, both in per cent."""

    period: str
    value: float
    x: str
    y: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """A development over time. Each line joins comparable neighbours (`x,y x,y` in a 100 × 100 box)."""

    points: tuple[CoursePoint, ...]
    lines: tuple[str, ...]
    low: float
    high: float
    breaks: tuple[tuple[str, str], ...]


def strip(
    value: float | None,
    *,
    county: float | None,
    members: Mapping[str, float],
    write: Writer,
    unit: str = "",
    common: Iterable[float] = (),
) -> Strip:
    """The strip of one area.

    `common` holds the values of everything that shall share the axis (all areas of a page), so that strips
    can be compared. Raises `ValueError` if there is nothing to draw.
    """
    drawn = [number for number in (value, county, *members.values(), *common) if number is not None]
    low, high = nice_ends(drawn)
    decimals = max(decimals_of(low), decimals_of(high))
    marks = tuple(StripMark(key, number, _at(number, low, high)) for key, number in members.items())
    spread = len(members) > 1
    return Strip(
        low=low,
        high=high,
        ends=(_with_unit(write(low, decimals), unit), _with_unit(write(high, decimals), unit)),
        value_at=None if value is None else _at(value, low, high),
        county_at=None if county is None else _at(county, low, high),
        members=marks,
        range_from=_at(min(members.values()), low, high) if spread else None,
        range_to=_at(max(members.values()), low, high) if spread else None,
    )


def sequential_scale(
    values: Iterable[float], *, write: Writer, unit: str = "", decimals: int | None = None
) -> MapScale:
    """At most five classes from few to many (tones q1 … q5).

    Equal steps between round numbers are taken where every class then holds a fair part of the values;
    they are the easiest to read. Otherwise (a skewed distribution, a single outlier such as a town with
    fifteen times the tax of its neighbours) quantiles, each moved to the roundest number near it: an outlier
    then fills one class instead of emptying the others. A class that is one value is written with `decimals`, where
    given: a computed rate has more of them than anybody reads. Raises `ValueError` without values.
    """
    ordered = _ordered(values)
    count = min(MAX_CLASSES, len(set(ordered)))
    breaks = _equal_breaks(ordered, count) or _quantile_breaks(ordered, count)
    # With fewer classes the tones are spread, so that two classes differ as much as they can.
    tones = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}[len(breaks) + 1]
    if not breaks:
        decimals = decimals_of(ordered[0]) if decimals is None else decimals
        label = _with_unit(write(ordered[0], decimals), unit)
        return MapScale((MapClass("q3", None, None, label),), decimals)
    scale = _scale(breaks, [f"q{tone}" for tone in tones], write, unit)
    if ordered[-1] > breaks[-1]:
        return scale
    # Nothing lies above the last bound (100 per cent, say): the class is this one value.
    label = _with_unit(write(breaks[-1], scale.decimals), unit)
    return replace(scale, classes=(*scale.classes[:-1], replace(scale.classes[-1], label=label)))


def diverging_scale(
    differences: Iterable[float], *, polarity: Polarity, write: Writer, unit: str = "", near: float | None = None
) -> MapScale:
    """Five classes of differences from the county, symmetric around zero (tones d1 … d5).

    d1 is far on the unfavourable side, d5 far on the favourable one, d3 around the county: within ± `near`
    (the minimum relevant difference, made round), or within what the smaller differences span. Raises
    `ValueError` for a neutral polarity, which has no favourable side, and without values.
    """
    if polarity is Polarity.NEUTRAL:
        raise ValueError("a neutral indicator has no favourable side")
    ordered = _ordered(abs(difference) for difference in differences)
    if near is None:
        near = _roundest(_quantile(ordered, 1 / 4), _quantile(ordered, 1 / 2)) or _roundest(0, ordered[-1])
    near = _roundest(0.9 * near, 1.1 * near) or 1.0
    far = max(_roundest(_quantile(ordered, 2 / 3), _quantile(ordered, 5 / 6)), 2 * near)
    tones = ["d1", "d2", "d3", "d4", "d5"]
    if polarity is Polarity.HIGH_UNFAVOURABLE:
        tones.reverse()
    return _scale([-far, -near, near, far], tones, write, unit)


def course(values: Sequence[CourseValue]) -> Course:
    """A small line over time. Values on different bases and values around a gap are not joined.

    Raises `ValueError` without any value.
    """
    ordered = sorted(values, key=lambda value: period_end(value.period))
    days = [period_end(value.period).toordinal() for value in ordered if value.value is not None]
    low, high = nice_ends([value.value for value in ordered if value.value is not None])
    points: list[CoursePoint] = []
    lines: list[list[str]] = []
    breaks: list[tuple[str, str]] = []
    before: CourseValue | None = None
    for value in ordered:
        if value.value is None:
            before = None
            continue
        x = _number(_share(period_end(value.period).toordinal(), days[0], days[-1]))
        y = _number(100 - _share(value.value, low, high))
        points.append(CoursePoint(value.period, value.value, f"{x}%", f"{y}%"))
        if before is None or before.basis != value.basis:
            lines.append([])
        if before is not None and before.basis != value.basis:
            breaks.append((before.period, value.period))
        lines[-1].append(f"{x},{y}")
        before = value
    return Course(
        points=tuple(points),
        lines=tuple(" ".join(line) for line in lines if len(line) > 1),
        low=low,
        high=high,
        breaks=tuple(breaks),
    )


def nice_ends(values: Sequence[float]) -> tuple[float, float]:
    """Round numbers that enclose all values, at most a fifth of the range away from them.

    Zero is one of them if it is near. Raises `ValueError` without values.
    """
    ordered = _ordered(values)
    low, high = ordered[0], ordered[-1]
    if low == high:
        step = _power(abs(low)) if low else 1.0
    else:
        # An axis from zero shows proportions; it is worth half of its length.
        if 0 < low <= high / 2:
            low = 0.0
        if low / 2 <= high < 0:
            high = 0.0
        step = step_below((high - low) / 5)
    start, end = _clean(floor(low / step) * step), _clean(ceil(high / step) * step)
    # Floating point may put a bound a hair inside of what it shall enclose.
    start = start if start <= low else _clean(start - step)
    end = end if end >= high else _clean(end + step)
    return (start, end) if start < end else (_clean(start - step), _clean(end + step))


def decimals_of(number: float) -> int:
    """How many decimals a round number needs to be written exactly."""
    text = f"{number:.{_DECIMALS}f}".rstrip("0")
    return len(text) - text.index(".") - 1


def _scale(breaks: Sequence[float], tones: Sequence[str], write: Writer, unit: str) -> MapScale:
    decimals = max(decimals_of(bound) for bound in breaks)
    words = [write(bound, decimals) for bound in breaks]
    labels = [_("unter %(high)s", high=_with_unit(words[0], unit))]
    labels += [_("%(low)s bis unter %(high)s", low=low, high=_with_unit(high, unit)) for low, high in pairwise(words)]
    labels.append(_("ab %(low)s", low=_with_unit(words[-1], unit)))
    bounds = [None, *breaks, None]
    return MapScale(
        tuple(
            MapClass(tone, low, high, label)
            for tone, (low, high), label in zip(tones, pairwise(bounds), labels, strict=True)
        ),
        decimals,
    )


def _equal_breaks(ordered: Sequence[float], count: int) -> list[float]:
    """Round equal steps if every class holds enough values; empty if not."""
    if count < 2:
        return []
    low, high = ordered[0], ordered[-1]
    step = _step_above((high - low) / count)
    first = floor(low / step) + 1
    breaks = [_clean(number * step) for number in range(first, ceil(high / step))]
    breaks = [bound for bound in breaks if low < bound <= high]
    if not 0 < len(breaks) < MAX_CLASSES or len(breaks) + 1 < min(count, 4):
        return []
    sizes = _sizes(ordered, breaks)
    least, most = max(1, _LEAST_SHARE * len(ordered)), max(1, _MOST_SHARE * len(ordered))
    return breaks if least <= min(sizes) and max(sizes) <= most else []


def _quantile_breaks(ordered: Sequence[float], count: int) -> list[float]:
    """Breaks near the quantiles, each the roundest number there; no class is empty."""
    leeway = _LEEWAY * len(ordered)
    breaks: list[float] = []
    for number in range(1, count):
        place = number * len(ordered) / count
        below = ordered[max(ceil(place - leeway) - 1, 0)]
        above = ordered[min(floor(place + leeway), len(ordered) - 1)]
        if above <= below:
            # A value so frequent that it covers the quantile: a class begins with it, or ends with it if
            # nothing is smaller.
            smaller = [value for value in ordered if value < above]
            if smaller:
                below = smaller[-1]
            else:
                above = next(value for value in ordered if value > below)
        below = max(below, breaks[-1]) if breaks else below
        if below < above:
            bound = _roundest(below, above)
            if not breaks or any(breaks[-1] <= value < bound for value in ordered):
                breaks.append(bound)
    return breaks


def _sizes(ordered: Sequence[float], breaks: Sequence[float]) -> list[int]:
    bounds = [float("-inf"), *breaks, float("inf")]
    return [sum(low <= value < high for value in ordered) for low, high in pairwise(bounds)]


def _roundest(low: float, high: float) -> float:
    """The number above `low` and up to `high` that is a multiple of the largest 1, 2 or 5 × 10ⁿ.

    `high` itself if nothing rounder lies between.
    """
    if low < 0 <= high:
        return 0.0
    step = _power(max(abs(low), abs(high))) * 10
    while step > 10**-_DECIMALS:
        for part in (1.0, 0.5, 0.2):
            found = _clean((floor(low / (step * part)) + 1) * step * part)
            if low < found <= high:
                return found
        step /= 10
    return high


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(floor(share * len(ordered)), len(ordered) - 1)]


def _power(number: float) -> float:
    """The power of ten at or below a positive number."""
    return float(10.0 ** floor(log10(number))) if number else 1.0


def step_below(width: float) -> float:
    power = _power(width)
    return max(part * power for part in (1.0, 2.0, 5.0) if part * power <= width * (1 + 1e-12))


def _step_above(width: float) -> float:
    power = _power(width)
    return min(part * power for part in (1.0, 2.0, 2.5, 5.0, 10.0) if part * power >= width * (1 - 1e-12))


def _ordered(values: Iterable[float]) -> list[float]:
    ordered = sorted(values)
    if not ordered or not all(isfinite(value) for value in ordered):
        raise ValueError("nothing to draw")
    return ordered


def _clean(number: float) -> float:
    return round(number, _DECIMALS) + 0.0


def _share(value: float, low: float, high: float) -> float:
    return 50.0 if low == high else 100 * (value - low) / (high - low)


def _at(value: float, low: float, high: float) -> str:
    return f"{_number(_share(value, low, high))}%"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _with_unit(text: str, unit: str) -> str:
    return f"{text}{_NO_BREAK}{unit}" if unit else text
