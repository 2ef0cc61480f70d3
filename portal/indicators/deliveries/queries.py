"""Reading deliveries: the list, one batch, and which areas and batches an import knows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.accounts.models import User
from portal.areas.models import Area, AreaKind
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import Filter, Listing, listing
from portal.indicators import permissions
from portal.indicators.imports.plausibility import Dimensions, Within
from portal.indicators.models import (
    BatchState,
    CountKind,
    ImportBatch,
    ImportBatchEvent,
    Indicator,
    IndicatorRate,
    IndicatorSeries,
    Series,
    SeriesSource,
    SeriesValue,
    Visibility,
)
from portal.indicators.parameters import parameters
from portal.jobs.models import Job

READ_JOB = "indicators.read"
_JOBS_LOOKED_AT = 200
_DELIVERABLE = (AreaKind.COUNTY, AreaKind.MUNICIPALITY, AreaKind.ASSOCIATION)


def area_ids() -> dict[str, int]:
    """Official key → area, for the levels that offices deliver figures of."""
    statement = select(Area.key, Area.id).where(Area.kind.in_(_DELIVERABLE), Area.key.is_not(None))
    return {key: area_id for key, area_id in db.session.execute(statement) if key is not None}


def area_names() -> dict[str, tuple[str, ...]]:
    """Official key → what the area is called, the usual name first, for the levels that offices deliver figures of."""
    statement = select(Area.key, Area.name, Area.official_name).where(
        Area.kind.in_(_DELIVERABLE), Area.key.is_not(None)
    )
    return {
        key: tuple(dict.fromkeys(filter(None, names)))
        for key, *names in db.session.execute(statement)
        if key is not None
    }


def parts_of_wholes() -> list[Within]:
    """Series of which one counts a part of the other, by the rates of the catalogue."""
    numerator, denominator = aliased(Series), aliased(Series)
    statement = (
        select(
            numerator.code,
            numerator.unit,
            IndicatorRate.numerator_dimensions,
            denominator.code,
            denominator.unit,
            IndicatorRate.denominator_dimensions,
        )
        .join(numerator, numerator.id == IndicatorRate.numerator_id)
        .join(denominator, denominator.id == IndicatorRate.denominator_id)
        .where(IndicatorRate.kind == CountKind.PART)
        .order_by(IndicatorRate.indicator_id)
    )
    return [
        Within((row[0], row[1], _dimensions(row[2])), (row[3], row[4], _dimensions(row[5])))
        for row in db.session.execute(statement)
    ]


def people() -> dict[str, float]:
    """Official key → how many people live there at most: the largest number of any day that was taken over."""
    statement = (
        select(Area.key, func.max(SeriesValue.value))
        .join(Area, Area.id == SeriesValue.area_id)
        .join(Series, Series.id == SeriesValue.series_id)
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .where(
            Series.code == parameters().population_series,
            SeriesValue.dimensions == "",
            SeriesValue.value.is_not(None),
            ImportBatch.state == BatchState.ACTIVE,
            Area.key.is_not(None),
        )
        .group_by(Area.key)
    )
    return {key: value for key, value in db.session.execute(statement) if key is not None and value is not None}


def _dimensions(text: str) -> Dimensions:
    pairs = (part.partition("=") for part in text.split(";") if part)
    return tuple((variable, attribute) for variable, _sign, attribute in pairs)


def batches(arguments: Mapping[str, str], *, actor: Actor, path: str) -> Listing[ImportBatch]:
    """All deliveries, latest first."""
    require(permissions.may_see_imports(actor))
    return listing(
        select(ImportBatch),
        arguments,
        path=path,
        sorts={
            "zeit": (ImportBatch.created_at, ImportBatch.id),
            "datei": (ImportBatch.file_name, ImportBatch.id),
            "werte": (_may_change(), ImportBatch.id),
        },
        default_sort="-zeit",
        filters=(
            Filter(
                "zustand",
                _("Zustand"),
                [("", _("alle")), *BatchState.choices()],
                lambda value: ImportBatch.state == BatchState(value),
            ),
        ),
    )


def latest(*, limit: int) -> Sequence[ImportBatch]:
    """The latest deliveries, for the command line."""
    statement = select(ImportBatch).order_by(ImportBatch.created_at.desc(), ImportBatch.id.desc()).limit(limit)
    return db.session.execute(statement).scalars().all()


def batch(public_id: str, *, actor: Actor) -> ImportBatch:
    """One delivery; `NotFound` if there is none."""
    require(permissions.may_see_imports(actor) or actor.is_system)
    found = db.session.execute(select(ImportBatch).filter_by(public_id=public_id)).scalar_one_or_none()
    return require_visible(found)


def batch_to_read(public_id: str) -> ImportBatch | None:
    """The batch a job was written for, if it still waits to be filled."""
    statement = select(ImportBatch).where(ImportBatch.public_id == public_id, ImportBatch.state == BatchState.READING)
    return db.session.execute(statement).scalar_one_or_none()


def files(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Id → public id and file name of deliveries."""
    if not ids:
        return {}
    statement = select(ImportBatch.id, ImportBatch.public_id, ImportBatch.file_name).where(ImportBatch.id.in_(ids))
    return {id_: (public_id, name) for id_, public_id, name in db.session.execute(statement)}


def waiting_files() -> Sequence[str]:
    """Names in the spool of files that wait for an answer."""
    statement = select(ImportBatch.summary).where(ImportBatch.state == BatchState.ASKING).order_by(ImportBatch.id)
    return [str(summary["kept"]) for summary in db.session.scalars(statement) if summary.get("kept")]


def events_with_names(found: ImportBatch) -> list[tuple[ImportBatchEvent, str]]:
    """What happened to a batch, latest first, with who did it (empty: the machine)."""
    statement = (
        select(ImportBatchEvent, User.name)
        .outerjoin(User, User.id == ImportBatchEvent.user_id)
        .where(ImportBatchEvent.batch_id == found.id)
        .order_by(ImportBatchEvent.id.desc())
    )
    return [(event, name or "") for event, name in db.session.execute(statement)]


def series_titles(codes: Collection[str]) -> dict[tuple[str, str], str]:
    """Code and unit → title of the series that the portal has."""
    if not codes:
        return {}
    statement = select(Series.code, Series.unit, Series.title).where(Series.code.in_(codes))
    return {(code, unit): title for code, unit, title in db.session.execute(statement)}


def handed_in_with(found: ImportBatch) -> int:
    """How many other files were handed in at once with this one."""
    if found.upload is None:
        return 0
    others = select(func.count()).where(ImportBatch.upload == found.upload, ImportBatch.id != found.id)
    return int(db.session.execute(others).scalar_one())


def reading_job(found: ImportBatch) -> Job | None:
    """The job that reads the file of a batch, while it is to be done or when it failed."""
    if found.state is not BatchState.READING:
        return None
    # Only the job of an open batch is looked for: a handful at any time.
    statement = select(Job).where(Job.kind == READ_JOB).order_by(Job.id.desc()).limit(_JOBS_LOOKED_AT)
    jobs = db.session.execute(statement).scalars()
    return next((job for job in jobs if job.payload.get("batch") == found.public_id), None)


def waiting() -> Sequence[ImportBatch]:
    """Deliveries that are completely read and wait to be taken over, oldest first."""
    return db.session.execute(select(ImportBatch).where(*awaiting()).order_by(ImportBatch.id)).scalars().all()


def awaiting() -> tuple[ColumnElement[bool], ...]:
    """What makes a delivery wait for somebody: it was read, and it would change something."""
    return ImportBatch.state == BatchState.STAGED, _may_change() > 0


def _may_change() -> ColumnElement[int]:
    """How many values are not known to be the same; of those in the place of a hidden number nobody is told."""
    return ImportBatch.new_values + ImportBatch.changed_values + ImportBatch.withheld_values


def is_idle(found: ImportBatch) -> bool:
    """Whether a delivery was read and has nothing to take over: all of it is there already, or of other areas."""
    return found.state is BatchState.STAGED and not found.may_change


def taken_over(*, limit: int) -> Sequence[ImportBatch]:
    """The deliveries that last changed what pages of indicators show, newest first."""
    shown = (
        select(SeriesValue.id)
        .join(IndicatorSeries, IndicatorSeries.series_id == SeriesValue.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(SeriesValue.batch_id == ImportBatch.id, Indicator.visibility == Visibility.PUBLIC)
    )
    statement = select(ImportBatch).where(ImportBatch.state == BatchState.ACTIVE, shown.exists())
    return db.session.execute(statement.order_by(ImportBatch.activated_at.desc()).limit(limit)).scalars().all()


def bringing(indicator: Indicator, period: str | None) -> Sequence[ImportBatch]:
    """The active deliveries with values of a period of the series that an indicator shows or is computed from,
    newest first."""
    held = select(SeriesSource.batch_id).where(
        SeriesSource.series_id.in_(_series_of(indicator)), SeriesSource.period == period
    )
    statement = select(ImportBatch).where(ImportBatch.state == BatchState.ACTIVE, ImportBatch.id.in_(held))
    return db.session.scalars(statement.order_by(ImportBatch.activated_at.desc(), ImportBatch.id.desc())).all()


def changed_between() -> dict[str, tuple[datetime, datetime]]:
    """Indicator key → when its first delivery was taken over, and when one was last taken over or taken back.

    A fixed number of queries; indicators whose values no delivery brought are left out.
    """
    moments = {
        row.series_id: (row.first, row.last)
        for row in db.session.execute(
            select(
                SeriesSource.series_id,
                func.min(ImportBatch.activated_at).label("first"),
                func.max(func.coalesce(ImportBatch.undone_at, ImportBatch.activated_at)).label("last"),
            )
            .join(ImportBatch, ImportBatch.id == SeriesSource.batch_id)
            .where(ImportBatch.activated_at.is_not(None))
            .group_by(SeriesSource.series_id)
        )
    }
    rows = db.session.scalars(
        select(Indicator).options(selectinload(Indicator.series_links), joinedload(Indicator.rate))
    )
    found = {}
    for indicator in rows:
        known = [moments[series] for series in _series_of(indicator) if series in moments]
        if known:
            found[indicator.key] = (min(first for first, _last in known), max(last for _first, last in known))
    return found


def _series_of(indicator: Indicator) -> set[int]:
    """The series that an indicator shows or is computed from."""
    if indicator.rate is not None:
        return {indicator.rate.numerator_id, indicator.rate.denominator_id}
    return {link.series_id for link in indicator.series_links[:1]}


def delivered_keys(found: ImportBatch) -> frozenset[str]:
    """Indicators that a delivery brought values for."""
    statement = (
        select(Indicator.key)
        .join(IndicatorSeries, IndicatorSeries.indicator_id == Indicator.id)
        .join(SeriesSource, SeriesSource.series_id == IndicatorSeries.series_id)
        .where(SeriesSource.batch_id == found.id)
    )
    return frozenset(db.session.execute(statement).scalars())


def keys_of_department(department_id: int | None) -> frozenset[str]:
    """Indicators that a department answers for; none without a department."""
    statement = select(Indicator.key).where(Indicator.department_id == department_id, Indicator.in_use)
    return frozenset() if department_id is None else frozenset(db.session.execute(statement).scalars())
