"""Rounds are added, moved and thrown away by planners, on a page; what is over stays over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from portal_client import PASSWORD, PortalClient, fresh, make_user
from sqlalchemy import func, select
from survey_samples import NOW, fill_pool, read_survey

from portal.accounts import policy
from portal.areas import queries as areas
from portal.areas.models import Area
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Role
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.planning.models import Phase
from portal.planning.queries import period
from portal.settings import services as settings
from portal.surveys import opening, queries, rounds, services, tasks
from portal.surveys.models import RoundState, SurveyRound, SurveyVersion
from portal.surveys.services import RoundPlan

TODAY = NOW.date()
LATER = TODAY + timedelta(days=60)
NEW = "/befragungen/verwaltung/neu"


@pytest.fixture
def version(county: Flask) -> SurveyVersion:
    with transaction():
        return services.create_version(read_survey(), actor=SYSTEM)


@pytest.fixture
def planner(county: Flask) -> PortalClient:
    with transaction():
        settings.put(policy.SECOND_FACTOR_REQUIRED, False, actor=SYSTEM)
    make_user("planung@kreis.example", Role.PLANNER)
    client = county.test_client()
    assert isinstance(client, PortalClient)
    client.sign_in("planung@kreis.example", PASSWORD)
    client.checks_pages = True
    return client


def plan(first: date = LATER, last: date = LATER + timedelta(days=20), **changes: object) -> RoundPlan:
    """A round from its first to its last day; call it inside of a transaction."""
    made = RoundPlan(
        key="runde", slug="runde", name="Runde 2", opens_at=rounds.midnight(first),
        closes_at=rounds.midnight(last + timedelta(days=1)), phase=Phase.NEEDS_ASSESSMENT, period=period("2026"),
        areas=list(areas.planning_areas()),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def refused(field: str | None, call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught, transaction():
        call()
    assert caught.value.field == field
    return str(caught.value.message)


def typed(version: SurveyVersion, **changes: object) -> dict[str, object]:
    fields: dict[str, object] = {
        "version": version.public_id, "name": "Runde 2", "slug": "leben-2027", "opens_at": LATER.isoformat(),
        "closes_at": (LATER + timedelta(days=20)).isoformat(), "phase": "needs_assessment",
        "areas": [area.public_id for area in areas.planning_areas()],
    }  # fmt: skip
    return fields | changes


def test_days_decide_when_a_round_begins_and_ends(version: SurveyVersion) -> None:
    with transaction():
        one = rounds.add(version, plan(), actor=SYSTEM)
    assert fresh(one).state is RoundState.PLANNED
    assert (one.last_day, one.ended_on) == (LATER + timedelta(days=20), LATER + timedelta(days=20))
    with transaction():
        now = rounds.add(version, plan(TODAY, TODAY, slug="heute"), actor=SYSTEM)
    assert fresh(now).state is RoundState.OPEN
    with clock.frozen(now.closes_at + timedelta(minutes=5)):
        tasks.tend(None)  # type: ignore[arg-type]
        assert fresh(now).state is RoundState.CLOSED
        assert now.ended_on == TODAY  # the worker came after midnight


def test_what_does_not_fit_is_refused_at_its_field(version: SurveyVersion) -> None:
    yesterday, year = TODAY - timedelta(days=1), timedelta(days=366)

    def add(*days: date, **changes: object) -> Callable[[], object]:
        return lambda: rounds.add(version, plan(*days, **changes), actor=SYSTEM)

    assert "in der Vergangenheit" in refused("opens_at", add(yesterday, LATER))
    assert "Ende liegt nicht nach" in refused("closes_at", add(LATER, LATER - timedelta(days=1)))
    assert "höchstens ein Jahr" in refused("closes_at", add(LATER, LATER + year))
    assert "fünf Jahre" in refused("opens_at", add(TODAY + 6 * year, TODAY + 6 * year))
    assert "120 Zeichen" in refused("name", add(name="x" * 121))
    assert "Kleinbuchstaben" in refused("slug", add(slug="Mit Leerzeichen"))
    assert "Planungsraum" in refused("areas", add(areas=[]))
    with pytest.raises(NotAllowed), transaction():
        rounds.add(version, plan(), actor=ANONYMOUS)
    assert db.session.scalar(select(func.count(SurveyRound.id))) == 0


def test_nobody_is_asked_twice_at_the_same_time(version: SurveyVersion) -> None:
    with transaction():
        north, south = areas.planning_areas()
        rounds.add(version, plan(areas=[north]), actor=SYSTEM)

    def again(first: date, last: date, place: Area) -> None:
        rounds.add(version, plan(first, last, slug="zweite", areas=[place]), actor=SYSTEM)

    last = LATER + timedelta(days=20)
    words = refused("opens_at", lambda: again(last, last, north))
    assert "Runde 2" in words
    assert refused(
        "slug", lambda: rounds.add(version, plan(last + timedelta(days=1), last + timedelta(days=2)), actor=SYSTEM)
    )
    with transaction():
        again(last + timedelta(days=1), last + timedelta(days=9), north)  # the day after is free
        rounds.add(version, plan(slug="sued", areas=[south]), actor=SYSTEM)  # elsewhere, too


def test_the_end_is_moved_and_every_move_is_noted(version: SurveyVersion) -> None:
    with transaction():
        one = rounds.add(version, plan(), actor=SYSTEM)
    before, read_as = one.last_day, one.closes_at
    with transaction():
        rounds.move_end(one, rounds.midnight(before + timedelta(days=4)), read_as=read_as, actor=SYSTEM)
    assert fresh(one).last_day == before + timedelta(days=3)
    entry = db.session.scalars(select(AuditEntry).filter_by(action="survey.end_moved")).one()
    assert entry.details == {"before": before.isoformat(), "after": one.last_day.isoformat()}
    with pytest.raises(Conflict) as caught, transaction():
        rounds.move_end(one, rounds.midnight(before), read_as=read_as, actor=SYSTEM)
    assert caught.value.field == "closes_at"

    def move(day: date) -> Callable[[], object]:
        return lambda: rounds.move_end(one, rounds.midnight(day), read_as=one.closes_at, actor=SYSTEM)

    refused("closes_at", move(TODAY))
    refused("closes_at", move(LATER))
    refused("closes_at", move(LATER + timedelta(days=400)))
    with transaction():
        rounds.add(version, plan(LATER + timedelta(days=40), LATER + timedelta(days=50), slug="danach"), actor=SYSTEM)
    assert "Runde 2" in refused("closes_at", move(LATER + timedelta(days=42)))


def test_what_is_over_is_never_opened_again(running: SurveyRound) -> None:
    longer = running.closes_at + timedelta(days=10)
    with clock.frozen(running.closes_at):  # over, although the worker has not come yet
        assert "nicht wieder geöffnet" in refused(
            None, lambda: rounds.move_end(running, longer, read_as=running.closes_at, actor=SYSTEM)
        )
    with transaction():
        services.close_round(running, actor=SYSTEM)
    refused(None, lambda: rounds.move_end(running, longer, read_as=running.closes_at, actor=SYSTEM))
    refused(None, lambda: rounds.discard(running, actor=SYSTEM))
    assert fresh(running).state is RoundState.CLOSED


def test_only_what_has_not_begun_is_thrown_away(version: SurveyVersion, running: SurveyRound) -> None:
    assert "schon begonnen" in refused(None, lambda: rounds.discard(running, actor=SYSTEM))
    with transaction():
        one = rounds.add(version, plan(), actor=SYSTEM)
    with transaction():
        rounds.discard(one, actor=SYSTEM)
    assert [row.slug for row in db.session.scalars(select(SurveyRound))] == ["leben"]


def test_a_round_is_planned_on_the_page(planner: PortalClient, version: SurveyVersion, running: SurveyRound) -> None:
    page = planner.get(f"{NEW}?wie={running.public_id}").text
    assert 'value="Runde 2"' in page
    assert 'value="leben-im-planungsraum-runde-2"' in page
    refused_ = planner.submit(NEW, typed(version, opens_at="2026-11-01", name=""))
    assert refused_.status_code == 422
    assert 'value="leben-2027"' in refused_.text
    assert planner.submit(NEW, typed(version, opens_at=TODAY.isoformat())).status_code == 422  # one is running
    assert (
        "keine Planungsperiode"
        in planner.submit(NEW, typed(version, opens_at="2029-01-01", closes_at="2029-01-09")).text
    )
    assert planner.submit(NEW, typed(version)).status_code == 302
    assert planner.submit(NEW, typed(version)).status_code == 422  # the same button, twice
    text = planner.get("/befragungen/verwaltung").text
    assert "Leben im Planungsraum, Runde 2" in text
    assert "beginnt am" in text
    assert planner.get("/befragungen/leben-2027").status_code == 404  # not before its first day


def test_the_end_is_moved_on_the_page(planner: PortalClient, running: SurveyRound) -> None:
    address = f"/befragungen/verwaltung/{running.public_id}/ende"
    end = running.last_day + timedelta(days=14)
    read_as = running.closes_at.isoformat()
    assert planner.submit(address, {"closes_at": "2026-11-01", "read_as": read_as}).status_code == 422
    assert planner.submit(address, {"closes_at": end.isoformat(), "read_as": "gefälscht"}).status_code == 409
    assert planner.submit(address, {"closes_at": end.isoformat(), "read_as": read_as}).status_code == 302
    assert fresh(running).last_day == end
    second = planner.submit(address, {"closes_at": TODAY.isoformat(), "read_as": read_as})
    assert second.status_code == 409
    assert "inzwischen auf den" in second.text
    assert fresh(running).last_day == end
    with transaction():
        services.close_round(running, actor=SYSTEM)
    assert planner.get(address).status_code == 302


def test_a_planned_round_is_thrown_away_on_the_page(planner: PortalClient, version: SurveyVersion) -> None:
    with transaction():
        one = rounds.add(version, plan(), actor=SYSTEM)
        address = f"/befragungen/verwaltung/{one.public_id}/verwerfen"
    assert "führt dann nirgendwohin" in planner.get(address).text
    assert planner.submit(address).status_code == 302
    assert planner.get(address).status_code == 404


def test_the_card_says_what_comes_next(planner: PortalClient, running: SurveyRound) -> None:
    def says() -> str:
        return planner.get("/befragungen/verwaltung").text

    assert "Noch niemand hat geantwortet." in says()
    fill_pool(running, 15, wohnort="08226085")
    assert "Erste Ergebnisse erscheinen ab 20 Antworten." in says()
    fill_pool(running, 12, wohnort="08226085")
    assert "Sie werden alle 15 Minuten geöffnet" in says()
    fill_pool(running, 33, wohnort="08226085")
    with transaction():
        opening.open_part(running, actor=SYSTEM)
    page = says()
    assert "Wenige Antworten kommen aus: Nord." in page  # none from there at all
    assert "<dt>Antworten</dt><dd><bdi>60</bdi></dd>" in page
    with clock.frozen(running.closes_at - timedelta(days=2)):
        planner.sign_in("planung@kreis.example", PASSWORD)
        assert "legen Sie das Ende später" in says()
    with transaction():
        services.close_round(running, actor=SYSTEM)
    assert "werden gerade geöffnet" in says()
    with transaction():
        opening.open_rest(running, actor=SYSTEM)
    assert "Lesen Sie die Ergebnisse" in says()


def test_everybody_sees_how_many_answered_from_where(respondent: PortalClient, running: SurveyRound) -> None:
    assert "So läuft es ab" in respondent.get("/befragungen").text
    fill_pool(running, 14, wohnort="08226085")
    fill_pool(running, 3, wohnort="08226095")
    with transaction():
        services.close_round(running, actor=SYSTEM)
        opening.open_rest(running, actor=SYSTEM)
    page = respondent.get("/befragungen").text
    assert "17 Antworten" in page
    assert "zum Schutz kleiner Gruppen" in page
    assert ">3<" not in page
    assert queries.names_of_next(running.version.survey) == ("Runde 2", "leben-im-planungsraum-runde-2")
