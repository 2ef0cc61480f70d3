"""Writing a statement: four steps, each an ordinary form that saves the draft."""

import secrets
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas import places
from portal.core.actor import Actor, current_actor
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.needs import choices, drafts, figures, permissions, queries, wording
from portal.needs.forms import BeginForm, EnterForm, NumbersForm, PlaceForm, SubjectForm, SubmitForm, TakeOverForm
from portal.needs.models import Intake, NeedsStatement, StatementKind, StatementState
from portal.needs.views.frame import blueprint, page
from portal.stakeholders import acting

STEPS = {
    "worum": _l("Worum geht es?"),
    "ort": _l("Thema und Ort"),
    "zahlen": _l("Zahlen"),
    "pruefen": _l("Prüfen und einreichen"),
}
_ORDER = list(STEPS)
AnyStep = SubjectForm | PlaceForm | NumbersForm | SubmitForm


def _page(statement: NeedsStatement, step: str, form: AnyStep, *, status: int = 200, **more: Any) -> Response:
    """One step. `current`: what somebody else saved meanwhile, to compare."""
    context = {"current": None, "switch": False} | more
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


@blueprint.get("/bedarfe/neu")
def new_statement() -> Response:
    """Ask what it is about. For the office also: for whom, and how it came."""
    actor = current_actor()
    require(permissions.may_begin(actor))
    return _begin_page(actor, _begin_form(actor))


def _begin_form(actor: Actor) -> BeginForm | EnterForm:
    key = secrets.token_urlsafe(16)
    if not permissions.may_enter_for_others(actor):
        organisation = queries.organisation_acted_for(actor)
        return BeginForm(form_key=key, organisation="" if organisation is None else organisation.public_id)
    form = EnterForm(form_key=key)
    form.organisation.choices = [
        ("", _("Bitte wählen")),
        *((one.public_id, one.name) for one in queries.organisations_to_write_for(actor)),
    ]
    return form


def _begin_page(actor: Actor, form: BeginForm | EnterForm, *, status: int = 200, named: str = "") -> Response:
    organisation = queries.organisation_acted_for(actor)
    return page(
        "begin",
        status=status,
        form=form,
        steps=list(STEPS.values()),
        organisation=organisation,
        for_others=isinstance(form, EnterForm),
        may_put_forward=isinstance(form, EnterForm) or permissions.may_put_forward(organisation),
        switched=bool(named),
    )


@blueprint.post("/bedarfe/neu")
def begin_statement() -> Response:
    """Make the draft and go on to the next step; the same form sent twice makes one draft."""
    actor = current_actor()
    require(permissions.may_begin(actor))
    form = _begin_form(actor)
    if not form.validate():
        return _begin_page(actor, form, status=422)
    organisation = queries.organisation_acted_for(actor)
    intake = Intake.PORTAL
    if isinstance(form, EnterForm):
        everybody = queries.organisations_to_write_for(actor)
        organisation = next(one for one in everybody if one.public_id == form.organisation.data)
        intake = Intake(form.intake.data)
    elif organisation is None or organisation.public_id != form.organisation.data:
        form.refuse(choices.switched())
        return _begin_page(actor, form, status=409, named=form.organisation.data or "-")
    assert organisation is not None
    try:
        with transaction():
            statement = drafts.begin(
                organisation,
                StatementKind(form.kind.data),
                form.title.data,
                reason=form.reason.data or "",
                form_key=form.form_key.data or None,
                intake=intake,
                actor=actor,
            )
            public_id = statement.public_id
    except Refusal as refusal:
        form.refuse(refusal)
        return _begin_page(actor, form, status=422)
    if request.form.get("draft"):
        flash(_("Der Entwurf ist gespeichert."), "ok")
        return redirect(url_for("needs.statement_page", public_id=public_id))
    return redirect(url_for("needs.edit_place", public_id=public_id))


@blueprint.get("/bedarfe/aus-protokoll/<entry_id>")
def take_over_entry(entry_id: str) -> Response:
    """Ask whose statement a need or resource of released minutes becomes."""
    return _take_over_page(entry_id)[0]


def _take_over_page(entry_id: str, *, form: TakeOverForm | None = None, status: int = 200) -> tuple[Response, Any]:
    actor = current_actor()
    entry = queries.entry_to_take_over(actor, entry_id)
    made = queries.from_stems(actor, [entry.stem]).get(entry.stem, [])
    taken = {one.organisation_id for one in made}
    everybody = queries.organisations_to_write_for(actor)
    raised = {one.id for one in entry.raised_by}
    offered = sorted((one for one in everybody if one.id not in taken), key=lambda one: one.id not in raised)
    form = form or TakeOverForm(formdata=None, title=choices.title_of(entry.text))
    form.organisation.choices = [(one.public_id, one.name) for one in offered]
    answer = page("take_over", status=status, entry=entry, made=made, form=form, raised=len(raised - taken))
    return answer, (entry, {one.public_id: one for one in offered})


@blueprint.post("/bedarfe/aus-protokoll/<entry_id>")
def make_of_entry(entry_id: str) -> Response:
    """Make the draft with its origin and go on to its first step."""
    actor = current_actor()
    form = TakeOverForm()
    _answer, (entry, offered) = _take_over_page(entry_id, form=form)
    if not form.validate():
        return _take_over_page(entry_id, form=form, status=422)[0]
    try:
        with transaction():
            statement = drafts.from_entry(entry, offered[form.organisation.data], form.title.data, actor=actor)
            public_id = statement.public_id
    except Refusal as refusal:
        form.refuse(refusal)
        return _take_over_page(entry_id, form=form, status=422)[0]
    flash(_("Der Entwurf ist angelegt. Bitte ergänzen Sie ihn und reichen Sie ihn ein."), "ok")
    return redirect(url_for("needs.edit_subject", public_id=public_id))


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
    form = SubjectForm(
        formdata=None, kind=statement.kind.value, title=statement.title, reason=statement.reason, **_named(statement)
    )
    return _sent_already(statement) or _page(statement, "worum", form)


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
    except Refusal as refusal:
        return _refused(statement, "worum", form, refusal)
    return _onward(public_id, "worum")


def _place_form(statement: NeedsStatement, form: PlaceForm) -> places.Places:
    offered = choices.offered(statement)
    form.topics.choices = [(topic.key, topic.label) for topic in offered.topics]
    form.areas.choices = places.options(offered.places.planning_areas)
    form.municipalities.choices = places.options(offered.places.municipalities)
    form.localities.choices = places.options(offered.places.localities)
    form.groups.choices = [(group, group) for group in offered.groups]
    return offered.places


@blueprint.get("/bedarfe/<public_id>/ort")
def edit_place(public_id: str) -> Response:
    """Step 2."""
    statement = _draft(public_id)
    begun = statement.areas or statement.topics
    own = places.chosen(statement.areas) if begun else choices.usual_areas(statement)
    groups = choices.offered_groups()
    form = PlaceForm(
        formdata=None,
        topics=[topic.key for topic in statement.topics],
        areas=own,
        municipalities=own,
        localities=own,
        groups=[group for group in statement.target_groups if group in groups],
        own_groups="\n".join(wording.own_groups(statement.target_groups, groups)),
        **_named(statement),
    )
    _place_form(statement, form)
    return _sent_already(statement) or _page(statement, "ort", form)


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
    form = NumbersForm(
        formdata=None, numbers=rows, indicators=[one.key for one in statement.indicators], **_named(statement)
    )
    more = _numbers_form(statement, form)
    return _sent_already(statement) or _page(statement, "zahlen", form, **more)


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
    return _sent_already(statement) or _page(statement, "pruefen", form, gaps=drafts.missing(statement))


@blueprint.post("/bedarfe/<public_id>/pruefen")
def submit_statement(public_id: str) -> Response:
    """Hand it to the county; the second click finds it handed in."""
    statement = _draft(public_id)
    form = SubmitForm()
    if not form.validate():
        return _page(statement, "pruefen", form, status=422, gaps=drafts.missing(statement))
    try:
        with transaction():
            drafts.submit(statement, actor=current_actor(), edition=form.edition_number)
    except Refusal as refusal:
        return _refused(statement, "pruefen", form, refusal, gaps=drafts.missing(statement))
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
