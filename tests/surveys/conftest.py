"""A county with a survey that runs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pytest
from flask import Flask
from portal_client import PortalClient
from survey_samples import NOW, read_survey
from sqlalchemy import select

from portal.areas import geometry, queries
from portal.areas.seeding import seed_areas, seed_planning_areas
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.planning.models import Phase
from portal.planning.queries import period
from portal.planning.services import create_period
from portal.surveys import services
from portal.surveys.models import SurveyRound

_draw = lru_cache(maxsize=8)(geometry.project)


@pytest.fixture
def county(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with the county's places, on the day of the tests."""
    app.test_client_class = PortalClient
    monkeypatch.setattr(geometry, "project", lambda features: _draw(tuple(features)))
    with clock.frozen(NOW):
        with transaction():
            seed_areas()
            seed_planning_areas(NOW.date())
            create_period(
                "2026", "Periode", actor=SYSTEM,
                starts_on=(NOW - timedelta(days=90)).date(), ends_on=(NOW + timedelta(days=300)).date(),
            )  # fmt: skip
        yield app


@pytest.fixture
def make_round(county: Flask) -> Callable[..., SurveyRound]:
    """Writes a round of the shipped survey; open unless it begins later."""

    def make(slug: str = "leben", **changes: Any) -> SurveyRound:
        with transaction():
            version = services.create_version(read_survey(), actor=SYSTEM)
            values: dict[str, Any] = {
                "key": slug, "slug": slug, "opens_at": NOW - timedelta(days=1), "closes_at": NOW + timedelta(days=30),
                "phase": Phase.NEEDS_ASSESSMENT, "period": period("2026"), "areas": list(queries.planning_areas()),
            }  # fmt: skip
            one = services.create_round(version, services.RoundPlan(**(values | changes)), actor=SYSTEM)
            if one.opens_at <= NOW:
                services.open_round(one, actor=SYSTEM)
        return db.session.scalars(select(SurveyRound).filter_by(slug=slug)).one()

    return make


@pytest.fixture
def running(make_round: Callable[..., SurveyRound]) -> SurveyRound:
    return make_round()


@pytest.fixture
def respondent(county: Flask) -> PortalClient:
    """A browser without cookies that checks every page it sees."""
    client = county.test_client(use_cookies=False)
    assert isinstance(client, PortalClient)
    client.checks_pages = True
    return client
