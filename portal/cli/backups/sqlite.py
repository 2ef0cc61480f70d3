"""Copying a SQLite database while others write to it."""

import contextlib
import os
import sqlite3
from pathlib import Path

from portal.cli.backups.archive import said
from portal.core.errors import Refusal


def copy(source: Path, target: Path) -> None:
    """One consistent state of the database as a single file (SQLite's own backup, one step, 0600).

    Writers go on meanwhile: the copy reads one snapshot of the write-ahead log.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as reading,
        contextlib.closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")


def describe(path: Path) -> tuple[str | None, dict[str, int]]:
    """Revision of a database file and rows per table."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        counts = {name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}  # noqa: S608
        revision = None
        if "alembic_version" in names:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            revision = None if row is None else str(row[0])
    return revision, counts


def check(path: Path) -> None:
    """Refuse a file that SQLite finds damaged, or whose references point nowhere."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()
            dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise Refusal(
            f"Die Datenbank in der Sicherung ist nicht lesbar. Es wurde nichts geändert. {said(error)}"
        ) from error
    if found != ("ok",) or dangling is not None:
        raise Refusal("Die Datenbank in der Sicherung ist beschädigt. Es wurde nichts geändert.")


def put_in_place(draft: Path, target: Path) -> None:
    """Let the draft become the database; what the old one's journals held belongs to the old one."""
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    draft.replace(target)
