"""The office's address while the county has not entered its own."""

from collections.abc import Callable
from dataclasses import replace

import icalendar
import pytest
from flask import Flask
from invited import invite, make_event
from portal_client import PortalClient, make_user
from signed_in import app, browser, config, mails

from portal.conferences import links
from portal.core.actor import SYSTEM, Role
from portal.core.transaction import transaction
from portal.outbox import office
from portal.outbox.models import OutboxMessage
from portal.settings import services as settings

__all__ = ["app", "browser", "config", "mails"]

Mails = Callable[[], list[OutboxMessage]]
PLACEHOLDER = "sozialplanung@landkreis.example"


@pytest.fixture(autouse=True)
def sender(app: Flask) -> None:
    app.config["PORTAL"] = replace(app.config["PORTAL"], mail_sender="Sozialplanung <amt@kreis.example>")


def _invitation_of_deputy(browser: PortalClient, mails: Mails, title: str) -> OutboxMessage:
    path = "/einladung/" + links.token(invite(make_event(title), f"Ida {title}"))
    deputy = {"deputy_name": "Rosa", "deputy_email": f"rosa@{title.lower()}.example"}
    assert browser.post(path, data={"reply": "deputy", "seen": "", **deputy}).status_code == 200
    return next(mail for mail in mails() if mail.recipient == deputy["deputy_email"])


def test_mails_name_the_sender_until_the_county_has_entered_its_address(
    browser: PortalClient, mails: Mails, app: Flask
) -> None:
    mail = _invitation_of_deputy(browser, mails, "Eins")
    assert mail.headers["Reply-To"] == "amt@kreis.example"
    (event,) = icalendar.Calendar.from_ical(mail.calendar or "").walk("VEVENT")
    assert str(event["ORGANIZER"]) == "mailto:amt@kreis.example"
    for text in (mail.text, mail.html or "", browser.get("/impressum").text):
        assert PLACEHOLDER not in text
        assert "amt@kreis.example" in text
    with transaction():
        settings.put("site.office_email", "sozial@kreis.example", actor=SYSTEM)
    assert _invitation_of_deputy(browser, mails, "Zwei").headers["Reply-To"] == "sozial@kreis.example"


def test_a_demonstration_keeps_it(app: Flask) -> None:
    app.config["PORTAL"] = replace(app.config["PORTAL"], demo=True)
    with app.test_request_context():
        assert office.email() == PLACEHOLDER
        assert not office.is_placeholder()


@pytest.mark.parametrize(("role", "is_told"), [(Role.ADMINISTRATOR, True), (Role.LEADERSHIP, False)])
def test_administrators_are_told_today(browser: PortalClient, role: Role, is_told: bool) -> None:
    make_user("chef@kreis.example", role)
    browser.sign_in("chef@kreis.example")
    assert ("Die Kontaktadresse fehlt" in browser.get("/heute").text) is is_told
    if is_told:
        page = "/einstellungen/landkreis-und-anschrift"
        assert f'href="{page}"' in browser.get("/heute").text
        assert browser.get(page).status_code == 200
        with transaction():
            settings.put("site.office_email", "sozial@kreis.example", actor=SYSTEM)
        assert "Die Kontaktadresse fehlt" not in browser.get("/heute").text
