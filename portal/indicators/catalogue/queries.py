"""Reading for the catalogue's editor: names, revisions, series to choose from and those that feed nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Department, User
from portal.areas import queries as areas
from portal.core import search_words
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import Filter, Listing, listing
from portal.indicators import permissions, queries
from portal.indicators.breakdowns import PartLabels
from portal.indicators.catalogue import revisions as catalogue_revisions
from portal.indicators.catalogue.checks import AssignedSeries
from portal.indicators.catalogue.revision_models import IndicatorRevision
from portal.indicators.catalogue.words import Names
from portal.indicators.deliveries import file_labels
from portal.indicators.models import (
    BatchState,
    ImportBatch,
    Indicator,
    IndicatorRate,
    IndicatorSeries,
    Series,
    SeriesSource,
    SeriesValue,
)
from portal.indicators.parameters import parameters
from portal.planning import queries as planning

SERIES_FOUND = 20


@dataclass(frozen=True, kw_only=True)
class SeriesOptions:
    """What can be chosen of a series: its breakdowns and periods in the own county, newest period first."""

    dimensions: tuple[str, ...]
    periods: tuple[str, ...]
    labels: PartLabels = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NewSeries:
    """A series that feeds nothing, with the delivery that brought it last."""

    series: Series
    batch: ImportBatch | None
    periods: tuple[str, ...]


def names() -> Names:
    """What topics and departments are called, archived ones included; two queries."""
    departments = db.session.execute(select(Department.public_id, Department.name))
    return Names({topic.key: topic for topic in planning.topics()}, {row.public_id: row.name for row in departments})


def department_choices(present: Department | None = None) -> list[tuple[str, str]]:
    """Departments that can be responsible; one that was archived stays where it is."""
    statement = select(Department).order_by(Department.sort_key, Department.id)
    keep: ColumnElement[bool] = Department.archived_at.is_(None)
    if present is not None:
        keep = or_(keep, Department.id == present.id)
    return [(one.public_id, one.name) for one in db.session.scalars(statement.where(keep))]


def department_of(actor: Actor) -> str:
    """Public id of the actor's own department; empty without one."""
    if actor.user is None or actor.user.department_id is None:
        return ""
    found = db.session.get(Department, actor.user.department_id)
    return "" if found is None else found.public_id


def revisions_with_names(indicator: Indicator) -> list[tuple[IndicatorRevision, str]]:
    """Every revision with who made it (empty: the machine), newest first."""
    rows = db.session.execute(
        catalogue_revisions.of(indicator).outerjoin(User, User.id == IndicatorRevision.user_id).add_columns(User.name)
    )
    return [(revision, name or "") for revision, name in rows]


def series_by_public_id(public_ids: Collection[str]) -> dict[str, Series]:
    """Series behind public ids; unknown ones are left out."""
    if not public_ids:
        return {}
    found = db.session.scalars(select(Series).where(Series.public_id.in_(public_ids)))
    return {series.public_id: series for series in found}


def find_series(public_id: str) -> Series:
    """One series; `NotFound` if there is none."""
    return require_visible(series_by_public_id([public_id]).get(public_id))


def entries_to_choose(actor: Actor) -> list[Indicator]:
    """Entries that the actor may feed, by name; retired ones are left out."""
    statement = select(Indicator).where(Indicator.retired_on.is_(None)).order_by(Indicator.sort_key, Indicator.id)
    return [one for one in db.session.scalars(statement) if permissions.may_keep(actor, one.department_id)]


def assigned(indicator: Indicator) -> list[AssignedSeries]:
    """What the checks want to know of the series that feed an entry, in their order."""
    return facts_of([(link.series, link.dimensions) for link in indicator.series_links])


def facts_of(chosen: Sequence[tuple[Series, str]]) -> list[AssignedSeries]:
    """The same of any series with a breakdown each; two queries."""
    if not chosen:
        return []
    composition = areas.composition_of(areas.own_county())
    places = {place.id for place in composition.municipalities}
    values = queries.visible_values({series.id for series, _dimensions in chosen}, {*places, composition.county.id})
    found = []
    for series, dimensions in chosen:
        by_area = values.get((series.id, dimensions), {})
        local = [list(by_area[area_id].values()) for area_id in places if area_id in by_area]
        found.append(
            AssignedSeries(
                title=series.title,
                unit=series.unit,
                is_own=series.is_own,
                municipalities=sum(any(not one.state.is_missing for one in shown) for shown in local),
                classes=sum(one.text is not None for shown in local for one in shown),
                has_county=composition.county.id in by_area,
            )
        )
    return found


def options_of(series_ids: Collection[int]) -> dict[int, SeriesOptions]:
    """Breakdowns and periods with visible values in the own county, and what files call the breakdowns; three
    queries."""
    if not series_ids:
        return {}
    composition = areas.composition_of(areas.own_county())
    places = [composition.county.id, *(place.id for place in composition.municipalities)]
    statement = (
        select(SeriesValue.series_id, SeriesValue.dimensions, SeriesValue.period)
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .where(
            ImportBatch.state == BatchState.ACTIVE,
            SeriesValue.series_id.in_(series_ids),
            SeriesValue.area_id.in_(places),
        )
        .distinct()
    )
    found: dict[int, tuple[set[str], set[str]]] = {}
    for series_id, dimensions, period in db.session.execute(statement):
        parts, periods = found.setdefault(series_id, (set(), set()))
        parts.add(dimensions)
        periods.add(period)
    labels = file_labels.of_series(found)
    return {
        series_id: SeriesOptions(
            dimensions=tuple(sorted(parts)),
            periods=tuple(sorted(periods, reverse=True)),
            labels=labels.get(series_id, {}),
        )
        for series_id, (parts, periods) in found.items()
    }


def series_like(text: str, *, without: Collection[str] = ()) -> list[Series]:
    """The first series whose title, code or unit holds every word, by title; nothing for an empty search."""
    words = search_words.conditions(Series.search_key, text)
    if not words:
        return []
    statement = select(Series).where(~Series.is_own, Series.public_id.not_in(without), *words)
    return list(db.session.scalars(statement.order_by(Series.sort_key, Series.id).limit(SERIES_FOUND)))


def unassigned(arguments: Mapping[str, str], *, actor: Actor, path: str) -> Listing[Any]:
    """Series that feed no indicator, those of the latest delivery first; rows are `NewSeries`."""
    require(permissions.may_see_register(actor))
    delivery = aliased(ImportBatch)
    latest = (
        select(SeriesSource.series_id, func.max(ImportBatch.id).label("batch_id"))
        .join(ImportBatch, ImportBatch.id == SeriesSource.batch_id)
        .where(ImportBatch.state.in_((BatchState.STAGED, BatchState.ACTIVE)))
        .group_by(SeriesSource.series_id)
        .subquery("latest")
    )
    statement = (
        select(Series, ImportBatch)
        .outerjoin(latest, latest.c.series_id == Series.id)
        .outerjoin(ImportBatch, ImportBatch.id == latest.c.batch_id)
        .where(~Series.is_own, _feeds_nothing())
    )
    found = listing(
        cast(Select[Any], statement),
        arguments,
        path=path,
        sorts={
            "titel": (Series.sort_key, Series.id),
            "zeit": (func.coalesce(latest.c.batch_id, 0), Series.id),
        },
        default_sort="-zeit",
        search=Series.search_key,
        names=Series.title,
        search_label=_("Reihe suchen"),
        filters=(
            Filter(
                "lieferung",
                _("Lieferung"),
                [("", _("alle Lieferungen")), *_batch_choices()],
                lambda value: Series.id.in_(
                    select(SeriesSource.series_id)
                    .join(delivery, delivery.id == SeriesSource.batch_id)
                    .where(delivery.public_id == value)
                ),
            ),
        ),
    )
    periods = _periods_of([series.id for series, _batch in found.rows])
    found.rows = [
        NewSeries(series=series, batch=batch, periods=periods.get(series.id, ())) for series, batch in found.rows
    ]
    return found


def unassigned_of(batch: ImportBatch) -> int:
    """How many series of a delivery feed nothing."""
    statement = (
        select(func.count(SeriesSource.series_id.distinct()))
        .join(Series, Series.id == SeriesSource.series_id)
        .where(SeriesSource.batch_id == batch.id, ~Series.is_own, _feeds_nothing())
    )
    return int(db.session.scalar(statement) or 0)


def _feeds_nothing() -> ColumnElement[bool]:
    chosen = parameters()
    weights = (chosen.population_series, chosen.area_series)
    return and_(
        ~exists().where(IndicatorSeries.series_id == Series.id),
        ~exists().where(or_(IndicatorRate.numerator_id == Series.id, IndicatorRate.denominator_id == Series.id)),
        Series.code.not_in(weights),
    )


def _batch_choices() -> list[tuple[str, str]]:
    statement = (
        select(ImportBatch.public_id, ImportBatch.file_name)
        .where(ImportBatch.state.in_((BatchState.STAGED, BatchState.ACTIVE)))
        .order_by(ImportBatch.id.desc())
        .limit(100)
    )
    return [(row.public_id, row.file_name) for row in db.session.execute(statement)]


def _periods_of(series_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    if not series_ids:
        return {}
    statement = (
        select(SeriesSource.series_id, SeriesSource.period)
        .where(SeriesSource.series_id.in_(series_ids))
        .distinct()
        .order_by(SeriesSource.period.desc())
    )
    found: dict[int, tuple[str, ...]] = {}
    for series_id, period in db.session.execute(statement):
        found[series_id] = (*found.get(series_id, ()), period)
    return found
