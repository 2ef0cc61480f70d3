"""Secret values stay secret beside everything else that is known (pure functions).

Counts of people or cases from 1 to below the smallest count that is shown are treated as secret, and so is a rest of
the base that small. Whoever knows a county's total and all municipalities but one knows that one: so where exactly
one municipality of a county is secret, or only small ones are (whose sum may leave no choice), a further one is not
shown either (secondary suppression: Hundepool and others 2012, "Statistical Disclosure Control", section 4.3). Which
one follows from the population: the smallest that is not itself close to small, first of all in the same planning
area, so that as few totals as possible become incomplete. Indicators that rest on the same series hide the same.

The same holds for parts of one whole: a hidden part would follow from the whole and the other parts. So further parts
hide the same cells, or the whole does, until none of them follows from what is shown (`_blocks`). Parts that hide the
same cells leave each other a choice in every place and every total; a whole that is hidden in a place needs one part
beside it there, but needs not be hidden wherever the parts are.

What is hidden is hidden before anything is computed. Everything that leaves the house (pages, files, comparisons,
indices) is made of what is left, hence holds nothing of it.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum
from typing import Protocol

from portal.areas.composition import AreaRef, Composition
from portal.indicators.aggregation import Aggregation
from portal.indicators.figures import CountFacts, ShownValue
from portal.indicators.models import CountKind
from portal.indicators.rates import SeriesValues
from portal.indicators.relations import Cell, Related, column_of, with_rests
from portal.indicators.succession import secret
from portal.indicators.value_states import ValueState

# A cell that hides others has at least so many times the smallest count that is shown.
_BROAD = 3


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

    cells: set[Cell] = field(default_factory=set)
    small: set[Cell] = field(default_factory=set)

    def of(self, period: str) -> "_Hidden":
        """What of it is of that period."""
        return _Hidden({one for one in self.cells if one[1] == period}, {one for one in self.small if one[1] == period})


@dataclass(frozen=True, kw_only=True)
class Whole:
    """Counts that are parts of one whole, or the same under other names, by family.

    `counts` are those of the families that are shown and of others that are delivered but not shown; `known` are the
    families that somebody is shown. `is_declared`: somebody said that they belong together. Of counts that only may
    belong together (`is_guess`), what one leaves of another means nothing.
    """

    counts: Mapping[Hashable, SeriesValues]
    known: frozenset[Hashable]
    counts_cases: bool
    is_declared: bool = False
    is_guess: bool = False


def protected(
    found: Mapping[str, Guarded],
    counties: Sequence[Composition],
    persons: Callable[[int], float | None],
    smallest: int,
    wholes: Sequence[Whole] = (),
) -> dict[str, SeriesValues]:
    """The values of every indicator without those that are secret or would give a secret one away.

    No family is in two of the `wholes`.
    """
    families: dict[Hashable, dict[str, Guarded]] = {}
    for key, one in found.items():
        # Medians are no sums: a total that could be taken apart does not exist.
        if one.facts.aggregation is not Aggregation.POPULATION_SHARE:
            families.setdefault(one.family, {})[key] = one
    house = _House(families, counties, persons, smallest)
    hidden_in: dict[Hashable, set[Cell]] = {}
    related = {family for whole in wholes for family in whole.known}
    for family, members in families.items():
        hidden = _first_hidden(members, smallest)
        if hidden.cells and family not in related:
            hidden_in[family] = house.closed([family], hidden)
    for whole in wholes:
        hidden_in |= _hidden_in_whole(whole, house)
    kept = {key: one.values for key, one in found.items()}
    for family, members in families.items():
        if hidden_in.get(family):
            kept |= {key: _without(one.values, hidden_in[family]) for key, one in members.items()}
    for key, one in found.items():
        if hidden_in.get(one.base):
            kept[key] = _without(kept[key], hidden_in[one.base])
    return kept


@dataclass(frozen=True)
class _House:
    """All families with their indicators, and what is needed to choose further cells."""

    families: Mapping[Hashable, Mapping[str, Guarded]]
    counties: Sequence[Composition]
    persons: Callable[[int], float | None]
    smallest: int

    def closed(self, families: Iterable[Hashable], hidden: _Hidden) -> set[Cell]:
        """What these families hide together: with the further cells of every county."""
        members = {
            f"{number} {key}": one
            for number, family in enumerate(families)
            for key, one in self.families.get(family, {}).items()
        }
        for county in self.counties:
            hidden.cells |= set(_further(members, county, hidden, self.persons, self.smallest))
        return hidden.cells


def _hidden_in_whole(whole: Whole, house: _House) -> dict[Hashable, set[Cell]]:
    """By family what is hidden, period by period."""
    columns = {family: column_of(values) for family, values in whole.counts.items()}
    related = Related(columns=columns, known=whole.known, assumed=whole.is_declared)
    if not whole.is_guess:
        related = with_rests(related)
    first = {family: _first_of(family, whole, related, house) for family in {*related.columns, *whole.known}}
    found: dict[Hashable, set[Cell]] = {}
    for period in sorted({period for hidden in first.values() for _area_id, period in hidden.cells}):
        now = {family: hidden.of(period) for family, hidden in first.items()}
        for families, hidden in _blocks(related, {key: one for key, one in now.items() if one.cells}, period, house):
            for family in families:
                found.setdefault(family, set()).update(hidden)
    return found


def _first_of(family: Hashable, whole: Whole, related: Related, house: _House) -> _Hidden:
    """Secret cells of a family, and small ones: of its indicators, and of its counts if people or cases are counted."""
    hidden = _first_hidden(house.families.get(family, {}), house.smallest)
    secret = hidden.cells - hidden.small
    secret |= {
        (area_id, period)
        for area_id, periods in whole.counts.get(family, {}).items()
        for period, shown in periods.items()
        if shown.state is ValueState.SUPPRESSED
    }
    small = set(hidden.small)
    if whole.counts_cases:
        small |= {cell for cell, number in related.columns.get(family, {}).items() if 0 < number < house.smallest}
    return _Hidden(secret | small, small - secret)


def _blocks(
    related: Related, hidden: Mapping[Hashable, _Hidden], period: str, house: _House
) -> Iterator[tuple[list[Hashable], set[Cell]]]:
    """Families that hide the same cells in a period, each block with its cells.

    In none of these cells a hidden count follows from those outside of its block, even if all of them are shown.
    """
    whole = related.whole(period)
    block_of: dict[Hashable, frozenset[Hashable]] = {}

    def grown(start: frozenset[Hashable]) -> frozenset[Hashable]:
        block = start
        while (further := _follows(block, related, hidden, period, whole, house.smallest)) is not None:
            block |= block_of.get(further, frozenset({further}))
        return block

    for family in sorted(hidden.keys() - {whole}, key=repr):
        block = grown(block_of.get(family, frozenset({family})))
        if block & related.known:
            block_of |= dict.fromkeys(block, block)
    beside: frozenset[Hashable] = frozenset()
    above = hidden.get(whole) if whole not in block_of else None
    if above is not None and whole is not None:
        beside = grown(frozenset({whole})) - {whole}
        for block in {block_of.get(one, frozenset({one})) for one in beside}:
            block_of |= dict.fromkeys(block, block)
        cells = house.closed([whole], above)
        yield [whole], cells
        above = _Hidden(set(cells), set(above.small))
    for block in sorted(set(block_of.values()), key=lambda one: sorted(map(repr, one))):
        joint = _Hidden()
        parts = [hidden[family] for family in block if family in hidden]
        for one in [*parts, above] if above is not None and block & beside else parts:
            joint.small = (joint.small | one.small) - (joint.cells - joint.small) - (one.cells - one.small)
            joint.cells |= one.cells
        yield sorted(block, key=repr), house.closed(sorted(block & related.known, key=repr), joint)


def _follows(  # noqa: PLR0917 - one place of call
    block: frozenset[Hashable],
    related: Related,
    hidden: Mapping[Hashable, _Hidden],
    period: str,
    whole: Hashable | None,
    smallest: int,
) -> Hashable | None:
    """The family to be hidden as well, because one of the block follows from the others; None if none does.

    First those that hide something anyway, then the smallest; the whole last.
    """
    shown = related.known - block
    found: dict[Hashable, float] = {}
    for one in sorted(block & hidden.keys(), key=repr):
        found |= related.factors(one, shown, period) or {}
    if not found:
        # A sum of hidden counts that small leaves little choice.
        sums = related.factors_of_sum(block, shown, period) or {}
        cells = {cell for one in block if one in hidden for cell in hidden[one].cells}
        if any(0 < number < smallest for number in _predicted(sums, related, cells)):
            found = sums
    return min(
        found, key=lambda one: (one == whole, one not in hidden, related.total(one, period), repr(one)), default=None
    )


def _predicted(factors: Mapping[Hashable, float], related: Related, cells: set[Cell]) -> Iterator[float]:
    for cell in cells if factors else ():
        numbers = [(factor, related.columns[one].get(cell)) for one, factor in factors.items()]
        if all(number is not None for _factor, number in numbers):
            yield fsum(factor * number for factor, number in numbers if number is not None)


def _first_hidden(members: Mapping[str, Guarded], smallest: int) -> _Hidden:
    """Cells that are secret at the source, and small counts, in any indicator of the family."""
    hidden = _Hidden()
    secret: set[Cell] = set()
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
) -> Iterator[Cell]:
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


def _without(values: SeriesValues, cells: set[Cell]) -> SeriesValues:
    found = {area_id: dict(periods) for area_id, periods in values.items()}
    for area_id, period in cells:
        if period in found.get(area_id, {}):
            found[area_id][period] = held(found[area_id][period])
    return found


def held(shown: ShownValue) -> ShownValue:
    """The value without its number; `held_back` unless its source keeps it secret."""
    return replace(secret(shown), held_back=shown.held_back or shown.state is not ValueState.SUPPRESSED)
