"""`portal worker`: mail, jobs and schedules."""

import os
import signal
import sys
import threading
from types import FrameType

import click

from portal.cli.installation import opened, require_current_database
from portal.jobs.worker import run


@click.command(help="Startet den Worker. Mehrere dürfen nebeneinander laufen.")
@click.option("--until-parent-ends", is_flag=True, hidden=True, help="Endet, wenn die Standardeingabe schließt.")
def worker(until_parent_ends: bool) -> None:
    stop = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    if until_parent_ends:
        # Ctrl-C reaches the whole group; the parent ends first and says when.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_watch, args=(stop,), name="parent", daemon=True).start()
    with opened() as app:
        require_current_database()
        run(app, stop=stop)


def _watch(stop: threading.Event) -> None:
    """Standard input is a pipe from the parent; it closes however the parent ends, on every system."""
    # The descriptor itself: a thread inside of `sys.stdin` would hold its lock when the interpreter ends.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()
