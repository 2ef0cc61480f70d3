"""Reading figures: a county's figures of today at once, the catalogue, single indicators.

`county_figures` answers from the memory of the process as long as the data versions of figures, areas and
settings stand; cold it takes seven queries, whatever the number of indicators.
"""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.areas import queries as areas
from portal.areas.composition import Composition
from portal.areas.models import Attribution
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.transaction import in_transaction
from portal.indicators import computation, moments, permissions
from portal.indicators.catalogue.facts import indicator_facts, references_of
from portal.indicators.computation import Request, Sources
from portal.indicators.families import guarded_of, wholes_of
from portal.indicators.figures import (
    CountyFigures,
    IndicatorFigures,
    Population,
    ShownValue,
    SourceFacts,
)
from portal.indicators.imports.publishers import LICENCES
from portal.indicators.models import (
    ImportBatch,
    Indicator,
    IndicatorRate,
    IndicatorSeries,
    Series,
    SeriesSource,
    SeriesValue,
)
from portal.indicators.parameters import Parameters, parameters
from portal.indicators.populations import population_of
from portal.indicators.protection import protected
from portal.indicators.rates import Parts, SeriesValues, rates_of
from portal.indicators.signals import Reference
from portal.indicators.succession import Succession, Weights
from portal.planning.models import Topic
from portal.settings import services as settings

_CACHE, _CACHE_AHEAD = "portal_figures", "portal_figures_ahead"
_KEPT = 4
_computing = threading.Lock()


def county_figures(actor: Actor) -> CountyFigures:
    """The figures of the own county today, with internal indicators for staff only.

    One query while nothing has changed. `NotFound` before the seeds are in.
    """
    version, today = settings.version("figures", "areas", "settings"), clock.today()
    found = _kept(version, today)
    if found is None:
        with _computing:
            found = _kept(version, today)
            if found is None:
                found = _read(version, today)
                _keep(version, today, found)
    everything, public = found
    return everything if permissions.may_see_internal(actor) else public


def _shelf() -> dict[tuple[str, date], tuple[CountyFigures, CountyFigures]]:
    shelf: dict[tuple[str, date], tuple[CountyFigures, CountyFigures]] = current_app.extensions.setdefault(_CACHE, {})
    return shelf


def _kept(version: str, today: date) -> tuple[CountyFigures, CountyFigures] | None:
    # Inside a transaction the version may be one that is never committed.
    return None if in_transaction() else _shelf().get((version, today))


def _keep(version: str, today: date, found: tuple[CountyFigures, CountyFigures]) -> None:
    if in_transaction():
        return
    shelf = _shelf()
    while len(shelf) >= _KEPT:
        shelf.pop(next(iter(shelf), (version, today)), None)
    shelf[version, today] = found


def _read(version: str, today: date) -> tuple[CountyFigures, CountyFigures]:
    everything = computed_of(watched(), version=version, today=today)
    return everything, everything.public()


def figures_with(*batches: ImportBatch) -> CountyFigures:
    """All figures of the own county as they would be if these deliveries were visible, kept in memory like those of
    today.

    Their values count as the latest, whatever their state; of two the later delivery's.
    """
    version, today = settings.version("figures", "areas", "settings"), clock.today()
    shelf: dict[tuple[str, str, date], CountyFigures] = current_app.extensions.setdefault(_CACHE_AHEAD, {})
    names = "+".join(batch.public_id for batch in batches)
    key = version, names, today
    found = shelf.get(key)
    if found is None:
        ids = [batch.id for batch in batches]
        found = computed_of(watched(), version=f"{version}+{names}", today=today, including=ids)
        while len(shelf) >= _KEPT:
            shelf.pop(next(iter(shelf), key), None)
        shelf[key] = found
    return found


def watched() -> Sequence[Indicator]:
    """Entries that are in use or fed by a series, with everything that is computed with; in the order of topics."""
    statement = (
        select(Indicator)
        .where(or_(Indicator.in_use, Indicator.series_links.any(), Indicator.rate.has()))
        .join(Topic, Topic.id == Indicator.topic_id)
        .order_by(Topic.position, Indicator.position, Indicator.sort_key)
        .options(
            joinedload(Indicator.topic),
            joinedload(Indicator.department),
            selectinload(Indicator.series_links).joinedload(IndicatorSeries.series),
            *with_rate(),
        )
    )
    return db.session.execute(statement).unique().scalars().all()


def computed_of(
    indicators: Sequence[Indicator], *, version: str, today: date, including: Collection[int] = ()
) -> CountyFigures:
    """Figures of the own county from these entries as they are, and the values that are visible now.

    With `including`, the ids of deliveries, from their values as well.
    """
    composition = areas.composition_of(areas.own_county(), on=today)
    others = [areas.composition_of(county, on=today) for county in areas.other_counties()]
    return compute(indicators, composition, others, parameters(), version=version, today=today, including=including)


def compute(
    indicators: Sequence[Indicator],
    composition: Composition,
    others: Sequence[Composition],
    chosen: Parameters,
    *,
    version: str,
    today: date,
    including: Collection[int] = (),
    beside: Sequence[Indicator] = (),
    at: datetime | None = None,
) -> CountyFigures:
    """Figures of these indicators from the values that are visible now (were at a moment); three queries, four with
    references.

    `beside` are further indicators that are shown: nothing may follow from both.
    """
    everyone = (*indicators, *beside)
    weight_ids = series_ids({chosen.population_series, chosen.area_series})
    wanted = {link.series_id for found in everyone for link in found.series_links[:1]} | set(weight_ids.values())
    for found in everyone:
        if found.rate is not None:
            wanted |= {found.rate.numerator_id, found.rate.denominator_id}
    places = {place.id for county in (composition, *others) for place in (*county.municipalities, county.county)}
    places |= set(composition.former)
    values = visible_values(wanted, places, including=including, at=at)
    sources = _sources(wanted, including=including, at=at)
    weights = Weights(
        population=values.get((weight_ids.get(chosen.population_series, 0), ""), {}),
        land=values.get((weight_ids.get(chosen.area_series, 0), ""), {}),
        parameters=chosen,
        succession=Succession(composition),
    )
    in_use: dict[str, IndicatorFigures] = {}
    further: dict[str, IndicatorFigures] = {}
    references = references_of(indicators, today)
    requests = {one.key: request_of(one, values, sources, references.get(one.id)) for one in everyone}
    guarded = {
        one.key: guarded_of(one, requests[one.key].indicator, requests[one.key].values, weights.succession)
        for one in everyone
    }
    shown = protected(
        guarded,
        (composition.with_former(), *others),
        weights.persons,
        chosen.smallest_count,
        wholes_of(everyone, guarded, values),
    )
    for indicator in indicators:
        request = replace(requests[indicator.key], values=shown[indicator.key])
        computed = computation.indicator_figures(request, composition, others, weights, today)
        (in_use if indicator.in_use else further)[indicator.key] = computed
    population_id = weight_ids.get(chosen.population_series, 0)
    return CountyFigures(
        version=version,
        today=today,
        composition=composition,
        others=tuple(other.county for other in others),
        indicators=computation.judged(in_use, chosen, today),
        further={
            key: computation.judged({key: one}, chosen, today)[key] for key, one in further.items() if one.has_values
        },
        population=_populations(composition, others, weights),
        population_sources=_population_sources(sources.get(population_id, {})),
        population_key=next((one.key for one in indicators if _shows(one, population_id)), ""),
    )


def request_of(
    indicator: Indicator,
    values: Mapping[tuple[int, str], SeriesValues],
    sources: Mapping[int, Sources],
    reference: Reference | None = None,
) -> Request:
    """The indicator with its values: computed from two series where it is a rate of counts, else as published."""
    facts, rate = indicator_facts(indicator, reference), indicator.rate
    if facts.counts is not None and rate is not None:
        parts = Parts(
            numerator=values.get((rate.numerator_id, rate.numerator_dimensions), {}),
            denominator=values.get((rate.denominator_id, rate.denominator_dimensions), {}),
        )
        return Request(
            indicator=facts,
            values=rates_of(parts, facts.counts),
            period=rate.period,
            sources=_of_both(sources.get(rate.numerator_id, {}), sources.get(rate.denominator_id, {})),
        )
    link = next(iter(indicator.series_links), None)
    if link is None:
        return Request(indicator=facts, values={}, period=None, sources={})
    return Request(
        indicator=facts,
        values=values.get((link.series_id, link.dimensions), {}),
        period=link.period,
        sources=sources.get(link.series_id, {}),
    )


def _shows(indicator: Indicator, series_id: int) -> bool:
    """Whether an indicator shows a series as a whole."""
    return any(link.series_id == series_id and not link.dimensions for link in indicator.series_links[:1])


def _of_both(one: Sources, other: Sources) -> Sources:
    """Where both parts of a rate are from, each line once."""
    return {period: tuple(dict.fromkeys((*one[period], *other[period]))) for period in one if period in other}


def visible_values(
    series_ids: Collection[int],
    area_ids: Collection[int],
    *,
    without: int | None = None,
    including: Collection[int] = (),
    at: datetime | None = None,
) -> dict[tuple[int, str], SeriesValues]:
    """Visible values by series and breakdown; of one key the value of the batch taken over last counts.

    `without` is the id of a batch that is looked past, `including` of those that count as the last, visible or not;
    `at` asks for what was visible at an earlier moment.
    """
    if not series_ids or not area_ids:
        return {}
    statement = (
        select(
            SeriesValue.series_id,
            SeriesValue.dimensions,
            SeriesValue.area_id,
            SeriesValue.period,
            SeriesValue.value,
            SeriesValue.text_value,
            SeriesValue.state,
            SeriesValue.census_base,
            SeriesValue.territorial_date,
        )
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .where(moments.counts(including, at), SeriesValue.series_id.in_(series_ids), SeriesValue.area_id.in_(area_ids))
        .order_by(*moments.oldest_first(including))
    )
    if without is not None:
        statement = statement.where(ImportBatch.id != without)
    found: dict[tuple[int, str], dict[int, dict[str, ShownValue]]] = {}
    for row in db.session.execute(statement):
        series_id, dimensions, area_id, period, value, text, state, base, territory = row
        by_area = found.setdefault((series_id, dimensions), {})
        by_area.setdefault(area_id, {})[period] = ShownValue(period, value, text, state, base, territory)
    return dict(found)


def series_ids(codes: Collection[str]) -> dict[str, int]:
    statement = select(Series.code, Series.id).where(Series.code.in_(codes)).order_by(Series.id.desc())
    return dict(db.session.execute(statement).all())


def _sources(
    series_ids: Collection[int], *, including: Collection[int] = (), at: datetime | None = None
) -> dict[int, dict[str, tuple[SourceFacts, ...]]]:
    """Series → period → source lines of all active batches (of a moment), latest delivery first."""
    if not series_ids:
        return {}
    statement = (
        select(SeriesSource, Attribution)
        .join(ImportBatch, ImportBatch.id == SeriesSource.batch_id)
        .outerjoin(Attribution, Attribution.key == SeriesSource.attribution_key)
        .where(moments.counts(including, at), SeriesSource.series_id.in_(series_ids))
        .order_by(*(column.desc() for column in moments.oldest_first(including)))
    )
    found: dict[int, dict[str, tuple[SourceFacts, ...]]] = {}
    for source, attribution in db.session.execute(statement):
        facts = source_facts(source, attribution)
        periods = found.setdefault(source.series_id, {})
        if facts not in periods.get(source.period, ()):
            periods[source.period] = (*periods.get(source.period, ()), facts)
    return found


def source_facts(source: SeriesSource, attribution: Attribution | None) -> SourceFacts:
    """The printed line and, where the publisher is known, its licence."""
    return facts_of(source.text, source.licence, attribution)


def facts_of(text: str, licence: str, attribution: Attribution | None) -> SourceFacts:
    """The same of a line and the licence that somebody named; the publisher's terms come before those."""
    if attribution is None:
        known = LICENCES.get(licence)
        return SourceFacts(
            text=text,
            licence=licence,
            licence_url=None if known is None else known.url,
            open_data_licence=None if known is None else known.open_data,
        )
    return SourceFacts(
        text=text,
        publisher=attribution.publisher,
        licence=attribution.licence,
        licence_url=attribution.licence_url,
        source_url=attribution.source_url,
        open_data_licence=attribution.open_data_licence,
    )


def _populations(composition: Composition, others: Iterable[Composition], weights: Weights) -> Mapping[int, Population]:
    found = {place.id: population_of([place], weights) for place in composition.municipalities}
    for area in composition.planning_areas:
        found[area.id] = population_of(composition.members(area.id), weights)
    for county in (composition, *others):
        found[county.county.id] = population_of(county.municipalities, weights, own=county.county)
    return {area_id: population for area_id, population in found.items() if population is not None}


def _population_sources(sources: Mapping[str, tuple[SourceFacts, ...]]) -> tuple[SourceFacts, ...]:
    """One line per source, with the dates its numbers are of, the latest first."""
    found: dict[SourceFacts, list[str]] = {}
    for period in sorted(sources, reverse=True):
        for facts in sources[period]:
            found.setdefault(facts, []).append(period)
    return tuple(replace(facts, periods=tuple(periods)) for facts, periods in found.items())


def with_rate() -> tuple[ORMOption, ...]:
    """Load options: the rate of counts with its two series, within the same query."""
    rate = joinedload(Indicator.rate)
    return rate.joinedload(IndicatorRate.numerator), rate.joinedload(IndicatorRate.denominator)


def find(key: str, *, actor: Actor) -> Indicator:
    """The catalogue entry behind an address; `NotFound` if there is none that the actor may see."""
    statement = (
        select(Indicator)
        .where(Indicator.key == key)
        .options(
            joinedload(Indicator.topic),
            joinedload(Indicator.department),
            selectinload(Indicator.series_links).joinedload(IndicatorSeries.series),
            *with_rate(),
        )
    )
    found = db.session.execute(statement).unique().scalar_one_or_none()
    if found is None or not permissions.may_see(actor, found.visibility):
        raise NotFound
    return found
