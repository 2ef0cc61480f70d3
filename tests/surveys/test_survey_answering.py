"""Answering page by page: what is kept, what is refused, and that a questionnaire is stored once."""

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import event, select
from survey_samples import NOW, opened, read_survey, sealed, send, stand, state, walk

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.formats import date_long
from portal.core.transaction import transaction
from portal.surveys import opening, sealing, services, spool
from portal.surveys.models import RoundState, SealedAnswer, SurveyResponse, SurveyRound

FULL: dict[int, dict[str, Any]] = {
    1: {"wohnort": "08226085", "lebensqualitaet": "teils_teils"},
    2: {"bus_bahn": "sehr_schlecht", "minuten_hausarzt": " 45 "},
    3: {"orte_jugend": "nein"},
    4: {"zuerst_verbessern": ["wohnen", "pflege"], "mitteilung": "Mehr <b>Bänke</b> &\r\nBusse.", "alter": "a45_64"},
}


def contents(one: SurveyRound) -> list[dict[str, Any]]:
    """What is sealed, read with the key of the test installation."""
    key = spool.read_key(one.public_id)
    assert key is not None
    db.session.rollback()
    rows = db.session.scalars(select(SealedAnswer.content).where(SealedAnswer.round_id == one.id))
    return [sealing.unseal(row, key=key, bound_to=one.public_id) for row in rows if row is not None]


@pytest.mark.parametrize("language", ["de", "en", "ls"])
def test_from_the_start_to_the_end(running: SurveyRound, respondent: PortalClient, language: str) -> None:
    start = respondent.get(f"/befragungen/leben?sprache={language}")
    assert state(start) == "start"
    assert f'value="{language}" checked' in start.text
    answers = walk(respondent, FULL, language=language)
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [state(answer) for answer in answers] == ["page-1", "page-2", "page-3", "page-4", "completed"]
    for answer in (start, *answers):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Content-Language"] == ("en" if language == "en" else "de")
        assert f'<html lang="{"en" if language == "en" else "de"}"' in answer.text
        assert ("Prüf-Gruppe" in answer.text) == (language == "ls")
    question = read_survey().by_code["bus_bahn"].texts[language]
    assert question.splitlines()[0] in answers[1].text
    assert contents(running) == [
        {
            "wohnort": "08226085",
            "lebensqualitaet": "teils_teils",
            "bus_bahn": "sehr_schlecht",
            "minuten_hausarzt": 45,
            "orte_jugend": "nein",
            "zuerst_verbessern": ["wohnen", "pflege"],
            "mitteilung": "Mehr <b>Bänke</b> &\nBusse.",
            "alter": "a45_64",
        }
    ]


def test_one_write_per_questionnaire_and_none_before(running: SurveyRound, respondent: PortalClient) -> None:
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        walk(respondent, FULL)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(written) == 1
    assert "sealed_answer" in written[0]


@pytest.mark.parametrize("language", ["de", "en", "ls"])
def test_who_answers_nothing_is_told_so_and_not_counted(
    running: SurveyRound, respondent: PortalClient, language: str
) -> None:
    pages = walk(respondent, {4: {"mitteilung": " \n "}}, language=language)
    assert state(pages[-1]) == "nothing"
    assert pages[-1].status_code == 422
    assert f"/befragungen/leben?sprache={language}" in pages[-1].text
    assert sealed(running) == 0
    answered = send(respondent, 4, stand(pages[3]), {"geschlecht": "divers"})
    assert state(answered) == "completed"
    assert sealed(running) == 1


def test_sent_twice_it_counts_once(running: SurveyRound, respondent: PortalClient) -> None:
    answers = walk(respondent, FULL)
    for _ in range(3):
        again = send(respondent, 4, stand(answers[3]), {"geschlecht": "divers"})
        assert state(again) == "completed"
    assert sealed(running) == 1
    assert "divers" not in str(contents(running))


def test_sent_again_after_it_was_opened_it_still_counts_once(running: SurveyRound, respondent: PortalClient) -> None:
    walks = [walk(respondent, {4: {"mitteilung": f"Nummer {number}"}}) for number in range(30)]
    with transaction():
        assert opening.open_part(running, actor=SYSTEM).opened == 20
    for answers in walks:
        assert state(send(respondent, 4, stand(answers[3]), {"mitteilung": "noch einmal"})) == "completed"
    assert sealed(running) == 10
    with clock.frozen(running.closes_at):
        with transaction():
            services.close_round(running, actor=SYSTEM)
        with transaction():
            opening.open_rest(running, actor=SYSTEM)
    assert opened(running) == sorted(f"Nummer {number}" for number in range(30))


def test_two_tabs_of_one_questionnaire_count_once_two_questionnaires_twice(
    running: SurveyRound, respondent: PortalClient
) -> None:
    first = send(respondent, 0, None, {"sprache": "de"})
    tabs = []
    for place in ("08226085", "08226095"):
        page = send(respondent, 1, stand(first), {"wohnort": place})
        for number in (2, 3):
            page = send(respondent, number, stand(page))
        tabs.append(send(respondent, 4, stand(page)))
    assert [state(tab) for tab in tabs] == ["completed", "completed"]
    assert [one["wohnort"] for one in contents(running)] == ["08226085"]
    walk(respondent, FULL)
    assert sealed(running) == 2


def test_back_keeps_what_was_entered_even_what_does_not_fit(running: SurveyRound, respondent: PortalClient) -> None:
    page = send(respondent, 0, None, {"sprache": "de"})
    page = send(respondent, 1, stand(page), {"wohnort": "08226085"})
    page = send(respondent, 2, stand(page), {"minuten_hausarzt": "viele"}, press={"weiter": "zurueck"})
    assert state(page) == "page-1"
    assert '<option value="08226085" selected>' in page.text
    page = send(respondent, 1, stand(page), {"wohnort": "08226085"})
    assert state(page) == "page-2"
    assert 'value="viele"' in page.text
    page = send(respondent, 1, stand(page), {}, press={"weiter": "zurueck"})
    assert state(page) == "start"


def test_what_was_left_by_back_is_checked_before_it_is_stored(running: SurveyRound, respondent: PortalClient) -> None:
    page = send(respondent, 0, None, {"sprache": "de"})
    page = send(respondent, 2, stand(page), {"minuten_hausarzt": "viele"}, press={"weiter": "zurueck"})
    last = send(respondent, 4, stand(page))
    assert last.status_code == 422
    assert state(last) == "page-2"
    assert sealed(running) == 0
    for number in (2, 3, 4):
        last = send(respondent, number, stand(last), {"minuten_hausarzt": "20"} if number == 2 else {})
    assert state(last) == "completed"


def test_the_language_can_change_on_the_way(running: SurveyRound, respondent: PortalClient) -> None:
    page = send(respondent, 0, None, {"sprache": "de"})
    page = send(respondent, 1, stand(page), {"wohnort": "08226085"}, press={"sprache": "en"})
    assert state(page) == "page-1"
    assert "Which town or municipality" in page.text
    assert '<option value="08226085" selected' in page.text


@pytest.mark.parametrize(
    ("page", "fields", "words"),
    [
        (1, {"wohnort": "99999999"}, "Bitte wählen Sie eine Antwort aus der Liste."),
        (1, {"lebensqualitaet": "<script>"}, "Bitte wählen Sie eine Antwort aus der Liste."),
        (2, {"minuten_hausarzt": "-1"}, "Sie haben „-1“ geschrieben."),
        (2, {"minuten_hausarzt": "181"}, "von 0 bis 180"),
        (2, {"minuten_hausarzt": "1e2"}, "eine ganze Zahl"),
        (2, {"minuten_hausarzt": "9" * 400}, "…“ geschrieben"),
        (4, {"zuerst_verbessern": ["wohnen", "pflege", "sport", "kultur"]}, "Sie haben 4 gewählt"),
        (4, {"zuerst_verbessern": ["wohnen", "nichts"]}, "„nichts davon“ passt nicht"),
        (4, {"staerken": ["erfunden"]}, "aus der Liste"),
        (4, {"mitteilung": "a" * 1001}, "Es sind 1.001."),
        (4, {"mitteilung": "a" * 200_000}, "Es sind 200.000."),
    ],
)
def test_what_does_not_fit_is_said_at_its_question_and_kept(
    running: SurveyRound, respondent: PortalClient, page: int, fields: dict[str, Any], words: str
) -> None:
    first = send(respondent, 0, None, {"sprache": "de"})
    refused = send(respondent, page, stand(first), {"orte_jugend": "ja", **fields})
    assert refused.status_code == 422
    assert state(refused) == f"page-{page}"
    code, value = next(iter(fields.items()))
    assert words in refused.text
    assert f'href="#{code}"' in refused.text
    assert f'id="{code}-error"' in refused.text
    assert "<title>Fehler:" in refused.text
    assert "<script>" not in refused.text.replace("<script src", "").replace("<script type", "")
    if code == "mitteilung":
        assert value in refused.text
    fitting = send(respondent, page, stand(refused), {"geschlecht": "divers"})
    assert fitting.status_code == 200


def test_typed_text_comes_back_escaped(running: SurveyRound, respondent: PortalClient) -> None:
    page = send(respondent, 0, None, {"sprache": "de"})
    nasty = '"><script>alert(1)</script>\ue000token\ue001'
    page = send(respondent, 4, stand(page), {"mitteilung": nasty, "zuerst_verbessern": ["wohnen", "nichts"]})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_five_megabytes_get_a_clear_answer(running: SurveyRound, respondent: PortalClient) -> None:
    page = send(respondent, 0, None, {"sprache": "de"})
    answer = send(respondent, 4, stand(page), {"mitteilung": "a" * 5_000_000})
    assert answer.status_code == 413
    assert "höchstens 1.000 Zeichen" in answer.text
    assert sealed(running) == 0


def _swapped(token: str) -> str:
    return token[:30] + ("A" if token[30] != "A" else "B") + token[31:]


@pytest.mark.parametrize(
    "forge",
    [
        lambda _t: None,
        lambda _t: "",
        lambda t: t[:-8],
        _swapped,
        lambda _t: "ä€\x00",
        lambda t: t * 300,
        lambda t: t + "AAAA",
    ],
    ids=["none", "empty", "cut", "swapped", "strange", "endless", "longer"],
)
def test_a_forged_state_loses_nothing_of_the_page(
    running: SurveyRound, respondent: PortalClient, forge: Callable[[str], str | None]
) -> None:
    first = send(respondent, 0, None, {"sprache": "de"})
    answer = send(respondent, 4, forge(stand(first)), {"mitteilung": "Bitte behalten", "alter": "a45_64"})
    assert answer.status_code == 400
    assert state(answer) == "page-4"
    assert "konnten wir nicht lesen" in answer.text
    assert "Bitte behalten" in answer.text
    assert sealed(running) == 0
    assert state(send(respondent, 4, stand(answer), {"mitteilung": "Bitte behalten"})) == "completed"


def test_the_state_of_another_round_or_installation_opens_nothing(
    running: SurveyRound, make_round: Callable[..., SurveyRound], respondent: PortalClient, county: Flask
) -> None:
    make_round("andere")
    foreign = send(respondent, 0, None, {"sprache": "de"}, slug="andere")
    assert send(respondent, 2, stand(foreign)).status_code == 400
    own = stand(send(respondent, 0, None, {"sprache": "de"}))
    county.extensions.pop("portal_survey_carry")
    (county.config["PORTAL"].data / "secrets" / "survey_carry").unlink()
    assert send(respondent, 2, own).status_code == 400


def test_what_travels_cannot_be_read(running: SurveyRound, respondent: PortalClient) -> None:
    page = send(respondent, 0, None, {"sprache": "de"})
    page = send(respondent, 1, stand(page), {"wohnort": "08226085"})
    assert b"08226085" not in base64.urlsafe_b64decode(stand(page))
    again = send(respondent, 1, stand(page), {"wohnort": "08226085"})
    assert stand(again) != stand(page)


def test_closed_while_answering(running: SurveyRound, respondent: PortalClient) -> None:
    answers = walk(respondent, {1: {"wohnort": "08226085"}})
    waiting = send(respondent, 0, None, {"sprache": "de"})
    with transaction():
        services.close_round(running, actor=SYSTEM)
    for page, carried in ((1, stand(waiting)), (4, stand(answers[3]))):
        answer = send(respondent, page, carried)
        assert answer.status_code == 410
        assert state(answer) == "closed"
        assert "konnten wir nicht mehr speichern" in answer.text
    closed = respondent.get("/befragungen/leben")
    assert state(closed) == "closed"
    assert f"Sie lief bis zum {date_long(clock.today())}." in closed.text  # not the day that was planned
    assert running.last_day > clock.today()
    assert send(respondent, 0, None).status_code == 410
    assert sealed(running) == 1


def test_past_its_last_moment_nothing_is_taken_even_before_the_worker_came(
    running: SurveyRound, respondent: PortalClient
) -> None:
    first = send(respondent, 0, None, {"sprache": "de"})
    with clock.frozen(running.closes_at):
        assert send(respondent, 1, stand(first)).status_code == 410
        with transaction():
            assert services.store("a" * 32, b"x", round_id=running.id) is services.Stored.CLOSED
    assert running.state is RoundState.OPEN
    assert sealed(running) == 0


def test_no_round_is_no_page(make_round: Callable[..., SurveyRound], respondent: PortalClient) -> None:
    make_round("spaeter", opens_at=NOW + timedelta(days=2), closes_at=NOW + timedelta(days=3))
    for slug in ("spaeter", "erfunden"):
        assert respondent.get(f"/befragungen/{slug}").status_code == 404
        assert respondent.get(f"/befragungen/{slug}/ergebnisse").status_code == 404
        assert send(respondent, 0, None, slug=slug).status_code == 404


@pytest.mark.parametrize("number", ["", "-1", "5", "x", "1 ", "²"])
def test_a_page_that_is_none_leads_to_the_first(running: SurveyRound, respondent: PortalClient, number: str) -> None:
    answer = respondent.post("/befragungen/leben/fragen", data={"seite": number})
    assert state(answer) == "page-1"


def test_a_remembered_address_of_a_page_leads_to_the_start(running: SurveyRound, respondent: PortalClient) -> None:
    answer = respondent.get("/befragungen/leben/fragen")
    assert answer.status_code == 302
    assert answer.location == "/befragungen/leben"


def test_nothing_tells_who_answered_or_when(running: SurveyRound, respondent: PortalClient) -> None:
    for _ in range(12):
        walk(respondent, FULL)
    db.session.rollback()
    ids = list(db.session.scalars(select(SealedAnswer.id)))
    assert len(set(ids)) == 12
    assert all(re.fullmatch(r"[0-9a-f]{32}", id_) for id_ in ids)
    assert db.session.scalars(select(SurveyResponse.id)).all() == []
