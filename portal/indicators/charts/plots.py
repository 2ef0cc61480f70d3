"""Geometry of charts with two axes: funnels and courses over time (pure functions, no engine).

As in `charts`, places come out in per cent of the drawing and numbers as words; a writer (value, decimals → text) is
handed in. Curves are points of a 100 × 100 box.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from portal.indicators.charts.strips import Writer, decimals_of, nice_ends, step_below

# Base of a place → between which values it lies by chance.
Limits = Callable[[float], tuple[float, float]]

_CURVE_POINTS = 60
_ROUND = (1.0, 2.0, 5.0)
# Least distance of two labels, in per cent of the height.
_LABEL_HEIGHT = 7.0
_LABEL_WIDTH = 30.0
# Where a course begins and ends.
_LEFT, _RIGHT = 17.0, 96.0
# Beyond this part of the width labels stand on the other side of their mark.
_TURN = 60.0


@dataclass(frozen=True)
class Tick:
    """A number on an axis and its place; `anchor` keeps the words at an end of the axis within the drawing."""

    at: str
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A place handed in to a funnel: `label` is written beside it (empty: only `title` names it)."""

    title: str
    base: float
    value: float
    label: str = ""
    is_strong: bool = False


@dataclass(frozen=True, kw_only=True)
class DrawnDot:
    """The same with its place; `label_y` keeps labels apart, `is_turned`: the label stands before the mark."""

    title: str
    x: str
    y: str
    label: str
    label_y: str
    is_strong: bool
    is_turned: bool


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Values against the base they rest on, between the limits of chance around the county's value."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    baseline: str
    inner: tuple[str, str]
    outer: tuple[str, str]
    wide: tuple[str, str] | None
    dots: tuple[DrawnDot, ...]


@dataclass(frozen=True)
class Moment:
    """A value at a time; `basis` names what makes values comparable. A value of None is a gap."""

    time: float
    value: float | None
    basis: object
    words: str


@dataclass(frozen=True)
class DrawnMoment:
    title: str
    x: str
    y: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One development: stretches of comparable values, and a mark for each value."""

    name: str
    stretches: tuple[str, ...]
    moments: tuple[DrawnMoment, ...]
    is_reference: bool


@dataclass(frozen=True, kw_only=True)
class TimeLines:
    """Several developments on common axes from `low` to `high`. `breaks`: where a new basis begins, drawn as a gap."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    breaks: tuple[str, ...]
    low: float
    high: float


def funnel(
    dots: Sequence[Dot],
    baseline: float,
    *,
    inner: Limits,
    outer: Limits,
    write: Writer,
    wide: Limits | None = None,
    unit: str = "",
) -> Funnel:
    """The funnel of these places. The base grows along a logarithmic axis, since places differ a hundredfold.

    `wide` are the inner limits where places vary more than chance explains. The outer limits of the smallest place
    may leave the drawing: they would leave no room for the values. Raises `ValueError` without places, or if one has
    no base.
    """
    if not dots or min(dot.base for dot in dots) <= 0:
        raise ValueError("nothing to draw")
    bases = [dot.base for dot in dots]
    left, right = _below(min(bases)), _above(max(bases))
    reach = inner(min(bases))
    low, high = nice_ends([*(dot.value for dot in dots), max(0.0, reach[0]), reach[1], baseline])

    def x(base: float) -> float:
        return 100 * (log10(base) - log10(left)) / (log10(right) - log10(left))

    def y(value: float) -> float:
        return 100 - 100 * (value - low) / (high - low)

    grid = [left * (right / left) ** (number / _CURVE_POINTS) for number in range(_CURVE_POINTS + 1)]

    def curves(limits: Limits) -> tuple[str, str]:
        found = [limits(base) for base in grid]
        return (
            _points((x(base), y(one[0])) for base, one in zip(grid, found, strict=True)),
            _points((x(base), y(one[1])) for base, one in zip(grid, found, strict=True)),
        )

    placed = [(dot, x(dot.base), y(dot.value)) for dot in dots]
    heights = _label_heights([(at, height) for dot, at, height in placed if dot.label])
    labels = iter(heights)
    return Funnel(
        x_ticks=tuple(_x_tick(x(base), write(base, 0)) for base in _round_numbers(left, right)),
        y_ticks=_y_ticks(low, high, write, unit),
        baseline=_at(y(baseline)),
        inner=curves(inner),
        outer=curves(outer),
        wide=None if wide is None else curves(wide),
        dots=tuple(
            DrawnDot(
                title=dot.title,
                x=_at(at),
                y=_at(height),
                label=dot.label,
                label_y=_at(next(labels)) if dot.label else _at(height),
                is_strong=dot.is_strong,
                is_turned=at > _TURN,
            )
            for dot, at, height in placed
        ),
    )


def time_lines(
    lines: Sequence[tuple[str, Sequence[Moment], bool]],
    *,
    ticks: Sequence[tuple[float, str]],
    write: Writer,
    unit: str = "",
    common: Iterable[float] = (),
) -> TimeLines:
    """Developments beside each other; each of (name, values, whether it is only the reference).

    Neighbours are joined only on the same basis and without a gap between them. `common` holds values that shall
    share the axis (all charts of a page). Raises `ValueError` without any value.
    """
    values = [moment.value for _name, moments, _is in lines for moment in moments if moment.value is not None]
    low, high = nice_ends([*values, *common])
    times = [time for time, _label in ticks]
    start, end = min(times), max(times)

    def x(time: float) -> float:
        # Marks of the first and the last value must not be cut off, nor cover the numbers of the axis.
        return 50.0 if start == end else _LEFT + (_RIGHT - _LEFT) * (time - start) / (end - start)

    def y(value: float) -> float:
        return 100 - 100 * (value - low) / (high - low)

    drawn, breaks = [], set()
    for name, moments, is_reference in lines:
        stretches: list[list[tuple[float, float]]] = []
        marks = []
        before: Moment | None = None
        for moment in sorted(moments, key=lambda moment: moment.time):
            if moment.value is None:
                before = None
                continue
            if before is not None and before.basis != moment.basis:
                breaks.add(x((before.time + moment.time) / 2))
                before = None
            if before is None:
                stretches.append([])
            place = (x(moment.time), y(moment.value))
            stretches[-1].append(place)
            marks.append(DrawnMoment(moment.words, _at(place[0]), _at(place[1])))
            before = moment
        drawn.append(
            Line(
                name=name,
                stretches=tuple(_points(stretch) for stretch in stretches if len(stretch) > 1),
                moments=tuple(marks),
                is_reference=is_reference,
            )
        )
    return TimeLines(
        x_ticks=tuple(_x_tick(x(time), label) for time, label in ticks),
        y_ticks=_y_ticks(low, high, write, unit, steps=2),
        lines=tuple(drawn),
        breaks=tuple(_at(place) for place in sorted(breaks)),
        low=low,
        high=high,
    )


def _x_tick(at: float, label: str) -> Tick:
    return Tick(_at(at), label, "start" if at < 20 else "end" if at > 85 else "middle")


def _y_ticks(low: float, high: float, write: Writer, unit: str, steps: int = 3) -> tuple[Tick, ...]:
    """A few round numbers (at least as many steps as asked for), the unit at the highest."""
    step = step_below((high - low) / steps)
    decimals = decimals_of(step)
    numbers = []
    number = floor(low / step + 1e-9) * step
    while number <= high + step * 1e-9:
        if number >= low - step * 1e-9:
            numbers.append(number)
        number += step
    last = len(numbers) - 1
    return tuple(
        Tick(
            _at(100 - 100 * (one - low) / (high - low)),
            write(one, decimals) + (f"\N{NO-BREAK SPACE}{unit}" if unit and place == last else ""),
        )
        for place, one in enumerate(numbers)
    )


def _label_heights(places: Sequence[tuple[float, float]]) -> list[float]:
    """Where labels stand so that none covers another that is as far to the side; as near to the mark as can be."""
    found: dict[int, float] = {}
    for number in sorted(range(len(places)), key=lambda number: places[number][1]):
        across, height = places[number]
        beside = [found[other] for other in found if abs(places[other][0] - across) < _LABEL_WIDTH]
        found[number] = max([height, *(taken + _LABEL_HEIGHT for taken in beside)])
    return [found[number] for number in range(len(places))]


def _round_numbers(low: float, high: float) -> list[float]:
    """1, 2 and 5 × 10ⁿ within the bounds; fewer where there would be too many."""
    powers = range(floor(log10(low)), floor(log10(high)) + 1)
    found = [part * 10.0**power for power in powers for part in _ROUND]
    found = [number for number in found if low * 0.999 <= number <= high * 1.001]
    return found if len(found) <= 6 else [number for number in found if _leading(number) == 1] or found[::2]


def _leading(number: float) -> int:
    return round(number / 10.0 ** floor(log10(number) + 1e-9))


def _below(number: float) -> float:
    power = 10.0 ** floor(log10(number))
    return max(part * power for part in _ROUND if part * power <= number * (1 + 1e-12)) * 0.8


def _above(number: float) -> float:
    power = 10.0 ** floor(log10(number))
    return min(part * power for part in (*_ROUND, 10.0) if part * power >= number * (1 - 1e-12)) * 1.2


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in places)


def _at(share: float) -> str:
    return f"{_number(share)}%"


def _number(value: float) -> str:
    # Far outside of the drawing a browser needs no more than the direction.
    return f"{min(max(value, -1000.0), 1000.0):.2f}".rstrip("0").rstrip(".")
