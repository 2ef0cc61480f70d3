"""Copying a PostgreSQL database without its command line tools: one snapshot, one COPY per table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.engine import Connection

from portal.cli.backups.archive import Archive, Writer
from portal.core.database import Base
from portal.core.errors import Refusal
from portal.core.migrations import upgrade_within

_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname"""

# Generated columns are computed anew; everything else travels.
_COLUMNS = """
SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum"""

_FOREIGN_KEYS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND k.contype = 'f' AND k.conparentid = 0 ORDER BY c.relname, k.conname"""

_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1"


@dataclass(frozen=True)
class Copied:
    """What went into the archive."""

    revision: str | None
    tables: dict[str, int]
    sequences: dict[str, int]


def dump(url: str, target: Writer) -> Copied:
    """Write every table of the schema into the archive, all from one snapshot, while others write.

    `url` is SQLAlchemy's. Each entry holds COPY's text form, its first line the names of the columns. Sequences
    are read last: they never run back, so they are at or past every id in the snapshot.
    """
    with psycopg.connect(_psycopg_url(url), autocommit=False, client_encoding="UTF8") as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        tables: dict[str, int] = {}
        with connection.cursor() as cursor:
            names = [name for (name,) in cursor.execute(_TABLES).fetchall()]
            for name in names:
                columns = [column for (column,) in cursor.execute(_COLUMNS, [name]).fetchall()]
                tables[name] = _dump_table(cursor, name, columns, target)
            revision = _revision(cursor) if "alembic_version" in tables else None
            sequences = {name: int(last) for name, last in cursor.execute(_SEQUENCES) if last is not None}
    return Copied(revision, tables, sequences)


def _dump_table(cursor: "psycopg.Cursor[Any]", name: str, columns: list[str], target: Writer) -> int:
    if any("\t" in column or "\n" in column for column in columns):
        raise ValueError(f"{name}: a column's name cannot be written")
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(name), sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    )
    rows = 0
    with target.open(f"database/{name}.copy") as entry:
        entry.write(("\t".join(columns) + "\n").encode())
        with cursor.copy(statement) as copying:
            for chunk in copying:
                entry.write(chunk)
                rows += bytes(chunk).count(b"\n")  # COPY's text form writes a line break only at the end of a row
    return rows


def _revision(cursor: "psycopg.Cursor[Any]") -> str | None:
    row = cursor.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def describe(url: str) -> tuple[str | None, dict[str, int]]:
    """Revision of the database and rows per table."""
    with psycopg.connect(_psycopg_url(url)) as connection, connection.cursor() as cursor:
        return _describe(cursor)


def _describe(cursor: "psycopg.Cursor[Any]") -> tuple[str | None, dict[str, int]]:
    names = [name for (name,) in cursor.execute(_TABLES).fetchall()]
    counts = {}
    for name in names:
        row = cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[name] = 0 if row is None else int(row[0])
    return (_revision(cursor) if "alembic_version" in counts else None), counts


def load(connection: Connection, archive: Archive) -> None:
    """Replace the database's content by the archive's, inside the connection's open transaction.

    Drops the portal's tables, builds them by migrations at the archive's revision, fills them with triggers
    and foreign keys set aside, puts those back (which checks every reference), and upgrades to the code's
    revision. Raises `Refusal` if what arrived is not what was written; the caller then rolls back.
    """
    manifest = archive.manifest
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    cursor = driver.cursor()
    _drop_tables(cursor, {*manifest.tables, *Base.metadata.tables, "alembic_version"})
    upgrade_within(connection, manifest.revision)
    names = [name for (name,) in cursor.execute(_TABLES).fetchall()]
    if missing := {*manifest.tables} - {*names}:
        raise Refusal(f"Die Sicherung enthält unbekannte Tabellen: {', '.join(sorted(missing))}.")
    keys = cursor.execute(_FOREIGN_KEYS).fetchall()
    for table, key, _definition in keys:
        cursor.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(key)))
    for name in names:
        table = sql.Identifier(name)
        cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        cursor.execute(sql.SQL("DELETE FROM {}").format(table))  # rows that migrations wrote
    for name in manifest.tables:
        _load_table(cursor, name, archive)
    for table, key, definition in keys:
        cursor.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                sql.Identifier(table), sql.Identifier(key), sql.SQL(definition)
            )
        )
    for name in names:
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(name)))
    _set_sequences(cursor, manifest.sequences)
    _revision_now, counts = _describe(cursor)
    if any(counts.get(name) != rows for name, rows in manifest.tables.items()):
        raise Refusal("Nach dem Einspielen stimmt die Zahl der Zeilen nicht. Es wurde nichts geändert.")
    upgrade_within(connection)


def _drop_tables(cursor: "psycopg.Cursor[Any]", names: set[str]) -> None:
    present = {name for (name,) in cursor.execute(_TABLES).fetchall()}
    for name in sorted(present & names):
        cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(name)))


def _load_table(cursor: "psycopg.Cursor[Any]", name: str, archive: Archive) -> None:
    with archive.open(f"database/{name}.copy") as file:
        columns = file.readline().decode().rstrip("\n").split("\t")
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(name), sql.SQL(", ").join(sql.Identifier(column) for column in columns)
        )
        with cursor.copy(statement) as copying:
            while chunk := file.read(1024 * 1024):
                copying.write(chunk)


def _set_sequences(cursor: "psycopg.Cursor[Any]", values: Mapping[str, int]) -> None:
    present = {name for name, _last in cursor.execute(_SEQUENCES).fetchall()}
    for name in sorted(present & values.keys()):
        cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [name, values[name]])


def _psycopg_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
