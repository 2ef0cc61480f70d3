"""Taking a job in hand, keeping it, putting down how it ended: each a short transaction.

A job belongs to a worker while it is `running`, bears the worker's name and its lease has not expired.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select, update

from portal.core import clock
from portal.core.database import db
from portal.core.transaction import transaction
from portal.jobs import registry
from portal.jobs.models import Job, JobState

LEASE = timedelta(seconds=60)
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
ABANDONED = "Der Auftrag wurde mehrfach abgebrochen, bevor er fertig war."


@dataclass(frozen=True)
class Claimed:
    """A job in this worker's hands. `attempts` counts this one."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    created_by: int | None
    representation_id: int | None
    attempts: int


def anything_due() -> bool:
    """Whether there is something to claim. A plain read: an idle worker never blocks a writer."""
    now = clock.now()
    due = exists().where(Job.state == JobState.WAITING, Job.run_at <= now)
    lapsed = exists().where(Job.state == JobState.RUNNING, Job.lease_until < now)
    return bool(db.session.scalar(select(due | lapsed)))


def claim(*, owner: str, lease: timedelta = LEASE) -> Claimed | None:
    """Take the most urgent job that is due or whose worker died; None if there is none.

    A job that was begun as often as its kind allows and never ended is given up.
    """
    with transaction():
        now = clock.now()
        job = db.session.scalars(
            select(Job)
            .where(
                ((Job.state == JobState.WAITING) & (Job.run_at <= now))
                | ((Job.state == JobState.RUNNING) & (Job.lease_until < now))
            )
            .order_by(Job.priority, Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=Job)
        ).one_or_none()
        if job is None:
            return None
        kind = registry.find(job.kind)
        if kind is not None and job.state is JobState.RUNNING and job.attempts >= kind.max_attempts:
            _end(job, JobState.FAILED, error=ABANDONED)
            return None
        job.state = JobState.RUNNING
        job.attempts += 1
        job.lease_until = now + lease
        job.lease_owner = owner
        job.started_at = now
        job.progress_done = job.progress_total = 0
        return Claimed(
            id=job.id,
            kind=job.kind,
            payload=dict(job.payload),
            created_by=job.created_by,
            representation_id=job.representation_id,
            attempts=job.attempts,
        )


def keep(job_id: int, *, owner: str, lease: timedelta = LEASE, progress: tuple[int, int] | None = None) -> bool:
    """Hold the job longer and note its progress; False if it is no longer this worker's."""
    values: dict[str, Any] = {"lease_until": clock.now() + lease}
    if progress is not None:
        values |= {"progress_done": progress[0], "progress_total": progress[1]}
    with transaction():
        result = db.session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.RUNNING, Job.lease_owner == owner)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    return int(result.rowcount) == 1  # type: ignore[attr-defined]


def done(job_id: int, *, owner: str, result: Mapping[str, Any]) -> None:
    """The job is finished."""
    with transaction():
        job = _mine(job_id, owner)
        if job is not None:
            job.result = dict(result)
            job.progress_done = job.progress_total
            _end(job, JobState.DONE)


def failed(job_id: int, *, owner: str, error: str, again: bool) -> None:
    """The job did not succeed. `again`: it waits (1, 2, 4 … minutes, at most an hour) for another attempt."""
    with transaction():
        job = _mine(job_id, owner)
        if job is None:
            return
        if again:
            wait = min(_FIRST_WAIT * 2.0 ** min(job.attempts - 1, 10), _LONGEST_WAIT)
            _put_back(job)
            job.run_at = clock.now() + wait
            job.error = error
        else:
            _end(job, JobState.FAILED, error=error)


def put_back(job_id: int, *, owner: str) -> None:
    """The worker stops; the job waits for the next one and this attempt does not count."""
    with transaction():
        job = _mine(job_id, owner)
        if job is not None:
            _put_back(job)
            job.attempts -= 1


def _mine(job_id: int, owner: str) -> Job | None:
    return db.session.scalars(
        select(Job).where(Job.id == job_id, Job.state == JobState.RUNNING, Job.lease_owner == owner).with_for_update()
    ).one_or_none()


def _put_back(job: Job) -> None:
    job.state = JobState.WAITING
    job.lease_until = job.lease_owner = None
    job.progress_done = job.progress_total = 0


def _end(job: Job, state: JobState, *, error: str | None = None) -> None:
    job.state = state
    job.finished_at = clock.now()
    job.error = error
    job.lease_until = job.lease_owner = None
    # The key is free again: what comes up from now on is new work.
    job.unique_key = None
