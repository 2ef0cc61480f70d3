"""Commands of a production installation, each in a process of its own as a service manager would run it."""

import contextlib
import errno
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_processes import Browser, environment, gone, in_group, running

from portal.cli import faults, folder_lock
from portal.config import from_environment
from portal.core.headers import headers_of_refusals

Portal = Callable[..., Any]


@pytest.fixture
def installed(production: dict[str, str], portal: Portal) -> dict[str, str]:
    """A production installation whose database is up to date."""
    found = portal("db", "upgrade", environ=production)
    assert found.returncode == 0, found.stderr
    return production


@pytest.mark.parametrize("variable", ["PORTAL_BASE_URL", "PORTAL_MAIL_SENDER", "PORTAL_SMTP_HOST"])
@pytest.mark.parametrize("name", ["serve", "worker", "check"])
def test_without_its_own_address_nothing_starts(
    production: dict[str, str], portal: Portal, variable: str, name: str
) -> None:
    del production[variable]
    found = portal(name, environ=production)
    assert found.returncode == 1
    assert variable in found.stdout + found.stderr
    assert "Traceback" not in found.stderr
    assert not Path(production["PORTAL_DATA"]).exists()


@pytest.mark.parametrize("name", ["serve", "worker", "check"])
def test_everything_that_is_missing_or_wrong_is_named_at_once(
    production: dict[str, str], portal: Portal, name: str
) -> None:
    missing = ("PORTAL_BASE_URL", "PORTAL_MAIL_SENDER", "PORTAL_SMTP_HOST")
    environ = {key: value for key, value in production.items() if key not in missing}
    environ |= {"PORTAL_SECRET_KEY": "kurz", "PORTAL_THREADS": "viele", "PORTAL_DATABASE_URL": "mysql://x"}
    environ |= {"PORTAL_SMTP_PORT": "x"}
    found = portal(name, environ=environ)
    assert found.returncode == 1
    lines = (found.stdout + found.stderr).splitlines()
    for variable in missing:
        assert [line for line in lines if f"{variable} fehlt: " in line and "angeben" in line], variable
    for variable in ("PORTAL_SECRET_KEY", "PORTAL_THREADS", "PORTAL_DATABASE_URL", "PORTAL_SMTP_PORT"):
        assert [line for line in lines if f"{variable}: " in line], variable
    about_settings = [line for line in lines if "PORTAL_" in line]
    assert len(about_settings) == 7
    # `check` says of everything else, too, that it was not looked at.
    assert (len(lines) > 7) is (name == "check")
    assert not Path(production["PORTAL_DATA"]).exists()


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PORTAL_BASE_URL", "beteiligung.kreis.example", "muss mit https:// beginnen"),
        ("PORTAL_BASE_URL", "https://", "Namen des Rechners"),
        ("PORTAL_BASE_URL", "https://kreis.example/portal", "ohne Pfad"),
        ("PORTAL_BASE_URL", "https://kreis.example?x=1", "ohne Pfad"),
        ("PORTAL_BASE_URL", "https://kreis.example:abc", "Namen des Rechners"),
        ("PORTAL_BASE_URL", "https://kreis .example", "Namen des Rechners"),
        ("PORTAL_MAIL_SENDER", "Sozialplanung", "kein Absender"),
        ("PORTAL_MAIL_SENDER", "Amt <amt@kreis.example>\r\nBcc: x@y.example", "kein Absender"),
        ("PORTAL_SMTP_PORT", "0", "mindestens 1"),
        ("PORTAL_SMTP_PORT", "65536", "höchstens 65535"),
        ("PORTAL_SMTP_TIMEOUT", "0", "mindestens 1"),
        ("PORTAL_THREADS", "0", "mindestens 1"),
        ("PORTAL_TRUSTED_PROXIES", "-1", "mindestens 0"),
        ("PORTAL_LOG_LEVEL", "LAUT", "DEBUG, INFO, WARNING, ERROR"),
        ("PORTAL_DATABASE_URL", "postgresql://kreis:wort@rechner:port/name", "nicht zu lesen"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(
    production: dict[str, str], portal: Portal, variable: str, value: str, words: str
) -> None:
    found = portal("serve", environ=production | {variable: value})
    assert found.returncode == 1
    assert f"{variable}: " in found.stderr
    assert words in found.stderr
    assert not Path(production["PORTAL_DATA"]).exists()


def test_values_of_unusual_form_are_taken(production: dict[str, str]) -> None:
    unusual = {
        "PORTAL_BASE_URL": "https://kreis.example:8443/",
        "PORTAL_MAIL_SENDER": "amt@kreis.example",
        "PORTAL_DATABASE_URL": "postgresql://kreis:w#r/t?@[::1]:5433/name?sslmode=require",
    }
    config = from_environment(production | unusual)
    assert config.base_url == "https://kreis.example:8443"
    assert config.mail_sender == "amt@kreis.example"
    assert config.database_url == "postgresql+psycopg://kreis:w#r/t?@[::1]:5433/name?sslmode=require"
    beside = from_environment(production | {"PORTAL_DATABASE_URL": "sqlite:///anders.sqlite3"})
    assert beside.database_url == f"sqlite:///{beside.data / 'anders.sqlite3'}"


@pytest.mark.parametrize("name", ["serve", "worker", "check", "db upgrade"])
def test_a_folder_that_cannot_be_made_is_named(
    production: dict[str, str], portal: Portal, tmp_path: Path, name: str
) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    found = portal(*name.split(), environ=production | {"PORTAL_DATA": str(tmp_path / "letter.txt")})
    assert found.returncode == 1
    assert "letter.txt" in found.stdout + found.stderr
    assert "das ist kein Ordner" in found.stdout + found.stderr


@pytest.mark.parametrize("name", ["serve", "worker", "db upgrade", "db current", "seed", "backup"])
def test_a_database_that_is_not_there_is_said_in_one_line(
    production: dict[str, str], portal: Portal, tmp_path: Path, name: str
) -> None:
    more = (str(tmp_path / "b.zip"),) if name == "backup" else ()
    away = {"PORTAL_DATABASE_URL": "postgresql://kreis:streng-geheim@127.0.0.1:9/none"}
    found = portal(*name.split(), *more, environ=production | away)
    assert found.returncode == 1
    (line,) = found.stderr.splitlines()
    assert "Die Datenbank ist nicht zu benutzen" in line
    assert "streng-geheim" not in line


def test_a_damaged_database_file_is_said_in_one_line(installed: dict[str, str], portal: Portal) -> None:
    (Path(installed["PORTAL_DATA"]) / "portal.sqlite3").write_bytes(b"nonsense" * 1000)
    found = portal("worker", environ=installed)
    assert found.returncode == 1
    assert "die Datei ist keine Datenbank" in found.stderr


def test_what_the_machine_lacks_is_told_apart_from_faults() -> None:
    assert faults.in_plain_words(OSError(errno.ENOSPC, "No space left on device")) == "Es ist kein Platz mehr."
    denied = PermissionError(errno.EACCES, "Permission denied", "/srv/b.zip")
    assert faults.in_plain_words(denied) == "/srv/b.zip: dazu fehlt das Recht."
    assert faults.in_plain_words(FileNotFoundError(errno.ENOENT, "No such file", "x")) is None
    database = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as missing:
        database.execute("SELECT * FROM nothing")
    database.close()
    assert faults.in_plain_words(missing.value) is None


@pytest.mark.parametrize("name", ["serve", "worker", "check"])
@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("secret_key", b""),
        ("secret_key", b"short"),
        ("password_salt", bytes(range(200, 250))),
        ("totp.json", b"{"),
        ("totp.json", b"[1]"),
        ("totp.json", b"{}"),
        ("totp.json", b'{"1": "short"}'),
    ],
)
def test_a_damaged_secret_is_neither_used_nor_replaced(
    installed: dict[str, str], portal: Portal, name: str, file: str, content: bytes
) -> None:
    path = Path(installed["PORTAL_DATA"]) / "secrets" / file
    path.write_bytes(content)
    found = portal(name, environ=installed)
    assert found.returncode == 1
    assert f"{path} ist unbrauchbar" in found.stdout + found.stderr
    assert path.read_bytes() == content


def test_a_short_secret_key_is_refused(production: dict[str, str], portal: Portal) -> None:
    found = portal("serve", environ=production | {"PORTAL_SECRET_KEY": "secret"})
    assert found.returncode == 1
    assert "mindestens 32" in found.stderr


@pytest.mark.parametrize("name", ["serve", "worker"])
def test_an_outdated_database_is_not_served(production: dict[str, str], portal: Portal, name: str) -> None:
    found = portal(name, environ=production)
    assert found.returncode == 1
    assert "portal db upgrade" in found.stderr


def test_the_database_says_where_it_stands(production: dict[str, str], portal: Portal) -> None:
    assert portal("db", "current", environ=production).returncode == 1
    first = portal("db", "upgrade", environ=production)
    assert "vorher: leer" in first.stdout
    second = portal("db", "upgrade", environ=production)
    assert "schon auf dem Stand" in second.stdout
    assert portal("db", "current", environ=production).returncode == 0
    assert stat.S_IMODE(Path(production["PORTAL_DATA"]).stat().st_mode) == 0o700


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workers", "proxies", "number"),
    [(1, 0, signal.SIGTERM), (1, 1, signal.SIGINT), (2, 0, signal.SIGINT), (2, 1, signal.SIGTERM)],
)
def test_the_web_server_answers_believes_nobody_and_stops_without_a_trace(
    installed: dict[str, str], tmp_path: Path, free_port: int, workers: int, proxies: int, number: int
) -> None:
    """Forwarded headers count only where proxies are configured; nothing is left when the server has ended."""
    environ = installed | {"PORTAL_TRUSTED_PROXIES": str(proxies)}
    arguments = ("serve", "--port", str(free_port), "--workers", str(workers))
    with running(*arguments, environ=environ, output=tmp_path / "out") as started:
        url = f"http://127.0.0.1:{free_port}/anmelden"
        started.wait_for(url)
        own = {"Host": "beteiligung.kreis.example"}
        assert _status(url, own) == 200
        forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        assert _status(url, own | forged) == (400 if proxies else 200)
        assert _status(url, {"Host": "evil.example"}) == 400
        assert len(in_group(started.process.pid)) == (1 if workers == 1 else workers + 1)
        for request in UNREADABLE:
            answer = _raw(free_port, request)
            status, _end, lines = answer.partition("\r\n\r\n")[0].partition("\r\n")
            assert status.split()[1] in {"400", "413", "431", "501"}, request
            headers = dict(line.split(": ", 1) for line in lines.split("\r\n"))
            assert "Das haben wir nicht verstanden." in answer, request
            assert "Server" not in headers, request
            expected = dict(headers_of_refusals(https=True))
            assert {name: headers.get(name) for name in expected} == expected, request
        assert _status(url, own) == 200
        started.end(number)
        assert gone(started.process.pid)
        assert "Traceback" not in started.printed
    left = [path.name for path in Path(installed["PORTAL_DATA"]).rglob("*") if path.suffix in {".pid", ".sock", ".ctl"}]
    assert left == []


# What the web server refuses by itself, before the application hears of it.
UNREADABLE = (
    b"nonsense\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a.example\r\nContent-Length: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a.example\r\nX-Long: " + b"x" * 300_000 + b"\r\n\r\n",
)


def _raw(port: int, request: bytes) -> str:
    """What comes back for these bytes until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        pieces = []
        with contextlib.suppress(ConnectionError):  # whoever sent more than was read is cut off
            connection.sendall(request)
            while piece := connection.recv(65536):
                pieces.append(piece)
    return b"".join(pieces).decode()


def _status(url: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
def test_the_worker_says_that_it_lives_and_stops_on_sigterm(
    installed: dict[str, str], tmp_path: Path, portal: Portal
) -> None:
    with running("worker", environ=installed, output=tmp_path / "out") as started:
        for _attempt in range(100):
            found = portal("check", environ=installed)
            if "ok       Worker" in found.stdout:
                break
            time.sleep(0.2)
        assert "ok       Worker" in found.stdout, found.stdout + started.printed
        assert started.end(signal.SIGTERM) == 0
        assert gone(started.process.pid)


def test_a_taken_port_is_named(installed: dict[str, str], portal: Portal, tmp_path: Path, free_port: int) -> None:
    with running("serve", "--port", str(free_port), environ=installed, output=tmp_path / "out") as started:
        started.wait_for(f"http://127.0.0.1:{free_port}/healthz")
        found = portal("serve", "--port", str(free_port), environ=installed)
    assert found.returncode == 1
    assert "lauscht schon" in found.stderr


@pytest.mark.slow
def test_the_first_administrator_signs_in(
    installed: dict[str, str], portal: Portal, tmp_path: Path, free_port: int
) -> None:
    arguments = ("user", "create", "--email", "Admin@Kreis.example", "--name", "Ada Muster", "--role", "administrator")
    weak = portal(*arguments, "--password-stdin", environ=installed, text="kurz\n")
    assert weak.returncode == 1
    assert "mindestens 12 Zeichen" in weak.stderr
    made = portal(*arguments, "--password-stdin", environ=installed, text="ein langes Passwort 27\n")
    assert made.returncode == 0, made.stderr
    again = portal(*arguments, "--password-stdin", environ=installed, text="ein langes Passwort 27\n")
    assert again.returncode == 1
    assert "schon ein Konto" in again.stderr
    environ = installed | {"PORTAL_BASE_URL": f"http://127.0.0.1:{free_port}"}
    with running("serve", "--port", str(free_port), environ=environ, output=tmp_path / "out") as started:
        url = f"http://127.0.0.1:{free_port}"
        started.wait_for(url + "/healthz")
        browser = Browser(url)
        status, page = browser.post("/anmelden", email="admin@kreis.example", password="ein langes Passwort 27")
        assert status == 200
        assert "Ada Muster" in page or "zweiter-faktor" in page


@pytest.mark.slow
def test_seeding_twice_changes_nothing(installed: dict[str, str], portal: Portal) -> None:
    first = portal("seed", "--county", "06432", environ=installed)
    assert first.returncode == 0, first.stderr
    assert "Darmstadt-Dieburg" in first.stdout
    assert "Kennzahlen mit ihren Reihen und Werten ergänzt" in first.stdout
    second = portal("seed", "--county", "06432", environ=installed)
    assert "nichts geändert" in second.stdout
    unplanned = portal("findings", "matrix", environ=installed)
    assert unplanned.returncode == 1
    assert "noch keine Planungsperiode" in unplanned.stderr
    mistyped = portal("findings", "matrix", "--period", "2099", environ=installed)
    assert "Diese Planungsperiode gibt es nicht" in mistyped.stderr
    unknown = portal("seed", "--county", "99999", environ=installed)
    assert unknown.returncode == 1
    assert "08226 Rhein-Neckar-Kreis" in unknown.stderr


def test_help_does_not_wait_for_the_application() -> None:
    program = (
        "import sys; from portal.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(len(sys.modules))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program + "print('flask' in sys.modules, 'sqlalchemy' in sys.modules)"],
        env=environment(), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert found.stdout.endswith("False False\n"), found.stdout


def test_the_application_starts_without_pandas() -> None:
    program = (
        "import sys; import portal.cli.demo; print([n for n in ('pandas', 'altair', 'vl_convert') if n in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout == "[]\n"


def test_backup_and_restore_as_commands(installed: dict[str, str], portal: Portal, tmp_path: Path) -> None:
    portal("user", "create", "--email", "a@kreis.example", "--name", "A B", "--role", "planner", "--password-stdin",
           environ=installed, text="ein langes Passwort 27\n")  # fmt: skip
    file = tmp_path / "backup.zip"
    made = portal("backup", str(file), environ=installed)
    assert made.returncode == 0, made.stderr
    assert "geprüft" in made.stdout
    refused = portal("restore", str(file), environ=installed)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    other = installed | {"PORTAL_DATA": str(tmp_path / "other")}
    put_back = portal("restore", str(file), environ=other)
    assert put_back.returncode == 0, put_back.stderr
    assert re.search(r"Stand vom \d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr", put_back.stdout)
    again = portal("user", "create", "--email", "a@kreis.example", "--name", "A B", "--role", "planner",
                   "--password-stdin", environ=other, text="ein langes Passwort 27\n")  # fmt: skip
    assert "schon ein Konto" in again.stderr


def test_nothing_is_put_back_while_somebody_works_there(
    installed: dict[str, str], portal: Portal, tmp_path: Path, free_port: int
) -> None:
    """The web server would go on with the replaced file, and what it writes there would be lost."""
    file = tmp_path / "backup.zip"
    assert portal("backup", str(file), environ=installed).returncode == 0
    database = Path(installed["PORTAL_DATA"]) / "portal.sqlite3"
    before = database.stat().st_ino
    with running("serve", "--port", str(free_port), environ=installed, output=tmp_path / "out") as started:
        started.wait_for(f"http://127.0.0.1:{free_port}/healthz")
        assert portal("backup", str(tmp_path / "second.zip"), environ=installed).returncode == 0
        refused = portal("restore", str(file), "--force", environ=installed)
        assert refused.returncode == 1
        assert "Bitte zuerst anhalten" in refused.stderr
        assert database.stat().st_ino == before
    assert portal("restore", str(file), "--force", environ=installed).returncode == 0
    assert database.stat().st_ino != before


def test_nobody_begins_while_a_backup_is_put_back(production: dict[str, str], portal: Portal) -> None:
    folder = Path(production["PORTAL_DATA"])
    folder.mkdir(mode=0o700)
    with folder_lock.alone(folder):
        for name in ("serve", "worker", "seed"):
            refused = portal(name, environ=production)
            assert refused.returncode == 1
            assert "gerade eine Sicherung zurückgespielt" in refused.stderr


def test_lost_secrets_are_not_made_anew_without_a_word(installed: dict[str, str], portal: Portal) -> None:
    """New ones would make every password and second factor in the database worthless."""
    secrets = Path(installed["PORTAL_DATA"]) / "secrets"
    salt = secrets / "password_salt"
    salt.unlink()
    assert portal("check", environ=installed).stdout.count("Geheimnisse    vollständig") == 1, "nobody needs them yet"
    made = portal("user", "create", "--email", "a@kreis.example", "--name", "A B", "--role", "planner",
                  "--password-stdin", environ=installed, text="ein langes Passwort 27\n")  # fmt: skip
    assert made.returncode == 0, made.stderr
    salt.unlink()
    for name in ("serve", "worker", "check"):
        found = portal(name, environ=installed)
        assert found.returncode == 1
        words = found.stdout + found.stderr
        assert "fehlen Geheimnisse (password_salt)" in words
        assert "aus einer Sicherung zurücklegen" in words
        assert not salt.exists()
    for path in secrets.iterdir():
        path.unlink()
    assert "Geheimnisse    vollständig" in portal("check", environ=installed).stdout, "an empty folder says: make new"
