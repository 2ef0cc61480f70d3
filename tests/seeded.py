"""The demonstration's database, seeded once per test run; for tests that only read."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.config import Config, sqlite_url
from portal.core.database import db
from portal.core.migrations import upgrade
from portal.demo.logins import LOGINS
from portal.demo.seeding import seed


def seeded_config(url: str, data: Path) -> Config:
    """Configuration of a seeded test installation."""
    return Config(data=data, database_url=url, base_url="http://portal.example", testing=True, demo=True)


def build(url: str, data: Path) -> None:
    """Migrate and seed a database."""
    app = create_app(seeded_config(url, data))
    with app.app_context():
        upgrade()
        seed(app)
        db.session.remove()
        db.engine.dispose()


def once_per_run(name: str, make: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the first test process of a run fills and the others share; copy it before changing anything."""
    base = tmp_path_factory.getbasetemp()
    # With pytest-xdist every worker has its own folder below the one of the run.
    run = base.parent if base.name.startswith("popen-") else base
    folder = run / f"shared-{name}"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = run / f"draft-{name}"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft)
            draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def seeded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a seeded SQLite database; copy it before changing anything."""
    return once_per_run("seeded", lambda folder: build(sqlite_url(folder), folder), tmp_path_factory)


@pytest.fixture
def seeded_app(seeded_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration on its own copy of the seeded data."""
    folder = tmp_path / "seeded"
    shutil.copytree(seeded_sqlite, folder)
    app = create_app(seeded_config(sqlite_url(folder), folder))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def sign_in(client: FlaskClient, role: str) -> FlaskClient:
    """Sign in as the demonstration's person of that role, through the form people use."""
    login = next(login for login in LOGINS if login.role.value == role)
    answer = client.post("/anmelden", data={"email": login.email, "password": login.password})
    assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
    return client
