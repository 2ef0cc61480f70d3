"""Pages of statements: writing without loss, what others never see, tracking, the county's side."""

from collections.abc import Callable

import pytest
from portal_client import PortalClient, fresh
from sqlalchemy import select
from town import Make, Town

from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.needs import review
from portal.needs.models import NeedsStatement, StatementState
from portal.outbox.models import OutboxMessage
from portal.stakeholders import services as stakeholders
from portal.stakeholders.models import Person, Representation

Mails = Callable[[], list[OutboxMessage]]
SUBJECT = {"kind": "need", "title": "Kein Bus am Abend", "reason": "Nach 19 Uhr fährt nichts."}
ANSWER = "Vielen Dank. Wir prüfen einen Abendbus."


def statements() -> list[NeedsStatement]:
    db.session.rollback()
    return list(db.session.scalars(select(NeedsStatement).order_by(NeedsStatement.id)))


def hidden(browser: PortalClient, path: str) -> dict[str, str]:
    """The hidden fields of a step as the browser would send them."""
    text = browser.get(path).text
    found = {}
    for name in ("csrf_token", "organisation", "edition", "form_key"):
        _before, mark, rest = text.partition(f'name="{name}"')
        if mark:
            found[name] = rest.partition('value="')[2].partition('"')[0]
    return found


def test_from_the_first_word_to_what_became_of_it(
    browser: PortalClient, other_browser: PortalClient, town: Town, mails: Mails
) -> None:
    browser.sign_in("ginster@buerger-bus.example")
    assert "Bürgerbus" in browser.get("/bedarfe/neu").text
    answer = browser.post("/bedarfe/neu", data={**hidden(browser, "/bedarfe/neu"), **SUBJECT})
    (statement,) = statements()
    page = f"/bedarfe/{statement.public_id}"
    assert answer.location == f"{page}/ort"
    fields = {"topics": ["mobility_infrastructure"], "areas": [town.nord.public_id], "groups": ["Jugendliche"],
              "own_groups": "Nachtschicht\nFahrgäste"}  # fmt: skip
    assert browser.post(f"{page}/ort", data={**hidden(browser, f"{page}/ort"), **fields}).location == f"{page}/zahlen"
    numbers = {"numbers-0-id": "", "numbers-0-text": "7 Orte ohne Bus", "numbers-0-source": "Fahrplan"}
    more = browser.post(f"{page}/zahlen", data={**hidden(browser, f"{page}/zahlen"), **numbers, "more": "1"})
    assert more.location.startswith(f"{page}/zahlen?zeile=1")
    again = browser.get(more.location).text
    assert "7 Orte ohne Bus" in again
    assert 'name="numbers-1-text"' in again
    check = browser.get(f"{page}/pruefen").text
    assert "kein Verwaltungsakt und keine Zusage von Geld" in check
    for _click in range(2):
        answer = browser.post(f"{page}/pruefen", data=hidden(browser, page) | hidden_of(statement))
        assert answer.status_code == 302
    assert fresh(statement).state is StatementState.SUBMITTED
    assert statement.target_groups == ["Jugendliche", "Nachtschicht", "Fahrgäste"]
    assert len([mail for mail in mails() if mail.kind == "needs.received"]) == 1
    assert statement.tracking_code in browser.get(page).text

    other_browser.sign_in("amsel@kreis.example")
    review_page = f"{page}/pruefung"
    assert other_browser.submit(f"{review_page}/beginnen", {}, page=review_page).status_code == 302
    refused = other_browser.submit(f"{review_page}/entscheidung", {"state": "adopted", "answer": " "}, page=review_page)
    assert refused.status_code == 422
    done = other_browser.submit(
        f"{review_page}/entscheidung", {"state": "adopted", "answer": ANSWER, "edition": ""}, page=review_page
    )
    assert done.status_code == 302
    assert fresh(statement).state is StatementState.ADOPTED
    shown = browser.get(page).text
    assert ANSWER in shown
    assert "kein Verwaltungsakt" in shown


def hidden_of(statement: NeedsStatement) -> dict[str, str]:
    db.session.rollback()
    return {"organisation": statement.organisation.public_id, "edition": str(statement.edition)}


def test_the_first_step_sent_twice_makes_one_draft(browser: PortalClient, town: Town) -> None:
    browser.sign_in("ginster@buerger-bus.example")
    fields = {**hidden(browser, "/bedarfe/neu"), **SUBJECT}
    places = [browser.post("/bedarfe/neu", data=fields).location for _click in range(2)]
    assert places[0] == places[1]
    assert len(statements()) == 1


def test_a_refused_form_keeps_what_was_typed(browser: PortalClient, town: Town, make: Make) -> None:
    browser.sign_in("ginster@buerger-bus.example")
    answer = browser.submit("/bedarfe/neu", {**SUBJECT, "title": " ", "reason": "Das bleibt stehen."})
    assert answer.status_code == 422
    assert "Das bleibt stehen." in answer.text
    assert "Fehler:" in answer.text
    long = "wort " * 1200
    answer = browser.submit("/bedarfe/neu", {**SUBJECT, "reason": long})
    assert answer.status_code == 422
    assert long.strip()[:300] in answer.text
    assert "5000" in answer.text or "5.000" in answer.text
    assert browser.submit("/bedarfe/neu", {**SUBJECT, "reason": "x" * 5_000_000}).status_code == 413
    assert statements() == []


def test_the_last_step_marks_the_steps_in_which_something_is_missing(browser: PortalClient, town: Town) -> None:
    browser.sign_in("ginster@buerger-bus.example")
    browser.submit("/bedarfe/neu", SUBJECT)
    page = f"/bedarfe/{statements()[0].public_id}/pruefen"
    text = browser.get(page).text
    assert 'Thema und Ort<span class="visually-hidden"> – unvollständig' in text
    assert 'Worum geht es?<span class="visually-hidden"> – erledigt' in text


def test_a_pasted_text_is_refused_and_kept_not_cut_off(browser: PortalClient, town: Town) -> None:
    browser.sign_in("ginster@buerger-bus.example")
    _before, _mark, area = browser.get("/bedarfe/neu").text.partition("<textarea")
    assert "maxlength" not in area.partition(">")[0]
    long = "x" * 5001
    answer = browser.post("/bedarfe/neu", data={**hidden(browser, "/bedarfe/neu"), **SUBJECT, "reason": long})
    assert answer.status_code == 422
    assert long in answer.text
    assert statements() == []


def test_a_header_in_a_title_is_only_text(browser: PortalClient, town: Town, mails: Mails, make: Make) -> None:
    statement = make("Bus\r\nBcc: alle@x.example")
    sent = mails()[-1]
    assert "\n" not in sent.subject
    assert sent.recipient == "ginster@buerger-bus.example"
    assert statement.title == "Bus Bcc: alle@x.example"


def test_two_tabs_show_both_versions(browser: PortalClient, town: Town, make: Make) -> None:
    statement = make(sent=False)
    browser.sign_in("ginster@buerger-bus.example")
    path = f"/bedarfe/{statement.public_id}/worum"
    first, second = hidden(browser, path), hidden(browser, path)
    assert browser.post(path, data={**first, **SUBJECT, "title": "Fassung eins"}).status_code == 302
    answer = browser.post(path, data={**second, **SUBJECT, "title": "Fassung zwei"})
    assert answer.status_code == 409
    assert "Fassung eins" in answer.text
    assert 'value="Fassung zwei"' in answer.text
    edition = answer.text.partition('name="edition"')[2].partition('value="')[2].partition('"')[0]
    assert (
        browser.post(path, data={**second, **SUBJECT, "title": "Fassung zwei", "edition": edition}).status_code == 302
    )
    assert fresh(statement).title == "Fassung zwei"


def test_who_switched_the_organisation_loses_nothing_and_changes_nothing(
    browser: PortalClient, town: Town, make: Make
) -> None:
    statement = make(sent=False)
    with transaction():
        person = db.session.scalars(select(Person).where(Person.user_id == town.people["ginster"].id)).one()
        stakeholders.represent(person, town.kirche, actor=SYSTEM)
    choices = {row.organisation.name: row.public_id for row in db.session.scalars(select(Representation)).all()
               if row.person.user_id == town.people["ginster"].id}  # fmt: skip
    browser.sign_in("ginster@buerger-bus.example")
    browser.submit("/handeln-fuer", {"representation": choices["Bürgerbus"]})
    path = f"/bedarfe/{statement.public_id}/worum"
    opened, begun = hidden(browser, path), hidden(browser, "/bedarfe/neu")
    browser.submit("/handeln-fuer", {"representation": choices["Kirche"]})
    for where, form in ((path, opened), ("/bedarfe/neu", begun)):
        answer = browser.post(where, data={**form, **SUBJECT, "reason": "Mit Mühe getippt."})
        assert answer.status_code == 409, where
        assert "Mit Mühe getippt." in answer.text
    assert browser.get(path).status_code == 404
    assert fresh(statement).title == "Abends fährt kein Bus"
    assert len(statements()) == 1
    browser.submit("/handeln-fuer", {"representation": choices["Bürgerbus"]})
    assert browser.post(path, data={**opened, **SUBJECT}).status_code == 302
    assert fresh(statement).title == SUBJECT["title"]


def test_other_organisations_drafts_are_nowhere(browser: PortalClient, town: Town, make: Make) -> None:
    draft = make("Geheimer Entwurf", sent=False)
    sent = make("Nicht freigegeben")
    for who, sees_sent in (
        ("distel@kirche.example", False), ("hasel@rathaus.example", False), ("wicke@kreistag.example", False),
        ("amsel@kreis.example", True), ("erle@kreis.example", True), ("buche@kreis.example", True),
    ):  # fmt: skip
        client = browser.application.test_client()
        client.sign_in(who)  # type: ignore[attr-defined]
        for path in ("", "/worum", "/ort", "/zahlen", "/pruefen", "/loeschen", "/pruefung"):
            answer = client.get(f"/bedarfe/{draft.public_id}{path}")
            assert answer.status_code == 404, (who, path)
        for path in ("worum", "ort", "zahlen", "pruefen", "loeschen", "wir-auch", "antwort"):
            data = {"csrf_token": client.token("/konto"), **SUBJECT}  # type: ignore[attr-defined]
            assert client.post(f"/bedarfe/{draft.public_id}/{path}", data=data).status_code in {403, 404}, (who, path)
        for query in ("", "?stand=draft", "?suche=geheim", "?format=csv", "?format=csv&stand=draft"):
            text = client.get(f"/bedarfe{query}").text
            assert "Geheimer Entwurf" not in text, (who, query)
            if query in {"", "?format=csv"}:
                assert ("Nicht freigegeben" in text) is sees_sent, (who, query)
        assert (client.get(f"/bedarfe/{sent.public_id}").status_code == 200) is sees_sent
    assert fresh(draft).title == "Geheimer Entwurf"
    assert browser.get(f"/nachverfolgen/{draft.tracking_code}").status_code == 404


def test_what_is_released_names_no_organisation_but_municipalities(
    browser: PortalClient, other_browser: PortalClient, town: Town, make: Make
) -> None:
    bus, town_hall = make(), make("Vom Rathaus", actor=town.mayor, organisation=town.rathaus)
    planner = town.planner
    with transaction():
        for one in (bus, town_hall):
            review.take_into_review(one, actor=planner)
            review.ask_back(one, "Interne Frage?", actor=planner, tells=False)
            review.go_on_without_reply(one, "Interne Antwort.", actor=planner)
            review.decide(one, StatementState.ADOPTED, ANSWER, actor=planner, tells=False)
            review.release(one, True, actor=planner)
    text = browser.get(f"/bedarfe/{bus.public_id}").text
    assert ANSWER in text
    assert "Initiative" in text
    for private in ("Bürgerbus", "Ginster", "Amsel", "Interne Frage", "Interne Antwort", "Nach 19 Uhr nichts"):
        assert private not in text, private
    assert "Rathaus" in browser.get(f"/bedarfe/{town_hall.public_id}").text
    listed, file = browser.get("/bedarfe").text, browser.get("/bedarfe?format=csv").text
    for page in (listed, file):
        assert "Bürgerbus" not in page
        assert "Abends fährt kein Bus" in page
    other_browser.sign_in("distel@kirche.example")
    assert "Nach 19 Uhr nichts" in other_browser.get(f"/bedarfe/{bus.public_id}").text
    saying = f"/bedarfe/{bus.public_id}/wir-auch"
    assert other_browser.submit(saying, {"reason": " "}, page=f"/bedarfe/{bus.public_id}").status_code == 422
    assert other_browser.submit(saying, {"reason": "Bei uns auch"}, page=f"/bedarfe/{bus.public_id}").status_code == 302
    assert "1 weitere Organisation" in browser.get(f"/bedarfe/{bus.public_id}").text


def test_tracking_needs_no_account_and_tells_no_names(browser: PortalClient, town: Town, make: Make) -> None:
    bus, other = make(), make("Zweiter", actor=town.deacon, organisation=town.kirche)
    planner = town.planner
    with transaction():
        for one in (bus, other):
            review.take_into_review(one, actor=planner)
        review.decide(other, StatementState.MERGED, "Wir führen zusammen.", actor=planner, into=bus)
    path = f"/nachverfolgen/{other.tracking_code}"
    assert browser.get(f"/nachverfolgen?kennung={other.tracking_code.lower()}").location == path
    with transaction():
        review.decide(bus, StatementState.ADOPTED, ANSWER, actor=planner)
        review.follow(bus, StatementState.IN_MEASURE, "Abendbus auf Probe.", actor=planner)
    text = browser.get(path).text
    for words in ("Wir führen zusammen.", ANSWER, "Abendbus auf Probe.", "kein Verwaltungsakt"):
        assert words in text
    for private in ("Kirche", "Distel", "Bürgerbus", "Amsel", "Nach 19 Uhr nichts"):
        assert private not in text, private
    assert browser.get("/nachverfolgen/KEINE-SOLCHE-KENNUNG").status_code == 404
    assert browser.get("/nachverfolgen?kennung=x").status_code == 404
    assert browser.get("/nachverfolgen").status_code == 200


def test_the_sender_answers_a_question_once(browser: PortalClient, town: Town, make: Make) -> None:
    statement, planner = make(), town.planner
    with transaction():
        review.take_into_review(statement, actor=planner)
        review.ask_back(statement, "Aus welchen Orten?", actor=planner)
    browser.sign_in("ginster@buerger-bus.example")
    page = f"/bedarfe/{statement.public_id}"
    assert "Aus welchen Orten?" in browser.get(page).text
    assert browser.submit(f"{page}/antwort", {"reply": ""}, page=page).status_code == 422
    assert browser.submit(f"{page}/antwort", {"reply": "Aus Dorf."}, page=page).status_code == 302
    again = browser.submit(f"{page}/antwort", {"reply": "Aus Dorf."}, page="/konto")
    assert again.status_code == 422
    assert fresh(statement).state is StatementState.IN_REVIEW


def test_the_office_enters_a_statement_for_an_organisation(browser: PortalClient, town: Town) -> None:
    browser.sign_in("amsel@kreis.example")
    form = hidden(browser, "/bedarfe/neu")
    form.pop("organisation", None)
    assert browser.post("/bedarfe/neu", data={**form, **SUBJECT}).status_code == 422
    fields = {**SUBJECT, "organisation": town.bus.public_id, "intake": "telephone"}
    assert browser.post("/bedarfe/neu", data={**form, **fields}).status_code == 302
    (statement,) = statements()
    assert statement.organisation.name == "Bürgerbus"
    text = browser.get(f"/bedarfe/{statement.public_id}/ort").text
    assert "Sie schreiben im Auftrag von" in text
    assert "am Telefon" in text


def test_a_pending_organisation_is_told_to_wait(browser: PortalClient, town: Town) -> None:
    browser.sign_in("nelke@neu.example")
    assert "sobald der Landkreis sie geprüft hat" in browser.get("/bedarfe/neu").text
    answer = browser.post(
        "/bedarfe/neu", data={"csrf_token": browser.token("/konto"), "organisation": town.neu.public_id, **SUBJECT}
    )
    assert answer.status_code == 422
    assert statements() == []


def test_a_decision_on_an_outdated_page_is_shown_again(browser: PortalClient, town: Town, make: Make) -> None:
    statement, planner = make(), town.planner
    with transaction():
        review.take_into_review(statement, actor=planner)
    browser.sign_in("amsel@kreis.example")
    page = f"/bedarfe/{statement.public_id}/pruefung"
    fields = {"state": "adopted", "answer": ANSWER, "edition": str(statement.edition - 1)}
    answer = browser.submit(f"{page}/entscheidung", fields, page=page)
    assert answer.status_code == 409
    assert ANSWER in answer.text
    assert fresh(statement).state is StatementState.IN_REVIEW


@pytest.mark.parametrize("sent", [False, True])
def test_a_discarded_draft_is_gone_and_a_sent_one_stays(
    browser: PortalClient, town: Town, make: Make, sent: bool
) -> None:
    statement = make(sent=sent)
    browser.sign_in("ginster@buerger-bus.example")
    answer = browser.submit(f"/bedarfe/{statement.public_id}/loeschen", {}, page="/konto")
    assert answer.status_code == (422 if sent else 302)
    assert len(statements()) == (1 if sent else 0)
