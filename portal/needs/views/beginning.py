"""Beginning a statement: by a representative, by the office for an organisation, or from an entry of minutes."""

import secrets
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.core.actor import Actor, current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.needs import choices, drafts, permissions, queries, unsent_forms
from portal.needs.forms import BeginForm, EnterForm, TakeOverForm
from portal.needs.models import Intake, StatementKind
from portal.needs.views.frame import blueprint, page
from portal.needs.views.writing import STEPS
from portal.unsent import services as unsent
from portal.unsent import sheets
from portal.unsent.sheets import Sheet


@blueprint.get("/bedarfe/neu")
def new_statement() -> Response:
    """Ask what it is about. For the office also: for whom, and how it came."""
    actor = current_actor()
    require(permissions.may_begin(actor))
    sheet, typed = sheets.sheet(unsent_forms.of_new(_for_whom(actor)), actor=actor)
    return _begin_page(actor, _begin_form(actor, typed), sheet)


def _for_whom(actor: Actor) -> str:
    """The organisation a new statement is for; the office chooses it in the form."""
    organisation = None if permissions.may_enter_for_others(actor) else queries.organisation_acted_for(actor)
    return "" if organisation is None else organisation.public_id


def _begin_form(actor: Actor, typed: MultiDict[str, str] | None) -> BeginForm | EnterForm:
    key = secrets.token_urlsafe(16)
    if not permissions.may_enter_for_others(actor):
        return BeginForm(formdata=typed, form_key=key, organisation=_for_whom(actor))
    form = EnterForm(formdata=typed, form_key=key)
    form.organisation.choices = [
        ("", _("Bitte wählen")),
        *((one.public_id, one.name) for one in queries.organisations_to_write_for(actor)),
    ]
    return form


def _begin_page(
    actor: Actor, form: BeginForm | EnterForm, sheet: Sheet, *, status: int = 200, named: str = ""
) -> Response:
    organisation = queries.organisation_acted_for(actor)
    return page(
        "begin",
        status=status,
        form=form,
        sheet=sheet,
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
    form = _begin_form(actor, MultiDict(request.form))
    sheet = sheets.again(request.form, unsent_forms.of_new(_for_whom(actor)), actor=actor)
    if not form.validate():
        return _begin_page(actor, form, sheet, status=422)
    organisation = queries.organisation_acted_for(actor)
    intake = Intake.PORTAL
    if isinstance(form, EnterForm):
        everybody = queries.organisations_to_write_for(actor)
        organisation = next(one for one in everybody if one.public_id == form.organisation.data)
        intake = Intake(form.intake.data)
    elif organisation is None or organisation.public_id != form.organisation.data:
        form.refuse(choices.switched())
        return _begin_page(actor, form, sheet, status=409, named=form.organisation.data or "-")
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
            unsent.sent(request.form, actor=actor)
            public_id = statement.public_id
    except Refusal as refusal:
        form.refuse(refusal)
        return _begin_page(actor, form, sheet, status=422)
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
