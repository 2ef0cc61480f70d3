"""Writing jobs, trying them again, keeping schedules."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import lock
from portal.jobs import permissions, registry
from portal.jobs.models import Job, JobState, Schedule, Worker

PRIORITY = 50
_LONGEST_SILENCE = timedelta(days=1)


def enqueue(
    kind: str,
    payload: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    unique_key: str | None = None,
    run_at: datetime | None = None,
    priority: int = PRIORITY,
) -> Job:
    """Write a job in the caller's transaction; a worker does it after the commit, not before `run_at`.

    While a job with the same `unique_key` is still to be done, that one comes back and no second is written.
    `payload` must be JSON. Smaller `priority` goes first. The job runs as `actor`: the person, acting for the same
    organisation, with the rights held then.
    """
    if unique_key is not None:
        known = _open(unique_key)
        if known is not None:
            return known
    job = Job(
        kind=kind,
        payload=dict(payload or {}),
        unique_key=unique_key,
        created_by=actor.user_id,
        representation_id=None if actor.representation is None else actor.representation.id,
        priority=priority,
        run_at=run_at or clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(job)
    except IntegrityError:
        known = None if unique_key is None else _open(unique_key)
        if known is None:
            raise
        return known
    return job


def _open(unique_key: str) -> Job | None:
    return db.session.scalars(select(Job).filter_by(unique_key=unique_key)).one_or_none()


def retry(job: Job, *, actor: Actor) -> None:
    """Do a failed job again, with a full count of attempts."""
    require(permissions.may_act(actor, job))
    lock(job)
    if not permissions.may_retry(actor, job):
        raise Refusal(_("Dieser Auftrag ist nicht gescheitert."))
    job.state = JobState.WAITING
    job.attempts = 0
    job.run_at = clock.now()
    job.finished_at = None
    job.error = None
    job.progress_done = job.progress_total = 0
    db.session.flush()
    audit.record("job.retried", subject=job, actor=actor)


def keep_schedules() -> None:
    """Bring the rows in step with what the program declares: new ones are due at once, others go."""
    declared = {schedule.name: schedule for schedule in registry.schedules()}
    stored = {row.name: row for row in db.session.scalars(select(Schedule).order_by(Schedule.name))}
    for name, row in stored.items():
        if name not in declared:
            db.session.delete(row)
    for name, schedule in declared.items():
        seconds = int(schedule.every.total_seconds())
        known = stored.get(name)
        if known is None:
            db.session.add(Schedule(name=name, kind=schedule.kind, every_seconds=seconds, next_run_at=clock.now()))
        elif (known.kind, known.every_seconds) != (schedule.kind, seconds):
            known.kind = schedule.kind
            known.every_seconds = seconds
            known.next_run_at = min(known.next_run_at, clock.now() + schedule.every)
    db.session.flush()


def write_due() -> int:
    """Write the jobs of schedules that are due; how many. Missed rounds are not made up for."""
    now = clock.now()
    due = db.session.scalars(
        select(Schedule).where(Schedule.next_run_at <= now).order_by(Schedule.id).with_for_update(skip_locked=True)
    ).all()
    for schedule in due:
        enqueue(schedule.kind, schedule.payload, actor=SYSTEM, unique_key=f"schedule:{schedule.name}")
        schedule.last_run_at = now
        schedule.next_run_at = now + timedelta(seconds=schedule.every_seconds)
    db.session.flush()
    return len(due)


def any_schedule_due() -> bool:
    """Whether `write_due` would write something. A plain read."""
    return db.session.scalar(select(Schedule.id).where(Schedule.next_run_at <= clock.now()).limit(1)) is not None


def say_alive(name: str) -> None:
    """Note that the worker of this name lives, and forget those that fell silent a day ago."""
    now = clock.now()
    worker = db.session.scalars(select(Worker).filter_by(name=name)).one_or_none()
    if worker is None:
        db.session.add(Worker(name=name, seen_at=now))
        db.session.execute(delete(Worker).where(Worker.seen_at < now - _LONGEST_SILENCE))
    else:
        worker.seen_at = now
    db.session.flush()


def say_goodbye(name: str) -> None:
    """The worker of this name ended in order."""
    db.session.execute(delete(Worker).where(Worker.name == name))


def purge(*, finished_before: datetime, limit: int) -> int:
    """Remove up to `limit` jobs that were finished before; how many."""
    ids = db.session.scalars(
        select(Job.id).where(Job.finished_at < finished_before).order_by(Job.finished_at, Job.id).limit(limit)
    ).all()
    if ids:
        db.session.execute(delete(Job).where(Job.id.in_(ids)))
    return len(ids)
