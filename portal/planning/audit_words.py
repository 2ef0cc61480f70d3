"""How the page of changes speaks of the frame of planning."""

from flask_babel import lazy_gettext as _l

ACTIONS = {"planning.period_created": _l("Planungsperiode angelegt")}
SUBJECTS = {"planning_period": _l("Planungsperiode")}
