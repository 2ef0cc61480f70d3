"""How the page of changes speaks of organisations, and which are behind the ids it holds."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.people import Name
from portal.core.database import db
from portal.stakeholders.models import Organisation

ACTIONS = {
    "stakeholders.organisation_created": _l("Organisation angelegt"),
    "stakeholders.person_created": _l("Person angelegt"),
    "stakeholders.representation_begun": _l("Vertretung begonnen"),
    "stakeholders.representation_ended": _l("Vertretung beendet"),
}
SUBJECTS = {
    "organisation": _l("Organisation"),
    "person": _l("Person"),
    "representation": _l("Vertretung"),
}


def name_organisations(ids: Collection[int]) -> dict[int, Name]:
    """Names of organisations by id; erased ones are missing."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.public_id).where(Organisation.id.in_(ids))
    )
    return {row.id: Name(row.name, row.public_id) for row in rows}
