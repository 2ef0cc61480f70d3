"""Every value of an indicator in one area: as delivered, with what stood there before, or as computed.

What pages hide is hidden here as well. What stood there before is told of no area once anything in the period is
secret, or ever was: beside other values and their totals it would tell today's secret, or the one of that day.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select

from portal.areas import queries as areas
from portal.areas.models import Area, AreaKind, Attribution
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.text import slugify
from portal.indicators import queries
from portal.indicators.aggregation import AreaValue
from portal.indicators.deliveries import fed
from portal.indicators.deliveries.withheld import withheld_now
from portal.indicators.figures import CoursePoint, IndicatorFigures
from portal.indicators.models import (
    BatchState,
    CensusBase,
    ImportBatch,
    Indicator,
    IndicatorSeries,
    Series,
    SeriesSource,
    SeriesValue,
)
from portal.indicators.parameters import parameters
from portal.indicators.periods import PeriodKind, period_end
from portal.indicators.value_states import ValueState

_KEYED = (AreaKind.MUNICIPALITY, AreaKind.COUNTY, AreaKind.ASSOCIATION)
_NAMED = (AreaKind.PLANNING_AREA, AreaKind.MUNICIPALITY, AreaKind.COUNTY)


@dataclass(frozen=True, kw_only=True)
class DeliveredValue:
    """One value as a delivery brought it, in the publisher's precision.

    `held_back`: its source publishes it, and the portal does not.
    """

    period: str
    kind: PeriodKind
    dimensions: str
    value: float | None
    text: str | None
    state: ValueState
    unit: str
    territorial_date: date | None
    census_base: CensusBase | None
    series: str
    batch: str
    batch_state: BatchState
    file: str
    taken_over_at: datetime | None
    source: str
    licence: str
    held_back: bool = False


@dataclass(frozen=True, kw_only=True)
class PeriodValues:
    """The visible value of a period (None: it was taken back) and what a later delivery replaced, newest first."""

    period: str
    visible: DeliveredValue | None
    earlier: tuple[DeliveredValue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PartDelivery:
    """A delivery whose values of a series count in a computed value."""

    series: str
    batch: str
    file: str
    taken_over_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AreaValues:
    """All values of an indicator in an area.

    `delivered` are values of the series that is shown, newest period first; `computed` is the course that the portal
    makes of the members' values or of numerator and denominator, oldest first. `figures` are what pages show of the
    indicator, and `partial` is what the area's members come to in the period of pages, where not all have a value.
    """

    indicator: Indicator
    area: Area
    delivered: tuple[PeriodValues, ...] = ()
    computed: tuple[CoursePoint, ...] = field(default=())
    figures: IndicatorFigures | None = None
    partial: AreaValue | None = None
    # Period → deliveries of the series and places that a computed value is made of, both parts of a rate among them.
    deliveries: Mapping[str, tuple[PartDelivery, ...]] = field(default_factory=dict)


def area_by_key(key: str) -> Area:
    """The area with this official key or, for planning areas, this part of its address; `NotFound` otherwise."""
    keyed = select(Area).where(Area.key == key, Area.kind.in_(_KEYED)).order_by(Area.kind)
    found = db.session.scalars(keyed).first()
    if found is None:
        named = select(Area).where(Area.slug == slugify(key), Area.kind.in_(_NAMED), Area.is_own)
        found = min(db.session.scalars(named), key=lambda area: _NAMED.index(area.kind), default=None)
    if found is None:
        raise NotFound
    return found


def values_of(indicator: Indicator, area: Area) -> AreaValues:
    """Every value of the indicator in the area, visible ones and those that were replaced or taken back."""
    delivered: Sequence[PeriodValues] = ()
    if indicator.rate is None and indicator.series_links and area.kind is not AreaKind.PLANNING_AREA:
        link = indicator.series_links[0]
        found = _by_period(_delivered(link.series_id, link.dimensions, area.id))
        delivered = _without_secrets(found, indicator, link, area) if found else ()
    if delivered:
        return AreaValues(indicator=indicator, area=area, delivered=tuple(delivered))
    figures = _figures(indicator, area)
    if figures is None:
        return AreaValues(indicator=indicator, area=area)
    computed = tuple(point for point in figures.courses.get(area.id, ()) if point.state is not ValueState.MISSING)
    partial = None
    if all(point.value is None for point in computed if point.period == figures.period):
        partial = figures.areas[area.id].value if area.id in figures.areas else None
        partial = figures.county.computed if area.kind is AreaKind.COUNTY else partial
    if partial is not None and not partial.members_with_value and not partial.members_suppressed:
        partial = None
    if partial is not None:
        computed = tuple(point for point in computed if point.period != figures.period)
    return AreaValues(
        indicator=indicator,
        area=area,
        computed=computed,
        figures=figures,
        partial=partial,
        deliveries=_deliveries(indicator, area),
    )


def _deliveries(indicator: Indicator, area: Area) -> dict[str, tuple[PartDelivery, ...]]:
    """The deliveries that brought the visible values of all series and places behind a value; one query of values."""
    rate = indicator.rate
    if rate is None:
        parts = {(link.series_id, link.dimensions) for link in indicator.series_links[:1]}
    else:
        parts = {
            (rate.numerator_id, rate.numerator_dimensions),
            (rate.denominator_id, rate.denominator_dimensions),
        }
    composition = areas.composition_of(areas.own_county() if area.is_own else area.county or area)
    places = set(composition.within(area.id)) | {area.id}
    if area.kind is AreaKind.COUNTY:
        places |= {place.id for place in composition.municipalities}
    statement = (
        select(
            SeriesValue.series_id, SeriesValue.dimensions, SeriesValue.area_id, SeriesValue.period, Series.code,
            ImportBatch.public_id, ImportBatch.file_name, ImportBatch.activated_at,
        )
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .join(Series, Series.id == SeriesValue.series_id)
        .where(
            SeriesValue.series_id.in_([series_id for series_id, _dimensions in parts]),
            SeriesValue.area_id.in_(places),
            ImportBatch.state == BatchState.ACTIVE,
        )
        .order_by(ImportBatch.activated_at.desc(), ImportBatch.id.desc())
    )  # fmt: skip
    seen: set[tuple[Any, ...]] = set()
    found: dict[str, dict[PartDelivery, None]] = {}
    for series_id, dimensions, place, period, code, batch, file, at in db.session.execute(statement):
        if (series_id, dimensions) in parts and (series_id, place, period) not in seen:
            seen.add((series_id, place, period))
            one = PartDelivery(series=code, batch=batch, file=file, taken_over_at=at)
            found.setdefault(period, {})[one] = None
    return {period: tuple(sorted(those, key=lambda one: (one.series, one.batch))) for period, those in found.items()}


def _delivered(series_id: int, dimensions: str, area_id: int) -> list[DeliveredValue]:
    statement = (
        select(SeriesValue, ImportBatch, SeriesSource, Attribution)
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .outerjoin(
            SeriesSource,
            (SeriesSource.batch_id == SeriesValue.batch_id)
            & (SeriesSource.series_id == SeriesValue.series_id)
            & (SeriesSource.period == SeriesValue.period),
        )
        .outerjoin(Attribution, Attribution.key == SeriesSource.attribution_key)
        .where(
            SeriesValue.series_id == series_id,
            SeriesValue.dimensions == dimensions,
            SeriesValue.area_id == area_id,
            ImportBatch.activated_at.is_not(None),
        )
        .order_by(ImportBatch.activated_at.desc(), ImportBatch.id.desc())
    )
    series = db.session.execute(select(Series.code, Series.unit).where(Series.id == series_id)).one()
    return [
        DeliveredValue(
            period=value.period,
            kind=value.period_kind,
            dimensions=value.dimensions,
            value=value.value,
            text=value.text_value,
            state=value.state,
            unit=series.unit,
            territorial_date=value.territorial_date,
            census_base=value.census_base,
            series=series.code,
            batch=batch.public_id,
            batch_state=batch.state,
            file=batch.file_name,
            taken_over_at=batch.activated_at,
            source="" if source is None else source.text,
            licence=_licence(source, attribution),
        )
        for value, batch, source, attribution in db.session.execute(statement)
    ]


def _licence(source: SeriesSource | None, attribution: Attribution | None) -> str:
    if attribution is not None:
        return attribution.licence
    return "" if source is None else source.licence


def _by_period(found: Sequence[DeliveredValue]) -> list[PeriodValues]:
    """Newest period first; of each period the value of the batch taken over last, if it is still in force."""
    periods: dict[str, list[DeliveredValue]] = {}
    for value in found:
        periods.setdefault(value.period, []).append(value)
    rows = []
    for period in sorted(periods, key=period_end, reverse=True):
        visible = next((one for one in periods[period] if one.batch_state is BatchState.ACTIVE), None)
        earlier = tuple(one for one in periods[period] if one is not visible)
        rows.append(PeriodValues(period=period, visible=visible, earlier=earlier))
    return rows


def _without_secrets(
    rows: Sequence[PeriodValues], indicator: Indicator, link: IndicatorSeries, area: Area
) -> list[PeriodValues]:
    hidden = withheld_now({link.series_id}).get(indicator.key, frozenset())
    told = {period for _area, period in hidden} | _ever_secret(link)
    return [
        replace(
            row,
            visible=_held(row.visible) if row.visible is not None and (area.id, row.period) in hidden else row.visible,
            earlier=tuple(map(_held, row.earlier)) if row.period in told else row.earlier,
        )
        for row in rows
    ]


def _held(value: DeliveredValue) -> DeliveredValue:
    is_published = value.state is not ValueState.SUPPRESSED
    return replace(value, value=None, text=None, state=ValueState.SUPPRESSED, held_back=is_published)


def _ever_secret(link: IndicatorSeries) -> set[str]:
    """Periods in which a value of the series was secret or small in any delivery that was ever taken over."""
    small = and_(SeriesValue.value > 0, SeriesValue.value < parameters().smallest_count)
    is_secret = SeriesValue.state == ValueState.SUPPRESSED
    statement = (
        select(SeriesValue.period)
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .where(
            SeriesValue.series_id == link.series_id,
            SeriesValue.dimensions == link.dimensions,
            ImportBatch.activated_at.is_not(None),
            or_(is_secret, small) if _counts_cases(link, fed.fed_by({link.series_id})) else is_secret,
        )
        .distinct()
    )
    return set(db.session.scalars(statement))


def _counts_cases(link: IndicatorSeries, indicators: Collection[Indicator]) -> bool:
    """Whether an indicator that rests on the series says that people or cases are counted."""
    for one in indicators:
        if one.rate is not None and link.series_id in {one.rate.numerator_id, one.rate.denominator_id}:
            return True
        if one.counts_cases and any(other.series_id == link.series_id for other in one.series_links[:1]):
            return True
    return False


def _figures(indicator: Indicator, area: Area) -> IndicatorFigures | None:
    """What the pages show; for a place in another county the same by that county's municipalities."""
    if area.is_own:
        return queries.county_figures(SYSTEM).find(indicator.key)
    composition = areas.composition_of(area.county or area)
    beside = fed.beside(indicator)
    found = queries.compute([indicator], composition, [], parameters(), version="", today=clock.today(), beside=beside)
    return found.find(indicator.key)
