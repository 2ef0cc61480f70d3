"""Writing values in bulk, in the fastest way that each database offers; every check of the table holds."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.exc import IntegrityError

from portal.core.database import db
from portal.indicators.deliveries.reading import ValueRow
from portal.indicators.models import SeriesValue

_VALUES = cast(Table, SeriesValue.__table__)
_COLUMNS = ", ".join(ValueRow._fields)
_COPY = f"COPY {_VALUES.name} ({_COLUMNS}) FROM STDIN"
# Times eleven columns this stays below what SQLite binds in one statement (32,766).
_ROWS_AT_ONCE = 1_000
# What separates or escapes in PostgreSQL's text form of COPY.
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(rows: Sequence[ValueRow]) -> None:
    """Write rows within the open transaction, all or none; raises SQLAlchemy's IntegrityError as any INSERT does."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection, rows)
        return
    for begin_at in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[begin_at : begin_at + _ROWS_AT_ONCE]
        connection.exec_driver_sql(_insertion(len(part)), tuple(chain.from_iterable(part)))


def _copy(connection: Connection, rows: Sequence[ValueRow]) -> None:
    """By COPY: binding eleven parameters a row costs several times as much as writing them."""
    cursor = cast(Any, connection.connection.cursor())
    try:
        with cursor.copy(_COPY) as copy:
            copy.write("".join(map(_line, rows)))
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError(_COPY, None, error) from error
    finally:
        cursor.close()


def _line(row: ValueRow) -> str:
    return "\t".join(map(_cell, row)) + "\n"


def _cell(value: str | float | None) -> str:
    """A cell in the text form of COPY; `repr` gives a float back exactly."""
    if value is None:
        return "\\N"
    return value.translate(_ESCAPED) if isinstance(value, str) else repr(value)


@lru_cache(maxsize=4)
def _insertion(rows: int) -> str:
    """One statement for many rows: the lists in the table's CHECKs are set up once a statement, not once a row."""
    row = f"({', '.join(['?'] * len(ValueRow._fields))})"
    return f"INSERT INTO {_VALUES.name} ({_COLUMNS}) VALUES {', '.join([row] * rows)}"  # noqa: S608 - our own names
