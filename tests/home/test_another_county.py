"""An installation of another county carries its own name, and says what is missing before it has planning areas."""

import pytest
from flask import Flask
from markup import parsed
from portal_client import PortalClient, make_user
from signed_in import app, browser, config

from portal.areas.seeding.services import seed_areas
from portal.core.actor import SYSTEM, Role
from portal.core.transaction import transaction
from portal.home.site import still_missing
from portal.planning.seeding import seed_topics
from portal.settings import services as settings

__all__ = ["app", "browser", "config"]

COUNTY = "Landkreis Darmstadt-Dieburg"


@pytest.fixture
def darmstadt(app: Flask) -> Flask:
    with transaction():
        seed_areas(actor=SYSTEM, own_county="06432")
        seed_topics(actor=SYSTEM)
    return app


def _main(page: str) -> str:
    return page.split("<main")[1].split("</main>", maxsplit=1)[0]


@pytest.mark.parametrize("path", ["/", "/impressum", "/datenschutz", "/anmelden"])
def test_header_title_and_footer_name_the_county_that_was_seeded(
    darmstadt: Flask, browser: PortalClient, path: str
) -> None:
    page = browser.get(path).text
    tree = parsed(page)
    assert f"Sozialplanung {COUNTY}" in next(one.text or "" for one in tree.iter() if one.tag == "title")
    assert f"<strong>{COUNTY}</strong>" in page
    assert "Rhein-Neckar" not in page.split("<main")[0] + page.split("</main>")[-1]
    if path in {"/impressum", "/datenschutz"}:
        assert f"<p>{COUNTY}" in _main(page)


def test_the_authority_is_called_as_the_land_calls_it(app: Flask) -> None:
    assert settings.get("site.office_name") == "Landratsamt"
    with transaction():
        seed_areas(actor=SYSTEM)
    assert settings.get("site.county_name") == "Rhein-Neckar-Kreis"
    assert settings.get("site.office_name") == "Landratsamt Rhein-Neckar-Kreis"


def test_what_the_county_enters_counts_and_can_be_taken_back(darmstadt: Flask) -> None:
    with transaction():
        settings.put("site.county_name", "Kreis am Darmbach", actor=SYSTEM)
    assert settings.get("site.county_name") == "Kreis am Darmbach"
    with transaction():
        settings.put("site.county_name", COUNTY, actor=SYSTEM)
    assert settings.stored_state().count(COUNTY) == 2  # name and authority by default, nothing stored
    assert "county_name" not in settings.stored_state().split("]")[1]


def test_what_is_still_missing_is_named_today(darmstadt: Flask, browser: PortalClient) -> None:
    make_user("chef@kreis.example", Role.ADMINISTRATOR)
    browser.sign_in("chef@kreis.example")
    labels = [str(label) for label in still_missing()]
    assert "Vertreten durch" in labels
    assert "Name des Landkreises" not in labels
    with transaction():
        settings.put("site.office_email", "sozial@kreis.example", actor=SYSTEM)
    page = browser.get("/heute").text
    assert "Im Impressum fehlen Angaben" in page
    assert "Datenschutzbeauftragte Stelle" in page


@pytest.mark.parametrize("path", ["/", "/planungsraeume"])
def test_without_planning_areas_pages_say_so_and_show_the_municipalities(
    darmstadt: Flask, browser: PortalClient, path: str
) -> None:
    page = _main(browser.get(path).text)
    assert "Noch keine Planungsräume" in page
    assert "table-cards" not in page
    assert page.count('<a href="/gemeinden/') >= 2 * 23  # on the map and in the list
    assert page.count("<text aria-hidden") > 5
    assert "/planungsraeume/neu" not in page
    make_user("plan@kreis.example", Role.PLANNER)
    browser.sign_in("plan@kreis.example")
    assert 'href="/planungsraeume/neu"' in _main(browser.get(path).text)
