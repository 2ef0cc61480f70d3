"""Organisations and representations as administrators and planners see them."""

from datetime import date, timedelta

import pytest
from flask import Flask
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed
from portal.core.transaction import transaction
from portal.core.workbooks import XLSX
from portal.stakeholders import extension, services
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState, Person, Representation

STRANGERS = [role for role in Role if role not in {Role.ADMINISTRATOR, Role.PLANNER}]


@pytest.fixture
def laterne(app: Flask) -> Organisation:
    with transaction():
        return services.create_organisation(
            "Blaue Laterne", OrganisationKind.WELFARE_PROVIDER, actor=SYSTEM, state=OrganisationState.VERIFIED
        )


@pytest.fixture
def admin(browser: PortalClient) -> PortalClient:
    make_user("chef@kreis.example", Role.ADMINISTRATOR, name="Carla Chef")
    browser.sign_in("chef@kreis.example")
    return browser


def _represent(user: User, organisation: Organisation, **more: object) -> Representation:
    with transaction():
        person = services.person_behind(user, actor=SYSTEM)
        return services.represent(person, organisation, actor=SYSTEM, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", STRANGERS)
def test_others_see_and_change_nothing(browser: PortalClient, laterne: Organisation, role: Role) -> None:
    user = make_user("ada@verein.example", role)
    row = _represent(make_user("ben@verein.example", Role.PROVIDER), laterne)
    browser.sign_in("ada@verein.example")
    assert browser.get("/organisationen").status_code == 403
    assert browser.get("/organisationen?format=csv").status_code == 403
    assert browser.get(f"/organisationen/{laterne.public_id}").status_code == 404
    add = f"/konten/{user.public_id}/vertretungen/neu?organisation={laterne.public_id}"
    assert browser.get(add).status_code == 404
    assert browser.submit(add, {"valid_from": "2026-01-01", "deputy_of": ""}, page="/konto").status_code == 404
    assert browser.submit(f"/vertretungen/{row.public_id}/beenden", page="/konto").status_code == 404
    assert fresh(row).valid_to is None


def test_the_list_is_searched_filtered_and_downloaded(admin: PortalClient, laterne: Organisation) -> None:
    with transaction():
        services.create_organisation("Öffentliche Schule", OrganisationKind.SCHOOL, actor=SYSTEM)
        services.create_organisation("+49 Ruf", OrganisationKind.OTHER, actor=SYSTEM)

    def names(query: str) -> list[str]:
        page = admin.get(f"/organisationen?{query}").text
        found = ("Blaue Laterne", "Öffentliche Schule", "+49 Ruf")
        return sorted((name for name in found if f">{name}</a>" in page), key=page.index)

    assert names("") == ["+49 Ruf", "Blaue Laterne", "Öffentliche Schule"]
    assert names("suche=offent") == ["Öffentliche Schule"]
    assert names("art=school") == ["Öffentliche Schule"]
    assert names("stand=verified") == ["Blaue Laterne"]
    assert names("planungsraum=nirgends") == names("")
    workbook = admin.get("/organisationen?format=xlsx")
    assert workbook.mimetype == XLSX
    assert workbook.data[:2] == b"PK"
    text = admin.get("/organisationen?format=csv").data.decode("utf-8-sig")
    assert "'+49 Ruf" in text
    assert "Öffentliche Schule;Schule" in text


def test_planners_see_the_page_without_links_to_accounts(browser: PortalClient, laterne: Organisation) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER, name="Ada Muster")
    _represent(user, laterne, function="Geschäftsführung")
    make_user("plan@kreis.example", Role.PLANNER)
    browser.sign_in("plan@kreis.example")
    page = browser.get(f"/organisationen/{laterne.public_id}").text
    assert "Ada Muster" in page
    assert "Geschäftsführung" in page
    assert f"/konten/{user.public_id}" not in page


def test_a_representation_is_entered_on_the_account_and_ended(admin: PortalClient, laterne: Organisation) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER, name="Ada Muster")
    boss = make_user("ben@verein.example", Role.PROVIDER, name="Ben Muster")
    _represent(boss, laterne)
    deputy_of = db.session.scalars(select(Person.public_id).where(Person.user_id == boss.id)).one()
    account = f"/konten/{user.public_id}"
    assert "handelt für keine Organisation" in admin.get(account).text
    step = f"{account}/vertretungen/neu"
    assert f'value="{laterne.public_id}"' in admin.get(step).text
    form = f"{step}?organisation={laterne.public_id}"
    begin = clock.today() - timedelta(days=1)
    wrong = admin.submit(form, {"valid_from": begin.isoformat(), "valid_to": begin.isoformat(), "deputy_of": ""})
    assert wrong.status_code == 422
    assert 'href="#valid_to"' in wrong.text
    fields = {"function": "Leitung", "deputy_of": deputy_of, "valid_from": begin.isoformat(), "valid_to": ""}
    assert admin.submit(form, fields).location == account
    page = admin.get(account).text
    assert "Blaue Laterne" in page
    assert "Leitung, Stellvertretung für Ben Muster" in page
    again = admin.submit(form, {**fields, "deputy_of": ""})
    assert again.status_code == 422
    assert "schon für Blaue Laterne" in again.text
    db.session.rollback()
    row = db.session.scalars(select(Representation).where(Representation.function == "Leitung")).one()
    end = f"/vertretungen/{row.public_id}/beenden"
    assert "handelt ab sofort nicht mehr für Blaue Laterne" in admin.get(f"{end}?back={account}").text
    assert fresh(row).valid_to is None
    answer = admin.submit(end, {"back": account})
    assert answer.location == account
    assert fresh(row).valid_to == clock.today()
    assert "beendet" in admin.get(account).text


def test_the_way_back_after_ending_stays_here(admin: PortalClient, laterne: Organisation) -> None:
    row = _represent(make_user("ada@verein.example", Role.PROVIDER), laterne)
    path = f"/vertretungen/{row.public_id}/beenden"
    asked = admin.get(f"{path}?back=https://boese.example").text
    assert 'href="https://boese' not in asked
    assert 'value="https://boese' not in asked
    answer = admin.submit(path, {"back": "https://boese.example"})
    assert answer.location == f"/organisationen/{laterne.public_id}"


def test_an_unknown_organisation_is_not_represented(admin: PortalClient, laterne: Organisation) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    path = f"/konten/{user.public_id}/vertretungen/neu"
    fields = {"valid_from": "2026-01-01", "deputy_of": ""}
    assert admin.submit(f"{path}?organisation=fremd", fields, page="/konto").status_code == 404
    assert admin.submit(path, fields, page="/konto").status_code == 404
    assert db.session.scalars(select(Representation)).all() == []


def test_services_ask_who_acts(app: Flask, laterne: Organisation) -> None:
    actor = Actor(user=make_user("ada@verein.example", Role.MUNICIPALITY))
    row = _represent(make_user("ben@verein.example", Role.PROVIDER), laterne)
    with pytest.raises(NotAllowed), transaction():
        services.create_organisation("X", OrganisationKind.OTHER, actor=actor)
    with pytest.raises(NotAllowed), transaction():
        services.create_person("X", actor=actor)
    with pytest.raises(NotAllowed), transaction():
        services.end_representation(row, actor=actor)


def test_the_list_says_when_an_organisation_was_heard_last(
    admin: PortalClient, laterne: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        services.create_organisation("Stilles Haus", OrganisationKind.OTHER, actor=SYSTEM)
    earlier, later = {laterne.id: date(2026, 3, 4)}, {laterne.id: date(2026, 5, 6)}
    monkeypatch.setattr(extension, "last_heard", [lambda ids: later, lambda ids: earlier])
    page = admin.get("/organisationen").text
    assert "06.05.2026" in page.split("Blaue Laterne", 1)[1].split("</tr>", 1)[0]
    assert "–" in page.split("Stilles Haus", 1)[1].split("</tr>", 1)[0]
    assert "2026-05-06" in admin.get("/organisationen?format=csv").data.decode("utf-8-sig")
