"""Pages of minutes: writing, two signatures, who reads what, and nothing personal for everybody."""

import html
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from meetings import SECRETS, Meeting
from portal_client import PortalClient, fresh, make_user
from pypdf import PdfReader

from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Role
from portal.core.transaction import transaction
from portal.minutes import queries
from portal.minutes.models import EntryKind, Minutes, MinutesState
from portal.minutes.parameters import NAMED_KINDS
from portal.minutes.services import entries, versions
from portal.outbox.models import OutboxMessage
from portal.settings import services as settings

PLANNER, LEADER, SECTORAL = "planerin@amt.example", "leitung@amt.example", "fach@amt.example"


def page_of(minutes: Minutes, more: str = "") -> str:
    return f"/protokolle/{minutes.public_id}{more}"


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_minutes_are_written_on_the_page(held: Meeting, browser: PortalClient) -> None:
    browser.sign_in(PLANNER)
    begin = f"/konferenzen/{held.conference.public_id}/protokoll"
    where = browser.submit(begin).location
    assert browser.get(begin).location == where  # there already
    item = held.conference.agenda[1]
    answer = browser.submit(
        f"{where}/eintraege/neu",
        {
            "kind": "need", "text": "Abends fährt kein Bus.\nAuch sonntags nicht.", "agenda_item": item.public_id,
            "topics": [held.topic.key], "raised_by": [held.municipality.public_id], "owner": "", "due_on": "",
        },
        page=where,
    )  # fmt: skip
    assert answer.status_code == 302
    assert "top=2" in answer.location
    page = browser.get(answer.location).text
    assert "Abends fährt kein Bus.<br>Auch sonntags nicht." in page
    assert "vorgebracht von: Gemeinde Musterhausen" in page
    assert f'<option selected value="{item.public_id}">' in page


def test_minutes_are_offered_from_the_first_minute_of_the_event(held: Meeting, browser: PortalClient) -> None:
    page = f"/konferenzen/{held.conference.public_id}"
    begins = held.conference.begins
    with clock.frozen(begins - timedelta(minutes=5)):
        browser.sign_in(PLANNER)
        assert "Protokoll beginnen" not in browser.get(page).text
        answer = browser.get(f"{page}/protokoll", follow_redirects=True)
        assert "Vorher lässt sich kein Protokoll schreiben." in answer.text
        assert browser.submit(f"{page}/protokoll", page="/konto").location == page
    assert queries.minutes_of(held.conference) is None
    with clock.frozen(begins):
        assert "Protokoll beginnen" in browser.get(page).text


def test_refused_entries_keep_what_was_typed(held: Meeting, browser: PortalClient) -> None:
    minutes = held.begun()
    browser.sign_in(PLANNER)
    fields = {"kind": "task", "text": "Zahlen suchen", "agenda_item": "", "owner": "", "due_on": "2026-12-24"}
    answer = browser.submit(page_of(minutes, "/eintraege/neu"), fields)
    assert answer.status_code == 422
    assert "Bitte wählen Sie, wer die Aufgabe übernimmt." in answer.text
    assert "Zahlen suchen" in answer.text
    assert "2026-12-24" in answer.text
    long = browser.submit(
        page_of(minutes, "/eintraege/neu"), {**fields, "kind": "note", "due_on": "", "text": "ä" * 6000}
    )
    assert long.status_code == 422
    assert "auf 5000 Zeichen" in long.text
    assert "ä" * 6000 in long.text


def test_five_megabytes_are_turned_away(held: Meeting, browser: PortalClient) -> None:
    minutes = held.begun()
    browser.sign_in(PLANNER)
    answer = browser.submit(page_of(minutes, "/eintraege/neu"), {"kind": "note", "text": "x" * 5_000_000})
    assert answer.status_code == 413
    assert queries.entries_of(minutes.versions[0]) == []


def test_two_tabs_show_both_texts(held: Meeting, browser: PortalClient) -> None:
    minutes = held.begun()
    entry = held.write(minutes, held.note("alt"))[0]
    browser.sign_in(PLANNER)
    path = page_of(minutes, f"/eintraege/{entry.public_id}")
    fields = {"kind": "note", "agenda_item": "", "owner": "", "due_on": "", "edition": str(entry.edition)}
    assert browser.submit(path, {**fields, "text": "aus dem ersten Fenster"}).status_code == 302
    answer = browser.submit(path, {**fields, "text": "aus dem zweiten Fenster"})
    assert answer.status_code == 409
    assert "aus dem ersten Fenster" in answer.text
    assert "aus dem zweiten Fenster" in answer.text
    edition = re.search(r'name="edition" type="hidden" value="(\d+)"', answer.text)
    assert edition is not None
    again = browser.submit(path, {**fields, "text": "aus dem zweiten Fenster", "edition": edition[1]})
    assert again.status_code == 302
    assert "aus dem zweiten Fenster" in browser.get(page_of(minutes)).text
    assert browser.submit(path, {**fields, "text": "x", "edition": "gefälscht"}).status_code == 409


def test_the_second_signature(held: Meeting, browser: PortalClient, other_browser: PortalClient) -> None:
    minutes = held.begun()
    held.write(minutes, held.note())
    browser.sign_in(PLANNER)
    other_browser.sign_in(LEADER)
    assert browser.submit(page_of(minutes, "/einreichen"), page=page_of(minutes)).status_code == 302
    assert browser.get(page_of(minutes, "/freigeben")).status_code == 403
    assert browser.submit(page_of(minutes, "/freigeben"), page="/konto").status_code == 403
    refused = other_browser.submit(
        page_of(minutes, "/zurueckgeben"), {"reason": ""}, page=page_of(minutes, "/freigeben")
    )
    assert refused.status_code == 422
    other_browser.submit(
        page_of(minutes, "/zurueckgeben"), {"reason": "Bitte TOP 2"}, page=page_of(minutes, "/freigeben")
    )
    assert "Bitte TOP 2" in browser.get(page_of(minutes)).text
    browser.submit(page_of(minutes, "/einreichen"), page=page_of(minutes))
    for _twice in range(2):
        assert other_browser.submit(page_of(minutes, "/freigeben"), page="/konto").status_code == 302
    page = browser.get(page_of(minutes)).text
    assert "freigegeben" in page
    assert "mitgezeichnet von Leo Leitung" in page


@pytest.mark.parametrize(
    "path",
    ["", "/fassungen/1", "/fassungen/1/protokoll.pdf", "/eintraege/neu", "/freigeben", "/berichtigen", "/verwerfen"],
)
def test_drafts_do_not_exist_for_anybody_else(held: Meeting, app: Flask, browser: PortalClient, path: str) -> None:
    minutes = held.begun()
    with transaction():
        minutes.is_public = True  # as after a correction, and yet nothing of a draft is told
    held.write(minutes, held.need())
    make_user("ausschuss@kreis.example", Role.COMMITTEE)
    for email in ("gemeinde@ort.example", "fremd@anderswo.example", "ausschuss@kreis.example"):
        visitor = app.test_client()
        visitor.sign_in(email)
        assert visitor.get(page_of(minutes, path)).status_code == 404
    assert browser.get(page_of(minutes, path)).status_code in {404, 302}
    if path in {"", "/fassungen/1", "/fassungen/1/protokoll.pdf"}:
        assert browser.get(page_of(minutes, path)).status_code == 404
    assert "Konferenz Probetal" not in browser.get("/protokolle").text


def test_minutes_become_public_only_once_somebody_has_looked_for_names(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    browser.sign_in(PLANNER)
    page, path = page_of(minutes), page_of(minutes, "/oeffentlich")
    assert "keine Namen oder Angaben zu einzelnen Personen" in browser.get(page).text
    assert browser.submit(path, {"oeffentlich": "ja"}, page=page).status_code == 302
    assert not fresh(minutes).is_public
    assert "ist nicht öffentlich geworden" in browser.get(page).text
    browser.submit(path, {"oeffentlich": "ja", "checked": "y"}, page=page)
    assert fresh(minutes).is_public
    browser.submit(path, {"oeffentlich": "nein"}, page=page)
    assert not fresh(minutes).is_public


def test_minutes_of_a_public_event_are_published_by_nobody_but_a_person(held: Meeting, browser: PortalClient) -> None:
    with transaction():
        held.conference.is_public = True
    minutes = held.begun()
    held.write(minutes, held.note())
    browser.sign_in(PLANNER)
    page, path = page_of(minutes), page_of(minutes, "/oeffentlich")
    before = browser.get(page).text
    assert "Die Veranstaltung war öffentlich." in before
    assert "Öffentlich machen" not in before
    browser.submit(path, {"oeffentlich": "ja", "checked": "y"}, page=page)
    assert "erst, wenn seine neueste Fassung freigegeben ist" in browser.get(page).text
    held.release(minutes)
    assert not fresh(minutes).is_public
    assert queries.released_lately(ANONYMOUS, limit=2) == []
    assert "Öffentlich machen" in browser.get(page).text
    browser.submit(path, {"oeffentlich": "ja", "checked": "y"}, page=page)
    assert fresh(minutes).is_public


def test_the_correction_of_public_minutes_is_looked_through_once_more(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released(public=True)
    with transaction():
        second = versions.correct(minutes, "Der Wochentag war falsch.", actor=held.planner)
    browser.sign_in(PLANNER)
    page, path = page_of(minutes), page_of(minutes, "/einreichen")
    assert "Nach der Freigabe lesen alle auch diese Fassung." in browser.get(page).text
    browser.submit(path, {}, page=page)
    assert "auch in dieser Fassung keine Namen" in browser.get(page).text
    assert fresh(second).state is MinutesState.DRAFT
    browser.submit(path, {"checked": "y"}, page=page)
    assert fresh(second).state is MinutesState.SUBMITTED


def test_a_correction_is_out_of_sight_until_it_is_released(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released(public=True)
    with transaction():
        second = versions.correct(minutes, "Der Wochentag war falsch.", actor=held.planner)
        entries.add(second, held.note("Neu in der zweiten Fassung"), actor=held.planner)
    assert "Neu in der zweiten Fassung" not in browser.get(page_of(minutes)).text
    assert browser.get(page_of(minutes, "/fassungen/2")).status_code == 404
    assert "Der Wochentag war falsch." not in browser.get(page_of(minutes)).text
    held.release(minutes)
    page = browser.get(page_of(minutes)).text
    assert "Neu in der zweiten Fassung" in page
    assert "Grund: Der Wochentag war falsch." in page
    assert "Diese Fassung wurde berichtigt" in browser.get(page_of(minutes, "/fassungen/1")).text


def test_everybody_reads_public_minutes_without_personal_data(held: Meeting, app: Flask, browser: PortalClient) -> None:
    minutes = held.released(public=True)
    make_user("ausschuss@kreis.example", Role.COMMITTEE)
    committee = app.test_client()
    committee.sign_in("ausschuss@kreis.example")
    for visitor in (browser, committee):
        for path in ("", "/fassungen/1"):
            page = html.unescape(visitor.get(page_of(minutes, path)).text)
            assert "Abends fährt kein Bus." in page
            assert "vorgebracht von: Gemeinde Musterhausen, freier Träger" in page
            assert "zuständig: Amt Sozialplanung" in page
            for secret in (*SECRETS, "Verein Sonnenhut", "Verein Abwesend"):
                assert secret not in page, secret
        answer = visitor.get(page_of(minutes, "/fassungen/1/protokoll.pdf"))
        assert answer.mimetype == "application/pdf"
        text = pdf_text(answer.data)
        assert "Abends fährt kein Bus." in text
        assert "Gemeinde Musterhausen" in text
        flat = re.sub(r"\s+", " ", text)
        for secret in (*SECRETS, "Verein Sonnenhut", "Verein Abwesend"):
            assert secret not in flat, secret
            assert secret.encode() not in answer.data
    with transaction():
        settings.put(NAMED_KINDS, ["welfare_provider"], actor=SYSTEM)
    page = html.unescape(browser.get(page_of(minutes)).text)
    assert "vorgebracht von: Stadt oder Gemeinde, Verein Sonnenhut" in page


def test_staff_see_what_everybody_sees(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    browser.sign_in(LEADER)
    page = browser.get(page_of(minutes, "?ansicht=oeffentlich")).text
    main = page[page.index("<main") :]
    for secret in SECRETS:
        assert secret not in main
    full = pdf_text(browser.get(page_of(minutes, "/fassungen/1/protokoll.pdf")).data)
    for words in ("Paula Planerin", "Leo Leitung", "Gesa Gemeinde", "Vera Vertretung", "Verein Sonnenhut"):
        assert words in full
    public = browser.get(page_of(minutes, "/fassungen/1/protokoll.pdf?ansicht=oeffentlich")).data
    assert "Paula Planerin" not in pdf_text(public)


def test_who_was_invited_reads_released_minutes_and_nobody_else(held: Meeting, app: Flask) -> None:
    minutes = held.released()
    invited, stranger, nobody = app.test_client(), app.test_client(), app.test_client()
    invited.sign_in("gemeinde@ort.example")
    stranger.sign_in("fremd@anderswo.example")
    page = invited.get(page_of(minutes)).text
    assert "Verein Sonnenhut" in page
    assert "zuständig: Paula Planerin" in page
    assert "Vera Vertretung" not in page
    assert "Konferenz Probetal" in invited.get("/protokolle").text
    for visitor in (stranger, nobody):
        for path in ("", "/fassungen/1", "/fassungen/1/protokoll.pdf"):
            assert visitor.get(page_of(minutes, path)).status_code == 404
        assert "Konferenz Probetal" not in visitor.get("/protokolle").text


def test_hostile_text_stays_text(held: Meeting, browser: PortalClient) -> None:
    hostile = '<script>alert(1)</script> #read("/etc/passwd") *x* {{ 7*7 }} \u202e umgekehrt'
    minutes = held.begun()
    held.write(minutes, held.note(hostile))
    held.release(minutes)
    browser.sign_in(LEADER)
    page = browser.get(page_of(minutes)).text
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    text = pdf_text(browser.get(page_of(minutes, "/fassungen/1/protokoll.pdf")).data)
    assert '#read("/etc/passwd")' in text.replace("\n", " ")
    assert "{{ 7*7 }}" in text


def test_the_pdf_says_what_it_is(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    browser.sign_in(PLANNER)
    answer = browser.get(page_of(minutes, "/fassungen/1/protokoll.pdf"))
    assert "attachment" in answer.headers["Content-Disposition"]
    assert re.search(rb"pdfuaid:part>1<", answer.data)
    text = pdf_text(answer.data)
    for words in ("TOP 1: Wege ohne Auto", "10. November 2026", "Fassung", "freigegeben am 20.11.2026", "Aufgabe"):
        assert words in text
    # A draft is no document.
    with transaction():
        versions.correct(minutes, "Tippfehler", actor=held.planner)
    assert browser.get(page_of(minutes, "/fassungen/2/protokoll.pdf")).status_code == 404


def test_tasks_are_listed_and_finished(held: Meeting, browser: PortalClient, other_browser: PortalClient) -> None:
    minutes = held.released()
    stem = next(entry.stem for entry in minutes.versions[0].entries if entry.kind is EntryKind.TASK)
    browser.sign_in(PLANNER)
    other_browser.sign_in(SECTORAL)
    assert "Fahrgastzahlen" in browser.get("/protokolle/aufgaben").text
    path = f"/protokolle/aufgaben/{stem}/erledigt"
    assert other_browser.submit(path, page="/konto").status_code == 403
    assert browser.submit(path, page="/protokolle/aufgaben").status_code == 302
    assert "Fahrgastzahlen" not in browser.get("/protokolle/aufgaben").text
    assert "Fahrgastzahlen" in browser.get("/protokolle/aufgaben?stand=erledigt").text
    assert "erledigt am 20.11.2026" in browser.get(page_of(minutes)).text
    browser.submit(f"/protokolle/aufgaben/{stem}/offen", page="/konto")
    assert "Fahrgastzahlen" in browser.get("/protokolle/aufgaben").text
    assert browser.submit("/protokolle/aufgaben/gibtesnicht/erledigt", page="/konto").status_code == 404


def test_an_entry_of_other_minutes_is_not_reached_through_these(held: Meeting, browser: PortalClient) -> None:
    minutes = held.released()
    first = minutes.versions[0].entries[0].public_id
    with transaction():
        versions.correct(minutes, "Tippfehler", actor=held.planner)
    browser.sign_in(PLANNER)
    assert browser.get(page_of(minutes, f"/eintraege/{first}")).status_code == 404  # of the released version
    assert browser.get(page_of(minutes, "/eintraege/gibtesnicht1")).status_code == 404


def test_nothing_is_mailed(held: Meeting, mails) -> None:
    held.released()
    found: list[OutboxMessage] = mails()
    assert found == []


def test_states_are_what_the_pages_say(held: Meeting, browser: PortalClient) -> None:
    minutes = held.begun()
    held.write(minutes, held.note())
    browser.sign_in(PLANNER)
    for path, state in (("/einreichen", MinutesState.SUBMITTED), ("/zurueckholen", MinutesState.DRAFT)):
        browser.submit(page_of(minutes, path), page=page_of(minutes))
        assert f">{state.label}</span>" in browser.get(page_of(minutes)).text
    assert browser.submit(page_of(minutes, "/verwerfen")).status_code == 302
    assert "Das Protokoll hat Einträge" in browser.get(page_of(minutes)).text
