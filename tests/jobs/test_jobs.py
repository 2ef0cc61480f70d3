"""Jobs: written once, done by one worker, tried again, picked up from dead workers."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from flask import Flask
from portal_client import make_user
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.config import Config
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.jobs import leases, queries, registry, services, tasks, worker
from portal.jobs.models import Job, JobState, Schedule, Worker
from portal.jobs.registry import JobContext

Register = Callable[..., None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Register a function for the kind `test`, for this test only."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))

    def _register(function: Callable[[JobContext], Mapping[str, Any] | None], **values: Any) -> None:
        registry.register("test", function, label="Probe", **values)

    return _register


@pytest.fixture
def no_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_schedules", {})


def write(**values: Any) -> Job:
    with transaction():
        return services.enqueue("test", values.pop("payload", None), actor=values.pop("actor", SYSTEM), **values)


def work(app: Flask, *, owner: str = "w1", stop: Event | None = None) -> bool:
    return worker._job_step(app, owner, stop or Event())


def fresh(job: Job) -> Job:
    db.session.rollback()
    db.session.refresh(job)
    return job


def test_a_job_is_done_and_keeps_its_result(app: Flask, register: Register) -> None:
    register(lambda context: {"seen": context.payload["number"], "machine": context.actor.is_system})
    job = write(payload={"number": 7})
    assert work(app)
    assert fresh(job).state is JobState.DONE
    assert job.result == {"seen": 7, "machine": True}
    assert not work(app)


def test_the_actor_of_a_job_is_loaded_with_its_rights(
    app: Flask, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Person:
        id = 5

    class Representation:
        id = 9

    def load(user_id: int, *, representation_id: int | None) -> str:
        return f"actor {user_id} for {representation_id}"

    monkeypatch.setattr(registry, "_actor_loaders", [load])
    register(lambda context: {"actor": str(context.actor)})
    job = write(actor=Actor(user=Person()))  # type: ignore[arg-type]
    work(app)
    assert fresh(job).result == {"actor": "actor 5 for None"}
    job = write(actor=Actor(user=Person(), representation=Representation()))  # type: ignore[arg-type]
    work(app)
    assert fresh(job).result == {"actor": "actor 5 for 9"}


def test_a_locked_persons_job_has_nobodys_rights(app: Flask, register: Register) -> None:
    person = make_user("ada@landkreis.example", Role.PLANNER)
    register(lambda context: {"planner": context.actor.has(Role.PLANNER), "signed_in": context.actor.signed_in})
    first = write(actor=Actor(user=person))
    work(app)
    assert fresh(first).result == {"planner": True, "signed_in": True}
    with transaction():
        person.active = False
    second = write(actor=Actor(user=person))
    work(app)
    assert fresh(second).result == {"planner": False, "signed_in": False}


def test_jobs_go_by_priority_then_age_and_not_before_their_time(app: Flask, register: Register) -> None:
    done: list[str] = []
    register(lambda context: done.append(context.payload["name"]))
    write(payload={"name": "late"}, run_at=clock.now() + timedelta(hours=1))
    write(payload={"name": "second"})
    write(payload={"name": "third"})
    write(payload={"name": "first"}, priority=10)
    while work(app):
        pass
    assert done == ["first", "second", "third"]


def test_the_same_key_is_one_job_until_it_is_done(app: Flask, register: Register) -> None:
    register(lambda context: None)
    first, second = write(unique_key="import:1"), write(unique_key="import:1")
    assert first.id == second.id
    work(app)
    assert write(unique_key="import:1").id != first.id


def test_a_fault_is_tried_again_and_stays_failed_in_the_end(app: Flask, register: Register) -> None:
    def fail(_context: JobContext) -> None:
        raise ValueError("kaputt")

    register(fail, max_attempts=2)
    job = write()
    work(app)
    assert (fresh(job).state, job.attempts, job.error) == (JobState.WAITING, 1, "ValueError: kaputt")
    assert not work(app), "it waits"
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        work(app)
    assert (fresh(job).state, job.attempts) == (JobState.FAILED, 2)
    with pytest.raises(NotAllowed), transaction():
        services.retry(job, actor=ANONYMOUS)


def test_a_refusal_is_final_and_shown_in_its_words(app: Flask, register: Register) -> None:
    def refuse(_context: JobContext) -> None:
        raise Refusal("Die Datei ist leer.")

    register(refuse)
    job = write()
    work(app)
    assert (fresh(job).state, job.error) == (JobState.FAILED, "Die Datei ist leer.")


def test_an_unknown_kind_fails_instead_of_blocking(app: Flask, register: Register) -> None:
    register(lambda context: None)
    with transaction():
        unknown = services.enqueue("no.such.kind", actor=SYSTEM)
    job = write()
    while work(app):
        pass
    assert fresh(unknown).state is JobState.FAILED
    assert fresh(job).state is JobState.DONE


def test_progress_is_stored_while_the_job_runs(app: Flask, register: Register) -> None:
    seen = []

    def steps(context: JobContext) -> None:
        for done in (1, 2, 3):
            context.progress(done, 3)
            row = db.session.scalars(select(Job)).one()
            seen.append((row.progress_done, row.progress_total))
            db.session.rollback()

    register(steps)
    job = write()
    work(app)
    assert seen == [(1, 3), (1, 3), (3, 3)], "at once, then at most every second, and the end"
    assert (fresh(job).progress_done, job.progress_total) == (3, 3)


def test_remaining_time_follows_the_pace(app: Flask) -> None:
    job = write()
    with transaction():
        job.state = JobState.RUNNING
        job.lease_until = clock.now() + timedelta(minutes=1)
        job.started_at = clock.now() - timedelta(seconds=30)
        job.progress_done, job.progress_total = 25, 100
    remaining = queries.remaining(fresh(job))
    assert remaining is not None
    assert 80 < remaining.total_seconds() < 100


def test_a_stopping_worker_puts_the_job_back_uncounted(app: Flask, register: Register) -> None:
    stop = Event()

    def long(context: JobContext) -> None:
        stop.set()
        context.progress(1, 100)
        pytest.fail("the job should have been interrupted")

    register(long)
    job = write()
    work(app, stop=stop)
    assert (fresh(job).state, job.attempts) == (JobState.WAITING, 0)


def test_a_dead_workers_job_is_picked_up_and_given_up_in_the_end(app: Flask, register: Register) -> None:
    register(lambda context: None, max_attempts=2)
    job = write()
    assert leases.claim(owner="dead") is not None
    assert leases.claim(owner="other") is None
    for round_ in (1, 2):
        with clock.frozen(clock.now() + round_ * timedelta(minutes=5)):
            claimed = leases.claim(owner="dying")
            assert (claimed is None) == (round_ == 2)
    assert (fresh(job).state, job.error) == (JobState.FAILED, leases.ABANDONED)


def test_the_lease_of_a_long_job_is_kept_and_its_loss_noticed(
    app: Flask, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0.6))
    leased_until = []

    def long(context: JobContext) -> None:
        for _ in range(4):
            time.sleep(0.3)
            row = db.session.scalars(select(Job)).one()
            leased_until.append(row.lease_until)
            db.session.rollback()
        with transaction():
            db.session.scalars(select(Job)).one().lease_owner = "other"
        time.sleep(0.5)
        context.progress(1, 2)
        pytest.fail("the job belongs to somebody else")

    register(long)
    job = write()
    work(app)
    assert len(set(leased_until)) >= 2, "renewed while it ran"
    assert (fresh(job).state, job.lease_owner) == (JobState.RUNNING, "other"), "left to its new owner"


def test_two_workers_never_do_the_same_job(app: Flask, register: Register) -> None:
    done: Counter[int] = Counter()
    register(lambda context: done.update([context.payload["number"]]))
    with transaction():
        for number in range(60):
            services.enqueue("test", {"number": number}, actor=SYSTEM)

    def run(owner: str) -> None:
        with app.app_context():
            while leases.anything_due():
                work(app, owner=owner)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == dict.fromkeys(range(60), 1)


def test_schedules_follow_their_declarations(app: Flask, register: Register, no_schedules: None) -> None:
    register(lambda context: None)
    registry.declare_schedule("each day", "test", timedelta(days=1))
    with transaction():
        services.keep_schedules()
        assert services.write_due() == 1
        assert services.write_due() == 0
    assert work(app)
    with clock.frozen(clock.now() + timedelta(days=3)), transaction():
        assert services.write_due() == 1, "missed rounds are not made up for"
    registry._schedules.clear()
    with transaction():
        services.keep_schedules()
    assert db.session.scalar(select(func.count()).select_from(Schedule)) == 0


def test_finished_jobs_are_purged_after_a_month(app: Flask, register: Register) -> None:
    register(lambda context: None)
    old, recent, waiting = write(), write(), write(run_at=clock.now() + timedelta(days=9))
    work(app)
    work(app)
    with transaction():
        old.finished_at = clock.now() - timedelta(days=31)
        waiting.created_at = clock.now() - timedelta(days=99)
    assert tasks.purge_finished(None) == {"removed": 1}  # type: ignore[arg-type]
    left = set(db.session.scalars(select(Job.id)))
    assert left == {recent.id, waiting.id}


def test_constraints_bear_their_names(app: Flask) -> None:
    job = write()
    for change, name in (
        ({"state": JobState.RUNNING}, "running_has_lease"),
        ({"state": JobState.DONE}, "finished_has_time"),
        ({"progress_done": -1}, "progress_not_negative"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction():
            for column, value in change.items():
                setattr(job, column, value)
            db.session.flush()


class Ticking:
    """A loop beside the jobs."""

    name = "ticking"

    def __init__(self, config: Config, *, owner: str) -> None:
        self.ticks = 0
        self.closed = False
        made.append(self)

    def step(self, stop: Event) -> bool:
        self.ticks += 1
        if self.ticks == 2:
            raise ValueError("one fault does not end the loop")
        return False

    def close(self) -> None:
        self.closed = True


made: list[Ticking] = []


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> list[Ticking]:
    monkeypatch.setattr(registry, "_loops", [Ticking])
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.05)
    made.clear()
    return made


@pytest.mark.slow
def test_the_worker_lives_works_beside_a_long_job_and_stops_cleanly(
    app: Flask, register: Register, no_schedules: None, ticking: list[Ticking], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, begun = Event(), Event()

    def long(context: JobContext) -> None:
        begun.set()
        for done in range(1000):
            time.sleep(0.02)
            context.progress(done, 1000)

    register(long)
    job = write()
    thread = threading.Thread(target=worker.run, args=(app,), kwargs={"stop": stop})
    thread.start()
    assert begun.wait(10)
    time.sleep(3)
    db.session.rollback()
    seen = queries.worker_seen_at()
    assert seen is not None
    assert clock.now() - seen < timedelta(seconds=15)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert ticking[0].ticks > 2, "the loop ran beside the job, past its fault"
    assert ticking[0].closed
    assert (fresh(job).state, job.attempts) == (JobState.WAITING, 0), "put back, uncounted"
    assert db.session.scalar(select(func.count()).select_from(Worker)) == 0


def test_run_once_does_everything_that_is_due(app: Flask, register: Register, no_schedules: None) -> None:
    register(lambda context: {"ok": True})
    job = write()
    worker.run_once(app)
    assert fresh(job).state is JobState.DONE
