"""Localities of a municipality: add, rename, end, bring back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas import permissions, queries, services
from portal.areas.forms import LocalityForm
from portal.areas.models import Area, AreaKind
from portal.areas.views.frame import blueprint, by_public_id
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told


@blueprint.route("/gemeinden/<slug>/ortsteile", methods=["GET", "POST"])
def localities(slug: str) -> ResponseReturnValue:
    """The list, with the form for one more."""
    actor = current_actor()
    require(permissions.may_see_assignments(actor))
    municipality = _municipality(slug)
    form = LocalityForm()
    if request.method == "POST":
        require(permissions.may_plan(actor))
        if form.validate():
            try:
                with transaction():
                    services.create_locality(
                        municipality, name=form.name.data, description=form.description.data or "", actor=actor
                    )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                flash(_("„%(name)s“ ist angelegt.", name=form.name.data), "ok")
                return redirect(url_for("areas.localities", slug=slug))
    municipality = _municipality(slug)
    page = render_template(
        "areas/localities.html",
        municipality=municipality,
        planning_area=queries.planning_area_of(municipality, on=clock.today()),
        localities=queries.localities(municipality),
        history=queries.history(municipality),
        form=form,
        today=clock.today(),
        may_plan=permissions.may_plan(actor),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/gemeinden/<slug>/ortsteile/<public_id>", methods=["GET", "POST"])
def edit_locality(slug: str, public_id: str) -> ResponseReturnValue:
    """Another name or description."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    municipality, locality = _locality(slug, public_id)
    form = LocalityForm(obj=locality)
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_locality(
                    locality, name=form.name.data, description=form.description.data or "", actor=actor
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Gespeichert."), "ok")
            return redirect(url_for("areas.localities", slug=slug))
    municipality, locality = _locality(slug, public_id)
    page = render_template("areas/locality_form.html", form=form, municipality=municipality, locality=locality)
    return page, 422 if form.errors else 200


@blueprint.post("/gemeinden/<slug>/ortsteile/<public_id>/beenden")
def archive_locality(slug: str, public_id: str) -> ResponseReturnValue:
    """Let it end today; the list offers to bring it back."""
    require(permissions.may_plan(current_actor()))
    locality = _locality(slug, public_id)[1]
    with transaction():
        services.archive_locality(locality, actor=current_actor())
        name = locality.name
    flash(_("„%(name)s“ gilt nur noch heute. In der Liste können Sie das zurücknehmen.", name=name), "ok")
    return redirect(url_for("areas.localities", slug=slug))


@blueprint.post("/gemeinden/<slug>/ortsteile/<public_id>/wiederherstellen")
def restore_locality(slug: str, public_id: str) -> ResponseReturnValue:
    """Undo of the above."""
    require(permissions.may_plan(current_actor()))
    locality = _locality(slug, public_id)[1]
    with told(_("Der Ortsteil gilt wieder.")):
        services.restore_locality(locality, actor=current_actor())
    return redirect(url_for("areas.localities", slug=slug))


def _municipality(slug: str) -> Area:
    found = queries.find(AreaKind.MUNICIPALITY, slug)
    if not found.is_own:
        raise NotFound
    return found


def _locality(slug: str, public_id: str) -> tuple[Area, Area]:
    municipality = _municipality(slug)
    return municipality, by_public_id(queries.localities(municipality), public_id)
