"""Remarks on minutes: who leaves, reads and answers them, and corrections that are written for them."""

from datetime import timedelta

import pytest
from flask import Flask
from meetings import Meeting
from portal_client import BASE_URL, PortalClient, fresh
from sqlalchemy import event, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.home import own_page
from portal.home.cards import minutes as cards
from portal.minutes import queries, remark_queries
from portal.minutes.models import Minutes, MinutesEntry, MinutesRemark, RemarkState
from portal.minutes.services import remarks, versions
from portal.stakeholders import acting
from portal.stakeholders.models import Organisation, Person

PLANNER, MAYOR = "planerin@amt.example", "gemeinde@ort.example"
PROVIDER, STRANGER = "traeger@verein.example", "fremd@anderswo.example"
WORDS = "Es waren drei Busse, nicht zwei."


def page_of(minutes: Minutes, more: str = "") -> str:
    return f"/protokolle/{minutes.public_id}{more}"


def leave(minutes: Minutes, actor: Actor, text: str = WORDS, entry: MinutesEntry | None = None) -> MinutesRemark:
    with transaction():
        version = minutes.versions[-1]
        return remarks.add(version, text, reader=queries.reader_of(minutes, actor), actor=actor, entry=entry)


def acts(address: str, organisation: Organisation) -> Actor:
    person = db.session.scalars(select(Person).join(Person.user).where(User.email == address)).one()
    return acting.actor_of(person, organisation)


def mayor(held: Meeting) -> Actor:
    return acts(MAYOR, held.municipality)


def stored() -> list[MinutesRemark]:
    db.session.rollback()
    return list(db.session.scalars(select(MinutesRemark).order_by(MinutesRemark.id)))


def test_who_was_invited_remarks_on_an_entry_and_reads_the_answer(
    held: Meeting, browser: PortalClient, other_browser: PortalClient
) -> None:
    minutes = held.released()
    entry = queries.entries_of(minutes.versions[-1])[0]
    browser.sign_in(MAYOR)
    assert "Noch keine Anmerkung." in browser.get(page_of(minutes)).text
    form = page_of(minutes, "/anmerkungen/neu")
    empty = browser.submit(form, {"about": entry.stem, "text": " "})
    assert empty.status_code == 422
    assert "Bitte schreiben Sie Ihre Anmerkung." in empty.text
    long = browser.submit(form, {"about": entry.stem, "text": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in long.text
    sent = browser.submit(form, {"about": entry.stem, "text": WORDS})
    assert sent.location == page_of(minutes, "#anmerkungen")
    browser.submit(form, {"about": entry.stem, "text": WORDS})
    [row] = stored()
    assert (row.stem, row.version_number, row.organisation_id) == (entry.stem, 1, held.municipality.id)
    page = browser.get(page_of(minutes)).text
    assert WORDS in page
    assert "1 offene Anmerkung" in page
    assert "Antworten oder erledigen" not in page
    other_browser.sign_in(PLANNER)
    listed = other_browser.get(page_of(minutes)).text
    assert "Anmerkungen (1)" in listed
    assert "Gesa Gemeinde, Gemeinde Musterhausen" in listed
    answer = page_of(minutes, f"/anmerkungen/{row.public_id}")
    assert WORDS in other_browser.get(answer).text
    assert other_browser.submit(answer, {"answer": "Danke, das stimmt."}).status_code == 302
    told = browser.get(page_of(minutes)).text
    assert "Danke, das stimmt." in told
    assert "Paula Planerin" not in told.split('id="anmerkungen"', 1)[1].split("</section>", 1)[0]
    assert "erledigt" in told
    assert other_browser.submit(answer, {"answer": "Noch einmal"}).status_code == 422
    other_browser.submit(f"{answer}/offen", page=page_of(minutes))
    [row] = stored()
    assert (row.state, row.answer, row.done_at) == (RemarkState.OPEN, "", None)


def test_an_answer_stays_readable_when_the_remark_is_opened_again(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    row = leave(minutes, mayor(held))
    for words in ("Es waren zwei.", "Doch, es waren drei.", ""):
        with transaction():
            remarks.finish(fresh(row), words, actor=held.planner)
        with transaction():
            remarks.reopen(fresh(row), actor=held.planner)
    assert [one.text for one in fresh(row).former_answers] == ["Doch, es waren drei.", "Es waren zwei."]
    with transaction():
        remarks.finish(fresh(row), "Wir berichtigen es.", actor=held.planner)
    browser.sign_in(MAYOR)
    page = browser.get(page_of(minutes)).text.split('id="anmerkungen"', 1)[1]
    assert page.count("Frühere Antwort vom") == 2
    assert "Es waren zwei." in page
    assert "Wir berichtigen es." in page


def test_a_settled_remark_shows_its_answer_instead_of_a_form(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    row = leave(minutes, mayor(held))
    browser.sign_in(PLANNER)
    answer = page_of(minutes, f"/anmerkungen/{row.public_id}")
    assert "<textarea" in browser.get(answer).text
    with transaction():
        remarks.finish(fresh(row), "Das stimmt.", actor=held.planner)
    page = browser.get(answer).text
    assert "<textarea" not in page
    assert "Das stimmt." in page
    assert "Wieder öffnen" in page
    too_late = browser.submit(answer, {"answer": "Meine lange Antwort"})
    assert too_late.status_code == 422
    assert "Meine lange Antwort" in too_late.text


def test_an_organisation_is_told_what_became_of_its_remark(held: Meeting, app: Flask) -> None:
    minutes = held.released()
    row, other = leave(minutes, mayor(held)), leave(minutes, held.leadership, "Datum fehlt")

    def told(actor: Actor) -> list[str]:
        with app.test_request_context("/", base_url=BASE_URL):
            return [one.url for one in own_page.cards(actor) if "Ihre Anmerkung zum Protokoll" in one.title]

    assert told(mayor(held)) == []
    for one in (row, other):
        with transaction():
            remarks.finish(fresh(one), "Das stimmt.", actor=held.planner)
    assert told(mayor(held)) == [page_of(minutes, f"#a-{row.public_id}")]
    assert told(acts(STRANGER, held.stranger)) == []
    with clock.frozen(clock.now() + cards.TOLD + timedelta(days=1)):
        assert told(mayor(held)) == []


def test_remarks_are_for_the_county_and_who_made_them(
    held: Meeting, browser: PortalClient, other_browser: PortalClient
) -> None:
    minutes = held.released(public=True)
    leave(minutes, mayor(held))
    for address in (PROVIDER, STRANGER):
        browser.sign_in(address)
        page = browser.get(page_of(minutes)).text
        assert WORDS not in page
        assert ("Anmerkung schreiben" in page) is (address == PROVIDER)
        browser.submit("/abmelden", page="/konto")
    assert WORDS not in browser.get(page_of(minutes)).text
    other_browser.sign_in(PLANNER)
    assert WORDS in other_browser.get(page_of(minutes)).text
    assert WORDS not in other_browser.get(page_of(minutes, "/fassungen/1?ansicht=oeffentlich")).text


def test_only_readers_remark_and_only_planners_answer(held: Meeting) -> None:
    minutes = held.begun()
    held.write(minutes, held.note())
    row = leave(minutes, held.leadership)
    with pytest.raises(NotAllowed):  # a draft is read by the county alone
        leave(minutes, mayor(held))
    stranger = acts(STRANGER, held.stranger)
    with pytest.raises(NotAllowed):
        leave(minutes, stranger)
    with pytest.raises(NotAllowed), transaction():
        remarks.finish(fresh(row), "", actor=held.leadership)
    with pytest.raises(NotAllowed), transaction():
        remarks.reopen(fresh(row), actor=held.sectoral)


def test_an_entry_of_another_version_is_refused(held: Meeting) -> None:
    minutes = held.released()
    old = queries.entries_of(minutes.versions[0])[0]
    with transaction():
        versions.correct(minutes, "Zahl der Busse", actor=held.planner)
    with pytest.raises(Refusal) as refused:
        leave(minutes, held.leadership, entry=old)
    assert refused.value.field == "about"


def test_a_correction_names_the_remark_and_settles_it(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    named, other = leave(minutes, mayor(held)), leave(minutes, held.leadership, "Datum fehlt")
    browser.sign_in(PLANNER)
    form = page_of(minutes, "/berichtigen")
    assert WORDS in browser.get(form).text
    done = browser.submit(form, {"reason": "Zahl der Busse", "remarks": [named.public_id]})
    assert done.status_code == 302
    assert fresh(named).is_open
    assert "Fassung 2 wird dazu geschrieben." in browser.get(page_of(minutes)).text
    held.release(fresh(minutes))
    row = fresh(named)
    assert (row.state, row.correction is not None and row.correction.number) == (RemarkState.DONE, 2)
    assert fresh(other).is_open
    assert "In Fassung 2 berichtigt." in browser.get(page_of(minutes)).text


def test_a_discarded_correction_leaves_the_remark_open(held: Meeting) -> None:
    minutes = held.released()
    row = leave(minutes, mayor(held))
    with transaction():
        draft = versions.correct(minutes, "Zahl der Busse", actor=held.planner, answers=[row])
    with transaction():
        versions.discard(draft, actor=held.planner)
    row = fresh(row)
    assert (row.is_open, row.correction_id) == (True, None)


def test_today_says_which_remarks_wait(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    rows = [leave(minutes, mayor(held)), leave(minutes, held.leadership, "Datum fehlt")]
    browser.sign_in(PLANNER)
    page = browser.get("/heute").text
    assert "2 Anmerkungen warten auf eine Antwort." in page
    assert page_of(minutes, "#anmerkungen") in page
    for row in rows:
        with transaction():
            remarks.finish(fresh(row), "", actor=held.planner)
    assert remark_queries.waiting(limit=5) == []
    assert list(cards.remarks_to_answer(held.planner)) == []
    assert list(cards.remarks_to_answer(held.leadership)) == []


def test_more_remarks_ask_no_more_often(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    browser.sign_in(PLANNER)
    counts = []
    for number in range(4):
        leave(minutes, mayor(held), f"Anmerkung {number}")
        leave(minutes, held.leadership, f"Hinweis {number}")
        browser.get(page_of(minutes))
        statements: list[str] = []

        def note(
            _connection: object, _cursor: object, statement: str, *_rest: object, into: list[str] = statements
        ) -> None:
            into.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        assert f"Hinweis {number}" in browser.get(page_of(minutes)).text
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert len(set(counts)) == 1
