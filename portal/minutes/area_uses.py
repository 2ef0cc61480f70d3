"""Entries of minutes that are about places below those of their event."""

from flask_babel import lazy_gettext as _l

from portal.areas.uses import References
from portal.minutes.models import entry_area

USES = [References(_l("Einträge von Protokollen"), ((entry_area.c.entry_id, entry_area.c.area_id),))]
