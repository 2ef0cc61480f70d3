"""Tables of jobs, schedules and workers."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.database import BigId, JsonType, PublicRecord, Record, UtcDateTime, enum_type
from portal.core.words import Worded


class JobState(Worded):
    """Where a job stands."""

    WAITING = "waiting", _l("wartet")
    RUNNING = "running", _l("läuft")
    DONE = "done", _l("erledigt")
    FAILED = "failed", _l("gescheitert")

    @property
    def tone(self) -> str | None:
        """Look of the state's badge."""
        return {"waiting": "info", "running": "info", "done": "ok", "failed": "error"}[self.value]

    @property
    def icon(self) -> str:
        """Sign beside the state's word."""
        return {"waiting": "clock", "running": "refresh", "done": "check", "failed": "alert"}[self.value]


class Job(PublicRecord):
    """One piece of work. `progress_done` of `progress_total` is what a page shows while it runs."""

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "state", "priority", "run_at"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="running_has_lease"),
        CheckConstraint("(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name="finished_has_time"),
        CheckConstraint("progress_done >= 0 AND progress_total >= 0", name="progress_not_negative"),
    )

    kind: Mapped[str] = mapped_column(String(60), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    # A second job with the same key is not written while the first is still to be done.
    unique_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_by: Mapped[int | None] = mapped_column(BigId)
    # For whom that person acted then; without a foreign key, representations live on a floor above.
    representation_id: Mapped[int | None] = mapped_column(BigId)
    priority: Mapped[int] = mapped_column(default=50)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    state: Mapped[JobState] = mapped_column(enum_type(JobState), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    error: Mapped[str | None] = mapped_column(Text)


class Schedule(Record):
    """A job kind that is due again and again; `every_seconds` apart."""

    __tablename__ = "schedule"
    __table_args__ = (CheckConstraint("every_seconds > 0", name="interval_positive"),)

    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    every_seconds: Mapped[int]
    next_run_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Worker(Record):
    """A worker process and when it last said that it lives."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
