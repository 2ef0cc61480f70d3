"""Reading for the departments' own deliveries: who delivers what, what is visible now, what was handed in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, select

from portal.accounts.models import Department
from portal.areas import queries as areas
from portal.areas.composition import AreaRef, Composition
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import Filter, Listing, listing
from portal.indicators import permissions
from portal.indicators import queries as figures
from portal.indicators.deliveries import comparison
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.deliveries.withheld import withheld_now
from portal.indicators.models import (
    BatchState,
    Delivery,
    ImportBatch,
    Indicator,
    IndicatorSeries,
    Series,
    SeriesSource,
)
from portal.indicators.own_figures.hints import Visible
from portal.indicators.own_figures.layout import OwnIndicator
from portal.indicators.own_figures.reading import Expected
from portal.indicators.parameters import parameters
from portal.indicators.periods import period_end
from portal.indicators.protection import held


def departments() -> list[Department]:
    """Departments that deliver own figures, by name."""
    owns = exists().where(Indicator.department_id == Department.id, *_deliverable())
    return list(db.session.scalars(select(Department).where(owns).order_by(Department.sort_key, Department.id)))


def department(public_id: str | None, *, actor: Actor) -> Department | None:
    """The department somebody delivers for: the own one, or for those who keep all the one they name."""
    if public_id and permissions.may_keep_any(actor):
        return db.session.scalars(select(Department).where(Department.public_id == public_id)).one_or_none()
    if actor.user is None or actor.user.department_id is None:
        return None
    return db.session.get(Department, actor.user.department_id)


def own_indicators(department_id: int | None = None) -> list[OwnIndicator]:
    """Entries delivered through the template (of one department), by name."""
    statement = (
        select(Indicator, Series.id)
        .join(IndicatorSeries, IndicatorSeries.indicator_id == Indicator.id)
        .join(Series, Series.id == IndicatorSeries.series_id)
        .where(Series.is_own, *_deliverable())
        .order_by(Indicator.sort_key, Indicator.id)
    )
    if department_id is not None:
        statement = statement.where(Indicator.department_id == department_id)
    return [
        OwnIndicator(
            key=one.key,
            name=one.name,
            definition=one.definition,
            unit=one.unit,
            nature=one.nature,
            counts_cases=one.counts_cases,
            series_id=series_id,
            department_id=one.department_id or 0,
            next_due=one.next_due,
        )
        for one, series_id in db.session.execute(statement)
    ]


def _deliverable() -> tuple[ColumnElement[bool], ...]:
    return Indicator.delivery == Delivery.OWN, Indicator.retired_on.is_(None)


def expected(chosen: Department) -> Expected:
    """What a template of this department may hold today."""
    everything = own_indicators()
    own = {one.key: one for one in everything if one.department_id == chosen.id}
    known = set(db.session.scalars(select(Indicator.key)))
    foreign: dict[str, Any] = {
        key: _l("Diese Kennzahl wird nicht über die Vorlage geliefert. Bitte löschen Sie die Spalte.") for key in known
    }
    for one in everything:
        foreign[one.key] = _l("Diese Kennzahl liefert ein anderer Fachbereich. Bitte löschen Sie die Spalte.")
    composition = areas.composition_of(areas.own_county())
    places = (composition.county, *composition.municipalities)
    return Expected(
        indicators=own,
        foreign={key: reason for key, reason in foreign.items() if key not in own},
        areas={place.key: place.id for place in places if place.key is not None},
        names=import_queries.area_names(),
        smallest=parameters().smallest_count,
        today=clock.today(),
    )


def rows_of_template(composition: Composition, *, with_county: bool) -> list[tuple[AreaRef, str]]:
    """Municipalities by name, each with its planning area; the county last where it is wanted."""
    rows = [
        (place, "" if (group := composition.planning_area(place.id)) is None else group.name)
        for place in composition.municipalities
    ]
    return [*rows, (composition.county, "")] if with_county else rows


def visible(indicators: Sequence[OwnIndicator]) -> Visible:
    """What is visible now of these entries: key → area → period."""
    composition = areas.composition_of(areas.own_county())
    places = {composition.county.id, *(place.id for place in composition.municipalities)}
    found = figures.visible_values({one.series_id for one in indicators}, places)
    return {one.key: found.get((one.series_id, ""), {}) for one in indicators}


def shown(visible_now: Visible, indicators: Sequence[OwnIndicator]) -> Visible:
    """The same without the numbers that pages hide: what anybody is told who does not supply these figures."""
    hidden = withheld_now({one.series_id for one in indicators})
    return {
        key: {
            area_id: {
                period: held(value) if (area_id, period) in hidden.get(key, ()) else value
                for period, value in periods.items()
            }
            for area_id, periods in by_area.items()
        }
        for key, by_area in visible_now.items()
    }


def newest_periods(indicators: Sequence[OwnIndicator]) -> dict[str, str]:
    """Key → newest period with a visible value."""
    return {
        key: max((period for periods in by_area.values() for period in periods), key=period_end)
        for key, by_area in visible(indicators).items()
        if any(by_area.values())
    }


def next_periods(newest: Mapping[str, str], today: date) -> str:
    """What a template is probably wanted for: the year after the newest values, at most the last full year."""
    years = [int(period[:4]) for period in newest.values() if len(period) == len("2025")]
    return str(min(max(years, default=today.year - 2) + 1, today.year - 1))


def deliveries(
    arguments: Mapping[str, str], *, chosen: Department | None, actor: Actor, path: str
) -> Listing[ImportBatch]:
    """Deliveries of own figures, latest first; of one department where one is named."""
    require(permissions.may_see_imports(actor))
    fed = (
        select(SeriesSource.batch_id)
        .join(Series, Series.id == SeriesSource.series_id)
        .join(IndicatorSeries, IndicatorSeries.series_id == Series.id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(Series.is_own)
    )
    if chosen is not None:
        fed = fed.where(Indicator.department_id == chosen.id)
    return listing(
        select(ImportBatch).where(ImportBatch.id.in_(fed)),
        arguments,
        path=path,
        sorts={
            "zeit": (ImportBatch.created_at, ImportBatch.id),
            "datei": (ImportBatch.file_name, ImportBatch.id),
        },
        default_sort="-zeit",
        filters=(
            Filter(
                "zustand",
                _("Zustand"),
                [
                    ("", _("alle")),
                    (BatchState.STAGED.value, _("noch nicht freigegeben")),
                    (BatchState.ACTIVE.value, _("freigegeben")),
                    (BatchState.UNDONE.value, BatchState.UNDONE.label),
                ],
                lambda value: ImportBatch.state == BatchState(value),
            ),
        ),
    )


def delivery(public_id: str, *, actor: Actor) -> ImportBatch:
    """One delivery of own figures; `NotFound` for any other."""
    require(permissions.may_see_imports(actor))
    found = db.session.scalars(select(ImportBatch).where(ImportBatch.public_id == public_id)).one_or_none()
    return require_visible(found, found is not None and comparison.has_own(found))


def waiting() -> list[tuple[ImportBatch, frozenset[int | None]]]:
    """Deliveries that wait for their release, oldest first, with the departments whose figures they hold; one query."""
    statement = (
        select(ImportBatch, Indicator.department_id)
        .join(SeriesSource, SeriesSource.batch_id == ImportBatch.id)
        .join(Series, Series.id == SeriesSource.series_id)
        .join(IndicatorSeries, IndicatorSeries.series_id == Series.id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(Series.is_own, *import_queries.awaiting())
        .order_by(ImportBatch.id)
    )
    found: dict[int, tuple[ImportBatch, set[int | None]]] = {}
    for batch, department_id in db.session.execute(statement):
        found.setdefault(batch.id, (batch, set()))[1].add(department_id)
    return [(batch, frozenset(departments_)) for batch, departments_ in found.values()]


def names_by_series(batch: ImportBatch) -> dict[int, str]:
    """The entries that a delivery holds values of, by the series that feeds them."""
    statement = (
        select(IndicatorSeries.series_id, Indicator.name)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(Series, Series.id == IndicatorSeries.series_id)
        .where(Series.is_own, Series.id.in_(comparison.series_ids_of(batch)))
        .order_by(Indicator.sort_key)
    )
    return dict(db.session.execute(statement).all())
