"""What is kept of the page behind the personal link: the event, never a person; a change shows at once."""

import pytest
from flask import Flask
from invited import invite, make_event
from portal_client import PortalClient, make_user

from portal.conferences import links
from portal.conferences.models import Conference, Invitation
from portal.core.actor import Role
from portal.core.database import db
from portal.core.transaction import transaction


def path_of(invitation: Invitation) -> str:
    return "/einladung/" + links.token(invitation)


@pytest.fixture
def event(app: Flask) -> Conference:
    return make_event(seats=2)


def test_everybody_sees_the_own_name_and_link_alone(browser: PortalClient, event: Conference) -> None:
    rows = [
        invite(event, "Ida Muster", email="ida@verein.example"),
        invite(event, "<b>Otto</b> & Söhne", email="otto@verein.example"),
    ]
    paths = [path_of(row) for row in rows]
    for _visit in range(2):
        first, second = (browser.get(path).text for path in paths)
        assert "Guten Tag Ida Muster," in first
        assert "Verein Ida Muster" in first
        assert "Guten Tag &lt;b&gt;Otto&lt;/b&gt; &amp; Söhne," in second
        assert "<b>Otto" not in second
        assert "Ida" not in second
        assert "Otto" not in first
        for page, own, other in ((first, paths[0], paths[1]), (second, paths[1], paths[0])):
            assert f'action="{own}"' in page
            assert other.removeprefix("/einladung/") not in page
            assert "\ue000" not in page
    thanks = [browser.post(path, data={"reply": "accepted", "seen": ""}).text for path in paths]
    for page, own, other in ((thanks[0], *paths), (thanks[1], *reversed(paths))):
        assert "Danke, Ihre Antwort ist gespeichert" in page
        assert f'href="{own}"' in page
        assert other.removeprefix("/einladung/") not in page
        assert "\ue000" not in page


def test_a_change_shows_with_the_next_visit(browser: PortalClient, event: Conference) -> None:
    row, other = invite(event), invite(event, "Olga Muster", email="olga@verein.example")
    path = path_of(row)
    assert "Haus am Fluss" in browser.get(path).text
    with transaction():
        event.place_name = "Haus am Berg"
    assert "Haus am Berg" in browser.get(path).text
    assert "Zurzeit sind alle Plätze vergeben." not in browser.get(path).text
    with transaction():
        db.session.get_one(Conference, event.id).seats = 1
    browser.post(path_of(other), data={"reply": "accepted", "seen": ""})
    assert "Zurzeit sind alle Plätze vergeben." in browser.get(path).text
    browser.post(path, data={"reply": "declined", "seen": ""})
    assert "Ihre Antwort:" in browser.get(path).text


def test_language_and_sign_in_are_not_mixed(browser: PortalClient, event: Conference) -> None:
    path = path_of(invite(event))
    assert 'lang="de"' in browser.get(path).text
    browser.set_cookie("sprache", "en", domain="portal.example")
    english = browser.get(path).text
    assert '<html lang="en"' in english
    browser.delete_cookie("sprache", domain="portal.example")
    assert '<html lang="de"' in browser.get(path).text
    from_elsewhere = browser.get(path + "?von=brief").text
    assert "von%3Dbrief" in from_elsewhere
    assert "von%3Dbrief" not in browser.get(path).text


def test_who_is_signed_in_leaves_nothing_behind(
    browser: PortalClient, other_browser: PortalClient, event: Conference
) -> None:
    make_user("plan@kreis.example", Role.PLANNER)
    path = path_of(invite(event))
    browser.sign_in("plan@kreis.example")
    assert 'href="/konto"' in browser.get(path).text
    assert 'href="/konto"' not in other_browser.get(path).text
