"""The transaction: all or nothing, one writer after the other, no lost change."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select

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


def count_up(app: Flask, *, with_lock: bool) -> int:
    """Let eight threads add one to the same row, two hundred times in all; hand back what is left."""
    job_id = _new_job()

    def work() -> None:
        with app.app_context():
            for _ in range(CHANGES // THREADS):
                seen = db.session.get_one(Job, job_id)
                assert seen.kind == "test.count"  # an object read before the transaction, as views do
                with transaction():
                    job = lock(seen) if with_lock else db.session.get_one(Job, job_id)
                    job.progress_done = job.progress_done + 1
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return db.session.execute(select(Job.progress_done).where(Job.id == job_id)).scalar_one()


def test_two_hundred_concurrent_changes_survive(app: Flask) -> None:
    assert count_up(app, with_lock=True) == CHANGES


def test_without_the_lock_changes_are_lost(app: Flask, database: object) -> None:
    """The proof that the test above tests something. SQLite's one writer needs no row lock; PostgreSQL does."""
    survived = count_up(app, with_lock=False)
    if db.engine.dialect.name == "postgresql":
        assert survived < CHANGES
    else:
        assert survived == CHANGES
