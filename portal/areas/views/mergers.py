"""Changes of municipalities themselves: list, form, preview, carrying out, taking back."""

from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas import permissions, queries
from portal.areas.mergers import services as mergers
from portal.areas.mergers import undo as merger_undo
from portal.areas.mergers.forms import HINTS, ConfirmedMergerForm, MergerForm, offer_places, wish_of
from portal.areas.mergers.preview import MergerPreview, preview_of
from portal.areas.models import Merger
from portal.areas.views.frame import blueprint, by_public_id, tabs
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction


@blueprint.get("/planungsraeume/gebietsaenderungen")
def area_mergers() -> ResponseReturnValue:
    """All changes with those they concern, latest first."""
    actor = current_actor()
    require(permissions.may_see_assignments(actor))
    return render_template(
        "areas/mergers.html",
        mergers=mergers.mergers(queries.own_county()),
        may_plan=permissions.may_plan(actor),
        today=clock.today(),
        tabs=tabs("areas.area_mergers"),
    )


@blueprint.get("/planungsraeume/gebietsaenderungen/neu")
def new_merger() -> ResponseReturnValue:
    """What changed, from when, on which basis. With answers in the address they are filled in."""
    require(permissions.may_plan(current_actor()))
    form = MergerForm(request.args or None, meta={"csrf": False})
    offer_places(form)
    return _form_page(form)


@blueprint.get("/planungsraeume/gebietsaenderungen/vorschau")
def preview_merger() -> ResponseReturnValue:
    """What the change would do. The address holds the whole question, so that it can be asked again."""
    require(permissions.may_plan(current_actor()))
    form = MergerForm(request.args, meta={"csrf": False})
    offer_places(form)
    preview = _preview(form)
    return (_form_page(form), 422) if preview is None else _preview_page(preview, form)


@blueprint.post("/planungsraeume/gebietsaenderungen/vorschau")
def save_merger() -> ResponseReturnValue:
    """Carry out what the preview showed, if it still holds."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    form = ConfirmedMergerForm()
    offer_places(form)
    if not form.validate():
        return _form_page(form), 422
    try:
        with transaction():
            done = mergers.carry_out(wish_of(form), expected=form.mark.data or "", actor=actor)
            kind = done.kind.label
    except Refusal as refusal:
        form.refuse(refusal)
        return _again(form), 422
    flash(_("%(kind)s eingetragen.", kind=kind), "ok")
    return redirect(url_for("areas.area_mergers"))


@blueprint.get("/planungsraeume/gebietsaenderungen/<public_id>/zuruecknehmen")
def undo_merger(public_id: str) -> ResponseReturnValue:
    """What taking back would restore, and what hinders it."""
    require(permissions.may_plan(current_actor()))
    return _undo_page(_find(public_id))


@blueprint.post("/planungsraeume/gebietsaenderungen/<public_id>/zuruecknehmen")
def save_undo_merger(public_id: str) -> ResponseReturnValue:
    """Take the change back."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    found = _find(public_id)
    try:
        with transaction():
            merger_undo.undo(found, actor=actor)
    except Refusal as refusal:
        return _undo_page(_find(public_id), str(refusal)), 422
    flash(_("Zurückgenommen. Es gilt wieder, was vorher galt."), "ok")
    return redirect(url_for("areas.area_mergers"))


def _find(public_id: str) -> Merger:
    return by_public_id(mergers.mergers(queries.own_county()), public_id)


def _preview(form: MergerForm) -> MergerPreview | None:
    """The effects of what was entered; None with the reasons at the fields."""
    if not form.validate():
        return None
    try:
        return preview_of(mergers.plan(wish_of(form)))
    except Refusal as refusal:
        form.refuse(refusal)
        return None


def _again(form: ConfirmedMergerForm) -> str:
    """After a refusal: the preview of the present state if the wish still can be fulfilled, else the form."""
    try:
        preview = preview_of(mergers.plan(wish_of(form)))
    except Refusal:
        return _form_page(form)
    return _preview_page(preview, form)


def _form_page(form: MergerForm) -> str:
    return render_template("areas/merger_form.html", form=form, hints=HINTS, tabs=tabs(""))


def _preview_page(preview: MergerPreview, form: MergerForm) -> str:
    back = f"{url_for('areas.new_merger')}?{urlencode(form.answers)}"
    return render_template("areas/merger_preview.html", preview=preview, form=form, back=back, today=clock.today())


def _undo_page(found: Merger, refusal: str = "") -> str:
    hindrances = [refusal] if refusal else merger_undo.hindrances(found)
    return render_template("areas/merger_undo.html", merger=found, hindrances=hindrances)
