"""A worker process for the kill test: the real delivery loop on a real database and a real server.

Arguments: data folder, database address, port of the mail server, step at which the process kills itself
(`claimed`, `recorded` or `-`). Ends when every message is settled.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from portal.app import create_app
from portal.config import Config, MailServer
from portal.outbox import leases, queries
from portal.outbox.delivery import Delivery

# A lease of three seconds: long enough for the work, short enough to wait for after a kill.
TIMEOUT = 0.3


def kill_after(function: Callable[..., Any], *, call: int) -> Callable[..., Any]:
    """The function, and the end of the process after the given call of it."""
    calls = 0

    def killing(*args: Any, **values: Any) -> Any:
        nonlocal calls
        result = function(*args, **values)
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return killing


def main(data: str, url: str, port: str, die_at: str) -> None:
    mail = MailServer(
        host="localhost", port=int(port), security="none", username=None, password=None, timeout_seconds=TIMEOUT
    )
    config = Config(data=Path(data), database_url=url, base_url="http://portal.example", testing=True, mail=mail)
    app = create_app(config)
    if die_at == "claimed":
        leases.claim = kill_after(leases.claim, call=1)
    if die_at == "recorded":
        leases.record = kill_after(leases.record, call=3)
    with app.app_context():
        delivery = Delivery(config, owner=f"worker:{os.getpid()}")
        while queries.backlog().waiting:
            if not delivery.step(Event()):
                time.sleep(0.1)
        delivery.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
