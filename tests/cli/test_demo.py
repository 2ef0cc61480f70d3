"""`portal demo` as a stranger meets it: started, used, stopped, started again."""

import json
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cli_processes import Browser, Running, environment, gone, in_group, running

from portal.core.actor import Role
from portal.demo.logins import LOGINS

Portal = Callable[..., Any]
pytestmark = pytest.mark.slow

SECONDS_TO_ANSWER = 10


def allowed_seconds() -> float:
    """What is promised for a machine of its own; beside other processes everything takes longer."""
    return SECONDS_TO_ANSWER * max(1.0, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass
class Demo:
    """A running demonstration."""

    started: Running
    url: str
    port: int
    data: Path
    seconds: float
    worked: float


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demonstration for all tests that only look."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    with running("demo", "--port", str(port), "--data", str(data), output=folder / "output.txt") as started:
        url = f"http://127.0.0.1:{port}"
        seconds = started.wait_for(url + "/")
        yield Demo(started, url, port, data, seconds, started.worked)


def test_answers_in_time(demo: Demo) -> None:
    assert demo.seconds < allowed_seconds()


def test_the_processor_alone_would_be_in_time_however_busy_the_machine(demo: Demo) -> None:
    assert demo.worked < SECONDS_TO_ANSWER


def test_prints_one_login_per_role_and_each_signs_in(demo: Demo) -> None:
    lines = demo.started.printed.splitlines()
    logins = [(cells[-2], cells[-1]) for cells in map(str.split, lines) if len(cells) >= 3 and "@" in cells[-2]]
    assert len(logins) == len(Role)
    assert any(f"{demo.url}/" in line for line in lines)
    assert any(f"{demo.url}/postfach" in line for line in lines)
    for email, password in logins:
        browser = Browser(demo.url)
        status, _page = browser.post("/anmelden", email=email, password=password)
        assert status == 200, email
        status, page = browser.get("/konto")
        assert status == 200, email
        assert 'action="/abmelden"' in page, f"{email} is not signed in"


def test_the_worker_is_a_child_and_lives(demo: Demo) -> None:
    names = [" ".join(child.cmdline()) for child in demo.started.children]
    assert [name for name in names if "portal.cli worker" in name], names
    wait_until_well(demo)


def wait_until_well(demo: Demo) -> None:
    """Until the worker has said that it lives and the demonstration's letters lie in the mailbox."""
    until = time.monotonic() + 60
    answer: dict[str, object] = {}
    while time.monotonic() < until and answer.get("status") != "ok":
        status, text = Browser(demo.url).get("/healthz")
        answer = json.loads(text)
        time.sleep(0.2)
    assert answer["status"] == "ok", answer
    assert status == 200


def test_other_commands_work_on_its_folder(demo: Demo, portal: Portal) -> None:
    wait_until_well(demo)
    found = portal("check", environ={"PORTAL_DATA": str(demo.data)})
    assert found.returncode == 0, found.stdout
    assert f"Vorführung unter {demo.url}" in found.stdout
    current = portal("db", "current", environ={"PORTAL_DATA": str(demo.data)})
    assert current.returncode == 0, current.stderr


def test_its_folder_is_not_served_to_the_public(demo: Demo, portal: Portal) -> None:
    found = portal("serve", environ={"PORTAL_DATA": str(demo.data)})
    assert found.returncode == 1
    assert "Vorführung" in found.stderr


def test_its_backup_is_a_demonstration_again(demo: Demo, portal: Portal, tmp_path: Path, free_port: int) -> None:
    """Saved while it runs, put into an empty folder without any further word, started there."""
    wait_until_well(demo)
    file, data = tmp_path / "backup.zip", tmp_path / "restored"
    assert portal("backup", str(file), environ={"PORTAL_DATA": str(demo.data)}).returncode == 0
    put_back = portal("restore", str(file), environ={"PORTAL_DATA": str(data)})
    assert put_back.returncode == 0, put_back.stderr
    assert f"portal demo --data {data}" in put_back.stdout
    served = portal("serve", environ={"PORTAL_DATA": str(data)})
    assert served.returncode == 1
    assert "„portal demo“" in served.stderr
    found = portal("check", environ={"PORTAL_DATA": str(data)})
    assert "ok       Konfiguration  Vorführung unter" in found.stdout
    # The keys of its surveys are in no archive, and no worker runs.
    faults = [line.split()[1] for line in found.stdout.splitlines() if line.startswith("Fehler")]
    assert set(faults) - {"Worker"} == {"Befragungen"}
    email, password = LOGINS[0].email, LOGINS[0].password
    with running("demo", "--port", str(free_port), "--data", str(data), output=tmp_path / "out") as started:
        url = f"http://127.0.0.1:{free_port}"
        started.wait_for(url + "/healthz")
        status, _page = Browser(url).post("/anmelden", email=email, password=password)
        assert status == 200
        busy = portal("restore", str(file), "--force", environ={"PORTAL_DATA": str(data)})
        assert busy.returncode == 1
        assert "zuerst anhalten" in busy.stderr
        started.end()
    again = portal("restore", str(file), "--force", environ={"PORTAL_DATA": str(data)})
    assert again.returncode == 0, again.stderr


def test_its_backup_never_becomes_a_production_installation(
    demo: Demo, portal: Portal, tmp_path: Path, production: dict[str, str]
) -> None:
    file = tmp_path / "demo.zip"
    assert portal("backup", str(file), environ={"PORTAL_DATA": str(demo.data)}).returncode == 0
    portal("db", "upgrade", environ=production)
    refused = portal("restore", str(file), "--force", environ=production)
    assert refused.returncode == 1
    assert "keine Vorführung" in refused.stderr
    real = tmp_path / "real.zip"
    assert portal("backup", str(real), environ=production).returncode == 0
    other = portal("restore", str(real), "--force", environ={"PORTAL_DATA": str(demo.data)})
    assert other.returncode == 1
    assert Browser(demo.url).get("/anmelden")[0] == 200


def test_a_taken_port_and_a_taken_folder_are_named(demo: Demo, portal: Portal, tmp_path: Path, free_port: int) -> None:
    port = portal("demo", "--port", str(demo.port), "--data", str(tmp_path / "other"))
    assert port.returncode == 1
    assert f"Port {demo.port} ist belegt" in port.stderr
    assert f"--port {demo.port + 1}" in port.stderr
    assert not (tmp_path / "other").exists()
    folder = portal("demo", "--reset", "--port", str(free_port), "--data", str(demo.data))
    assert folder.returncode == 1
    assert "läuft schon eine Vorführung" in folder.stderr
    assert Browser(demo.url).get("/anmelden")[0] == 200, "the running demonstration lost its data"


def test_survives_kills_keeps_its_data_and_stops_cleanly(tmp_path: Path, free_port: int) -> None:
    """A killed worker comes back, a killed parent takes it along, and the next starts find everything there."""
    data, url = tmp_path / "data", f"http://127.0.0.1:{free_port}"
    arguments = ("demo", "--port", str(free_port), "--data", str(data))
    with running(*arguments, output=tmp_path / "first") as started:
        started.wait_for(url + "/healthz")
        first = started.children[0].pid
        os.kill(first, signal.SIGKILL)
        until = time.monotonic() + 30
        while time.monotonic() < until and [child.pid for child in started.children] in ([], [first]):
            time.sleep(0.1)
        assert [child.pid for child in started.children] not in ([], [first])
        assert "neu gestartet" in started.printed
        assert len(in_group(started.process.pid)) == 2
        started.end(signal.SIGKILL)
        assert gone(started.process.pid, seconds=45)
    database = sqlite3.connect(data / "portal.sqlite3")
    with database:
        database.execute("INSERT INTO setting VALUES ('site.claim', '\"Noch da\"', '2026-01-01 00:00:00')")
    database.close()
    for number in (signal.SIGINT, signal.SIGTERM):
        with running(*arguments, output=tmp_path / str(number)) as again:
            seconds = again.wait_for(url + "/anmelden")
            assert seconds < allowed_seconds()
            assert "Noch da" in Browser(url).get("/anmelden")[1]
            again.end(number)
            assert gone(again.process.pid)
            assert "Traceback" not in again.printed
            assert "neu gestartet" not in again.printed
    assert data.stat().st_mode & 0o077 == 0


def test_an_interrupted_first_start_is_no_obstacle(tmp_path: Path, free_port: int) -> None:
    """Killed in the middle of seeding; the next start begins anew instead of refusing or showing half of it."""
    arguments = ("demo", "--port", str(free_port), "--data", str(tmp_path / "data"))
    with running(*arguments, output=tmp_path / "first") as started:
        while not (tmp_path / "data" / "portal.sqlite3").exists():
            assert started.process.poll() is None, started.printed
            time.sleep(0.02)
        started.end(signal.SIGKILL)
    assert json.loads((tmp_path / "data" / "demo.json").read_text())["seeded"] is False
    with running(*arguments, output=tmp_path / "second") as again:
        again.wait_for(f"http://127.0.0.1:{free_port}/anmelden")
        assert json.loads((tmp_path / "data" / "demo.json").read_text())["seeded"] is True


def test_reset_begins_anew_but_only_in_a_folder_of_its_own(tmp_path: Path, free_port: int, portal: Portal) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("mine")
    found = portal("demo", "--reset", "--port", str(free_port), "--data", str(foreign))
    assert found.returncode == 1
    assert "keine Vorführung" in found.stderr
    assert [path.name for path in foreign.iterdir()] == ["letter.txt"]

    own = tmp_path / "own"
    own.mkdir()
    (own / "demo.json").write_text(json.dumps({"portal": "demo", "port": 1, "seeded": True}))
    (own / "mailbox").mkdir()
    (own / "mailbox" / "old.eml").write_text("old")
    (own / "link").symlink_to(foreign, target_is_directory=True)
    arguments = ("demo", "--reset", "--port", str(free_port), "--data", str(own))
    with running(*arguments, output=tmp_path / "out") as started:
        started.wait_for(f"http://127.0.0.1:{free_port}/healthz")
        started.end()
    assert not (own / "mailbox" / "old.eml").exists()
    assert json.loads((own / "demo.json").read_text()) == {"portal": "demo", "port": free_port, "seeded": True}
    assert (foreign / "letter.txt").read_text() == "mine"


def test_the_environment_of_a_test_holds_nothing_of_ours() -> None:
    assert not [name for name in environment() if name.startswith("PORTAL_")]
