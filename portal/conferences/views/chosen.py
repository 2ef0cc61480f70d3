"""From the list of organisations to an invitation: to which event the chosen ones shall be invited."""

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.conferences import due_queries, permissions
from portal.conferences.views.frame import blueprint
from portal.core.actor import Actor, current_actor
from portal.core.permissions import require
from portal.core.web import safe_path
from portal.stakeholders import lists
from portal.stakeholders.extension import ListAct
from portal.stakeholders.models import OrganisationState


def invite_act(actor: Actor) -> ListAct | None:
    """What the list of organisations offers to those who invite."""
    if not permissions.may_organise(actor):
        return None
    return ListAct(_("Einladen"), url_for("conferences.invite_chosen"), "mail")


@blueprint.get("/konferenzen/auswahl-einladen")
def invite_chosen() -> Response:
    """The coming events, each leading to the chosen organisations' people; unchecked organisations are named."""
    actor = current_actor()
    require(permissions.may_organise(actor))
    back = safe_path(request.args.get("zurueck"), default=url_for("stakeholders.organisation_list"))
    chosen = lists.chosen(actor, request.args.getlist("id"))
    if not chosen:
        flash(_("Bitte wählen Sie zuerst in der Liste aus, um wen es geht."), "error")
        return redirect(back)
    page = render_template(
        "conferences/invite_chosen.html",
        ready=[row for row in chosen if row.state is OrganisationState.VERIFIED],
        left=[row for row in chosen if row.state is not OrganisationState.VERIFIED],
        events=due_queries.open_to_invite(),
        back=back,
    )
    return make_response(page)
