"""Reading whom a hearing concerns and reaches, and what municipalities said."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from portal.areas.models import Area, AreaMembership, MembershipKind
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.evidence.models import FindingHearing, FormerStatement
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState, Person, Representation


def administered_places(actor: Actor) -> frozenset[int]:
    """Municipalities the organisation acted for administers: its own, or those of its association; two queries."""
    if actor.organisation_id is None:
        return frozenset()
    organisation = db.session.get(Organisation, actor.organisation_id)
    if organisation is None or organisation.area_id is None or organisation.state is not OrganisationState.VERIFIED:
        return frozenset()
    if organisation.kind is OrganisationKind.MUNICIPALITY:
        return frozenset({organisation.area_id})
    if organisation.kind is not OrganisationKind.MUNICIPAL_ASSOCIATION:
        return frozenset()
    return frozenset(
        db.session.scalars(
            select(AreaMembership.member_id).where(
                AreaMembership.group_id == organisation.area_id,
                AreaMembership.kind == MembershipKind.ASSOCIATION,
                holds(clock.today()),
            )
        )
    )


def holds(on: date) -> ColumnElement[bool]:
    """Condition: the membership holds on that day."""
    return and_(AreaMembership.valid_from <= on, or_(AreaMembership.valid_to.is_(None), AreaMembership.valid_to > on))


def people_heard(municipalities: Sequence[Area], on: date) -> list[tuple[Person, Area]]:
    """Who acts for these municipalities, or for an association that covers them, with each municipality; by name."""
    ids = [place.id for place in municipalities]
    covering = {
        (row.group_id, row.member_id)
        for row in db.session.execute(
            select(AreaMembership.group_id, AreaMembership.member_id).where(
                AreaMembership.member_id.in_(ids), AreaMembership.kind == MembershipKind.ASSOCIATION, holds(on)
            )
        )
    }
    by_administration: dict[int, list[int]] = {one: [one] for one in ids}
    for group, member in covering:
        by_administration.setdefault(group, []).append(member)
    rows = db.session.execute(
        select(Person, Organisation.area_id)
        .join(Representation, Representation.person_id == Person.id)
        .join(Organisation, Organisation.id == Representation.organisation_id)
        .options(joinedload(Person.user))
        .where(
            Organisation.area_id.in_(by_administration),
            Organisation.state == OrganisationState.VERIFIED,
            Organisation.kind.in_([OrganisationKind.MUNICIPALITY, OrganisationKind.MUNICIPAL_ASSOCIATION]),
            Representation.valid_from <= on,
            or_(Representation.valid_to.is_(None), Representation.valid_to > on),
        )
        .order_by(Person.sort_key, Person.id)
    ).all()
    places = {place.id: place for place in municipalities}
    return [(person, places[one]) for person, area_id in rows for one in by_administration.get(area_id or 0, ())]


def statements(hearings: Iterable[FindingHearing]) -> list[tuple[str, list[FindingHearing]]]:
    """What municipalities said, in the order of the hearings; the same words of several to one version together."""
    together: dict[tuple[int, str], list[FindingHearing]] = {}
    for hearing in hearings:
        if hearing.statement:
            together.setdefault((hearing.version_id, hearing.statement), []).append(hearing)
    return [(text, said) for (_version, text), said in together.items()]


def former_statements(hearings: Collection[FindingHearing]) -> dict[int, list[FormerStatement]]:
    """What the office had entered before it corrected that, by hearing, the oldest first; one query."""
    found: dict[int, list[FormerStatement]] = {}
    ids = [one.id for one in hearings]
    for row in db.session.scalars(
        select(FormerStatement).where(FormerStatement.hearing_id.in_(ids)).order_by(FormerStatement.id)
    ):
        found.setdefault(row.hearing_id, []).append(row)
    return found


@dataclass(frozen=True)
class Unreached:
    """A municipality nobody with a mail address acts for, and its administration as far as the portal knows it."""

    municipality: Area
    organisation: Organisation | None


def unreached(municipalities: Sequence[Area], on: date) -> list[Unreached]:
    """Which of the municipalities get no mail about a hearing, in the order given."""
    reached = {place.id for person, place in people_heard(municipalities, on) if person.email is not None}
    left = [place for place in municipalities if place.id not in reached]
    if not left:
        return []
    rows = db.session.scalars(
        select(Organisation)
        .where(
            Organisation.area_id.in_([place.id for place in left]),
            Organisation.state == OrganisationState.VERIFIED,
            Organisation.kind == OrganisationKind.MUNICIPALITY,
        )
        .order_by(Organisation.id.desc())
    )
    administrations = {row.area_id: row for row in rows}
    return [Unreached(place, administrations.get(place.id)) for place in left]
