"""Which values of a delivery its own page must not show: those that are secret, and those that would tell one.

Small counts are secret for the administration, too. A page with every value of a delivery shows more than any other:
what stood there before beside what comes, breakdowns beside their whole, a county beside its municipalities. So
everything is withheld that `protection` hides before or with the delivery, both of the indicators that rest on the
series and of the series themselves; then the breakdowns beside it, and the totals that it is part of.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from portal.areas import queries as areas
from portal.areas.composition import Composition
from portal.indicators import natures, queries
from portal.indicators.aggregation import Aggregation
from portal.indicators.deliveries import fed
from portal.indicators.deliveries.comparison import ListedValue
from portal.indicators.families import guarded_of, wholes_of
from portal.indicators.figures import CountFacts
from portal.indicators.models import BatchState, ImportBatch, Indicator
from portal.indicators.natures import Nature
from portal.indicators.parameters import Parameters, parameters
from portal.indicators.protection import Guarded, protected
from portal.indicators.rates import SeriesValues
from portal.indicators.succession import Succession, Weights
from portal.indicators.value_states import ValueState

# Series, breakdown, area, period.
Cell = tuple[int, str, int, str]
# Area, period.
Place = tuple[int, str]
_World = Mapping[tuple[int, str], SeriesValues]
_Group = tuple[int, int, str]


@dataclass(frozen=True)
class _Counted:
    """A series as its unit describes it."""

    counts_cases: bool
    aggregation: Aggregation
    counts: CountFacts | None = None


@dataclass(frozen=True)
class _House:
    """What is hidden is decided over: indicators, kinds of series, counties, weights."""

    indicators: Sequence[Indicator]
    series: Mapping[int, _Counted]
    counties: Sequence[Composition]
    weights: Weights
    parameters: Parameters


def counties_shown() -> tuple[Composition, ...]:
    """The counties within which secrets are kept, the own one first: values of other places are not listed."""
    own, others = areas.own_county(), areas.other_counties()
    return areas.composition_of(own).with_former(), *(areas.composition_of(county) for county in others)


def places_of(counties: Iterable[Composition]) -> set[int]:
    """The areas of these counties, with the municipalities that ended."""
    return {area_id for county in counties for area_id in (*county.areas, *county.former)}


def withheld(batch: ImportBatch, values: Sequence[ListedValue], counties: Sequence[Composition]) -> frozenset[Cell]:
    """Cells of the batch whose numbers, old or new, are not shown; a fixed number of queries."""
    series_ids = {one.series_id for one in values}
    indicators = fed.told_by(series_ids)
    asked = _asked(series_ids, indicators, counties)
    before = queries.visible_values(asked.series_ids, asked.places, without=batch.id)
    after = queries.visible_values(asked.series_ids, asked.places, including=[batch.id])
    house = _house(indicators, _kinds(values, indicators), counties, asked, before)
    worlds = [before, after]
    if batch.state is BatchState.ACTIVE and batch.activated_at is not None:
        # What it replaced then is shown beside it, and may have told more than what counts today.
        at = batch.activated_at
        worlds.append(queries.visible_values(asked.series_ids, asked.places, at=at))
        worlds.append(queries.visible_values(asked.series_ids, asked.places, at=at, including=[batch.id]))
    hidden = {cell for world in worlds for cell in _hidden(world, house)}
    hidden |= {_cell(one) for one in values if one.new_state is ValueState.SUPPRESSED}
    hidden |= {_cell(one) for one in values if one.old_state is ValueState.SUPPRESSED}
    hidden |= _beside(hidden, values, worlds)
    return frozenset(hidden | _above(hidden, values, counties))


def withheld_now(series_ids: Collection[int]) -> dict[str, frozenset[Place]]:
    """What pages hide today of the indicators that show one of these series, by key: municipalities with their periods,
    and the totals of counties and associations above them; a fixed number of queries."""
    counties = counties_shown()
    indicators = fed.told_by(series_ids)
    asked = _asked(series_ids, indicators, counties)
    world = queries.visible_values(asked.series_ids, asked.places)
    house = _house(indicators, {}, counties, asked, world)
    guards = _shown(world, house)
    wholes = wholes_of(house.indicators, guards, world)
    found = protected(guards, counties, house.weights.persons, house.parameters.smallest_count, wholes)
    totals = _totals(counties)
    return {
        one.key: frozenset(
            (id_, period)
            for area_id, period in _suppressed(found[one.key])
            for id_ in (area_id, *totals.get(area_id, ()))
        )
        for one in indicators
        if one.rate is None and any(link.series_id in series_ids for link in one.series_links[:1])
    }


@dataclass(frozen=True)
class _Asked:
    """What is read to decide: series with those that are counted with them, and places."""

    series_ids: set[int]
    places: set[int]
    population_id: int
    parameters: Parameters


def _asked(series_ids: Collection[int], indicators: Iterable[Indicator], counties: Iterable[Composition]) -> _Asked:
    chosen = parameters()
    rates = [one.rate for one in indicators if one.rate is not None]
    population_id = queries.series_ids({chosen.population_series}).get(chosen.population_series, 0)
    parts = {id_ for rate in rates for id_ in (rate.numerator_id, rate.denominator_id)}
    places = {place.id for county in counties for place in county.municipalities}
    shown = {link.series_id for one in indicators for link in one.series_links[:1]}
    return _Asked({*series_ids, *shown, *parts, population_id}, places, population_id, chosen)


def _house(
    indicators: Sequence[Indicator],
    series: Mapping[int, _Counted],
    counties: Sequence[Composition],
    asked: _Asked,
    world: _World,
) -> _House:
    weights = Weights(
        population=world.get((asked.population_id, ""), {}),
        land={},
        parameters=asked.parameters,
        succession=Succession(counties[0]),
    )
    return _House(indicators=indicators, series=series, counties=counties, weights=weights, parameters=asked.parameters)


def _cell(one: ListedValue) -> Cell:
    return one.series_id, one.dimensions, one.area_id, one.period


def _kinds(values: Iterable[ListedValue], indicators: Iterable[Indicator]) -> dict[int, _Counted]:
    """By series: whether it counts people or cases, by its unit or by an indicator that says so."""
    cases = {link.series_id for one in indicators if one.counts_cases for link in one.series_links[:1]}
    for one in indicators:
        if one.rate is not None and one.rate.has_chance_limits:
            cases |= {one.rate.numerator_id, one.rate.denominator_id}
    found: dict[int, _Counted] = {}
    for value in values:
        if value.series_id not in found:
            nature = natures.of_unit(value.unit)
            is_count = nature is Nature.COUNT and "km²" not in value.unit
            # Medians are no sums, see `protection`.
            aggregation = Aggregation.POPULATION_SHARE if nature is Nature.MEDIAN else Aggregation.NONE
            found[value.series_id] = _Counted(is_count or value.series_id in cases, aggregation)
    return found


def _hidden(world: _World, house: _House) -> set[Cell]:
    """What pages hide of these values, and what they would hide if every series were shown."""
    raw = {
        f"{series_id} {dimensions}": Guarded(
            facts=house.series[series_id],
            family=(series_id, dimensions),
            values=house.weights.succession.unmixed(values),
        )
        for (series_id, dimensions), values in world.items()
        if series_id in house.series
    }
    cells: set[Cell] = set()
    shown = _shown(world, house)
    for guards, wholes in ((shown, wholes_of(house.indicators, shown, world)), (raw, ())):
        found = protected(guards, house.counties, house.weights.persons, house.parameters.smallest_count, wholes)
        for key, values in found.items():
            if not isinstance(guards[key].family, tuple):
                continue  # fed by nothing
            series_id, dimensions = cast(tuple[int, str], guards[key].family)
            cells |= {(series_id, dimensions, *place) for place in _suppressed(values)}
    return cells


def _shown(world: _World, house: _House) -> dict[str, Guarded]:
    """The indicators of the house with their values, on the way through `protection`."""
    found: dict[str, Guarded] = {}
    for one in house.indicators:
        request = queries.request_of(one, world, {})
        found[one.key] = guarded_of(one, request.indicator, request.values, house.weights.succession)
    return found


def _suppressed(values: SeriesValues) -> set[Place]:
    return {
        (area_id, period)
        for area_id, periods in values.items()
        for period, value in periods.items()
        if value.state is ValueState.SUPPRESSED
    }


def _beside(hidden: set[Cell], values: Iterable[ListedValue], worlds: Iterable[_World]) -> set[Cell]:
    """The other breakdowns of hidden cells: with their whole they would tell them.

    Where the source itself keeps two or more parts of one whole secret, it has seen to that.
    """
    at_source: dict[_Group, set[str]] = {}
    for world in worlds:
        for (series_id, dimensions), by_area in world.items():
            for area_id, periods in by_area.items():
                for period, value in periods.items():
                    if value.state is ValueState.SUPPRESSED:
                        at_source.setdefault((series_id, area_id, period), set()).add(dimensions)
    for one in values:
        if one.new_state is ValueState.SUPPRESSED:
            at_source.setdefault((one.series_id, one.area_id, one.period), set()).add(one.dimensions)
    groups: dict[_Group, set[str]] = {}
    for series_id, dimensions, area_id, period in hidden:
        groups.setdefault((series_id, area_id, period), set()).add(dimensions)
    told = {group for group, parts in groups.items() if len(parts) < 2 or not parts <= at_source.get(group, set())}
    return {_cell(one) for one in values if (one.series_id, one.area_id, one.period) in told}


def _above(hidden: set[Cell], values: Iterable[ListedValue], counties: Iterable[Composition]) -> set[Cell]:
    """Totals of counties and associations with a hidden municipality."""
    totals = _totals(counties)
    told = {
        (series_id, dimensions, total, period)
        for series_id, dimensions, area_id, period in hidden
        for total in totals.get(area_id, ())
    }
    return {_cell(one) for one in values if _cell(one) in told}


def _totals(counties: Iterable[Composition]) -> dict[int, tuple[int, ...]]:
    """By municipality: its county, and its association where it is in one."""
    totals: dict[int, tuple[int, ...]] = {}
    for county in counties:
        for place in county.municipalities:
            association = county.association_of.get(place.id)
            totals[place.id] = (county.county.id, *(() if association is None else (association,)))
    return totals
