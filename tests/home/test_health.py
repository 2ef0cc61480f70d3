"""`/healthz`: what monitoring learns, and what nobody learns."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.core import clock
from portal.core.database import db
from portal.core.transaction import transaction
from portal.home import health
from portal.jobs.models import Worker
from portal.outbox.models import MessageState, OutboxMessage


def say_alive(*, ago: timedelta = timedelta(0)) -> None:
    with transaction():
        db.session.add(Worker(name="host:1", seen_at=clock.now() - ago))


def message(number: int, *, due_for: timedelta, state: MessageState = MessageState.WAITING) -> OutboxMessage:
    return OutboxMessage(
        kind="test", occasion=f"test:{number}", recipient="secret.person@kreis.example",
        message_id=f"<{number}@kreis.example>", subject="Vertraulich", text="x", state=state,
        next_attempt_at=clock.now() - due_for,
    )  # fmt: skip


def test_all_is_well(app: Flask, client: FlaskClient) -> None:
    say_alive()
    answer = client.get("/healthz", base_url="http://portal.example")
    assert answer.status_code == 200
    found = answer.get_json()
    assert found["status"] == found["database"] == found["migration"]["state"] == found["worker"]["state"] == "ok"
    assert found["migration"]["current"] == found["migration"]["expected"]
    assert found["worker"]["heartbeat_age_seconds"] < 60
    assert found["outbox"] == {"state": "ok", "due": 0, "oldest_due_seconds": None, "undeliverable": 0}
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_silent_worker_is_an_error(app: Flask, client: FlaskClient) -> None:
    assert client.get("/healthz", base_url="http://portal.example").status_code == 503
    say_alive(ago=health.WORKER_SILENT_AFTER + timedelta(seconds=30))
    answer = client.get("/healthz", base_url="http://portal.example")
    assert answer.status_code == 503
    assert answer.get_json()["worker"]["state"] == "silent"
    assert answer.get_json()["worker"]["heartbeat_age_seconds"] > 120


def test_of_several_workers_the_liveliest_counts(app: Flask, client: FlaskClient) -> None:
    say_alive(ago=timedelta(days=3))
    with transaction():
        db.session.add(Worker(name="host:2", seen_at=clock.now()))
    assert client.get("/healthz", base_url="http://portal.example").status_code == 200


def test_counts_mail_without_naming_anybody(app: Flask, client: FlaskClient) -> None:
    say_alive()
    with transaction():
        db.session.add_all([
            message(1, due_for=timedelta(hours=2)),
            message(2, due_for=timedelta(minutes=1)),
            message(3, due_for=timedelta(hours=-1)),
            message(4, due_for=timedelta(days=1), state=MessageState.UNDELIVERABLE),
        ])  # fmt: skip
    answer = client.get("/healthz", base_url="http://portal.example")
    assert answer.status_code == 200, "late mail is no reason to take the portal off the net"
    outbox = answer.get_json()["outbox"]
    assert outbox["state"] == "late"
    assert (outbox["due"], outbox["undeliverable"]) == (2, 1)
    assert 7100 < outbox["oldest_due_seconds"] < 7300
    said = json.dumps(answer.get_json())
    assert "secret.person" not in said
    assert "Vertraulich" not in said


def test_an_outdated_database_is_an_error(app: Flask, client: FlaskClient) -> None:
    expected = client.get("/healthz", base_url="http://portal.example").get_json()["migration"]["expected"]
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        answer = client.get("/healthz", base_url="http://portal.example")
    finally:
        with transaction():
            db.session.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": expected})
    assert answer.status_code == 503
    assert answer.get_json()["migration"] == {"current": "0000", "expected": expected, "state": "outdated"}


def test_an_unreachable_database_is_an_error(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise OperationalError("SELECT", {}, Exception("password=geheim host=db.internal"))

    monkeypatch.setattr("portal.home.health_views.current_revision", fail)
    answer = client.get("/healthz", base_url="http://portal.example")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "error", "database": "unreachable"}


def test_a_foreign_host_gets_words_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/healthz", base_url="http://evil.example")
    assert answer.status_code == 400
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_worker_that_is_being_started_has_a_moment(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    health.expect_worker(app)
    answer = client.get("/healthz", base_url="http://portal.example")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "starting")
    assert answer.get_json()["worker"]["state"] == "starting"
    monkeypatch.setattr(health, "WORKER_STARTS_WITHIN", timedelta(0))
    assert client.get("/healthz", base_url="http://portal.example").status_code == 503
    say_alive()
    assert client.get("/healthz", base_url="http://portal.example").get_json()["status"] == "ok"
