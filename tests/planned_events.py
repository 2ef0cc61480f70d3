"""Events made through the services: a county of four municipalities, organisations with people, an event."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.conferences.models import Conference, ConferenceKind, Invitation
from portal.conferences.services import events, invitees
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.planning.models import Phase, PlanningPeriod, Topic
from portal.planning.queries import topics_by_key
from portal.planning.services import create_period
from portal.stakeholders.models import Channel, Organisation, OrganisationKind, OrganisationState, Person
from portal.stakeholders.services import create_organisation, create_person, represent

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _area(kind: AreaKind, name: str, county: Area | None, key: str | None = None) -> Area:
    slug = name.lower().replace("ö", "oe")
    area = Area(
        kind=kind, name=name, official_name=name, slug=slug, is_own=True, key=key,
        county_id=None if county is None else county.id,
    )  # fmt: skip
    db.session.add(area)
    db.session.flush()
    return area


def make_county() -> dict[str, Area]:
    """A county, a planning area, an association of two municipalities, and two municipalities beside it."""
    with transaction():
        county = _area(AreaKind.COUNTY, "Kreis", None, "08999")
        found = {"kreis": county, "nord": _area(AreaKind.PLANNING_AREA, "Nord", county)}
        found["gvv"] = _area(AreaKind.ASSOCIATION, "GVV", county, "089990001")
        for number, name in enumerate(("Aldorf", "Bedorf", "Cedorf", "Dödorf"), start=1):
            place = found[name.lower()] = _area(AreaKind.MUNICIPALITY, name, county, f"0899900{number}")
            _join(found["nord"], place, MembershipKind.PLANNING_AREA)
            if number <= 2:
                _join(found["gvv"], place, MembershipKind.ASSOCIATION)
        create_period("p1", "Erste Periode", actor=SYSTEM, starts_on=date(2025, 1, 1), ends_on=date(2028, 12, 31))
        db.session.add(Topic(key="health", name="Gesundheit", position=1))
        db.session.add(Topic(key="sport", name="Sport", position=2))
    return found


def _join(group: Area, member: Area, kind: MembershipKind) -> None:
    db.session.add(AreaMembership(group=group, member=member, kind=kind, valid_from=date(2020, 1, 1)))


def make_member(
    name: str,
    kind: OrganisationKind = OrganisationKind.WELFARE_PROVIDER,
    *,
    person: str = "",
    email: str | None = "",
    channel: Channel = Channel.MAIL,
    place: Area | None = None,
    areas: tuple[Area, ...] = (),
    topics: tuple[str, ...] = (),
    state: OrganisationState = OrganisationState.VERIFIED,
) -> tuple[Organisation, Person]:
    """An organisation and somebody who acts for it."""
    slug = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
    with transaction():
        organisation = create_organisation(
            name, kind, actor=SYSTEM, state=state, area=None if place is None else db.session.get(Area, place.id),
            areas=[db.session.get_one(Area, area.id) for area in areas],
            topics=topics_by_key(topics),
        )  # fmt: skip
        who = create_person(
            person or f"{name} Muster",
            actor=SYSTEM,
            email=f"{slug}@verein.example" if email == "" else email,
            channel=channel,
        )
        represent(who, organisation, actor=SYSTEM, valid_from=clock.today() - timedelta(days=30))
    return organisation, who


def plan(areas: dict[str, Area], **values: Any) -> events.Plan:
    """A conference in three weeks; call it inside of a transaction."""
    starts = datetime.combine(clock.today() + timedelta(days=21), time(14, 0))
    given: dict[str, Any] = {
        "title": "Planungsraumkonferenz Nord",
        "kind": ConferenceKind.PLANNING_AREA_CONFERENCE,
        "phase": Phase.NEEDS_ASSESSMENT,
        "period": db.session.scalars(select(PlanningPeriod)).one(),
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=3),
        "areas": [db.session.get_one(Area, areas["nord"].id)],
        "place_name": "Beispielhalle",
        "place_town": "Aldorf",
    }
    return events.Plan(**(given | values))


def make_planned(areas: dict[str, Area], *members: tuple[Organisation, Person], **values: Any) -> Conference:
    """An event with people on its list; nothing is sent."""
    with transaction():
        values |= {"topics": topics_by_key(values.pop("topics", ()))}
        conference = events.create(plan(areas, **values), actor=SYSTEM)
        events.fix_date(conference, actor=SYSTEM)
        invitees.invite(conference, members, actor=SYSTEM)
    return conference


def invitation_of(member: tuple[Organisation, Person]) -> Invitation:
    db.session.rollback()
    return db.session.scalars(select(Invitation).filter_by(person_id=member[1].id)).one()
