"""A filled database of an earlier release comes up to the present one with everything in it."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import DATABASES, new_postgres_database
from flask import Flask
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from portal.app import create_app
from portal.config import Config, sqlite_url
from portal.core.database import db
from portal.core.migrations import current_revision, expected_revision, upgrade

NOW = datetime.datetime(2026, 11, 1, 8, 0, tzinfo=datetime.UTC).replace(tzinfo=None)
LATER = NOW.date() + datetime.timedelta(days=700)
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


def test_minutes_nobody_has_released_become_internal(earlier: Flask) -> None:
    """They were public because their event was; what is released and public stays so."""
    rows: dict[str, list[dict[str, object]]] = {
        "planning_period": [
            {"public_id": "periodperiod", "key": "p", "name": "P", "starts_on": NOW.date(), "is_demo": False,
             "ends_on": NOW.date() + datetime.timedelta(days=9)}
        ],
        "person": [
            {"id": number, "public_id": f"personperso{number}", "name": "Ada", "sort_key": "ada", "search_key": "ada",
             "channel": "mail"}
            for number in (1, 2)
        ],
        "conference": [
            {"id": number, "public_id": f"eventevente{number}", "title": "E", "search_key": "e", "kind": "workshop",
             "state": "held", "phase": "inventory", "period_id": 1, "starts_at": NOW, "zone": "UTC", "place_name": "",
             "ends_at": NOW + datetime.timedelta(hours=1), "place_town": "", "access_information": "", "edition": 1,
             "description": "", "is_public": True, "walk_ins": 0, "uid": str(number), "sequence": 0, "changed_at": NOW,
             "told_sequence": 0, "cancelled_reason": "", "is_demo": False}
            for number in (1, 2)
        ],
        "minutes": [
            {"id": number, "public_id": f"minutesminu{number}", "conference_id": number, "is_public": True,
             "is_demo": False}
            for number in (1, 2)
        ],
        "minutes_version": [
            {"public_id": "versionvers1", "minutes_id": 1, "number": 1, "state": "draft", "written_by_id": 1,
             "cosigned_by_id": None, "released_at": None, "correction_reason": "", "returned_reason": "",
             "edition": 1},
            {"public_id": "versionvers2", "minutes_id": 2, "number": 1, "state": "released", "written_by_id": 1,
             "cosigned_by_id": 2, "released_at": NOW, "correction_reason": "", "returned_reason": "",
             "edition": 1},
        ],
    }  # fmt: skip
    with earlier.app_context():
        upgrade("0026")
        with db.engine.begin() as connection:
            for table, entries in rows.items():
                for number, entry in enumerate(entries, start=1):
                    values = {"id": number, "created_at": NOW, **entry}
                    marks = ", ".join(f":{name}" for name in values)
                    connection.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"), values)
        upgrade()
        with db.engine.connect() as connection:
            found = connection.execute(text("SELECT id, is_public FROM minutes ORDER BY id")).all()
            events = connection.execute(text("SELECT DISTINCT attending, online_url, costs FROM conference")).all()
        assert [(number, bool(public)) for number, public in found] == [(1, False), (2, True)]
        assert [tuple(row) for row in events] == [("on_site", "", "")]


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


def _insert(connection: Connection, table: str, **values: object) -> None:
    """A row with these values; what else must not be empty is filled by its type."""
    filled: dict[str, object] = {}
    for column in inspect(connection).get_columns(table):
        if not column["nullable"] and column["name"] not in values:
            kind = column["type"].python_type
            filled[column["name"]] = {str: "", bool: False, datetime.datetime: NOW}.get(kind, 0)
    filled |= {"public_id": f"{table[:10]}{values.get('id', '')}"} if "public_id" in filled else {}
    columns = filled | values
    names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), columns)


def test_minutes_of_earlier_stand_and_their_entries_may_name_places_from_then_on(earlier: Flask) -> None:
    """What was released stays as it is: its entries get no places afterwards, a draft's do."""
    with earlier.app_context():
        upgrade("0024")
        with db.engine.begin() as connection:
            _insert(connection, "area", id=1, kind="county", name="Kreis", key="99999", slug="kreis")
            for id_, name in ((1, "ada"), (2, "bea")):
                _insert(connection, "person", id=id_, name=name, channel="mail")
            _insert(connection, "planning_period", id=1, key="p", starts_on=NOW.date(), ends_on=LATER)
            for id_ in (1, 2):
                _insert(
                    connection, "conference", id=id_, kind="workshop", state="held", phase="inventory", period_id=1,
                    ends_at=NOW + datetime.timedelta(hours=1), uid=f"uid{id_}",
                )  # fmt: skip
                _insert(connection, "minutes", id=id_, conference_id=id_)
                _insert(
                    connection, "minutes_version", id=id_, minutes_id=id_, number=1, state="draft", written_by_id=1,
                )  # fmt: skip
                _insert(connection, "minutes_entry", id=id_, version_id=id_, kind="note", text=f"Satz {id_}", stem="s")
            connection.execute(
                text(
                    "UPDATE minutes_version SET state = 'released', released_at = :now, cosigned_by_id = 2 WHERE id = 2"
                ),
                {"now": NOW},
            )
        upgrade()
        with db.engine.begin() as connection:
            connection.execute(text("INSERT INTO minutes_entry_area (entry_id, area_id) VALUES (1, 1)"))
        with pytest.raises(DBAPIError, match="released minutes do not change"), db.engine.begin() as connection:
            connection.execute(text("INSERT INTO minutes_entry_area (entry_id, area_id) VALUES (2, 1)"))
        with pytest.raises(DBAPIError, match="released minutes do not change"), db.engine.begin() as connection:
            connection.execute(text("UPDATE minutes_entry SET text = 'anders' WHERE id = 2"))
        with db.engine.connect() as connection:
            entries = connection.execute(text("SELECT id, text FROM minutes_entry ORDER BY id")).all()
            places = connection.execute(text("SELECT entry_id, area_id FROM minutes_entry_area")).all()
        assert entries == [(1, "Satz 1"), (2, "Satz 2")]
        assert places == [(1, 1)]
