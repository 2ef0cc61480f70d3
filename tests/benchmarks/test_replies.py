"""Replying through the personal link: 32 people at once before gunicorn with two workers on SQLite.

They behave as browsers: open the link, send the form they got. Every reply must be stored exactly once and confirmed
by exactly one mail. Beside it, in the same minute, a plain page of Flask read by as many.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from portal.app import create_app
from portal.conferences import links
from portal.config import Config, sqlite_url
from portal.core.database import db
from tests.benchmarks.test_area_page import free_port, measure, running
from tests.invited import invite, make_event, make_organisation
from tests.seeded import seeded_sqlite  # noqa: F401

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PEOPLE = 32
# The plain page on the machine on which 100 replies a second are asked for.
PLAIN_PER_SECOND = 600
LEAST_PER_SECOND = 100
REPLIES = int(os.environ.get("PORTAL_BENCHMARK_REPLIES", "1000"))


def addresses(data: Path, base_url: str) -> list[str]:
    """Invite as many people to one event, with seats for all of them; their personal links."""
    app = create_app(Config(data=data, database_url=sqlite_url(data), base_url=base_url, testing=True, demo=True))
    with app.app_context():
        event = make_event("Konferenz der Vielen", seats=REPLIES)
        organisation = make_organisation("Verein der Vielen")
        rows = [
            invite(event, f"Person {n}", email=f"person{n}@verein.example", organisation=organisation)
            for n in range(REPLIES)
        ]
        found = [links.address(row) for row in rows]
        db.session.remove()
        db.engine.dispose()
    return found


def count(data: Path, query: str) -> int:
    with sqlite3.connect(data / "portal.sqlite3") as database:
        return int(database.execute(query).fetchone()[0])


@pytest.mark.benchmark
@pytest.mark.slow
def test_replies(seeded_sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    data = tmp_path / "data"
    shutil.copytree(seeded_sqlite, data)
    plain_port, port = free_port(), free_port()
    base_url = f"http://127.0.0.1:{port}"
    listed = tmp_path / "addresses.txt"
    listed.write_text("\n".join(addresses(data, base_url)), encoding="utf-8")
    noted_before = count(data, "SELECT count(*) FROM audit_entry WHERE action = 'conferences.replied'")
    with running(
        [sys.executable, str(HERE / "plain_page.py"), str(plain_port)], address=f"http://127.0.0.1:{plain_port}/"
    ):
        baseline = measure(f"http://127.0.0.1:{plain_port}/", seconds=3)
    environ = {
        "PORTAL_DATA": str(data),
        "PORTAL_BASE_URL": base_url,
        "PORTAL_TRUSTED_PROXIES": "1",  # everybody comes from an address of their own
        "PORTAL_MAIL_SENDER": "Sozialplanung <sozialplanung@landkreis.example>",
        "PORTAL_SMTP_HOST": "127.0.0.1",
        "PORTAL_SMTP_SECURITY": "none",
    }
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "gthread",
        "--threads", "8", "--chdir", str(ROOT), "wsgi:application",
    ]  # fmt: skip
    with running(command, address=base_url, environ=environ):
        done = subprocess.run(
            [sys.executable, str(HERE / "repliers.py"), str(PEOPLE), str(listed)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result: dict[str, float] = json.loads(done.stdout)
    stored = count(
        data,
        "SELECT count(*) FROM invitation WHERE reply = 'accepted' AND reply_channel = 'link' "
        "AND reply_note LIKE 'Antwort %'",
    )
    notes = count(data, "SELECT count(DISTINCT reply_note) FROM invitation WHERE reply_note LIKE 'Antwort %'")
    noted = count(data, "SELECT count(*) FROM audit_entry WHERE action = 'conferences.replied'") - noted_before
    confirmed = "FROM outbox_message WHERE kind = 'conferences.reply_confirmed' AND occasion LIKE 'reply:%'"
    mails = count(data, f"SELECT count(*) {confirmed}")
    people_mailed = count(data, f"SELECT count(DISTINCT occasion) {confirmed}")
    line = {"benchmark": "replies", "people": PEOPLE, "baseline": baseline, **result, "stored": stored, "mails": mails}
    with capsys.disabled():
        print("\n" + json.dumps(line))
    assert stored == REPLIES
    assert notes == REPLIES
    assert noted == REPLIES
    assert mails == REPLIES
    assert people_mailed == REPLIES
    # Where the plain page itself is slower than on the machine of the goal, the limit shrinks alike.
    assert result["replies_per_second"] >= LEAST_PER_SECOND * min(1, baseline["per_second"] / PLAIN_PER_SECOND)
    assert result["requests_per_second"] / baseline["per_second"] > 0.08
