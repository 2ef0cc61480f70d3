"""Bringing the database to the state the code expects."""

from functools import cache

import flask_migrate
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from portal import config as configuration
from portal.core.database import db


def upgrade(revision: str = "head") -> None:
    """Run all outstanding migrations up to the revision. Safe to call from several processes at once."""
    flask_migrate.upgrade(directory=str(configuration.MIGRATIONS), revision=revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Run migrations up to the revision on a connection and inside its open transaction (PostgreSQL)."""
    alembic = _alembic()
    alembic.attributes["connection"] = connection
    command.upgrade(alembic, revision)


def expected_revision() -> str | None:
    """The revision the code was written for."""
    return _script().get_current_head()


def knows_revision(revision: str) -> bool:
    """Whether the code has this revision; a newer program's database is at one it does not have."""
    return any(script.revision == revision for script in _script().walk_revisions())


def _alembic() -> AlembicConfig:
    alembic = AlembicConfig()
    alembic.set_main_option("script_location", str(configuration.MIGRATIONS).replace("%", "%%"))
    return alembic


@cache
def _script() -> ScriptDirectory:
    # Reading the folder runs every migration's module; a running process asks at every look at its health.
    return ScriptDirectory.from_config(_alembic())


def current_revision() -> str | None:
    """The revision the database is at; None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
