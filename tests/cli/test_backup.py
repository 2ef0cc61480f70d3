"""Backups: written while others write, verified, put back on both databases."""

import json
import stat
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, inspect, make_url, text

from portal.app import create_app
from portal.audit import services as audit
from portal.audit.models import AuditEntry
from portal.cli.backups import archive as archives
from portal.cli.backups import restore as restoring
from portal.cli.backups.create import create
from portal.cli.backups.restore import restore
from portal.cli.checks import State, worker
from portal.config import Config
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.migrations import upgrade
from portal.core.transaction import transaction
from portal.jobs.models import Worker
from portal.settings import services as settings
from portal.settings.models import SettingChange


@pytest.fixture
def other(config: Config, database: Any, tmp_path: Path) -> Iterator[Config]:
    """A second installation of the same kind, without any table."""
    fresh = replace(config, data=tmp_path / "other")
    if database.name == "sqlite":
        yield replace(fresh, database_url=f"sqlite:///{tmp_path / 'other' / 'portal.sqlite3'}")
        return
    url = make_url(database.url)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS portal_other WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE portal_other"))
    yield replace(fresh, database_url=url.set(database="portal_other").render_as_string(hide_password=False))
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE portal_other WITH (FORCE)"))
    engine.dispose()


def content(url: str) -> dict[str, list[str]]:
    """Every row of every table, as the driver hands it out."""
    engine = create_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        found = {
            name: sorted(repr(tuple(row)) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"'))
            for name in names
        }
    engine.dispose()
    return found


def fill(app: Flask) -> None:
    """Rows with everything a text format could trip over, and a stored file."""
    with transaction():
        settings.put("site.office_name", "Amt \\N \\t „Ü“ 'x'", actor=SYSTEM)
        settings.put("site.office_address", "Straße 1\nTab\there\r\n\\.\n69115 Heidelberg", actor=SYSTEM)
        for number in range(50):
            audit.record("test.done", subject="test", actor=SYSTEM, details={"n": number, "t": 'a"b\\c\n\t', "x": None})
    config: Config = app.config["PORTAL"]
    stored = config.data / "files" / "ab" / ("ab" + "0" * 62)
    stored.parent.mkdir(parents=True)
    stored.write_bytes(bytes(range(256)))


def test_everything_comes_back_row_by_row(app: Flask, config: Config, other: Config, tmp_path: Path) -> None:
    fill(app)
    file = tmp_path / "backup.zip"
    report = create(config, file)
    before = content(config.database_url)
    assert report.rows == sum(len(rows) for rows in before.values()) > 50
    assert report.files == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    restore(other, file, force=False)

    after = content(other.database_url)
    assert after.keys() == before.keys()
    for name, rows in before.items():
        assert after[name] == rows, name
    for name in ("files/ab/ab" + "0" * 62, "secrets/secret_key"):
        assert (other.data / name).read_bytes() == (config.data / name).read_bytes()
        assert stat.S_IMODE((other.data / name).stat().st_mode) == 0o600


def test_a_restored_installation_goes_on(app: Flask, config: Config, other: Config, tmp_path: Path) -> None:
    """Ids continue after the restored ones, references hold, and the audit table still refuses changes."""
    fill(app)
    create(config, tmp_path / "backup.zip")
    restore(other, tmp_path / "backup.zip", force=False)
    with create_app(other).app_context():
        highest = db.session.query(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1).scalar()
        with transaction():
            settings.put("site.office_name", "danach", actor=SYSTEM)
        assert db.session.query(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1).scalar() == highest + 1
        assert db.session.query(SettingChange).count() == 3
        with pytest.raises(Exception, match="append-only"), transaction():
            db.session.execute(text("DELETE FROM audit_entry"))
        db.session.remove()
        db.engine.dispose()


def test_a_restored_installation_has_no_worker_yet(app: Flask, config: Config, other: Config, tmp_path: Path) -> None:
    """The heartbeat of where it was saved would count as one of here."""
    with transaction():
        db.session.add(Worker(name="dort-1", seen_at=clock.now()))
    assert worker(config).state is State.OK
    create(config, tmp_path / "backup.zip")
    restore(other, tmp_path / "backup.zip", force=False)
    with create_app(other).app_context():
        found = worker(other)
        assert found.is_error
        assert "noch nie gemeldet" in found.words
        db.session.remove()
        db.engine.dispose()


def test_the_copy_is_one_moment_although_others_write(
    app: Flask, config: Config, other: Config, tmp_path: Path
) -> None:
    """A writer adds a setting's change and its audit entry in one transaction, without pause; never half of it."""
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        with app.app_context():
            while not stop.is_set():
                with transaction():
                    settings.put("site.office_name", f"Amt {written}", actor=SYSTEM)
                written += 1
            db.session.remove()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while written < 20:
            time.sleep(0.01)
        at_start = written
        create(config, tmp_path / "backup.zip")
        at_end = written
    finally:
        stop.set()
        thread.join()
    assert at_end > at_start, "nobody wrote while the backup was made"
    restore(other, tmp_path / "backup.zip", force=False)
    found = content(other.database_url)
    assert at_start <= len(found["setting_change"]) <= at_end + 1
    assert len(found["setting_change"]) == len(found["audit_entry"])
    version = next(row for row in found["data_version"] if "settings" in row)
    assert f", {len(found['setting_change'])})" in version


def test_the_spool_never_goes_along(app: Flask, config: Config, tmp_path: Path) -> None:
    fill(app)
    for name in ("spool/private_key", "spool/answers/1", "files/spool/key", "secrets/spool_key", "mailbox/1.eml"):
        path = config.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("private")
    (config.data / "files" / "link").symlink_to(config.data / "spool" / "private_key")
    (config.data / "files" / "linked").symlink_to(config.data / "spool", target_is_directory=True)
    create(config, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        names = [name for name in archive.namelist() if not name.startswith("database/")]
        held = b"".join(archive.read(name) for name in names)
    assert sorted(n for n in names if n.startswith("files/")) == ["files/ab/ab" + "0" * 62]
    assert not [name for name in names if "spool" in name or "mailbox" in name]
    assert "secrets/secret_key" in names
    assert b"private" not in held


def test_an_installation_with_rows_is_replaced_only_by_force(app: Flask, config: Config, tmp_path: Path) -> None:
    fill(app)
    file = tmp_path / "backup.zip"
    create(config, file)
    before = content(config.database_url)
    with transaction():
        settings.put("site.office_name", "später", actor=SYSTEM)
    db.session.remove()
    db.engine.dispose()
    with pytest.raises(Refusal, match="nicht leer"):
        restore(config, file, force=False)
    restore(config, file, force=True)
    assert content(config.database_url) == before


def test_a_migrated_but_empty_installation_takes_a_backup(
    app: Flask, config: Config, other: Config, tmp_path: Path
) -> None:
    fill(app)
    create(config, tmp_path / "backup.zip")
    with create_app(other).app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    restore(other, tmp_path / "backup.zip", force=False)
    assert content(other.database_url) == content(config.database_url)


def test_a_failure_half_way_changes_nothing(
    app: Flask, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive's last table does not fit its constraints; the installation stays what it was."""
    fill(app)
    create(config, tmp_path / "good.zip")
    db.session.remove()
    db.engine.dispose()
    before = content(config.database_url)

    def fail(*_arguments: object, **_more: object) -> None:
        raise Refusal("no room")

    monkeypatch.setattr(restoring.sqlite, "put_in_place", fail)
    monkeypatch.setattr(restoring.postgresql, "_set_sequences", fail)
    with pytest.raises(Refusal, match="no room"):
        restore(config, tmp_path / "good.zip", force=True)
    assert content(config.database_url) == before
    assert not [path for path in config.data.iterdir() if path.name.startswith(".restore")]
    assert (config.data / "files" / "ab" / ("ab" + "0" * 62)).read_bytes() == bytes(range(256))


def change(source: Path, target: Path, edit: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of the archive with other entries."""
    with zipfile.ZipFile(source) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    edit(entries)
    with zipfile.ZipFile(target, "w") as archive:
        for name, held in entries.items():
            archive.writestr(name, held)
    return target


def _manifest(entries: dict[str, bytes], **changes: Any) -> None:
    entries["manifest.json"] = json.dumps(json.loads(entries["manifest.json"]) | changes).encode()


def _flip(entries: dict[str, bytes]) -> None:
    entries["secrets/secret_key"] = b"x" + entries["secrets/secret_key"][1:]


def _add(entries: dict[str, bytes]) -> None:
    entries["files/extra"] = b"not listed"


def _drop(entries: dict[str, bytes]) -> None:
    del entries["secrets/secret_key"]


def _leave(entries: dict[str, bytes]) -> None:
    manifest = json.loads(entries["manifest.json"])
    entries["files/../../escaped"] = entries["secrets/secret_key"]
    manifest["entries"]["files/../../escaped"] = manifest["entries"]["secrets/secret_key"]
    entries["manifest.json"] = json.dumps(manifest).encode()


def _newer(entries: dict[str, bytes]) -> None:
    _manifest(entries, revision="9999")


def _format(entries: dict[str, bytes]) -> None:
    _manifest(entries, format=99)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_flip, "Prüfsumme"),
        (_add, "Verzeichnis"),
        (_drop, "Verzeichnis"),
        (_leave, "gehört nicht"),
        (_newer, "kennt den Stand nicht"),
        (_format, "Format 99"),
    ],
)
def test_a_damaged_or_foreign_archive_changes_nothing(
    app: Flask, config: Config, other: Config, tmp_path: Path, edit: Callable[[dict[str, bytes]], None], words: str
) -> None:
    fill(app)
    create(config, tmp_path / "good.zip")
    bad = change(tmp_path / "good.zip", tmp_path / "bad.zip", edit)
    with pytest.raises(Refusal, match=words):
        restore(other, bad, force=True)
    assert not (tmp_path / "escaped").exists()
    assert not other.data.exists() or not list(other.data.iterdir())


def test_a_cut_off_archive_is_refused(app: Flask, config: Config, other: Config, tmp_path: Path) -> None:
    create(config, tmp_path / "good.zip")
    held = (tmp_path / "good.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(held[: len(held) // 2])
    with pytest.raises(Refusal, match=r"keine lesbare Sicherung.*nichts geändert\. Technische Meldung: File is not"):
        restore(other, tmp_path / "cut.zip", force=True)
    with pytest.raises(Refusal, match="keine lesbare Sicherung: das ist ein Ordner"):
        restore(other, tmp_path, force=True)


def test_an_interrupted_backup_leaves_no_file(
    app: Flask, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(archives.Writer, "finish", fail)
    target = tmp_path / "out"
    target.mkdir()
    with pytest.raises(KeyboardInterrupt):
        create(config, target / "backup.zip")
    assert list(target.iterdir()) == []


def test_a_backup_is_never_overwritten(app: Flask, config: Config, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("yesterday's")
    with pytest.raises(Refusal, match="gibt es schon"):
        create(config, tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").read_text() == "yesterday's"


def test_the_other_kind_of_database_is_refused(app: Flask, config: Config, tmp_path: Path) -> None:
    create(config, tmp_path / "backup.zip")
    foreign = "postgresql+psycopg://x@localhost/none" if config.is_sqlite else f"sqlite:///{tmp_path / 'x.sqlite3'}"
    with pytest.raises(Refusal, match="stammt aus"):
        restore(replace(config, database_url=foreign), tmp_path / "backup.zip", force=True)


def test_demonstrations_and_installations_do_not_mix(app: Flask, config: Config, other: Config, tmp_path: Path) -> None:
    create(config, tmp_path / "real.zip")
    create(replace(config, demo=True), tmp_path / "demo.zip")
    with pytest.raises(Refusal, match="bekannten Passwörtern"):
        restore(other, tmp_path / "demo.zip", force=True)
    with pytest.raises(Refusal, match="Ordner einer Vorführung"):
        restore(replace(other, demo=True), tmp_path / "real.zip", force=True)
    restore(replace(other, demo=True), tmp_path / "demo.zip", force=False)


def test_psycopg_reads_the_same_address(app: Flask, config: Config) -> None:
    """The dump connects by itself; it must end up in the application's database."""
    if config.is_sqlite:
        assert Path(make_url(config.database_url).database or "").is_file()
        return
    with psycopg.connect(restoring.postgresql._psycopg_url(config.database_url)) as connection:
        assert connection.info.dbname == make_url(config.database_url).database
