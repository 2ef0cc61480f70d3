"""Planning periods: the list and a new one."""

from flask import Blueprint, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.planning import permissions, queries, services
from portal.planning.forms import PeriodForm

blueprint = Blueprint("planning", __name__)


@blueprint.get("/planungsperioden")
def periods() -> Response:
    """All periods, the latest first."""
    actor = current_actor()
    require(permissions.may_see_periods(actor))
    return make_response(
        render_template(
            "planning/periods.html",
            periods=queries.periods(),
            today=clock.today(),
            may_set=permissions.may_set_periods(actor),
        )
    )


@blueprint.get("/planungsperioden/neu")
def new_period() -> Response:
    """Ask for name and days."""
    require(permissions.may_set_periods(current_actor()))
    return make_response(render_template("planning/period.html", form=PeriodForm()))


@blueprint.post("/planungsperioden/neu")
def create_period() -> Response:
    """Begin a round of the planning cycle."""
    actor = current_actor()
    require(permissions.may_set_periods(actor))
    form = PeriodForm()
    if form.validate():
        try:
            with transaction():
                services.create_period(
                    services.new_key(form.starts_on.data),
                    form.name.data,
                    actor=actor,
                    starts_on=form.starts_on.data,
                    ends_on=form.ends_on.data,
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Die Planungsperiode steht in der Liste."), "ok")
            return redirect(url_for("planning.periods"))
    return make_response(render_template("planning/period.html", form=form), 422)
