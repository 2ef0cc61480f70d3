"""How the page of changes speaks of files."""

from flask_babel import lazy_gettext as _l

from portal.audit.words import Detail
from portal.core.formats import file_size

ACTIONS = {"file.stored": _l("Datei abgelegt")}
SUBJECTS = {"stored_file": _l("Datei")}
DETAILS = {"size": Detail(_l("Größe"), shown=file_size), "media_type": Detail(_l("Dateiart"))}
