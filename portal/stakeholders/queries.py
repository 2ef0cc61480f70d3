"""Reading organisations, people and who acts for whom."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import User
from portal.areas import queries as area_queries
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.core import clock, search_words
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.stakeholders import permissions
from portal.stakeholders.models import (
    Organisation,
    OrganisationState,
    Person,
    Registration,
    Representation,
)

PEOPLE_SHOWN = 20


def _valid_on(day: date) -> ColumnElement[bool]:
    return (Representation.valid_from <= day) & or_(Representation.valid_to.is_(None), Representation.valid_to > day)


def valid_representations(user_id: int) -> list[Representation]:
    """For whom the person may act today, by name; one query. Nobody acts for a refused organisation."""
    statement = (
        select(Representation)
        .join(Representation.person)
        .join(Representation.organisation)
        .options(contains_eager(Representation.person), contains_eager(Representation.organisation))
        .where(
            Person.user_id == user_id,
            Organisation.state != OrganisationState.REFUSED,
            _valid_on(clock.today()),
        )
        .order_by(Organisation.sort_key, Representation.id)
    )
    return list(db.session.execute(statement).scalars())


def refused_of(actor: Actor) -> list[Organisation]:
    """Refused organisations that the person would speak for today, by name: they are told why. One query."""
    statement = (
        select(Organisation)
        .join(Representation, Representation.organisation_id == Organisation.id)
        .join(Representation.person)
        .where(
            Person.user_id == actor.user_id,
            Organisation.state == OrganisationState.REFUSED,
            _valid_on(clock.today()),
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )
    return list(db.session.execute(statement).scalars())


def speaks_for(actor: Actor, organisation: Organisation) -> bool:
    """Whether the person represents the organisation today, acting for it just now or not, even a refused one."""
    if actor.user_id is None:
        return False
    statement = (
        select(Representation.id)
        .join(Representation.person)
        .where(
            Person.user_id == actor.user_id,
            Representation.organisation_id == organisation.id,
            _valid_on(clock.today()),
        )
        .limit(1)
    )
    return db.session.execute(statement).scalar() is not None


def ever_spoke_for(actor: Actor, organisation: Organisation) -> bool:
    """Whether the person, known by account or address, represents the organisation, did so or will."""
    if actor.user_id is None:
        return False
    address = select(User.email).where(User.id == actor.user_id).scalar_subquery()
    statement = (
        select(Representation.id)
        .join(Representation.person)
        .where(
            Representation.organisation_id == organisation.id,
            or_(Person.user_id == actor.user_id, Person.email == address),
        )
        .limit(1)
    )
    return db.session.execute(statement).scalar() is not None


def person_of(user: User) -> Person | None:
    """The person behind an account, if somebody entered for whom they act."""
    return db.session.execute(select(Person).where(Person.user_id == user.id)).scalar_one_or_none()


def person_by_email(address: str) -> Person | None:
    """Whoever is known by that address, as a person or by their account."""
    statement = (
        select(Person)
        .outerjoin(Person.user)
        .where(or_(Person.email == address, User.email == address))
        .order_by(Person.id)
        .limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()


def person_for(actor: Actor, public_id: str) -> Person | None:
    """One person, for those who keep representations."""
    require(permissions.may_manage_representations(actor))
    return db.session.execute(select(Person).where(Person.public_id == public_id)).scalar_one_or_none()


def people_like(actor: Actor, search: str) -> list[Person]:
    """The first people whose name holds every word, or whose address holds what was typed; nobody for nothing."""
    require(permissions.may_manage_representations(actor))
    words = search_words.conditions(Person.search_key, search)
    if not words:
        return []
    named = and_(*words)
    addressed = Person.email.contains(search.strip().lower(), autoescape=True)
    statement = (
        select(Person)
        .options(joinedload(Person.user))
        .where(or_(named, addressed))
        .order_by(Person.sort_key, Person.id)
        .limit(PEOPLE_SHOWN)
    )
    return list(db.session.execute(statement).scalars())


def representations_of(user: User) -> list[Representation]:
    """All representations of an account's person: present ones first, then the latest."""
    today = clock.today()
    statement = (
        select(Representation)
        .join(Representation.person)
        .options(joinedload(Representation.organisation), joinedload(Representation.deputy_of))
        .where(Person.user_id == user.id)
        .order_by(Representation.valid_from.desc(), Representation.id.desc())
    )
    rows = list(db.session.execute(statement).scalars())
    return sorted(rows, key=lambda row: row.has_ended(today))


def representation_for(actor: Actor, public_id: str) -> Representation:
    """One representation for those who keep them."""
    require(actor.signed_in)
    statement = (
        select(Representation)
        .options(joinedload(Representation.organisation), joinedload(Representation.person).joinedload(Person.user))
        .where(Representation.public_id == public_id)
    )
    require(actor.signed_in)
    found = db.session.execute(statement).scalar_one_or_none()
    return require_visible(found, permissions.may_manage_representations(actor))


def overlapping(person: Person, organisation: Organisation, *, begin: date, end: date | None) -> Representation | None:
    """A representation of the same organisation by the same person in part of the same time."""
    statement = select(Representation).where(
        Representation.person_id == person.id,
        Representation.organisation_id == organisation.id,
        or_(Representation.valid_to.is_(None), Representation.valid_to > begin),
    )
    if end is not None:
        statement = statement.where(Representation.valid_from < end)
    return db.session.execute(statement.order_by(Representation.id).limit(1)).scalar_one_or_none()


def organisation_for(actor: Actor, public_id: str) -> Organisation:
    """One organisation, for administrators, planners and whoever acts for it."""
    require(actor.signed_in)
    statement = (
        select(Organisation)
        .options(joinedload(Organisation.area), selectinload(Organisation.areas), selectinload(Organisation.topics))
        .where(Organisation.public_id == public_id)
    )
    require(actor.signed_in)
    found = db.session.execute(statement).scalar_one_or_none()
    if permissions.may_see_organisations(actor):
        return require_visible(found)
    return require_visible(found, found is not None and speaks_for(actor, found))


def representatives(organisation: Organisation) -> list[Representation]:
    """Who acts, acted or will act for the organisation: present ones first, by name."""
    today = clock.today()
    statement = (
        select(Representation)
        .join(Representation.person)
        .options(contains_eager(Representation.person).joinedload(Person.user), joinedload(Representation.deputy_of))
        .where(Representation.organisation_id == organisation.id)
        .order_by(Person.sort_key, Representation.valid_from.desc(), Representation.id)
    )
    rows = list(db.session.execute(statement).scalars())
    return sorted(rows, key=lambda row: row.has_ended(today))


def organisation_choices(actor: Actor) -> list[Organisation]:
    """Organisations somebody can be made to act for."""
    require(permissions.may_manage_representations(actor))
    statement = (
        select(Organisation)
        .where(Organisation.state.not_in([OrganisationState.REFUSED, OrganisationState.ARCHIVED]))
        .order_by(Organisation.sort_key, Organisation.id)
    )
    return list(db.session.execute(statement).scalars())


def people_acting_for(organisation_id: int, day: date) -> list[Person]:
    """Who acts for the organisation on a day, by name; their deputies among them."""
    statement = (
        select(Person)
        .join(Representation, Representation.person_id == Person.id)
        .where(Representation.organisation_id == organisation_id, _valid_on(day))
        .order_by(Person.sort_key, Person.id)
    )
    return list(db.session.execute(statement).scalars().unique())


def earlier_registrations(registration: Registration) -> list[Registration]:
    """The same organisation by the same address and kind, registered before and not expired; newest first."""
    statement = (
        select(Registration)
        .where(
            Registration.id != registration.id,
            Registration.email == registration.email,
            Registration.organisation_name == registration.organisation_name,
            Registration.kind == registration.kind,
            or_(Registration.confirmed_at.is_not(None), Registration.expires_at > clock.now()),
        )
        .order_by(Registration.id.desc())
    )
    return list(db.session.scalars(statement))


def registration_by_hash(token_hash: str) -> Registration | None:
    """The registration whose link has this hash, whatever became of it."""
    statement = (
        select(Registration)
        .options(joinedload(Registration.area), selectinload(Registration.areas), selectinload(Registration.topics))
        .where(Registration.token_hash == token_hash)
    )
    return db.session.execute(statement).scalar_one_or_none()


def person_behind_id(user_id: int) -> Person | None:
    """The person of an account, by the account's id."""
    return db.session.execute(select(Person).where(Person.user_id == user_id)).scalar_one_or_none()


def registration_places() -> tuple[list[Area], list[Area], list[Area]]:
    """What a registration can choose from: municipalities, associations and planning areas of the county, by name."""
    rows = db.session.execute(
        select(Area)
        .where(
            Area.is_own,
            Area.kind.in_([AreaKind.MUNICIPALITY, AreaKind.ASSOCIATION, AreaKind.PLANNING_AREA]),
            or_(Area.valid_to.is_(None), Area.valid_to > clock.today()),
        )
        .order_by(Area.sort_key, Area.id)
    ).scalars()
    found: dict[AreaKind, list[Area]] = {}
    for area in rows:
        found.setdefault(area.kind, []).append(area)
    return (
        found.get(AreaKind.MUNICIPALITY, []),
        found.get(AreaKind.ASSOCIATION, []),
        found.get(AreaKind.PLANNING_AREA, []),
    )


def works_within(slug: str) -> ColumnElement[bool]:
    """Organisations of a planning area: those that say so, and whose place lies in it as it is made up today."""
    ids = area_queries.ids_within(slug)
    places = ids | area_queries.associations_touching(ids)
    return or_(Organisation.areas.any(Area.id.in_(ids)), Organisation.area_id.in_(places))


def planning_areas_of_place(place: Area | None) -> list[Area]:
    """The planning areas a municipality, or the members of an association, belong to today."""
    if place is None:
        return []
    today = clock.today()
    members = [place.id]
    if place.kind is AreaKind.ASSOCIATION:
        members = [area.id for area in area_queries.members(place, on=today, kind=MembershipKind.ASSOCIATION)]
    statement = (
        select(Area)
        .join(AreaMembership, AreaMembership.group_id == Area.id)
        .where(
            AreaMembership.member_id.in_(members),
            AreaMembership.kind == MembershipKind.PLANNING_AREA,
            AreaMembership.valid_from <= today,
            or_(AreaMembership.valid_to.is_(None), AreaMembership.valid_to > today),
        )
        .order_by(Area.sort_key, Area.id)
        .distinct()
    )
    return list(db.session.execute(statement).scalars())


def alike(organisation: Organisation) -> list[Organisation]:
    """Other organisations a planner should compare before verifying: same name, or the same place administered."""
    same_place = and_(
        Organisation.area_id.is_not(None),
        Organisation.area_id == organisation.area_id,
        Organisation.kind == organisation.kind,
    )
    statement = (
        select(Organisation)
        .where(
            Organisation.id != organisation.id,
            or_(Organisation.search_key == organisation.search_key, same_place),
        )
        .order_by(Organisation.sort_key, Organisation.id)
        .limit(5)
    )
    return list(db.session.execute(statement).scalars())


def waiting_for_check() -> tuple[int, datetime | None]:
    """How many organisations wait to be checked, and since when the oldest does."""
    row = db.session.execute(
        select(func.count(), func.min(Organisation.created_at)).where(Organisation.state == OrganisationState.PENDING)
    ).one()
    return row[0], row[1]


def remark_of(organisation: Organisation) -> str:
    """What the organisation wrote to the county when it registered; empty if nothing or no longer kept."""
    statement = select(Registration.remark).where(Registration.organisation_id == organisation.id).limit(1)
    return db.session.execute(statement).scalar() or ""
