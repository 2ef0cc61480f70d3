"""How the page of changes speaks of settings."""

from flask_babel import lazy_gettext as _l

ACTIONS = {"settings.changed": _l("Einstellung geändert")}
SUBJECTS = {"setting_change": _l("Einstellung")}
