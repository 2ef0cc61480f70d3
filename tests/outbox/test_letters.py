"""Letters: one description, two parts, nothing that was typed breaks out of them."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from markup import parsed
from portal_client import make_user
from smtp_server import SmtpServer, smtp_server
from test_delivery import CALENDAR, delivery

from portal.accounts import mails
from portal.config import Config
from portal.core.actor import ANONYMOUS, Role
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.home import services as home
from portal.home.site import site
from portal.outbox import letters
from portal.outbox.letter_look import look
from portal.outbox.letters import Action, Facts, Letter, Link, Points, Quotation

URL = "http://portal.example/einladung/abc?weg=mail&sprache=de"
EVIL = '</p><script>alert(1)</script>\r\nBcc: alle@verein.example\n<a href="http://boese.example">hier</a>'


def letter(**values: Any) -> Letter:
    given: dict[str, Any] = {
        "subject": "Einladung",
        "body": [
            "wir laden Sie herzlich ein.\nKommen Sie gern.",
            Facts([("Wann", "Do., 3. Dezember 2026"), ("Wo", "Bürgersaal\nHauptstraße 1")]),
            Points(["Begrüßung", "Bericht & Aussprache"]),
            Quotation("Bis bald\nAda"),
            Action("Zu- oder absagen", URL),
            Link("Anfahrt", "http://portal.example/anfahrt"),
        ],
        "why": "Sie bekommen diese Nachricht, weil Sie eingeladen sind.",
    }
    return Letter(**(given | values))


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def sent(app: Flask, server: SmtpServer) -> list[EmailMessage]:
    """What the server got when the worker had done its work."""
    worker = delivery(app, server)
    while worker.step(Event()):
        pass
    worker.close()
    found = [message_from_bytes(entry.content, policy=policy.default) for entry in server.accepted()]
    assert all(isinstance(message, EmailMessage) for message in found)
    return found  # type: ignore[return-value]


def parts(message: EmailMessage) -> list[tuple[str, str]]:
    assert message.get_content_type() == "multipart/alternative"
    return [(part.get_content_type(), part.get_content()) for part in message.iter_parts()]  # type: ignore[attr-defined]


def post(given: Letter, **values: Any) -> None:
    with transaction():
        letters.post(
            given,
            **{
                "kind": "note",
                "occasion": "note:1",
                "recipient": "ada@verein.example",
                "recipient_name": "Ada Müller",
                **values,
            },
        )


def test_text_comes_first_then_html_then_the_calendar(app: Flask, server: SmtpServer) -> None:
    post(letter(), calendar=CALENDAR, calendar_method="REQUEST")
    (message,) = sent(app, server)
    assert message["To"] == "Ada Müller <ada@verein.example>"
    found = parts(message)
    assert [kind for kind, _content in found] == ["text/plain", "text/html", "text/calendar"]
    lines = found[0][1].splitlines()
    # Everything is in the text: greeting, facts, list, quotation, both addresses on lines of their own, reason.
    for line in (
        "Guten Tag Ada Müller,", "Kommen Sie gern.", "Wann: Do., 3. Dezember 2026", "Wo: Bürgersaal", "  Hauptstraße 1",
        "- Bericht & Aussprache", "> Bis bald", "> Ada", "Zu- oder absagen:", URL, "http://portal.example/anfahrt",
        "Mit freundlichen Grüßen", "Sozialplanung", "Sie bekommen diese Nachricht, weil Sie eingeladen sind.",
        "Landratsamt", "E-Mail: sozialplanung@landkreis.example",
    ):  # fmt: skip
        assert line in lines, line
    assert "<" not in found[0][1]


def test_the_html_part_is_whole_and_asks_nobody(app: Flask) -> None:
    html = letters.write(letter(), recipient_name="Ada Müller").html
    document = parsed(html)
    root = next(element for element in document.iter() if element.tag == "html")
    assert (root.get("lang"), root.get("dir")) == ("de", "ltr")
    tags = [element.tag for element in document.iter() if isinstance(element.tag, str)]
    assert not {"img", "link", "script", "iframe", "form", "table"} & set(tags)
    assert "url(" not in html
    assert "@import" not in html
    assert tags.count("h1") == 1
    assert tags.count("style") == 1
    links = [element.get("href") for element in document.iter() if element.tag == "a"]
    assert links == [URL, "http://portal.example/anfahrt"]
    assert "".join(document.itertext()).count(URL) == 1  # written out beside the button
    text = " ".join("".join(document.itertext()).split())
    for words in ("Guten Tag Ada Müller,", "Bürgersaal", "Bericht & Aussprache", "weil Sie eingeladen sind"):
        assert words in text
    for colour in (look().light.brand, look().dark.brand):
        assert colour in html
    assert "prefers-color-scheme: dark" in html


def test_the_letter_speaks_the_language_that_is_set(app: Flask) -> None:
    with force_locale("en"):
        written = letters.write(letter(), recipient_name="Ada")
    assert '<html lang="en" dir="ltr">' in written.html
    with force_locale("ar"):
        assert '<html lang="ar" dir="rtl">' in letters.write(letter()).html
    assert "Guten Tag,\n" in letters.write(letter()).text


def test_what_was_typed_stays_text(app: Flask) -> None:
    written = letters.write(
        letter(
            subject=EVIL,
            greeting=EVIL,
            closing=EVIL,
            why=EVIL,
            body=[EVIL, Facts([(EVIL, EVIL)]), Points([EVIL]), Quotation(EVIL), Action(EVIL, URL), Link(EVIL, URL)],
        )
    )
    document = parsed(written.html)
    assert [element for element in document.iter() if element.tag == "script"] == []
    assert {element.get("href") for element in document.iter() if element.tag == "a"} == {URL}
    named = parsed(letters.write(letter(), recipient_name=EVIL).html)
    assert "<script>" in "".join(named.itertext())


@pytest.mark.parametrize("field", ["subject", "recipient_name", "recipient"])
def test_nothing_typed_starts_a_header(app: Flask, field: str) -> None:
    breaking = "a@verein.example\r\nBcc: alle@verein.example"
    given = letter(subject=breaking) if field == "subject" else letter()
    with pytest.raises(Refusal):
        post(given, **({} if field == "subject" else {field: breaking}))


def test_one_action_is_enough() -> None:
    with pytest.raises(ValueError, match="one action"):
        letter(body=[Action("Ja", URL), Action("Nein", URL)])


def test_a_demonstration_says_so(app: Flask, config: Config) -> None:
    assert "frei erfunden" not in letters.write(letter()).text
    app.config["PORTAL"] = replace(config, demo=True)
    written = letters.write(letter())
    assert "frei erfunden" in written.text
    assert "frei erfunden" in written.html


def test_every_account_mail_has_both_parts_with_the_same_link(app: Flask, server: SmtpServer) -> None:
    user = make_user("nele@verein.example", Role.PROVIDER, name="Nele <b>Anders</b>")
    with transaction():
        mails.reset(user, token="abc")
        mails.confirmation(user, token="def")
        mails.new_address(user, address="neu@verein.example", token="ghi")
        mails.password_changed(user)
        mails.recovery_code_used(user, left=3)
    messages = sent(app, server)
    assert len(messages) == 5
    for message in messages:
        (_text, text), (kind, html) = parts(message)
        assert kind == "text/html"
        assert "Guten Tag Nele <b>Anders</b>," in text
        assert "Nele &lt;b&gt;Anders&lt;/b&gt;" in html
        document = parsed(html)
        for element in document.iter():
            if element.tag == "a":
                assert element.get("href") in text.splitlines()


def test_a_reported_barrier_reaches_the_office_and_tells_the_sender_only_its_number(
    app: Flask, server: SmtpServer
) -> None:
    with transaction():
        number = home.report_barrier(
            site=site(), place="Karte", text=EVIL, email="ada@verein.example", actor=ANONYMOUS
        )  # fmt: skip
    to_office, receipt = sent(app, server)
    assert to_office["Reply-To"] == "ada@verein.example"
    assert "> Bcc: alle@verein.example" in parts(to_office)[0][1].splitlines()
    assert "boese.example" not in receipt.as_string()
    assert number in parts(receipt)[0][1]
    assert parts(receipt)[0][1].splitlines()[0] == "Guten Tag,"
