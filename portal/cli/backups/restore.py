"""Putting a backup back."""

import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, create_engine, delete

from portal.app import create_app
from portal.cli.backups import postgresql, sqlite
from portal.cli.backups.archive import Archive, Manifest, verified
from portal.cli.backups.create import FOLDERS, SQLITE_ENTRY, sqlite_path
from portal.config import Config
from portal.core.data_folder import made
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.migrations import knows_revision, upgrade
from portal.jobs.models import Worker

# Rows that migrations write themselves; a database that holds nothing else is empty.
_KEPT = {"alembic_version", "role"}


def restore(config: Config, path: Path, *, force: bool) -> Manifest:
    """Make the installation what it was when the archive was written; then bring it to the code's revision.

    Everything is verified and unpacked before anything is replaced; a failure leaves the installation as it
    was. Refuses an archive of the other kind of database, one of a newer program, a demonstration's anywhere but
    in a demonstration's folder, and a database that holds rows already, unless `force`. Web and worker processes
    must be stopped.
    """
    made(config.data)
    with verified(path) as archive:
        refuse_unfit(config, archive.manifest)
        if not force:
            refuse_overwriting(config)
        draft = config.data / f".restore-{secrets.token_hex(4)}"
        draft.mkdir(mode=0o700)
        try:
            for folder in FOLDERS:
                (draft / folder).mkdir(mode=0o700)
                for name in archive.names(folder):
                    archive.extract(name, draft / name)
            if config.is_sqlite:
                _restore_sqlite(config, archive, draft)
            else:
                _restore_postgresql(config, archive)
            for folder in FOLDERS:
                _replace_folder(draft / folder, config.data / folder, aside=draft / f"{folder}.old")
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return archive.manifest


def refuse_unfit(config: Config, manifest: Manifest) -> None:
    """Refuse an archive that this program, this installation or this kind of database cannot take."""
    if manifest.demo and not config.demo:
        raise Refusal(
            "Die Sicherung stammt aus einer Vorführung mit bekannten Passwörtern und gehört in keinen Betrieb. "
            "Bitte mit PORTAL_DATA einen leeren Ordner wählen; „portal demo“ startet sie dort."
        )
    if config.demo and not manifest.demo:
        raise Refusal(
            f"{config.data} ist der Ordner einer Vorführung, die Sicherung stammt aus einem Betrieb. "
            "Bitte mit PORTAL_DATA einen anderen Ordner wählen."
        )
    dialect = "sqlite" if config.is_sqlite else "postgresql"
    if manifest.dialect != dialect:
        raise Refusal(
            f"Die Sicherung stammt aus {manifest.dialect}, diese Installation nutzt {dialect}. "
            "Bitte PORTAL_DATABASE_URL passend setzen."
        )
    if not knows_revision(manifest.revision):
        raise Refusal(
            f"Die Sicherung steht auf {manifest.revision}; diese Fassung des Programms kennt den Stand nicht. "
            f"Bitte Fassung {manifest.program} oder eine neuere installieren."
        )


def refuse_overwriting(config: Config) -> None:
    """Refuse an installation that holds rows already."""
    if config.is_sqlite:
        target = sqlite_path(config)
        counts = sqlite.describe(target)[1] if target.is_file() else {}
    else:
        counts = postgresql.describe(config.database_url)[1]
    rows = sum(count for name, count in counts.items() if name not in _KEPT)
    if rows:
        raise Refusal(
            f"Diese Installation ist nicht leer ({rows} Zeilen). Mit --force wird sie durch die Sicherung ersetzt; "
            "was seither dazukam, ist dann verloren."
        )


def _restore_sqlite(config: Config, archive: Archive, draft: Path) -> None:
    copied = draft / "portal.sqlite3"
    archive.extract(SQLITE_ENTRY, copied)
    sqlite.check(copied)
    revision, tables = sqlite.describe(copied)
    if revision != archive.manifest.revision or tables != archive.manifest.tables:
        raise Refusal("Die Datenbank in der Sicherung ist nicht die, die verzeichnet ist. Es wurde nichts geändert.")
    app = create_app(replace(config, data=draft / "scratch", database_url=f"sqlite:///{copied}"))
    with app.app_context():
        upgrade()
        db.session.remove()
        with db.engine.begin() as connection:
            _forget_workers(connection)
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    target = sqlite_path(config)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sqlite.put_in_place(copied, target)


def _restore_postgresql(config: Config, archive: Archive) -> None:
    app = create_app(config)
    engine = create_engine(config.database_url)
    try:
        with app.app_context(), engine.begin() as connection:
            postgresql.load(connection, archive)
            _forget_workers(connection)
    finally:
        engine.dispose()


def _forget_workers(connection: Connection) -> None:
    """The workers that said they live belong to the installation that was saved; here none has begun yet."""
    connection.execute(delete(Worker))


def _replace_folder(new: Path, target: Path, *, aside: Path) -> None:
    if target.exists():
        target.rename(aside)
    new.rename(target)
