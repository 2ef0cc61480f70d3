"""What a delivery changes: its values beside those that are visible without it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select, union
from sqlalchemy.orm import aliased

from portal.areas.models import Area
from portal.core.database import db
from portal.indicators import moments
from portal.indicators.models import (
    BatchState,
    CensusBase,
    ImportBatch,
    Indicator,
    IndicatorRate,
    IndicatorSeries,
    Series,
    SeriesSource,
    SeriesValue,
)
from portal.indicators.value_states import ValueState

_KEY = (SeriesValue.series_id, SeriesValue.area_id, SeriesValue.period, SeriesValue.dimensions)


@dataclass(frozen=True)
class Effect:
    """What taking a batch back does to the values that it shows now."""

    vanishing: int
    reverting: int
    hidden: int


class Counted(NamedTuple):
    """Values of a series in a delivery: all, those without a visible one, those that differ from it."""

    total: int
    new: int
    changed: int


class ListedValue(NamedTuple):
    """One value of a delivery and the one that it would replace, or did when it was taken over. Numbers are as
    delivered; a state stands where there is none. Without `has_old` nothing is replaced. `replaced_by` is the id of the
    delivery whose value counts now in place of this one."""

    series_id: int
    area_id: int
    area: str
    series: str
    unit: str
    period: str
    dimensions: str
    has_old: bool
    old_value: float | None
    old_text: str | None
    old_state: ValueState | None
    new_value: float | None
    new_text: str | None
    new_state: ValueState
    replaced_by: int | None = None

    @property
    def is_changed(self) -> bool:
        before = self.old_value, self.old_text, self.old_state
        return self.has_old and before != (self.new_value, self.new_text, self.new_state)


@dataclass(frozen=True)
class Version:
    """One value that a key had at some time, with the delivery that brought it."""

    value: float | None
    text: str | None
    state: ValueState
    batch_public_id: str
    batch_state: BatchState
    file_name: str
    territorial_date: date | None


def counted(batch: ImportBatch, series_id: int) -> Counted:
    """Count what the batch's values of a series are beside what is visible without it."""
    statement, other = _beside(batch, series_id)
    row = db.session.execute(
        statement.with_only_columns(
            func.count(),
            func.count(case((other.area_id.is_(None), 1))),
            func.count(case((and_(other.area_id.is_not(None), _differs(other)), 1))),
        )
    ).one()
    return Counted(*(int(count) for count in row))


def effect_of_undo(batch: ImportBatch) -> Effect:
    """How many of the batch's values would vanish, go back to an earlier one, or are hidden by a later one.

    Reads its series once, key by key: the batch's own value beside the latest of the others.
    """
    if batch.state is not BatchState.ACTIVE:
        return Effect(0, 0, 0)
    is_own = SeriesValue.batch_id == batch.id
    keys = (
        select(func.max(case((~is_own, ImportBatch.activated_at))).label("latest"))
        .select_from(SeriesValue)
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .where(ImportBatch.state == BatchState.ACTIVE, SeriesValue.series_id.in_(series_ids_of(batch)))
        .group_by(*_KEY)
        .having(func.count().filter(is_own) > 0)
        .subquery("keys")
    )
    is_later = keys.c.latest > batch.activated_at
    row = db.session.execute(
        select(
            func.count().filter(keys.c.latest.is_(None)),
            func.count().filter(~is_later),
            func.count().filter(is_later),
        ).select_from(keys)
    ).one()
    return Effect(vanishing=int(row[0]), reverting=int(row[1]), hidden=int(row[2]))


def values_beside(
    batch: ImportBatch, *, series_ids: Collection[int] | None = None, area_ids: Collection[int] | None = None
) -> list[ListedValue]:
    """Every value of the batch (of these series and places) beside the visible one of any other, by series, place and
    period; one query."""
    statement, other = _beside(batch)
    if series_ids is not None:
        statement = statement.where(SeriesValue.series_id.in_(series_ids))
    if area_ids is not None:
        statement = statement.where(SeriesValue.area_id.in_(area_ids))
    rows = db.session.execute(
        statement.join(Area, Area.id == SeriesValue.area_id)
        .join(Series, Series.id == SeriesValue.series_id)
        .with_only_columns(
            SeriesValue.series_id,
            SeriesValue.area_id,
            Area.name,
            Series.title,
            Series.unit,
            SeriesValue.period,
            SeriesValue.dimensions,
            other.area_id.is_not(None),
            other.value,
            other.text_value,
            other.state,
            SeriesValue.value,
            SeriesValue.text_value,
            SeriesValue.state,
            _replaced_by(batch),
        )
        .order_by(Series.sort_key, Series.id, Area.sort_key, Area.id, SeriesValue.period, SeriesValue.dimensions)
    )
    return [ListedValue(*row) for row in rows]


def history(series_id: int, area_id: int, period: str, dimensions: str = "") -> list[Version]:
    """Everything that was ever taken over for one key, latest first; values taken back say so."""
    statement = (
        select(
            SeriesValue.value,
            SeriesValue.text_value,
            SeriesValue.state,
            ImportBatch.public_id,
            ImportBatch.state,
            ImportBatch.file_name,
            SeriesValue.territorial_date,
        )
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .where(
            SeriesValue.series_id == series_id,
            SeriesValue.area_id == area_id,
            SeriesValue.period == period,
            SeriesValue.dimensions == dimensions,
            ImportBatch.activated_at.is_not(None),
        )
        .order_by(ImportBatch.activated_at.desc(), ImportBatch.id.desc())
    )
    return [Version(*row) for row in db.session.execute(statement)]


def series_ids_of(batch: ImportBatch) -> list[int]:
    """The series a batch has values of, in the order of their ids."""
    # Walks the unique index from series to series within one query; DISTINCT would read every value.
    of_batch = select(func.min(SeriesValue.series_id)).where(SeriesValue.batch_id == batch.id)
    walk = select(of_batch.scalar_subquery().label("series_id")).cte("walk", recursive=True)
    following = of_batch.where(SeriesValue.series_id > walk.c.series_id).correlate(walk).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.series_id.is_not(None)))
    statement = select(walk.c.series_id).where(walk.c.series_id.is_not(None)).order_by(walk.c.series_id)
    return list(db.session.scalars(statement))


def departments_of(batch: ImportBatch) -> set[int | None]:
    """Who is responsible for the indicators that the batch feeds; None for series that feed none."""
    return departments_of_series(series_ids_of(batch))


def series_noted(batches: Sequence[ImportBatch]) -> list[int]:
    """The series that completely read deliveries noted sources of; one query for all of them."""
    of_batches = SeriesSource.batch_id.in_([batch.id for batch in batches])
    return list(db.session.scalars(select(SeriesSource.series_id).where(of_batches).distinct()))


def departments_of_series(series_ids: Collection[int]) -> set[int | None]:
    """Who is responsible for the indicators that show these series or count with them; None for series of none."""
    departments: set[int | None] = set()
    linked: set[int] = set()
    shown = (
        select(IndicatorSeries.series_id, Indicator.department_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(IndicatorSeries.series_id.in_(series_ids))
    )
    counted = [
        select(part, Indicator.department_id)
        .join(Indicator, Indicator.id == IndicatorRate.indicator_id)
        .where(part.in_(series_ids))
        for part in (IndicatorRate.numerator_id, IndicatorRate.denominator_id)
    ]
    for series_id, department_id in db.session.execute(union(shown, *counted)):
        departments.add(department_id)
        linked.add(series_id)
    if linked != set(series_ids):
        departments.add(None)
    return departments


def has_own(batch: ImportBatch) -> bool:
    """Whether a delivery feeds a series that a department counts itself."""
    own = select(Series.id).where(Series.id.in_(series_ids_of(batch)), Series.is_own)
    return db.session.execute(own.limit(1)).first() is not None


def census_bases(series_ids: list[int]) -> dict[tuple[int, str], CensusBase]:
    """Series and period → census base, where everything visible agrees on one.

    Files do not say it; the same statistic of the same date rests on the same census.
    """
    statement = (
        select(SeriesValue.series_id, SeriesValue.period, SeriesValue.census_base)
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .where(
            ImportBatch.state == BatchState.ACTIVE,
            SeriesValue.series_id.in_(series_ids),
            SeriesValue.census_base.is_not(None),
        )
        .distinct()
    )
    found: dict[tuple[int, str], set[CensusBase]] = {}
    for series_id, period, base in db.session.execute(statement):
        if base is not None:
            found.setdefault((series_id, period), set()).add(base)
    return {key: bases.pop() for key, bases in found.items() if len(bases) == 1}


def _beside(batch: ImportBatch, series_id: int | None = None) -> tuple[Select[Any], Any]:
    """The batch's values (of a series), each with the visible value of any other batch (or nothing).

    Of one that was taken over, with what was visible then: what it did stays readable.

    Each is looked up by its key. A join with all visible values of the series would compare every one with every
    other: SQLite finds no order to go by (measured: half a second for 1,000 beside 10,800).
    """
    other, candidate = aliased(SeriesValue, name="others"), aliased(SeriesValue)
    visible = (
        select(candidate.id)
        .join(ImportBatch, ImportBatch.id == candidate.batch_id)
        .where(
            _visible_beside(batch),
            candidate.series_id == SeriesValue.series_id,
            candidate.area_id == SeriesValue.area_id,
            candidate.period == SeriesValue.period,
            candidate.dimensions == SeriesValue.dimensions,
            candidate.batch_id != batch.id,
        )
        .order_by(ImportBatch.activated_at.desc(), ImportBatch.id.desc())
        .limit(1)
        .correlate(SeriesValue)
        .scalar_subquery()
    )
    statement = select(SeriesValue).outerjoin(other, other.id == visible).where(SeriesValue.batch_id == batch.id)
    return statement if series_id is None else statement.where(SeriesValue.series_id == series_id), other


def _visible_beside(batch: ImportBatch) -> ColumnElement[bool]:
    if batch.state is BatchState.ACTIVE and batch.activated_at is not None:
        return moments.was_active(batch.activated_at)
    return ImportBatch.state == BatchState.ACTIVE


def _replaced_by(batch: ImportBatch) -> ColumnElement[Any]:
    """The id of the batch whose value counts in place of a value of this one; null where its own counts."""
    if batch.state is not BatchState.ACTIVE:
        return null()
    later = aliased(SeriesValue)
    return (
        select(ImportBatch.id)
        .join(later, later.batch_id == ImportBatch.id)
        .where(
            ImportBatch.state == BatchState.ACTIVE,
            ImportBatch.activated_at > batch.activated_at,
            later.series_id == SeriesValue.series_id,
            later.area_id == SeriesValue.area_id,
            later.period == SeriesValue.period,
            later.dimensions == SeriesValue.dimensions,
        )
        .order_by(ImportBatch.activated_at.desc(), ImportBatch.id.desc())
        .limit(1)
        .correlate(SeriesValue)
        .scalar_subquery()
    )


def _differs(other: Any) -> ColumnElement[bool]:
    return or_(
        SeriesValue.value.is_distinct_from(other.value),
        SeriesValue.text_value.is_distinct_from(other.text_value),
        SeriesValue.state != other.state,
    )
