"""Organisations, registrations and bodies that name places."""

from flask_babel import lazy_gettext as _l

from portal.areas.uses import References
from portal.stakeholders.models import (
    Organisation,
    Registration,
    body_area,
    organisation_area,
    registration_area,
)

USES = [
    References(
        _l("Organisationen"),
        (
            (Organisation.id, Organisation.area_id),
            (organisation_area.c.organisation_id, organisation_area.c.area_id),
        ),
    ),
    References(
        _l("Registrierungen"),
        (
            (Registration.id, Registration.area_id),
            (registration_area.c.registration_id, registration_area.c.area_id),
        ),
    ),
    References(_l("Gremien"), ((body_area.c.body_id, body_area.c.area_id),)),
]
