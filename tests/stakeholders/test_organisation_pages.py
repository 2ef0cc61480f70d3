"""Organisations and representations as administrators and planners see them."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import literal, select

from portal.accounts.models import User
from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.choosing import MOST_CHOSEN
from portal.core.database import db
from portal.core.errors import NotAllowed
from portal.core.transaction import transaction
from portal.core.workbooks import XLSX
from portal.planning.models import Topic
from portal.settings import services as settings
from portal.stakeholders import extension, parameters, services
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


def test_who_was_not_heard_for_long_is_named_filtered_and_sorted(
    admin: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = clock.now() - timedelta(days=800)
    with clock.frozen(long_ago), transaction():
        rows = {
            name: services.create_organisation(
                name, OrganisationKind.INITIATIVE, actor=SYSTEM, state=OrganisationState.VERIFIED
            )
            for name in ("Altes Haus", "Lautes Haus", "Stummes Haus")
        }
        services.create_organisation(  # no voice that could be missing
            "Amtliches Haus", OrganisationKind.COUNTY_DEPARTMENT, actor=SYSTEM, state=OrganisationState.VERIFIED
        )
    with transaction():
        services.create_organisation(
            "Neues Haus", OrganisationKind.INITIATIVE, actor=SYSTEM, state=OrganisationState.VERIFIED
        )
    days = {
        rows["Altes Haus"].id: clock.today() - timedelta(days=400),
        rows["Lautes Haus"].id: clock.today() - timedelta(days=100),
    }
    monkeypatch.setattr(extension, "last_heard", [lambda ids: days])
    monkeypatch.setattr(
        extension,
        "heard_days",
        [lambda id_=id_, day=day: select(literal(id_), literal(day.isoformat())) for id_, day in days.items()],
    )

    def names(query: str) -> list[str]:
        page = admin.get(f"/organisationen?{query}").text
        return re.findall(r">(\w+ Haus)</a>", page)

    assert names("gehoert=lange-nicht") == ["Altes Haus", "Stummes Haus"]
    assert names("gehoert=nie") == ["Amtliches Haus", "Neues Haus", "Stummes Haus"]
    assert names("gehoert=zuletzt") == ["Lautes Haus"]
    assert names("sortierung=gehoert") == [
        "Amtliches Haus", "Neues Haus", "Stummes Haus", "Altes Haus", "Lautes Haus",
    ]  # fmt: skip
    assert names("sortierung=-gehoert")[:2] == ["Lautes Haus", "Altes Haus"]
    page = admin.get("/organisationen").text
    assert {name for name in rows if "lange nicht gehört" in row_of(page, name)} == {"Altes Haus", "Stummes Haus"}
    assert "geprüft" in row_of(page, "Neues Haus")
    assert "geprüft" in row_of(page, "Amtliches Haus")
    with transaction():
        settings.put(parameters.SILENT_AFTER, 2, actor=SYSTEM)
    assert names("gehoert=lange-nicht") == ["Altes Haus", "Lautes Haus", "Stummes Haus"]


def make_area(kind: AreaKind, name: str, county: Area | None = None) -> Area:
    area = Area(
        kind=kind, name=name, official_name=name, slug=name.lower().replace("ü", "ue"), is_own=True,
        key=None if county else "08999", county_id=None if county is None else county.id,
    )  # fmt: skip
    db.session.add(area)
    db.session.flush()
    return area


def row_of(page: str, name: str) -> str:
    return page.split(f">{name}</a>", 1)[1].split("</tr>", 1)[0]


def make_pending(*names: str, kind: OrganisationKind = OrganisationKind.INITIATIVE) -> list[Organisation]:
    with transaction():
        return [services.create_organisation(name, kind, actor=SYSTEM) for name in names]


def test_several_are_noted_as_checked_after_a_page_that_names_them(
    browser: PortalClient, laterne: Organisation
) -> None:
    make_user("plan@kreis.example", Role.PLANNER)
    browser.sign_in("plan@kreis.example")
    rows = make_pending("Erstes Haus", "Zweites Haus")
    other = make_pending("Drittes Haus", kind=OrganisationKind.OTHER)[0]
    ids = [row.public_id for row in (*rows, other, laterne)]
    asked = "/organisationen/auswahl/pruefung?" + "&".join(f"id={one}" for one in ids)
    page = browser.get(asked).text
    assert "2 Organisationen als geprüft vermerken" in page
    left = page.split("Bleiben, wie sie sind", 1)[1]
    assert "Drittes Haus" in left
    assert "Blaue Laterne" in left
    assert fresh(rows[0]).state is OrganisationState.PENDING
    done = browser.submit(
        "/organisationen/auswahl/pruefung", {"id": ids, "zurueck": "/organisationen?stand=pending"}, page=asked
    )
    assert done.location == "/organisationen?stand=pending"
    assert [fresh(row).state for row in rows] == [OrganisationState.VERIFIED] * 2
    assert fresh(other).state is OrganisationState.PENDING
    again = browser.submit("/organisationen/auswahl/pruefung", {"id": ids}, page="/konto")
    assert again.location == "/organisationen"


def test_several_get_topic_and_planning_area_and_keep_what_they_had(admin: PortalClient, laterne: Organisation) -> None:
    with transaction():
        county = make_area(AreaKind.COUNTY, "Kreis")
        north, south = (make_area(AreaKind.PLANNING_AREA, name, county) for name in ("Nord", "Süd"))
        laterne.areas = [north]
        db.session.add(Topic(key="health", name="Gesundheit", position=1))
    other = make_pending("Erstes Haus")[0]
    ids = [laterne.public_id, other.public_id, "erfunden"]
    path = "/organisationen/auswahl/zuordnen"
    asked = f"{path}?" + "&".join(f"id={one}" for one in ids)
    assert "2 Organisationen zuordnen" in admin.get(asked).text
    refused = admin.submit(path, {"id": ids}, page=asked)
    assert refused.status_code == 422
    assert "Bitte wählen Sie mindestens ein Thema oder einen Planungsraum." in refused.text
    done = admin.submit(
        path, {"id": ids, "areas": [south.slug], "topics": ["health"], "zurueck": "//fremd.example"}, page=asked
    )
    assert done.location == "/organisationen"
    assert {area.name for area in fresh(laterne).areas} == {"Nord", "Süd"}
    assert {area.name for area in fresh(other).areas} == {"Süd"}
    assert [topic.key for topic in fresh(other).topics] == ["health"]
    admin.submit(path, {"id": ids, "areas": [south.slug]}, page=asked)
    assert "schon zugeordnet" in admin.get("/organisationen").text


def test_an_act_without_a_choice_leads_back_with_words(admin: PortalClient, laterne: Organisation) -> None:
    answer = admin.get("/organisationen/auswahl/zuordnen?zurueck=/organisationen%3Fart%3Dschool")
    assert answer.location == "/organisationen?art=school"
    assert "Bitte wählen Sie zuerst" in admin.get("/organisationen").text


def test_all_of_a_page_are_chosen_by_a_link(admin: PortalClient, laterne: Organisation) -> None:
    make_pending("Erstes Haus")
    plain = admin.get("/organisationen").text
    assert 'name="id"' in plain
    assert " checked" not in plain
    assert admin.get("/organisationen?auswahl=alle").text.count(" checked") == 2
    # An administrator neither checks organisations nor invites.
    assert "/organisationen/auswahl/zuordnen" in plain
    assert "/organisationen/auswahl/pruefung" not in plain
    assert "/konferenzen/auswahl-einladen" not in plain


def test_more_than_two_filters_fold_unless_one_is_set(admin: PortalClient, laterne: Organisation) -> None:
    assert re.search(r'<details class="[^"]*filter-more"><summary>Filter</summary>', admin.get("/organisationen").text)
    narrowed = admin.get("/organisationen?art=school").text
    assert re.search(r'filter-more" open><summary>Filter \(1 gesetzt\)</summary>', narrowed)


def test_a_choice_goes_along_to_other_pages(admin: PortalClient, laterne: Organisation) -> None:
    rows = make_pending(*(f"Haus {number:02}" for number in range(30)))
    first, last = rows[0].public_id, rows[29].public_id
    plain = admin.get("/organisationen?anzahl=25").text
    assert "Beim Blättern bleibt Ihre Auswahl erhalten." in plain
    assert '<input type="hidden" name="anzahl" value="25">' in plain
    assert "auf anderen Seiten)" not in plain
    # what a browser sends with one row ticked and "Weiter" pressed
    second = admin.get(f"/organisationen?zurueck=x&anzahl=25&hier=1&id={first}&seite=2").text
    assert "(davon 1 auf anderen Seiten)" in second
    assert f'<input type="hidden" name="id" value="{first}">' in second
    assert "Seite 2 von 2" in second
    assert " checked" not in second
    # all of the second page, from its button: the page stays, the first choice as well
    everything = admin.get(f"/organisationen?anzahl=25&hier=2&id={first}&auswahl=alle").text
    assert everything.count(" checked") == 6
    assert "(davon 1 auf anderen Seiten)" in everything
    # back on the first page the row is ticked, and may be unticked: it is no hidden field there
    back = admin.get(f"/organisationen?anzahl=25&hier=2&id={first}&id={last}&seite=1").text
    assert re.search(rf'name="id" value="{first}" checked', back)
    assert f'type="hidden" name="id" value="{first}"' not in back
    assert "(davon 1 auf anderen Seiten)" in back
    asked = admin.get(f"/organisationen/auswahl/zuordnen?anzahl=25&hier=1&id={first}&id={last}").text
    assert "Haus 00" in asked
    assert "Haus 29" in asked


def test_a_choice_has_an_end_and_holds_public_ids_alone(admin: PortalClient, laterne: Organisation) -> None:
    make_pending(*(f"Haus {number:02}" for number in range(30)))
    many = "&".join(f"id={number:012}" for number in range(MOST_CHOSEN + 20))
    page = admin.get(f"/organisationen?anzahl=25&id=%3Cscript%3E&{many}").text
    assert f"(davon {MOST_CHOSEN} auf anderen Seiten)" in page
    assert "Mehr Zeilen lassen sich nicht auf einmal auswählen." in page
    assert "script&gt;" not in page


def test_the_list_names_the_town_of_each(admin: PortalClient, laterne: Organisation) -> None:
    other = make_pending("Rathaus")[0]
    with transaction():
        place = make_area(AreaKind.PLANNING_AREA, "Beispielstadt", make_area(AreaKind.COUNTY, "Kreis"))
        row = db.session.get_one(Organisation, laterne.id)
        row.postcode, row.town = "69999", "Musterdorf"
        db.session.get_one(Organisation, other.id).area = place
    listed = admin.get("/organisationen").text
    assert "Musterdorf" in listed
    assert '<span class="sub">Beispielstadt' in listed
    assert "69999" not in listed
