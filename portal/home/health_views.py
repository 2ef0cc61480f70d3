"""`GET /healthz`: for monitoring and load balancers."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from portal.core.migrations import current_revision, expected_revision
from portal.home import health
from portal.surveys.keys import keyless_rounds

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 if the portal can do its work, 503 if somebody has to look; states and ages only, nothing personal."""
    expected = expected_revision()
    try:
        current = current_revision()
    except SQLAlchemyError:
        return jsonify(status="error", database="unreachable"), 503
    migration: dict[str, Any] = {"current": current, "expected": expected}
    if current != expected:
        return jsonify(status="error", database="ok", migration=migration | {"state": "outdated"}), 503
    age = health.worker_age()
    alive = health.worker_lives(age)
    standing = "ok" if alive else "starting" if health.worker_is_starting() else "silent"
    backlog = health.mail_backlog()
    oldest = backlog.oldest_due_since
    keyless = len(keyless_rounds())
    answer = jsonify(
        status="error" if standing == "silent" else standing,
        database="ok",
        migration=migration | {"state": "ok"},
        worker={
            "state": standing,
            "heartbeat_age_seconds": None if age is None else round(age.total_seconds(), 1),
        },
        outbox={
            "state": "late" if backlog.is_late else "ok",
            "due": backlog.due,
            "oldest_due_seconds": None if oldest is None else round(oldest.total_seconds(), 1),
            "undeliverable": backlog.undeliverable,
        },
        surveys={"state": "keys_missing" if keyless else "ok", "rounds_without_key": keyless},
    )
    return answer, 503 if standing == "silent" else 200
