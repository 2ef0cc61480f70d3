"""What the office enters for others, what it alone sees, and the same form in *Mein Bereich*."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from invited import invite, make_event, make_organisation
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import select

from portal.accounts.models import User
from portal.conferences import links
from portal.conferences.models import Attendance, Conference, ConferenceState, Invitation, Reply, ReplyChannel
from portal.conferences.services import replies
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.home.cards.invitations import own_invitations
from portal.outbox.models import OutboxMessage
from portal.stakeholders import acting
from portal.stakeholders import queries as stakeholder_queries
from portal.stakeholders import services as stakeholders
from portal.stakeholders.models import Organisation, OrganisationState, Person

Mails = Callable[[], list[OutboxMessage]]


@pytest.fixture
def event(app: Flask) -> Conference:
    return make_event()


@pytest.fixture
def planner(browser: PortalClient) -> PortalClient:
    make_user("planung@kreis.example", Role.PLANNER, name="Pia Plan")
    browser.sign_in("planung@kreis.example")
    return browser


def pages_of(event: Conference, invitation: Invitation) -> list[str]:
    base = f"/konferenzen/{event.public_id}"
    row = f"{base}/einladungen/{invitation.public_id}"
    return [
        f"{row}/rueckmeldung", f"{row}/brief.pdf", f"{base}/anwesenheit", f"{base}/anwesenheitsliste",
        f"{base}/unterstuetzung", f"{base}/briefe", f"{base}/briefe.pdf",
    ]  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PLANNER])
def test_nobody_else_sees_or_enters_anything(browser: PortalClient, event: Conference, role: Role) -> None:
    row = invite(event, email=None)
    make_user("ada@verein.example", role)
    browser.sign_in("ada@verein.example")
    for path in pages_of(event, row):
        assert browser.get(path).status_code == 404, path
    fields = {"channel": "telephone", "reply": "accepted"}
    path = f"/konferenzen/{event.public_id}/einladungen/{row.public_id}/rueckmeldung"
    assert browser.submit(path, fields, page="/konto").status_code == 404
    assert fresh(row).reply is Reply.NONE


def test_a_reply_by_telephone_is_entered_and_confirmed(planner: PortalClient, event: Conference, mails: Mails) -> None:
    row = invite(event)
    path = f"/konferenzen/{event.public_id}/einladungen/{row.public_id}/rueckmeldung"
    assert planner.submit(path, {"reply": "accepted"}).status_code == 422
    assert planner.submit(path, {"reply": "deputy", "channel": "telephone"}).status_code == 422
    answer = planner.submit(path, {"reply": "tentative", "channel": "telephone", "note": "Ruft noch einmal an."})
    assert answer.status_code == 302
    assert (fresh(row).reply, row.reply_channel) == (Reply.TENTATIVE, ReplyChannel.TELEPHONE)
    assert [mail.recipient for mail in mails()] == ["ida@verein.example"]
    page = planner.get(answer.location).text
    assert "Ruft noch einmal an." in page
    assert "am Telefon" in page
    planner.submit(path, {"reply": "tentative", "channel": "telephone", "note": "Ruft noch einmal an."})
    assert len(mails()) == 1


def test_a_reply_that_came_in_between_is_not_overwritten_unseen(planner: PortalClient, event: Conference) -> None:
    row = invite(event)
    path = f"/konferenzen/{event.public_id}/einladungen/{row.public_id}/rueckmeldung"
    seen = re.compile(r'name="seen" type="hidden" value="(\w*)"')
    (before,) = seen.findall(planner.get(path).text)
    with transaction():
        replies.record_reply(fresh(row), Reply.DECLINED, channel=ReplyChannel.LINK, actor=ANONYMOUS, note="Krank.")
    fields = {"reply": "accepted", "channel": "telephone", "seen": before}
    answer = planner.submit(path, fields)
    assert answer.status_code == 409
    assert fresh(row).reply is Reply.DECLINED
    assert "Noch nicht gespeichert" in answer.text
    assert "passt noch nicht" not in answer.text
    table = answer.text.split("<tbody>")[1].split("</tbody>")[0]
    assert [word in table for word in ("kommt nicht", ">kommt<", "Krank.")] == [True] * 3
    assert "checked" in answer.text.split('value="accepted"')[1].split(">")[0]
    (now,) = seen.findall(answer.text)
    assert planner.submit(path, {**fields, "seen": now}).status_code == 302
    assert fresh(row).reply is Reply.ACCEPTED
    # The same answer is no conflict, whatever was seen.
    assert planner.submit(path, fields).status_code == 302


def test_attendance_is_entered_as_a_sheet(planner: PortalClient, event: Conference) -> None:
    rows = [invite(event), invite(event, "Uwe Beispiel", email="uwe@verein.example")]
    path = f"/konferenzen/{event.public_id}/anwesenheit"
    assert "Anwesenheit speichern" not in planner.get(path).text
    fields = {f"anwesend-{rows[0].public_id}": "yes", f"anwesend-{rows[1].public_id}": "", "walk_ins": "3"}
    assert planner.submit(path, fields, page="/konto").status_code == 422
    with clock.frozen(event.begins + timedelta(minutes=5)):
        planner.sign_in("planung@kreis.example")
        assert planner.submit(path, fields).status_code == 302
        assert planner.submit(path, {**fields, "walk_ins": "viele"}).status_code == 422
        assert planner.submit(path, {**fields, f"anwesend-{rows[0].public_id}": "vielleicht"}).status_code == 422
        page = planner.get(path).text
    assert [fresh(row).attendance for row in rows] == [Attendance.YES, None]
    assert fresh(event).walk_ins == 3
    assert '<option value="yes" selected>' in page


def test_needs_stand_on_one_page_and_in_no_list(planner: PortalClient, event: Conference) -> None:
    row = invite(event)
    fields = {"reply": "accepted", "channel": "letter", "access_words": "Assistenzhund", "access_consent": "y"}
    planner.submit(f"/konferenzen/{event.public_id}/einladungen/{row.public_id}/rueckmeldung", fields)
    found = [path for path in pages_of(event, row) if ".pdf" not in path and "Assistenzhund" in planner.get(path).text]
    assert found == [f"/konferenzen/{event.public_id}/unterstuetzung"]


def test_letters_are_printed_and_noted(planner: PortalClient, event: Conference) -> None:
    mailed, letter = invite(event), invite(event, "Oma Muster", email=None)
    base = f"/konferenzen/{event.public_id}"
    page = planner.get(f"{base}/briefe").text
    assert "1 Brief ist zu drucken" in page
    assert "Ida Muster" not in page
    for path in (f"{base}/briefe.pdf", f"{base}/einladungen/{mailed.public_id}/brief.pdf"):
        answer = planner.get(path)
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
    fields = {"printed": f"{letter.public_id}:0 {mailed.public_id}:0 unsinn x:y"}
    assert planner.submit(f"{base}/briefe", fields).status_code == 302
    assert fresh(letter).printed_sequence == 0
    assert fresh(mailed).printed_sequence is None
    assert planner.get(f"{base}/briefe.pdf").status_code == 404
    assert "verschickt am" in planner.get(f"{base}/briefe").text


def _acting_for(browser: PortalClient, organisation: Organisation) -> None:
    user = make_user("rosa@verein.example", Role.PROVIDER, name="Rosa Beispiel")
    with transaction():
        person = stakeholders.person_behind(user, actor=SYSTEM)
        stakeholders.represent(person, organisation, actor=SYSTEM)
    browser.sign_in("rosa@verein.example")


def test_representatives_answer_for_their_own_organisation(
    app: Flask, browser: PortalClient, event: Conference
) -> None:
    organisation = make_organisation("Blaue Laterne")
    own, foreign = invite(event, organisation=organisation), invite(event, "Uwe Beispiel", email="uwe@verein.example")
    withdrawn = invite(make_event("Zweite Konferenz"), "Ada", email="ada@verein.example", organisation=organisation)
    with transaction():
        db.session.get_one(Invitation, withdrawn.id).withdrawn_at = clock.now()
    assert browser.get(f"/mein-bereich/einladungen/{own.public_id}").status_code == 302
    _acting_for(browser, organisation)
    user = db.session.scalars(select(User).where(User.email == "rosa@verein.example")).one()
    with app.test_request_context(base_url="http://portal.example"):
        cards = list(own_invitations(acting.actor_for(user)))
    assert [(card.url, card.rank) for card in cards] == [(f"/mein-bereich/einladungen/{own.public_id}", 10)]
    path = f"/mein-bereich/einladungen/{own.public_id}"
    assert browser.submit(path, {"reply": "accepted", "seen": ""}).status_code == 200
    assert fresh(own).reply is Reply.ACCEPTED
    assert browser.post(path, data={"reply": "declined"}).status_code == 400
    for row in (foreign, withdrawn):
        path = f"/mein-bereich/einladungen/{row.public_id}"
        assert browser.get(path).status_code == 404
        assert browser.submit(path, {"reply": "accepted", "seen": ""}, page="/konto").status_code == 404
        assert fresh(row).reply is Reply.NONE


ATTACKS: list[dict[str, object]] = [
    {"reply": "accepted", "access_forget": "y"},
    {"reply": "declined"},
    {"reply": "tentative", "access": "childcare", "access_consent": "y", "note": "übergriffig"},
    {"reply": "deputy", "deputy_name": "Cem", "note": ""},
]


@pytest.mark.parametrize("attack", ATTACKS, ids=["forget", "decline", "replace", "deputy"])
def test_colleagues_answer_without_seeing_or_touching_what_is_personal(
    browser: PortalClient, event: Conference, attack: dict[str, object]
) -> None:
    organisation = make_organisation("Blaue Laterne")
    row = invite(event, organisation=organisation)
    told = {"access": "wheelchair", "access_words": "Assistenzhund", "access_consent": "y", "note": "PRIVATE NOTIZ"}
    assert (
        browser.post(f"/einladung/{links.token(row)}", data={"reply": "accepted", "seen": "", **told}).status_code
        == 200
    )
    needs = {(need.kind, need.note, need.consented_at) for need in fresh(row).access_needs}
    assert len(needs) == 2
    _acting_for(browser, organisation)
    path = f"/mein-bereich/einladungen/{row.public_id}"
    refused = browser.submit(path, {"reply": "vielleicht nicht", "seen": ""})
    answered = browser.submit(path, {"seen": "", **attack})
    assert (refused.status_code, answered.status_code) == (422, 200)
    for page in (browser.get(path).text, refused.text, answered.text):
        for word in ("PRIVATE NOTIZ", "Wir haben Angaben", "access_forget", 'name="note"', "Bedarf haben wir nicht"):
            assert word not in page
    kept = fresh(row)
    assert kept.reply.value == attack["reply"]
    assert kept.reply_note == "PRIVATE NOTIZ"
    assert {(need.kind, need.note, need.consented_at) for need in kept.access_needs} == needs


def test_the_invited_person_sees_and_changes_the_own_message_and_needs(
    browser: PortalClient, event: Conference
) -> None:
    organisation = make_organisation("Blaue Laterne")
    row = invite(event, organisation=organisation)
    _acting_for(browser, organisation)
    with transaction():
        rosa = db.session.scalars(select(Person).join(Person.user).where(User.email == "rosa@verein.example")).one()
        db.session.get_one(Invitation, row.id).person = rosa
    path = f"/mein-bereich/einladungen/{row.public_id}"
    told = {"access": "wheelchair", "access_consent": "y", "note": "Ich komme später"}
    assert browser.submit(path, {"reply": "accepted", "seen": "", **told}).status_code == 200
    page = browser.get(path).text
    assert "Ich komme später" in page
    assert "Wir haben Angaben von Ihnen gespeichert" in page
    assert browser.submit(path, {"reply": "accepted", "seen": "", "access_forget": "y"}).status_code == 200
    assert fresh(row).access_needs == []


def test_own_page_asks_only_what_can_still_be_answered(app: Flask, browser: PortalClient, event: Conference) -> None:
    organisation = make_organisation("Blaue Laterne")
    invite(event, organisation=organisation)
    _acting_for(browser, organisation)
    user = db.session.scalars(select(User).where(User.email == "rosa@verein.example")).one()

    def texts() -> list[str]:
        with app.test_request_context(base_url="http://portal.example"):
            return [str(card.text) for card in own_invitations(acting.actor_for(user))]

    assert len(texts()) == 1
    with clock.frozen(event.begins + timedelta(minutes=5)):
        assert texts() == ["Die Veranstaltung hat begonnen."]
    with transaction():
        stored = db.session.get_one(Conference, event.id)
        stored.state, stored.cancelled_reason = ConferenceState.CANCELLED, "Sturm"
    assert texts() == []


def test_who_acts_is_told_that_the_organisation_waits_for_the_check(app: Flask, browser: PortalClient) -> None:
    organisation = make_organisation("Blaue Laterne")
    _acting_for(browser, organisation)
    user = db.session.scalars(select(User).where(User.email == "rosa@verein.example")).one()
    for state in (OrganisationState.VERIFIED, OrganisationState.PENDING):
        with transaction():
            db.session.get_one(Organisation, organisation.id).state = state
        with app.test_request_context(base_url="http://portal.example"):
            waits = acting.waits_for_check(acting.actor_for(user))
        assert waits is (state is OrganisationState.PENDING)


def test_long_links_stay_valid(browser: PortalClient, event: Conference) -> None:
    row = invite(event)
    assert browser.get("/einladung/" + links.token(row)).status_code == 200


def test_own_page_tells_several_invitations_to_one_event_apart(
    app: Flask, browser: PortalClient, event: Conference
) -> None:
    organisation, other = make_organisation("Blaue Laterne"), make_organisation("Grüne Laterne")
    colleague = invite(event, "Cem Beispiel", email="cem@verein.example", organisation=organisation)
    _acting_for(browser, organisation)
    with transaction():
        person = db.session.scalars(select(Person).join(Person.user).where(User.email == "rosa@verein.example")).one()
        for one in (organisation, other):
            db.session.add(
                Invitation(
                    conference_id=event.id,
                    organisation_id=one.id,
                    person_id=person.id,
                    link_nonce=links.new_nonce(),
                    sent_at=clock.now(),
                    sent_sequence=0,
                )
            )
        stakeholders.represent(person, other, actor=SYSTEM)
    rows = {row.organisation_id: row for row in db.session.scalars(select(Invitation).filter_by(person_id=person.id))}
    user = person.user
    assert user is not None
    acts = {row.organisation_id: row for row in stakeholder_queries.valid_representations(user.id)}
    with app.test_request_context(base_url="http://portal.example"):
        cards = {card.url: card for card in own_invitations(Actor(user=user, representation=acts[organisation.id]))}
    page = "/mein-bereich/einladungen/"
    mine, theirs = cards[page + rows[organisation.id].public_id], cards[page + colleague.public_id]
    assert mine.title == f"Einladung an Sie: {event.title}"
    assert theirs.title == f"Einladung an Cem Beispiel: {event.title}"
    assert all("Jede Einladung hat ihre eigene Antwort." in card.text for card in (mine, theirs))
    elsewhere = cards[f"/handeln-fuer?next={page}{rows[other.id].public_id}"]
    assert elsewhere.title == f"Einladung für Grüne Laterne: {event.title}"
    assert len(cards) == 3
    assert {card.about for card in cards.values()} == {event.uid}
