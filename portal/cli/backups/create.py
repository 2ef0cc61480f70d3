"""Making a backup of a running installation."""

import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from sqlalchemy import make_url

from portal.cli.backups import postgresql, sqlite
from portal.cli.backups.archive import Manifest, Writer, may_contain, new_archive, verified
from portal.config import Config
from portal.core import clock
from portal.core.errors import Refusal

SQLITE_ENTRY = "database/portal.sqlite3"
# `secrets` holds what signs links and sessions, salts passwords and encrypts second factors: without it a
# restored installation could sign nobody in. The spool's private key lies elsewhere and never goes along.
FOLDERS = ("files", "secrets")


@dataclass(frozen=True)
class Report:
    """What a backup holds."""

    rows: int
    files: int
    size: int


def create(config: Config, path: Path) -> Report:
    """Write everything the installation needs to live on into one archive, while it runs, and read it back.

    The database comes first: files are kept by their content and written before the row that names them, so
    whatever the copied rows name is there when the folder is read.
    """
    with new_archive(path) as writer:
        if config.is_sqlite:
            revision, tables = _copy_sqlite(config, writer)
            sequences: dict[str, int] = {}
        else:
            copied = postgresql.dump(config.database_url, writer)
            revision, tables, sequences = copied.revision, copied.tables, copied.sequences
        if revision is None:
            raise Refusal("Die Datenbank ist leer; es gibt nichts zu sichern. Bitte zuerst „portal db upgrade“.")
        for folder in FOLDERS:
            _add_folder(config.data, folder, writer)
        writer.finish(
            Manifest(
                created_at=clock.now().isoformat(timespec="seconds"),
                program=metadata.version("portal"),
                dialect="sqlite" if config.is_sqlite else "postgresql",
                revision=revision,
                tables=tables,
                sequences=sequences,
                entries=writer.entries,
                demo=config.demo,
            )
        )
    with verified(path) as archive:
        return Report(
            rows=sum(archive.manifest.tables.values()),
            files=len(archive.names("files")),
            size=path.stat().st_size,
        )


def _copy_sqlite(config: Config, writer: Writer) -> tuple[str | None, dict[str, int]]:
    source = sqlite_path(config)
    if not source.is_file():
        raise Refusal(f"Die Datenbank {source} gibt es nicht.")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=config.data) as folder:
        draft = Path(folder) / "portal.sqlite3"
        sqlite.copy(source, draft)
        revision, tables = sqlite.describe(draft)
        writer.add(SQLITE_ENTRY, draft)
    return revision, tables


def _add_folder(data: Path, folder: str, writer: Writer) -> None:
    """Add the folder's files; drafts (a leading dot), links and anything of the spool stay out."""
    root = data / folder
    for path in sorted(root.rglob("*")):
        name = path.relative_to(data).as_posix()
        if path.is_symlink() or any(parent.is_symlink() for parent in path.parents if parent != data):
            continue
        if path.is_file() and may_contain(name):
            writer.add(name, path)


def sqlite_path(config: Config) -> Path:
    """The database file of an installation on SQLite."""
    return Path(make_url(config.database_url).database or "")
