"""The small county of the tests of needs, built anew for each test."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from portal_client import make_user
from signed_in import app, browser, config, mails, other_browser
from town import NOON, Make, Town

from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.needs import drafts
from portal.needs.models import NeedsStatement, StatementKind
from portal.planning.models import Topic
from portal.planning.services import create_period
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState, Umbrella
from portal.stakeholders.services import create_organisation, create_person, represent

__all__ = ["app", "browser", "config", "mails", "other_browser"]


@pytest.fixture(autouse=True)
def noon(app: Flask) -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def _area(kind: AreaKind, name: str, county: Area | None, key: str | None = None) -> Area:
    area = Area(kind=kind, key=key, name=name, official_name=name, slug=name.lower(), is_own=True,
                county_id=None if county is None else county.id)  # fmt: skip
    db.session.add(area)
    db.session.flush()
    return area


@pytest.fixture
def town(app: Flask) -> Town:
    people = {
        "amsel": make_user("amsel@kreis.example", Role.PLANNER, name="Anke Amsel"),
        "erle": make_user("erle@kreis.example", Role.SECTORAL_PLANNER, name="Emil Erle"),
        "buche": make_user("buche@kreis.example", Role.LEADERSHIP, name="Bernd Buche"),
        "wicke": make_user("wicke@kreistag.example", Role.COMMITTEE, name="Wiebke Wicke"),
        "ginster": make_user("ginster@buerger-bus.example", Role.PROVIDER, name="Georg Ginster"),
        "distel": make_user("distel@kirche.example", Role.PROVIDER, name="Derya Distel"),
        "hasel": make_user("hasel@rathaus.example", Role.MUNICIPALITY, name="Hanna Hasel"),
        "nelke": make_user("nelke@neu.example", Role.PROVIDER, name="Nora Nelke"),
    }
    with transaction():
        county = _area(AreaKind.COUNTY, "Musterkreis", None, "99999")
        nord = _area(AreaKind.PLANNING_AREA, "Nord", county)
        sued = _area(AreaKind.PLANNING_AREA, "Sued", county)
        dorf = _area(AreaKind.MUNICIPALITY, "Dorf", county, "99999001")
        db.session.add(
            AreaMembership(kind=MembershipKind.PLANNING_AREA, group=nord, member=dorf, valid_from=date(2020, 1, 1))
        )
        mobility = Topic(key="mobility_infrastructure", name="Mobilität", position=1)
        health = Topic(key="health", name="Gesundheit", position=2)
        db.session.add_all([mobility, health])
        create_period("2025", "2025 bis 2029", actor=SYSTEM, starts_on=date(2025, 1, 1), ends_on=date(2029, 12, 31))
        made = {}
        for name, kind, state, umbrella, area in (
            ("Bürgerbus", OrganisationKind.INITIATIVE, OrganisationState.VERIFIED, None, None),
            ("Kirche", OrganisationKind.WELFARE_PROVIDER, OrganisationState.VERIFIED, Umbrella.DIAKONIE, None),
            ("Rathaus", OrganisationKind.MUNICIPALITY, OrganisationState.VERIFIED, None, dorf),
            ("Neue", OrganisationKind.INITIATIVE, OrganisationState.PENDING, None, None),
        ):
            made[name] = create_organisation(
                name, kind, actor=SYSTEM, state=state, umbrella=umbrella, area=area, areas=[nord]
            )
        for who, name in (
            ("ginster", "Bürgerbus"), ("distel", "Kirche"), ("hasel", "Rathaus"), ("nelke", "Neue"),
        ):  # fmt: skip
            user = people[who]
            person = create_person(user.name, actor=SYSTEM, email=user.email, user=user)
            represent(person, made[name], actor=SYSTEM, valid_from=date(2026, 1, 1))
        for who in ("amsel", "erle"):
            create_person(people[who].name, actor=SYSTEM, email=people[who].email, user=people[who])
    return Town(nord, sued, dorf, mobility, health, made["Bürgerbus"], made["Kirche"], made["Rathaus"], made["Neue"],
                people)  # fmt: skip


@pytest.fixture
def make(town: Town) -> Make:
    """A draft, or a submitted statement with `sent=True`, of an organisation (default: the bus)."""

    def build(
        title: str = "Abends fährt kein Bus",
        *,
        actor: Actor | None = None,
        organisation: Organisation | None = None,
        sent: bool = True,
        kind: StatementKind = StatementKind.NEED,
        areas: list[Area] | None = None,
        tells: bool = True,
    ) -> NeedsStatement:
        acting = actor or town.driver
        with transaction():
            statement = drafts.begin(organisation or town.bus, kind, title, actor=acting, reason="Nach 19 Uhr nichts.")
            drafts.save_place(
                statement, topics=[town.mobility], areas=areas or [town.nord], target_groups=["Jugendliche"],
                actor=acting,
            )  # fmt: skip
            if sent:
                drafts.submit(statement, actor=acting, tells=tells)
        return statement

    return build
