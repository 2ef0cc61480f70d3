"""Alembic's environment: runs inside the application, on its engine, with batch mode for SQLite.

On SQLite foreign keys are switched off around the run (a batch change replaces a table, and with them on
every referring row would be deleted) and checked before it ends.
"""

from functools import partial

from alembic import context, op
from flask import current_app
from sqlalchemy import text
from sqlalchemy.engine import Connection

# A batch change reads its table anew; those it refers to are known by name, and reading them along, and all they refer
# to in turn, takes a third of the time of all migrations.
if not isinstance(op.batch_alter_table, partial):
    op.batch_alter_table = partial(op.batch_alter_table, reflect_kwargs={"resolve_fks": False})

config = context.config
database = current_app.extensions["migrate"].db


def run() -> None:
    given = config.attributes.get("connection")
    if given is not None:  # a restore: part of the caller's transaction
        migrate(given)
        return
    with database.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            migrate(connection)
            return
        _foreign_keys(connection, "OFF")
        try:
            migrate(connection)
        finally:
            _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    """Beside the session's transaction: within one SQLite ignores the switch without a word."""
    if connection.in_transaction():
        connection.rollback()
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys = {state}")
    now = cursor.execute("PRAGMA foreign_keys").fetchone()[0]
    cursor.close()
    if bool(now) is not (state == "ON"):
        raise RuntimeError("foreign keys could not be switched for the migration")


def migrate(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        else:  # two processes upgrading at once: one waits for the other
            connection.execute(text("SELECT pg_advisory_xact_lock(725401)"))
        context.run_migrations()
        if sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migration left dangling references: {broken[:5]}")


run()
