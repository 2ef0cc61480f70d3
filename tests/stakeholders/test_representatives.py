"""Adding and ending a representation from the organisation's page."""

from datetime import date

import pytest
from flask import Flask
from portal_client import PortalClient, make_user
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.stakeholders import queries, services
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState, Person, Representation


@pytest.fixture
def laterne(app: Flask) -> Organisation:
    with transaction():
        return services.create_organisation(
            "Blaue Laterne", OrganisationKind.WELFARE_PROVIDER, actor=SYSTEM, state=OrganisationState.VERIFIED
        )


@pytest.fixture
def planner(browser: PortalClient) -> PortalClient:
    make_user("planung@kreis.example", Role.PLANNER, name="Petra Planung")
    browser.sign_in("planung@kreis.example")
    return browser


def _person(name: str, email: str | None = None) -> Person:
    with transaction():
        return services.create_person(name, actor=SYSTEM, email=email)


def _rows(organisation: Organisation) -> list[Representation]:
    db.session.rollback()
    return list(db.session.scalars(select(Representation).filter_by(organisation_id=organisation.id)))


def test_a_known_person_is_found_chosen_and_entered(planner: PortalClient, laterne: Organisation) -> None:
    ada = _person("Ada Öztürk", "ada@verein.example")
    _person("Ben Beispiel")
    page = f"/organisationen/{laterne.public_id}"
    add = f"{page}/vertretungen/neu"
    assert add in planner.get(page).text
    empty = planner.get(add).text
    assert "Öztürk" not in empty  # nobody is listed before somebody is looked for
    for search in ("ozturk", "ADA oz", "ada@verein"):
        found = planner.get(f"{add}?suche={search}").text
        assert f"person={ada.public_id}" in found
        assert "Ben Beispiel" not in found
    assert "Niemand gefunden." in planner.get(f"{add}?suche=Nirgendwo").text
    chosen = f"{add}?person={ada.public_id}"
    assert "Ada Öztürk handelt für Blaue Laterne." in planner.get(chosen).text
    fields = {"function": "Leitung", "deputy_of": "", "valid_from": "2026-01-15", "valid_to": "2027-02-01"}
    assert planner.submit(chosen, fields).location == page
    (row,) = _rows(laterne)
    assert (row.person_id, row.function) == (ada.id, "Leitung")
    assert (row.valid_from, row.valid_to) == (date(2026, 1, 15), date(2027, 2, 1))
    assert "Ada Öztürk" in planner.get(page).text


def test_somebody_new_is_entered_with_the_representation(planner: PortalClient, laterne: Organisation) -> None:
    ada = _person("Ada Öztürk")
    with transaction():
        services.represent(ada, laterne, actor=SYSTEM)
    add = f"/organisationen/{laterne.public_id}/vertretungen/neu?person=neu"
    assert "keine Stellvertretung" in planner.get(add).text
    fields = {
        "name": "Nele Neu", "email": "Nele@Verein.example", "function": "", "deputy_of": ada.public_id,
        "valid_from": clock.today().isoformat(), "valid_to": "",
    }  # fmt: skip
    assert planner.submit(add, fields).status_code == 302
    db.session.rollback()
    nele = db.session.scalars(select(Person).filter_by(name="Nele Neu")).one()
    assert (nele.email, nele.user_id) == ("nele@verein.example", None)
    assert [row.deputy_of_id for row in _rows(laterne) if row.person_id == nele.id] == [ada.id]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"name": ""}, "name", "Bitte geben Sie einen Namen an."),
        ({"email": "keine Adresse"}, "email", "vollständige E-Mail-Adresse"),
        ({"email": "ADA@verein.example"}, "email", "gehört schon zu Ada Öztürk"),
        ({"valid_to": "2026-01-01"}, "valid_to", "Das Ende liegt nicht nach dem Beginn."),
    ],
)
def test_refusals_keep_what_was_typed_and_make_nobody(
    planner: PortalClient, laterne: Organisation, given: dict[str, str], field: str, words: str
) -> None:
    _person("Ada Öztürk", "ada@verein.example")
    add = f"/organisationen/{laterne.public_id}/vertretungen/neu?person=neu"
    fields = {
        "name": "Nele Neu", "email": "", "function": "Beirätin", "deputy_of": "", "valid_from": "2026-02-01",
        "valid_to": "",
    }  # fmt: skip
    answer = planner.submit(add, fields | given)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'href="#{field}"' in answer.text
    assert 'value="Beirätin"' in answer.text
    assert _rows(laterne) == []
    assert db.session.scalars(select(Person).filter_by(name="Nele Neu")).all() == []


def test_a_second_representation_at_the_same_time_is_refused(planner: PortalClient, laterne: Organisation) -> None:
    ada = _person("Ada Öztürk")
    with transaction():
        services.represent(ada, laterne, actor=SYSTEM)
    chosen = f"/organisationen/{laterne.public_id}/vertretungen/neu?person={ada.public_id}"
    fields = {"function": "", "deputy_of": "", "valid_from": clock.today().isoformat(), "valid_to": ""}
    answer = planner.submit(chosen, fields)
    assert answer.status_code == 422
    assert "handelt in dieser Zeit schon für Blaue Laterne" in answer.text
    assert len(_rows(laterne)) == 1


def test_ending_asks_first_and_leads_back(planner: PortalClient, laterne: Organisation) -> None:
    ada = _person("Ada Öztürk")
    with transaction():
        row = services.represent(ada, laterne, actor=SYSTEM, valid_from=date(2026, 1, 1))
    page = f"/organisationen/{laterne.public_id}"
    end = f"/vertretungen/{row.public_id}/beenden"
    assert end in planner.get(page).text
    assert "handelt ab sofort nicht mehr für Blaue Laterne" in planner.get(end).text
    assert planner.submit(end, {"back": page}).location == page
    assert [row.valid_to for row in _rows(laterne)] == [clock.today()]


def test_unknown_people_and_people_without_the_right_find_nothing(
    planner: PortalClient, other_browser: PortalClient, laterne: Organisation
) -> None:
    add = f"/organisationen/{laterne.public_id}/vertretungen/neu"
    assert planner.get(f"{add}?person=AAAAAAAAAAAA").status_code == 404
    user = make_user("ada@verein.example", Role.PROVIDER)
    with transaction():
        services.represent(services.person_behind(user, actor=SYSTEM), laterne, actor=SYSTEM)
    other_browser.sign_in("ada@verein.example")
    assert other_browser.get(f"/organisationen/{laterne.public_id}").status_code == 200
    assert other_browser.get(f"{add}?suche=ada").status_code == 403
    assert add not in other_browser.get(f"/organisationen/{laterne.public_id}").text


def test_a_search_shows_the_first_and_takes_signs_as_they_are(app: Flask, laterne: Organisation) -> None:
    for number in range(queries.PEOPLE_SHOWN + 3):
        _person(f"Person {number}")
    assert len(queries.people_like(SYSTEM, "person")) == queries.PEOPLE_SHOWN
    assert queries.people_like(SYSTEM, "  ") == []
    assert queries.people_like(SYSTEM, "100%") == []
