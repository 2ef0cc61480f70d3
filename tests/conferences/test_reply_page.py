"""The invited person's own page behind the personal link."""

import re
from collections.abc import Callable
from datetime import timedelta

import icalendar
import pytest
from babel.dates import format_date
from flask import Flask
from invited import begins, invite, make_event
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import func, select, text

from portal.conferences import links, short_links
from portal.conferences.models import (
    AccessKind,
    AccessNeed,
    Attending,
    Conference,
    ConferenceState,
    Invitation,
    Reply,
    ReplyChannel,
)
from portal.core import clock
from portal.core.actor import Role
from portal.core.database import Base, db
from portal.core.transaction import transaction
from portal.outbox.models import OutboxMessage
from portal.stakeholders.models import Person

Mails = Callable[[], list[OutboxMessage]]


@pytest.fixture
def event(app: Flask) -> Conference:
    return make_event()


@pytest.fixture
def invitation(event: Conference) -> Invitation:
    return invite(event)


def path_of(invitation: Invitation) -> str:
    return "/einladung/" + links.token(invitation)


def everything() -> dict[str, object]:
    """Every row of every table."""
    db.session.rollback()
    return {table.name: db.session.execute(select(table)).fetchall() for table in Base.metadata.sorted_tables}


def send(browser: PortalClient, path: str, reply: str = "accepted", **fields: object) -> int:
    """Send the form without ever having seen it: no cookie, no token."""
    return browser.post(path, data={"reply": reply, "seen": "", **fields}).status_code


def needs_of(invitation: Invitation) -> set[tuple[AccessKind, str]]:
    return {(need.kind, need.note) for need in fresh(invitation).access_needs}


def test_opening_the_link_changes_nothing_whoever_opens_it(browser: PortalClient, invitation: Invitation) -> None:
    path = path_of(invitation)
    before = everything()
    page = browser.get(path)
    assert page.status_code == 200
    for words in (
        "Konferenz am Fluss",
        "Haus am Fluss, Sinsheim",
        "Stufenloser Eingang.",
        "Wege ohne Auto",
        "Ida Muster",
    ):
        assert words in page.text, words
    assert browser.head(path).status_code == 200
    assert browser.get(path, headers={"Purpose": "prefetch", "User-Agent": "LinkScanner/1.0"}).status_code == 200
    assert everything() == before


def test_the_page_is_kept_from_search_engines_and_its_address_from_other_pages(
    browser: PortalClient, invitation: Invitation
) -> None:
    for answer in (browser.get(path_of(invitation)), browser.get("/einladung/erfunden")):
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_an_event_that_is_not_public_comes_into_the_calendar_by_the_personal_link(
    browser: PortalClient, invitation: Invitation
) -> None:
    path = path_of(invitation)
    conference = fresh(invitation).conference
    with transaction():
        conference.is_public, conference.attending = False, Attending.BOTH
        conference.online_url = "https://treffen.example/geheim"
    assert f'href="{path}/kalender.ics"' in browser.get(path).text
    file = browser.get(f"{path}/kalender.ics")
    assert file.mimetype == "text/calendar"
    assert file.headers["Cache-Control"] == "no-store"
    [entry] = icalendar.Calendar.from_ical(file.text).walk("VEVENT")
    # that of the mail: who takes both has one entry
    assert str(entry["uid"]) == fresh(invitation).conference.uid
    assert "treffen.example/geheim" in str(entry["description"])
    assert path in str(entry["description"])
    assert "attendee" not in entry
    assert browser.get("/einladung/erfunden/kalender.ics").status_code == 404
    with transaction():
        fresh(invitation).withdrawn_at = clock.now()
    assert browser.get(f"{path}/kalender.ics").status_code == 404


@pytest.mark.parametrize("reply", [Reply.ACCEPTED, Reply.TENTATIVE, Reply.DECLINED])
def test_a_reply_is_kept_and_confirmed_once(
    browser: PortalClient, invitation: Invitation, mails: Mails, reply: Reply
) -> None:
    path = path_of(invitation)
    answer = browser.post(path, data={"reply": reply.value, "seen": "", "note": "Danke!"})
    assert answer.status_code == 200
    assert "Danke, Ihre Antwort ist gespeichert" in answer.text
    kept = fresh(invitation)
    assert (kept.reply, kept.reply_channel, kept.reply_note) == (reply, ReplyChannel.LINK, "Danke!")
    assert kept.replied_at is not None
    assert kept.reply_sequence == 0
    again = browser.post(path, data={"reply": reply.value, "seen": "", "note": "Danke!"})
    assert "Ihre Antwort war schon gespeichert" in again.text
    [mail] = mails()
    assert (mail.recipient, mail.kind) == ("ida@verein.example", "conferences.reply_confirmed")
    assert "Konferenz am Fluss" in mail.subject
    assert mail.html is not None
    for part in (mail.text, mail.html):
        assert "Haus am Fluss" in part
        assert "/einladung/" in part
    assert re.search(rf'value="{reply.value}"[^>]* checked', browser.get(path).text)


def test_a_changed_reply_wins_visibly_and_is_confirmed(
    browser: PortalClient, other_browser: PortalClient, invitation: Invitation, mails: Mails
) -> None:
    path = path_of(invitation)
    first = re.search(r'name="seen" type="hidden" value="([^"]*)"', browser.get(path).text)
    assert first is not None
    assert send(other_browser, path, "accepted") == 200
    answer = browser.post(path, data={"reply": "declined", "seen": first[1]})
    assert "Die frühere Antwort „zugesagt“ gilt nicht mehr." in answer.text
    assert "Sie kam dazwischen" in answer.text
    assert fresh(invitation).reply is Reply.DECLINED
    assert len(mails()) == 2
    page = other_browser.get(path).text
    assert "Ihre Antwort: abgesagt" in page
    seen = re.search(r'name="seen" type="hidden" value="([^"]*)"', page)
    assert seen is not None
    assert seen[1]
    answer = other_browser.post(path, data={"reply": "accepted", "seen": seen[1]})
    assert "Sie kam dazwischen" not in answer.text


def test_replies_changed_again_and_again_are_kept_without_another_mail(
    browser: PortalClient, invitation: Invitation, mails: Mails
) -> None:
    path, quiet = path_of(invitation), "Eine weitere E-Mail schicken wir nicht"
    pages = [browser.post(path, data={"reply": ("accepted", "declined")[n % 2], "seen": ""}).text for n in range(10)]
    assert len(mails()) == 5
    assert [quiet in page for page in pages] == [False] * 5 + [True] * 5
    assert all("Danke, Ihre Antwort ist gespeichert" in page for page in pages)
    assert all(("Wir schicken Ihnen eine Bestätigung" in page) is not (quiet in page) for page in pages)
    assert fresh(invitation).reply is Reply.DECLINED
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        assert quiet not in browser.post(path, data={"reply": "accepted", "seen": ""}).text
    assert len(mails()) == 6


def test_a_deputy_is_invited_and_told_when_no_longer_needed(
    browser: PortalClient, invitation: Invitation, mails: Mails
) -> None:
    path = path_of(invitation)
    fields = {"deputy_name": "Rosa Beispiel", "deputy_email": "rosa@verein.example"}
    assert send(browser, path, "deputy", **fields) == 200
    kept = fresh(invitation)
    assert (kept.reply, kept.deputy_name, kept.deputy_email) == (Reply.DEPUTY, "Rosa Beispiel", "rosa@verein.example")
    assert [(mail.recipient, mail.calendar_method) for mail in mails()] == [
        ("ida@verein.example", None),
        ("rosa@verein.example", "REQUEST"),
    ]
    to_deputy = mails()[1]
    assert "Wege ohne Auto" in to_deputy.text
    assert "/einladung/" not in to_deputy.text + str(to_deputy.html) + str(to_deputy.calendar)
    assert send(browser, path, "deputy", **fields) == 200
    assert len(mails()) == 2
    assert send(browser, path, "accepted") == 200
    assert [mail.recipient for mail in mails()[2:]] == ["ida@verein.example", "rosa@verein.example"]
    assert "nicht mehr" in mails()[3].subject
    assert fresh(invitation).deputy_email is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reply": "deputy", "deputy_name": " "}, "Bitte geben Sie an, wer Sie vertritt."),
        ({"reply": "deputy", "deputy_name": "Rosa", "deputy_email": "kein Komma@"}, "vollständige E-Mail-Adresse"),
        ({"reply": "deputy", "deputy_name": "Rosa", "deputy_email": "ida@verein.example"}, "Ihre eigene Adresse"),
        ({"reply": "deputy", "deputy_name": "R" * 201}, "auf 200 Zeichen"),
        ({"reply": "accepted", "note": "x" * 1001}, "auf 1.000 Zeichen"),
        ({"reply": "accepted", "access_words": "x" * 501, "access_consent": "y"}, "auf 500 Zeichen"),
        ({"reply": ""}, "Bitte wählen Sie eine Antwort."),
        ({"reply": "waiting_list"}, "Bitte"),
        ({"reply": "accepted", "access": "unsichtbar"}, "Bitte"),
    ],
)
def test_what_does_not_fit_is_refused_and_keeps_what_was_typed(
    browser: PortalClient, invitation: Invitation, mails: Mails, fields: dict[str, str], words: str
) -> None:
    answer = browser.post(path_of(invitation), data={"seen": "", "deputy_name": "Rosa Beispiel", **fields})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'class="error-summary"' in answer.text
    assert f'value="{fields.get("deputy_name", "Rosa Beispiel").strip()}"' in answer.text
    assert fresh(invitation).reply is Reply.NONE
    assert mails() == []


def test_names_never_become_headers(browser: PortalClient, invitation: Invitation, mails: Mails) -> None:
    evil = "Rosa\r\nBcc: alle@verein.example"
    assert send(browser, path_of(invitation), "deputy", deputy_name=evil, deputy_email="rosa@verein.example") == 200
    for mail in mails():
        for value in (mail.subject, mail.recipient_name, *mail.headers.values()):
            assert "\n" not in value
            assert "\r" not in value
    assert (
        send(browser, path_of(invitation), "deputy", deputy_name="Rosa", deputy_email="a@b.example\r\nBcc: x@y.example")
        == 422
    )


def test_five_megabytes_of_text_are_refused(browser: PortalClient, invitation: Invitation) -> None:
    browser.checks_pages = False
    assert send(browser, path_of(invitation), "accepted", note="x" * 5_000_000) == 413
    assert fresh(invitation).reply is Reply.NONE


def test_deputies_are_not_mailed_again_and_again(browser: PortalClient, invitation: Invitation, mails: Mails) -> None:
    codes = [
        send(browser, path_of(invitation), "deputy", deputy_name=f"Rosa {n}", deputy_email=f"rosa{n}@verein.example")
        for n in range(8)
    ]
    assert codes == [200] * 6 + [429] * 2
    assert fresh(invitation).deputy_name == "Rosa 5"
    # What was typed is still there, at its field stands the way out, and the way out works.
    answer = browser.post(
        path_of(invitation),
        data={"reply": "deputy", "seen": "", "deputy_name": "Rosa 9", "deputy_email": "rosa9@verein.example"},
    )
    assert "Lassen Sie die E-Mail-Adresse leer" in answer.text
    assert 'value="rosa9@verein.example"' in answer.text
    assert 'href="#deputy_email"' in answer.text
    assert send(browser, path_of(invitation), "deputy", deputy_name="Rosa 9") == 200
    assert fresh(invitation).deputy_name == "Rosa 9"


def test_one_person_may_stand_in_for_many_from_one_building(browser: PortalClient, event: Conference) -> None:
    invitations = [invite(event, f"Gast {n}", email=f"gast{n}@verein.example") for n in range(9)]
    for one in invitations:
        code = send(browser, path_of(one), "deputy", deputy_name="Rosa", deputy_email="rosa@verein.example")
        assert code == 200


def test_access_needs_are_kept_with_consent_only_and_never_shown_again(
    browser: PortalClient, invitation: Invitation
) -> None:
    path = path_of(invitation)
    needs = {"access": ["wheelchair", "hearing_loop"], "access_words": "Assistenzhund"}
    answer = browser.post(path, data={"reply": "accepted", "seen": "", **needs})
    assert "Ihren Bedarf haben wir nicht gespeichert." in answer.text
    assert needs_of(invitation) == set()
    assert send(browser, path, "accepted", access_consent="y", **needs) == 200
    wheelchair, loop, other = AccessKind.WHEELCHAIR, AccessKind.HEARING_LOOP, AccessKind.OTHER
    assert needs_of(invitation) == {(wheelchair, ""), (loop, ""), (other, "Assistenzhund")}
    page = browser.get(path).text
    assert "Assistenzhund" not in page
    assert "Zu Ihrem Schutz stehen sie nicht auf dieser Seite" in page
    # A later answer without a word about needs leaves them; another consent replaces them.
    assert send(browser, path, "tentative") == 200
    assert len(needs_of(invitation)) == 3
    assert send(browser, path, "tentative", access="childcare", access_consent="y") == 200
    assert needs_of(invitation) == {(AccessKind.CHILDCARE, "")}
    assert send(browser, path, "tentative", access_forget="y") == 200
    assert needs_of(invitation) == set()
    assert send(browser, path, "accepted", access_consent="y", access="wheelchair") == 200
    assert send(browser, path, "declined") == 200
    assert needs_of(invitation) == set()


def test_the_day_of_deletion_is_shown(browser: PortalClient, invitation: Invitation) -> None:
    day = begins().date() + timedelta(days=14)
    words = format_date(day, "d. MMMM y", locale="de")
    assert f"Wir löschen sie am {words}." in browser.get(path_of(invitation)).text
    send(browser, path_of(invitation), access="wheelchair", access_consent="y")
    assert fresh(invitation).access_needs[0].delete_on == day


@pytest.mark.parametrize("what", ["erfunden", "x" * 3000, "%00", "ä", "bcdf-2345-ghjk-7mnp-qrst-vwxy"])
def test_forged_links_lead_to_a_plain_page(browser: PortalClient, invitation: Invitation, what: str) -> None:
    answer = browser.get(f"/einladung/{what}")
    assert answer.status_code == 404
    assert "Ida Muster" not in answer.text


def test_foreign_changed_and_withdrawn_links_say_nothing(browser: PortalClient, event: Conference) -> None:
    first, second = invite(event), invite(event, "Uwe Beispiel", email="uwe@verein.example")
    long, short = links.token(first), short_links.code(first)
    # Not its last sign: some of those say the same in base64.
    forged = [long[:-9] + ("a" if long[-9] != "a" else "b") + long[-8:], second.public_id + short.replace("-", "")[12:]]
    for token in forged:
        answer = browser.get(f"/einladung/{token}")
        assert answer.status_code == 404
        assert "Dieser Link gilt nicht" in answer.text
        assert send(browser, f"/einladung/{token}") == 404
    assert browser.get(f"/einladung/{short}").status_code == 200
    assert browser.get(f"/einladung/{short.upper().replace('-', '')}").status_code == 200
    with transaction():
        db.session.get_one(Invitation, second.id).withdrawn_at = clock.now()
        db.session.get_one(Invitation, first.id).link_nonce = links.new_nonce()
    for row, token in ((second, links.token(second)), (first, long), (first, short)):
        answer = browser.get(f"/einladung/{token}")
        assert answer.status_code == 404
        assert row.person.name not in answer.text
        assert send(browser, f"/einladung/{token}") == 404
        assert fresh(row).reply is Reply.NONE


def test_after_the_beginning_the_page_shows_the_reply_and_takes_none(browser: PortalClient, event: Conference) -> None:
    invitation = invite(event)
    path = path_of(invitation)
    assert send(browser, path, "accepted") == 200
    with clock.frozen(event.begins + timedelta(minutes=1)):
        page = browser.get(path).text
        assert "Diese Veranstaltung hat begonnen." in page
        assert "Ihre Antwort: zugesagt" in page
        assert "Antwort senden" not in page
        assert send(browser, path, "declined") == 422
    with clock.frozen(event.ends + timedelta(minutes=1)):
        assert "Diese Veranstaltung ist vorbei." in browser.get(path).text
    assert fresh(invitation).reply is Reply.ACCEPTED


def test_a_cancelled_event_says_why(browser: PortalClient, event: Conference) -> None:
    invitation = invite(event)
    with transaction():
        row = db.session.get_one(Conference, event.id)
        row.state, row.cancelled_reason = ConferenceState.CANCELLED, "Das Haus hat einen Wasserschaden."
    page = browser.get(path_of(invitation)).text
    assert "Diese Veranstaltung ist abgesagt." in page
    assert "Wasserschaden" in page
    assert send(browser, path_of(invitation), "accepted") == 422


def test_english_by_choice_and_by_the_accounts_language(
    browser: PortalClient, invitation: Invitation, mails: Mails
) -> None:
    user = make_user("ida@verein.example", Role.PROVIDER, name="Ida Muster")
    with transaction():
        user.locale = "en"
        db.session.get_one(Person, invitation.person_id).user_id = user.id
    page = browser.get(path_of(invitation)).text
    assert '<html lang="en"' in page
    assert ">Data protection<" in page
    assert send(browser, path_of(invitation), "accepted") == 200
    assert mails()[0].html is not None
    assert 'lang="en"' in mails()[0].html
    browser.set_cookie("sprache", "de", domain="portal.example")
    assert '<html lang="de"' in browser.get(path_of(invitation)).text


def test_people_with_letters_are_not_mailed(browser: PortalClient, event: Conference, mails: Mails) -> None:
    invitation = invite(event, "Oma Muster", email=None)
    assert send(browser, "/einladung/" + short_links.code(invitation), "accepted") == 200
    assert fresh(invitation).reply is Reply.ACCEPTED
    assert mails() == []


def test_every_reply_is_in_the_record_of_changes_without_names(browser: PortalClient, invitation: Invitation) -> None:
    send(browser, path_of(invitation), "deputy", deputy_name="Rosa Beispiel", access="wheelchair", access_consent="y")
    db.session.rollback()
    rows = db.session.execute(text("SELECT details FROM audit_entry WHERE action = 'conferences.replied'")).all()
    assert len(rows) == 1
    assert "Rosa" not in str(rows)
    assert "wheelchair" not in str(rows)
    assert db.session.scalar(select(func.count()).select_from(AccessNeed)) == 1
