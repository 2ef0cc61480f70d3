"""Reading topics and planning periods."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from portal.core import clock
from portal.core.database import db
from portal.core.errors import NotFound
from portal.planning.models import PlanningPeriod, Topic


def topics() -> Sequence[Topic]:
    """Every topic in the order of reports."""
    return db.session.scalars(select(Topic).order_by(Topic.position, Topic.id)).all()


def topics_by_key(keys: Collection[str]) -> Sequence[Topic]:
    """The topics with these keys, in the order of reports; unknown keys are left out."""
    return db.session.scalars(select(Topic).where(Topic.key.in_(keys)).order_by(Topic.position, Topic.id)).all()


def periods() -> Sequence[PlanningPeriod]:
    """Every planning period, the latest first."""
    return db.session.scalars(select(PlanningPeriod).order_by(PlanningPeriod.starts_on.desc())).all()


def period_on(day: date | None = None) -> PlanningPeriod | None:
    """The planning period that holds the day (default: today); the later one if two overlap."""
    on = day or clock.today()
    return db.session.scalars(
        select(PlanningPeriod)
        .where(PlanningPeriod.starts_on <= on, PlanningPeriod.ends_on >= on)
        .order_by(PlanningPeriod.starts_on.desc())
        .limit(1)
    ).one_or_none()


def overlapping(starts_on: date, ends_on: date) -> PlanningPeriod | None:
    """A period that shares a day with these, the earliest first."""
    return db.session.scalars(
        select(PlanningPeriod)
        .where(PlanningPeriod.starts_on <= ends_on, PlanningPeriod.ends_on >= starts_on)
        .order_by(PlanningPeriod.starts_on)
        .limit(1)
    ).one_or_none()


def period(key: str) -> PlanningPeriod:
    """The planning period with this key; `NotFound` if there is none."""
    found = db.session.scalars(select(PlanningPeriod).filter_by(key=key)).one_or_none()
    if found is None:
        raise NotFound
    return found
