"""Doing one job: its context, the thread that keeps its lease, its end."""

import logging
import time
from collections.abc import Mapping
from threading import Event, Thread
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import SQLAlchemyError

from portal.core.actor import SYSTEM, Actor
from portal.core.errors import NotAllowed, NotFound, Refusal
from portal.core.languages import DEFAULT
from portal.jobs import leases, registry
from portal.jobs.leases import Claimed
from portal.jobs.registry import JobInterruptedError

_log = logging.getLogger("portal.jobs")
_PROGRESS_EVERY = 1.0
_LONGEST_ERROR = 2000


class RunningJob:
    """The `JobContext` of a job in this worker's hands."""

    def __init__(self, job: Claimed, *, owner: str, stop: Event) -> None:
        self._job = job
        self._owner = owner
        self._stop = stop
        self._lost = Event()
        self._written_at = 0.0

    @property
    def payload(self) -> Mapping[str, Any]:
        return self._job.payload

    @property
    def actor(self) -> Actor:
        if self._job.created_by is None:
            return SYSTEM
        return registry.load_actor(self._job.created_by, representation_id=self._job.representation_id)

    def progress(self, done: int, total: int) -> None:
        if self._stop.is_set() or self._lost.is_set():
            raise JobInterruptedError
        now = time.monotonic()
        if now - self._written_at < _PROGRESS_EVERY and done < total:
            return
        self._written_at = now
        if not leases.keep(self._job.id, owner=self._owner, progress=(done, total)):
            raise JobInterruptedError

    def lose(self) -> None:
        """Somebody else has the job now."""
        self._lost.set()


def do(app: Flask, job: Claimed, *, owner: str, stop: Event) -> None:
    """Run the job's function and put down how it ended. Needs an open application context.

    A `Refusal` or a missing right is final: trying again would change nothing. Any other exception is logged
    and tried again as often as the kind allows.
    """
    kind = registry.find(job.kind)
    if kind is None:
        leases.failed(job.id, owner=owner, error=f"unknown kind {job.kind}", again=False)
        return
    context = RunningJob(job, owner=owner, stop=stop)
    ended = Event()
    keeper = Thread(target=_keep, args=(app, job, context, owner, ended), name=f"lease-{job.id}", daemon=True)
    keeper.start()
    try:
        result = kind.function(context)
    except JobInterruptedError:
        leases.put_back(job.id, owner=owner)
    except Refusal as refusal:
        leases.failed(job.id, owner=owner, error=str(refusal.message), again=False)
    except (NotAllowed, NotFound) as error:
        leases.failed(job.id, owner=owner, error=type(error).__name__, again=False)
    except Exception as error:
        _log.exception("job %s (%s) failed", job.id, job.kind)
        words = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
        leases.failed(job.id, owner=owner, error=words, again=job.attempts < kind.max_attempts)
    else:
        leases.done(job.id, owner=owner, result=result or {})
    finally:
        ended.set()
        keeper.join()


def _keep(app: Flask, job: Claimed, context: RunningJob, owner: str, ended: Event) -> None:
    """Renew the lease until the job ends; three chances before it lapses."""
    while not ended.wait(leases.LEASE.total_seconds() / 3):
        with app.app_context(), force_locale(DEFAULT):
            try:
                if not leases.keep(job.id, owner=owner):
                    context.lose()
                    return
            except SQLAlchemyError:
                _log.exception("lease of job %s could not be renewed", job.id)
