"""From the list of organisations to an invitation: to which event the chosen ones shall be invited."""

from collections.abc import Collection

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.conferences import due_queries, permissions
from portal.conferences.views.frame import blueprint
from portal.core import choosing
from portal.core.actor import Actor, current_actor
from portal.core.formats import date_short
from portal.core.permissions import require
from portal.core.web import safe_path
from portal.stakeholders import lists
from portal.stakeholders.extension import ListAct, OpenThing
from portal.stakeholders.models import OrganisationState


def invite_act(actor: Actor) -> ListAct | None:
    """What the list of organisations offers to those who invite."""
    if not permissions.may_organise(actor):
        return None
    return ListAct(_("Einladen"), url_for("conferences.invite_chosen"), "mail")


def open_things(organisation_ids: Collection[int]) -> list[OpenThing]:
    """Coming events that organisations are on the list of, named before they go into the archive."""
    return [
        OpenThing(
            one.organisation,
            _("%(title)s am %(day)s, eingeladen", title=one.title, day=date_short(one.begins))
            if one.is_sent
            else _("%(title)s am %(day)s, noch nicht verschickt", title=one.title, day=date_short(one.begins)),
            url_for("conferences.conference_page", public_id=one.conference_id, _anchor="eingeladen"),
        )
        for one in due_queries.open_invitations(organisation_ids)
    ]


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
        left=[row for row in chosen if row.state is not OrganisationState.VERIFIED and not row.is_archived],
        archived=[row for row in chosen if row.is_archived],
        events=due_queries.open_to_invite(),
        back=choosing.with_choice(
            back, (row.public_id for row in chosen), of=url_for("stakeholders.organisation_list")
        ),
    )
    return make_response(page)
