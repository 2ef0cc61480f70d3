"""An organisation registers, confirms its address by a button, and the county checks it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from portal_client import PASSWORD, PortalClient, fresh, make_user
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.areas.models import Area, AreaKind
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.outbox.models import OutboxMessage
from portal.planning.models import Topic
from portal.stakeholders import registration, services
from portal.stakeholders.models import (
    Organisation,
    OrganisationKind,
    OrganisationState,
    Registration,
    Representation,
)

NOON = datetime(2026, 12, 3, 11, 0, tzinfo=UTC)
Mails = Callable[[], list[OutboxMessage]]


@pytest.fixture(autouse=True)
def noon(app: Flask):
    with clock.frozen(NOON):
        yield


@pytest.fixture
def nord(app: Flask) -> Area:
    with transaction():
        county = Area(kind=AreaKind.COUNTY, key="99999", name="Musterkreis", official_name="Landkreis Musterkreis",
                      slug="musterkreis", sort_key="musterkreis", search_key="musterkreis", is_own=True)  # fmt: skip
        db.session.add(county)
        db.session.flush()
        area = Area(kind=AreaKind.PLANNING_AREA, key=None, name="Nord", official_name="Planungsraum Nord", slug="nord",
                    sort_key="nord", search_key="nord", is_own=True, county_id=county.id)  # fmt: skip
        db.session.add(area)
        db.session.add_all(
            [Topic(key="health", name="Gesundheit", position=1), Topic(key="sport", name="Sport", position=2)]
        )
    return area


@pytest.fixture
def fields(nord: Area) -> dict[str, object]:
    return {
        "organisation_name": "Tafelrunde Nord",
        "kind": "initiative",
        "umbrella": "",
        "area": "",
        "areas": [nord.public_id],
        "topics": ["sport"],
        "postcode": "74889",
        "person_name": "Ada Muster",
        "function": "Vorstand",
        "email": "ada@tafelrunde.example",
        "remark": "Wir kochen für alle.",
    }


def _link(mails: Mails) -> str:
    found = re.search(r"http://portal\.example(/registrieren/\S+)", mails()[-1].text)
    assert found is not None
    return found[1]


def _count(kind: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_from_the_form_to_the_county_s_check(
    browser: PortalClient, other_browser: PortalClient, mails: Mails, fields: dict[str, object]
) -> None:
    answer = browser.submit("/registrieren", fields)
    assert "Bitte sehen Sie in Ihr Postfach" in answer.text
    assert _count(Organisation) == 0
    path = _link(mails)
    assert "<dd>Sport</dd>" in browser.get(path).text
    assert browser.head(path).status_code == 200
    assert _count(Organisation) == 0
    assert browser.submit(path, {"password": PASSWORD}).status_code == 302
    db.session.rollback()
    organisation = db.session.scalars(select(Organisation)).one()
    assert organisation.state is OrganisationState.PENDING
    assert [area.name for area in organisation.areas] == ["Nord"]
    assert [topic.key for topic in organisation.topics] == ["sport"]
    assert browser.get(path).status_code == 404

    browser.sign_in("ada@tafelrunde.example")
    own = browser.get(f"/organisationen/{organisation.public_id}")
    assert "Der Landkreis prüft Ihre Organisation" in own.text
    assert browser.get(f"/organisationen/{organisation.public_id}/pruefung").status_code == 403

    make_user("amsel@kreis.example", Role.PLANNER)
    other_browser.sign_in("amsel@kreis.example")
    check = f"/organisationen/{organisation.public_id}/pruefung"
    asked = other_browser.get(check).text
    assert "Wir kochen für alle." in asked
    assert "<dd>Sport</dd>" in asked
    assert other_browser.submit(f"{check}/bestaetigen", {}, page=check).status_code == 302
    assert fresh(organisation).state is OrganisationState.VERIFIED
    assert mails()[-1].recipient == "ada@tafelrunde.example"
    assert "geprüft" in mails()[-1].text


def test_a_form_sent_twice_is_one_registration(browser: PortalClient, mails: Mails, fields: dict[str, object]) -> None:
    for _click in range(2):
        assert "Bitte sehen Sie in Ihr Postfach" in browser.submit("/registrieren", fields).text
    assert len(mails()) == 1
    assert _count(Registration) == 1
    first = _link(mails)
    with clock.frozen(NOON + registration.SAME_WITHIN + timedelta(minutes=1)):
        browser.submit("/registrieren", fields)
        assert len(mails()) == 2  # whoever comes back later has not found the mail
        assert browser.get(first).status_code == 404
        assert browser.submit(_link(mails), {"password": PASSWORD}).status_code == 302
    assert _count(Organisation) == 1


def test_registered_again_after_confirming_there_is_still_one_organisation(
    browser: PortalClient, mails: Mails, fields: dict[str, object]
) -> None:
    browser.submit("/registrieren", fields)
    browser.submit(_link(mails), {"password": PASSWORD})
    browser.submit("/registrieren", fields)
    assert len(mails()) == 2
    assert browser.submit(_link(mails), {"password": PASSWORD}).status_code == 302
    assert _count(Organisation) == 1
    browser.submit("/registrieren", fields | {"organisation_name": "Tafelrunde Süd"})
    browser.submit(_link(mails), {"password": PASSWORD})
    assert _count(Organisation) == 2


def test_a_refusal_needs_its_reason_and_tells_it(
    browser: PortalClient, other_browser: PortalClient, mails: Mails, fields: dict[str, object]
) -> None:
    browser.submit("/registrieren", fields)
    browser.submit(_link(mails), {"password": PASSWORD})
    db.session.rollback()
    organisation = db.session.scalars(select(Organisation)).one()
    make_user("amsel@kreis.example", Role.PLANNER)
    other_browser.sign_in("amsel@kreis.example")
    check = f"/organisationen/{organisation.public_id}/pruefung"
    assert other_browser.submit(f"{check}/ablehnen", {"reason": " "}, page=check).status_code == 422
    assert fresh(organisation).state is OrganisationState.PENDING
    before = len(mails())
    other_browser.submit(f"{check}/ablehnen", {"reason": "Sie arbeiten nicht im Kreis."}, page=check)
    other_browser.submit(f"{check}/ablehnen", {"reason": "Sie arbeiten nicht im Kreis."}, page=check)
    assert fresh(organisation).state is OrganisationState.REFUSED
    assert "Sie arbeiten nicht im Kreis." in mails()[-1].text
    assert len(mails()) == before + 1
    browser.sign_in("ada@tafelrunde.example")
    page = f"/organisationen/{organisation.public_id}"
    assert "Sie arbeiten nicht im Kreis." in browser.get(page).text
    browser.submit(f"{page}/erneut-pruefen", {}, page=page)
    assert fresh(organisation).state is OrganisationState.PENDING


@pytest.mark.parametrize("has_account", [True, False])
def test_nobody_checks_the_organisation_they_speak_for(
    browser: PortalClient, other_browser: PortalClient, app: Flask, nord: Area, has_account: bool
) -> None:
    """By the planner's account, or by a person that only shares her address; nor once she has stepped back."""
    user = make_user("amsel@kreis.example", Role.PLANNER)
    make_user("zweite@kreis.example", Role.PLANNER)
    with transaction():
        organisation = services.create_organisation("Eigener Verein", OrganisationKind.INITIATIVE, actor=SYSTEM)
        person = (
            services.person_behind(user, actor=SYSTEM)
            if has_account
            else services.create_person("Anke", actor=SYSTEM, email=user.email)
        )
        own = services.represent(person, organisation, actor=SYSTEM, valid_from=clock.today() - timedelta(days=9))
    browser.sign_in("amsel@kreis.example")
    other_browser.sign_in("zweite@kreis.example")
    check = f"/organisationen/{organisation.public_id}/pruefung"
    page = browser.get(check).text
    assert "Prüfen muss sie eine andere Person" in page
    assert "Als geprüft vermerken" not in page
    assert browser.submit(f"{check}/bestaetigen", {}, page=check).status_code == 422
    with transaction():
        services.end_representation(own, actor=SYSTEM)
    refused = browser.submit(f"{check}/bestaetigen", {}, page=check)
    assert refused.status_code == 422
    assert "Prüfen muss sie eine andere Person" in refused.text
    assert fresh(organisation).state is OrganisationState.PENDING
    assert "Als geprüft vermerken" in other_browser.get(check).text
    assert other_browser.submit(f"{check}/bestaetigen", {}, page=check).status_code == 302
    assert fresh(organisation).state is OrganisationState.VERIFIED


def test_known_and_unknown_addresses_are_answered_alike(
    browser: PortalClient, mails: Mails, fields: dict[str, object]
) -> None:
    make_user("ada@tafelrunde.example", Role.PROVIDER)
    known = browser.submit("/registrieren", fields).text
    unknown = browser.submit("/registrieren", {**fields, "email": "neu@tafelrunde.example"}).text
    assert known.replace("ada@", "neu@") == unknown


def test_a_filled_trap_sends_nothing_and_says_so_to_whoever_is_no_robot(
    browser: PortalClient, mails: Mails, fields: dict[str, object]
) -> None:
    trapped = browser.submit("/registrieren", {**fields, "surplus": "https://x.example"})
    assert trapped.status_code == 422
    assert "Noch ist nichts gesendet" in trapped.text
    assert "https://x.example" not in trapped.text
    assert str(fields["organisation_name"]) in trapped.text
    assert mails() == []
    assert _count(Registration) == 0
    assert "Bitte sehen Sie in Ihr Postfach" in browser.submit("/registrieren", fields).text
    assert len(mails()) == 1


@pytest.mark.parametrize("address", ["/registrieren", "/barrierefreiheit"])
def test_no_browser_completes_the_trap(browser: PortalClient, address: str) -> None:
    trap = re.search(r'<div hidden>.*?(<input[^>]*name="surplus"[^>]*>)</div>', browser.get(address).text)
    assert trap is not None
    assert 'autocomplete="off"' in trap[1]
    assert 'tabindex="-1"' in trap[1]


def test_whoever_has_an_account_keeps_the_password(
    browser: PortalClient, mails: Mails, fields: dict[str, object]
) -> None:
    user = make_user("ada@tafelrunde.example", Role.COMMITTEE)
    hash_before = user.password
    browser.submit("/registrieren", fields)
    assert browser.submit(_link(mails), {"password": "ein ganz anderes Passwort"}).status_code == 302
    user = fresh(user)
    assert user.password == hash_before
    assert user.role_set == {Role.COMMITTEE, Role.PROVIDER}
    assert _count(User) == 1


def test_two_clicks_make_one_organisation(app: Flask, mails: Mails, nord: Area) -> None:
    with transaction():
        registration.register(
            "Tafelrunde", OrganisationKind.INITIATIVE, person_name="Ada", email="ada@x.example", areas=[nord]
        )
    token = _link(mails).rpartition("/")[2]
    with transaction():
        registration.confirm(token, password_hash="x")
    from portal.core.errors import NotFound

    with pytest.raises(NotFound), transaction():
        registration.confirm(token, password_hash="x")
    assert _count(Organisation) == 1


def test_a_link_expires_and_the_row_is_forgotten(
    browser: PortalClient, mails: Mails, fields: dict[str, object]
) -> None:
    browser.submit("/registrieren", fields)
    path = _link(mails)
    with clock.frozen(NOON + registration.CONFIRM_WITHIN + timedelta(seconds=1)):
        assert browser.get(path).status_code == 404
        assert browser.submit(path, {"password": PASSWORD}, page="/registrieren").status_code == 404
    with clock.frozen(NOON + timedelta(days=31)), transaction():
        assert registration.forget_old() == 1
    assert _count(Registration) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"areas": []}, "mindestens einen Planungsraum"),
        ({"kind": "municipality"}, "für welchen Ort"),
        ({"kind": "county_department"}, "aus der Liste"),
        ({"postcode": "ABC"}, "fünf Ziffern"),
        ({"email": "keine adresse"}, "E-Mail-Adresse"),
        ({"organisation_name": ""}, "füllen Sie dieses Feld aus"),
        ({"remark": "x" * 2001}, "2.000 Zeichen"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_lost(
    browser: PortalClient, mails: Mails, fields: dict[str, object], change: dict[str, object], words: str
) -> None:
    answer = browser.submit("/registrieren", {**fields, **change})
    assert answer.status_code == 422
    assert words in answer.text
    if "person_name" not in change:
        assert 'value="Ada Muster"' in answer.text
    assert mails() == []


def test_a_name_cannot_become_a_header(browser: PortalClient, mails: Mails, fields: dict[str, object]) -> None:
    browser.submit("/registrieren", {**fields, "person_name": "Ada\r\nBcc: alle@kreis.example"})
    assert mails()[-1].recipient_name == "Ada Bcc: alle@kreis.example"


def test_a_colleague_is_invited_and_acts(
    browser: PortalClient, other_browser: PortalClient, mails: Mails, fields: dict[str, object]
) -> None:
    browser.submit("/registrieren", fields)
    browser.submit(_link(mails), {"password": PASSWORD})
    browser.sign_in("ada@tafelrunde.example")
    db.session.rollback()
    organisation = db.session.scalars(select(Organisation)).one()
    path = f"/organisationen/{organisation.public_id}/kollegium/neu"
    form = {"name": "Ben Muster", "email": "ben@tafelrunde.example", "function": "Kasse", "is_deputy": "y"}
    assert browser.submit(path, form).status_code == 302
    assert browser.submit(path, form).status_code == 422
    db.session.rollback()
    rows = db.session.scalars(select(Representation).order_by(Representation.id)).all()
    assert [(row.person.name, row.deputy_of.name if row.deputy_of else None) for row in rows] == [
        ("Ada Muster", None),
        ("Ben Muster", "Ada Muster"),
    ]
    assert mails()[-1].recipient == "ben@tafelrunde.example"

    make_user("eve@andere.example", Role.PROVIDER, name="Eve")
    other_browser.sign_in("eve@andere.example")
    for foreign in ("", "/bearbeiten", "/kollegium/neu", "/pruefung"):
        assert other_browser.get(f"/organisationen/{organisation.public_id}{foreign}").status_code in {403, 404}
    page = "/konto"
    for foreign in ("/bearbeiten", "/kollegium/neu", "/erneut-pruefen", "/pruefung/bestaetigen", "/pruefung/ablehnen"):
        answer = other_browser.submit(f"/organisationen/{organisation.public_id}{foreign}", {}, page=page)
        assert answer.status_code in {403, 404}
    assert fresh(organisation).state is OrganisationState.PENDING


def test_what_the_county_checked_only_the_county_renames(browser: PortalClient, app: Flask, nord: Area) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    with transaction():
        organisation = services.create_organisation(
            "Blaue Laterne",
            OrganisationKind.WELFARE_PROVIDER,
            actor=SYSTEM,
            state=OrganisationState.VERIFIED,
            areas=[nord],
        )
        services.represent(services.person_behind(user, actor=SYSTEM), organisation, actor=SYSTEM)
    browser.sign_in("ada@verein.example")
    path = f"/organisationen/{organisation.public_id}/bearbeiten"
    changed = {
        "umbrella": "",
        "name": "Rote Laterne",
        "street": "Am Markt 1",
        "postcode": "69168",
        "town": "Wiesloch",
        "areas": [nord.public_id],
    }
    assert browser.submit(path, changed).status_code == 422
    assert fresh(organisation).name == "Blaue Laterne"
    assert browser.submit(path, {**changed, "name": "Blaue Laterne"}).status_code == 302
    assert fresh(organisation).postal_lines == ["Am Markt 1", "69168 Wiesloch"]
    assert "Am Markt 1, 69168 Wiesloch" in browser.get(f"/organisationen/{organisation.public_id}").text


def test_an_organisation_and_planners_choose_its_topics_and_the_list_finds_it_by_them(
    browser: PortalClient, other_browser: PortalClient, app: Flask, nord: Area
) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    with transaction():
        laterne, _other = (
            services.create_organisation(
                name, OrganisationKind.SCHOOL, actor=SYSTEM, state=OrganisationState.VERIFIED, areas=[nord]
            )
            for name in ("Blaue Laterne", "Roter Korb")
        )
        services.represent(services.person_behind(user, actor=SYSTEM), laterne, actor=SYSTEM)
    make_user("amsel@kreis.example", Role.PLANNER)
    own, page = f"/organisationen/{laterne.public_id}/bearbeiten", f"/organisationen/{laterne.public_id}"
    fields = {
        "name": "Blaue Laterne",
        "umbrella": "",
        "street": "",
        "postcode": "",
        "town": "",
        "areas": nord.public_id,
    }
    browser.sign_in("ada@verein.example")
    other_browser.sign_in("amsel@kreis.example")

    def listed(topic: str) -> list[str]:
        text = other_browser.get(f"/organisationen?thema={topic}").text
        return [name for name in ("Blaue Laterne", "Roter Korb") if f">{name}</a>" in text]

    assert listed("health") == []
    assert browser.submit(own, {**fields, "topics": ["erfunden"]}).status_code == 422
    assert browser.submit(own, {**fields, "topics": ["sport", "health"]}).status_code == 302
    assert "<dd>Gesundheit, Sport</dd>" in browser.get(page).text
    assert listed("health") == listed("sport") == ["Blaue Laterne"]
    assert "Gesundheit, Sport" in other_browser.get("/organisationen?format=csv").data.decode("utf-8-sig")
    # The second time nothing changes, and nothing is written down.
    assert browser.submit(own, {**fields, "topics": ["health", "sport"]}).status_code == 302
    assert other_browser.submit(own, {**fields, "topics": ["sport"]}).status_code == 302
    assert listed("health") == []
    assert listed("") == ["Blaue Laterne", "Roter Korb"]
    db.session.rollback()
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "stakeholders.organisation_changed").order_by(AuditEntry.id)
    )
    assert [entry.details for entry in entries] == [{"topics": ["health", "sport"]}, {"topics": ["sport"]}]


def test_before_there_are_planning_areas_everybody_registers_and_corrects_without(
    browser: PortalClient, mails: Mails, fields: dict[str, object], nord: Area
) -> None:
    with transaction():
        db.session.get_one(Area, nord.id).is_own = False
    page = browser.get("/registrieren").text
    assert "Die Planungsräume stehen noch nicht fest." in page
    assert 'name="areas"' not in page
    assert "Bitte sehen Sie in Ihr Postfach" in browser.submit("/registrieren", {**fields, "areas": []}).text
    assert browser.submit(_link(mails), {"password": PASSWORD}).status_code == 302
    db.session.rollback()
    organisation = db.session.scalars(select(Organisation)).one()
    own = f"/organisationen/{organisation.public_id}/bearbeiten"
    corrected = {"name": "Tafelrunde", "umbrella": "", "street": "Weg 1", "postcode": "74889", "town": "Sinsheim"}
    browser.sign_in("ada@tafelrunde.example")
    assert browser.submit(own, corrected).status_code == 302
    assert fresh(organisation).street == "Weg 1"
    # As soon as there are some, they are asked for.
    with transaction():
        db.session.get_one(Area, nord.id).is_own = True
    assert browser.submit(own, corrected).status_code == 422


def test_a_municipality_corrects_its_particulars_without_naming_an_area(browser: PortalClient, nord: Area) -> None:
    user = make_user("rathaus@dorf.example", Role.MUNICIPALITY)
    with transaction():
        place = Area(kind=AreaKind.MUNICIPALITY, key="99999001", name="Dorf", official_name="Dorf", slug="dorf",
                     sort_key="dorf", search_key="dorf", is_own=True, county_id=nord.county_id)  # fmt: skip
        db.session.add(place)
        organisation = services.create_organisation("Rathaus", OrganisationKind.MUNICIPALITY, actor=SYSTEM, area=place)
        services.represent(services.person_behind(user, actor=SYSTEM), organisation, actor=SYSTEM)
    browser.sign_in("rathaus@dorf.example")
    own = f"/organisationen/{organisation.public_id}"
    assert "Ohne Angabe gilt der Planungsraum, in dem Dorf liegt." in browser.get(f"{own}/bearbeiten").text
    fields = {"name": "Rathaus", "umbrella": "", "street": "Markt 1", "postcode": "74889", "town": "Dorf"}
    assert browser.submit(f"{own}/bearbeiten", fields).status_code == 302
    assert fresh(organisation).street == "Markt 1"
    assert "<dt>Arbeitet in</dt><dd>Dorf</dd>" in browser.get(own).text


def test_a_registration_that_does_not_fit_says_everything_at_once(
    browser: PortalClient, fields: dict[str, object]
) -> None:
    answer = browser.submit("/registrieren", {**fields, "areas": [], "postcode": "12", "organisation_name": ""})
    assert answer.status_code == 422
    assert "3 Angaben passen noch nicht" in answer.text
    answer = browser.submit("/registrieren", {**fields, "areas": [], "email": "keine"})
    assert "2 Angaben passen noch nicht" in answer.text
