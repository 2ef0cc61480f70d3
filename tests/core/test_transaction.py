"""The transaction: all or nothing, one writer after the other, no lost change."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from portal.core.database import db
from portal.core.transaction import in_transaction, lock, transaction
from portal.jobs.models import Job

CHANGES = 200
THREADS = 8


def _new_job() -> int:
    with transaction():
        job = Job(kind="test.count", progress_total=CHANGES)
        db.session.add(job)
        db.session.flush()
        return job.id


def test_everything_or_nothing(app: Flask) -> None:
    job_id = _new_job()
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.get_one(Job, job_id).progress_done = 5
        db.session.flush()
        raise ZeroDivisionError
    assert db.session.get_one(Job, job_id).progress_done == 0
    assert not in_transaction()


def test_blocks_do_not_nest(app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction(), transaction():
        pass


def test_changes_before_the_block_are_refused(app: Flask) -> None:
    job_id = _new_job()
    db.session.get_one(Job, job_id).progress_done = 7
    with pytest.raises(RuntimeError), transaction():
        pass


def count_up(app: Flask, add_one: Callable[[Job], None]) -> int:
    """Let eight threads add one to the same row, two hundred times in all; hand back what is left."""
    job_id = _new_job()

    def work() -> None:
        with app.app_context():
            for _ in range(CHANGES // THREADS):
                seen = db.session.get_one(Job, job_id)
                assert seen.kind == "test.count"  # an object read before the transaction, as views do
                add_one(seen)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return db.session.execute(select(Job.progress_done).where(Job.id == job_id)).scalar_one()


def _locked(seen: Job) -> None:
    with transaction():
        job = lock(seen)
        job.progress_done = job.progress_done + 1


def _without_lock(seen: Job) -> None:
    with transaction():
        job = db.session.get_one(Job, seen.id)
        job.progress_done = job.progress_done + 1


def _without_beginning_as_writer(seen: Job) -> None:
    """As SQLAlchemy does by itself: whoever read what another has changed meanwhile is turned away."""
    db.session.rollback()
    try:
        job = db.session.get_one(Job, seen.id)
        job.progress_done = job.progress_done + 1
        db.session.commit()
    except OperationalError:
        db.session.rollback()


def test_two_hundred_concurrent_changes_survive(app: Flask) -> None:
    assert count_up(app, _locked) == CHANGES


def test_without_what_keeps_them_apart_changes_are_lost(app: Flask) -> None:
    """The proof that the test above tests something: PostgreSQL needs the row's lock, SQLite its one writer."""
    if db.engine.dialect.name == "postgresql":
        assert count_up(app, _without_lock) < CHANGES
    else:
        assert count_up(app, _without_lock) == CHANGES
        assert count_up(app, _without_beginning_as_writer) < CHANGES


def test_a_locked_row_is_read_anew(app: Flask) -> None:
    """Also where the block has read it before: what others changed since then counts."""
    job_id = _new_job()
    with transaction():
        job = db.session.get_one(Job, job_id)
        assert job.progress_done == 0
        # On SQLite nobody else writes while the block is open; there the block's own statement takes that part.
        others = db.engine.connect() if db.engine.dialect.name == "postgresql" else db.session.connection()
        others.execute(update(Job).where(Job.id == job_id).values(progress_done=7))
        if others is not db.session.connection():
            others.commit()
            others.close()
        assert lock(job).progress_done == 7
