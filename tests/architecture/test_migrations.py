"""Migrations and models say the same, CHECKs and enums included."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import CheckConstraint, Enum, inspect, text
from sqlalchemy.schema import CreateTable

from portal.core.actor import Role
from portal.core.database import Base, db
from portal.core.migrations import current_revision, expected_revision


def test_the_database_is_at_the_newest_revision(app: Flask) -> None:
    assert current_revision() == expected_revision()


def test_tables_and_columns_are_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_every_named_check_is_in_the_database(app: Flask) -> None:
    inspector = inspect(db.engine)
    for table in Base.metadata.tables.values():
        expected = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint) and c.name}
        stored = {check["name"] for check in inspector.get_check_constraints(table.name)}
        assert expected <= stored, table.name


def enum_columns() -> list[Any]:
    return [
        pytest.param(table.name, column.name, id=f"{table.name}.{column.name}")
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum)
    ]


@pytest.mark.parametrize(("table_name", "column_name"), enum_columns())
def test_every_enum_value_is_accepted_by_the_stored_check(app: Flask, table_name: str, column_name: str) -> None:
    """The database's own CHECK is tried on a copy of the column, value by value, and must refuse another."""
    column = Base.metadata.tables[table_name].columns[column_name]
    assert isinstance(column.type, Enum)
    inspector = inspect(db.engine)
    stored = [
        check["sqltext"]
        for check in inspector.get_check_constraints(table_name)
        if check["name"] == f"ck_{table_name}_{column.type.name}"
    ]
    assert len(stored) == 1
    values = list(column.type.enums)
    with db.engine.connect() as connection:
        statement = text(f"SELECT ({stored[0]}) FROM (SELECT CAST(:value AS VARCHAR(60)) AS {column_name}) AS probe")
        for value in values:
            assert connection.execute(statement, {"value": value}).scalar_one(), value
        assert not connection.execute(statement, {"value": "no such value"}).scalar_one()


def test_roles_are_there(app: Flask) -> None:
    with db.engine.connect() as connection:
        names = set(connection.execute(text("SELECT name FROM role")).scalars())
    assert names == {role.value for role in Role}


def test_tables_can_be_made_on_both_dialects() -> None:
    from sqlalchemy.dialects import postgresql, sqlite

    for table in Base.metadata.sorted_tables:
        for dialect in (postgresql.dialect(), sqlite.dialect()):
            assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
