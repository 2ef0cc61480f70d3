"""How the page of changes speaks of organisations, and which are behind the ids it holds."""

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name, Page
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.planning.models import TopicKey
from portal.stakeholders import permissions
from portal.stakeholders.models import Body, Organisation, OrganisationKind, Person, Representation

ACTIONS = {
    "stakeholders.organisation_created": _l("Organisation angelegt"),
    "stakeholders.organisation_changed": _l("Angaben einer Organisation geändert"),
    "stakeholders.organisation_verified": _l("Organisation geprüft"),
    "stakeholders.organisation_refused": _l("Organisation abgelehnt"),
    "stakeholders.organisation_archived": _l("Organisation ins Archiv gelegt"),
    "stakeholders.organisation_restored": _l("Organisation aus dem Archiv geholt"),
    "stakeholders.organisation_asked_again": _l("Erneut um Prüfung gebeten"),
    "stakeholders.registered": _l("Organisation registriert"),
    "stakeholders.registration_confirmed": _l("Registrierung bestätigt"),
    "stakeholders.colleague_added": _l("Vertretung selbst eingetragen"),
    "stakeholders.body_created": _l("Gremium angelegt"),
    "stakeholders.seat_taken": _l("Sitz in einem Gremium begonnen"),
    "stakeholders.person_created": _l("Person angelegt"),
    "stakeholders.representation_begun": _l("Vertretung begonnen"),
    "stakeholders.representation_ended": _l("Vertretung beendet"),
}
SUBJECTS = {
    "body": _l("Gremium"),
    "organisation": _l("Organisation"),
    "person": _l("Person"),
    "registration": _l("Registrierung"),
    "representation": _l("Vertretung"),
}


DETAILS = {
    "kind": Detail(_l("Art"), values=OrganisationKind.choices()),
    "person": Detail(_l("Person"), names="person", in_name=True),
    "topics": Detail(_l("Themen"), values=TopicKey.choices(), nothing=_l("keine")),
    "organisation": Detail(_l("Organisation"), names="organisation", in_name=True),
}


def name_organisations(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Names of organisations by id; erased ones are missing. Everybody who reads entries may know for whom somebody
    acted.
    """
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.public_id).where(Organisation.id.in_(ids))
    )
    opens = permissions.may_see_organisations(actor)
    return {row.id: Name(row.name, row.public_id, page=_page(row.public_id) if opens else None) for row in rows}


def _page(public_id: str) -> Page:
    return ("stakeholders.organisation_page", {"public_id": public_id})


def name_bodies(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Names of bodies by id; they are public."""
    rows = db.session.execute(select(Body.id, Body.name).where(Body.id.in_(ids)))
    return {row.id: Name(row.name) for row in rows}


def name_people(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Names of persons by id, for those who keep them; erased ones are missing."""
    if not permissions.may_manage_representations(actor):
        return {}
    rows = db.session.execute(select(Person.id, Person.name, Person.public_id).where(Person.id.in_(ids)))
    return {row.id: Name(row.name, row.public_id) for row in rows}


def name_representations(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Who acts for whom; representations that were taken back are missing."""
    if not permissions.may_manage_representations(actor):
        return {}
    statement = (
        select(Representation.id, Person.name, Organisation.name.label("organisation"))
        .join(Representation.person)
        .join(Representation.organisation)
        .where(Representation.id.in_(ids))
    )
    return {
        row.id: Name(_("%(person)s für %(organisation)s", person=row.name, organisation=row.organisation))
        for row in db.session.execute(statement)
    }


NAMINGS = {
    "organisation": name_organisations,
    "body": name_bodies,
    "person": name_people,
    "representation": name_representations,
}
