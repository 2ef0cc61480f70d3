"""*Heute* fits the role; *Mein Bereich* fits who somebody acts for. Upper features add to both."""

from collections.abc import Iterator

import pytest
from furnished import furnished, house, seeded_sqlite
from house import ANONYMOUS, House, Request
from markup import parsed
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.text import sort_key
from portal.core.transaction import transaction
from portal.home import own_page, today
from portal.home.explaining import EASY
from portal.home.own_page import OwnCard
from portal.home.today import Line, Section
from portal.stakeholders import archive
from portal.stakeholders.models import Organisation

__all__ = ["furnished", "house", "seeded_sqlite"]


def _sections(house: House, visitor: str) -> list[str]:
    tree = parsed(house.get(visitor, "/heute").text)
    return [element.get("id", "") for element in tree.iter() if element.tag == "h2" and element.get("id")]


def test_each_role_finds_its_own_order(house: House) -> None:
    found = {visitor: _sections(house, visitor) for visitor in ("planner", "leadership", "sectoral_planner")}
    found["administrator"] = _sections(house, "administrator")
    assert found["leadership"].index("signale") < found["leadership"].index("raeume")
    assert found["planner"].index("raeume") < found["planner"].index("signale")
    assert "eigene" in found["sectoral_planner"]
    assert "eigene" not in found["planner"] + found["leadership"] + found["administrator"]
    assert "lieferungen" in found["planner"]
    assert "lieferungen" not in found["leadership"]
    assert "betrieb" in found["administrator"]
    assert "signale" not in found["administrator"]
    assert len({tuple(ids) for ids in found.values()}) >= 3


def test_a_department_has_its_own_figures_before_it(house: House) -> None:
    page = parsed(house.get("sectoral_planner", "/heute").text)
    links = {element.get("href") for element in page.iter() if element.tag == "a"}
    assert {"/indikatoren/p_sek_2", "/indikatoren/p_grundschule"} <= links
    assert "/indikatoren/breitband50" not in links


@pytest.mark.parametrize("visitor", ["municipality", "provider", "committee"])
def test_people_outside_of_staff_begin_in_their_own_place(house: House, visitor: str) -> None:
    page = house.get(visitor, "/mein-bereich")
    assert page.status_code == 200
    links = {element.get("href") for element in parsed(page.text).iter() if element.tag == "a"}
    areas = {link for link in links if link and link.startswith("/planungsraeume/")}
    assert ("/planungsraeume/sinsheim" in areas) is (visitor != "committee") or len(areas) == 5
    assert "/landkreise/rhein-neckar-kreis" in links


def test_a_representative_sees_for_whom_and_where(house: House) -> None:
    text = house.get("municipality", "/mein-bereich").text
    assert "Sie handeln für:" in text
    assert text.count("is-current") == 1


def test_who_acts_for_an_organisation_in_the_archive_reads_why(house: House) -> None:
    assert "/bedarfe/neu" in house.get("provider", "/").text
    name = parsed(house.get("provider", "/mein-bereich").text).find(".//p[@class='lead']/strong").text
    with house.app.app_context(), transaction():
        rows = db.session.scalars(select(Organisation).where(Organisation.name == name)).all()
        archive.archive(rows, actor=SYSTEM, reason="Verein aufgelöst")
    text = house.get("provider", "/mein-bereich").text
    start = house.get("provider", "/").text
    house.put_back()
    assert "Ihre Organisation steht im Archiv" in text
    assert "Verein aufgelöst" in text
    assert "/bedarfe/neu" not in start


@pytest.fixture
def sources() -> Iterator[None]:
    kept = own_page.SOURCES[:], today.SECTION_SOURCES[:]
    yield
    own_page.SOURCES[:], today.SECTION_SOURCES[:] = kept


def test_features_add_cards_and_sections(house: House, sources: None) -> None:
    def invitations(actor: Actor) -> list[OwnCard]:
        return [OwnCard(title="Zweite", text="…", url="/x", rank=2), OwnCard(title="Erste", text="…", url="/y", rank=1)]

    def first(actor: Actor) -> Section:
        return Section(key="zuerst", title="Zuerst", lines=(Line(text="Zeile", url="/z"),), rank=0)

    own_page.SOURCES.append(invitations)
    today.SECTION_SOURCES.append(first)
    page = house.get("provider", "/mein-bereich").text
    assert page.index(">Erste<") < page.index(">Zweite<")
    assert _sections(house, "planner").index("zuerst") < _sections(house, "planner").index("signale")


def test_an_event_one_is_invited_to_stands_once(house: House) -> None:
    page = house.get("provider", "/mein-bereich").text
    title = "Planungsraumkonferenz Sinsheim, Dezember"
    opened = page.partition('id="offen"')[2].partition("</section>")[0]
    assert f"Einladung: {title}" in opened
    assert opened.count(title) == 1


def test_planners_begin_and_everybody_sees_the_next_dates_and_findings(house: House) -> None:
    planner, leadership = house.get("planner", "/heute").text, house.get("leadership", "/heute").text
    for address in ('href="/konferenzen/neu"', 'href="/bedarfe/neu"'):
        assert address in planner
        assert address not in leadership
    for page in (planner, leadership):
        assert "Diese und nächste Woche" in page or "Die nächsten Termine" in page
        assert "davon veröffentlicht: " in page
        assert "Noch nicht gehört in dieser Phase" in page
        assert "Erste Planungsperiode" in page.partition("</h1>")[2][:400]


def test_the_number_of_due_things_stands_in_the_navigation(house: House) -> None:
    def badge(page: str) -> str:
        found = [one for one in parsed(page).iter("span") if "count-due" in one.get("class", "")]
        return (found[0].text or "") if found else ""

    client = house.client("planner")
    with clock.frozen(house.moment):
        page = client.get("/heute").text
        assert int(badge(page)) == page.count("button button-second button-s")
        assert badge(client.get("/organisationen").text) == badge(page)


def test_one_search_finds_all_that_staff_works_with(house: House) -> None:
    def search(visitor: str, words: str) -> TestResponse:
        return house.ask(visitor, Request("GET", "/suche", {"suche": words}, {}))

    assert 'action="/suche"' in house.get("planner", "/heute").text
    page = search("planner", "sinsheim").text
    ids = {one.get("id") for one in parsed(page).iter() if one.tag == "h2"}
    assert {"orte", "organisationen", "veranstaltungen", "befunde", "protokolle"} <= ids
    for address in ("/planungsraeume/sinsheim", "/gemeinden/sinsheim", "/ortsteile/sinsheim-adersbach"):
        assert f'href="{address}"' in page
    assert "Nichts gefunden" in search("planner", "Xyzzy\x00").text
    assert "mindestens zwei Buchstaben" in search("planner", "a").text
    # Organisations are shown to those alone who keep their register.
    ids = {one.get("id") for one in parsed(search("leadership", "sinsheim").text).iter()}
    assert "befunde" in ids


def test_addresses_that_are_typed_lead_somewhere(house: House) -> None:
    for path, target in (
        ("/planungsraeume/", "/planungsraeume"), ("/befunde/", "/befunde"),
        ("/gemeinden", "/landkreise/rhein-neckar-kreis#tabelle"), ("/landkreise", "/landkreise/rhein-neckar-kreis"),
    ):  # fmt: skip
        assert house.get(ANONYMOUS, path).location.endswith(target)
    asked = house.ask(ANONYMOUS, Request("GET", "/befunde/", {"stand": "ja"}, {}))
    assert asked.location.endswith("/befunde?stand=ja")
    for path in ("/gibt-es-nicht/", "/gibt/es/nicht/"):
        assert house.get(ANONYMOUS, path).status_code == 404
    assert "Disallow: /\n" in house.get(ANONYMOUS, "/robots.txt").text  # nothing of a demonstration is to be found
    assert "Contact: mailto:" in house.get(ANONYMOUS, "/.well-known/security.txt").text


def test_the_portal_explains_itself(house: House) -> None:
    start = house.get(ANONYMOUS, "/").text
    for path in ("/so-arbeiten-wir", "/begriffe", "/leichte-sprache"):
        assert f'href="{path}"' in start
    words = list(parsed(house.get(ANONYMOUS, "/begriffe").text).iter("dt"))
    names = ["".join(word.itertext()) for word in words]
    assert names == sorted(names, key=sort_key)
    assert len(names) >= 20
    lines = house.get(ANONYMOUS, "/leichte-sprache").text
    assert "Land-Kreis" in lines
    longest = max(len(line.split()) for _title, group in EASY for text in group for line in str(text).split(". "))
    assert longest <= 13


def test_staff_choose_the_language_in_the_header(house: House) -> None:
    page = house.get("planner", "/heute").text
    switch = '<a class="staff-name staff-language" href="/sprache/en?back=/heute" lang="en" hreflang="en">English</a>'
    assert switch in page.split("</header>", 1)[0]
    # On a phone it stands in the menu; the foot does not say it a third time.
    assert page.count('hreflang="en"') == 2


def test_a_search_without_result_says_how_short_words_are_found(house: House) -> None:
    sentence = "Abkürzungen und kurze Wörter finden wir nur am Anfang oder Ende eines Wortes."
    for path in ("/suche", "/kennzahlenregister", "/indikatoren"):
        page = house.ask("planner", Request("GET", path, {"suche": "LTE"}, {})).text
        assert sentence in page, path
        assert sentence not in house.ask("planner", Request("GET", path, {"suche": "Xyzzy"}, {})).text
