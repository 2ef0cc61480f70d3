"""Single writes: each a transaction of its own, on its way at once, and good manners towards the connection pool."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.exc import DBAPIError

from portal.core import clock
from portal.core.database import UtcDateTime, db
from portal.core.single_writes import single_writes
from portal.core.transaction import transaction
from portal.jobs.models import Job, JobState

_COUNT = update(Job).where(Job.id == bindparam("job")).values(progress_done=bindparam("done"))
_FINISH = (
    update(Job)
    .where(Job.id == bindparam("job"), Job.state == JobState.WAITING)
    .values(run_at=bindparam("when", type_=UtcDateTime), error=bindparam("words"))
)


def _new_job() -> int:
    with transaction():
        job = Job(kind="test.count", progress_total=200)
        db.session.add(job)
        db.session.flush()
        return job.id


def _is_postgres() -> bool:
    return db.engine.dialect.name == "postgresql"


def test_what_was_written_is_seen_by_all_when_the_wait_is_over(app: Flask) -> None:
    job_id = _new_job()
    with single_writes() as write:
        for done in (1, 2):
            end = write(_COUNT, {"job": job_id, "done": done})
            assert end() == 1
            with db.engine.connect() as other:
                assert other.scalar(select(Job.progress_done)) == done
        assert write(_COUNT, {"job": job_id + 1, "done": 3})() == 0


def test_values_arrive_as_their_columns_have_them(app: Flask) -> None:
    job_id = _new_job()
    when = clock.now() + timedelta(days=1)
    with single_writes() as write:
        assert write(_FINISH, {"job": job_id, "when": when, "words": "„Später“ %s $1 \\"})() == 1
        assert write(_FINISH, {"job": job_id, "when": when, "words": None})() == 1
        assert write(_FINISH, {"job": job_id, "when": when, "words": "Größe"})() == 1
    job = db.session.get_one(Job, job_id)
    assert (job.run_at, job.error) == (when, "Größe")


def test_a_broken_connection_is_made_anew(app: Flask) -> None:
    job_id = _new_job()
    with single_writes() as write:
        assert write(_COUNT, {"job": job_id, "done": 1})() == 1
        if _is_postgres():
            with db.engine.connect() as other:
                other.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                    )
                )
            with pytest.raises(DBAPIError):
                write(_COUNT, {"job": job_id, "done": 2})()
        assert write(_COUNT, {"job": job_id, "done": 3})() == 1
    db.session.remove()
    assert db.session.get_one(Job, job_id).progress_done == 3


def test_a_statement_that_fails_says_so_and_the_next_goes_on(app: Flask) -> None:
    job_id = _new_job()
    with single_writes() as write:
        with pytest.raises(DBAPIError):
            write(_COUNT, {"job": job_id, "done": None})()
        assert write(_COUNT, {"job": job_id, "done": 3})() == 1


def test_nothing_is_left_behind_on_the_connection(app: Flask) -> None:
    job_id = _new_job()
    for _time in range(2):
        with single_writes() as write:
            assert write(_COUNT, {"job": job_id, "done": 1})() == 1
    if not _is_postgres():
        return
    db.session.remove()
    with db.engine.connect() as after:
        assert after.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
        left = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'portal_%%'"
        assert after.exec_driver_sql(left).scalar_one() == 0
