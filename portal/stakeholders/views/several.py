"""Acts on several organisations chosen in their list: each shows whom it concerns before anything happens."""

from collections.abc import Sequence

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas import queries as area_queries
from portal.core import choosing
from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import safe_path
from portal.planning import queries as planning
from portal.stakeholders import extension, lists, permissions, registration, services
from portal.stakeholders.extension import ListAct
from portal.stakeholders.forms import AssignForm, SeveralForm
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState
from portal.stakeholders.views.frame import blueprint


def acts(*, in_archive: bool) -> list[ListAct]:
    """What the actor may do with chosen organisations, or with those in the archive."""
    actor = current_actor()
    if in_archive:
        restore = ListAct(_("Aus dem Archiv holen"), url_for("stakeholders.ask_restore"), "undo")
        return [restore] if permissions.may_archive(actor) else []
    found = [act for offer in extension.list_acts if (act := offer(actor)) is not None]
    if permissions.may_manage_organisations(actor):
        found.append(ListAct(_("Thema oder Raum zuordnen"), url_for("stakeholders.ask_assign"), "pin"))
    if permissions.may_verify(actor):
        found.append(ListAct(_("Als geprüft vermerken"), url_for("stakeholders.ask_verify_several"), "check"))
    if permissions.may_archive(actor):
        found.append(ListAct(_("Ins Archiv"), url_for("stakeholders.ask_archive"), "archive", tone="danger"))
    return found


def way_back() -> str:
    return safe_path(request.values.get("zurueck"), default=url_for("stakeholders.organisation_list"))


def way_out(chosen: Sequence[Organisation]) -> str:
    """Where breaking off leads: as `way_back`, the same rows ticked where that is the list."""
    return choosing.with_choice(
        way_back(), (row.public_id for row in chosen), of=url_for("stakeholders.organisation_list")
    )


def chosen_rows() -> list[Organisation]:
    return lists.chosen(current_actor(), request.values.getlist("id"))


def nothing_chosen() -> Response:
    """Back to the list, where boxes stand before the names."""
    flash(_("Bitte wählen Sie zuerst in der Liste aus, um wen es geht."), "error")
    return redirect(way_back())


@blueprint.get("/organisationen/auswahl/pruefung")
def ask_verify_several() -> Response:
    """Who would be noted as checked, and who is left out and why."""
    require(permissions.may_verify(current_actor()))
    chosen = chosen_rows()
    if not chosen:
        return nothing_chosen()
    return _verify_page(chosen, SeveralForm())


def _verify_page(chosen: list[Organisation], form: SeveralForm, *, status: int = 200) -> Response:
    ready, left = _split(chosen)
    page = render_template(
        "stakeholders/verify_several.html",
        form=form,
        ready=ready,
        left=left,
        back=way_back(),
        way_out=way_out(chosen),
    )
    return make_response(page, status)


def _split(chosen: list[Organisation]) -> tuple[list[Organisation], list[Organisation]]:
    """Those that wait for the check, and the others; whom one of another kind stands for is asked singly."""
    ready = [row for row in chosen if row.state is OrganisationState.PENDING and row.kind is not OrganisationKind.OTHER]
    return ready, [row for row in chosen if row not in ready]


@blueprint.post("/organisationen/auswahl/pruefung")
def verify_several() -> Response:
    """Each of them is what it says; who acts for it is told."""
    actor = current_actor()
    require(permissions.may_verify(actor))
    form = SeveralForm()
    chosen = chosen_rows()
    ready, _left = _split(chosen)
    if not ready:
        return nothing_chosen()
    try:
        with transaction():
            for organisation in ready:
                registration.verify(organisation, actor=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return _verify_page(chosen, form, status=422)
    flash(
        ngettext(
            "%(num)s Organisation ist geprüft. Wer für sie handelt, bekommt eine Nachricht.",
            "%(num)s Organisationen sind geprüft. Wer für sie handelt, bekommt eine Nachricht.",
            len(ready),
        ),
        "ok",
    )
    return redirect(way_back())


def _assign_form() -> AssignForm:
    form = AssignForm()
    form.topics.choices = [(topic.key, topic.label) for topic in planning.topics()]
    form.areas.choices = [(area.slug, area.name) for area in area_queries.planning_areas()]
    return form


@blueprint.get("/organisationen/auswahl/zuordnen")
def ask_assign() -> Response:
    """Which topics and planning areas the chosen organisations shall have, too."""
    require(permissions.may_manage_organisations(current_actor()))
    chosen = chosen_rows()
    if not chosen:
        return nothing_chosen()
    return _assign_page(chosen, _assign_form())


def _assign_page(chosen: list[Organisation], form: AssignForm, *, status: int = 200) -> Response:
    page = render_template(
        "stakeholders/assign.html", form=form, chosen=chosen, back=way_back(), way_out=way_out(chosen)
    )
    return make_response(page, status)


@blueprint.post("/organisationen/auswahl/zuordnen")
def assign_several() -> Response:
    """Add topics and areas to each of them; what they had stays."""
    actor = current_actor()
    require(permissions.may_manage_organisations(actor))
    chosen, form = chosen_rows(), _assign_form()
    if not chosen:
        return nothing_chosen()
    if not form.validate():
        return _assign_page(chosen, form, status=422)
    wanted = set(form.areas.data or [])
    areas = [area for area in area_queries.planning_areas() if area.slug in wanted]
    with transaction():
        topics = planning.topics_by_key(form.topics.data or [])
        changed = services.assign(chosen, areas=areas, topics=topics, actor=actor)
    flash(
        ngettext("%(num)s Organisation ist zugeordnet.", "%(num)s Organisationen sind zugeordnet.", changed)
        if changed
        else _("Alle Ausgewählten waren dort schon zugeordnet."),
        "ok",
    )
    return redirect(way_back())
