"""A county with a survey that runs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from survey_samples import NOW, read_survey

from portal.areas import queries
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.planning.models import Phase
from portal.planning.queries import period
from portal.planning.services import create_period
from portal.surveys import services
from portal.surveys.models import SurveyRound


def _place(kind: AreaKind, slug: str, name: str, *, key: str | None = None, county: Area | None = None) -> Area:
    place = Area(kind=kind, slug=slug, name=name, official_name=name, key=key, is_own=True, county=county)
    db.session.add(place)
    return place


@pytest.fixture
def county(app: Flask) -> Iterator[Flask]:
    """A county of two planning areas and three municipalities, on the day of the tests."""
    app.test_client_class = PortalClient
    with clock.frozen(NOW):
        with transaction():
            own = _place(AreaKind.COUNTY, "kreis", "Kreis", key="08226")
            north = _place(AreaKind.PLANNING_AREA, "nord", "Nord", county=own)
            south = _place(AreaKind.PLANNING_AREA, "sued", "Süd", county=own)
            db.session.flush()
            for key, name, group in (
                ("08226085", "Sinsheim", south), ("08226091", "Waibstadt", south), ("08226095", "Wiesloch", north),
            ):  # fmt: skip
                place = _place(AreaKind.MUNICIPALITY, name.lower(), name, key=key, county=own)
                db.session.flush()
                db.session.add(
                    AreaMembership(
                        kind=MembershipKind.PLANNING_AREA, group_id=group.id, member_id=place.id,
                        valid_from=(NOW - timedelta(days=900)).date(),
                    )
                )  # fmt: skip
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
