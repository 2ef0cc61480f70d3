"""Invitations, changes and cancellations: one mail each, whatever happens, and intact behind the mail server."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event

import icalendar
import pytest
from flask import Flask
from planned_events import invitation_of, make_county, make_member, make_planned, plan
from portal_client import fresh, make_user
from smtp_server import Behaviour, smtp_server
from sqlalchemy import event, func, select

from portal.areas import regrouping
from portal.areas.models import Area
from portal.areas.services import create_planning_area
from portal.conferences import held, invitee_queries, links, queries
from portal.conferences.delivery import Delivery as Way
from portal.conferences.models import (
    Attendance,
    Conference,
    ConferenceChange,
    ConferenceState,
    Invitation,
    Reply,
    ReplyChannel,
)
from portal.conferences.services import attendance, events, invitees, replies, sending
from portal.config import Config, MailServer
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.jobs import worker
from portal.jobs.models import Job, JobState
from portal.outbox.delivery import Delivery
from portal.outbox.models import MessageState, OutboxMessage
from portal.stakeholders.lists import organisations
from portal.stakeholders.models import Channel, Organisation, OrganisationKind, OrganisationState, Person
from portal.stakeholders.services import represent

Member = tuple[Organisation, Person]


@pytest.fixture
def county(app: Flask) -> dict[str, Area]:
    return make_county()


def ask(conference: Conference) -> None:
    with transaction():
        sending.ask(conference, actor=SYSTEM)


def work(app: Flask) -> None:
    while worker._job_step(app, "w1", Event()):
        pass


def outbox() -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def deliver(app: Flask, behaviour: Behaviour | None = None) -> list[EmailMessage]:
    """Send what is due to a real server and read what arrived, byte for byte."""
    config: Config = app.config["PORTAL"]
    with smtp_server(behaviour) as server:
        mail = MailServer(
            host="localhost", port=server.port, security="none", username=None, password=None, timeout_seconds=5
        )
        delivery = Delivery(replace(config, mail=mail), owner="w1")
        while delivery.step(Event()):
            pass
        delivery.close()
        arrived = [one.content for one in server.accepted()]
    assert all(b"\n" not in content.replace(b"\r\n", b"") for content in arrived)
    found = [message_from_bytes(content, policy=policy.default) for content in arrived]
    assert all(isinstance(one, EmailMessage) for one in found)
    return found  # type: ignore[return-value]


def calendar_of(mail: EmailMessage) -> tuple[str, bytes, icalendar.Event]:
    parts = [part.get_content_type() for part in mail.iter_parts()]
    assert parts == ["text/plain", "text/html", "text/calendar"]
    last = list(mail.iter_parts())[-1]
    content = last.get_payload(decode=True)
    assert isinstance(content, bytes)
    (event,) = icalendar.Calendar.from_ical(content).events
    return str(last.get_param("method")), content, event


def test_an_invitation_arrives_whole(app: Flask, county: dict[str, Area]) -> None:
    member = make_member("Größte Förderung", person="Jürgen „Jo“ Muster-Öhringer, Käthe\r\nBcc: boese@fremd.example")
    title = "Wohnen, Räume; Überblick – " + "äöüß " * 30 + "\r\nBcc: alle@fremd.example"
    conference = make_planned(county, member, title=title)
    ask(conference)
    assert outbox() == []  # the request only asks for it
    work(app)
    (mail,) = deliver(app)
    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec == "grtefrderung@verein.example"
    method, content, event = calendar_of(mail)
    assert method == "REQUEST"
    assert content.count(b"METHOD:REQUEST\r\n") == content.count(b"METHOD") == 1
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    conference = fresh(conference)
    assert event["UID"] == conference.uid
    assert event["SUMMARY"] == conference.title
    link = links.address(invitation_of(member))
    assert link in str(event["DESCRIPTION"])
    text, page, _calendar = (part.get_content() for part in mail.iter_parts())
    assert link in text
    assert link in page
    assert "Beispielhalle, Aldorf" in text


def test_each_recipient_gets_one_mail_and_sees_nobody_else(app: Flask, county: dict[str, Area]) -> None:
    members = [make_member(f"Verein {number}") for number in range(23)]
    conference = make_planned(county, *members)
    ask(conference)
    with pytest.raises(Refusal), transaction():  # nothing is left for a second sending once the job is done
        while sending.hand_over(conference, through=10**9, limit=7, actor=SYSTEM):
            pass
        sending.ask(conference, actor=SYSTEM)
    work(app)
    mails = deliver(app)
    assert Counter(mail["To"].addresses[0].addr_spec for mail in mails) == {
        member[1].email: 1 for member in [(fresh(o), fresh(p)) for o, p in members]
    }
    for mail in mails:
        _method, content, event = calendar_of(mail)
        assert str(event["ATTENDEE"]) == f"mailto:{mail['To'].addresses[0].addr_spec}"
        assert content.count(b"@verein.example") == 1


def test_a_double_click_is_one_job(app: Flask, county: dict[str, Area]) -> None:
    conference = make_planned(county, make_member("Eins"), make_member("Zwei"))
    ask(conference)
    ask(conference)
    assert db.session.scalar(select(func.count()).select_from(Job).where(Job.state == JobState.WAITING)) == 1
    work(app)
    assert len(outbox()) == 2


def test_a_job_that_was_killed_goes_on_where_it_was(app: Flask, county: dict[str, Area]) -> None:
    conference = make_planned(county, *(make_member(f"Verein {number}") for number in range(9)))
    ask(conference)
    through = db.session.scalar(select(func.max(Invitation.id)))
    with transaction():
        sending.hand_over(conference, through=through, limit=4, actor=SYSTEM)
    with pytest.raises(RuntimeError), transaction():
        sending.hand_over(conference, through=through, limit=4, actor=SYSTEM)
        raise RuntimeError("killed before the commit")
    assert len(outbox()) == 4
    work(app)
    assert Counter(mail.recipient for mail in outbox()).most_common(1)[0][1] == 1
    assert len(outbox()) == 9


def test_who_was_added_later_is_sent_later(app: Flask, county: dict[str, Area]) -> None:
    conference = make_planned(county, make_member("Eins"))
    ask(conference)
    late = make_member("Spät")
    with transaction():
        invitees.invite(conference, [late], actor=SYSTEM)
    work(app)
    assert [mail.recipient for mail in outbox()] == ["eins@verein.example"]
    ask(conference)
    work(app)
    assert [mail.recipient for mail in outbox()] == ["eins@verein.example", "spt@verein.example"]


def test_a_change_replaces_the_entry_and_says_old_and_new(app: Flask, county: dict[str, Area]) -> None:
    member = make_member("Eins")
    conference = make_planned(county, member)
    ask(conference)
    work(app)
    with transaction():
        replies.record_reply(invitation_of(member), Reply.ACCEPTED, channel=ReplyChannel.LINK, actor=ANONYMOUS)
        later = plan(county, place_name="Saal", starts_at=conference.starts_at + timedelta(days=1),
                     ends_at=conference.ends_at + timedelta(days=1))  # fmt: skip
        events.change(conference, later, edition=conference.edition, actor=SYSTEM)
    work(app)
    assert len(outbox()) == 1  # saving tells nobody
    with pytest.raises(Refusal):
        ask(conference)  # first those who are invited must know
    with transaction():
        sending.announce(conference, reason="Der Raum ist belegt.", actor=SYSTEM)
    with pytest.raises(Refusal), transaction():
        sending.announce(conference, actor=SYSTEM)
    work(app)
    first, second = deliver(app)
    _method, _content, before = calendar_of(first)
    method, _content, after = calendar_of(second)
    assert method == "REQUEST"
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.start - before.start == timedelta(days=1)
    text = next(iter(second.iter_parts())).get_content()
    assert "Saal, Aldorf (bisher: Beispielhalle, Aldorf)" in text
    assert "Der Raum ist belegt." in text
    (row,) = queries.invitations(SYSTEM, fresh(conference))
    assert row.is_outdated


def test_a_change_says_what_was_answered_and_asks_anew_only_after_a_move(app: Flask, county: dict[str, Area]) -> None:
    yes, no, silent = make_member("Ja"), make_member("Nein"), make_member("Still")
    conference = make_planned(county, yes, no, silent)
    ask(conference)
    work(app)
    for member, reply in ((yes, Reply.ACCEPTED), (no, Reply.DECLINED)):
        with transaction():
            replies.record_reply(invitation_of(member), reply, channel=ReplyChannel.LINK, actor=ANONYMOUS)

    def told(**values: object) -> dict[str, tuple[str, str]]:
        """Words and PARTSTAT of the change, by recipient."""
        one = fresh(conference)
        with transaction():
            events.change(one, plan(county, **values), edition=one.edition, actor=SYSTEM)
            sending.announce(one, actor=SYSTEM)
        work(app)
        return {
            mail["To"].addresses[0].username: (
                " ".join(next(iter(mail.iter_parts())).get_content().split()),
                calendar_of(mail)[2]["ATTENDEE"].params["PARTSTAT"],
            )
            for mail in deliver(app)
            if mail["Subject"].startswith("Geändert")
        }

    times = {"starts_at": conference.starts_at, "ends_at": conference.ends_at}
    in_hall = told(place_name="Saal", **times)
    assert {name: standing for name, (_words, standing) in in_hall.items()} == {
        "ja": "ACCEPTED", "nein": "DECLINED", "still": "NEEDS-ACTION",
    }  # fmt: skip
    assert "Sie haben uns schon geantwortet: abgesagt. Ihre Antwort gilt weiter" in in_hall["nein"][0]
    assert "Bitte antworten Sie uns" not in in_hall["nein"][0]
    assert "bisherigen Termin" not in in_hall["nein"][0]
    assert links.address(invitation_of(no)) in in_hall["nein"][0]
    assert "Bitte antworten Sie uns" in in_hall["still"][0]
    times = {name: value + timedelta(days=1) for name, value in times.items()}
    moved = told(place_name="Saal", **times)
    assert {standing for _words, standing in moved.values()} == {"NEEDS-ACTION"}
    assert "Sie galt dem bisherigen Termin." in moved["nein"][0]
    # Another place after the move: it still has not been answered for the new day, until it is.
    with transaction():
        replies.record_reply(invitation_of(yes), Reply.TENTATIVE, channel=ReplyChannel.LINK, actor=ANONYMOUS)
    back = told(place_name="Turm", **times)
    assert {name: standing for name, (_words, standing) in back.items()} == {
        "ja": "TENTATIVE", "nein": "NEEDS-ACTION", "still": "NEEDS-ACTION",
    }  # fmt: skip


def test_cancelling_takes_the_entry_back_with_the_reason(app: Flask, county: dict[str, Area]) -> None:
    sent, unsent = make_member("Eins"), make_member("Zwei")
    conference = make_planned(county, sent)
    ask(conference)
    work(app)
    with transaction():
        invitees.invite(conference, [unsent], actor=SYSTEM)
    with pytest.raises(Refusal) as refused, transaction():
        sending.cancel(conference, reason="  ", actor=SYSTEM)
    assert refused.value.field == "reason"
    with transaction():
        sending.cancel(conference, reason="Es wird gebaut.", actor=SYSTEM)
    work(app)
    first, second = deliver(app)
    method, content, event = calendar_of(second)
    assert method == "CANCEL"
    assert b"METHOD:CANCEL\r\n" in content
    assert event["STATUS"] == "CANCELLED"
    assert event["UID"] == calendar_of(first)[2]["UID"]
    assert event["SEQUENCE"] > calendar_of(first)[2]["SEQUENCE"]
    assert "Es wird gebaut." in next(iter(second.iter_parts())).get_content()
    assert fresh(conference).state is ConferenceState.CANCELLED
    with pytest.raises(Refusal), transaction():
        sending.cancel(conference, reason="Noch einmal", actor=SYSTEM)


def test_withdrawing_and_inviting_again(app: Flask, county: dict[str, Area]) -> None:
    member = make_member("Eins")
    conference = make_planned(county, member, make_member("Zwei"))
    ask(conference)
    work(app)
    with transaction():
        invitees.withdraw(invitation_of(member), actor=SYSTEM)
    with transaction():
        invitees.withdraw(invitation_of(member), actor=SYSTEM)
    with transaction():
        assert invitees.invite(conference, [member], actor=SYSTEM) == 1
    ask(conference)
    work(app)
    entries = [calendar_of(mail) for mail in deliver(app) if mail["To"].addresses[0].addr_spec == "eins@verein.example"]
    assert [method for method, _content, _event in entries] == ["REQUEST", "CANCEL", "REQUEST"]
    numbers = [event["SEQUENCE"] for _method, _content, event in entries]
    assert numbers == sorted(set(numbers))


def test_who_stays_invited_for_another_organisation_keeps_the_calendar_entry(
    app: Flask, county: dict[str, Area]
) -> None:
    first, other = make_member("Eins"), make_member("Zwei")
    person = first[1]
    with transaction():
        represent(db.session.get_one(Person, person.id), db.session.get_one(Organisation, other[0].id), actor=SYSTEM)
    conference = make_planned(county, first, (other[0], person))
    ask(conference)
    work(app)
    rows = {row.organisation_id: row for row in db.session.scalars(select(Invitation))}
    with transaction():
        invitees.withdraw(rows[first[0].id], actor=SYSTEM)
    *asked, mail = deliver(app)
    words = next(iter(mail.iter_parts())).get_content()
    assert "Sie bleiben eingeladen für: Zwei." in words
    stays = links.address(fresh(rows[other[0].id]))
    assert stays in words
    # The entry may lead to the invitation that is gone: a newer version leads to the one that stands.
    method, _content, event = calendar_of(mail)
    assert (method, event["DESCRIPTION"]) == ("REQUEST", f"Zu- oder absagen: {stays}")
    assert event["SEQUENCE"] > max(calendar_of(one)[2]["SEQUENCE"] for one in asked)
    with transaction():
        invitees.withdraw(fresh(rows[other[0].id]), actor=SYSTEM)
    method, _content, gone = calendar_of(deliver(app)[-1])
    assert method == "CANCEL"
    # Invited for the first organisation anew, the entry comes back: its number is higher.
    with transaction():
        assert invitees.invite(fresh(conference), [first], actor=SYSTEM) == 1
    ask(conference)
    work(app)
    method, _content, back = calendar_of(deliver(app)[-1])
    assert (method, back["UID"]) == ("REQUEST", gone["UID"])
    assert back["SEQUENCE"] > gone["SEQUENCE"]


def test_states_per_recipient_in_one_look(app: Flask, county: dict[str, Area]) -> None:
    good, bad = make_member("Gut"), make_member("Schlecht")
    paper = make_member("Papier", channel=Channel.LETTER)
    nobody = make_member("Ohne", email=None)
    conference = make_planned(county, good, bad, paper, nobody)
    states = lambda: {row.invitation.person_id: row for row in queries.invitations(SYSTEM, fresh(conference))}  # noqa: E731
    assert {row.delivery for row in states().values()} == {Way.NOT_SENT}
    ask(conference)
    work(app)
    assert states()[good[1].id].delivery is Way.WAITING
    deliver(app, Behaviour(recipients={"schlecht": "550 no such user here"}))
    found = states()
    assert found[good[1].id].delivery is Way.SENT
    assert found[bad[1].id].delivery is Way.UNDELIVERABLE
    assert "no such user here" in found[bad[1].id].words
    assert {found[one[1].id].delivery for one in (paper, nobody)} == {Way.TO_PRINT}
    assert len([mail for mail in outbox() if mail.state is MessageState.SENT]) == 1


def test_only_checked_organisations_and_their_own_people(app: Flask, county: dict[str, Area]) -> None:
    pending = make_member("Neu", state=OrganisationState.PENDING)
    one, two = make_member("Eins"), make_member("Zwei")
    conference = make_planned(county)
    for wrong in (pending, (one[0], two[1])):
        with pytest.raises(Refusal), transaction():
            invitees.invite(conference, [wrong], actor=SYSTEM)
    with pytest.raises(NotAllowed), transaction():
        invitees.invite(conference, [one], actor=ANONYMOUS)
    with pytest.raises(Refusal), transaction():
        sending.ask(conference, actor=SYSTEM)


def test_dates_in_the_past_are_refused_with_the_field(app: Flask, county: dict[str, Area]) -> None:
    past = clock.now().replace(tzinfo=None) - timedelta(days=2)
    for values, field in (
        ({"starts_at": past, "ends_at": past + timedelta(hours=1)}, "day"),
        ({"ends_at": past}, "last_day"),
        ({"title": " \r\n "}, "title"),
        ({"title": "x" * 5_000_000}, "title"),
        ({"description": "x" * 5_000_000}, "description"),
        ({"seats": 0}, "seats"),
    ):
        with pytest.raises(Refusal) as refused, transaction():
            events.create(plan(county, **values), actor=SYSTEM)
        assert refused.value.field == field
    assert db.session.scalar(select(func.count(Conference.id))) == 0


def test_two_people_change_the_same_event(app: Flask, county: dict[str, Area]) -> None:
    conference = make_planned(county)
    seen = conference.edition
    with transaction():
        events.change(conference, plan(county, title="Erste"), edition=seen, actor=SYSTEM)
    with pytest.raises(Conflict), transaction():
        events.change(conference, plan(county, title="Zweite"), edition=seen, actor=SYSTEM)
    assert fresh(conference).title == "Erste"


def test_agenda_items_keep_their_identity_when_moved(app: Flask, county: dict[str, Area]) -> None:
    lines = [events.AgendaLine(title=title) for title in ("Eins", "Zwei", "Drei")]
    conference = make_planned(county, agenda=lines)
    ids = {item.title: item.public_id for item in conference.agenda}
    order = [
        events.AgendaLine(title="Drei", public_id=ids["Drei"]),
        events.AgendaLine(title="Neu"),
        events.AgendaLine(title="Eins, anders", public_id=ids["Eins"]),
    ]
    with transaction():
        events.change(conference, plan(county, agenda=order), edition=conference.edition, actor=SYSTEM)
    agenda = fresh(conference).agenda
    assert [(item.number, item.title) for item in agenda] == [(1, "Drei"), (2, "Neu"), (3, "Eins, anders")]
    assert agenda[0].public_id == ids["Drei"]
    assert agenda[2].public_id == ids["Eins"]


def test_steps_follow_the_table_and_are_kept(app: Flask, county: dict[str, Area]) -> None:
    conference = make_planned(county, make_member("Eins"))
    with pytest.raises(Refusal), transaction():
        events.hold(conference, actor=SYSTEM)
    with clock.frozen(conference.ends), transaction():
        events.hold(conference, actor=SYSTEM)
    with pytest.raises(Refusal), transaction():
        sending.cancel(conference, reason="Zu spät", actor=SYSTEM)
    steps = db.session.scalars(select(ConferenceChange.new_state).order_by(ConferenceChange.id)).all()
    assert steps == [ConferenceState.DRAFT, ConferenceState.PLANNED, ConferenceState.HELD]


def test_coverage_of_an_event(app: Flask, county: dict[str, Area]) -> None:
    association = make_member("GVV", OrganisationKind.MUNICIPAL_ASSOCIATION, place=county["gvv"])
    school = make_member("Schule", OrganisationKind.SCHOOL)
    conference = make_planned(county, association, school)
    found = queries.coverage_of(fresh(conference))
    assert [place.name for place in found.missing_municipalities] == ["Cedorf", "Dödorf"]
    assert set(found.present_groups) == {OrganisationKind.MUNICIPALITY, OrganisationKind.SCHOOL}
    town = make_member("Cedorf", OrganisationKind.MUNICIPALITY, place=county["cedorf"])
    assert [place.name for place in queries.coverage_of(conference, [town[0]]).missing_municipalities] == ["Dödorf"]


def test_an_event_without_areas_is_about_the_whole_county(app: Flask, county: dict[str, Area]) -> None:
    conference = make_planned(county)
    with transaction():
        db.session.get_one(Conference, conference.id).areas = []
    names = lambda found: [place.name for place in found.missing_municipalities]  # noqa: E731
    assert names(queries.coverage_of(fresh(conference))) == ["Aldorf", "Bedorf", "Cedorf", "Dödorf"]
    gvv = make_member("GVV", OrganisationKind.MUNICIPAL_ASSOCIATION, place=county["gvv"])
    assert names(queries.coverage_of(fresh(conference), [gvv[0]])) == ["Cedorf", "Dödorf"]


def test_held_events_say_who_was_there(app: Flask, county: dict[str, Area]) -> None:
    school, office = make_member("Schule", OrganisationKind.SCHOOL), make_member("Amt", OrganisationKind.HEALTH_OFFICE)
    conference = make_planned(county, school, office)
    with clock.frozen(conference.ends), transaction():
        events.hold(conference, actor=SYSTEM)
        rows = {row.organisation_id: row for row in db.session.scalars(select(Invitation))}
        sheet = {rows[school[0].id]: Attendance.DEPUTY, rows[office[0].id]: Attendance.NO}
        attendance.record_all(conference, sheet, walk_ins=3, actor=SYSTEM)
    (event,) = held.held_events()
    assert event.groups_present == {OrganisationKind.SCHOOL}
    assert event.organisation_ids == {school[0].id}
    assert event.area_ids == {county["nord"].id}
    assert event.share == 1 / 8
    assert held.held_events(until=fresh(conference).begins) == []


def test_candidates_by_area_kind_and_topic(app: Flask, county: dict[str, Area]) -> None:
    near = make_member("Nah", areas=(county["nord"],))
    make_member("Schule", OrganisationKind.SCHOOL, areas=(county["nord"],))
    make_member("Fern")
    make_member("Ungeprüft", state=OrganisationState.PENDING, areas=(county["nord"],))
    conference = make_planned(county, near)

    def names(**choice: str) -> list[str]:
        found = invitee_queries.candidates(SYSTEM, fresh(conference), invitee_queries.Choice(**choice))
        return [row.organisation.name for row in found]

    assert names() == ["Fern", "Nah", "Schule"]
    assert names(area="nord") == ["Nah", "Schule"]
    assert names(area="nord", kind="school") == ["Schule"]
    assert names(kind="erfunden") == names()
    assert names(topic="health") == []


def test_municipalities_are_found_in_the_area_their_place_lies_in_today(app: Flask, county: dict[str, Area]) -> None:
    town = make_member("Stadt Cedorf", OrganisationKind.MUNICIPALITY, place=county["cedorf"])
    make_member("GVV", OrganisationKind.MUNICIPAL_ASSOCIATION, place=county["gvv"])
    conference = make_planned(county, town)

    def names(area: str) -> tuple[list[str], list[str]]:
        invited = invitee_queries.candidates(SYSTEM, fresh(conference), invitee_queries.Choice(area=area))
        listed = organisations(Actor(user=planner), {"planungsraum": area}, path="/organisationen")
        return [row.organisation.name for row in invited], [row.name for row in listed.rows]

    planner = make_user("plan@kreis.example", Role.PLANNER)
    assert names("nord") == (["GVV", "Stadt Cedorf"],) * 2
    with transaction():
        south = create_planning_area(name="Süd", slug="sued", actor=SYSTEM)
    assert names("sued") == ([], [])
    for place, north_has, south_has in (
        ("cedorf", ["GVV"], ["Stadt Cedorf"]),
        ("aldorf", ["GVV"], ["GVV", "Stadt Cedorf"]),
    ):
        with transaction():
            moved = db.session.get_one(Area, county[place].id)
            regrouping.assign([moved], to=db.session.get_one(Area, south.id), from_day=clock.today(), actor=SYSTEM)
        assert names("sued") == (south_has, south_has)
        assert names("nord") == (north_has, north_has)


def test_by_topic_one_finds_who_works_on_it_and_who_was_invited_on_it_before(
    app: Flask, county: dict[str, Area]
) -> None:
    make_member("Neu", topics=("health", "sport"))
    known, both = make_member("Bekannt"), make_member("Beides", topics=("health",))
    make_member("Anders", topics=("sport",))
    listed = make_member("Vorgemerkt")
    earlier = make_planned(county, known, both, topics=["health"])
    ask(earlier)
    work(app)
    draft = make_planned(county, listed, topics=["health"])

    def found(topic: str) -> dict[str, tuple[bool, bool]]:
        rows = invitee_queries.candidates(SYSTEM, fresh(draft), invitee_queries.Choice(topic=topic))
        return {row.organisation.name: (row.works_on_topic, row.was_invited_on_topic) for row in rows}

    # On the list of this event, but never told of one on the topic: no reason to be found.
    assert found("health") == {"Beides": (True, True), "Neu": (True, False), "Bekannt": (False, True)}
    assert list(found("health")) == ["Beides", "Neu", "Bekannt"]  # who works on it stands first
    assert found("sport") == {"Anders": (True, False), "Neu": (True, False)}
    assert set(found("")) == {"Anders", "Beides", "Bekannt", "Neu", "Vorgemerkt"}
    assert not any(any(flags) for flags in found("").values())


def test_more_organisations_ask_no_more_often(app: Flask, county: dict[str, Area]) -> None:
    conference = make_planned(county)
    statements: list[str] = []
    counts = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, sql, *_rest: statements.append(sql))
    for first, last in ((0, 2), (2, 12)):
        for number in range(first, last):
            make_member(f"Verein {number}", topics=("health",))
        draft = fresh(conference)
        statements.clear()
        assert len(invitee_queries.candidates(SYSTEM, draft, invitee_queries.Choice(topic="health"))) == last
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 5, statements
