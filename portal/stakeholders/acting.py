"""For whom the person of a request acts. The choice is in the signed cookie, its right is looked up each time."""

from dataclasses import replace

from flask import g, session
from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.areas.models import Area
from portal.core import clock
from portal.core.actor import STAFF_ROLES, Actor
from portal.core.database import db
from portal.core.errors import NotFound, Refusal
from portal.stakeholders import queries
from portal.stakeholders.models import Organisation, OrganisationState, Person, Representation, organisation_area

_CHOICE = "acting"
# County staff act for the county unless they say otherwise; this is how they say so.
NOBODY = "niemand"


def actor_for(user: User) -> Actor:
    """The actor of this request; one query.

    Who represents one organisation acts for it. Who represents several acts for none until they choose. A choice
    that ended in the meantime is not replaced by another: what is half typed was meant for somebody else.
    Staff act for the county by default; a department of theirs is the county and no choice beside it.
    """
    is_staff = not user.role_set.isdisjoint(STAFF_ROLES)
    options = queries.valid_representations(user.id)
    if is_staff:
        options = [option for option in options if option.organisation.is_voice]
    g.representations = options
    chosen = session.get(_CHOICE)
    representation = next((option for option in options if option.public_id == chosen), None)
    if representation is None and chosen is None and len(options) == 1 and not is_staff:
        representation = options[0]
    has_choice = bool(options) if is_staff else len(options) > 1 or (bool(options) and representation is None)
    return Actor(user=user, representation=representation, may_switch=has_choice)


def actor_in_background(user_id: int, *, representation_id: int | None) -> Actor:
    """Who a job runs as: the person and the organisation they acted for when they asked, with the rights held now.

    Nobody if the account is gone or locked. Refuses when the representation has ended since, rather than doing
    in the person's own name what was asked for in an organisation's.
    """
    actor = accounts.actor_of(user_id)
    if representation_id is None or not actor.signed_in:
        return actor
    for representation in queries.valid_representations(user_id):
        if representation.id == representation_id:
            return replace(actor, representation=representation)
    raise Refusal(_("Wer diesen Auftrag gegeben hat, handelt nicht mehr für die Organisation von damals."))


def actor_of(person: Person, organisation: Organisation | None = None) -> Actor:
    """The person as an actor outside of a request, acting for the organisation if one is named.

    `NotFound` if the person does not act for it today.
    """
    if organisation is None:
        return Actor(user=person.user)
    today = clock.today()
    representation = queries.overlapping(person, organisation, begin=today, end=None)
    if representation is None or not representation.has_begun(today):
        raise NotFound
    return Actor(user=person.user, representation=representation)


def must_choose(actor: Actor) -> bool:
    """Whether the person has to say for whom they act before anything else."""
    return actor.signed_in and actor.may_switch and actor.representation is None and not actor.is_staff


def options() -> list[Representation]:
    """What the person of this request can choose from."""
    found: list[Representation] = g.get("representations", [])
    return found


def choose(public_id: str, *, actor: Actor) -> None:
    """Act for another organisation from the next request on; `NotFound` for one the person may not act for."""
    if public_id == NOBODY and actor.is_staff:
        session.pop(_CHOICE, None)
        return
    if public_id not in {option.public_id for option in options()}:
        raise NotFound
    session[_CHOICE] = public_id


def waits_for_check(actor: Actor) -> bool:
    """Whether the county has still to check the organisation the person of this request acts for."""
    return any(
        one.organisation_id == actor.organisation_id and one.organisation.state is OrganisationState.PENDING
        for one in options()
    )


def is_archived(actor: Actor) -> bool:
    """Whether the organisation the person of this request acts for stands in the archive."""
    return archived(actor) is not None


def archived(actor: Actor) -> Organisation | None:
    """The organisation the person of this request acts for, if it stands in the archive."""
    found = (one.organisation for one in options() if one.organisation_id == actor.organisation_id)
    return next((one for one in found if one.is_archived), None)


def areas_of(actor: Actor) -> list[Area]:
    """Where the organisation works for which the person acts; nothing for who acts for nobody.

    One query, and one more if it names no place of its own: then it is the one it administers.
    """
    if actor.organisation_id is None:
        return []
    statement = (
        select(Area)
        .join(organisation_area, organisation_area.c.area_id == Area.id)
        .where(organisation_area.c.organisation_id == actor.organisation_id)
        .order_by(Area.sort_key, Area.id)
    )
    named = list(db.session.execute(statement).scalars())
    if named:
        return named
    administered = select(Area).join(Organisation, Organisation.area_id == Area.id)
    return list(db.session.scalars(administered.where(Organisation.id == actor.organisation_id)))
