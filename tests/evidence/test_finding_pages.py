"""Findings by request: the way of one finding through its pages, and what is refused there."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from circle import Circle, reread
from flask import Flask
from portal_client import BASE_URL, PortalClient, make_user
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from test_finding_services import cosigned, heard

from portal.accounts.models import User
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.core.workbooks import XLSX
from portal.demo.logins import LOGINS
from portal.evidence.models import Finding, FindingState
from portal.home.cards import findings as cards
from portal.indicators.models import Indicator, Visibility
from portal.minutes.models import Minutes
from portal.outbox.models import OutboxMessage
from portal.settings import services as settings
from portal.stakeholders.acting import actor_of
from portal.stakeholders.models import OrganisationKind, OrganisationState
from portal.stakeholders.services import create_organisation, create_person, represent
from tests.indicators.test_register_pages import typed

FIELDS = {
    "adopted": "no_data",
    "said": "Abends fährt kein Bus.",
    "figures_show": "Die Zahl ist unauffällig.",
    "reason": "Die Zahl misst etwas anderes.",
    "recommendation": "Einen Abendbus erproben.",
    "responsible": "",
    "alternatives-0-text": "Rufbus",
    "alternatives-0-cost_class": "mittel",
    "alternatives-0-effect": "Wege am Abend",
}
CELL = "/befunde/weinheim/housing"
ADOPT = f"{CELL}/uebernehmen"


@pytest.fixture
def visitor(seeded_app: Flask) -> Callable[[str], PortalClient]:
    seeded_app.test_client_class = PortalClient

    def enter(role: str) -> PortalClient:
        client = seeded_app.test_client()
        assert isinstance(client, PortalClient)
        if role != "anonymous":
            answer = client.sign_in(*_login(role))
            assert answer.status_code == 302
        return client

    return enter


def _login(role: str) -> tuple[str, str]:
    login = next(one for one in LOGINS if one.role.value == role)
    return login.email, login.password


def _hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def _filled(client: PortalClient, **changes: str) -> dict[str, str]:
    page = client.get(ADOPT).text
    carried = {name: _hidden(page, name) for name in ("edition", "proposal")}
    return {**FIELDS, **carried, **changes}


def _finding() -> Finding:
    db.session.rollback()
    return db.session.scalars(
        select(Finding).where(Finding.area.has(slug="weinheim"), Finding.topic.has(key="housing"))
    ).one()


def test_a_finding_through_its_pages(visitor: Callable[[str], PortalClient]) -> None:
    planner, leader, anonymous = visitor("planner"), visitor("leadership"), visitor("anonymous")
    planner.checks_pages = leader.checks_pages = anonymous.checks_pages = True
    assert planner.submit(ADOPT, _filled(planner)).status_code == 302
    finding = _finding()
    assert finding.latest.alternatives == [
        {"text": "Rufbus", "cost_class": "mittel", "effect": "Wege am Abend", "side_effects": ""}
    ]
    public_id, edition = finding.public_id, str(finding.edition)
    # Nobody outside of the county's staff hears of it.
    for address in (CELL, "/", "/planungsraeume/weinheim"):
        assert "Einen Abendbus erproben" not in anonymous.get(address).text
    assert planner.submit(f"/befund/{public_id}/mitzeichnen", {"edition": edition}, page=CELL).status_code == 403
    assert leader.submit(f"/befund/{public_id}/mitzeichnen", {"edition": edition}, page=CELL).status_code == 302
    assert _finding().state is FindingState.COSIGNED
    places = [one for one in planner.get(f"/befund/{public_id}/anhoeren").text.split('value="') if "checked" in one]
    assert len(places) > 1
    form = {"edition": str(_finding().edition), "municipalities": places[0].split('"', 1)[0]}
    assert planner.submit(f"/befund/{public_id}/anhoeren", form).status_code == 302
    assert _finding().state is FindingState.HEARING
    early = planner.submit(f"/befund/{public_id}/veroeffentlichen", {"edition": str(_finding().edition)}, page=CELL)
    assert early.status_code == 302
    assert _finding().state is FindingState.HEARING
    with clock.frozen(clock.now() + timedelta(days=29)):
        form = {"edition": str(_finding().edition), "unreached": "ja"}
        late = visitor("planner")
        assert late.submit(f"/befund/{public_id}/veroeffentlichen", form, page=CELL).status_code == 302
    assert _finding().state is FindingState.PUBLISHED
    hub = visitor("anonymous").get("/planungsraeume/weinheim").text
    assert hub.count("Einen Abendbus erproben") == 1
    assert 'href="#empfehlungen"' in hub
    page = visitor("anonymous").get(CELL).text
    assert "Einen Abendbus erproben" in page
    assert "Muster-Amsel" not in page


def test_a_number_of_an_internal_indicator_is_not_drafted_and_not_adopted(
    visitor: Callable[[str], PortalClient],
) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    address = "/befunde/weinheim/economy/uebernehmen"
    drafted = re.search(r"Steuereinnahmekraft[^<]*?(\d\.\d{3})", planner.get(address).text)
    assert drafted is not None
    with transaction():
        found = db.session.scalars(select(Indicator).where(Indicator.key == "steuereinnahmekraft")).one()
        found.visibility = Visibility.INTERNAL
        settings.bump("figures")
    page = planner.get(address).text
    assert drafted[1] not in page
    assert "Dafür gibt es keine öffentliche Zahl." in page
    carried = {name: _hidden(page, name) for name in ("edition", "proposal")}
    typed = {**FIELDS, **carried, "adopted": "no_data", "figures_show": f"Die Kraft liegt bei {drafted[1]} EUR."}
    refused = planner.submit(address, typed)
    assert refused.status_code == 422
    assert f"die nur die Kreisverwaltung sieht: {drafted[1]} EUR." in refused.text
    assert _finding_count() == 0
    public = {"text_sources-0-words": f"{drafted[1]} EUR", "text_sources-0-source": "Haushaltsplan 2025, Seite 4"}
    assert planner.submit(address, {**typed, **public}).status_code == 302


def test_what_rests_on_figures_that_are_not_public_is_hidden_and_published_only_knowingly(
    visitor: Callable[[str], PortalClient],
) -> None:
    planner, leader = visitor("planner"), visitor("leadership")
    planner.checks_pages = True
    cell = "/befunde/weinheim/economy"
    adopt_page = planner.get(f"{cell}/uebernehmen").text
    carried = {name: _hidden(adopt_page, name) for name in ("edition", "proposal")}
    adopted = planner.submit(f"{cell}/uebernehmen", {**FIELDS, **carried, "adopted": "no_data"})
    assert adopted.status_code == 302
    # Whoever hides an indicator is told which findings rest on it, and says that they know.
    entry = "/kennzahlenregister/steuereinnahmekraft/bearbeiten"
    fields = {**typed(planner.get(entry).text), "visibility": "internal", "speichern": "1"}
    asked = planner.post(entry, data=fields)
    assert asked.status_code == 422
    listed = asked.text.split("Diese Befunde stützen sich auf die Kennzahl", 1)[1].split("</ul>", 1)[0]
    assert "/befunde/weinheim/economy" in listed
    assert "/befunde/sinsheim/economy" in listed
    assert "/befunde/weinheim/housing" not in listed
    assert _visibility() is Visibility.PUBLIC
    assert planner.post(entry, data={**fields, "knowing": "1"}).status_code == 302
    assert _visibility() is Visibility.INTERNAL
    # The way back needs no such word, nor does an indicator that no finding rests on.
    other = "/kennzahlenregister/kassenkredite/bearbeiten"
    unused = {**typed(planner.get(other).text), "visibility": "internal", "speichern": "1"}
    assert planner.post(other, data=unused).status_code == 302

    db.session.rollback()
    found = db.session.scalars(select(Finding).where(Finding.area.has(slug="weinheim"))).all()
    public_id = next(one.public_id for one in found if one.topic.key == "economy")

    def edition() -> str:
        db.session.rollback()
        return str(db.session.scalars(select(Finding.edition).where(Finding.public_id == public_id)).one())

    def state() -> FindingState:
        db.session.rollback()
        return db.session.scalars(select(Finding.state).where(Finding.public_id == public_id)).one()

    leader.submit(f"/befund/{public_id}/mitzeichnen", {"edition": edition()}, page=cell)
    places = [one for one in planner.get(f"/befund/{public_id}/anhoeren").text.split('value="') if "checked" in one]
    form = {"edition": edition(), "municipalities": places[0].split('"', 1)[0]}
    assert planner.submit(f"/befund/{public_id}/anhoeren", form).status_code == 302
    with clock.frozen(clock.now() + timedelta(days=29)):
        late = visitor("planner")
        page = late.get(cell).text
        assert "Der Befund stützt sich auf Zahlen, die nur die Kreisverwaltung sieht." in page
        assert 'name="knowing"' in page
        assert 'name="unreached"' in page
        address = f"/befund/{public_id}/veroeffentlichen"
        unreached = {"unreached": "ja"}
        late.submit(address, {"edition": edition(), **unreached}, page=cell)
        assert state() is FindingState.HEARING
        assert "Bitte bestätigen Sie, dass er trotzdem veröffentlicht wird." in late.get(cell).text
        late.submit(address, {"edition": edition(), **unreached, "knowing": "1"}, page=cell)
        assert state() is FindingState.PUBLISHED
    assert "Ein Teil der Zahlen ist nicht öffentlich." in visitor("anonymous").get(cell).text


def _visibility() -> Visibility:
    db.session.rollback()
    return db.session.scalars(select(Indicator.visibility).where(Indicator.key == "steuereinnahmekraft")).one()


def test_a_refused_form_keeps_what_was_typed(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    answer = planner.submit(ADOPT, _filled(planner, reason="", recommendation="Ein besonderer Satz"))
    assert answer.status_code == 422
    assert "Ein besonderer Satz" in answer.text
    assert "Rufbus" in answer.text
    assert 'href="#reason"' in answer.text
    no_cost = planner.submit(ADOPT, _filled(planner, **{"alternatives-0-cost_class": ""}))
    assert no_cost.status_code == 422
    assert "was sie etwa kostet" in no_cost.text
    assert 'href="#alternatives"' in no_cost.text
    too_long = planner.submit(ADOPT, _filled(planner, reason="x" * 6000))
    assert too_long.status_code == 422
    assert "5.000" in too_long.text


def test_everything_that_is_wrong_is_said_at_once(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    typed = {"reason": "Es fehlen 1.463 Wohnungen.", "next_step": "Bauland prüfen", "product": "31.80"}
    wrong = _filled(planner, **typed, **{"alternatives-0-cost_class": ""})
    # Well-formed, but with a field of the form empty as well, nothing is kept back.
    for answer in (planner.submit(ADOPT, wrong), planner.submit(ADOPT, {**wrong, "said": ""})):
        assert answer.status_code == 422
        for words in (
            "Für diese Zahlen fehlt eine Quelle: 1.463 Wohnungen.", "wer für den nächsten Schritt zuständig ist",
            "bis wann der nächste Schritt getan ist", "was sie etwa kostet", "zum Produkt auch das Haushaltsjahr",
        ):  # fmt: skip
            assert words in answer.text
    assert 'href="#said"' in answer.text
    assert _finding_count() == 0


def test_a_second_window_of_ones_own_is_not_somebody_else(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    old = _filled(planner)
    assert planner.submit(ADOPT, old).status_code == 302
    again = planner.submit(ADOPT, old)
    assert again.status_code == 422
    assert "Sie haben diesen Befund inzwischen in einem anderen Fenster angelegt." in again.text
    old = _filled(planner)
    assert planner.submit(ADOPT, old).status_code == 302
    own = planner.submit(ADOPT, old)
    assert "Sie haben diesen Befund inzwischen in einem anderen Fenster weiterbearbeitet." in own.text
    leader, public_id = visitor("leadership"), _finding().public_id
    form = {"edition": str(_finding().edition)}
    assert leader.submit(f"/befund/{public_id}/mitzeichnen", form, page=CELL).status_code == 302
    assert "Inzwischen hat jemand anderes an diesem Befund gearbeitet." in planner.submit(ADOPT, old).text


def test_numbers_without_a_source_are_asked_for_and_their_sources_go_public(
    visitor: Callable[[str], PortalClient],
) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    typed = {"reason": "Es fehlen 1.463 Wohnungen.", "recommendation": "Für 12,5 % mehr Wohnungen sorgen."}
    asked = planner.submit(ADOPT, _filled(planner, **typed))
    assert asked.status_code == 422
    assert 'href="#text_sources"' in asked.text
    assert "Für diese Zahlen fehlt eine Quelle: 1.463 Wohnungen; 12,5 %." in asked.text
    assert 'name="text_sources-0-words" type="text" value="1.463 Wohnungen"' in asked.text
    assert 'name="text_sources-1-words" type="text" value="12,5 %"' in asked.text
    assert 'name="unsourced"' in asked.text
    one = {"text_sources-0-words": "1.463", "text_sources-0-source": "Bauamt, Bericht 2025",
           "text_sources-0-url": "https://amt.example/bericht", "text_sources-0-day": "2025-03-01"}  # fmt: skip
    still = planner.submit(ADOPT, _filled(planner, **typed, **one, **{"text_sources-1-words": "12,5 %"}))
    assert still.status_code == 422
    assert "Für diese Zahlen fehlt eine Quelle: 12,5 %." in still.text
    more = planner.submit(ADOPT, _filled(planner, **typed, **one, more="1"))
    assert more.status_code == 200
    assert 'value="Bauamt, Bericht 2025"' in more.text
    assert _finding_count() == 0
    confirmed = {**one, "text_sources-1-words": "12,5 %", "unsourced": "y"}
    assert planner.submit(ADOPT, _filled(planner, **typed, **confirmed)).status_code == 302
    page = planner.get(CELL).text
    assert "Diese Zahlen stehen ohne Quelle da: 12,5 %." in page
    assert "Es fehlen 1.463 [1] Wohnungen." in page
    assert "„1.463“: Bauamt, Bericht 2025, Stand 1. März 2025" in page
    assert 'href="https://amt.example/bericht"' in page
    assert f'href="{ADOPT}#text_sources"' in page
    again = planner.get(ADOPT).text
    assert 'value="Bauamt, Bericht 2025"' in again
    assert 'name="text_sources-1-words" type="text" value="12,5 %"' in again
    assert "„1.463“: Bauamt" not in visitor("anonymous").get(CELL).text


def _finding_count() -> int:
    db.session.rollback()
    return len(
        db.session.scalars(
            select(Finding).where(Finding.area.has(slug="weinheim"), Finding.topic.has(key="housing"))
        ).all()
    )


def test_felt_only_asks_for_a_next_step(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    answer = planner.submit(ADOPT, _filled(planner, adopted="felt_only"))
    assert answer.status_code == 422
    assert 'href="#next_step"' in answer.text
    responsible = answer.text.split('name="responsible"', 1)[1].split('<option value="', 2)[2].split('"', 1)[0]
    due = (clock.today() + timedelta(days=60)).isoformat()
    step = {"next_step": "Vor Ort nachfragen", "responsible": responsible, "due_on": due}
    budget = {"product": "54.70.01 Nahverkehr", "budget_year": str(clock.today().year)}
    assert planner.submit(ADOPT, _filled(planner, adopted="felt_only", **step, **budget)).status_code == 302
    assert "54.70.01 Nahverkehr" in planner.get(CELL).text


def test_two_planners_at_once(visitor: Callable[[str], PortalClient]) -> None:
    first, second = visitor("planner"), visitor("planner")
    one, other = _filled(first), _filled(second, reason="Ich sehe es anders.")
    assert first.submit(ADOPT, one).status_code == 302
    answer = second.submit(ADOPT, other)
    assert answer.status_code == 422
    assert "Ich sehe es anders." in answer.text
    assert "Die Zahl misst etwas anderes." in answer.text
    assert [version.number for version in _finding().versions] == [1]
    # Having read it, the second one can save: a new version, nothing overwritten.
    again = {**other, "edition": _hidden(answer.text, "edition")}
    assert second.submit(ADOPT, again).status_code == 302
    assert [version.reason for version in _finding().versions] == [FIELDS["reason"], "Ich sehe es anders."]


def test_a_proposal_nobody_has_seen_is_not_adopted(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    answer = planner.submit(ADOPT, _filled(planner, proposal="confirmed/benannt/conspicuous"))
    assert answer.status_code == 422
    assert "Der Vorschlag hat sich geändert" in answer.text


def test_small_counts_are_never_printed(visitor: Callable[[str], PortalClient]) -> None:
    page = visitor("planner").get("/befunde/wiesloch-leimen/health").text
    assert "Die Zahlen sind zu klein" in page
    assert "1 von 80" not in page
    assert "(1 von" not in page


@pytest.mark.parametrize("address", ["/befunde?einordnung=quatsch", "/befunde?planungsraum=%00", "/befunde?thema=x"])
def test_unknown_filters_show_everything(visitor: Callable[[str], PortalClient], address: str) -> None:
    answer = visitor("anonymous").get(address)
    assert answer.status_code == 200
    assert "85 Felder von 85" in answer.text


def test_the_download_holds_what_the_filter_leaves(visitor: Callable[[str], PortalClient]) -> None:
    answer = visitor("anonymous").get("/befunde?einordnung=hidden&format=csv")
    rows = answer.data.decode("utf-8-sig").splitlines()
    assert answer.mimetype == "text/csv"
    assert len([row for row in rows[:-1] if ";" in row]) - 1 == 4  # one of the five was adopted as something else
    assert "Wirtschaft" not in "".join(rows)
    for words in ("Quellen der Zahlen", "Beispielzuordnung", "Demodaten"):
        assert words in rows[-1]


def test_the_workbook_says_words_reason_and_how_many_sources(visitor: Callable[[str], PortalClient]) -> None:
    with transaction():
        place = db.session.scalars(select(Area).filter_by(slug="sinsheim", kind=AreaKind.PLANNING_AREA)).one()
        place.name = "=HYPERLINK(1)"
        settings.bump("areas")
    answer = visitor("anonymous").get("/befunde?planungsraum=sinsheim&format=xlsx")
    assert answer.mimetype == XLSX
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    lines = [dict(zip(sheet[0], line, strict=True)) for line in sheet[1:18]]
    assert {line["Planungsraum"] for line in lines} == {"'=HYPERLINK(1)"}
    found = next(line for line in lines if line["Thema"] == "Mobilität und technische Infrastruktur")
    assert found["Einordnung"] == "Hinweise und Zahlen stimmen überein"
    assert found["Kurzform"] == "Stimmt überein"
    assert found["Stand des Befunds"] == "veröffentlicht"
    assert found["Stimmen"] == "benannt"
    counts = ("Fragen einer Befragung", "Bedarfshinweise", "Einträge in Protokollen", "Anzahl der Kennzahlen")
    assert [found[name] for name in counts] == [4, 3, 2, 2]
    assert "Demodaten" in sheet[-1][0]
    assert "nicht repräsentativ" in sheet[-1][0]


def test_unpublished_findings_stay_inside(visitor: Callable[[str], PortalClient]) -> None:
    """Soziale Infrastruktur in Sinsheim is still being heard."""
    address = "/befunde/sinsheim/social_infrastructure"
    text = "wollen einen Dorfladen"
    for place in ("/planungsraeume/sinsheim", "/"):
        public = visitor("anonymous").get(place).text
        assert text not in public
        assert "Wir empfehlen" in public or "Was wir empfehlen" in public
    assert text in visitor("planner").get(address).text
    for role in ("anonymous", "provider", "committee"):
        assert text not in visitor(role).get(address).text


def test_who_is_not_reached_is_named_before_and_after(circle: Circle, browser: PortalClient) -> None:
    """Somebody acts for Dorf, for Stadt nobody, and the portal does not know its administration."""
    finding = cosigned(circle)
    browser.sign_in("amsel@verein.example")
    browser.checks_pages = True
    address = f"/befund/{finding.public_id}/anhoeren"
    before = browser.get(address).text
    assert "Eine E-Mail geht an: Dorf." in before
    assert "Eine Stadt oder Gemeinde ist nicht per E-Mail zu erreichen" in before
    both = [circle.dorf.public_id, circle.stadt.public_id]
    answer = browser.submit(address, {"edition": str(reread(finding).edition), "municipalities": both})
    assert answer.status_code == 302
    page = browser.get(answer.location).text
    assert "Die Anhörung läuft. Eine Stadt oder Gemeinde bekommt eine E-Mail." in page
    assert "Niemand erreicht: Stadt." in page
    assert ", niemand erreicht: Stadt." in page
    assert "noch ohne Stellungnahme: Dorf." in page
    with transaction():
        town = create_organisation(
            "Rathaus Stadt", OrganisationKind.MUNICIPALITY, actor=SYSTEM, state=OrganisationState.VERIFIED,
            area=db.session.get_one(Area, circle.stadt.id),
        )  # fmt: skip
        path = f"/organisationen/{town.public_id}/vertretungen/neu"
    assert path in browser.get(answer.location).text


def test_the_mail_leads_to_the_hearing(
    circle: Circle, mails: Callable[[], list[OutboxMessage]], browser: PortalClient
) -> None:
    finding = heard(circle)
    address = f"/befund/{finding.public_id}/anhoerung"
    assert address in mails()[0].text
    assert browser.get(address).status_code == 302
    browser.sign_in("mayor@verein.example")
    page = browser.get(address)
    assert page.status_code == 200
    assert "Einen Abendbus erproben." in page.text
    assert browser.submit(address, {"text": " "}).status_code == 422
    assert browser.submit(address, {"text": "Wir bitten um Zahlen je Ortsteil."}).status_code == 302
    assert [one.statement for one in reread(finding).hearings] == ["Wir bitten um Zahlen je Ortsteil.", ""]
    again = browser.submit(address, {"text": "Aus einem zweiten Fenster."}, page="/konto")
    assert again.status_code == 422
    assert "liegt schon eine Stellungnahme vor" in again.text
    assert "für wen die Stellungnahme gilt" not in again.text
    assert reread(finding).hearings[0].statement == "Wir bitten um Zahlen je Ortsteil."


def test_a_planner_corrects_what_came_by_letter_and_nobody_else_reads_the_words_before(
    circle: Circle, browser: PortalClient, other_browser: PortalClient
) -> None:
    finding = heard(circle)
    address = f"/befund/{finding.public_id}/anhoerung"
    town = reread(finding).hearings[0]
    browser.sign_in("amsel@verein.example")
    browser.submit(address, {"text": "Wir sehn es so.", "hearing": str(town.id)})
    change = f"{address}/{town.id}/berichtigen"
    assert f'href="{change}"' in browser.get(address).text
    assert "Wir sehn es so.</textarea>" in browser.get(change).text
    assert browser.submit(change, {"text": "x" * 5001}).status_code == 422
    assert browser.submit(change, {"text": "Wir sehen es so."}).status_code == 302
    page = browser.get(address).text
    assert "Wir sehen es so." in page
    assert "Früherer Wortlaut" in page
    assert "Wir sehn es so." in page
    other_browser.sign_in("mayor@verein.example")
    read = other_browser.get(address).text
    assert "Wir sehen es so." in read
    assert "Wir sehn es so." not in read
    assert other_browser.get(change).status_code == 403
    assert browser.submit(f"{address}/{town.id}/zuruecknehmen", page=change).status_code == 302
    assert browser.get(change).status_code == 404
    assert reread(finding).hearings[0].statement == ""


def test_an_association_states_its_position_once_for_several_municipalities(
    app: Flask, circle: Circle, browser: PortalClient, mails: Callable[[], list[OutboxMessage]]
) -> None:
    account = make_user("gvv@verein.example", Role.MUNICIPALITY)
    with transaction():
        union = Area(kind=AreaKind.ASSOCIATION, name="GVV Nord", official_name="GVV Nord", slug="gvv-nord", is_own=True)
        union.county_id = db.session.get_one(Area, circle.dorf.id).county_id
        db.session.add(union)
        db.session.flush()
        for place in (circle.dorf, circle.stadt):
            db.session.add(
                AreaMembership(
                    member_id=place.id, group_id=union.id, kind=MembershipKind.ASSOCIATION, valid_from=date(2020, 1, 1)
                )
            )
        office = create_organisation(
            "GVV Nord",
            OrganisationKind.MUNICIPAL_ASSOCIATION,
            actor=SYSTEM,
            area=union,
            state=OrganisationState.VERIFIED,
        )
        user = db.session.get_one(User, account.id)
        person = create_person("Gerd", actor=SYSTEM, email=user.email, user=user)
        represent(person, office, actor=SYSTEM)
    finding = heard(circle)
    told = next(mail for mail in mails() if mail.recipient == "gvv@verein.example")
    assert "Angehört wird: Dorf, Stadt\n" in told.text
    browser.sign_in("gvv@verein.example")
    with app.test_request_context("/", base_url=BASE_URL):
        (card,) = cards.own_hearings(actor_of(person, office))
    assert card.facts[1] == ("pin", "Dorf, Stadt")
    address = f"/befund/{finding.public_id}/anhoerung"
    assert "für wen die Stellungnahme gilt" in browser.submit(address, {"text": "Ein Bus fehlt."}).text
    both = [str(one.id) for one in reread(finding).hearings]
    assert browser.submit(address, {"text": "Ein Bus fehlt.", "hearing": both}).status_code == 302
    assert [one.statement for one in reread(finding).hearings] == ["Ein Bus fehlt."] * 2
    page = browser.get(address).text
    assert "Ihre Stellungnahme für Dorf, Stadt" in page
    assert page.count("Ein Bus fehlt.") == 1
    again = browser.submit(address, {"text": "Noch einmal.", "hearing": both}, page="/konto")
    assert again.status_code == 422
    assert "liegt schon eine Stellungnahme vor" in again.text


def test_a_cell_shows_shares_with_their_limits_and_the_spread_of_municipalities(
    visitor: Callable[[str], PortalClient],
) -> None:
    page = visitor("anonymous").get("/befunde/sinsheim/mobility_infrastructure").text
    bar = page.split('<svg class="bar"', 1)[1].split("</svg>", 1)[0]
    # 93 of 202 answers: 46 of 100, Wilson's limits 39 and 53
    assert "zwischen 39 und 53 von 100" in bar
    assert bar.count('class="ci"') == 3
    strip = page.split('<svg class="strip"', 1)[1].split("</svg>", 1)[0]
    assert "Neckarbischofsheim" in strip
    assert strip.count('class="member"') > 5


def test_the_matrix_puts_numbers_beside_the_county(visitor: Callable[[str], PortalClient]) -> None:
    page = visitor("anonymous").get("/befunde").text
    row = page.split("Arbeitsmarkt und Beschäftigung", 2)[2].split("</tr>", 1)[0]
    assert "Beschäftigungsquote" in row
    assert row.count(", im Landkreis 68,7") == 5
    without_figures = page.split("Pflege und Alter", 2)[2].split("</tr>", 1)[0]
    assert "im Landkreis" not in without_figures


def test_after_a_changed_proposal_nothing_is_taken_over_unseen(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    assert planner.submit(ADOPT, _filled(planner)).status_code == 302
    same = planner.get(ADOPT).text
    assert FIELDS["reason"] in same
    assert "Letzte Fassung vom" not in same
    assert re.search(r'name="adopted"[^>]*\bchecked', same)
    finding = _finding()
    kept = dict(finding.latest.proposal)
    with transaction():
        _finding().latest.proposal = {**kept, "assessment": "hidden", "figures": "unguenstig_auffaellig"}
    page = planner.get(ADOPT).text
    # The old words stand there to be read, and in no field.
    assert "Letzte Fassung vom" in page
    assert FIELDS["reason"] in page
    assert not re.search(r'name="adopted"[^>]*\bchecked', page)
    assert FIELDS["reason"] not in page.split('id="reason"', 1)[1].split("</textarea>", 1)[0]
    carried = {name: _hidden(page, name) for name in ("edition", "proposal")}
    blank = planner.submit(ADOPT, {**FIELDS, **carried, "adopted": "", "reason": ""})
    assert blank.status_code == 422
    assert 'href="#reason"' in blank.text
    # Differing from today's proposal with the old reason is refused; a new one is taken.
    other = {**FIELDS, **carried, "adopted": "confirmed"}
    assert _finding().latest.proposed.value != "confirmed"
    refused = planner.submit(ADOPT, other)
    assert refused.status_code == 422
    assert "Bitte begründen Sie neu" in refused.text
    assert planner.submit(ADOPT, {**other, "reason": "Heute sehen wir es so."}).status_code == 302
    assert len(_finding().versions) == 2


TITLE = "Abendbusse fehlen, schnelles Internet nicht überall"


def test_a_title_stands_wherever_the_finding_does(visitor: Callable[[str], PortalClient]) -> None:
    """On English pages it is marked as German; where the finding is open again the page names the topic."""
    anonymous = visitor("anonymous")
    for address in ("/", "/planungsraeume/sinsheim", "/befunde", "/befunde/sinsheim/mobility_infrastructure"):
        assert TITLE in anonymous.get(address).text, address
    assert TITLE in anonymous.get("/befunde?format=csv").data.decode("utf-8-sig")
    anonymous.set_cookie("sprache", "en", domain="portal.example")
    page = anonymous.get("/befunde/sinsheim/mobility_infrastructure").text
    assert f'<h1><span lang="de">{TITLE}</span></h1>' in page
    assert f'<span lang="de">{TITLE}</span>' in anonymous.get("/befunde").text


def test_a_finding_that_is_open_again_is_headed_by_its_topic(visitor: Callable[[str], PortalClient]) -> None:
    anonymous = visitor("anonymous")
    page = anonymous.get("/befunde/sinsheim/health").text
    assert "<h1>Gesundheit in Sinsheim</h1>" in page
    assert "Weite Wege zur Notaufnahme" in page
    assert "Weite Wege zur Notaufnahme" not in anonymous.get("/befunde").text


def test_the_page_of_an_area_says_where_recommendations_stand(visitor: Callable[[str], PortalClient]) -> None:
    page = visitor("anonymous").get("/planungsraeume/sinsheim").text
    told = page.split('id="empfehlungen"', 1)[1].split("</section>", 1)[0]
    mobility = told.split(TITLE, 1)[1].split("</li>", 1)[0]
    assert "läuft" in mobility
    assert "Kenntnis genommen. Die Verwaltung soll Kosten" in mobility
    assert "Nächster Schritt: Angebot für die Probezeit einholen (bis " in mobility
    assert "wird neu geprüft" in told.split("Weite Wege zur Notaufnahme", 1)[1].split("</li>", 1)[0]


def test_a_voice_is_quoted_from_public_minutes_alone(visitor: Callable[[str], PortalClient]) -> None:
    words = "Abends und am Wochenende fahren kaum Busse in die Ortsteile."
    page = visitor("anonymous").get("/planungsraeume/sinsheim").text
    quoted = page.split('<figure class="voice">', 1)[1].split("</figure>", 1)[0]
    assert words in quoted
    assert 'href="/protokolle/' in quoted
    with transaction():
        for minutes in db.session.scalars(select(Minutes)):
            minutes.is_public = False
        settings.bump("minutes")
    assert '<figure class="voice">' not in visitor("anonymous").get("/planungsraeume/sinsheim").text


def test_everybody_reads_the_course_of_what_was_published(visitor: Callable[[str], PortalClient]) -> None:
    page = visitor("anonymous").get("/befunde/sinsheim/mobility_infrastructure").text
    course = page.split('id="verlauf"', 1)[1].split("</section>", 1)[0]
    steps = [
        "Vorschlag der Regel übernommen und begründet", "Von einer zweiten Person mitgezeichnet",
        "Anhörung der Gemeinden begonnen", "Stellungnahme", "Veröffentlicht", "Beschluss", "Nächster Schritt",
    ]  # fmt: skip
    places = [course.index(step) for step in steps]
    assert places == sorted(places)
    assert "Amsel" not in course
