"""The worker: one thread for jobs, one per loop beside them, and this one for heartbeat and schedules."""

import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType

from flask import Flask
from flask_babel import force_locale

from portal.config import Config
from portal.core.languages import DEFAULT
from portal.core.transaction import transaction
from portal.jobs import leases, registry, running, services
from portal.jobs.registry import Loop

_log = logging.getLogger("portal.jobs")
POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0
# A job that reports progress ends at once; the others get this long before the process goes.
GRACE_SECONDS = 25.0
_LONGEST_PAUSE = 60.0


def worker_name() -> str:
    """A name no other worker bears: host, process, a random part against reused process numbers."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def stop_on_signals(stop: Event) -> None:
    """Set `stop` on SIGTERM and SIGINT. Main thread only."""

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)


def run(app: Flask, *, stop: Event) -> None:
    """Work until `stop` is set, then finish the message and the job at hand and return.

    A long job never holds up the mail: they have threads of their own. A fault (the database is away, say) is
    logged and the work taken up again after a pause; nothing that was begun is lost, because leases expire.
    """
    owner = worker_name()
    config: Config = app.config["PORTAL"]
    with app.app_context(), force_locale(DEFAULT):
        loops = [factory(config, owner=owner) for factory in registry.loops()]
    threads = [Thread(target=_repeat, args=(app, "jobs", lambda: _job_step(app, owner, stop), stop), daemon=True)]
    threads += [
        Thread(target=_repeat, args=(app, loop.name, _stepper(loop, stop), stop), daemon=True) for loop in loops
    ]
    for thread in threads:
        thread.start()
    _repeat(app, "heartbeat", _Heartbeat(owner).step, stop)
    give_up_at = time.monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, give_up_at - time.monotonic()))
    with app.app_context(), force_locale(DEFAULT):
        for loop in loops:
            loop.close()
        with transaction():
            services.say_goodbye(owner)


def run_once(app: Flask, *, owner: str = "once") -> None:
    """Write due schedules, then do jobs and loops until nothing is due. For tests and seeds."""
    stop = Event()
    config: Config = app.config["PORTAL"]
    loops = [factory(config, owner=owner) for factory in registry.loops()]
    with force_locale(DEFAULT):
        with transaction():
            services.write_due()
        while _job_step(app, owner, stop) or any(loop.step(stop) for loop in loops):
            pass
    for loop in loops:
        loop.close()


def _stepper(loop: Loop, stop: Event) -> Callable[[], bool]:
    return lambda: loop.step(stop)


def _repeat(app: Flask, name: str, step: Callable[[], bool], stop: Event) -> None:
    """Call `step` again and again, each time in a fresh context; at once after work, else a poll later."""
    faults = 0
    while not stop.is_set():
        pause = POLL_SECONDS
        try:
            with app.app_context(), force_locale(DEFAULT):
                worked = step()
            faults = 0
            if worked:
                pause = 0.0
        except Exception:  # a worker that dies of one fault would leave everything else undone
            faults += 1
            pause = min(2.0**faults, _LONGEST_PAUSE)
            _log.exception("%s: fault, again in %.0f s", name, pause)
        if pause:
            stop.wait(pause)


def _job_step(app: Flask, owner: str, stop: Event) -> bool:
    if not leases.anything_due():
        return False
    job = leases.claim(owner=owner)
    if job is None:
        return False
    running.do(app, job, owner=owner, stop=stop)
    return True


class _Heartbeat:
    """Says every ten seconds that the worker lives, and writes the jobs of due schedules."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._said_at: float | None = None

    def step(self) -> bool:
        now = time.monotonic()
        if self._said_at is None:
            with transaction():
                services.keep_schedules()
        if self._said_at is None or now - self._said_at >= HEARTBEAT_SECONDS:
            with transaction():
                services.say_alive(self._owner)
            self._said_at = now
        if services.any_schedule_due():
            with transaction():
                services.write_due()
        return False
