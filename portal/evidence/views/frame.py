"""The blueprint, and what its overviews show while the county has nothing to judge yet."""

from flask import Blueprint, render_template

from portal.areas import permissions as area_permissions
from portal.core.actor import current_actor
from portal.planning import permissions as planning_permissions

blueprint = Blueprint("evidence", __name__)


def nothing_yet(heading: str, *, period_missing: bool, areas_missing: bool, frame: str) -> str:
    """The page of an installation without a planning period or without planning areas: what is missing, and where
    those who may set it go on. `frame` is the layout of the page that would stand here."""
    actor = current_actor()
    return render_template(
        "evidence/nothing_yet.html",
        heading=heading,
        frame=frame,
        period_missing=period_missing,
        areas_missing=areas_missing,
        may_set_periods=planning_permissions.may_set_periods(actor),
        may_see_assignments=area_permissions.may_see_assignments(actor),
    )
