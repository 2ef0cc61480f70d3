"""Whom one asks about an event, in every message about it, and what it offers so that everybody can take part."""

import icalendar
import pytest
from flask import Flask
from planned_events import invitation_of, make_county, make_member, make_planned, plan
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import select

from portal.areas.models import Area
from portal.conferences import announced, contact, deputy_mails, letter_pdf, links, reply_mails
from portal.conferences.models import AccessOffer, Conference, Reply, ReplyChannel
from portal.conferences.services import events, invitees, printing, replies, sending
from portal.core import pdf
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.outbox import office
from portal.outbox.models import OutboxMessage
from portal.settings import services as settings
from portal.stakeholders.models import Channel, Organisation, Person

ASK, PHONE = "runde@kreis.example", "00000 12-345"


@pytest.fixture
def county(app: Flask) -> dict[str, Area]:
    return make_county()


@pytest.fixture
def member(county: dict[str, Area]) -> tuple[Organisation, Person]:
    return make_member("Erstes Haus", person="Erna Erste")


@pytest.fixture
def event(county: dict[str, Area], member: tuple[Organisation, Person]) -> Conference:
    return make_planned(county, member, contact_email=ASK, contact_phone=PHONE, is_public=True)


def mails() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def send(event: Conference) -> None:
    with transaction():
        sending.ask(event, actor=SYSTEM, at_once=True)


def calendar_contact(text: str | None) -> str:
    [entry] = icalendar.Calendar.from_ical(text or "").walk("VEVENT")
    return str(entry["contact"])


def test_every_message_about_an_event_is_answered_to_its_contact(
    event: Conference, member: tuple[Organisation, Person]
) -> None:
    send(event)
    with transaction():
        replies.record_reply(
            invitation_of(member), Reply.DEPUTY, channel=ReplyChannel.TELEPHONE, actor=SYSTEM,
            deputy_name="Dora Dritte", deputy_email="dora@verein.example",
        )  # fmt: skip
    with transaction():
        reply_mails.confirm(invitation_of(member), is_first=True)
    with transaction():
        row = fresh(event)
        row.title = "Neuer Titel"
        sending.announce(row, actor=SYSTEM, at_once=True)
    with transaction():
        sending.cancel(fresh(event), reason="Sturm", actor=SYSTEM, at_once=True)
    found = mails()
    assert {mail.kind for mail in found} >= {
        "conferences.invitation", "conferences.reply_confirmed", "conferences.deputy", "conferences.change",
        "conferences.cancellation",
    }  # fmt: skip
    assert {mail.headers["Reply-To"] for mail in found} == {ASK}
    told = [mail for mail in found if mail.kind in {"conferences.invitation", "conferences.reply_confirmed"}]
    for mail in told:
        assert ASK in mail.text
        assert f"Telefon {PHONE}" in mail.text
    assert calendar_contact(found[0].calendar) == f"{ASK}, Telefon {PHONE}"
    [entry] = icalendar.Calendar.from_ical(found[0].calendar or "").walk("VEVENT")
    assert str(entry["organizer"]) == f"mailto:{office.email()}"


def test_without_one_the_office_is_asked(county: dict[str, Area], member: tuple[Organisation, Person]) -> None:
    with transaction():
        settings.put("site.office_phone", "00000 777", actor=SYSTEM)
    event = make_planned(county, member)
    send(event)
    assert mails()[-1].headers["Reply-To"] == office.email()
    assert contact.of(event) == contact.Contact(office.email(), "00000 777")
    own = make_planned(county, contact_email=ASK)
    assert contact.of(own) == contact.Contact(ASK, "")


def test_the_public_page_and_its_calendar_name_the_contact(
    browser: PortalClient, event: Conference, member: tuple[Organisation, Person]
) -> None:
    page = browser.get(f"/termine/{event.public_id}").text
    assert f'href="mailto:{ASK}"' in page
    assert f'Telefon <a href="tel:0000012345"><bdi>{PHONE}</bdi></a>' in page
    assert calendar_contact(browser.get(f"/termine/{event.public_id}/kalender.ics").text) == f"{ASK}, Telefon {PHONE}"
    send(event)
    token = links.address(invitation_of(member)).rpartition("/")[2]
    assert f'href="mailto:{ASK}"' in browser.get(f"/einladung/{token}").text


def test_letters_bear_the_contact(event: Conference, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = make_member("Zweites Haus", person="Otto Zweiter", email=None, channel=Channel.LETTER)
    with transaction():
        invitees.invite(event, [paper], actor=SYSTEM)
    seen: list[dict[str, object]] = []
    monkeypatch.setattr(pdf, "render", lambda template, data: seen.append(data) or b"")
    letter_pdf.render(fresh(event), [invitation_of(paper)])
    assert {key: seen[0]["office"][key] for key in ("email", "phone")} == {"email": ASK, "phone": PHONE}  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"contact_email": "keine"}, "contact_email"),
        ({"contact_email": ASK, "contact_phone": "folgt"}, "contact_phone"),
        ({"contact_email": ASK, "contact_phone": "0" * 61}, "contact_phone"),
        ({"contact_phone": PHONE}, "contact_email"),
    ],
)
def test_a_contact_nobody_can_reach_is_refused(county: dict[str, Area], values: dict[str, str], field: str) -> None:
    with pytest.raises(Refusal) as refused, transaction():
        events.create(plan(county, **values), actor=SYSTEM)
    assert refused.value.field == field


def test_the_form_begins_with_the_contact_of_the_last_event_that_was_sent(
    browser: PortalClient, county: dict[str, Area], member: tuple[Organisation, Person]
) -> None:
    planner = Actor(user=make_user("plan@kreis.example", Role.PLANNER))
    with transaction():
        sent = events.create(plan(county, contact_email=ASK, contact_phone=PHONE), actor=planner)
        invitees.invite(sent, [member], actor=planner)
    assert contact.suggested(planner) == contact.of_office()
    send(sent)
    for address, actor in (("versuch@kreis.example", planner), ("andere@kreis.example", SYSTEM)):
        with transaction():
            events.create(plan(county, contact_email=address), actor=actor)
    browser.sign_in("plan@kreis.example")
    page = browser.get("/konferenzen/neu").text
    assert f'value="{ASK}"' in page
    assert f'value="{PHONE}"' in page


def test_what_an_event_offers_is_ticked_and_shown_beside_the_words(
    browser: PortalClient, county: dict[str, Area], event: Conference
) -> None:
    make_user("plan@kreis.example", Role.PLANNER)
    browser.sign_in("plan@kreis.example")
    form = f"/konferenzen/{event.public_id}/bearbeiten"
    fields = {
        "edition": str(event.edition), "title": event.title, "kind": event.kind.value, "phase": event.phase.value,
        "period": "p1", "day": event.starts_at.date().isoformat(), "starts": "14:00", "ends": "17:00",
        "place_name": "Beispielhalle", "place_town": "Aldorf", "attending": "on_site", "is_public": "y",
        "access_offers": ["step_free", "hearing_loop"], "access_information": "Parkplatz im Hof.",
        "contact_email": ASK, "contact_phone": PHONE, "body": "", "place_area": "",
    }  # fmt: skip
    assert browser.submit(form, fields).status_code == 302
    row = fresh(event)
    assert row.access_offers == [AccessOffer.STEP_FREE, AccessOffer.HEARING_LOOP]
    assert announced.access(row) == "stufenlos erreichbar, Hörschleife\nParkplatz im Hof."
    page = browser.get(f"/termine/{event.public_id}").text
    assert "<li>stufenlos erreichbar</li><li>Hörschleife</li>" in page
    assert "Parkplatz im Hof." in page
    assert "Gebärdensprache" not in page
    assert "stufenlos erreichbar" in str(deputy_mails.facts(row, comes=True).rows)


def test_a_new_contact_or_way_in_alone_can_be_made_known(
    event: Conference, member: tuple[Organisation, Person]
) -> None:
    send(event)
    assert announced.unannounced(fresh(event)) == []
    with transaction():
        row = fresh(event)
        row.contact_phone, row.is_step_free, row.access_information = "00000 99", True, "Rampe\nam Hof"
    row = fresh(event)
    assert [(one.field, one.new) for one in announced.unannounced(row)] == [
        ("access", "stufenlos erreichbar; Rampe am Hof"), ("contact", f"{ASK}, 00000 99"),
    ]  # fmt: skip
    assert sending.hindrance(row) is None  # calendars are right: others may be invited meanwhile
    with transaction():
        sending.announce(row, actor=SYSTEM, at_once=True)
    text = mails()[-1].text
    assert f"{ASK}, 00000 99 (bisher: {ASK}, {PHONE})" in " ".join(text.split())
    assert "(bisher: keine Angabe)" in " ".join(text.split())
    assert announced.unannounced(fresh(event)) == []
    with transaction():
        fresh(event).title = "Neuer Titel"
    assert sending.hindrance(fresh(event)) is not None


def test_what_was_told_before_contacts_were_kept_is_no_change(
    event: Conference, member: tuple[Organisation, Person]
) -> None:
    send(event)
    with transaction():
        row = fresh(event)
        row.told = {key: value for key, value in (row.told or {}).items() if key not in {"access", "contact"}}
    assert announced.unannounced(fresh(event)) == []


def test_a_letter_never_posted_leads_to_no_cancellation(browser: PortalClient, county: dict[str, Area]) -> None:
    posted, unposted, answered, mailed = (
        make_member(name, email=None if name != "Viertes" else "", channel=Channel.LETTER)
        for name in ("Erstes", "Zweites", "Drittes", "Viertes")
    )
    with transaction():
        db.session.get_one(Person, mailed[1].id).channel = Channel.MAIL
    event = make_planned(county, posted, unposted, answered, mailed)
    send(event)
    row = invitation_of(posted)
    with transaction():
        printing.note_printed(event, {row.public_id: row.sent_sequence or 0}, actor=SYSTEM)
    with transaction():
        replies.record_reply(invitation_of(answered), Reply.ACCEPTED, channel=ReplyChannel.TELEPHONE, actor=SYSTEM)
    with transaction():  # wants paper from now on: a change was to be printed and was not
        db.session.get_one(Person, mailed[1].id).channel = Channel.LETTER
    changed = fresh(event)
    with transaction():
        changed.title = "Neuer Titel"
        sending.announce(changed, actor=SYSTEM, at_once=True)
    make_user("plan@kreis.example", Role.PLANNER)
    browser.sign_in("plan@kreis.example")
    page = browser.get(f"/konferenzen/{event.public_id}/absagen").text
    assert "1 Brief ist nicht als verschickt eingetragen" in page
    assert "3 Personen bekommen die Absage" in page
    with transaction():
        sending.cancel(fresh(event), reason="Sturm", actor=SYSTEM, at_once=True)
    assert invitation_of(unposted).sent_sequence is None
    for member in (posted, answered, mailed):
        row_of = invitation_of(member)
        assert (row_of.sent_sequence, row_of.sent_as_letter) == (fresh(event).sequence, True)
    letters = browser.get(f"/konferenzen/{event.public_id}/briefe").text
    assert "Zweites Muster" not in letters
    assert "Erstes Muster" in letters
