"""Moving municipalities: a preview that names what changes, then the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from portal.areas import extension, permissions, queries, regrouping
from portal.areas.composition import AreaRef, Composition
from portal.areas.forms import NO_PLANNING_AREA, ConfirmedMoveForm, MoveForm
from portal.areas.maps.atlas import MapData
from portal.areas.maps.previews import PreviewMap, with_changes
from portal.areas.models import Area, AreaKind, Regrouping
from portal.areas.regrouping import Plan
from portal.areas.views.frame import blueprint, chosen_keys, chosen_municipalities, offer_planning_areas, tabs
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction

_CHOOSE_TARGET = _l("Bitte wählen Sie, wohin verschoben wird.")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a move does to one planning area. People are None where a member's population is unknown."""

    area: AreaRef
    before: int
    after: int
    people_before: int | None
    people_after: int | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    parts: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Everything the preview page shows of a plan."""

    plan: Plan
    effects: Sequence[Effect]
    unassigned: Sequence[str]
    drawing: MapData | None
    before: PreviewMap | None
    after: PreviewMap | None
    population_source: str
    mark: str


@blueprint.get("/planungsraeume/zuordnung/verschieben")
def move() -> ResponseReturnValue:
    """What the move would change. The address holds the whole question, so that it can be asked again."""
    require(permissions.may_plan(current_actor()))
    form = MoveForm(request.args, meta={"csrf": False})
    offer_planning_areas(form)
    municipalities = chosen_municipalities(chosen_keys())
    preview = None
    if _fits(form, municipalities):
        try:
            preview = _preview(municipalities, form)
        except Refusal as refusal:
            form.refuse(refusal)
    if preview is None:
        return _form_page(form, municipalities), 422
    return _preview_page(preview, form, municipalities)


@blueprint.post("/planungsraeume/zuordnung/verschieben")
def save_move() -> ResponseReturnValue:
    """Carry out what the preview showed, if it still holds."""
    actor = current_actor()
    require(permissions.may_plan(actor))
    form = ConfirmedMoveForm()
    offer_planning_areas(form)
    municipalities = chosen_municipalities(chosen_keys(request.form.getlist("gemeinde")))
    if not _fits(form, municipalities):
        return _form_page(form, municipalities), 422
    try:
        with transaction():
            done = regrouping.assign(
                municipalities,
                to=_target(form),
                from_day=form.from_day.data,
                reason=form.reason.data or "",
                confirmed=form.confirmed.data,
                expected=form.mark.data or "",
                actor=actor,
            )
            message = _done(municipalities, done)
    except Refusal as refusal:
        form.refuse(refusal)
        return _again(form, municipalities), 422
    flash(message, "ok")
    return redirect(url_for("areas.assignments"))


def _fits(form: MoveForm, municipalities: Sequence[Area]) -> bool:
    """Whether the question is complete. Everything that is missing is named at once."""
    form.validate()
    if not municipalities:
        form.refuse(Refusal(_("Bitte wählen Sie mindestens eine Stadt oder Gemeinde.")))
    if not form.to.data:
        form.to.errors = [_CHOOSE_TARGET]
    return not form.errors


def _done(municipalities: Sequence[Area], done: Regrouping) -> Markup:
    text = ngettext("%(num)s Gemeinde verschoben.", "%(num)s Gemeinden verschoben.", len(municipalities))
    undo = url_for("areas.undo", public_id=done.public_id)
    return Markup('{} <a href="{}">{}</a>').format(text, undo, _("Rückgängig machen"))


def _again(form: ConfirmedMoveForm, municipalities: Sequence[Area]) -> str:
    """After a refusal: the preview of the present state if the wish still can be fulfilled, else the form."""
    try:
        preview = _preview(municipalities, form)
    except Refusal:
        return _form_page(form, municipalities)
    return _preview_page(preview, form, municipalities)


def _target(form: MoveForm) -> Area | None:
    if form.to.data == NO_PLANNING_AREA:
        return None
    if not form.to.data:
        raise Refusal(_CHOOSE_TARGET, field="to")
    return queries.find(AreaKind.PLANNING_AREA, form.to.data)


def _form_page(form: MoveForm, municipalities: Sequence[Area]) -> str:
    return render_template(
        "areas/move.html",
        form=form,
        municipalities=municipalities,
        keys=[area.key for area in municipalities],
        tabs=tabs("", [str(area.key) for area in municipalities]),
    )


def _preview_page(preview: Preview, form: MoveForm, municipalities: Sequence[Area]) -> str:
    answers = MultiDict({"nach": form.to.data, "ab": form.from_day.data.isoformat(), "grund": form.reason.data or ""})
    if form.confirmed.data:
        answers["beschlossen"] = "y"
    for area in municipalities:
        answers.add("gemeinde", area.key)
    return render_template(
        "areas/move_preview.html",
        preview=preview,
        form=form,
        answers=[(name, value) for name, values in answers.lists() for value in values],
        back=url_for("areas.assignments", gemeinde=[area.key for area in municipalities]),
    )


def _preview(municipalities: Sequence[Area], form: MoveForm) -> Preview:
    plan = regrouping.plan(municipalities, to=_target(form), from_day=form.from_day.data, reason=form.reason.data or "")
    before = queries.composition_of(plan.county, on=plan.from_day)
    moves = {move.member.id: None if plan.to is None else plan.to.id for move in plan.moves}
    after = before.moved(moves, example=not form.confirmed.data)
    people = extension.populations([place.id for place in before.municipalities])
    try:
        drawing: MapData | None = queries.map_of(plan.county, on=plan.from_day)
    except NotFound:
        drawing = None
    return Preview(
        plan=plan,
        effects=_effects(plan, before, after, people.people),
        unassigned=[place.name for place in after.unassigned if place.id in moves],
        drawing=drawing,
        before=None if drawing is None else with_changes(drawing, before, moves, before.tones()),
        after=None if drawing is None else with_changes(drawing.regrouped(after), after, moves, before.tones()),
        population_source=people.source,
        mark=regrouping.mark(plan.county),
    )


def _effects(plan: Plan, before: Composition, after: Composition, people: Mapping[int, int]) -> list[Effect]:
    touched = [area for area in before.planning_areas if area.id in plan.planning_area_ids]
    effects = []
    for area in touched:
        old, new = before.members(area.id), after.members(area.id)
        effects.append(
            Effect(
                area=area,
                before=len(old),
                after=len(new),
                people_before=_sum(old, people),
                people_after=_sum(new, people),
                gained=tuple(place.name for place in new if place not in old),
                lost=tuple(place.name for place in old if place not in new),
                parts=len(after.parts(area.id)),
            )
        )
    return effects


def _sum(places: Sequence[AreaRef], people: Mapping[int, int]) -> int | None:
    if any(place.id not in people for place in places):
        return None
    return sum(people[place.id] for place in places)
