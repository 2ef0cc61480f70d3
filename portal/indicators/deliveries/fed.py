"""Which indicators a delivery feeds: what its figures are good for, before anybody has to look for them."""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas.composition import Composition
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.formats import number
from portal.indicators import permissions, queries, words
from portal.indicators.deliveries import comparison
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.models import (
    BatchState,
    Delivery,
    ImportBatch,
    Indicator,
    IndicatorRate,
    IndicatorSeries,
    SeriesValue,
)
from portal.planning.models import Topic


@dataclass(frozen=True, kw_only=True)
class FedRow:
    """An indicator of the delivery; `value` is that of its only place (as it would be, while the delivery waits),
    `remark` what is still missing to judge."""

    key: str
    name: str
    topic: str
    role: str
    value: str
    remark: str


def rows(batch: ImportBatch, *, actor: Actor) -> list[FedRow]:
    """The indicators that show a series of the delivery or count with it, in the order of topics; a few queries."""
    found = fed_by(comparison.series_ids_of(batch))
    county = queries.figures_with(batch) if batch.state is BatchState.STAGED else queries.county_figures(actor)
    place = _only_place(batch)
    return [
        _row(one, county.find(one.key), place, county) for one in found if permissions.may_see(actor, one.visibility)
    ]


def fed_by(series_ids: Collection[int]) -> list[Indicator]:
    """The indicators that show one of these series or are computed from one, in the order of topics."""
    return _in_order(_rests_on(series_ids))


def told_by(series_ids: Collection[int]) -> list[Indicator]:
    """The same with all that the departments deliver that deliver one of them: of these one may follow from others."""
    departments = select(Indicator.department_id).where(
        Indicator.delivery == Delivery.OWN, Indicator.series_links.any(IndicatorSeries.series_id.in_(series_ids))
    )
    own = and_(Indicator.delivery == Delivery.OWN, Indicator.department_id.in_(departments))
    return _in_order(or_(_rests_on(series_ids), own))


def _rests_on(series_ids: Collection[int]) -> ColumnElement[bool]:
    return or_(
        Indicator.series_links.any(IndicatorSeries.series_id.in_(series_ids)),
        Indicator.rate.has(
            or_(IndicatorRate.numerator_id.in_(series_ids), IndicatorRate.denominator_id.in_(series_ids))
        ),
    )


def _in_order(wanted: ColumnElement[bool]) -> list[Indicator]:
    statement = (
        select(Indicator)
        .join(Topic, Topic.id == Indicator.topic_id)
        .where(wanted)
        .order_by(Topic.position, Indicator.position, Indicator.sort_key)
        .options(
            joinedload(Indicator.topic),
            joinedload(Indicator.department),
            selectinload(Indicator.series_links).joinedload(IndicatorSeries.series),
            *queries.with_rate(),
        )
    )
    return list(db.session.scalars(statement).unique())


def beside(indicator: Indicator) -> list[Indicator]:
    """The other indicators that rest on the same series: beside them nothing may follow from this one."""
    ids = {link.series_id for link in indicator.series_links[:1]}
    if indicator.rate is not None:
        ids |= {indicator.rate.numerator_id, indicator.rate.denominator_id}
    return [one for one in told_by(ids) if one.key != indicator.key]


def _only_place(batch: ImportBatch) -> int | None:
    """The area of a delivery about a single one."""
    if batch.summary.get("areas", {}).get("matched") != 1:
        return None
    statement = select(func.min(SeriesValue.area_id)).where(SeriesValue.batch_id == batch.id)
    return db.session.scalar(statement)


def _row(indicator: Indicator, figures: IndicatorFigures | None, place: int | None, county: CountyFigures) -> FedRow:
    if indicator.is_lead and indicator.in_use:
        role = _("Leitkennzahl: beurteilt ihr Thema")
    else:
        role = _("in Benutzung") if indicator.in_use else _("noch nicht in Benutzung")
    value = remark = ""
    if figures is not None and place is not None and place in figures.municipal:
        shown = figures.municipal[place]
        value = words.municipal_value(figures.indicator, shown)
        if shown.value is not None and figures.period:
            value += f" ({words.period_short(figures.period)})"
            remark = _remark(figures, place, county.composition)
    return FedRow(
        key=indicator.key, name=indicator.name, topic=indicator.topic.label, role=role, value=value, remark=remark
    )


def _remark(figures: IndicatorFigures, place: int, composition: Composition) -> str:
    area = composition.planning_area(place)
    if area is None:
        return ""
    covered = figures.areas[area.id].value.coverage
    if covered is None or covered >= 1:
        return ""
    return _(
        "Planungsraum %(area)s: Werte für %(share)s Prozent der Menschen. Für die anderen Gemeinden fehlt die Datei.",
        area=area.name,
        share=number(100 * covered),
    )
