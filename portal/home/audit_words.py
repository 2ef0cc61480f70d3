"""How the page of changes speaks of what public pages take in."""

from flask_babel import lazy_gettext as _l

ACTIONS = {"home.barrier_reported": _l("Barriere gemeldet")}
SUBJECTS = {"barrier": _l("Meldung einer Barriere")}
