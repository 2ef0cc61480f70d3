"""How the page of changes speaks of jobs."""

from flask_babel import lazy_gettext as _l

ACTIONS = {"job.retried": _l("Auftrag erneut gestartet")}
SUBJECTS = {"job": _l("Auftrag")}
