"""Figures of municipalities whose territory changed: of today's ones before the change, from those that they were
made of (pure functions).

A number of a period that lies before a merger is of the old territory, unless its source says otherwise. Areas that
are put together of municipalities are then put together of the old ones, so that no merger changes an old total. The
municipality that goes on gets what its parts add up to by the rule of the indicator; it is marked (`joined`), and no
line or trend crosses the day. If one part is secret the whole is; if one is missing there is no whole; and medians are
not put together at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import fsum

from portal.areas.composition import AreaRef, Composition, Former
from portal.areas.models import MergerKind
from portal.indicators.figures import ShownValue
from portal.indicators.parameters import Parameters
from portal.indicators.periods import period_end
from portal.indicators.rates import WEAKER, SeriesValues
from portal.indicators.value_states import ValueState


@dataclass(frozen=True)
class Part:
    """A municipality on one territory; `until` is the day on which it ended or grew (None: as it is today)."""

    place: AreaRef
    until: date | None = None
    square_km: float | None = None


# What parts amount to, with what each of them shows; None where there is nothing to say.
Combine = Callable[[Sequence[Part], str, Sequence[ShownValue]], ShownValue | None]


@dataclass(frozen=True)
class Succession:
    """Which municipalities the ones of a day were made of."""

    composition: Composition | None = None
    _made_of: dict[int, list[Former]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        former = {} if self.composition is None else self.composition.former
        for one in former.values():
            if one.successor_id is not None:
                self._made_of.setdefault(one.successor_id, []).append(one)

    def predecessors(self, area_id: int) -> tuple[Former, ...]:
        """Those that became part of it, and those that had become part of them; earliest first."""
        found: dict[int, Former] = {}
        waiting = [area_id]
        while waiting:
            for one in self._made_of.get(waiting.pop(), ()):
                if one.area.id not in found:
                    found[one.area.id] = one
                    waiting.append(one.area.id)
        return tuple(sorted(found.values(), key=lambda one: (one.until, one.area.sort_key, one.area.id)))

    def parts(self, place: AreaRef, period: str | None, values: SeriesValues, until: date | None = None) -> list[Part]:
        """The municipalities whose numbers of the period make the territory that the place has today."""
        before = self._made_of.get(place.id, [])
        if not before or period is None:
            return [Part(place, until, place.square_km)]
        shown = values.get(place.id, {}).get(period)
        day = period_end(period) if shown is None or shown.territorial_date is None else shown.territorial_date
        older = [one for one in before if one.until > day]
        founded = max((one.until for one in older if one.kind is MergerKind.UNION), default=None)
        if founded is not None and shown is not None:
            # It has a number of a time before it existed: one that was calculated back for its own territory.
            older = [one for one in older if one.until > founded]
            founded = None
        if not older:
            return [Part(place, until, place.square_km)]
        found = []
        if founded is None:
            found.append(Part(place, min(one.until for one in older), _smaller(place, older)))
        for one in sorted(older, key=lambda one: (one.until, one.area.id)):
            found += self.parts(one.area, period, values, until=one.until)
        return found

    def joined(self, values: SeriesValues, combine: Combine) -> SeriesValues:
        """The values with those that municipalities of today have before they were put together."""
        if not self._made_of or self.composition is None:
            return values
        found = {area_id: dict(periods) for area_id, periods in values.items()}
        for place in self.composition.municipalities:
            before = self.predecessors(place.id)
            ids = (place.id, *(one.area.id for one in before))
            for period in {period for id_ in ids for period in values.get(id_, {})} if before else ():
                parts = self.parts(place, period, values)
                if parts[0].until is None:
                    continue
                shown = [values.get(part.place.id, {}).get(period, _NOTHING) for part in parts]
                whole = None
                if any(one.state is not ValueState.MISSING for one in shown):
                    whole = combine(parts, period, shown)
                found.setdefault(place.id, {}).pop(period, None)
                if whole is not None:
                    found[place.id][period] = whole
        return found

    def unmixed(self, values: SeriesValues) -> SeriesValues:
        """Values without those of parts that, taken from their whole or added up, would give a secret one away.

        Where a whole has a value of its own, and it or one of its parts is secret, no part shows a number.
        """
        hidden = []
        places = () if self.composition is None else self.composition.municipalities
        for place in places:
            before = self.predecessors(place.id)
            for period, shown in values.get(place.id, {}).items() if before else ():
                if self.parts(place, period, values)[0].until is not None:
                    continue
                parts = [one.area.id for one in before if period in values.get(one.area.id, {})]
                if any(one.state is ValueState.SUPPRESSED for one in (shown, *(values[id_][period] for id_ in parts))):
                    hidden += [(id_, period) for id_ in parts]
        if not hidden:
            return values
        found = {area_id: dict(periods) for area_id, periods in values.items()}
        for id_, period in hidden:
            found[id_][period] = secret(found[id_][period])
        return found


@dataclass(frozen=True)
class Weights:
    """Population and land of municipalities as delivered, and what the settings say about them."""

    population: SeriesValues
    land: SeriesValues
    parameters: Parameters
    succession: Succession = Succession()

    @cached_property
    def people(self) -> SeriesValues:
        """Persons on the territory of today."""
        return self.succession.joined(self.population, total)

    @cached_property
    def _land(self) -> SeriesValues:
        return self.succession.joined(self.land, total)

    def persons(self, area_id: int) -> float | None:
        return _number(self.people, area_id, self.parameters.population_period)

    def square_km(self, area: AreaRef) -> float | None:
        found = _number(self._land, area.id, self.parameters.area_period)
        return area.square_km if found is None else found

    def persons_of(self, part: Part) -> float | None:
        """Persons of a part at the day of the weights, or, if it had ended by then, the last known ones."""
        if part.until is None:
            return self.persons(part.place.id)
        return _last(self.population, part, self.parameters.population_period)

    def square_km_of(self, part: Part) -> float | None:
        if part.until is None:
            return self.square_km(part.place)
        found = _last(self.land, part, self.parameters.area_period)
        return part.square_km if found is None else found

    def persons_at(self, area_id: int, end: date) -> float | None:
        """Population on exactly that day, as delivered; a density of another day would be a wrong number."""
        return self._persons_by_end.get((area_id, end))

    @cached_property
    def _persons_by_end(self) -> dict[tuple[int, date], float]:
        return {
            (area_id, period_end(period)): shown.value
            for area_id, periods in self.population.items()
            for period, shown in periods.items()
            if shown.value is not None
        }


def total(parts: Sequence[Part], period: str, shown: Sequence[ShownValue]) -> ShownValue | None:
    """What counts of the parts add up to; None unless every part has one."""
    numbers = [one.value for one in shown if one.value is not None]
    if len(numbers) < len(parts):
        return None
    return replace(whole_of(parts, period, shown), value=fsum(numbers))


def whole_of(parts: Sequence[Part], period: str, shown: Sequence[ShownValue]) -> ShownValue:
    """An empty value of all parts: of which period, census and territory it is."""
    states = {one.state for one in shown}
    bases = {one.census_base for one in shown if one.census_base is not None}
    return ShownValue(
        period,
        None,
        None,
        next((state for state in WEAKER if state in states), ValueState.REPORTED),
        bases.pop() if len(bases) == 1 else None,
        min((one.territorial_date for one in shown if one.territorial_date is not None), default=None),
        joined=max(part.until for part in parts if part.until is not None),
    )


def secret(shown: ShownValue) -> ShownValue:
    """The value as a secret one: nothing of it is left but where and when."""
    return replace(shown, value=None, text=None, state=ValueState.SUPPRESSED, count=None, base=None)


_NOTHING = ShownValue(None, None, None, ValueState.MISSING)


def _smaller(place: AreaRef, without: Sequence[Former]) -> float | None:
    """The land of a municipality before it took in the others."""
    sizes = [place.square_km, *(one.area.square_km for one in without)]
    known = [size for size in sizes if size is not None]
    return known[0] - fsum(known[1:]) if len(known) == len(sizes) else None


def _last(values: SeriesValues, part: Part, wanted: str) -> float | None:
    assert part.until is not None
    known = {
        period_end(period): shown.value
        for period, shown in values.get(part.place.id, {}).items()
        if shown.value is not None and period_end(period) < part.until
    }
    return known.get(period_end(wanted), known[max(known)]) if known else None


def _number(values: SeriesValues, area_id: int, period: str) -> float | None:
    shown = values.get(area_id, {}).get(period)
    return None if shown is None else shown.value
