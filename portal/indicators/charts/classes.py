"""Classes of maps whose steps mean something (pure functions, no engine).

Classes of equally many places would give every map all tones, however little the places differ. Here the steps are
equal and round and no finer than the least difference that counts, so that noise keeps one tone. The words of every
class name both of its limits, the last one with the unit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

from flask_babel import gettext as _

from portal.indicators.charts.strips import (
    Writer,
    cleaned,
    decimals_of,
    ordered_numbers,
    power_below,
    step_above,
    with_unit_after,
)
from portal.indicators.value_states import ValueState

MAX_CLASSES = 5
NO_VALUE_TONE = "miss"
SECRET_TONE = "secret"  # noqa: S105 - the tone of a map, not a password
# With fewer classes the tones are spread, so that two classes differ as much as they can.
_TONES = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
# This part of the values at either end decides neither about steps nor about the range: outliers.
_TAIL = 0.05
# From this ratio of large to small values on, equal ratios (1, 2, 5, 10 …) mean more than equal steps.
_SKEWED = 8.0
# Computed rates that are this close are the same number.
_NOTHING = 1e-7
_PARTS = (1.0, 2.0, 5.0)
_STEPS = (1.0, 2.0, 2.5, 5.0)


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
    """The classes of a map, ascending; `step` is their width where all have the same."""

    classes: tuple[MapClass, ...]
    step: float | None = None

    def class_of(self, value: float) -> MapClass:
        """The one class that holds a value."""
        return next(found for found in self.classes if found.holds(value))

    def tone(self, value: float | None, state: ValueState = ValueState.REPORTED) -> str:
        """The tone of an area: its class, dots if the value is secret, hatch if there is none."""
        return toneless(value, state) or self.class_of(value or 0.0).tone

    def legend(self, tones: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Tone and words of every class; hatch and dots are explained if they occur in `tones`."""
        return [*((found.tone, found.label) for found in self.classes), *toneless_legend(tones)]


def toneless(value: float | None, state: ValueState) -> str:
    """Dots for a secret value, hatch for none; empty where a class decides."""
    if state is ValueState.SUPPRESSED:
        return SECRET_TONE
    return NO_VALUE_TONE if value is None else ""


def toneless_legend(tones: Iterable[str]) -> list[tuple[str, str]]:
    """Words for hatch and dots if they occur in `tones`."""
    used = set(tones)
    words = ((NO_VALUE_TONE, _("kein Wert")), (SECRET_TONE, _("geheim oder zurückgehalten")))
    return [(tone, text) for tone, text in words if tone in used]


def stepped_scale(
    values: Iterable[float], *, write: Writer, unit: str = "", decimals: int = 0, least: float | None = None
) -> MapScale:
    """At most five classes from few to many (tones q1 … q5), in equal round steps of at least `least`.

    A few outliers (a town with fifteen times the tax of its neighbours) fall into the open class at the end. Numbers
    of very different size (inhabitants) get the steps 1, 2, 5, 10 … instead. Values that lie closer together than
    `least` are one class. `decimals` are those of the values. Raises `ValueError` without values.
    """
    ordered = ordered_numbers(values)
    low, high = ordered[0], ordered[-1]
    if high - low < max(least or 0.0, _NOTHING):
        label = range_words(low, high, write=write, unit=unit, decimals=decimals)
        return MapScale((MapClass("q3", None, None, label),))
    if _is_skewed(ordered):
        breaks, step = _ratio_breaks(ordered), None
    else:
        step = _step(ordered, least)
        breaks = _densest(_multiples(ordered, step), ordered)
    return MapScale(tuple(_classes(breaks, ordered, write, unit, decimals)), step)


def range_words(low: float, high: float, *, write: Writer, unit: str, decimals: int) -> str:
    """`49,1 bis 52,3 %`; one number where both are written alike."""
    first, last = write(low, decimals), write(high, decimals)
    if first == last:
        return with_unit_after(first, unit)
    return _("%(low)s bis %(high)s", low=first, high=with_unit_after(last, unit))


def _classes(
    breaks: Sequence[float], ordered: Sequence[float], write: Writer, unit: str, decimals: int
) -> Iterable[MapClass]:
    fine = max(decimals_of(bound) for bound in breaks)
    words = [write(bound, fine) for bound in breaks]
    tones = _TONES[len(breaks) + 1]
    # Both ends of a class are written with as many decimals as the finer of them needs.
    first, top = (max(fine, decimals_of(round(end, decimals))) for end in (ordered[0], ordered[-1]))
    high = words[0]
    label = _("unter %(high)s", high=high)
    if write(ordered[0], max(fine, decimals)) != write(breaks[0], max(fine, decimals)):
        label = _("%(low)s bis unter %(high)s", low=write(ordered[0], first), high=write(breaks[0], first))
    yield MapClass(f"q{tones[0]}", None, breaks[0], label)
    for tone, (low, bound), (text, end) in zip(tones[1:], pairwise(breaks), pairwise(words), strict=False):
        label = _("%(low)s bis unter %(high)s", low=text, high=end)
        yield MapClass(f"q{tone}", low, bound, label)
    last = with_unit_after(words[-1], unit)
    if write(ordered[-1], max(fine, decimals)) != write(breaks[-1], max(fine, decimals)):
        last = _(
            "%(low)s bis %(high)s", low=write(breaks[-1], top), high=with_unit_after(write(ordered[-1], top), unit)
        )
    yield MapClass(f"q{tones[-1]}", breaks[-1], None, last)


def _is_skewed(ordered: Sequence[float]) -> bool:
    small, large = _ends(ordered)
    return ordered[0] > 0 and large / small >= _SKEWED


def _ends(ordered: Sequence[float]) -> tuple[float, float]:
    """The range of the values without the outliers at either end."""
    apart = floor(_TAIL * len(ordered))
    return ordered[apart], ordered[-1 - apart]


def _ratio_breaks(ordered: Sequence[float]) -> list[float]:
    powers = range(floor(log10(ordered[0])), floor(log10(ordered[-1])) + 1)
    found = [cleaned(part * 10.0**power) for power in powers for part in _PARTS]
    found = [bound for bound in found if ordered[0] < bound < ordered[-1]]
    return _densest(found, ordered)


def _step(ordered: Sequence[float], least: float | None) -> float:
    """The finest round step whose classes reach over all values but the outliers.

    It is finer than `least` only where no multiple of a coarser one lies between the values.
    """
    low, high = _ends(ordered)
    step = step_above(max((high - low) / MAX_CLASSES, least or 0.0) or (ordered[-1] - ordered[0]) / MAX_CLASSES)
    while not _fits(ordered, step) and _multiples(ordered, _next(step)):
        step = _next(step)
    while not _multiples(ordered, step):
        step = _previous(step)
    return step


def _fits(ordered: Sequence[float], step: float) -> bool:
    breaks = _densest(_multiples(ordered, step), ordered)
    if not breaks:
        return False
    outside = sum(not breaks[0] - step <= value <= breaks[-1] + step for value in ordered)
    return outside <= 2 * _TAIL * len(ordered)


def _multiples(ordered: Sequence[float], step: float) -> list[float]:
    """Multiples of the step that part the values, none far out where only outliers are."""
    low, high = _ends(ordered)
    first = floor(max(ordered[0], low - MAX_CLASSES * step) / step)
    last = ceil(min(ordered[-1], high + MAX_CLASSES * step) / step)
    found = [cleaned(number * step) for number in range(first, last + 1)]
    return [bound for bound in found if ordered[0] < bound < ordered[-1]]


def _densest(breaks: Sequence[float], ordered: Sequence[float]) -> list[float]:
    """So many neighbouring bounds as there are tones for, laid so that the largest class is as small as can be."""
    most = MAX_CLASSES - 1
    if len(breaks) <= most:
        return list(breaks)
    windows = [list(breaks[start : start + most]) for start in range(len(breaks) - most + 1)]
    return min(windows, key=lambda window: max(_sizes(ordered, window)))


def _sizes(ordered: Sequence[float], breaks: Sequence[float]) -> list[int]:
    bounds = [float("-inf"), *breaks, float("inf")]
    return [sum(low <= value < high for value in ordered) for low, high in pairwise(bounds)]


def _next(step: float) -> float:
    power = power_below(step)
    larger = [part * power for part in (*_STEPS, 10.0) if part * power > step * (1 + 1e-9)]
    return cleaned(larger[0])


def _previous(step: float) -> float:
    power = power_below(step)
    smaller = [part * power for part in (0.5, *_STEPS) if part * power < step * (1 - 1e-9)]
    return smaller[-1]
