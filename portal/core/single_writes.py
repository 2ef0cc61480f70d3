"""Changes of one statement each, for work that stores a result a thousand times.

Beside the session, on a connection kept for the block, at a fraction of the cost of `transaction()`. No transaction is
open between two of them; objects the session holds do not notice. What was written survives the death of this process;
of a power failure of the database's machine it may miss the last second, on SQLite (see `core.database`) as on
PostgreSQL. A connection that broke is made anew.
"""

import select
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, cast

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from sqlalchemy import Dialect, UpdateBase
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from portal.core.database import db


class SingleWrite(Protocol):
    """Runs one statement as a transaction of its own.

    It is on its way to the database when the call returns, and no death of this process stops it. What comes back
    waits for the end: the number of rows it touched, or what went wrong. One at a time.
    """

    def __call__(self, statement: UpdateBase, parameters: Mapping[str, Any]) -> Callable[[], int]: ...


@contextmanager
def single_writes() -> Iterator[SingleWrite]:
    """Single changes until the end of the block."""
    # On PostgreSQL a statement without BEGIN is a transaction already and costs one journey instead of three. A
    # connection made anew no longer knows that; therefore each write says that it is one.
    sqlite = db.engine.dialect.name == "sqlite"
    engine = db.engine if sqlite else db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if sqlite:
            yield _AtOnce(cast(sqlite3.Connection, connection.connection.driver_connection), connection.dialect)
            return
        connection.exec_driver_sql("SET synchronous_commit = off")
        connection.rollback()
        driver = cast(psycopg.Connection[Any], connection.connection.driver_connection)
        sent = _Sent(driver)

        def write(statement: UpdateBase, parameters: Mapping[str, Any]) -> Callable[[], int]:
            with connection.begin():
                count = connection.execute(statement, parameters).rowcount
            return lambda: count

        def send(statement: UpdateBase, parameters: Mapping[str, Any]) -> Callable[[], int]:
            if connection.invalidated or connection.connection.driver_connection is not driver:
                return write(statement, parameters)
            try:
                end = sent.begin(statement, parameters)
            except psycopg.Error as error:
                raise _broken(error) from error

            def wait() -> int:
                try:
                    return end()
                except psycopg.Error as error:
                    raise _broken(error) from error

            return wait

        def _broken(error: psycopg.Error) -> DBAPIError:
            """Whatever went wrong beside the session's machinery, the connection is not used for more."""
            connection.invalidate()
            return DBAPIError("single write", None, error)

        try:
            yield send
        finally:
            try:
                sent.forget()
                connection.exec_driver_sql("RESET synchronous_commit")
                connection.rollback()
            except (DBAPIError, psycopg.Error):
                connection.invalidate()  # never back into the pool with this setting


class _Statement:
    """A statement as the drivers take it: its text, and the values in their order."""

    def __init__(self, statement: UpdateBase, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        assert compiled.positiontup is not None
        self.text = str(compiled)
        self._order = list(compiled.positiontup)
        self._fixed = dict(compiled.params)
        self._processors: dict[str, Callable[[Any], Any]] = {}
        for bind, key in compiled.bind_names.items():
            processor = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if processor is not None:
                self._processors[key] = processor

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        found = {**self._fixed, **parameters}
        for key, processor in self._processors.items():
            found[key] = processor(found[key])
        return [found[key] for key in self._order]


class _AtOnce:
    """SQLite writes in this process: the statement is through when the call returns, without BEGIN and COMMIT."""

    def __init__(self, driver: sqlite3.Connection, dialect: Dialect) -> None:
        self._driver = driver
        self._dialect = dialect
        self._known: dict[UpdateBase, _Statement] = {}

    def __call__(self, statement: UpdateBase, parameters: Mapping[str, Any]) -> Callable[[], int]:
        known = self._known.get(statement)
        if known is None:
            known = self._known[statement] = _Statement(statement, self._dialect)
        try:
            count = self._driver.execute(known.text, known.values(parameters)).rowcount
        except sqlite3.Error as error:
            raise DBAPIError("single write", None, error) from error
        return lambda: count


class _Sent:
    """Statements sent without waiting for their end, which `psycopg` itself does only within a pipeline.

    Each is prepared at its first use. A statement costs a sixth of what it costs by way of the session's engine.
    """

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._to_text = Transformer(driver)
        self._dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        self._known: dict[UpdateBase, tuple[bytes, _Statement]] = {}

    def begin(self, statement: UpdateBase, parameters: Mapping[str, Any]) -> Callable[[], int]:
        """Send it; the call handed back waits for the end."""
        known = self._known.get(statement)
        if known is None:
            known = b"portal_%d" % len(self._known), _Statement(statement, self._dialect)
            _checked(self._driver.pgconn.prepare(known[0], known[1].text.encode()), self._driver)
            self._known[statement] = known
        name, prepared = known
        values = prepared.values(parameters)
        dumped = self._to_text.dump_sequence(values, [PyFormat.TEXT] * len(values))
        self._driver.pgconn.send_query_prepared(name, dumped)
        while self._driver.pgconn.flush():
            select.select([], [self._driver.fileno()], [])
        return self._end

    def _end(self) -> int:
        pgconn = self._driver.pgconn
        last = None
        while True:
            while pgconn.is_busy():
                select.select([self._driver.fileno()], [], [])
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is None:
                break
            last = result
        if last is None:
            raise psycopg.OperationalError("no answer from the database")
        _checked(last, self._driver)
        return last.command_tuples or 0

    def forget(self) -> None:
        """Leave nothing behind on a connection that goes back to the pool."""
        for name, _statement in self._known.values():
            self._driver.pgconn.exec_(b"DEALLOCATE " + name)


def _checked(result: pq.abc.PGresult, driver: psycopg.Connection[Any]) -> None:
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(result, encoding=driver.info.encoding)
