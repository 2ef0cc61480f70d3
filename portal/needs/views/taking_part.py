"""What organisations do on the page of a statement: *wir auch*, and the reply to a question."""

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.core.actor import Actor, current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.needs import choices, permissions, queries, review, support
from portal.needs.forms import ReplyForm, SupportForm
from portal.needs.models import NeedsStatement
from portal.needs.views.frame import blueprint
from portal.needs.views.pages import show


def _named(form: SupportForm | ReplyForm, actor: Actor) -> None:
    """Refuse a form that was opened for another organisation than the one acted for now."""
    organisation = queries.organisation_acted_for(actor)
    if form.organisation.data and (organisation is None or organisation.public_id != form.organisation.data):
        raise choices.switched()


def _back(statement: NeedsStatement) -> Response:
    return redirect(url_for("needs.statement_page", public_id=statement.public_id))


@blueprint.post("/bedarfe/<public_id>/wir-auch")
def say_we_too(public_id: str) -> Response:
    """Support the statement for the organisation acted for, with a reason."""
    actor = current_actor()
    require(actor.signed_in)
    statement = queries.statement_for(actor, public_id)
    require(permissions.may_support(actor, statement, queries.organisation_acted_for(actor)))
    form = SupportForm()
    if not form.validate():
        return show(statement, status=422, support_form=form)
    try:
        _named(form, actor)
        with transaction():
            support.support(statement, form.reason.data, actor=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return show(statement, status=422, support_form=form)
    flash(_("Danke. Ihre Organisation unterstützt diesen Hinweis."), "ok")
    return _back(statement)


@blueprint.post("/bedarfe/<public_id>/wir-auch/zuruecknehmen")
def take_back_support(public_id: str) -> Response:
    """Support it no longer."""
    actor = current_actor()
    require(actor.signed_in)
    statement = queries.statement_for(actor, public_id)
    with transaction():
        support.withdraw(statement, actor=actor)
    flash(_("Ihre Organisation unterstützt diesen Hinweis nicht mehr."), "ok")
    return _back(statement)


@blueprint.post("/bedarfe/<public_id>/antwort")
def reply_to_query(public_id: str) -> Response:
    """The sender answers the county's question."""
    actor = current_actor()
    require(actor.signed_in)
    statement = queries.statement_for(actor, public_id)
    require(permissions.is_own(actor, statement))
    form = ReplyForm()
    if not form.validate():
        return show(statement, status=422, reply_form=form)
    try:
        _named(form, actor)
        with transaction():
            review.reply(statement, form.reply.data, actor=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return show(statement, status=422, reply_form=form)
    flash(_("Danke. Ihre Antwort ist da, wir prüfen weiter."), "ok")
    return _back(statement)
