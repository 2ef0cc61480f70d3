"""The county's side of a statement: review, question, answer, decision, follow-up, release."""

from collections.abc import Callable
from typing import Any

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.core.actor import Actor, current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.formats import date_long
from portal.core.forms import Form
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.needs import mails, permissions, queries, review, states, wording
from portal.needs.forms import AnswerForm, DecisionForm, FollowForm, GoOnForm, QueryForm, ReleaseForm
from portal.needs.models import NeedsStatement, StatementState
from portal.needs.views.frame import blueprint, page

_FOLLOWING = {
    StatementState.ADOPTED: StatementState.IN_MEASURE,
    StatementState.IN_MEASURE: StatementState.IMPLEMENTED,
    StatementState.IMPLEMENTED: StatementState.EFFECT_REVIEWED,
}


def _found(public_id: str) -> tuple[NeedsStatement, Actor]:
    actor = current_actor()
    statement = queries.to_review(actor, public_id)
    require(statement.state is not StatementState.DRAFT)
    return statement, actor


def _targets(statement: NeedsStatement, form: DecisionForm) -> dict[str, NeedsStatement]:
    found = {one.public_id: one for one in queries.merge_targets(statement)}
    form.into.choices = [
        ("", _("keinem")), *((key, f"{one.title} ({one.organisation.name})") for key, one in found.items()),
    ]  # fmt: skip
    return found


def _page(statement: NeedsStatement, *, status: int = 200, conflict: bool = False, **forms: Form) -> Response:
    """Only the form that was sent holds what was typed."""
    actor = current_actor()
    shown: dict[str, Any] = {
        "query_form": QueryForm(formdata=None),
        "go_on_form": GoOnForm(formdata=None),
        "decision_form": DecisionForm(formdata=None, edition=statement.edition),
        "answer_form": AnswerForm(formdata=None),
        "follow_form": FollowForm(formdata=None),
        "release_form": ReleaseForm(formdata=None),
    }
    if statement.state is StatementState.IN_REVIEW and "decision_form" not in forms:
        _targets(statement, shown["decision_form"])
    shown |= forms
    return page(
        "review",
        status=status,
        statement=statement,
        conflict=conflict,
        sent=next(iter(forms.values()), None),
        following=_FOLLOWING.get(statement.state),
        can=states.TRANSITIONS[statement.state],
        told=mails.everybody(statement),
        merged=queries.merged_here(statement),
        moments=wording.course(statement, whole=True, when=date_long),
        may_release=permissions.may_release(actor),
        **shown,
    )


def _done(statement_id: str, words: str) -> Response:
    flash(words, "ok")
    return redirect(url_for("needs.review_page", public_id=statement_id))


@blueprint.get("/bedarfe/<public_id>/pruefung")
def review_page(public_id: str) -> Response:
    """What can be done with the statement now."""
    return _page(_found(public_id)[0])


@blueprint.post("/bedarfe/<public_id>/pruefung/beginnen")
def begin_review(public_id: str) -> Response:
    """Take it into review."""
    statement, actor = _found(public_id)
    with transaction():
        review.take_into_review(statement, actor=actor)
    return _done(public_id, _("Der Hinweis ist in Prüfung."))


def _with_text(statement: NeedsStatement, name: str, form: Form, act: Callable[[], object], words: str) -> Response:
    """Send one of the forms that hold a text."""
    if not form.validate():
        return _page(statement, status=422, **{name: form})
    try:
        with transaction():
            act()
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(statement, status=422, **{name: form})
    return _done(statement.public_id, words)


@blueprint.post("/bedarfe/<public_id>/pruefung/rueckfrage")
def ask_back(public_id: str) -> Response:
    """Ask the sender."""
    statement, actor = _found(public_id)
    form = QueryForm()
    return _with_text(
        statement,
        "query_form",
        form,
        lambda: review.ask_back(statement, form.question.data, actor=actor),
        _("Die Rückfrage ist gestellt. Die Organisation bekommt eine E-Mail."),
    )


@blueprint.post("/bedarfe/<public_id>/pruefung/weiter")
def go_on(public_id: str) -> Response:
    """Review on without a reply in the portal."""
    statement, actor = _found(public_id)
    form = GoOnForm()
    return _with_text(
        statement,
        "go_on_form",
        form,
        lambda: review.go_on_without_reply(statement, form.reason.data, actor=actor),
        _("Der Hinweis ist wieder in Prüfung."),
    )


@blueprint.post("/bedarfe/<public_id>/pruefung/rueckmeldung")
def answer_again(public_id: str) -> Response:
    """A further official answer."""
    statement, actor = _found(public_id)
    form = AnswerForm()
    return _with_text(
        statement,
        "answer_form",
        form,
        lambda: review.answer_again(statement, form.answer.data, actor=actor),
        _("Die Rückmeldung ist gegeben. Alle Beteiligten bekommen eine E-Mail."),
    )


@blueprint.post("/bedarfe/<public_id>/pruefung/entscheidung")
def decide(public_id: str) -> Response:
    """Adopt, not adopt or merge, with the official answer."""
    statement, actor = _found(public_id)
    form = DecisionForm()
    targets = _targets(statement, form)
    if not form.validate():
        return _page(statement, status=422, decision_form=form)
    edition = form.edition.data or ""
    try:
        with transaction():
            review.decide(
                statement,
                StatementState(form.state.data),
                form.answer.data,
                into=targets.get(form.into.data or ""),
                edition=int(edition) if edition.isdecimal() and len(edition) < 9 else None,
                actor=actor,
            )
    except Conflict:
        form.edition.data = str(statement.edition)
        return _page(statement, status=409, conflict=True, decision_form=form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(statement, status=422, decision_form=form)
    return _done(public_id, _("Die Rückmeldung ist gegeben. Alle Beteiligten bekommen eine E-Mail."))


@blueprint.post("/bedarfe/<public_id>/pruefung/stand")
def follow(public_id: str) -> Response:
    """Tell what is done about it."""
    statement, actor = _found(public_id)
    form = FollowForm()
    to = next((state for state in _FOLLOWING.values() if state.value == form.state.data), None)
    if to is None:
        raise Refusal(_("Bitte wählen Sie den neuen Stand."))
    return _with_text(
        statement,
        "follow_form",
        form,
        lambda: review.follow(statement, to, form.note.data or "", actor=actor),
        _("Der neue Stand ist gespeichert. Alle Beteiligten bekommen eine E-Mail."),
    )


@blueprint.post("/bedarfe/<public_id>/pruefung/oeffentlich")
def release(public_id: str) -> Response:
    """Show the text to everybody."""
    statement, actor = _found(public_id)
    require(permissions.may_release(actor))
    return _with_text(
        statement,
        "release_form",
        ReleaseForm(),
        lambda: review.release(statement, True, actor=actor),
        _("Der Hinweis ist jetzt öffentlich."),
    )


@blueprint.post("/bedarfe/<public_id>/pruefung/nicht-oeffentlich")
def withhold(public_id: str) -> Response:
    """Show the text to everybody no longer."""
    statement, actor = _found(public_id)
    require(permissions.may_release(actor))
    with transaction():
        review.release(statement, False, actor=actor)
    return _done(public_id, _("Der Hinweis ist nicht mehr öffentlich."))
