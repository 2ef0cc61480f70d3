"""Running surveys: who may, closing by hand, and many who send at the same moment."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from portal_client import QUICK_HASHES, PortalClient, make_user
from sqlalchemy import select
from survey_samples import NOW, fill_pool, opened, sealed, send, stand, state

from portal.audit.models import AuditEntry
from portal.config import Config
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed
from portal.core.transaction import transaction
from portal.home.cards.surveys import open_surveys, said_in, surveys_due
from portal.settings import services as settings
from portal.surveys import queries, services, spool, tasks
from portal.surveys.audit_words import ACTIONS
from portal.surveys.models import RoundState, SurveyRound


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, extra={**config.extra, **QUICK_HASHES})


@pytest.fixture
def planner(county: Flask, running: SurveyRound) -> PortalClient:
    """A browser in which somebody who runs surveys is signed in."""
    with transaction():
        settings.put("accounts.second_factor_required", False, actor=SYSTEM)
    make_user("planung@landkreis.example", Role.PLANNER)
    client = county.test_client()
    assert isinstance(client, PortalClient)
    client.checks_pages = True
    assert client.sign_in("planung@landkreis.example").status_code == 302
    return client


class _Context:
    payload: dict[str, str] = {}
    actor = SYSTEM

    def progress(self, done: int, total: int) -> None:
        """Nobody looks."""


def test_closing_by_hand_opens_what_is_sealed(planner: PortalClient, running: SurveyRound) -> None:
    fill_pool(running, 12)
    page = planner.get("/befragungen/verwaltung")
    assert "/befragungen/leben" in page.text
    address = f"/befragungen/verwaltung/{running.public_id}"
    assert "nicht rückgängig" in planner.get(f"{address}/beenden").text
    assert "/befragungen/leben/qr.svg" in planner.get(f"{address}/aushang").text
    assert running.state is RoundState.OPEN
    done = planner.submit(f"{address}/beenden")
    assert done.status_code == 302
    assert "Antworten werden jetzt geöffnet" in planner.get(done.location).text
    tasks.tend(_Context())
    assert len(opened(running)) == 12
    again = planner.post(f"{address}/beenden", data={"csrf_token": planner.token("/konto")})
    assert "läuft nicht" in planner.get(again.location).text
    db.session.rollback()
    actions = set(db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_type == "survey_round")))
    assert actions >= {"survey.round_closed", "survey.answers_opened"}
    assert actions <= set(ACTIONS)


def test_only_planners_run_surveys(running: SurveyRound) -> None:
    provider = Actor(user=make_user("traeger@verein.example", Role.PROVIDER))
    for step in (queries.overview, queries.watched_rounds):
        with pytest.raises(NotAllowed):
            step(provider)
    assert list(surveys_due(provider)) == []


def test_first_pages_name_open_rounds_and_missing_keys(
    planner: PortalClient, running: SurveyRound, county: Flask
) -> None:
    actor = Actor(user=make_user("zweite@landkreis.example", Role.PLANNER))
    with county.test_request_context("/", base_url="http://portal.example"):
        assert [(one.url, one.title) for one in open_surveys()] == [
            ("/befragungen/leben", "Befragung: Leben im Planungsraum")
        ]
        assert list(surveys_due(actor)) == []
        with clock.frozen(running.closes_at - timedelta(days=2)):
            assert [str(due.state) for due in surveys_due(actor)] == ["endet bald"]
        with clock.frozen(running.closes_at):
            assert list(open_surveys()) == []
        spool.destroy_key(running.public_id)
        assert [due.tone for due in surveys_due(actor)] == ["error"]


def test_a_place_shows_what_most_named_as_a_problem(running: SurveyRound, county: Flask) -> None:
    fill_pool(running, 20, wohnort="08226085", bus_bahn="sehr_schlecht", hausarzt="sehr_gut")
    fill_pool(running, 20, wohnort="08226085", bus_bahn="sehr_gut", hausarzt="sehr_gut")
    area = next(area for area in running.areas if area.slug == "sued")
    with transaction():
        services.close_round(running, actor=SYSTEM)
    tasks.tend(_Context())
    with county.test_request_context("/", base_url="http://portal.example"):
        (said,) = said_in(area.id, area.slug)
        assert said.respondents == 40
        assert [(item.item, item.problem_count, item.valid_n) for item in said.problems] == [("bus_bahn", 20, 40)]
        assert said_in(next(one for one in running.areas if one.slug == "nord").id, "nord") == []


def test_twelve_at_once_with_the_same_questionnaire_store_it_once(
    running: SurveyRound, county: Flask, respondent: PortalClient
) -> None:
    first = send(respondent, 0, None, {"sprache": "de"})
    same = stand(first)
    own = [stand(send(respondent, 0, None, {"sprache": "de"})) for _ in range(6)]
    db.session.remove()
    states: list[str | None] = []
    gate = threading.Barrier(18)

    def work(carried: str) -> None:
        client = county.test_client(use_cookies=False)
        assert isinstance(client, PortalClient)
        gate.wait(30)
        with clock.frozen(NOW):
            states.append(state(send(client, 4, carried, {"mitteilung": "gleichzeitig"})))

    threads = [threading.Thread(target=work, args=(carried,)) for carried in [same] * 12 + own]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert states == ["completed"] * 18
    assert sealed(running) == 7


def test_whoever_sends_while_it_is_closed_is_stored_before_or_told(
    running: SurveyRound, county: Flask, respondent: PortalClient, make_round: Callable[..., SurveyRound]
) -> None:
    carried = [stand(send(respondent, 0, None, {"sprache": "de"})) for _ in range(12)]
    round_id = running.id
    db.session.remove()
    states: list[str | None] = []
    gate = threading.Barrier(13)

    def work(one: str) -> None:
        client = county.test_client(use_cookies=False)
        assert isinstance(client, PortalClient)
        gate.wait(30)
        with clock.frozen(NOW):
            states.append(state(send(client, 4, one, {"mitteilung": "gerade noch"})))

    threads = [threading.Thread(target=work, args=(one,)) for one in carried]
    for thread in threads:
        thread.start()
    gate.wait(30)
    with transaction():
        services.close_round(db.session.get_one(SurveyRound, round_id), actor=SYSTEM)
    for thread in threads:
        thread.join(60)
    one = db.session.get_one(SurveyRound, round_id)
    assert states.count("completed") + states.count("closed") == 12
    assert sealed(one) == states.count("completed")
