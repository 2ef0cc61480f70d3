"""Planning areas as the county keeps them: list, new, edit, end, confirm."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas import extension, lists, permissions, queries, services
from portal.areas.forms import ArchiveForm, PlanningAreaForm
from portal.areas.models import Area, AreaKind
from portal.areas.views.frame import blueprint, tabs
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction


@blueprint.get("/planungsraeume/verwalten")
def manage() -> ResponseReturnValue:
    """All planning areas, past and future ones too."""
    actor = current_actor()
    require(permissions.may_see_assignments(actor))
    county = queries.own_county()
    return render_template(
        "areas/manage.html",
        rows=lists.planning_area_rows(county, on=clock.today()),
        unassigned=queries.composition_of(county).unassigned,
        population_source=extension.populations([]).source,
        today=clock.today(),
        may_plan=permissions.may_plan(actor),
        tabs=tabs("areas.manage"),
    )


@blueprint.route("/planungsraeume/neu", methods=["GET", "POST"])
def new_planning_area() -> ResponseReturnValue:
    """A planning area without members; they are moved into it afterwards."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    form = PlanningAreaForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = services.create_planning_area(
                    name=form.name.data,
                    slug=form.slug.data or "",
                    character=form.character.data or "",
                    description=form.description.data or "",
                    valid_from=form.valid_from.data,
                    valid_to=form.valid_to.data,
                    actor=actor,
                )
                name = made.name
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("„%(name)s“ ist angelegt. Wählen Sie jetzt, wer dazugehört.", name=name), "ok")
            return redirect(url_for("areas.assignments"))
    elif request.method != "POST":
        form.valid_from.data = clock.today()
    page = render_template("areas/planning_area_form.html", form=form, area=None, theirs=None, members=0)
    return page, 422 if form.errors else 200


@blueprint.route("/planungsraeume/<slug>/bearbeiten", methods=["GET", "POST"])
def edit_planning_area(slug: str) -> ResponseReturnValue:
    """Words and lifetime. Somebody else's change in between is shown, not overwritten."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    area = queries.find(AreaKind.PLANNING_AREA, slug)
    form = PlanningAreaForm(obj=area)
    theirs = None
    if form.validate_on_submit():
        try:
            with transaction():
                _change(area, form)
        except Conflict as conflict:
            form.refuse(conflict)
            theirs = queries.find(AreaKind.PLANNING_AREA, slug)
            form.edition.data = theirs.edition
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Gespeichert."), "ok")
            return redirect(url_for("areas.manage"))
    area = queries.find(AreaKind.PLANNING_AREA, slug)
    members = len(queries.members(area, on=clock.today()))
    page = render_template("areas/planning_area_form.html", form=form, area=area, theirs=theirs, members=members)
    return page, 422 if form.errors else 200


def _change(area: Area, form: PlanningAreaForm) -> None:
    edition = form.edition.data or ""
    services.change_planning_area(
        area,
        name=form.name.data,
        slug=form.slug.data or "",
        character=form.character.data or "",
        description=form.description.data or "",
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
        edition=int(edition) if edition.isascii() and edition.isdigit() else 0,
        actor=current_actor(),
    )


@blueprint.route("/planungsraeume/<slug>/beenden", methods=["GET", "POST"])
def archive_planning_area(slug: str) -> ResponseReturnValue:
    """End a planning area; names who has to be moved first."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    area = queries.find(AreaKind.PLANNING_AREA, slug)
    form = ArchiveForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.archive_planning_area(area, from_day=form.valid_to.data, actor=actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Das Ende ist eingetragen. Sie können es beim Bearbeiten wieder löschen."), "ok")
            return redirect(url_for("areas.manage"))
    elif request.method != "POST":
        form.valid_to.data = area.valid_to or clock.today()
    area = queries.find(AreaKind.PLANNING_AREA, slug)
    page = render_template(
        "areas/planning_area_end.html", form=form, area=area, members=queries.members(area, on=clock.today())
    )
    return page, 422 if form.errors else 200


@blueprint.get("/planungsraeume/<slug>/bestaetigen")
def confirm_assignments(slug: str) -> ResponseReturnValue:
    """Whose mark *Beispielzuordnung* would go."""
    require(permissions.may_plan(current_actor()))
    area = queries.find(AreaKind.PLANNING_AREA, slug)
    composition = queries.composition_of(queries.own_county())
    members = [member for member in composition.members(area.id) if member.id in composition.examples]
    return render_template("areas/confirm.html", area=area, members=members)


@blueprint.post("/planungsraeume/<slug>/bestaetigen")
def save_confirmation(slug: str) -> ResponseReturnValue:
    """Say that the members are decided and no example."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    area = queries.find(AreaKind.PLANNING_AREA, slug)
    with transaction():
        confirmed = services.confirm_assignments(area, actor=actor)
        name = area.name
    if confirmed:
        words = ngettext(
            "%(num)s Zuordnung zu %(name)s ist jetzt bestätigt.",
            "%(num)s Zuordnungen zu %(name)s sind jetzt bestätigt.",
            confirmed,
            name=name,
        )
        flash(words, "ok")
    else:
        flash(_("Es war nichts zu bestätigen."), "info")
    return redirect(url_for("areas.manage"))
