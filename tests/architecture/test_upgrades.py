"""A filled database of an earlier release comes up to the present one with everything in it."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import DATABASES, new_postgres_database
from flask import Flask
from sqlalchemy import text

from portal.app import create_app
from portal.config import Config, sqlite_url
from portal.core.database import db
from portal.core.migrations import current_revision, expected_revision, upgrade

NOW = datetime.datetime(2026, 11, 1, 8, 0, tzinfo=datetime.UTC).replace(tzinfo=None)
FIRST_RELEASE = "0002"


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database that stops at the first release."""
    if request.param not in DATABASES:
        pytest.skip(f"{request.param} not asked for")
    url = sqlite_url(tmp_path)
    if request.param == "postgresql":
        url = new_postgres_database(request.getfixturevalue("postgres_server"), "portal_upgrade")
    app = create_app(Config(data=tmp_path, database_url=url, base_url="http://portal.example", testing=True))
    with app.app_context():
        upgrade(FIRST_RELEASE)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_rows_that_refer_to_each_other_survive(earlier: Flask) -> None:
    """Rebuilding a table on SQLite must neither fail at those who refer to it nor delete them."""
    with earlier.app_context():
        with db.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO organisation (id, created_at, public_id, name, sort_key, search_key, kind, state,"
                    " state_reason, is_demo) VALUES (1, :now, 'orgorgorgorg', 'Laterne', 'laterne', 'laterne',"
                    " 'initiative', 'verified', '', :no)"
                ),
                {"now": NOW, "no": False},
            )
            connection.execute(
                text(
                    "INSERT INTO person (id, created_at, public_id, name, sort_key, search_key, channel)"
                    " VALUES (1, :now, 'perperperper', 'Ada', 'ada', 'ada', 'mail')"
                ),
                {"now": NOW},
            )
            connection.execute(
                text(
                    "INSERT INTO representation (id, created_at, public_id, person_id, organisation_id, function,"
                    " valid_from) VALUES (1, :now, 'reprepreprep', 1, 1, 'Leitung', :day)"
                ),
                {"now": NOW, "day": NOW.date()},
            )
            connection.execute(
                text(
                    "INSERT INTO job (id, created_at, public_id, kind, payload, state, priority, attempts,"
                    " run_at, progress_done, progress_total, result)"
                    " VALUES (1, :now, 'jobjobjobjob', 'jobs.purge', '{}', 'waiting', 50, 0, :now, 0, 0, '{}')"
                ),
                {"now": NOW},
            )
        upgrade()
        assert current_revision() == expected_revision()
        with db.engine.connect() as connection:
            joined = connection.execute(
                text(
                    "SELECT person.name, organisation.name, organisation.group_kind FROM representation"
                    " JOIN person ON person.id = person_id JOIN organisation ON organisation.id = organisation_id"
                )
            ).all()
            jobs = connection.execute(text("SELECT kind, state FROM job")).all()
        assert joined == [("Ada", "Laterne", None)]
        assert jobs == [("jobs.purge", "waiting")]


_INDICATOR = {
    "id": 1, "created_at": NOW, "public_id": "indindindind", "key": "quote", "name": "Quote", "sort_key": "quote",
    "search_key": "quote", "topic_id": 1, "unit": "Prozent", "unit_short": "%", "decimals": 1,
    "polarity": "high_favourable", "nature": "rate", "counts_cases": False, "aggregation": "none", "age_limit_years": 5,
    "is_lead": True, "standard_tolerance": 0.0, "visibility": "public", "in_use": True, "position": 1,
    "delivery": "files", "edition": 3,
}  # fmt: skip
_EMPTY = (
    "explanation", "definition", "formula", "area_unit", "area_unit_short", "standard_source", "caveat",
    "smallest_level", "periodicity", "typical_source", "used_in", "note", "retired_why",
)  # fmt: skip


def test_an_indicator_goes_on_being_compared_with_the_county(earlier: Flask) -> None:
    with earlier.app_context():
        upgrade("0023")
        values = _INDICATOR | dict.fromkeys(_EMPTY, "")
        with db.engine.begin() as connection:
            connection.execute(
                text("INSERT INTO topic (id, created_at, key, name, position) VALUES (1, :now, 'health', 'Health', 1)"),
                {"now": NOW},
            )
            columns = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO indicator ({columns}) VALUES ({marks})"), values)
        upgrade()
        with db.engine.connect() as connection:
            found = connection.execute(text("SELECT key, compared_with, edition FROM indicator")).all()
        assert found == [("quote", "county", 3)]


def test_foreign_keys_hold_after_an_upgrade(earlier: Flask) -> None:
    with earlier.app_context():
        upgrade()
        with pytest.raises(Exception, match=r"(?i)foreign key"), db.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO representation (id, created_at, public_id, person_id, organisation_id, function,"
                    " valid_from) VALUES (2, :now, 'nobodynobody', 77, 77, '', :day)"
                ),
                {"now": NOW, "day": NOW.date()},
            )
