"""Events that are about places or take place there."""

from flask_babel import lazy_gettext as _l

from portal.areas.uses import References
from portal.conferences.models import Conference, conference_area

USES = [
    References(
        _l("Veranstaltungen"),
        (
            (conference_area.c.conference_id, conference_area.c.area_id),
            (Conference.id, Conference.place_area_id),
        ),
    ),
]
