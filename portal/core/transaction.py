"""The one place that commits."""

import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import Select, bindparam, inspect, select, text
from sqlalchemy.sql.base import ExecutableOption

from portal.core.database import Record, db
from portal.core.errors import NotFound

if sys.platform != "win32":
    import fcntl

Row = TypeVar("Row", bound=Record)
_OPEN = "portal_transaction"
_DO_NOT_WAIT = text("SET LOCAL synchronous_commit = off")
_TURNS: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


@contextmanager
def transaction() -> Iterator[None]:
    """Everything inside happens, or nothing of it.

    Ends whatever read was open first, so that decisions rest on what is in the database now: an object loaded
    before the block is read again at its next use. On SQLite the block begins as the writer (IMMEDIATE); two
    blocks wait for each other instead of failing half-way. Slow work (hashing, rendering, files) belongs
    outside. Blocks do not nest: a service that needs one inside another is called in the wrong place.
    """
    session = db.session()
    if _OPEN in session.info:
        raise RuntimeError("transaction() does not nest")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made before the transaction began")
    session.rollback()
    session.info[_OPEN] = {}
    try:
        session.connection(execution_options={"portal_write": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_OPEN, None)


@contextmanager
def in_turn(name: str) -> Iterator[None]:
    """Wait in line before a transaction that many begin at once: one after the other by the same name.

    SQLite has one writer and no queue: whoever finds it busy sleeps and tries again, longer each time, and among
    many some try in vain until their time is over. The line is kept in this process and, by a lock on a file,
    between processes of one machine; it ends with a process that dies. PostgreSQL queues by itself.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    with _TURNS[name], (Path(current_app.instance_path) / f"{name}.turn").open("wb") as file:
        if sys.platform != "win32":  # there, one process serves
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def do_not_wait_for_disk() -> None:
    """Let the open transaction's commit return before it is on disk, where the database offers that.

    It survives the death of this process, as ever, and is seen by all; a power failure of the database's machine
    may take the last second back, as a whole. SQLite commits like that anyway (see `core.database`).
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(_DO_NOT_WAIT)


def in_transaction() -> bool:
    """Whether a `transaction()` block is open in this thread or request."""
    return _OPEN in db.session().info


def kept_in_transaction() -> dict[str, Any]:
    """What was read once and is remembered until the open `transaction()` ends, whatever comes of it."""
    kept: dict[str, Any] = db.session().info[_OPEN]
    return kept


def lock(row: Row, *options: ExecutableOption) -> Row:
    """Hold the row until the transaction ends and read it anew; raise `NotFound` if it is gone.

    Every change of a state begins with it: without it two requests read the same old state and the later one
    overwrites the earlier. `options` say what is read along with it.
    """
    if not in_transaction():
        raise RuntimeError("lock() needs an open transaction()")
    kind = type(row)
    identity = inspect(row).identity
    if identity is None:
        raise RuntimeError("lock() needs a stored row")
    statement = _locking(kind)
    if options:
        statement = statement.options(*options)
    found: Row | None = db.session.execute(statement, {"locked_id": identity[0]}).unique().scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


@cache
def _locking(kind: type[Record]) -> Select[Any]:
    """Put together once per table: that takes longer than it runs."""
    return (
        select(kind)
        .where(kind.id == bindparam("locked_id"))
        .with_for_update(of=kind)
        .execution_options(populate_existing=True)
    )
