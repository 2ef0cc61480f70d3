"""How the page of changes speaks of files."""

from flask_babel import lazy_gettext as _l

ACTIONS = {"file.stored": _l("Datei abgelegt")}
SUBJECTS = {"stored_file": _l("Datei")}
