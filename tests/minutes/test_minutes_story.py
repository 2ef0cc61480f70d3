"""The demonstration's minutes, as the story tells them."""

from flask import Flask
from seeded import seeded_app, seeded_sqlite
from sqlalchemy import select

from portal.core.database import db
from portal.minutes import queries, task_queries
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesState, TaskDone
from portal.minutes.voices import voices

__all__ = ["seeded_app", "seeded_sqlite"]


def _all() -> list[Minutes]:
    return list(db.session.scalars(select(Minutes).order_by(Minutes.id)))


def test_ten_minutes_nine_released_one_corrected(seeded_app: Flask) -> None:
    found = _all()
    assert len(found) == 10
    assert all(one.is_demo for one in found)
    assert sum(queries.last_released(one) is not None for one in found) == 9
    corrected = [one for one in found if len(one.versions) == 2]
    assert len(corrected) == 1
    first, second = corrected[0].versions
    assert second.correction_reason == "In TOP 3 war eine Organisation falsch genannt."
    assert first.released_at < second.released_at
    assert {one.stem for one in first.entries} == {one.stem for one in second.entries}
    changed = [
        (before, after)
        for before, after in zip(queries.entries_of(first), queries.entries_of(second), strict=True)
        if before.raised_by != after.raised_by
    ]
    assert len(changed) == 1
    assert changed[0][1].agenda_item.number == 3


def test_nobody_released_what_they_wrote(seeded_app: Flask) -> None:
    for one in _all():
        for version in one.versions:
            if version.state is MinutesState.RELEASED:
                assert version.cosigned_by_id not in {None, version.written_by_id}


def test_what_was_raised_counts_and_what_is_drafted_does_not(seeded_app: Flask) -> None:
    needs = db.session.scalars(select(MinutesEntry).where(MinutesEntry.kind == EntryKind.NEED)).all()
    drafted = {one.stem for one in needs if one.version.state is not MinutesState.RELEASED}
    assert len(drafted) == 1
    found = voices()
    assert {one.stem for one in found} == {one.stem for one in needs} - drafted
    assert all(one.organisations and one.area_ids for one in found)


def test_tasks_done_open_and_overdue(seeded_app: Flask) -> None:
    tasks = db.session.scalars(task_queries._tasks()).all()
    done = set(db.session.scalars(select(TaskDone.stem)))
    assert len(tasks) == 6
    assert len(done) == 3
    assert done <= {task.stem for task in tasks}
