"""The database itself keeps released minutes: raw statements are refused, drafts and erasure are not."""

import pytest
from flask import Flask
from meetings import Meeting
from portal_client import fresh
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DatabaseError

from portal.config import Config
from portal.core.database import db
from portal.core.transaction import transaction
from portal.minutes.frozen import Frozen
from portal.minutes.models import Minutes, MinutesEntry, MinutesState, MinutesStep, MinutesVersion
from portal.minutes.services import entries, versions
from tests.conftest import empty

CHANGES = (
    "UPDATE minutes_version SET state = 'draft', released_at = NULL, cosigned_by_id = NULL WHERE id = :version",
    "UPDATE minutes_version SET cosigned_by_id = written_by_id WHERE id = :version",
    "UPDATE minutes_version SET correction_reason = 'x' WHERE id = :version",
    "DELETE FROM minutes_version WHERE id = :version",
    "DELETE FROM minutes WHERE id = (SELECT minutes_id FROM minutes_version WHERE id = :version)",
    "UPDATE minutes_entry SET text = 'gefälscht' WHERE id = :entry",
    "UPDATE minutes_entry SET version_id = :draft WHERE id = :entry",
    "UPDATE minutes_entry SET version_id = :version WHERE version_id = :draft",
    "DELETE FROM minutes_entry WHERE id = :entry",
    "INSERT INTO minutes_entry (version_id, stem, position, kind, text, edition, public_id, created_at)"
    " SELECT :version, 'nachtrag0000', 9, 'note', 'x', 1, 'nachtrag0000', created_at FROM minutes_entry"
    " WHERE id = :entry",
    "DELETE FROM minutes_entry_topic WHERE entry_id = :entry",
    "UPDATE minutes_entry_raised_by SET organisation_id = :absent WHERE entry_id = :entry",
    "INSERT INTO minutes_entry_raised_by (entry_id, organisation_id) VALUES (:entry, :absent)",
    "DELETE FROM minutes_entry_raised_by WHERE entry_id = :entry",
    "INSERT INTO minutes_entry_topic (entry_id, topic_id) SELECT :entry, id FROM topic",
    "INSERT INTO minutes_entry_area (entry_id, area_id) SELECT :entry, max(id) FROM area",
    "UPDATE minutes_step SET new_state = 'draft' WHERE version_id = :version",
    "DELETE FROM minutes_step WHERE version_id = :version",
)


def corrected(held: Meeting) -> tuple[Minutes, dict[str, int]]:
    """Released minutes with the draft of a correction, and the ids that raw statements name."""
    minutes = held.released()
    with transaction():
        draft = versions.correct(minutes, "Ein Name war falsch.", actor=held.planner)
        need = next(one for one in minutes.versions[0].entries if one.raised_by)
        ids = {
            "version": minutes.versions[0].id,
            "draft": draft.id,
            "entry": need.id,
            "absent": held.absent.id,
        }
    return minutes, ids


def counts() -> list[int]:
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Minutes, MinutesVersion, MinutesEntry, MinutesStep)
    ]


def test_raw_changes_of_released_minutes_are_refused(held: Meeting) -> None:
    minutes, ids = corrected(held)
    before = counts()
    for change in CHANGES:
        with pytest.raises(DatabaseError, match="released minutes do not change"), transaction():
            db.session.execute(text(change), {name: ids[name] for name in ids if f":{name}" in change})
    assert counts() == before
    assert fresh(minutes.versions[0]).state is MinutesState.RELEASED


def test_truncating_is_refused_too(held: Meeting) -> None:
    held.released()
    if db.engine.dialect.name != "postgresql":
        assert db.engine.dialect.name == "sqlite"  # which knows no TRUNCATE
        return
    for table in ("minutes_entry_topic", "minutes_step", "minutes, minutes_version, minutes_entry"):
        with pytest.raises(DatabaseError, match="released minutes do not change"), transaction():
            db.session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_the_session_refuses_what_it_has_not_loaded(held: Meeting) -> None:
    version = held.released().versions[0]
    db.session.rollback()  # expires what is held
    with pytest.raises(Frozen), transaction():
        version.state = MinutesState.DRAFT


def test_drafts_beside_released_minutes_change_and_go(held: Meeting) -> None:
    minutes, _ids = corrected(held)
    draft = minutes.versions[1]
    with transaction():
        entries.edit(draft.entries[0], held.note("anders"), edition=draft.entries[0].edition, actor=held.planner)
        entries.delete(draft.entries[1], actor=held.planner)
    with transaction():
        versions.discard(minutes.versions[1], actor=held.planner)
    assert counts()[1] == 1
    with transaction():
        db.session.execute(text("UPDATE minutes SET is_public = :yes"), {"yes": True})


def test_a_person_is_erased_where_the_name_stands(held: Meeting) -> None:
    """Minutes refer to people; without the name and the account nothing of the person is left in them."""
    minutes = held.released()
    writer = minutes.versions[0].written_by
    with transaction():
        writer.name, writer.email, writer.user_id = "gelöschte Person", None, None
    assert fresh(minutes.versions[0]).written_by.name == "gelöschte Person"


def test_emptying_between_tests_is_not_refused(app: Flask, config: Config, held: Meeting) -> None:
    held.released()
    db.session.rollback()
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        empty(config.database_url)
        assert counts() == [0, 0, 0, 0]
        return
    # On SQLite each test has a file of its own; all that empties one is a restore, which replaces it.
    engine = create_engine(config.database_url)
    with engine.begin() as connection:
        names = [name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))]
        kept = [name for name in names if name.startswith("minutes_")]
    engine.dispose()
    assert len(kept) == 2 * 2 + 5 * 3
