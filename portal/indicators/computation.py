"""From visible values to the figures of a county (pure functions).

A secret municipal value never becomes derivable: as long as one exists, no published county value is handed out
beside the other municipalities, because the difference would be the secret. Values come in `protected`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from portal.areas.composition import AreaRef, Composition
from portal.indicators.aggregation import (
    Aggregation,
    AreaValue,
    AreaValueState,
    CountyBasis,
    CountyValue,
    Member,
    RateBasis,
    area_value,
    county_value,
    spread,
)
from portal.indicators.chance import Chance, Counted, PlaceChance, chance_of, with_family
from portal.indicators.figures import (
    AreaFigure,
    CoursePoint,
    IndicatorFacts,
    IndicatorFigures,
    Level,
    ShownValue,
    SourceFacts,
)
from portal.indicators.models import CensusBase
from portal.indicators.parameters import Parameters
from portal.indicators.periods import period_end
from portal.indicators.rates import SeriesValues
from portal.indicators.signals import SignalRule, Trend, TrendPoint, figures_signal, trend_of
from portal.indicators.succession import Combine, Part, Weights, secret, whole_of
from portal.indicators.value_states import ValueState

# Period → where the values are from.
Sources: TypeAlias = Mapping[str, tuple[SourceFacts, ...]]

NOTHING = ShownValue(None, None, None, ValueState.MISSING)
_AWAITED = replace(NOTHING, is_awaited=True)
_NO_TREND = Trend(periods=0, change=None)


@dataclass(frozen=True)
class Request:
    """An indicator, the visible values of its series, and the period that the catalogue fixes (None: newest).

    `values` are those of the places of their time; `today` are those of the municipalities there are now.
    """

    indicator: IndicatorFacts
    values: SeriesValues
    period: str | None
    sources: Sources
    today: SeriesValues = field(default_factory=dict)


def indicator_figures(
    request: Request, composition: Composition, others: Sequence[Composition], weights: Weights, today: date
) -> IndicatorFigures:
    """Everything about one indicator in one county on one day."""
    request = replace(request, today=weights.succession.joined(request.values, _whole(request.indicator, weights)))
    places = composition.municipalities
    level, period = _level_and_period(request, composition, weights)
    county = _county(request, composition, period, weights)
    published = _published(request, composition, period)
    ended = [one.area for one in composition.former.values()]
    courses = {place.id: course_of(place, request.today.get(place.id, {})) for place in places}
    courses |= {place.id: course_of(place, request.values.get(place.id, {})) for place in ended}
    areas = {}
    for area in composition.planning_areas:
        members = composition.members(area.id)
        courses[area.id] = _area_course(request, members, weights)
        areas[area.id] = _area_figure(
            request, members, county=county, period=period, course=courses[area.id], weights=weights, today=today
        )
    courses[composition.county.id] = _county_course(request, composition, level, weights)
    absent = _AWAITED if level is Level.MUNICIPALITY else NOTHING
    municipal = {
        place.id: _shown(request.today, place.id, period) if request.today.get(place.id) else absent for place in places
    }
    return IndicatorFigures(
        indicator=request.indicator,
        level=level,
        period=period,
        municipal=municipal,
        areas=areas,
        county=county,
        county_published=published,
        others={other.county.id: _county(request, other, period, weights) for other in others},
        courses=courses,
        sources=request.sources.get(period, ()) if period is not None else (),
        chance=_chance(request.indicator, municipal, areas, _county_counts(county, published), weights.parameters),
    )


def judged(found: Mapping[str, IndicatorFigures], parameters: Parameters, today: date) -> dict[str, IndicatorFigures]:
    """The same with signals that know what chance allows; all indicators handed in are one family of tests."""
    chances = with_family({key: one.chance for key, one in found.items() if one.chance is not None})
    return {
        key: _with_chance(one, chances[key], parameters, today) if key in chances else one for key, one in found.items()
    }


def _with_chance(one: IndicatorFigures, chance: Chance, parameters: Parameters, today: date) -> IndicatorFigures:
    rule = replace(one.indicator.rule, minimum_coverage=parameters.minimum_coverage)
    areas = dict(one.areas)
    for area_id, place in chance.areas.items():
        figure = areas[area_id]
        signal = figures_signal(
            figure.value,
            one.county,
            rule=rule,
            period=one.period,
            today=today,
            trend=figure.trend,
            outside_chance_limits=_is_beyond_chance(place, rule),
        )
        areas[area_id] = replace(figure, signal=signal)
    return replace(one, chance=chance, areas=areas)


def _is_beyond_chance(place: PlaceChance, rule: SignalRule) -> bool:
    """Outside of the funnel; beside a reference value, which varies by no chance: where the value's interval ends."""
    if rule.reference is None or rule.reference.value is None:
        return place.stands
    return not place.interval.holds(rule.reference.value)


def _chance(
    facts: IndicatorFacts,
    municipal: Mapping[int, ShownValue],
    areas: Mapping[int, AreaFigure],
    county: Counted | None,
    parameters: Parameters,
) -> Chance | None:
    counts = facts.counts
    if counts is None or not counts.has_chance_limits or county is None:
        return None
    return chance_of(
        counts.kind,
        counts.factor,
        county,
        {id_: Counted(one.count, one.base) for id_, one in municipal.items() if one.count is not None and one.base},
        {
            id_: Counted(one.value.count, one.value.base)
            for id_, one in areas.items()
            if one.value.count is not None and one.value.base
        },
        confidence=parameters.chance_confidence,
        false_alarms=parameters.false_alarms,
    )


def _county_counts(county: CountyValue, published: ShownValue | None) -> Counted | None:
    """The counts behind the county's value, whether they were added up or published."""
    found = county.computed if county.basis is CountyBasis.COMPUTED else published
    if county.value is None or found is None or found.count is None or not found.base:
        return None
    return Counted(found.count, found.base)


def newest_period(values: SeriesValues, places: Iterable[AreaRef], weights: Weights) -> str | None:
    """The newest period that has entries for enough of the population; else the one with entries for most.

    A delivery for a single municipality must not make the others disappear.
    """
    reached: dict[str, float] = {}
    everybody = 0.0
    for place in places:
        persons = weights.persons(place.id) or 0.0
        everybody += persons
        for period, shown in values.get(place.id, {}).items():
            if shown.state is not ValueState.MISSING:
                reached[period] = reached.get(period, 0.0) + persons
    if not reached:
        return None
    enough = [p for p, persons in reached.items() if persons >= weights.parameters.minimum_coverage * everybody]
    if enough:
        return max(enough, key=period_end)
    return max(reached, key=lambda period: (reached[period], period_end(period)))


def members_of(request: Request, places: Iterable[AreaRef], period: str | None, weights: Weights) -> list[Member]:
    """The municipalities on their way into an aggregate; without its weight a value cannot take part."""
    parts = [part for place in places for part in weights.succession.parts(place, period, request.values)]
    return _members(request, parts, period, weights)


def _members(request: Request, parts: Iterable[Part], period: str | None, weights: Weights) -> list[Member]:
    found = []
    end = None if period is None else period_end(period)
    by_population = request.indicator.rate_basis is RateBasis.POPULATION_PER_AREA
    for part in parts:
        place = part.place
        shown = _shown(request.values, place.id, period)
        persons, land = weights.persons_of(part), weights.square_km_of(part)
        counted = persons
        if by_population:
            counted = None if end is None else weights.persons_at(place.id, end)
        usable = counted is not None and land is not None
        found.append(
            Member(
                key=place.key or str(place.id),
                value=shown.value if usable else None,
                state=shown.state if usable or shown.value is None else ValueState.MISSING,
                population=(counted if counted is not None else persons) or 0.0,
                area_km2=land or 0.0,
                numerator=shown.count if usable else None,
                denominator=shown.base if usable else None,
            )
        )
    return found


def _aggregate(request: Request, places: Sequence[AreaRef], period: str | None, weights: Weights) -> AreaValue:
    """What the places come to in a period. The ends of the spread are places of today: one that was dissolved since
    counts in the value and is named nowhere."""
    found = _put_together(request.indicator, members_of(request, places, period, weights))
    parts = (part for place in places for part in weights.succession.parts(place, period, request.values))
    if found.spread_min is None or all(part.until is None for part in parts):
        return found
    today = replace(request, values=request.today)
    lowest, highest = spread(_members(today, [Part(one, None, one.square_km) for one in places], period, weights))
    return replace(found, spread_min=lowest, spread_max=highest)


def _put_together(indicator: IndicatorFacts, members: Sequence[Member]) -> AreaValue:
    return area_value(
        members,
        aggregation=indicator.aggregation,
        threshold=indicator.threshold,
        rate_basis=indicator.rate_basis,
        factor=1.0 if indicator.counts is None else indicator.counts.factor,
    )


def _whole(indicator: IndicatorFacts, weights: Weights) -> Combine:
    """How a municipality's value comes of those that it was made of: by the rule of areas, whole or not at all."""

    def combine(parts: Sequence[Part], period: str, shown: Sequence[ShownValue]) -> ShownValue | None:
        empty = whole_of(parts, period, shown)
        if any(one.state is ValueState.SUPPRESSED for one in shown):
            return secret(empty)
        if indicator.aggregation in {Aggregation.POPULATION_SHARE, Aggregation.NONE}:
            return replace(empty, state=ValueState.NOT_MEANINGFUL)
        values = {part.place.id: {period: one} for part, one in zip(parts, shown, strict=True)}
        request = Request(indicator=indicator, values=values, period=None, sources={})
        found = _put_together(indicator, _members(request, parts, period, weights))
        if found.state is not AreaValueState.COMPLETE or found.value is None:
            return replace(empty, state=ValueState.MISSING)
        return replace(empty, value=found.value, count=found.count, base=found.base)

    return combine


def _area_figure(
    request: Request,
    members: Sequence[AreaRef],
    *,
    county: CountyValue,
    period: str | None,
    course: Sequence[CoursePoint],
    weights: Weights,
    today: date,
) -> AreaFigure:
    value = _aggregate(request, members, period, weights)
    points = [TrendPoint(p.period, p.value, p.comparable_with) for p in course if p.value is not None]
    trend = trend_of(points, weights.parameters.trend_periods) if points else _NO_TREND
    rule = replace(request.indicator.rule, minimum_coverage=weights.parameters.minimum_coverage)
    signal = figures_signal(value, county, rule=rule, period=period, today=today, trend=trend)
    return AreaFigure(value=value, signal=signal, trend=trend)


def _level_and_period(request: Request, composition: Composition, weights: Weights) -> tuple[Level, str | None]:
    municipal = newest_period(request.today, composition.municipalities, weights)
    if municipal is not None:
        return Level.MUNICIPALITY, request.period or municipal
    own = {p: s for p, s in request.values.get(composition.county.id, {}).items() if s.state is not ValueState.MISSING}
    if own:
        return Level.COUNTY, request.period or max(own, key=period_end)
    return Level.NONE, None


def _county(request: Request, composition: Composition, period: str | None, weights: Weights) -> CountyValue:
    computed = _aggregate(request, composition.municipalities, period, weights)
    published = _published(request, composition, period)
    least = weights.parameters.minimum_coverage
    if published is None:
        delivered = period is not None and period in request.values.get(composition.county.id, {})
        return county_value(computed, is_withheld=delivered, minimum_coverage=least)
    return county_value(computed, published=published.value, published_text=published.text, minimum_coverage=least)


def _published(request: Request, composition: Composition, period: str | None) -> ShownValue | None:
    if period is None or _has_secret(request.values, composition.with_former().municipalities, period):
        return None
    return request.values.get(composition.county.id, {}).get(period)


def _has_secret(values: SeriesValues, places: Iterable[AreaRef], period: str) -> bool:
    return any(_shown(values, place.id, period).state is ValueState.SUPPRESSED for place in places)


def course_of(place: AreaRef, periods: Mapping[str, ShownValue]) -> tuple[CoursePoint, ...]:
    """A place's own values over time, oldest first."""
    return tuple(
        CoursePoint(
            period,
            periods[period].value,
            periods[period].state,
            periods[period].census_base,
            _before(place, periods[period]),
        )
        for period in sorted(periods, key=period_end)
    )


def _before(place: AreaRef, shown: ShownValue) -> date | None:
    """The day on which the place got its present territory, if the number is of an earlier one."""
    if shown.joined is not None:
        return shown.joined
    if place.valid_from is None or shown.territorial_date is None or shown.territorial_date >= place.valid_from:
        return None
    return place.valid_from


def _area_course(request: Request, members: Sequence[AreaRef], weights: Weights) -> tuple[CoursePoint, ...]:
    """The area's own values over time; a period in which a member is missing has no comparable value, and
    is secret if that of a member is."""
    periods = sorted({p for member in members for p in request.today.get(member.id, {})}, key=period_end)
    points = []
    for period in periods:
        found = _aggregate(request, members, period, weights)
        complete = found.state is AreaValueState.COMPLETE
        state = ValueState.REPORTED if complete and found.value is not None else ValueState.MISSING
        if found.state is AreaValueState.SECRET:
            state = ValueState.SUPPRESSED
        shown = [_shown(request.today, member.id, period) for member in members]
        older = [_before(member, value) for member, value in zip(members, shown, strict=True)]
        before = max((day for day in older if day is not None), default=None)
        points.append(CoursePoint(period, found.value if complete else None, state, common_basis(shown), before))
    return tuple(points)


def _county_course(
    request: Request, composition: Composition, level: Level, weights: Weights
) -> tuple[CoursePoint, ...]:
    published = request.values.get(composition.county.id, {})
    if level is not Level.MUNICIPALITY:
        return course_of(composition.county, published)
    everywhere = composition.with_former().municipalities
    known = {period for place in everywhere for period in request.values.get(place.id, {})}
    # Where no municipality has an entry, there is nothing that the county's value could give away.
    alone = {period: shown for period, shown in published.items() if period not in known}
    found = (*_area_course(request, composition.municipalities, weights), *course_of(composition.county, alone))
    return tuple(sorted(found, key=lambda point: period_end(point.period)))


def common_basis(found: Iterable[ShownValue | None]) -> CensusBase | None:
    """The census that all of them rest on; None where they differ."""
    bases = {shown.census_base for shown in found if shown is not None}
    return bases.pop() if len(bases) == 1 else None


def _shown(values: SeriesValues, area_id: int, period: str | None) -> ShownValue:
    if period is None:
        return NOTHING
    return values.get(area_id, {}).get(period, NOTHING)
