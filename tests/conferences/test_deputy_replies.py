"""The deputy answers through a link of their own; what the invited person answered stands beside it."""

import re
from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest
from flask import Flask
from invited import invite, make_event
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import select

from portal.conferences import announced, links
from portal.conferences.models import (
    AccessKind,
    AccessNeed,
    Conference,
    DeputyReply,
    Invitation,
    Reply,
    ReplyChannel,
)
from portal.conferences.services import deputies, events, invitees, replies, sending
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Role
from portal.core.database import Base, db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.outbox.models import OutboxMessage
from portal.stakeholders.services import represent

Mails = Callable[[], list[OutboxMessage]]
ROSA = {"deputy_name": "Rosa Beispiel", "deputy_email": "rosa@verein.example"}


@pytest.fixture
def event(app: Flask) -> Conference:
    return make_event(seats=1)


@pytest.fixture
def invitation(event: Conference, browser: PortalClient) -> Invitation:
    """Ida has named Rosa."""
    found = invite(event)
    answer(browser, "/einladung/" + links.token(found), "deputy", **ROSA)
    return fresh(found)


def path_of(invitation: Invitation) -> str:
    return links.DEPUTY_PATH + links.deputy_token(fresh(invitation))


def answer(browser: PortalClient, path: str, reply: str, **fields: object) -> str:
    """Send the form without ever having seen it: no cookie, no token."""
    found = browser.post(path, data={"reply": reply, "seen": "", **fields})
    assert found.status_code == 200, found.text
    return found.text


def needs(*, of_deputy: bool) -> set[AccessKind]:
    db.session.rollback()
    return set(db.session.scalars(select(AccessNeed.kind).where(AccessNeed.of_deputy.is_(of_deputy))))


def test_the_mail_to_the_deputy_holds_a_link_that_is_theirs_alone(
    browser: PortalClient, invitation: Invitation, mails: Mails
) -> None:
    mail = mails()[-1]
    path = path_of(invitation)
    assert mail.recipient == "rosa@verein.example"
    assert path in mail.text
    assert path in str(mail.html)
    assert path in re.sub(r"\r?\n ", "", str(mail.calendar))
    assert links.token(invitation) not in mail.text
    page = browser.get(path)
    assert page.status_code == 200
    assert "Vertretung von Ida Muster" in page.text
    assert "Guten Tag Rosa Beispiel" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_opening_the_link_changes_nothing(browser: PortalClient, invitation: Invitation) -> None:
    def everything() -> dict[str, object]:
        db.session.rollback()
        return {table.name: db.session.execute(select(table)).fetchall() for table in Base.metadata.sorted_tables}

    before = everything()
    assert browser.get(path_of(invitation)).status_code == 200
    assert browser.head(path_of(invitation)).status_code == 200
    assert everything() == before


def test_a_deputy_accepts_and_the_invited_persons_record_stays(
    browser: PortalClient, invitation: Invitation, mails: Mails
) -> None:
    ida, sent = "/einladung/" + links.token(invitation), len(mails())
    answer(browser, ida, "deputy", **ROSA, note="Bin im Urlaub.", access="hearing_loop", access_consent="y")
    sent = len(mails())
    said = answer(
        browser, path_of(invitation), "accepted", note="Komme zu Fuß.", access="wheelchair", access_consent="y"
    )
    assert "Danke, Ihre Antwort ist gespeichert" in said
    kept = fresh(invitation)
    assert (kept.reply, kept.reply_note, kept.deputy_name) == (Reply.DEPUTY, "Bin im Urlaub.", "Rosa Beispiel")
    assert (kept.deputy_reply, kept.deputy_note) == (DeputyReply.ACCEPTED, "Komme zu Fuß.")
    assert needs(of_deputy=False) == {AccessKind.HEARING_LOOP}
    assert needs(of_deputy=True) == {AccessKind.WHEELCHAIR}
    assert len(mails()) == sent  # Ida counts on it anyway
    assert "schon gespeichert" in answer(browser, path_of(invitation), "accepted", note="Komme zu Fuß.")
    page = browser.get(path_of(invitation)).text
    assert "Ihre Antwort: kommt" in page
    assert "Platz für einen Rollstuhl</strong>" not in page
    # Neither sees what the other needs.
    assert "Wir haben Angaben von Ihnen gespeichert" in browser.get(ida).text
    answer(browser, path_of(invitation), "accepted", access_forget="y")
    assert (needs(of_deputy=False), needs(of_deputy=True)) == ({AccessKind.HEARING_LOOP}, set())


def test_a_deputy_who_cannot_come_is_told_on_and_the_seat_is_kept(
    browser: PortalClient, event: Conference, invitation: Invitation, mails: Mails
) -> None:
    answer(browser, path_of(invitation), "accepted", access="wheelchair", access_consent="y")
    sent = len(mails())
    said = answer(browser, path_of(invitation), "declined")
    assert "Wir haben Ida Muster Bescheid gesagt." in said
    assert needs(of_deputy=True) == set()
    assert fresh(invitation).reply is Reply.DEPUTY
    assert replies.seats_taken(fresh(event)) == 1
    told = mails()[sent:]
    assert [(mail.kind, mail.recipient) for mail in told] == [("conferences.deputy_replied", "ida@verein.example")]
    assert "Rosa Beispiel kann Sie nicht vertreten" in told[0].text
    assert links.address(fresh(invitation)) in told[0].text
    assert "kann nicht kommen" in browser.get("/einladung/" + links.token(invitation)).text
    answer(browser, path_of(invitation), "declined")
    assert len(mails()) == sent + 1
    answer(browser, path_of(invitation), "accepted")
    assert "kommt doch" in mails()[-1].subject
    assert len(mails()) == sent + 2


def test_another_deputy_ends_the_former_ones_link_and_takes_nothing_over(
    browser: PortalClient, invitation: Invitation, mails: Mails
) -> None:
    ida, rosa = "/einladung/" + links.token(invitation), path_of(invitation)
    answer(browser, rosa, "accepted", note="Gern.", access="wheelchair", access_consent="y")
    answer(browser, ida, "deputy", deputy_name="Uwe Beispiel", deputy_email="uwe@verein.example")
    assert browser.get(rosa).status_code == 404
    assert browser.post(rosa, data={"reply": "declined"}).status_code == 404
    kept = fresh(invitation)
    assert (kept.deputy_reply, kept.deputy_replied_at, kept.deputy_note) == (DeputyReply.NONE, None, "")
    assert needs(of_deputy=True) == set()
    uwe = path_of(invitation)
    assert uwe in mails()[-1].text
    answer(browser, uwe, "accepted")
    answer(browser, ida, "accepted")
    assert browser.get(uwe).status_code == 404
    assert fresh(invitation).deputy_reply is DeputyReply.NONE
    assert browser.get(links.DEPUTY_PATH + links.deputy_token(fresh(invitation))).status_code == 404


def test_a_corrected_name_keeps_the_link_and_the_answer(browser: PortalClient, invitation: Invitation) -> None:
    rosa = path_of(invitation)
    answer(browser, rosa, "accepted")
    answer(browser, "/einladung/" + links.token(invitation), "deputy", **ROSA | {"deputy_name": "Rosa Muster"})
    assert "Guten Tag Rosa Muster" in browser.get(rosa).text
    assert fresh(invitation).deputy_reply is DeputyReply.ACCEPTED


def test_forged_foreign_and_withdrawn_links_say_nothing(browser: PortalClient, invitation: Invitation) -> None:
    token = links.deputy_token(invitation)
    for wrong in ("erfunden", "x" * 3000, links.token(invitation), token[:-9] + ("a" if token[-9] != "a" else "b")):
        found = browser.get(links.DEPUTY_PATH + wrong)
        assert found.status_code == 404
        assert "Rosa Beispiel" not in found.text
    assert browser.get("/einladung/" + token).status_code == 404
    with transaction():
        invitees.withdraw(invitation, actor=SYSTEM)
    assert browser.get(links.DEPUTY_PATH + token).status_code == 404


def test_after_the_beginning_and_a_cancellation_nothing_is_taken(
    browser: PortalClient, event: Conference, invitation: Invitation
) -> None:
    path = path_of(invitation)
    with clock.frozen(event.begins + timedelta(minutes=1)):
        assert "hat begonnen" in browser.get(path).text
        assert browser.post(path, data={"reply": "accepted"}).status_code == 422
    with transaction():
        event = db.session.get_one(Conference, event.id)
        event.cancelled_reason = "Es wird gebaut."
        events.move(event, type(event.state).CANCELLED, actor=SYSTEM)
    assert "Es wird gebaut." in browser.get(path).text
    assert browser.post(path, data={"reply": "accepted"}).status_code == 422
    assert fresh(invitation).deputy_reply is DeputyReply.NONE


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reply": ""}, "Bitte wählen Sie eine Antwort."),
        ({"reply": "deputy"}, "Bitte"),
        ({"reply": "none"}, "Bitte"),
        ({"reply": "accepted", "note": "x" * 1001}, "auf 1.000 Zeichen"),
    ],
)
def test_what_does_not_fit_is_refused_and_kept(
    browser: PortalClient, invitation: Invitation, fields: dict[str, str], words: str
) -> None:
    refused = browser.post(path_of(invitation), data={"access_words": "Assistenzhund", **fields})
    assert refused.status_code == 422
    assert words in refused.text
    assert 'value="Assistenzhund"' in refused.text
    assert fresh(invitation).deputy_reply is DeputyReply.NONE


def test_changing_ones_mind_again_and_again_does_not_fill_a_mailbox(
    browser: PortalClient, invitation: Invitation, mails: Mails
) -> None:
    path, sent = path_of(invitation), len(mails())
    codes = [browser.post(path, data={"reply": ("declined", "accepted")[n % 2]}).status_code for n in range(9)]
    assert codes == [200] * 6 + [429, 200, 429]  # the same once more is no change
    assert len(mails()) == sent + 6


def test_the_office_sees_what_the_deputy_answered(browser: PortalClient, invitation: Invitation) -> None:
    answer(browser, path_of(invitation), "accepted", note="Komme später.", access="wheelchair", access_consent="y")
    make_user("amsel@kreis.example", Role.PLANNER)
    browser.sign_in("amsel@kreis.example")
    event = f"/konferenzen/{fresh(invitation).conference.public_id}"
    sheet = browser.get(f"{event}/anwesenheit").text
    assert "Vertretung: kommt" in sheet
    assert "Nachricht der Vertretung: Komme später." in sheet
    assert "Rosa Beispiel" in browser.get(f"{event}/unterstuetzung").text
    answer(browser, path_of(invitation), "declined")
    sheet = browser.get(f"{event}/anwesenheit").text
    assert "Vertretung: kann nicht kommen" in sheet
    assert "Vertretung kann nicht kommen: <strong>1</strong>" in sheet
    entry = browser.get(f"{event}/einladungen/{fresh(invitation).public_id}/rueckmeldung").text
    assert "Rosa Beispiel kann nicht kommen" in entry


def to_rosa(mails: Mails) -> list[tuple[str, str | None]]:
    return [(mail.subject, mail.calendar_method) for mail in mails() if mail.recipient == "rosa@verein.example"]


def move(event: Conference) -> None:
    """The event begins an hour later, and everybody is told."""
    with transaction():
        one = db.session.get_one(Conference, event.id)
        one.told = announced.present(one).stored()
        one.starts_at += timedelta(hours=1)
        sending.announce(one, reason="Der Saal ist besetzt.", actor=SYSTEM, at_once=True)


def test_deputies_are_told_what_changes_and_what_is_cancelled(
    browser: PortalClient, event: Conference, invitation: Invitation, mails: Mails
) -> None:
    answer(browser, path_of(invitation), "accepted")
    move(event)
    told = mails()[-1] if mails()[-1].recipient == "rosa@verein.example" else mails()[-2]
    assert "18:00 bis 20:00" in told.text
    assert "Der Saal ist besetzt." in told.text
    assert path_of(invitation) in told.text
    assert "SEQUENCE:1" in str(told.calendar)
    with transaction():
        sending.cancel(db.session.get_one(Conference, event.id), reason="Es wird gebaut.", actor=SYSTEM, at_once=True)
    title = event.title
    assert to_rosa(mails) == [
        (f"Sie vertreten Ida Muster: {title}", "REQUEST"),
        (f"Geändert: {title}", "REQUEST"),
        (f"Abgesagt: {title}", "CANCEL"),
    ]
    gone = next(mail for mail in reversed(mails()) if mail.recipient == "rosa@verein.example")
    assert "Es wird gebaut." in gone.text
    assert "Der Eintrag in Ihrem Kalender wird entfernt." in gone.text
    assert "STATUS:CANCELLED" in str(gone.calendar)


def entries_of_rosa(mails: Mails) -> list[icalendar.Event]:
    found = [mail.calendar for mail in mails() if mail.recipient == "rosa@verein.example"]
    return [icalendar.Calendar.from_ical(str(text)).events[0] for text in found]


def test_the_deputys_calendar_entry_is_their_own_from_request_to_cancellation(
    browser: PortalClient, event: Conference, invitation: Invitation, mails: Mails
) -> None:
    answer(browser, path_of(invitation), "accepted")
    with transaction():  # the place alone: who has said they come is not asked again
        one = db.session.get_one(Conference, event.id)
        one.told = announced.present(one).stored()
        one.place_name = "Saal"
        sending.announce(one, actor=SYSTEM, at_once=True)
    told = [mail for mail in mails() if mail.recipient == "rosa@verein.example"][-1]
    assert "Sie haben uns schon geantwortet: kommt." in told.text
    assert "Bitte sagen Sie uns" not in told.text
    move(event)
    assert "Bitte sagen Sie uns, ob Sie kommen." in mails()[-1].text + mails()[-2].text
    answer(browser, "/einladung/" + links.token(fresh(invitation)), "accepted")
    entries = entries_of_rosa(mails)
    assert [str(one["ATTENDEE"]) for one in entries] == ["mailto:rosa@verein.example"] * 4
    assert [one["ATTENDEE"].params.get("PARTSTAT") for one in entries] == [
        "NEEDS-ACTION", "ACCEPTED", "NEEDS-ACTION", None,
    ]  # fmt: skip
    numbers = [one["SEQUENCE"] for one in entries]
    assert numbers == sorted(set(numbers))
    assert len({str(one["UID"]) for one in entries}) == 1
    assert str(entries[0]["UID"]) != event.uid
    assert entries[-1]["STATUS"] == "CANCELLED"
    assert to_rosa(mails)[-1] == (f"Sie müssen nicht mehr vertreten: {event.title}", "CANCEL")
    # Named once more: a new entry, as no number brings back one that may not have been removed everywhere.
    answer(browser, "/einladung/" + links.token(fresh(invitation)), "deputy", **ROSA)
    again = entries_of_rosa(mails)[-1]
    assert again["STATUS"] == "CONFIRMED"
    assert again["UID"] != entries[0]["UID"]


def test_a_deputy_who_does_not_come_anyway_is_not_told(
    browser: PortalClient, event: Conference, invitation: Invitation, mails: Mails
) -> None:
    answer(browser, path_of(invitation), "declined")
    move(event)
    assert len(to_rosa(mails)) == 1


def test_a_withdrawn_invitation_releases_the_deputy(
    browser: PortalClient, event: Conference, invitation: Invitation, mails: Mails
) -> None:
    with transaction():
        invitees.withdraw(db.session.get_one(Invitation, invitation.id), actor=SYSTEM)
    assert to_rosa(mails)[-1] == (f"Sie müssen nicht mehr vertreten: {event.title}", "CANCEL")
    asked, gone = entries_of_rosa(mails)
    assert asked["UID"] == gone["UID"]
    assert gone["SEQUENCE"] > asked["SEQUENCE"]
    assert "ist zurückgezogen" in [mail for mail in mails() if mail.recipient == "rosa@verein.example"][-1].text


def test_whoever_is_invited_again_is_asked_again_and_the_released_deputy_is_not_needed(
    browser: PortalClient, event: Conference, invitation: Invitation, mails: Mails
) -> None:
    rosa, ida = path_of(invitation), "/einladung/" + links.token(invitation)
    answer(browser, rosa, "accepted", note="Gern.", access="wheelchair", access_consent="y")
    with transaction():
        invitees.withdraw(db.session.get_one(Invitation, invitation.id), actor=SYSTEM)
    sent = len(to_rosa(mails))
    with transaction():
        row = db.session.get_one(Invitation, invitation.id)
        represent(row.person, row.organisation, actor=SYSTEM)
        invitees.invite(row.conference, [(row.organisation, row.person)], actor=SYSTEM)
    again = fresh(invitation)
    assert (again.reply, again.replied_at, again.deputy_called, again.deputy_email) == (Reply.NONE, None, "", None)
    assert (again.deputy_reply, again.deputy_note) == (DeputyReply.NONE, "")
    assert needs(of_deputy=True) == set()
    assert browser.get(rosa).status_code == 404
    with transaction():
        sending.ask(db.session.get_one(Conference, event.id), actor=SYSTEM, at_once=True)
    assert len(to_rosa(mails)) == sent
    assert mails()[-1].recipient == "ida@verein.example"
    assert "Bitte antworten Sie uns" in mails()[-1].text
    answer(browser, ida, "deputy", **ROSA)
    assert browser.get(path_of(invitation)).status_code == 200
    assert len(to_rosa(mails)) == sent + 1


@pytest.fixture
def office(browser: PortalClient) -> PortalClient:
    make_user("amsel@kreis.example", Role.PLANNER)
    browser.sign_in("amsel@kreis.example")
    return browser


def entry_of(invitation: Invitation) -> str:
    event = f"/konferenzen/{fresh(invitation).conference.public_id}"
    return f"{event}/einladungen/{fresh(invitation).public_id}/rueckmeldung/vertretung"


def test_the_office_enters_what_a_deputy_said_on_the_telephone(
    invitation: Invitation, office: PortalClient, mails: Mails
) -> None:
    entry, sent = entry_of(invitation), len(mails())
    assert f'href="{entry}"' in office.get(entry.rsplit("/", 1)[0]).text
    assert f'href="{entry}"' in office.get(f"{entry.split('/einladungen')[0]}/anwesenheit").text
    assert "Rosa Beispiel vertritt Ida Muster" in office.get(entry).text
    assert office.submit(entry, {"reply": "accepted"}).status_code == 422
    seen = re.search(r'name="seen" type="hidden" value="([^"]*)"', office.get(entry).text)
    assert seen is not None
    fields = {"channel": "telephone", "reply": "accepted", "note": "Kommt später.", "seen": seen[1]}
    needed = {"access": "wheelchair", "access_consent": "y"}
    assert office.submit(entry, fields | needed).status_code == 302
    kept = fresh(invitation)
    assert (kept.reply, kept.deputy_reply) == (Reply.DEPUTY, DeputyReply.ACCEPTED)
    assert (kept.deputy_channel, kept.deputy_note) == (ReplyChannel.TELEPHONE, "Kommt später.")
    assert needs(of_deputy=True) == {AccessKind.WHEELCHAIR}
    assert len(mails()) == sent
    assert "Vertretung: kommt, am Telefon" in office.get(f"{entry.split('/einladungen')[0]}/anwesenheit").text
    # From a page opened before: another answer is not overwritten, the same one is known.
    both = office.submit(entry, fields | {"reply": "declined"})
    assert both.status_code == 409
    assert "Beide Fassungen" in both.text
    assert fresh(invitation).deputy_reply is DeputyReply.ACCEPTED
    assert office.submit(entry, fields).status_code == 302
    seen = re.search(r'name="seen" type="hidden" value="([^"]*)"', both.text)
    assert seen is not None
    changed = {"channel": "letter", "reply": "declined", "note": "", "seen": seen[1]}
    assert office.submit(entry, changed).status_code == 302
    assert needs(of_deputy=True) == set()
    assert (mails()[-1].kind, mails()[-1].recipient) == ("conferences.deputy_replied", "ida@verein.example")
    taken_back = {"channel": "letter", "reply": "none", "note": "", "seen": deputies.mark(fresh(invitation))}
    assert office.submit(entry, taken_back).status_code == 302
    assert (fresh(invitation).deputy_reply, fresh(invitation).deputy_channel) == (DeputyReply.NONE, None)
    assert len(mails()) == sent + 1


def test_the_office_enters_it_for_a_deputy_without_address_and_for_nobody_else(
    event: Conference, office: PortalClient
) -> None:
    row = invite(event, "Oma Muster", email=None)
    with transaction():
        one = db.session.get_one(Invitation, row.id)
        replies.record_reply(one, Reply.DEPUTY, channel=ReplyChannel.LETTER, actor=SYSTEM, deputy_name="Uwe")
    entry = entry_of(row)
    fields = {"channel": "telephone", "reply": "accepted", "note": "", "seen": deputies.mark(fresh(row))}
    assert office.submit(entry, fields).status_code == 302
    assert fresh(row).deputy_reply is DeputyReply.ACCEPTED
    with transaction():  # somebody else without address: what the first one said is not taken over
        one = db.session.get_one(Invitation, row.id)
        replies.record_reply(one, Reply.DEPUTY, channel=ReplyChannel.LETTER, actor=SYSTEM, deputy_name="Udo")
    assert fresh(row).deputy_reply is DeputyReply.NONE
    assert office.submit(entry, fields).status_code == 409  # a page of Uwe's answers for nobody else
    with transaction():
        one = db.session.get_one(Invitation, row.id)
        replies.record_reply(one, Reply.ACCEPTED, channel=ReplyChannel.LETTER, actor=SYSTEM)
    assert office.get(entry).status_code == 404
    with pytest.raises(Refusal), transaction():
        deputies.record_reply(
            db.session.get_one(Invitation, row.id), DeputyReply.ACCEPTED, channel=ReplyChannel.LETTER, actor=SYSTEM
        )
    with pytest.raises(NotAllowed), transaction():
        deputies.record_reply(
            db.session.get_one(Invitation, row.id), DeputyReply.ACCEPTED, channel=ReplyChannel.LETTER, actor=ANONYMOUS
        )
