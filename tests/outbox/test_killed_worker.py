"""A worker dies at every step of its work: nothing is lost, and only the message in flight may come twice."""

import os
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest
from flask import Flask
from smtp_server import Behaviour, SmtpServer, smtp_server
from sqlalchemy import select

from portal.config import Config
from portal.core.database import db
from portal.core.transaction import transaction
from portal.outbox import services
from portal.outbox.models import MessageState, OutboxMessage

MESSAGES = 6
ROOT = Path(__file__).parents[2]


def start_worker(config: Config, server: SmtpServer, die_at: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("mail_worker.py")), str(config.data), config.database_url,
         str(server.port), die_at],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("die_at", "may_come_twice"),
    [
        ("claimed", False),
        ("connected", False),
        ("data", False),
        ("accepted", True),
        ("answered", True),
        ("recorded", False),
    ],
)
def test_killed_at_any_step_nothing_is_lost(app: Flask, die_at: str, may_come_twice: bool) -> None:
    config: Config = app.config["PORTAL"]
    with transaction():
        for number in range(MESSAGES):
            services.enqueue(
                kind="note", occasion="killed", recipient=f"p{number}@verein.example", recipient_name="Ada",
                subject=f"Nachricht {number}", text="Guten Tag", html="<p>Guten Tag</p>",
            )  # fmt: skip
    with smtp_server(Behaviour(kill_at=die_at, kill_message=1 if die_at == "connected" else 3)) as server:
        first = start_worker(config, server, die_at)
        server.victim.write_text(str(first.pid))
        assert first.wait(60) == -9, "the worker was to be killed"
        before = len(server.accepted())
        assert before < MESSAGES, "it was to die half-way"
        server.victim.unlink(missing_ok=True)
        assert start_worker(config, server, "-").wait(60) == 0
        arrived = [message_from_bytes(message.content)["Message-ID"] for message in server.accepted()]
        contents = {message.content for message in server.accepted()}
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage)).all()
    assert set(arrived) == {row.message_id for row in rows}
    assert {row.state for row in rows} == {MessageState.SENT}
    twice = [message_id for message_id, times in Counter(arrived).items() if times > 1]
    assert len(twice) <= (1 if may_come_twice else 0)
    assert len(arrived) <= MESSAGES + 1
    assert len(contents) == MESSAGES, "a repeated message is the same to the byte"
    if die_at == "accepted":
        assert twice == [arrived[before - 1]], "the one in flight, and no other"
