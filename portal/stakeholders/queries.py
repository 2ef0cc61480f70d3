"""Reading organisations, people and who acts for whom."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import User
from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
from portal.stakeholders import permissions
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState, Person, Representation


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


def person_of(user: User) -> Person | None:
    """The person behind an account, if somebody entered for whom they act."""
    return db.session.execute(select(Person).where(Person.user_id == user.id)).scalar_one_or_none()


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


def organisations(
    actor: Actor, arguments: Mapping[str, str], *, path: str, everything: bool = False
) -> Listing[Organisation]:
    """Organisations for administrators and planners; `everything` for downloads."""
    require(permissions.may_see_organisations(actor))
    return listing(
        select(Organisation).options(selectinload(Organisation.areas)),
        arguments,
        path=path,
        sorts={
            "name": (Organisation.sort_key, Organisation.id),
            "art": (Organisation.kind, Organisation.sort_key, Organisation.id),
            "angelegt": (Organisation.created_at, Organisation.id),
        },
        default_sort="name",
        search=Organisation.search_key,
        search_label=_("Name der Organisation"),
        filters=[
            Filter(
                "art", _("Art"), [("", _("alle")), *OrganisationKind.choices()],
                lambda value: Organisation.kind == OrganisationKind(value),
            ),
            Filter(
                "stand", _("Zustand"), [("", _("alle")), *OrganisationState.choices()],
                lambda value: Organisation.state == OrganisationState(value),
            ),
            Filter(
                "planungsraum", _("Planungsraum"), [("", _("alle")), *_planning_areas()],
                lambda value: Organisation.areas.any(Area.slug == value),
            ),
        ],
        page_size=None if everything else PAGE_SIZE,
    )  # fmt: skip


def _planning_areas() -> list[tuple[str, str]]:
    statement = (
        select(Area.slug, Area.name)
        .where(Area.kind == AreaKind.PLANNING_AREA, Area.is_own.is_(True))
        .order_by(Area.sort_key, Area.id)
    )
    return [(slug, name) for slug, name in db.session.execute(statement)]


def organisation_for(actor: Actor, public_id: str) -> Organisation:
    """One organisation for administrators and planners."""
    require(actor.signed_in)
    statement = (
        select(Organisation)
        .options(joinedload(Organisation.area), selectinload(Organisation.areas))
        .where(Organisation.public_id == public_id)
    )
    require(actor.signed_in)
    found = db.session.execute(statement).scalar_one_or_none()
    return require_visible(found, permissions.may_see_organisations(actor))


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
        .where(Organisation.state != OrganisationState.REFUSED)
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
