"""Secret values stay secret beside everything else that is known (pure functions).

Whoever knows a county's total and all municipalities but one knows that one. So where exactly one municipality of a
county is secret, a second one is not shown either (secondary suppression: Hundepool and others 2012, "Statistical
Disclosure Control", section 4.3). Which one is decided without looking at any value: the smallest by population,
first of all in the same planning area, so that as few totals as possible become incomplete.

What is hidden is hidden before anything is computed. Everything that leaves the house (pages, files, comparisons,
indices) is made of what is left, hence holds nothing of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from portal.areas.composition import AreaRef, Composition
from portal.indicators.figures import ShownValue
from portal.indicators.rates import SeriesValues
from portal.indicators.value_states import ValueState


def protected(
    values: SeriesValues, counties: Sequence[Composition], persons: Callable[[int], float | None]
) -> SeriesValues:
    """The values without those that would give a secret one away; the same object if there are none."""
    hidden: set[tuple[int, str]] = set()
    for county in counties:
        for period, secret in _alone(values, county.municipalities).items():
            second = _second(values, county, secret, period, persons)
            if second is not None:
                hidden.add((second, period))
    if not hidden:
        return values
    found = {area_id: dict(periods) for area_id, periods in values.items()}
    for area_id, period in hidden:
        found[area_id][period] = suppressed(found[area_id][period])
    return found


def suppressed(shown: ShownValue) -> ShownValue:
    """The value as a secret one: nothing of it is left but where and when."""
    return replace(shown, value=None, text=None, state=ValueState.SUPPRESSED, count=None, base=None)


def _alone(values: SeriesValues, places: Sequence[AreaRef]) -> Mapping[str, AreaRef]:
    """Periods in which exactly one place is secret, with that place."""
    found: dict[str, list[AreaRef]] = {}
    for place in places:
        for period, shown in values.get(place.id, {}).items():
            if shown.state is ValueState.SUPPRESSED:
                found.setdefault(period, []).append(place)
    return {period: secret[0] for period, secret in found.items() if len(secret) == 1}


def _second(
    values: SeriesValues,
    county: Composition,
    secret: AreaRef,
    period: str,
    persons: Callable[[int], float | None],
) -> int | None:
    group = county.planning_area_of.get(secret.id)
    able = [
        place
        for place in county.municipalities
        if (shown := values.get(place.id, {}).get(period)) is not None and shown.value is not None
    ]
    if not able:
        return None

    def order(place: AreaRef) -> tuple[bool, float, str]:
        is_elsewhere = group is None or county.planning_area_of.get(place.id) != group
        return is_elsewhere, persons(place.id) or 0.0, place.key or ""

    return min(able, key=order).id
