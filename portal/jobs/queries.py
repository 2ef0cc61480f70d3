"""Reading jobs, schedules, workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import case, func, select

from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import Filter, Listing, listing
from portal.jobs import permissions, registry
from portal.jobs.models import Job, JobState, Schedule, Worker

# A worker says every ten seconds that it lives.
SILENT_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class JobBacklog:
    """Jobs that are due, running, failed."""

    due: int
    running: int
    failed: int


def backlog() -> JobBacklog:
    """Counts for the checks and the day's page. One query."""
    due, running, failed = db.session.execute(
        select(
            func.count(case(((Job.state == JobState.WAITING) & (Job.run_at <= clock.now()), 1))),
            func.count(case((Job.state == JobState.RUNNING, 1))),
            func.count(case((Job.state == JobState.FAILED, 1))),
        ).where(Job.state != JobState.DONE)
    ).one()
    return JobBacklog(due=due, running=running, failed=failed)


def worker_seen_at() -> datetime | None:
    """When any worker last said that it lives; None if there is none."""
    return db.session.scalar(select(func.max(Worker.seen_at)))


@dataclass(frozen=True)
class WorkerLine:
    """A worker as the page shows it. `silent`: several signs of life are missing."""

    name: str
    since: datetime
    seen_at: datetime
    silent: bool


def worker_lines(*, actor: Actor) -> list[WorkerLine]:
    """All workers that were seen within a day, the liveliest first."""
    require(permissions.may_see_list(actor))
    before = clock.now() - SILENT_AFTER
    rows = db.session.scalars(select(Worker).order_by(Worker.seen_at.desc(), Worker.id))
    return [WorkerLine(row.name, row.created_at, row.seen_at, row.seen_at < before) for row in rows]


def schedules(*, actor: Actor) -> Sequence[Schedule]:
    """All schedules, the next due first."""
    require(permissions.may_see_list(actor))
    return db.session.scalars(select(Schedule).order_by(Schedule.next_run_at, Schedule.name)).all()


def jobs(arguments: Mapping[str, str], *, actor: Actor, path: str) -> Listing[Job]:
    """The list, newest first."""
    require(permissions.may_see_list(actor))
    return listing(
        select(Job),
        arguments,
        path=path,
        sorts={"zeit": (Job.created_at, Job.id), "art": (Job.kind, Job.id), "ende": (Job.finished_at, Job.id)},
        default_sort="-zeit",
        filters=(
            Filter(
                "zustand",
                _("Zustand"),
                [("", _("alle")), *JobState.choices()],
                lambda value: Job.state == JobState(value),
            ),
            Filter("art", _("Art"), [("", _("alle")), *registry.kind_choices()], lambda value: Job.kind == value),
        ),
    )


def job(public_id: str, *, actor: Actor) -> Job:
    """One job; `NotFound` if there is none or the actor may not see it."""
    require(actor.signed_in)
    require(actor.signed_in)
    found = db.session.scalars(select(Job).filter_by(public_id=public_id)).one_or_none()
    return require_visible(found, found is not None and permissions.may_see(actor, found))


def remaining(subject: Job) -> timedelta | None:
    """How long a running job will still take if it goes on at its pace; None while that cannot be said."""
    if subject.state is not JobState.RUNNING or subject.started_at is None:
        return None
    if not 0 < subject.progress_done < subject.progress_total:
        return None
    spent = clock.now() - subject.started_at
    return spent * ((subject.progress_total - subject.progress_done) / subject.progress_done)


def under_way() -> Sequence[Job]:
    """Jobs that are running now, the oldest first."""
    return db.session.scalars(select(Job).where(Job.state == JobState.RUNNING).order_by(Job.started_at, Job.id)).all()
