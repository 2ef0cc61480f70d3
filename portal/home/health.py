"""How the installation is: what `/healthz` answers and `portal check` prints."""

import time
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app
from sqlalchemy import func, select

from portal.core import clock
from portal.core.database import db
from portal.jobs.models import Worker
from portal.outbox import queries as outbox

# A worker says every few seconds that it lives; after this long it is dead or hangs.
WORKER_SILENT_AFTER = timedelta(minutes=2)
# Loading the program and the first sign of life take a few seconds, on a slow machine more.
WORKER_STARTS_WITHIN = timedelta(seconds=60)
_EXPECTED = "portal_worker_expected"
# A message due for longer than this waits for more than the next round of the worker.
MAIL_LATE_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class MailBacklog:
    """Messages still to be handed over: due now, how long the oldest has been due, and those given up."""

    due: int
    oldest_due_since: timedelta | None
    undeliverable: int

    @property
    def is_late(self) -> bool:
        return self.oldest_due_since is not None and self.oldest_due_since > MAIL_LATE_AFTER


def worker_age() -> timedelta | None:
    """How long ago the liveliest worker said that it lives; None if there never was one."""
    seen = db.session.execute(select(func.max(Worker.seen_at))).scalar_one()
    return None if seen is None else max(clock.now() - seen, timedelta(0))


def expect_worker(app: Flask) -> None:
    """A worker is being started together with this process: for a moment its silence is no fault."""
    app.extensions[_EXPECTED] = time.monotonic()


def worker_is_starting() -> bool:
    """Whether one was started so recently that it may not have said yet that it lives."""
    since: float | None = current_app.extensions.get(_EXPECTED)
    return since is not None and time.monotonic() - since < WORKER_STARTS_WITHIN.total_seconds()


def worker_lives(age: timedelta | None) -> bool:
    return age is not None and age <= WORKER_SILENT_AFTER


def mail_backlog() -> MailBacklog:
    """What the outbox still has to hand over."""
    found = outbox.backlog()
    since = None if found.oldest_due is None else clock.now() - found.oldest_due
    return MailBacklog(due=found.due, oldest_due_since=since, undeliverable=found.undeliverable)
