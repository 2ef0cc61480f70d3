"""The demonstration's mailbox: complete, harmless, and nowhere else."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from markup import check_page
from portal_client import PortalClient

from portal.app import create_app
from portal.config import Config
from portal.core.database import db
from portal.core.transaction import transaction
from portal.demo import mailbox
from portal.outbox import services
from portal.outbox.delivery import Delivery
from portal.outbox.models import OutboxMessage

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//portal//DE\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@x\r\n"
    "DTSTAMP:20261101T090000Z\r\nDTSTART:20261203T160000Z\r\nDTEND:20261203T190000Z\r\nSEQUENCE:2\r\n"
    "SUMMARY:Planungsraumkonferenz Nord\r\nLOCATION:Bürgersaal\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
HTML = '<html><head><title>x</title></head><body style="color:red"><script>alert(1)</script><p>Grüße</p></body></html>'


@pytest.fixture
def demo(config: Config) -> Iterator[Flask]:
    application = create_app(replace(config, demo=True))
    application.test_client_class = PortalClient
    with application.app_context():
        try:
            yield application
        finally:
            db.session.remove()
            db.engine.dispose()


def deliver(demo: Flask, **values: object) -> str:
    """Send one mail; the name of its file."""
    given: dict[str, object] = {
        "kind": "note",
        "occasion": "note",
        "recipient": "ada@verein.example",
        "recipient_name": "Ada Müller",
        "subject": "Bitte bestätigen",
        "text": "Guten Tag <Ada>,\nhttp://portal.example/bestaetigen/abc. Danke",
    }
    with transaction():
        written = services.enqueue(**(given | values))  # type: ignore[arg-type]
        message = db.session.get_one(OutboxMessage, written)
    Delivery(demo.config["PORTAL"], owner="w").step(Event())
    return next(path.name for path in folder(demo).glob(f"*{message.public_id}.eml"))


def folder(demo: Flask) -> Path:
    config: Config = demo.config["PORTAL"]
    return config.data / "mailbox"


def test_everybody_finds_the_link_in_the_newest_mail(demo: Flask) -> None:
    name = deliver(demo)
    client = demo.test_client()
    assert name in client.get("/postfach").text
    page = client.get(f"/postfach/{name}").text
    check_page(page)
    assert '<a href="http://portal.example/bestaetigen/abc">http://portal.example/bestaetigen/abc</a>. Danke' in page
    assert "Guten Tag &lt;Ada&gt;" in page


def test_search_and_empty_state(demo: Flask) -> None:
    client = demo.test_client()
    assert "Noch keine Nachricht." in client.get("/postfach").text
    name = deliver(demo, subject="Öffentlicher Nahverkehr")
    assert name in client.get("/postfach?suche=offentlicher").text
    assert name not in client.get("/postfach?suche=etwas+anderes").text
    assert client.get("/postfach?seite=99").status_code == 200


def test_html_part_is_framed_without_any_right(demo: Flask) -> None:
    name = deliver(demo, html=HTML)
    client = demo.test_client()
    page = client.get(f"/postfach/{name}")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "alert(1)" not in page.text
    part = client.get(f"/postfach/{name}/html")
    rules = dict(rule.strip().partition(" ")[::2] for rule in part.headers["Content-Security-Policy"].split(";"))
    assert "allow-scripts" not in rules["sandbox"]
    assert "allow-same-origin" not in rules["sandbox"]
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    assert '<base target="_top">' in part.text
    other = client.get(f"/postfach/{deliver(demo)}")
    assert "frame-src" not in other.headers["Content-Security-Policy"]


def test_calendar_part_is_read_and_shown(demo: Flask) -> None:
    name = deliver(demo, calendar=CALENDAR, calendar_method="REQUEST")
    page = demo.test_client().get(f"/postfach/{name}").text
    for words in ("Planungsraumkonferenz Nord", "Bürgersaal", "03.12.2026, 17:00", "REQUEST", "BEGIN:VEVENT"):
        assert words in page


def test_the_file_is_the_message_byte_for_byte(demo: Flask) -> None:
    name = deliver(demo, calendar=CALENDAR, calendar_method="REQUEST")
    answer = demo.test_client().get(f"/postfach/{name}/datei")
    assert answer.get_data() == (folder(demo) / name).read_bytes()
    assert answer.mimetype == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    parts = message_from_bytes(answer.get_data()).get_payload()
    assert parts[-1].get_payload(decode=True) == CALENDAR.encode()  # type: ignore[union-attr, index]


@pytest.mark.parametrize(
    "name", ["x.eml", "..%2Fsecret.eml", "../secret.eml", "%2e%2e/secret.eml", "..%5Csecret.eml", ".eml", "secret"]
)
def test_names_never_lead_out_of_the_folder(demo: Flask, name: str) -> None:
    deliver(demo)
    (folder(demo).parent / "secret.eml").write_text("Subject: geheim\n\ngeheim")
    (folder(demo) / ".draft.eml.123").write_text("halb")
    client = demo.test_client()
    for suffix in ("", "/html", "/datei"):
        answer = client.get(f"/postfach/{name}{suffix}")
        assert answer.status_code == 404
        assert "geheim" not in answer.text


def test_a_broken_file_does_not_break_the_page(demo: Flask) -> None:
    deliver(demo)
    (folder(demo) / "20200101T000000-broken.eml").write_bytes(b"\xff\xfe\x00 no mail at all")
    client = demo.test_client()
    assert client.get("/postfach").status_code == 200
    assert client.get("/postfach/20200101T000000-broken.eml").status_code == 200


def test_outside_of_a_demonstration_there_is_no_mailbox(app: Flask) -> None:
    client = app.test_client()
    for path in ("/postfach", "/postfach/x.eml", "/postfach/x.eml/html", "/postfach/x.eml/datei"):
        assert client.get(path, base_url="http://portal.example").status_code == 404


def test_text_links_are_escaped() -> None:
    assert str(mailbox.with_links('x http://a.example/?q="><script> y')) == (
        'x <a href="http://a.example/?q=">http://a.example/?q=</a>&#34;&gt;&lt;script&gt; y'
    )


def test_the_mailbox_is_linked_where_it_is_needed_and_nowhere_else(demo: Flask, app: Flask) -> None:
    link = 'href="/postfach"'
    assert link in demo.test_client().get("/impressum").text
    client = demo.test_client()
    assert isinstance(client, PortalClient)
    sent = client.submit("/passwort-vergessen", {"email": "ada@verein.example"})
    page = sent.text if sent.status_code == 200 else client.get(sent.location).text
    assert "Bitte sehen Sie in Ihr Postfach" in page
    assert "Zum Postfach der Demonstration" in page
    assert link not in app.test_client().get("/impressum").text


def test_subjects_are_marked_where_the_page_speaks_another_language(demo: Flask) -> None:
    name = deliver(demo, html=HTML.replace("<html>", '<html lang="de" dir="ltr">'))
    client = demo.test_client()
    assert ' lang="de">' not in client.get("/postfach").text.split("<main")[1]
    client.set_cookie("sprache", "en", domain="portal.example")
    for path in ("/postfach", f"/postfach/{name}"):
        assert '<span lang="de">' in client.get(path).text.split("<main")[1]
