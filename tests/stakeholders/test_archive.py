"""Organisations in the archive: out of use, with everything they said."""

import html
import re

import pytest
from flask import Flask
from planned_events import make_county, make_member, make_planned
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.audit.models import AuditEntry
from portal.conferences import due_queries
from portal.conferences.models import Invitation
from portal.conferences.services import invitees, sending
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.needs import drafts
from portal.needs.models import StatementKind
from portal.stakeholders import archive, queries, registration, services
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState

PATH = "/organisationen/auswahl/archiv"
BACK = "/organisationen/auswahl/aus-dem-archiv"


def make(name: str, state: OrganisationState = OrganisationState.VERIFIED) -> Organisation:
    with transaction():
        return services.create_organisation(name, OrganisationKind.WELFARE_PROVIDER, actor=SYSTEM, state=state)


def put_away(*rows: Organisation, reason: str = "") -> int:
    with transaction():
        return archive.archive(rows, actor=SYSTEM, reason=reason)


@pytest.fixture
def planner(browser: PortalClient) -> PortalClient:
    make_user("plan@kreis.example", Role.PLANNER)
    browser.sign_in("plan@kreis.example")
    return browser


def test_several_go_into_the_archive_and_come_back_as_they_were(planner: PortalClient) -> None:
    lantern, well = make("Blaue Laterne"), make("Alter Brunnen", OrganisationState.REFUSED)
    ids = [lantern.public_id, well.public_id]
    asked = f"{PATH}?" + "&".join(f"id={one}" for one in ids)
    page = planner.get(asked).text
    assert "2 Organisationen ins Archiv legen" in page
    assert "Das läuft noch" not in page
    assert fresh(lantern).state is OrganisationState.VERIFIED
    done = planner.submit(PATH, {"id": ids, "reason": "Verein aufgelöst", "zurueck": "/organisationen"}, page=asked)
    assert done.location == "/organisationen"
    listed = planner.get("/organisationen").text
    assert "2 Organisationen wurden ins Archiv gelegt." in listed
    assert "Rückgängig machen" in listed
    assert "Blaue Laterne</a>" not in listed
    assert fresh(lantern).archived_at is not None
    shown = planner.get("/organisationen?stand=archived").text
    assert "Blaue Laterne</a>" in shown
    assert BACK in shown
    assert PATH not in shown
    assert "Blaue Laterne</a>" in planner.get("/organisationen?stand=mit-archiv").text
    assert "stand=archived" in planner.get("/organisationen?suche=laterne").text
    own = planner.get(f"/organisationen/{lantern.public_id}").text
    assert "Verein aufgelöst" in own
    planner.submit(BACK, {"id": ids}, page=f"{BACK}?id={ids[0]}&id={ids[1]}")
    assert [fresh(row).state for row in (lantern, well)] == [OrganisationState.VERIFIED, OrganisationState.REFUSED]
    assert (fresh(lantern).archived_at, fresh(lantern).archive_reason) == (None, "")
    actions = list(
        db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("stakeholders.organisation_%ed")))
    )
    assert actions.count("stakeholders.organisation_archived") == 2
    assert actions.count("stakeholders.organisation_restored") == 2


def test_sent_twice_it_says_so_and_offers_no_way_back(planner: PortalClient) -> None:
    lantern = make("Blaue Laterne")
    asked = f"{PATH}?id={lantern.public_id}"
    for _again in range(2):
        planner.submit(PATH, {"id": [lantern.public_id], "reason": "", "zurueck": "/konten"}, page=asked)
    shown = planner.get("/organisationen").text
    assert "Im Archiv standen alle schon." in shown
    assert "Rückgängig machen" not in shown


def test_the_way_back_leads_to_those_alone_that_this_act_put_there(planner: PortalClient) -> None:
    lantern, well = make("Blaue Laterne"), make("Alter Brunnen")
    for ids in ([well.public_id], [lantern.public_id, well.public_id]):
        planner.submit(PATH, {"id": ids, "reason": "", "zurueck": "/organisationen"}, page=f"{PATH}?id={ids[0]}")
    listed = planner.get("/organisationen").text
    (link,) = re.findall(r'href="([^"]*)">Rückgängig machen', listed)
    assert lantern.public_id in link
    assert well.public_id not in link


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (PATH, "Abbrechen"),
        ("/organisationen/auswahl/pruefung", "Abbrechen"),
        ("/organisationen/auswahl/zuordnen", "Abbrechen"),
        ("/konferenzen/auswahl-einladen", "Zurück zur Liste"),
    ],
)
def test_who_breaks_off_finds_the_same_rows_ticked(planner: PortalClient, path: str, words: str) -> None:
    rows = [make("Blaue Laterne", OrganisationState.PENDING), make("Alter Brunnen"), make("Drittes Haus")]
    ids = "&".join(f"id={row.public_id}" for row in rows[:2])
    page = planner.get(f"{path}?{ids}&zurueck=/organisationen%3Fsortierung%3Dart").text
    (link,) = re.findall(rf'href="([^"]*)"[^>]*>{words}<', page)
    assert "sortierung=art" in link
    listed = planner.get(html.unescape(link)).text
    assert [row.public_id in re.findall(r'name="id" value="(\w+)" checked', listed) for row in rows] == [
        True,
        True,
        False,
    ]


def test_breaking_off_on_the_page_of_one_leads_back_to_it(planner: PortalClient) -> None:
    lantern = make("Blaue Laterne")
    here = f"/organisationen/{lantern.public_id}"
    page = planner.get(f"{PATH}?id={lantern.public_id}&zurueck={here}").text
    assert re.search(rf'href="{here}"[^>]*>Abbrechen<', page)


def test_the_archive_is_for_planners_and_asks_for_a_choice(planner: PortalClient, other_browser: PortalClient) -> None:
    lantern = make("Blaue Laterne")
    assert planner.get(PATH).location == "/organisationen"
    make_user("chef@kreis.example", Role.ADMINISTRATOR)
    other_browser.sign_in("chef@kreis.example")
    assert other_browser.get(f"{PATH}?id={lantern.public_id}").status_code == 403
    assert PATH not in other_browser.get("/organisationen").text
    actor = Actor(user=make_user("ada@verein.example", Role.PROVIDER))
    with pytest.raises(NotAllowed), transaction():
        archive.archive([lantern], actor=actor)
    with pytest.raises(NotAllowed), transaction():
        archive.restore([lantern], actor=actor)


def test_a_reason_that_is_too_long_is_refused_and_kept(planner: PortalClient) -> None:
    lantern = make("Blaue Laterne")
    refused = planner.submit(
        PATH, {"id": lantern.public_id, "reason": "x" * 2001}, page=f"{PATH}?id={lantern.public_id}"
    )
    assert refused.status_code == 422
    assert "x" * 2001 in refused.text
    assert fresh(lantern).state is OrganisationState.VERIFIED


def test_twice_is_once(app: Flask) -> None:
    lantern = make("Blaue Laterne")
    assert put_away(lantern, reason="aufgelöst") == 1
    assert put_away(lantern, reason="anders") == 0
    assert fresh(lantern).archive_reason == "aufgelöst"


def test_the_database_knows_no_half_archive(app: Flask) -> None:
    lantern = make("Blaue Laterne")
    with pytest.raises(IntegrityError, match=r"archive_is_dated"), transaction():
        fresh(lantern).state = OrganisationState.ARCHIVED
        db.session.flush()


def test_who_is_in_the_archive_is_neither_checked_nor_refused_nor_offered(app: Flask) -> None:
    lantern = make("Blaue Laterne")
    put_away(lantern)
    actor = Actor(user=make_user("plan@kreis.example", Role.PLANNER))
    assert queries.organisation_choices(actor) == []
    with pytest.raises(Refusal, match="steht im Archiv"), transaction():
        registration.verify(fresh(lantern), actor=actor)
    with pytest.raises(Refusal, match="steht im Archiv"), transaction():
        registration.refuse(fresh(lantern), "doppelt", actor=actor)


def test_the_planner_is_told_that_a_registered_one_stands_in_the_archive(planner: PortalClient) -> None:
    put_away(make("Blaue Laterne"))
    again = make("Blaue Laterne", OrganisationState.PENDING)
    page = planner.get(f"/organisationen/{again.public_id}/pruefung").text
    assert "Blaue Laterne</a> (im Archiv)" in page
    assert "Eine davon steht im Archiv" in page


def test_its_people_see_a_plain_sentence_and_put_nothing_forward(browser: PortalClient) -> None:
    make_county()
    lantern = make("Blaue Laterne")
    user = make_user("ada@verein.example", Role.PROVIDER)
    with transaction():
        person = services.person_behind(user, actor=SYSTEM)
        row = services.represent(person, lantern, actor=SYSTEM)
    browser.sign_in("ada@verein.example")
    assert "/bedarfe/neu" in browser.get("/bedarfe").text
    put_away(lantern, reason="Verein aufgelöst")
    assert "/bedarfe/neu" not in browser.get("/bedarfe").text
    page = browser.get(f"/organisationen/{lantern.public_id}").text
    assert "Verein aufgelöst" in page
    assert "Bitte melden Sie sich bei der Sozialplanung." in page
    assert "Kollegin oder Kollegen eintragen" not in page
    form = browser.get("/bedarfe/neu").text
    assert "steht im Archiv" in form
    assert "Verein aufgelöst" in form
    assert 'name="title"' not in form
    actor = Actor(user=user, representation=row)
    with pytest.raises(Refusal, match="steht im Archiv"), transaction():
        drafts.begin(fresh(lantern), StatementKind.NEED, "Mehr Bänke", actor=actor)


def test_unsent_invitations_leave_the_list_and_sent_ones_are_named(planner: PortalClient) -> None:
    areas = make_county()
    member = make_member("Blaue Laterne")
    lake = make_planned(areas, member, title="Runde am See")
    with transaction():
        sending.record_sent(fresh(lake), actor=SYSTEM)
    wood = make_planned(areas, member, title="Runde im Wald")
    lantern = member[0]
    page = planner.get(f"{PATH}?id={lantern.public_id}").text
    assert "Runde am See" in page
    assert "Runde im Wald" in page
    assert "noch nicht verschickt" in page
    assert {one.title: one.is_sent for one in due_queries.open_invitations([lantern.id])} == {
        "Runde am See": True,
        "Runde im Wald": False,
    }
    listed = f"/konferenzen/{lake.public_id}"
    assert "im Archiv" not in planner.get(listed).text
    put_away(fresh(lantern))
    assert "freier Träger, im Archiv" in planner.get(listed).text
    assert list(db.session.scalars(select(Invitation.conference_id))) == [lake.id]
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "conferences.invitation_withdrawn")) == 1
    with pytest.raises(Refusal, match="steht im Archiv"), transaction():
        invitees.invite(fresh(wood), [(fresh(lantern), member[1])], actor=SYSTEM)
    assert "steht im Archiv" in planner.get(f"/konferenzen/auswahl-einladen?id={lantern.public_id}").text
    assert "Blaue Laterne" not in planner.get(f"/konferenzen/{wood.public_id}/einladen").text
