"""Pages of the outbox and of jobs: what staff see, and what nobody may read."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from portal_client import QUICK_HASHES, PortalClient, fresh, make_user

from portal.accounts import policy
from portal.config import Config
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.jobs import services as jobs
from portal.jobs.models import Job, JobState
from portal.outbox import services
from portal.outbox.models import MessageState, OutboxMessage
from portal.settings import services as settings


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, extra={**config.extra, **QUICK_HASHES})


@pytest.fixture
def app(app: Flask) -> Flask:
    app.test_client_class = PortalClient
    with transaction():
        settings.put(policy.SECOND_FACTOR_REQUIRED, False, actor=SYSTEM)
    return app


def signed_in(app: Flask, role: Role) -> PortalClient:
    client = app.test_client()
    assert isinstance(client, PortalClient)
    client.checks_pages = True
    email = f"{role.value}@landkreis.example"
    make_user(email, role)
    client.sign_in(email)
    return client


def write(
    *, kind: str = "conference.invitation", recipient: str = "ada@verein.example", reply: str = ""
) -> OutboxMessage:
    with transaction():
        written = services.enqueue(
            kind=kind,
            occasion="conference:17",
            recipient=recipient,
            recipient_name="Ada Müller",
            subject="Einladung zur Konferenz",
            text="Kommen Sie am Freitag: <b>wirklich</b>",
        )
        message = db.session.get_one(OutboxMessage, written)
        if reply:
            message.state = MessageState.UNDELIVERABLE
            message.last_reply = reply
            message.attempts = 1
    return message


def test_list_shows_state_and_the_servers_words(app: Flask) -> None:
    write()
    write(recipient="bo@verein.example", reply="550 5.1.1 no such user")
    browser = signed_in(app, Role.PLANNER)
    page = browser.get("/postausgang").text
    assert "550 5.1.1 no such user" in page
    assert "1 Nachricht ist unzustellbar." in page
    assert "Freitag" not in page
    narrowed = browser.get("/postausgang?zustand=undeliverable&suche=bo").text
    assert "bo@verein.example" in narrowed
    assert "ada@verein.example" not in narrowed


def test_download_holds_no_formula_and_no_body(app: Flask) -> None:
    write(reply="=cmd|'/c calc'!A1")
    answer = signed_in(app, Role.ADMINISTRATOR).get("/postausgang?format=csv")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    text = answer.get_data().decode("utf-8-sig")
    assert "'=cmd" in text
    assert "Freitag" not in text


def test_the_body_is_for_the_administrator_and_a_secret_one_for_nobody(app: Flask) -> None:
    message, secret = write(), write(kind="accounts.reset")
    planner, administrator = signed_in(app, Role.PLANNER), signed_in(app, Role.ADMINISTRATOR)
    assert "Freitag" not in planner.get(f"/postausgang/{message.public_id}").text
    page = administrator.get(f"/postausgang/{message.public_id}").text
    assert "Kommen Sie am Freitag: &lt;b&gt;wirklich&lt;/b&gt;" in page
    assert "Freitag" not in administrator.get(f"/postausgang/{secret.public_id}").text


def test_administrator_tries_again_and_withdraws(app: Flask) -> None:
    first = write(reply="550 no")
    second = write(recipient="bo@verein.example", reply="550 no")
    browser = signed_in(app, Role.ADMINISTRATOR)
    page = f"/postausgang/{first.public_id}"
    answer = browser.submit(f"{page}/erneut", {"alle": "1"}, page=page)
    assert answer.status_code == 302
    assert "2 Nachrichten gehen" in browser.get(page).text
    assert (fresh(first).state, fresh(second).state) == (MessageState.WAITING, MessageState.WAITING)
    browser.submit(f"{page}/zurueckziehen", page=page)
    assert fresh(first).state is MessageState.WITHDRAWN
    browser.submit(f"{page}/zurueckziehen", page=f"/postausgang/{second.public_id}")
    assert "Zurückziehen geht nicht mehr" in browser.get(page).text


def test_planner_sees_no_buttons_and_cannot_act(app: Flask) -> None:
    message = write(reply="550 no")
    browser = signed_in(app, Role.PLANNER)
    page = f"/postausgang/{message.public_id}"
    assert "/erneut" not in browser.get(page).text
    assert browser.submit(f"{page}/erneut", page="/konto").status_code == 403
    assert fresh(message).state is MessageState.UNDELIVERABLE


def write_job(**values: object) -> Job:
    with transaction():
        job = jobs.enqueue("jobs.purge", actor=SYSTEM)
        for name, value in values.items():
            setattr(job, name, value)
    return job


def test_job_pages_show_progress_failure_and_who_works(app: Flask) -> None:
    now = clock.now()
    running = write_job(
        state=JobState.RUNNING, lease_until=now + timedelta(minutes=9), started_at=now - timedelta(minutes=5),
        progress_done=128, progress_total=200,
    )  # fmt: skip
    failed = write_job(state=JobState.FAILED, finished_at=now, started_at=now, error="ValueError: kaputt")
    browser = signed_in(app, Role.ADMINISTRATOR)
    page = browser.get("/auftraege").text
    assert "Kein Worker arbeitet." in page
    assert "128 von 200" in page
    with transaction():
        jobs.say_alive("host:1:abc")
        jobs.keep_schedules()
    page = browser.get("/auftraege").text
    assert "Kein Worker arbeitet." not in page
    assert "host:1:abc" in page
    shown = browser.get(f"/auftraege/{running.public_id}").text
    assert '<progress max="200" value="128"' in shown
    assert "Noch etwa 3\u00a0Minuten." in shown
    path = f"/auftraege/{failed.public_id}"
    assert "ValueError: kaputt" in browser.get(path).text
    browser.submit(f"{path}/erneut", page=path)
    assert fresh(failed).state is JobState.WAITING
    browser.submit(f"{path}/erneut", page="/konto")
    assert "Dieser Auftrag ist nicht gescheitert." in browser.get(path).text


def test_several_are_sent_again_after_a_page_that_names_them(app: Flask) -> None:
    stuck = [write(recipient=f"{name}@verein.example", reply="550 no such user") for name in ("ada", "bo")]
    gone = write(recipient="cy@verein.example")
    with transaction():
        gone.state = MessageState.WITHDRAWN
    browser = signed_in(app, Role.ADMINISTRATOR)
    assert "/postausgang/auswahl" in browser.get("/postausgang").text
    ids = [row.public_id for row in (*stuck, gone)]
    asked = "/postausgang/auswahl?tun=erneut&" + "&".join(f"id={one}" for one in ids)
    page = browser.get(asked).text
    assert "2 Nachrichten erneut senden" in page
    assert "cy@verein.example" in page.split("Bleiben, wie sie sind", 1)[1]
    (link,) = re.findall(r'href="([^"]*)"[^>]*>Nichts ändern<', page)
    assert browser.get(html.unescape(link)).text.count(" checked") == 3
    assert "Freitag" not in page
    assert fresh(stuck[0]).state is MessageState.UNDELIVERABLE
    fields = {"id": ids, "tun": "erneut", "zurueck": "/postausgang?zustand=undeliverable"}
    assert browser.submit("/postausgang/auswahl", fields, page=asked).location == "/postausgang?zustand=undeliverable"
    assert [fresh(row).state for row in stuck] == [MessageState.WAITING] * 2
    assert fresh(gone).state is MessageState.WITHDRAWN
    told = browser.get("/postausgang").text
    assert "2 Nachrichten gehen in den nächsten Minuten noch einmal hinaus." in told
    assert "1 ließ sich nicht mehr ändern." in told
    browser.submit("/postausgang/auswahl", {"id": ids[:1], "tun": "zurueckziehen"}, page=asked)
    assert fresh(stuck[0]).state is MessageState.WITHDRAWN
    assert fresh(stuck[1]).state is MessageState.WAITING


def test_nobody_else_acts_on_several(app: Flask) -> None:
    stuck = write(reply="550 no such user")
    browser = signed_in(app, Role.PLANNER)
    assert "/postausgang/auswahl" not in browser.get("/postausgang").text
    assert browser.get(f"/postausgang/auswahl?id={stuck.public_id}").status_code == 403
    fields = {"id": stuck.public_id, "tun": "erneut"}
    assert browser.submit("/postausgang/auswahl", fields, page="/konto").status_code == 403
    assert fresh(stuck).state is MessageState.UNDELIVERABLE


def test_the_german_subject_is_marked_on_an_english_page(app: Flask) -> None:
    write()
    browser = signed_in(app, Role.ADMINISTRATOR)
    browser.get("/sprache/en?back=/postausgang")
    page = browser.get("/postausgang").text
    boxes = re.findall(r'<td class="check-cell">(.*?)</td>', page)
    assert len(boxes) == 1
    assert 'Choose “<span lang="de">Einladung zur Konferenz</span>” to ada@verein.example</span>' in boxes[0]
    assert "aria-label" not in boxes[0]
