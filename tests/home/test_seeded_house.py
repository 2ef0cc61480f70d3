"""A new installation, seeded and otherwise empty: every way that menus, start page and footer offer leads somewhere."""

from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from markup import parsed
from portal_client import PortalClient, make_user
from signed_in import config

from portal.accounts import policy
from portal.areas.seeding.services import OWN_COUNTY, seed_areas
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.transaction import transaction
from portal.indicators.seeding.loading import seed_indicators
from portal.planning import services as planning
from portal.planning.seeding import seed_topics
from portal.settings import services as settings

__all__ = ["config"]


@pytest.fixture
def new_house(app: Flask) -> Flask:
    """What `portal seed` leaves behind: areas, topics and figures; no period, no planning area, nobody heard."""
    app.test_client_class = PortalClient
    with transaction():
        seed_areas(actor=SYSTEM, own_county=OWN_COUNTY)
        seed_topics(actor=SYSTEM)
        seed_indicators(actor=SYSTEM)
        settings.put(policy.SECOND_FACTOR_REQUIRED, False, actor=SYSTEM)
    return app


def _new_browser(app: Flask) -> PortalClient:
    client = app.test_client()
    assert isinstance(client, PortalClient)
    client.checks_pages = True
    return client


def _links(path: str, html: str) -> set[str]:
    found = set()
    for element in parsed(html).iter("a"):
        target = element.get("href") or ""
        absolute = urljoin(path, target)
        if target and not target.startswith(("#", "mailto:", "tel:")) and not urlsplit(absolute).netloc:
            found.add(absolute.partition("#")[0])
    return found


def _dead_ends(browser: PortalClient, *beginnings: str) -> dict[str, int]:
    """Ways offered on the pages that do not open, with the status each one ends in."""
    ways: set[str] = set()
    for beginning in beginnings:
        answer = browser.get(beginning)
        assert answer.status_code == 200
        ways |= _links(beginning, answer.text)
    assert "/befunde" in ways
    found = {}
    for way in sorted(ways):
        if way.startswith("/sprache/"):
            continue  # would turn the rest of the way English
        answer = browser.get(way, follow_redirects=True)
        if answer.status_code != 200:
            found[way] = answer.status_code
    return found


def test_every_offered_way_leads_somewhere(new_house: Flask) -> None:
    make_user("planung@kreis.example", Role.PLANNER)
    make_user("technik@kreis.example", Role.ADMINISTRATOR)
    assert _dead_ends(_new_browser(new_house), "/") == {}
    for email in ("planung@kreis.example", "technik@kreis.example"):
        signed_in = _new_browser(new_house)
        assert signed_in.sign_in(email).status_code == 302
        assert _dead_ends(signed_in, "/", "/heute") == {}


def test_findings_name_what_is_missing_and_show_it_once_it_is_there(new_house: Flask) -> None:
    browser = _new_browser(new_house)
    first = browser.get("/befunde").text
    assert "Noch keine Planungsperiode." in first
    assert "Noch keine Planungsräume." in first
    assert "/planungsperioden/neu" not in first
    today = clock.today()
    with transaction():
        planning.create_period("runde", "Runde 1", actor=SYSTEM, starts_on=today, ends_on=today + timedelta(days=365))
    then = browser.get("/befunde").text
    assert "Noch keine Planungsperiode." not in then
    assert "Noch keine Planungsräume." in then
    make_user("planung@kreis.example", Role.PLANNER)
    browser.sign_in("planung@kreis.example")
    assert browser.get("/befunde/vergleich").status_code == 200
    assert 'href="/planungsraeume/zuordnung"' in browser.get("/beteiligung").text
