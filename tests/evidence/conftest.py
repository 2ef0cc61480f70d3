"""A small county with a planning area, two municipalities, and people in every role a finding needs."""

from collections.abc import Iterator
from datetime import date

import pytest
from circle import MADE, NOON, Circle
from flask import Flask
from portal_client import make_user
from seeded import seeded_app, seeded_sqlite
from signed_in import app, browser, config, mails, other_browser

from portal.accounts.models import User
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.planning.models import Topic
from portal.planning.services import create_period
from portal.stakeholders.models import Body, BodyKind, OrganisationKind, OrganisationState
from portal.stakeholders.services import create_organisation, create_person, represent

__all__ = ["app", "browser", "config", "mails", "other_browser", "seeded_app", "seeded_sqlite"]


@pytest.fixture(autouse=True)
def noon(request: pytest.FixtureRequest) -> Iterator[None]:
    if "seeded_app" in request.fixturenames:
        yield
        return
    with clock.frozen(NOON):
        yield


def _area(kind: AreaKind, name: str, county: Area | None, key: str | None = None) -> Area:
    area = Area(
        kind=kind, key=key, name=name, official_name=name, slug=name.lower(), is_own=True,
        county_id=None if county is None else county.id,
    )  # fmt: skip
    db.session.add(area)
    db.session.flush()
    return area


@pytest.fixture
def circle(app: Flask) -> Circle:
    roles = {
        "amsel": Role.PLANNER,
        "zweite": Role.PLANNER,
        "buche": Role.LEADERSHIP,
        "erle": Role.SECTORAL_PLANNER,
        "mayor": Role.MUNICIPALITY,
        "traeger": Role.PROVIDER,
        "rat": Role.COMMITTEE,
    }
    users = {name: make_user(f"{name}@verein.example", role, name=f"Muster-{name}") for name, role in roles.items()}
    with transaction():
        county = _area(AreaKind.COUNTY, "Kreis", None, "08226")
        area = _area(AreaKind.PLANNING_AREA, "Nord", county)
        dorf, stadt = (
            _area(AreaKind.MUNICIPALITY, name, county, key)
            for name, key in (("Dorf", "08226001"), ("Stadt", "08226002"))
        )
        for place in (dorf, stadt):
            db.session.add(AreaMembership(member=place, group=area, kind=MembershipKind.PLANNING_AREA, valid_from=MADE))
        topic = Topic(key="mobility_infrastructure", name="Mobilität", position=1)
        body = Body(name="Sozialausschuss", kind=BodyKind.COMMITTEE, valid_from=MADE)
        db.session.add_all([topic, body])
        period = create_period("p1", "Periode 1", actor=SYSTEM, starts_on=MADE, ends_on=date(2030, 12, 31))
        organisations = [
            create_organisation(name, kind, actor=SYSTEM, area=place, areas=[area], state=OrganisationState.VERIFIED)
            for name, kind, place in (
                ("Nahverkehr", OrganisationKind.COUNTY_DEPARTMENT, None),
                ("Rathaus Dorf", OrganisationKind.MUNICIPALITY, dorf),
                ("Verein", OrganisationKind.WELFARE_PROVIDER, None),
            )
        ]
        for who, organisation in zip(("erle", "mayor", "traeger"), organisations, strict=True):
            user = db.session.get(User, users[who].id)
            assert user is not None
            person = create_person(user.name, actor=SYSTEM, email=user.email, user=user)
            represent(person, organisation, actor=SYSTEM, valid_from=MADE)
    return Circle(area, dorf, stadt, topic, period, *organisations, body, users)
