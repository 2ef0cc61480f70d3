"""Decisions about who belongs where, latest first; the latest can be taken back."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas import permissions, queries, regrouping
from portal.areas.models import Regrouping
from portal.areas.views.frame import blueprint, by_public_id, tabs
from portal.core.actor import current_actor
from portal.core.permissions import require
from portal.core.web import told


@blueprint.get("/planungsraeume/zuordnung/verlauf")
def history() -> ResponseReturnValue:
    """All decisions with who, when, why."""
    actor = current_actor()
    require(permissions.may_see_assignments(actor))
    county = queries.own_county()
    last = regrouping.latest(county)
    return render_template(
        "areas/history.html",
        regroupings=regrouping.regroupings(county),
        first_days=queries.first_days(county),
        last_id=None if last is None else last.id,
        may_plan=permissions.may_plan(actor),
        tabs=tabs("areas.history"),
    )


@blueprint.get("/planungsraeume/zuordnung/verlauf/<public_id>/zuruecknehmen")
def undo(public_id: str) -> ResponseReturnValue:
    """What taking back would restore, before it is done."""
    require(permissions.may_plan(current_actor()))
    return render_template("areas/undo.html", regrouping=_find(public_id))


@blueprint.post("/planungsraeume/zuordnung/verlauf/<public_id>/zuruecknehmen")
def save_undo(public_id: str) -> ResponseReturnValue:
    """Take the decision back."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    found = _find(public_id)
    with told(_("Zurückgenommen. Es gilt wieder die Zuordnung von vorher.")):
        regrouping.undo(found, actor=actor)
    return redirect(url_for("areas.history"))


def _find(public_id: str) -> Regrouping:
    return by_public_id(regrouping.regroupings(queries.own_county()), public_id)
