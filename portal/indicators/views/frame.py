"""The blueprint that the pages share, and the way to an entry that is to be changed."""

from flask import Blueprint

from portal.core.actor import Actor
from portal.core.permissions import require
from portal.indicators import permissions, queries
from portal.indicators.models import Indicator

blueprint = Blueprint("indicators", __name__)
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kept(key: str, actor: Actor) -> Indicator:
    """An entry that the actor may change; 403 for one that belongs to somebody else."""
    require(permissions.may_see_register(actor))
    found = queries.find(key, actor=actor)
    require(permissions.may_keep(actor, found.department_id))
    return found
