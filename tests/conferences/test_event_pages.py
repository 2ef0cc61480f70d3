"""Pages of events as planners, other staff and everybody see them."""

import re
from datetime import timedelta

import icalendar
import pytest
from flask import Flask
from planned_events import invitation_of, make_county, make_member, make_planned, plan
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import Select, func, select

from portal.areas.models import Area
from portal.conferences.models import Conference, ConferenceState, Invitation, Reply, ReplyChannel
from portal.conferences.services import events, invitees, replies, sending
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.formats import date_long, date_weekday
from portal.core.transaction import transaction
from portal.home.cards import conferences as conference_cards
from portal.jobs.models import Job
from portal.outbox.models import OutboxMessage
from portal.stakeholders.models import Organisation, OrganisationKind, Person
from portal.stakeholders.services import create_organisation, represent

PLANNER = "plan@kreis.example"


@pytest.fixture
def county(app: Flask) -> dict[str, Area]:
    return make_county()


@pytest.fixture
def planner(browser: PortalClient, county: dict[str, Area]) -> PortalClient:
    make_user(PLANNER, Role.PLANNER, name="Paula Plan")
    browser.sign_in(PLANNER)
    return browser


def typed(**values: object) -> dict[str, object]:
    day = clock.today() + timedelta(days=30)
    fields: dict[str, object] = {
        "title": "Werkstatt Wohnen",
        "kind": "workshop",
        "phase": "needs_assessment",
        "period": "p1",
        "body": "",
        "areas": ["nord"],
        "topics": ["health"],
        "day": day.isoformat(),
        "starts": "14:00",
        "ends": "17:00",
        "place_name": "Beispielhalle",
        "place_area": "",
        "agenda-0-title": "Begrüßung",
        "agenda-0-id": "",
        "agenda-1-title": "Wege zur Schule",
        "agenda-1-id": "",
        "agenda-1-topics": ["health", "sport"],
    }
    return fields | values


def counted(statement: Select[int]) -> int:
    db.session.rollback()
    return int(db.session.scalar(statement) or 0)


def only() -> Conference:
    db.session.rollback()
    return db.session.scalars(select(Conference)).one()


def test_an_event_is_made_with_its_agenda(planner: PortalClient) -> None:
    answer = planner.submit("/konferenzen/neu", typed())
    conference = only()
    assert answer.headers["Location"] == f"/konferenzen/{conference.public_id}"
    assert conference.state is ConferenceState.DRAFT
    assert [(item.title, [topic.key for topic in item.topics]) for item in conference.agenda] == [
        ("Begrüßung", []),
        ("Wege zur Schule", ["health", "sport"]),
    ]
    assert conference.uid.endswith("@portal.example")
    page = planner.get(f"/konferenzen/{conference.public_id}").text
    assert "Wege zur Schule" in page
    assert "Aldorf, Bedorf, Cedorf, Dödorf" in page  # nobody is invited yet


def test_a_form_sent_twice_makes_one_event(planner: PortalClient) -> None:
    page = planner.get("/konferenzen/neu").text
    once = page.split('name="once"')[1].split('value="')[1].split('"')[0]
    first = planner.submit("/konferenzen/neu", typed(once=once))
    second = planner.submit("/konferenzen/neu", typed(once=once))
    assert first.headers["Location"] == second.headers["Location"]
    assert counted(select(func.count(Conference.id))) == 1
    assert planner.submit("/konferenzen/neu", typed(once="erfunden")).status_code == 302
    assert counted(select(func.count(Conference.id))) == 2


def test_rows_of_the_agenda_move_without_script_and_lose_nothing(planner: PortalClient) -> None:
    page = planner.submit("/konferenzen/neu", typed(row="up:1", title="Noch nicht fertig")).text
    assert page.index('value="Wege zur Schule"') < page.index('value="Begrüßung"')
    assert 'value="Noch nicht fertig"' in page
    assert 'name="agenda-2-title"' in planner.submit("/konferenzen/neu", typed(row="add")).text
    assert "Begrüßung" not in planner.submit("/konferenzen/neu", typed(row="remove:0")).text
    for nonsense in ("up:99", "remove:-1", "down:x", "weg", "up:" + "9" * 40):
        assert planner.submit("/konferenzen/neu", typed(row=nonsense)).status_code == 200
    assert counted(select(func.count(Conference.id))) == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"day": "2020-01-01"}, "liegt in der Vergangenheit"),
        ({"day": "morgen"}, "Datum"),
        ({"ends": "13:00"}, "Das Ende liegt nicht nach dem Beginn"),
        ({"last_day": (clock.today() + timedelta(days=29)).isoformat()}, "Der letzte Tag liegt vor dem ersten."),
        ({"agenda-0-title": " ", "agenda-0-begins": "14:00"}, 'name="agenda-0-begins" value="14:00"'),
        ({"agenda-1-title": ""}, "Punkt 2 der Tagesordnung hat eine Uhrzeit oder Themen, aber keinen Titel."),
        ({"title": ""}, "Bitte geben Sie einen Titel an."),
        ({"period": "erfunden"}, "Eintrag aus der Liste"),
        ({"areas": ["erfunden"]}, 'value="Werkstatt Wohnen"'),
        ({"seats": "-3"}, "Zahl über 0"),
        ({"reply_by": "2030-01-01"}, "liegt nach der Veranstaltung"),
    ],
)
def test_refused_input_stays(planner: PortalClient, values: dict[str, object], words: str) -> None:
    answer = planner.submit("/konferenzen/neu", typed(description="Lang überlegt", **values))
    assert answer.status_code == 422
    assert words in answer.text
    assert "Lang überlegt" in answer.text
    assert "Wege zur Schule" in answer.text or "agenda-1-title" in values
    assert counted(select(func.count(Conference.id))) == 0


def test_five_megabytes_are_refused(planner: PortalClient) -> None:
    assert planner.submit("/konferenzen/neu", typed(description="x" * 5_000_000)).status_code == 413


def test_both_versions_are_shown_when_two_people_save(planner: PortalClient, county: dict[str, Area]) -> None:
    planner.submit("/konferenzen/neu", typed())
    conference = only()
    edition, address = conference.edition, f"/konferenzen/{conference.public_id}/bearbeiten"
    assert planner.submit(address, typed(title="Zuerst", edition=edition)).status_code == 302
    answer = planner.submit(address, typed(title="Danach", edition=edition))
    assert answer.status_code == 409
    assert "Zuerst" in answer.text
    assert 'value="Danach"' in answer.text
    assert only().title == "Zuerst"
    assert planner.submit(address, typed(title="Danach", edition=only().edition)).status_code == 302
    assert only().title == "Danach"


def test_both_versions_name_only_what_differs_in_words(planner: PortalClient, county: dict[str, Area]) -> None:
    day = clock.today() + timedelta(days=30)
    chosen = [county["aldorf"].public_id, county["bedorf"].public_id]
    planner.submit("/konferenzen/neu", typed(municipalities=chosen))
    edition, address = only().edition, f"/konferenzen/{only().public_id}/bearbeiten"
    theirs = typed(municipalities=chosen[:1], edition=edition, day=(day + timedelta(days=1)).isoformat())
    assert planner.submit(address, theirs).status_code == 302
    mine = typed(municipalities=chosen, edition=edition, last_day=day.isoformat())
    mine["agenda-1-topics"] = ["health"]
    answer = planner.submit(address, mine)
    assert answer.status_code == 409
    table = answer.text.split("<tbody>")[1].split("</tbody>")[0]
    rows = [re.sub(r"<[^>]+>", "|", row) for row in table.split("</tr>")[:-1]]
    found = [[one for one in row.split("|") if one.strip()] for row in rows]
    assert [one[0] for one in found] == ["Einzelne Städte und Gemeinden", "Tag", "Tagesordnung"]
    assert [one[1:] for one in found[:2]] == [
        ["Aldorf", "Aldorf, Bedorf"],
        [date_long(day + timedelta(days=1)), date_long(day)],
    ]
    assert "Wege zur Schule (Gesundheit, Sport)" in found[2][1]
    for public_id in (*chosen, county["nord"].public_id, day.isoformat()):
        assert public_id not in table


def test_choosing_shows_who_is_missing_and_sending_only_asks(planner: PortalClient, county: dict[str, Area]) -> None:
    association = make_member(
        "GVV Mitte", OrganisationKind.MUNICIPAL_ASSOCIATION, place=county["gvv"], areas=(county["nord"],)
    )
    school = make_member("Schule am Bach", OrganisationKind.SCHOOL, areas=(county["nord"],))
    conference = make_planned(county)
    address = f"/konferenzen/{conference.public_id}"
    value = f"{association[0].public_id}.{association[1].public_id}"
    preview = planner.submit(f"{address}/einladen", {"person": value, "preview": "1"})
    assert "Cedorf, Dödorf" in preview.text
    assert f'value="{value}" checked' in preview.text
    assert planner.submit(f"{address}/einladen", {}).status_code == 422
    assert planner.submit(f"{address}/einladen", {"person": ["erfunden.erfunden"]}).status_code == 422
    other = f"{school[0].public_id}.{school[1].public_id}"
    assert planner.submit(f"{address}/einladen", {"person": [value, other]}).status_code == 302
    assert planner.submit(f"{address}/einladen", {"person": [value, other]}).status_code == 302  # the same, twice
    assert counted(select(func.count(Invitation.id))) == 2
    before = planner.get(f"{address}/versenden").text
    assert "Cedorf, Dödorf" in before
    assert "2\u00a0E-Mails" in before or "2 E-Mails" in before
    for _click in range(2):
        assert planner.submit(f"{address}/versenden", page=f"{address}/einladen").status_code == 302
    assert counted(select(func.count(Job.id)).where(Job.kind == "conferences.send")) == 1
    assert counted(select(func.count(OutboxMessage.id))) == 0
    assert "Der Versand beginnt" in planner.get(address).text


def test_whoever_fits_a_topic_stands_there_with_the_reason(planner: PortalClient, county: dict[str, Area]) -> None:
    make_member("Schule am Bach", OrganisationKind.SCHOOL, topics=("health",))
    make_member("Sportverein", OrganisationKind.OTHER, topics=("sport",))
    page = f"/konferenzen/{make_planned(county).public_id}/einladen"
    text = planner.get(f"{page}?thema=health").text
    assert "Schule am Bach" in text
    assert "Arbeitet zu diesem Thema." in text
    assert "Sportverein" not in text
    everybody = planner.get(f"{page}?thema=").text
    assert "Sportverein" in everybody
    assert "Arbeitet zu diesem Thema." not in everybody


def test_the_page_before_sending_names_people_invited_for_several_organisations(
    planner: PortalClient, county: dict[str, Area]
) -> None:
    first, other = make_member("Eins"), make_member("Zwei")
    with transaction():
        represent(db.session.get_one(Person, first[1].id), db.session.get_one(Organisation, other[0].id), actor=SYSTEM)
    conference = make_planned(county, first, other)
    page, words = f"/konferenzen/{conference.public_id}/versenden", "1 Person ist für mehrere Organisationen eingeladen"
    assert words not in planner.get(page).text
    with transaction():
        sending.ask(conference, actor=SYSTEM, at_once=True)
        invitees.invite(conference, [(other[0], first[1])], actor=SYSTEM)
    assert words in planner.get(page).text


def test_what_stands_in_the_way_of_sending_is_said_before(planner: PortalClient, county: dict[str, Area]) -> None:
    planner.submit("/konferenzen/neu", typed(place_name=""))
    school = make_member("Schule am Bach", OrganisationKind.SCHOOL, areas=(county["nord"],))
    address = f"/konferenzen/{only().public_id}"
    planner.submit(f"{address}/einladen", {"person": f"{school[0].public_id}.{school[1].public_id}"})
    page = planner.get(f"{address}/versenden").text
    assert "Bitte tragen Sie zuerst den Ort ein" in page
    assert f'href="{address}/bearbeiten"' in page
    assert "Jetzt verschicken" not in page


def test_a_change_is_told_when_the_planner_says_so(planner: PortalClient, county: dict[str, Area]) -> None:
    conference = make_planned(county, make_member("Eins"))
    with transaction():
        sending.ask(conference, actor=SYSTEM, at_once=True)
    address = f"/konferenzen/{conference.public_id}"
    answer = planner.submit(f"{address}/bearbeiten", typed(edition=fresh(conference).edition))
    assert answer.headers["Location"].endswith("/bekanntgeben")
    page = planner.get(f"{address}/bekanntgeben").text
    assert "Planungsraumkonferenz Nord" in page
    assert "Werkstatt Wohnen" in page
    assert planner.submit(f"{address}/bekanntgeben", {"reason": "x" * 1001}).status_code == 422
    assert planner.submit(f"{address}/bekanntgeben", {"reason": "Neuer Raum"}).status_code == 302
    assert fresh(conference).sequence == 1
    assert planner.get(f"{address}/bekanntgeben").status_code == 302


def test_replies_given_before_a_change_are_counted_and_named(planner: PortalClient, county: dict[str, Area]) -> None:
    yes, silent = make_member("Ja"), make_member("Still")
    conference = make_planned(county, yes, silent)
    page = f"/konferenzen/{conference.public_id}"

    def accept() -> None:
        invitation = invitation_of(yes)
        with transaction():
            replies.record_reply(invitation, Reply.ACCEPTED, channel=ReplyChannel.TELEPHONE, actor=SYSTEM, note=note)

    with transaction():
        sending.ask(conference, actor=SYSTEM, at_once=True)
    note = ""
    accept()
    words = "1 Antwort wurde vor der letzten Änderung gegeben."
    assert words not in planner.get(page).text
    with transaction():
        one = db.session.get_one(Conference, conference.id)
        one.starts_at += timedelta(minutes=30)
        sending.announce(one, actor=SYSTEM, at_once=True)
    text = planner.get(page).text
    assert words in text
    assert text.count("Vor der Änderung geantwortet.") == 1
    note = "Passt auch."
    accept()
    assert words not in planner.get(page).text
    with transaction():
        sending.cancel(db.session.get_one(Conference, conference.id), reason="Es wird gebaut.", actor=SYSTEM)
    text = planner.get(page).text
    assert words not in text
    assert "Vor der Änderung geantwortet." not in text


def test_cancelling_needs_a_reason_and_happens_once(planner: PortalClient, county: dict[str, Area]) -> None:
    conference = make_planned(county, make_member("Eins"), is_public=True)
    address = f"/konferenzen/{conference.public_id}"
    assert planner.submit(f"{address}/absagen", {"reason": ""}).status_code == 422
    token = planner.token(f"{address}/absagen")
    for _click in range(2):
        answer = planner.post(f"{address}/absagen", data={"csrf_token": token, "reason": "Es wird gebaut."})
        assert answer.status_code in {302, 422}
    assert fresh(conference).state is ConferenceState.CANCELLED
    assert "Es wird gebaut." in planner.get(f"/termine/{conference.public_id}").text


def test_withdrawing_before_sending_leaves_no_trace(planner: PortalClient, county: dict[str, Area]) -> None:
    member = make_member("Eins")
    conference = make_planned(county, member)
    invitation = invitation_of(member)
    address = f"/konferenzen/{conference.public_id}/einladungen/{invitation.public_id}/zurueckziehen"
    assert planner.submit(address).status_code == 302
    db.session.rollback()
    assert counted(select(func.count(Invitation.id))) == 0
    assert counted(select(func.count(OutboxMessage.id))) == 0


def test_after_the_beginning_nobody_is_invited_any_more(planner: PortalClient, county: dict[str, Area]) -> None:
    conference = make_planned(county, make_member("Eins"))
    late = make_member("Spät")
    address = f"/konferenzen/{conference.public_id}"
    before, offers = planner.get(address).text, ("Weitere einladen", "Einladung verschicken", "Zurückziehen")
    for words in offers:
        assert words in before
    with clock.frozen(conference.begins):
        planner.sign_in(PLANNER)
        during = planner.get(address).text
        for words in offers:
            assert words not in during
        assert planner.get(f"{address}/einladen").status_code == 422
        with pytest.raises(Refusal, match="nicht mehr eingeladen"), transaction():
            invitees.invite(conference, [late], actor=SYSTEM)
        with pytest.raises(Refusal, match="nicht mehr eingeladen"), transaction():
            sending.ask(conference, actor=SYSTEM)


def test_after_the_beginning_a_change_is_kept_and_not_announced(planner: PortalClient, county: dict[str, Area]) -> None:
    conference = make_planned(county, make_member("Eins"))
    with transaction():
        sending.ask(conference, actor=SYSTEM, at_once=True)
    address, begins = f"/konferenzen/{conference.public_id}", conference.begins
    with clock.frozen(begins):
        planner.sign_in(PLANNER)
        same = {"day": begins.date().isoformat(), "edition": fresh(conference).edition}
        answer = planner.submit(f"{address}/bearbeiten", typed(**same))
        assert answer.location == address
        assert "Allen Bescheid geben" not in planner.get(address).text
        assert planner.get(f"{address}/bekanntgeben").location == address
        with pytest.raises(Refusal), transaction():
            sending.announce(conference, actor=SYSTEM)
        assert "Rückmeldung eintragen" in planner.get(address).text
    with clock.frozen(conference.ends):
        assert "Rückmeldung eintragen" not in planner.get(address).text


def test_the_list_is_searched_filtered_and_downloaded(planner: PortalClient, county: dict[str, Area]) -> None:
    make_planned(county, title="=Öffentliche Runde")
    make_planned(county, title="Andere Werkstatt")
    assert "Andere Werkstatt" not in planner.get("/konferenzen?suche=offentliche").text
    assert "Andere Werkstatt" in planner.get("/konferenzen?stand=planned&planungsraum=nord").text
    file = planner.get("/konferenzen?suche=runde&format=csv")
    assert file.mimetype == "text/csv"
    assert "'=Öffentliche Runde" in file.text
    assert "Andere Werkstatt" not in file.text


def test_drafts_and_names_are_for_planners_alone(
    browser: PortalClient, county: dict[str, Area], other_browser: PortalClient
) -> None:
    with transaction():
        draft = events.create(plan(county, title="Geheimer Plan", is_public=True), actor=SYSTEM)
    planned = make_planned(county, make_member("Eins", person="Nora Namentlich"))
    make_user("leitung@kreis.example", Role.LEADERSHIP)
    browser.sign_in("leitung@kreis.example")
    assert "Geheimer Plan" not in browser.get("/konferenzen").text
    assert browser.get(f"/konferenzen/{draft.public_id}").status_code == 404
    page = browser.get(f"/konferenzen/{planned.public_id}")
    assert page.status_code == 200
    assert "Nora Namentlich" not in page.text
    assert other_browser.get(f"/termine/{draft.public_id}").status_code == 404
    assert other_browser.get(f"/termine/{planned.public_id}").status_code == 404


def test_everybody_sees_public_events_and_nobody_in_them(browser: PortalClient, county: dict[str, Area]) -> None:
    conference = make_planned(county, make_member("Eins", person="Nora Namentlich"), is_public=True, title="Für alle")
    for address in ("/termine", f"/termine/{conference.public_id}"):
        page = browser.get(address).text
        assert "Für alle" in page
        assert "Nora" not in page
    assert page.count(date_long(conference.starts_at)) == 1, "the day is said once"
    assert date_weekday(conference.starts_at.date()) in page
    file = browser.get(f"/termine/{conference.public_id}/kalender.ics")
    assert file.mimetype == "text/calendar"
    (event,) = icalendar.Calendar.from_ical(file.data).events
    assert event["SUMMARY"] == "Für alle"
    assert "ATTENDEE" not in file.text
    assert conference.uid not in file.text


def test_events_of_a_planning_area_begin_with_the_next(app: Flask, county: dict[str, Area]) -> None:
    make_planned(county, is_public=True, title="Bald")
    make_planned(county, title="Nicht öffentlich")
    with clock.frozen(clock.now() - timedelta(days=60)):
        make_planned(county, is_public=True, title="Lange her")
    with app.test_request_context(base_url="http://portal.example"):
        found = conference_cards.events_about([county["nord"].id])
        assert [(one.title, one.is_coming) for one in found] == [("Bald", True), ("Lange her", False)]
        assert conference_cards.events_about([county["aldorf"].id]) == []
        assert [one.title for one in conference_cards.next_event()] == ["Bald"]


def test_from_the_list_of_organisations_to_an_invitation(planner: PortalClient, county: dict[str, Area]) -> None:
    conference = make_planned(county)
    first, _person = make_member("Erstes Haus", person="Erna Erste")
    second, _other = make_member("Zweites Haus", person="Zeno Zweite")
    make_member("Drittes Haus", person="Dora Dritte")
    with transaction():
        unchecked = create_organisation("Viertes Haus", OrganisationKind.INITIATIVE, actor=SYSTEM)
    ids = "&".join(f"id={row.public_id}" for row in (first, second, unchecked))
    page = planner.get(f"/konferenzen/auswahl-einladen?{ids}").text
    assert "Eine Organisation kann noch nicht eingeladen werden" in page
    link = re.search(rf'href="(/konferenzen/{conference.public_id}/einladen[^"]*)"', page)
    assert link is not None
    choice = planner.get(link[1].replace("&amp;", "&")).text
    assert choice.count(" checked") == 2
    assert "Dora Dritte" not in choice
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0
    assert planner.get("/konferenzen/auswahl-einladen").location == "/organisationen"


def test_items_of_the_agenda_have_their_time(planner: PortalClient, county: dict[str, Area]) -> None:
    fields = typed(**{"is_public": "y", "agenda-0-begins": "14:00", "agenda-1-begins": ""})
    refused = planner.submit("/konferenzen/neu", {**fields, "agenda-0-begins": "zwei"})
    assert refused.status_code == 422
    assert "Bitte schreiben Sie die Uhrzeit von „Begrüßung“ als 14:05." in refused.text
    location = planner.submit("/konferenzen/neu", fields).location
    db.session.rollback()
    conference = db.session.scalars(select(Conference)).one()
    assert [item.timed for item in conference.agenda][:2] == ["14:00\u00a0Uhr: Begrüßung", "Wege zur Schule"]
    with transaction():
        events.fix_date(conference, actor=SYSTEM)
    for page in (location, f"/termine/{conference.public_id}"):
        assert "14:00\u00a0Uhr: Begrüßung" in planner.get(page).text
    assert 'name="agenda-0-begins" value="14:00"' in planner.get(f"{location}/bearbeiten").text


def test_a_form_that_does_not_fit_says_everything_at_once(planner: PortalClient) -> None:
    answer = planner.submit("/konferenzen/neu", typed(day="2020-01-01", starts="17:00", ends="16:00", seats="zwölf"))
    assert answer.status_code == 422
    assert "3 Angaben passen noch nicht" in answer.text
    assert "„zwölf“ passt hier nicht." in answer.text
    assert "in der Vergangenheit" in answer.text
    assert "Das Ende liegt nicht nach dem Beginn" in answer.text
    answer = planner.submit("/konferenzen/neu", typed(day="2020-01-01", starts="17:00", ends="16:00", seats="0"))
    assert "3 Angaben passen noch nicht" in answer.text, "also where everything can be read"
    answer = planner.submit("/konferenzen/neu", typed(day="morgen", title=""))
    assert "2 Angaben passen noch nicht" in answer.text
    assert "„morgen“ passt hier nicht." in answer.text
    more = {"contact_phone": "00000 12", "online_url": "meet.example", "agenda-0-title": "", "agenda-0-begins": "14:00"}
    answer = planner.submit("/konferenzen/neu", typed(title="", **more))
    assert "4 Angaben passen noch nicht" in answer.text
    for words in (
        "Bitte geben Sie einen Titel an.", "zur Telefonnummer auch eine E-Mail-Adresse", "Bitte wählen Sie „online“",
        "Punkt 1 der Tagesordnung",
    ):  # fmt: skip
        assert words in answer.text
    answer = planner.submit(
        "/konferenzen/neu", typed(**{**more, "agenda-0-title": "Auftakt", "agenda-0-begins": "zwei"})
    )
    assert "3 Angaben passen noch nicht" in answer.text, "also where only a time of the agenda cannot be read"
    assert planner.submit("/konferenzen/neu", typed(seats="12")).status_code == 302
