"""`portal check`: what it finds, in one line each."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from flask import Flask

from portal.audit import services as audit
from portal.cli import checks
from portal.cli.checks import State
from portal.config import Config, MailServer
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.jobs.models import Worker
from portal.settings import services as settings

NOW = datetime.now(UTC)


def server(port: int, **changes: Any) -> MailServer:
    given = MailServer(host="127.0.0.1", port=port, security="none", username=None, password=None, timeout_seconds=5.0)
    return replace(given, **changes)


@pytest.fixture
def smtp(free_port: int) -> Iterator[int]:
    """A mail server without TLS and without sign-in."""
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port)
    controller.start()
    yield free_port
    controller.stop()


def test_a_production_address_needs_https(config: Config) -> None:
    assert checks.configuration(replace(config, base_url="http://kreis.example")).state is State.ERROR
    behind = replace(config, base_url="https://kreis.example", trusted_proxies=1)
    assert checks.configuration(behind).state is State.OK
    assert checks.configuration(replace(behind, trusted_proxies=0)).state is State.WARNING


def test_the_mail_server_is_spoken_to_but_gets_no_mail(config: Config, smtp: int, monkeypatch: Any) -> None:
    def fail(*_arguments: object) -> None:
        raise AssertionError("mail was sent")

    monkeypatch.setattr(smtplib.SMTP, "sendmail", fail)
    found = checks.mail_server(replace(config, mail=server(smtp)))
    assert found.state is State.OK
    assert str(smtp) in found.words


def test_a_mail_server_without_the_promised_encryption_is_refused(config: Config, smtp: int) -> None:
    found = checks.mail_server(replace(config, mail=server(smtp, security="starttls")))
    assert found.state is State.ERROR
    assert "starttls" in found.words


def test_a_mail_server_that_knows_no_sign_in_is_refused(config: Config, smtp: int) -> None:
    found = checks.mail_server(replace(config, mail=server(smtp, username="portal", password="geheim")))
    assert found.state is State.ERROR
    assert "geheim" not in found.words


def test_an_unreachable_mail_server_is_named(config: Config, free_port: int) -> None:
    found = checks.mail_server(replace(config, mail=server(free_port)))
    assert found.state is State.ERROR
    assert "PORTAL_SMTP_PORT" in found.words


def test_a_certificate_nobody_vouches_for_is_refused(config: Config, smtp: int, monkeypatch: Any) -> None:
    def refuse(self: smtplib.SMTP, *, context: ssl.SSLContext) -> None:
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        error = ssl.SSLCertVerificationError(1, "certificate verify failed")
        error.verify_message = "self-signed certificate"
        raise error

    monkeypatch.setattr(smtplib.SMTP, "starttls", refuse)
    found = checks.mail_server(replace(config, mail=server(smtp, security="starttls")))
    assert found.state is State.ERROR
    assert "self-signed certificate" in found.words


def test_a_demonstration_needs_no_mail_server(config: Config) -> None:
    assert checks.mail_server(replace(config, mail=None)).state is State.OK


def test_secrets_that_others_can_read_are_an_error(app: Flask, config: Config) -> None:
    assert checks.secrets(config).state is State.OK
    key = config.data / "secrets" / "secret_key"
    key.chmod(0o640)
    found = checks.secrets(config)
    assert found.state is State.ERROR
    assert f"chmod -R go= {key}" in found.words
    key.chmod(0o600)
    config.data.chmod(0o755)
    assert checks.secrets(config).state is State.ERROR
    config.data.chmod(0o700)
    spool = config.data / "spool"
    spool.mkdir(mode=0o755)
    assert checks.secrets(config).state is State.ERROR


def test_missing_secrets_are_an_error(app: Flask, config: Config) -> None:
    (config.data / "secrets" / "password_salt").unlink()
    assert "password_salt" in checks.secrets(config).words
    (config.data / "secrets" / "secret_key").unlink()
    given = checks.secrets(replace(config, secret_key="x" * 40))
    assert "secret_key" not in given.words


def test_the_database_and_its_revision_are_named(app: Flask, config: Config) -> None:
    found = checks.database(config)
    assert found.state is State.OK
    assert found.words.startswith("SQLite" if config.is_sqlite else "PostgreSQL")
    assert checks.migration().state is State.OK


def test_an_outdated_database_is_an_error(app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr(checks, "current_revision", lambda: None)
    found = checks.migration()
    assert found.state is State.ERROR
    assert "portal db upgrade" in found.words


def test_the_clock_agrees_with_the_database(app: Flask, config: Config) -> None:
    found = checks.clock(config)
    assert found.state is State.OK, found.words


def test_a_clock_behind_the_records_is_an_error(app: Flask, config: Config) -> None:
    with clock.frozen(NOW + timedelta(hours=2)), transaction():
        audit.record("settings.changed", subject="setting_change", actor=SYSTEM)
    assert checks.clock(config).state is State.ERROR


def test_a_clock_apart_from_the_database_is_an_error(app: Flask, config: Config, monkeypatch: Any) -> None:
    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Late":
            return cls.fromtimestamp((datetime.now(UTC) - timedelta(minutes=3)).timestamp(), tz)

    monkeypatch.setattr(checks, "datetime", Late)
    found = checks.clock(config)
    assert found.state is State.ERROR
    assert "+180 s" in found.words or "+179 s" in found.words or "+181 s" in found.words


def test_a_full_disk_is_an_error_and_little_room_a_warning(config: Config, monkeypatch: Any) -> None:
    usage = checks.shutil.disk_usage(config.data)
    for free, state in ((10, State.ERROR), (checks.NO_SPACE_BYTES + 1, State.WARNING), (10**12, State.OK)):
        monkeypatch.setattr(checks.shutil, "disk_usage", lambda _path, free=free: usage._replace(free=free))
        assert checks.disk(config).state is state


def test_a_folder_that_takes_no_files_is_an_error(config: Config, monkeypatch: Any) -> None:
    before = sorted(os.listdir(config.data))  # noqa: PTH208

    def refuse(*_arguments: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(checks.tempfile, "NamedTemporaryFile", refuse)
    assert "nicht beschreibbar" in checks.disk(config).words
    assert sorted(os.listdir(config.data)) == before  # noqa: PTH208


def test_the_worker_s_sign_of_life_ages(app: Flask, config: Config) -> None:
    assert "noch nie" in checks.worker(config).words
    assert "„portal worker“" in checks.worker(config).words
    assert "„portal demo --data" in checks.worker(replace(config, demo=True)).words
    with transaction():
        db.session.add(Worker(name="host:1", seen_at=clock.now() - timedelta(minutes=7)))
    found = checks.worker(config)
    assert found.state is State.ERROR
    assert "vor 7 Minuten" in found.words
    with transaction():
        db.session.add(Worker(name="host:2", seen_at=clock.now()))
    assert checks.worker(config).state is State.OK


def test_the_contact_people_are_told_is_the_county_s_own(app: Flask, config: Config) -> None:
    found = checks.contact(config)
    assert found.state is State.ERROR
    assert "Landkreis und Anschrift" in found.words
    assert checks.contact(replace(config, demo=True)).state is State.OK
    with transaction():
        settings.put("site.office_email", "sozial@kreis.example", actor=SYSTEM)
    assert checks.contact(config).state is State.WARNING
    with transaction():
        settings.put("site.office_address", "Weg 1", actor=SYSTEM)
        settings.put("site.office_phone", "06221 1", actor=SYSTEM)
    left = checks.contact(config)
    assert left.state is State.WARNING
    assert "Postanschrift" not in left.words
    for label in ("Name des Landkreises", "Vertreten durch", "Datenschutzbeauftragte Stelle"):
        assert label in left.words
    with transaction():
        for name in ("county_name", "office_name", "representative", "data_protection_officer", "enforcement_body"):
            settings.put(f"site.{name}", "eingetragen", actor=SYSTEM)
    assert checks.contact(config).state is State.OK


def test_a_database_out_of_reach_is_named_without_its_password(
    production: dict[str, str], portal: Any, tmp_path: Path
) -> None:
    environ = production | {"PORTAL_DATABASE_URL": "postgresql://portal:streng-geheim@127.0.0.1:9/none"}
    found = portal("check", environ=environ)
    assert found.returncode == 1
    line = next(line for line in found.stdout.splitlines() if "Datenbank" in line)
    assert line.startswith("Fehler")
    assert "streng-geheim" not in found.stdout + found.stderr
    names = [line[9:].split("  ")[0] for line in found.stdout.splitlines()]
    assert names == list(checks.NAMES)
    assert "nicht geprüft; zuerst „Datenbank“ in Ordnung bringen." in found.stdout


def test_every_line_has_a_state_a_name_and_words(production: dict[str, str], portal: Any) -> None:
    portal("db", "upgrade", environ=production)
    found = portal("check", environ=production)
    assert found.returncode == 1, "no worker and no mail server"
    names = [line[9:].split("  ")[0] for line in found.stdout.splitlines()]
    assert names == list(checks.NAMES)
    assert {line[:7].strip() for line in found.stdout.splitlines()} <= {"ok", "Achtung", "Fehler"}


def test_every_line_is_printed_when_secrets_are_damaged_or_the_configuration_is_wrong(
    production: dict[str, str], portal: Any
) -> None:
    portal("db", "upgrade", environ=production)
    for secret in (Path(production["PORTAL_DATA"]) / "secrets").glob("*"):
        if secret.is_file():
            secret.write_bytes(b"")
    for environ, broken in ((production, "Geheimnisse"), (production | {"PORTAL_SMTP_PORT": "x"}, "Konfiguration")):
        found = portal("check", environ=environ)
        assert found.returncode == 1
        names = [line[9:].split("  ")[0] for line in found.stdout.splitlines()]
        assert list(dict.fromkeys(names)) == list(checks.NAMES)
        assert f"nicht geprüft; zuerst „{broken}“ in Ordnung bringen." in found.stdout


def test_a_variable_that_means_nothing_is_named_with_the_closest_known_one(
    production: dict[str, str], portal: Any
) -> None:
    portal("db", "upgrade", environ=production)
    found = portal("check", environ=production | {"PORTAL_TRUSTED_PROXYS": "1", "PORTAL_FOO": "x"})
    lines = [line for line in found.stdout.splitlines() if "ist unbekannt" in line]
    assert [line[:7].strip() for line in lines] == ["Achtung", "Achtung"]
    assert "PORTAL_TRUSTED_PROXYS ist unbekannt und wirkt nicht. Ist PORTAL_TRUSTED_PROXIES gemeint?" in lines[1]
    assert lines[0].endswith("PORTAL_FOO ist unbekannt und wirkt nicht.")
    assert "ist unbekannt" not in portal("check", environ=production).stdout


def test_a_round_that_ends_before_it_begins_is_named_before_its_file(
    production: dict[str, str], portal: Any, tmp_path: Path
) -> None:
    portal("db", "upgrade", environ=production)
    file = tmp_path / "leer.yaml"
    file.write_text("", encoding="utf-8")
    days = ("--from", "2030-02-02", "--to", "2030-01-01")
    found = portal("surveys", "add", str(file), "--slug", "x", *days, environ=production)
    assert found.returncode == 1
    assert "Das Ende liegt nicht nach dem Beginn" in found.stderr
