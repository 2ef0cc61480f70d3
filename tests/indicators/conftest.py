"""A county with all shipped areas, topics and figures: seeded once per kind of database, copied for every test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from portal_client import PortalClient, make_user
from sqlalchemy import create_engine, make_url, text

from portal.app import create_app
from portal.areas.seeding.services import seed_areas, seed_planning_areas
from portal.config import Config, sqlite_url
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.migrations import upgrade
from portal.core.transaction import transaction
from portal.indicators.seeding.loading import seed_indicators
from portal.planning.seeding import seed_topics
from portal.settings import services as settings
from tests.databases import DATABASES

SEED_DAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_TEMPLATE, _COPY = "portal_county_template", "portal_county"


def seed_everything() -> None:
    """All shipped areas, topics and figures; planning areas date from the seed day."""
    with transaction():
        seed_areas()
        seed_planning_areas(SEED_DAY.date())
    with transaction():
        seed_topics()
        seed_indicators()


def build(url: str, data: Path) -> None:
    """Migrate and seed a database."""
    with county_app(url, data).app_context(), clock.frozen(SEED_DAY):
        upgrade()
        seed_everything()
        db.session.remove()
        db.engine.dispose()


def county_app(url: str, data: Path) -> Flask:
    return create_app(Config(data=data, database_url=url, base_url="http://portal.example", testing=True))


@pytest.fixture(scope="session")
def county_templates() -> dict[str, str]:
    """Per kind of database the address of the seeded one, made at first use."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def county_url(
    request: pytest.FixtureRequest,
    county_templates: dict[str, str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """A seeded database that a test may change."""
    kind: str = request.param
    if kind not in DATABASES:
        pytest.skip(f"{kind} not asked for")
    if kind == "sqlite":
        if kind not in county_templates:
            folder = tmp_path_factory.mktemp("county")
            build(sqlite_url(folder), folder)
            county_templates[kind] = sqlite_url(folder)
        target = tmp_path / "county.sqlite3"
        shutil.copy(county_templates[kind].removeprefix("sqlite:///"), target)
        return f"sqlite:///{target}"
    server = request.getfixturevalue("postgres_server")
    if kind not in county_templates:
        county_templates[kind] = _create(server, _TEMPLATE)
        build(county_templates[kind], tmp_path_factory.mktemp("county"))
    return _create(server, _COPY, template=_TEMPLATE)


def _create(server: str, name: str, *, template: str = "template1") -> str:
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def county(county_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database that holds everything the portal ships with."""
    app = county_app(county_url, tmp_path / "data")
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@dataclass(frozen=True)
class Somebody:
    """A signed-in person without a row."""

    role_set: frozenset[Role]
    department_id: int | None = None
    id: int = 4711
    name: str = "Kim Muster-Person"


def acting_as(*roles: Role, department_id: int | None = None) -> Actor:
    return Actor(user=Somebody(frozenset(roles), department_id))


@pytest.fixture
def planner(county: Flask) -> PortalClient:
    """A planner at a browser that checks every page it gets."""
    county.test_client_class = PortalClient
    client = county.test_client()
    assert isinstance(client, PortalClient)
    client.checks_pages = True
    with transaction():
        settings.put("accounts.second_factor_required", False, actor=SYSTEM)
    make_user("amsel@landkreis.example", Role.PLANNER)
    assert client.sign_in("amsel@landkreis.example").status_code == 302
    return client
