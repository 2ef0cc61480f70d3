"""Due dates of deliveries: they move on when newer values are released, and back when the release is undone."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from portal.accounts.models import Department
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.transaction import lock
from portal.indicators.catalogue import revisions as catalogue_revisions
from portal.indicators.catalogue.revision_models import RevisionKind
from portal.indicators.models import (
    BatchState,
    ImportBatch,
    Indicator,
    IndicatorRate,
    IndicatorSeries,
    SeriesSource,
)
from portal.indicators.parameters import DELIVERY_REMINDER_DAYS
from portal.indicators.periods import later, period_end
from portal.settings import services as settings

_MOVED = "moved_due"


def reminder_days() -> int:
    """How long before the due date a department is reminded, and *Heute* shows the delivery."""
    days: int = settings.get(DELIVERY_REMINDER_DAYS)
    return days


def due(*, until: date, department_id: int | None = None) -> Sequence[Indicator]:
    """Entries whose next delivery is due by that day, the earliest first; retired ones never are."""
    statement = (
        select(Indicator)
        .where(Indicator.next_due <= until, Indicator.retired_on.is_(None))
        .order_by(Indicator.next_due, Indicator.sort_key, Indicator.id)
        .options(joinedload(Indicator.department))
    )
    if department_id is not None:
        statement = statement.where(Indicator.department_id == department_id)
    return db.session.scalars(statement).all()


def to_remind(*, until: date) -> dict[int, list[Indicator]]:
    """Department → entries that are due by that day and that it was not yet reminded of."""
    statement = (
        select(Indicator)
        .join(Department, Department.id == Indicator.department_id)
        .where(
            Indicator.next_due <= until,
            Indicator.retired_on.is_(None),
            or_(Indicator.reminded_of.is_(None), Indicator.reminded_of != Indicator.next_due),
        )
        .order_by(Indicator.department_id, Indicator.next_due, Indicator.sort_key, Indicator.id)
        .options(joinedload(Indicator.department))
    )
    found: dict[int, list[Indicator]] = {}
    for indicator in db.session.scalars(statement):
        found.setdefault(indicator.department_id or 0, []).append(indicator)
    return found


def note_reminded(indicators: Sequence[Indicator]) -> None:
    """The department knows of these due dates. Whoever edits an entry meanwhile is not disturbed: no edition moves."""
    for indicator in indicators:
        db.session.execute(
            update(Indicator)
            .where(Indicator.id == indicator.id)
            .values(reminded_of=indicator.next_due)
            .execution_options(synchronize_session=False)
        )


def move_on(batch: ImportBatch, *, actor: Actor) -> None:
    """A delivery is visible now: entries it brings a newer period for are due one rhythm later.

    Corrections of what was there before move nothing. Without a rhythm the date is taken away, because the next one
    is set by hand. What was moved is noted with the delivery.
    """
    moved: dict[str, list[str | None]] = {}
    for indicator in _fed(batch):
        if indicator.next_due is None or not _brings_newer(batch, indicator):
            continue
        old = indicator.next_due
        new = None if indicator.delivery_months is None else _following(old, indicator.delivery_months)
        _set(indicator, new, actor=actor)
        moved[indicator.key] = [old.isoformat(), None if new is None else new.isoformat()]
    if moved:
        batch.summary = {**batch.summary, _MOVED: moved}


def move_back(batch: ImportBatch, *, actor: Actor) -> None:
    """A delivery was taken back: due dates that it moved and nobody changed since are what they were."""
    moved: dict[str, Any] = batch.summary.get(_MOVED, {})
    for indicator in db.session.scalars(select(Indicator).where(Indicator.key.in_(moved)).order_by(Indicator.id)):
        old, new = moved[indicator.key]
        present = None if indicator.next_due is None else indicator.next_due.isoformat()
        if present == new and indicator.retired_on is None:
            _set(indicator, date.fromisoformat(old), actor=actor)
    if moved:
        batch.summary = {key: value for key, value in batch.summary.items() if key != _MOVED}


def _following(day: date, months: int) -> date:
    """The first date of the rhythm that lies ahead."""
    steps = 1
    while later(day, steps * months) <= clock.today():
        steps += 1
    return later(day, steps * months)


def _set(indicator: Indicator, day: date | None, *, actor: Actor) -> None:
    indicator = lock(indicator)
    old = None if indicator.next_due is None else indicator.next_due.isoformat()
    new = None if day is None else day.isoformat()
    indicator.next_due = day
    catalogue_revisions.note(indicator, RevisionKind.DELIVERED, {"next_due": {"old": old, "new": new}}, actor=actor)
    db.session.flush()


def _fed(batch: ImportBatch) -> Sequence[Indicator]:
    series = select(SeriesSource.series_id).where(SeriesSource.batch_id == batch.id)
    shown = select(IndicatorSeries.indicator_id).where(IndicatorSeries.series_id.in_(series))
    counted = select(IndicatorRate.indicator_id).where(IndicatorRate.numerator_id.in_(series))
    statement = select(Indicator).where(
        or_(Indicator.id.in_(shown), Indicator.id.in_(counted)),
        Indicator.next_due.is_not(None),
        Indicator.retired_on.is_(None),
    )
    return db.session.scalars(statement.order_by(Indicator.id)).all()


def _brings_newer(batch: ImportBatch, indicator: Indicator) -> bool:
    """Whether a period of the batch ends later than everything other deliveries in force brought for the entry."""
    series = {link.series_id for link in indicator.series_links}
    if indicator.rate is not None:
        series.add(indicator.rate.numerator_id)
    statement = (
        select(SeriesSource.batch_id == batch.id, SeriesSource.period)
        .join(ImportBatch, ImportBatch.id == SeriesSource.batch_id)
        .where(
            SeriesSource.series_id.in_(series),
            or_(SeriesSource.batch_id == batch.id, ImportBatch.state == BatchState.ACTIVE),
        )
    )
    ends: dict[bool, date] = {}
    for is_own, period in db.session.execute(statement):
        end = period_end(period)
        ends[bool(is_own)] = max(end, ends.get(bool(is_own), end))
    return True in ends and (False not in ends or ends[True] > ends[False])


def window(today: date) -> date:
    """The last day of due dates that are spoken of today."""
    return today + timedelta(days=reminder_days())
