"""How the page of changes speaks of the frame of planning."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name
from portal.core.actor import Actor
from portal.core.database import db
from portal.planning.models import PlanningPeriod

ACTIONS = {"planning.period_created": _l("Planungsperiode angelegt")}
SUBJECTS = {"planning_period": _l("Planungsperiode")}


def name_periods(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Names of planning periods by id; they are public."""
    rows = db.session.execute(select(PlanningPeriod.id, PlanningPeriod.name).where(PlanningPeriod.id.in_(ids)))
    return {row.id: Name(row.name) for row in rows}


NAMINGS = {"planning_period": name_periods}
