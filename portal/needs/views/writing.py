"""Writing a statement: four steps, each an ordinary form that saves the draft."""

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas import places
from portal.core.actor import current_actor
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.permissions import require
from portal.core.seed_words import local
from portal.core.transaction import transaction
from portal.needs import choices, drafts, figures, permissions, queries, unsent_forms, wording
from portal.needs.forms import NumbersForm, PlaceForm, SubjectForm, SubmitForm
from portal.needs.models import NeedsStatement, StatementKind, StatementState
from portal.needs.views.frame import blueprint, page
from portal.stakeholders import acting
from portal.unsent import services as unsent
from portal.unsent import sheets
from portal.unsent.sheets import Sheet

STEPS = {
    "worum": _l("Worum geht es?"),
    "ort": _l("Thema und Ort"),
    "zahlen": _l("Zahlen"),
    "pruefen": _l("Prüfen und einreichen"),
}
_ORDER = list(STEPS)
AnyStep = SubjectForm | PlaceForm | NumbersForm | SubmitForm


def _page(statement: NeedsStatement, step: str, form: AnyStep, *, status: int = 200, **more: Any) -> Response:
    """One step. `current`: what somebody else saved meanwhile, to compare; `sheet`: how the form keeps itself."""
    context: dict[str, Any] = {"current": None, "switch": False, "sheet": None, "open_steps": ()} | more
    if context["sheet"] is None and step in unsent_forms.STEPS:
        context["sheet"] = sheets.again(request.form, unsent_forms.of_step(statement, step), actor=current_actor())
    return page(
        f"step_{step}",
        status=status,
        statement=statement,
        form=form,
        step=step,
        steps=list(STEPS.values()),
        position=_ORDER.index(step) + 1,
        previous=_ORDER[_ORDER.index(step) - 1] if step != "worum" else None,
        **context,
    )


def _draft(public_id: str) -> NeedsStatement:
    """The draft to edit. What was typed for an organisation the person no longer acts for is shown again."""
    actor = current_actor()
    try:
        statement = queries.draft_for(actor, public_id)
    except NotFound:
        if request.method != "POST":
            raise
        own = {option.organisation_id for option in acting.options()}
        return queries.draft_of_person(actor, public_id, own)
    if statement.state is StatementState.DRAFT:
        require(permissions.may_edit(actor, statement))
    else:
        require(permissions.is_own(actor, statement) or permissions.may_enter_for_others(actor))
    return statement


def _left(statement: NeedsStatement, step: str) -> tuple[Sheet, MultiDict[str, str] | None]:
    """The sheet of a step that is opened, and what the person typed there last time without saving."""
    return sheets.sheet(unsent_forms.of_step(statement, step), actor=current_actor())


def _named(statement: NeedsStatement) -> dict[str, Any]:
    return {"organisation": statement.organisation.public_id, "edition": statement.edition}


def _sent_already(statement: NeedsStatement) -> Response | None:
    if statement.state is StatementState.DRAFT:
        return None
    flash(_("Dieser Hinweis ist eingereicht und kann nicht mehr geändert werden."), "info")
    return redirect(url_for("needs.statement_page", public_id=statement.public_id))


def _refused(statement: NeedsStatement, step: str, form: AnyStep, refusal: Refusal, **more: Any) -> Response:
    """The same step with what was typed, and why it was not saved."""
    if isinstance(refusal, Conflict):
        form.edition.data = str(statement.edition)
        current = choices.saved(statement, step)
        return _page(statement, step, form, status=409, current=current, **more)
    form.refuse(refusal)
    is_switch = refusal.field == "organisation"
    return _page(statement, step, form, status=409 if is_switch else 422, switch=is_switch, **more)


def _onward(statement_id: str, step: str) -> Response:
    """After saving: to the next step, or to the draft's page."""
    if request.form.get("draft"):
        flash(_("Der Entwurf ist gespeichert."), "ok")
        return redirect(url_for("needs.statement_page", public_id=statement_id))
    following = {"worum": "needs.edit_place", "ort": "needs.edit_numbers", "zahlen": "needs.check_statement"}[step]
    return redirect(url_for(following, public_id=statement_id))


@blueprint.get("/bedarfe/<public_id>/worum")
def edit_subject(public_id: str) -> Response:
    """Step 1."""
    statement = _draft(public_id)
    sheet, typed = _left(statement, "worum")
    form = SubjectForm(
        formdata=typed, kind=statement.kind.value, title=statement.title, reason=statement.reason, **_named(statement)
    )
    return _sent_already(statement) or _page(statement, "worum", form, sheet=sheet)


@blueprint.post("/bedarfe/<public_id>/worum")
def save_subject(public_id: str) -> Response:
    """Save step 1."""
    statement = _draft(public_id)
    form = SubjectForm()
    if not form.validate():
        return _page(statement, "worum", form, status=422)
    try:
        with transaction():
            drafts.save_subject(
                statement,
                kind=StatementKind(form.kind.data),
                title=form.title.data,
                reason=form.reason.data or "",
                edition=form.edition_number,
                actor=current_actor(),
            )
            unsent.sent(request.form, actor=current_actor())
    except Refusal as refusal:
        return _refused(statement, "worum", form, refusal)
    return _onward(public_id, "worum")


def _place_form(statement: NeedsStatement, form: PlaceForm) -> places.Places:
    offered = choices.offered(statement)
    form.topics.choices = [(topic.key, topic.label) for topic in offered.topics]
    form.areas.choices = places.options(offered.places.planning_areas)
    form.municipalities.choices = places.options(offered.places.municipalities)
    form.localities.choices = places.options(offered.places.localities)
    form.groups.choices = [(group, local(group)) for group in offered.groups]
    return offered.places


@blueprint.get("/bedarfe/<public_id>/ort")
def edit_place(public_id: str) -> Response:
    """Step 2."""
    statement = _draft(public_id)
    begun = statement.areas or statement.topics
    own = places.chosen(statement.areas) if begun else choices.usual_areas(statement)
    groups = choices.offered_groups()
    sheet, typed = _left(statement, "ort")
    form = PlaceForm(
        formdata=typed,
        topics=[topic.key for topic in statement.topics],
        areas=own,
        municipalities=own,
        localities=own,
        groups=[group for group in statement.target_groups if group in groups],
        own_groups="\n".join(wording.own_groups(statement.target_groups, groups)),
        **_named(statement),
    )
    _place_form(statement, form)
    return _sent_already(statement) or _page(statement, "ort", form, sheet=sheet)


@blueprint.post("/bedarfe/<public_id>/ort")
def save_place(public_id: str) -> Response:
    """Save step 2."""
    statement = _draft(public_id)
    form = PlaceForm()
    offered = _place_form(statement, form)
    if not form.validate():
        return _page(statement, "ort", form, status=422)
    try:
        with transaction():
            drafts.save_place(
                statement,
                topics=choices.stored_topics(form.topics.data or []),
                areas=offered.stored(form.places),
                target_groups=[*(form.groups.data or []), *(form.own_groups.data or "").split("\n")],
                edition=form.edition_number,
                actor=current_actor(),
            )
            unsent.sent(request.form, actor=current_actor())
    except Refusal as refusal:
        return _refused(statement, "ort", form, refusal)
    return _onward(public_id, "ort")


def _numbers_form(statement: NeedsStatement, form: NumbersForm) -> dict[str, Any]:
    county = figures.county_today(current_actor())
    offered = [] if county is None else figures.offered(county, statement)
    form.indicators.choices = [(one.key, one.name) for one in offered]
    form.figure.choices = [("", _("Bitte wählen")), *((one.key, one.name) for one in offered if one.quotable)]
    places = figures.places(statement)
    form.figure_area.choices = [("", _("Bitte wählen")), *((place.public_id, place.name) for place in places)]
    return {
        "hints": {one.key: " ".join(part for part in (one.explanation, one.values) if part) for one in offered},
        "official": {one.id: one for one in statement.numbers if one.is_official},
        "places": {place.public_id: place.id for place in places},
        "county": county,
    }


@blueprint.get("/bedarfe/<public_id>/zahlen")
def edit_numbers(public_id: str) -> Response:
    """Step 3."""
    statement = _draft(public_id)
    rows = [{"id": str(one.id), "text": one.text, "source": one.source} for one in statement.numbers]
    if request.args.get("zeile") or not rows:
        rows.append({"id": "", "text": "", "source": ""})
    sheet, typed = _left(statement, "zahlen")
    form = NumbersForm(
        formdata=typed, numbers=rows, indicators=[one.key for one in statement.indicators], **_named(statement)
    )
    more = _numbers_form(statement, form)
    return _sent_already(statement) or _page(statement, "zahlen", form, sheet=sheet, **more)


@blueprint.post("/bedarfe/<public_id>/zahlen")
def save_numbers(public_id: str) -> Response:
    """Save step 3; perhaps take a value of the portal over, or offer another row."""
    statement = _draft(public_id)
    form = NumbersForm()
    more = _numbers_form(statement, form)
    if len(form.numbers) > 2 * drafts.MOST_NUMBERS or not form.validate():
        return _page(statement, "zahlen", form, status=422, **more)
    rows = [
        drafts.NumberRow(part.form.text.data or "", part.form.source.data or "", choices.number_id(part.form.id.data))
        for part in form.numbers
        if not part.form.remove.data
    ]
    takes = request.form.get("take") == "1"
    try:
        quoted = None
        if takes:
            area_id = more["places"].get(form.figure_area.data or "", 0)
            quoted = figures.quote(more["county"], form.figure.data or "", area_id)
        with transaction():
            drafts.save_numbers(
                statement,
                rows=rows,
                indicators=choices.stored_indicators(form.indicators.data or []),
                edition=form.edition_number,
                actor=current_actor(),
            )
            if quoted is not None:
                figures.add(statement, quoted, actor=current_actor())
            unsent.sent(request.form, actor=current_actor())
    except Refusal as refusal:
        return _refused(statement, "zahlen", form, refusal, **more)
    if takes or request.form.get("more"):
        again = url_for("needs.edit_numbers", public_id=public_id, zeile=None if takes else 1)
        return redirect(again + "#numbers")
    return _onward(public_id, "zahlen")


@blueprint.get("/bedarfe/<public_id>/pruefen")
def check_statement(public_id: str) -> Response:
    """Step 4: everything once more, and what is missing."""
    statement = _draft(public_id)
    form = SubmitForm(formdata=None, **_named(statement))
    return _sent_already(statement) or _page(statement, "pruefen", form, **_to_check(statement))


def _to_check(statement: NeedsStatement) -> dict[str, Any]:
    """What the last step says before the button: what is missing, and where something typed is not saved."""
    gaps = drafts.missing(statement)
    return {
        "gaps": gaps,
        "open_steps": [_ORDER.index(where) + 1 for where, _words in gaps],
        "unsaved": unsent_forms.unsaved_steps(statement, actor=current_actor()),
        "names": STEPS,
    }


@blueprint.post("/bedarfe/<public_id>/pruefen")
def submit_statement(public_id: str) -> Response:
    """Hand it to the county; the second click finds it handed in."""
    statement = _draft(public_id)
    form = SubmitForm()
    if not form.validate():
        return _page(statement, "pruefen", form, status=422, **_to_check(statement))
    try:
        with transaction():
            drafts.submit(statement, actor=current_actor(), edition=form.edition_number)
    except Refusal as refusal:
        return _refused(statement, "pruefen", form, refusal, **_to_check(statement))
    flash(_("Danke. Ihr Hinweis ist eingereicht. Die Kennung zum Nachverfolgen steht unten."), "ok")
    return redirect(url_for("needs.statement_page", public_id=public_id))


@blueprint.get("/bedarfe/<public_id>/loeschen")
def ask_discard(public_id: str) -> Response:
    """Name what is lost."""
    statement = _draft(public_id)
    return _sent_already(statement) or page("discard", statement=statement)


@blueprint.post("/bedarfe/<public_id>/loeschen")
def discard_statement(public_id: str) -> Response:
    """Delete the draft."""
    statement = _draft(public_id)
    with transaction():
        drafts.discard(statement, actor=current_actor())
    flash(_("Der Entwurf ist gelöscht."), "ok")
    return redirect(url_for("needs.statement_list"))
