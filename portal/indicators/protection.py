"""Secret values stay secret beside everything else that is known (pure functions).

Counts of people or cases from 1 to below the smallest count that is shown are treated as secret, and so is a rest of
the base that small. Whoever knows a county's total and all municipalities but one knows that one: so where exactly
one municipality of a county is secret, or only small ones are (whose sum may leave no choice), a further one is not
shown either (secondary suppression: Hundepool and others 2012, "Statistical Disclosure Control", section 4.3). Which
one follows from the population: the smallest that is not itself close to small, first of all in the same planning
area, so that as few totals as possible become incomplete. Indicators that rest on the same series hide the same.

What is hidden is hidden before anything is computed. Everything that leaves the house (pages, files, comparisons,
indices) is made of what is left, hence holds nothing of it.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from portal.areas.composition import AreaRef, Composition
from portal.indicators.aggregation import Aggregation
from portal.indicators.figures import CountFacts, ShownValue
from portal.indicators.models import CountKind
from portal.indicators.rates import SeriesValues
from portal.indicators.succession import secret
from portal.indicators.value_states import ValueState

# A cell that hides others has at least so many times the smallest count that is shown.
_BROAD = 3
_Cell = tuple[int, str]


class Counting(Protocol):
    """What decides whether a number is small: an indicator, or a series as its publisher delivers it."""

    @property
    def aggregation(self) -> Aggregation: ...

    @property
    def counts(self) -> CountFacts | None: ...

    @property
    def counts_cases(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """The values of one indicator. Indicators of one `family` rest on the same counts.

    `base` is the family of the denominator: a rate and its numerator together would tell what that hides.
    """

    facts: Counting
    family: Hashable
    values: SeriesValues
    base: Hashable = None


@dataclass
class _Hidden:
    """What is hidden in one family: everything, and what of it only because it is small."""

    cells: set[_Cell] = field(default_factory=set)
    small: set[_Cell] = field(default_factory=set)


def protected(
    found: Mapping[str, Guarded],
    counties: Sequence[Composition],
    persons: Callable[[int], float | None],
    smallest: int,
) -> dict[str, SeriesValues]:
    """The values of every indicator without those that are secret or would give a secret one away."""
    families: dict[Hashable, dict[str, Guarded]] = {}
    for key, one in found.items():
        # Medians are no sums: a total that could be taken apart does not exist.
        if one.facts.aggregation is not Aggregation.POPULATION_SHARE:
            families.setdefault(one.family, {})[key] = one
    kept = {key: one.values for key, one in found.items()}
    hidden_in: dict[Hashable, set[_Cell]] = {}
    for family, members in families.items():
        hidden = _first_hidden(members, smallest)
        if not hidden.cells:
            continue
        for county in counties:
            hidden.cells |= set(_further(members, county, hidden, persons, smallest))
        hidden_in[family] = hidden.cells
        for key, one in members.items():
            kept[key] = _without(one.values, hidden.cells)
    for key, one in found.items():
        if one.base in hidden_in:
            kept[key] = _without(kept[key], hidden_in[one.base])
    return kept


def _first_hidden(members: Mapping[str, Guarded], smallest: int) -> _Hidden:
    """Cells that are secret at the source, and small counts, in any indicator of the family."""
    hidden = _Hidden()
    secret: set[_Cell] = set()
    for one in members.values():
        for area_id, periods in one.values.items():
            for period, shown in periods.items():
                if shown.state is ValueState.SUPPRESSED:
                    secret.add((area_id, period))
                elif _is_small(one.facts, shown, smallest):
                    hidden.small.add((area_id, period))
    hidden.small -= secret
    hidden.cells = secret | hidden.small
    return hidden


def _is_small(facts: Counting, shown: ShownValue, smallest: int) -> bool:
    if facts.counts is None:
        return facts.counts_cases and shown.value is not None and 0 < shown.value < smallest
    if shown.count is None or shown.base is None:
        return False
    rest = shown.base - shown.count if facts.counts.kind is CountKind.PART else 0
    return any(0 < number < smallest for number in (shown.count, shown.base, rest))


def _further(
    members: Mapping[str, Guarded],
    county: Composition,
    hidden: _Hidden,
    persons: Callable[[int], float | None],
    smallest: int,
) -> Iterator[_Cell]:
    """One more cell for each period in which the hidden ones could be calculated."""
    periods: dict[int, list[str]] = {}
    for area_id, period in hidden.cells:
        periods.setdefault(area_id, []).append(period)
    by_period: dict[str, list[AreaRef]] = {}
    for place in county.municipalities:
        for period in periods.get(place.id, ()):
            by_period.setdefault(period, []).append(place)
    for period, places in by_period.items():
        if len(places) > 1 and any((place.id, period) not in hidden.small for place in places):
            continue
        chosen = _choose(members, county, hidden, places[0], period, persons, smallest)
        if chosen is not None:
            yield chosen, period


def _choose(  # noqa: PLR0917 - one place of call, names of the rule above
    members: Mapping[str, Guarded],
    county: Composition,
    hidden: _Hidden,
    secret: AreaRef,
    period: str,
    persons: Callable[[int], float | None],
    smallest: int,
) -> int | None:
    group = county.planning_area_of.get(secret.id)
    sizes = {place.id: _size(members, place.id, period) for place in county.municipalities}
    able = [
        place
        for place in county.municipalities
        if sizes[place.id] is not None and (place.id, period) not in hidden.cells
    ]
    if not able:
        return None

    def order(place: AreaRef) -> tuple[bool, bool, float, str]:
        is_narrow = (sizes[place.id] or 0.0) < _BROAD * smallest
        is_elsewhere = group is None or county.planning_area_of.get(place.id) != group
        return is_narrow, is_elsewhere, persons(place.id) or 0.0, place.key or ""

    return min(able, key=order).id


def _size(members: Mapping[str, Guarded], area_id: int, period: str) -> float | None:
    """The smallest count of a cell, where counts are known; infinite where only a value is; None without any."""
    found: list[float] = []
    for one in members.values():
        shown = one.values.get(area_id, {}).get(period)
        if shown is None or shown.value is None:
            continue
        if shown.count is not None and shown.base is not None:
            found.append(min(shown.count, shown.base - shown.count) if _is_part(one.facts) else shown.count)
        else:
            found.append(shown.value if one.facts.counts_cases else float("inf"))
    return min(found, default=None)


def _is_part(facts: Counting) -> bool:
    return facts.counts is not None and facts.counts.kind is CountKind.PART


def _without(values: SeriesValues, cells: set[_Cell]) -> SeriesValues:
    found = {area_id: dict(periods) for area_id, periods in values.items()}
    for area_id, period in cells:
        if period in found.get(area_id, {}):
            found[area_id][period] = held(found[area_id][period])
    return found


def held(shown: ShownValue) -> ShownValue:
    """The value without its number; `held_back` unless its source keeps it secret."""
    return replace(secret(shown), held_back=shown.held_back or shown.state is not ValueState.SUPPRESSED)
