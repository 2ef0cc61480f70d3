"""Choosing for whom to act."""

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts.views.frame import OPEN_BEFORE_SECOND_FACTOR, landing
from portal.core.actor import Actor, current_actor
from portal.core.errors import NotAllowed
from portal.core.web import safe_path
from portal.stakeholders import acting
from portal.stakeholders.forms import ChoiceForm
from portal.stakeholders.views.frame import blueprint

# What opens while nobody is chosen: the choice, the way out, and what has to come even before.
_OPEN = OPEN_BEFORE_SECOND_FACTOR | {"stakeholders.choose", "stakeholders.act_for"}


@blueprint.before_app_request
def choice_first() -> Response | None:
    """Lead whoever acts for several organisations to the choice, from every page."""
    if request.endpoint is None or request.endpoint in _OPEN or not acting.must_choose(current_actor()):
        return None
    back = request.full_path.rstrip("?") if request.method != "POST" else None
    return redirect(url_for("stakeholders.choose", next=back))


def switch_address(actor: Actor) -> str | None:
    """For the header: where to choose again."""
    return url_for("stakeholders.choose") if actor.may_switch else None


def _form(actor: Actor) -> ChoiceForm:
    form = ChoiceForm(representation=_present(actor))
    form.representation.choices = [(option.public_id, option.label) for option in acting.options()]
    if actor.is_staff:
        form.representation.choices.insert(0, (acting.NOBODY, _("Landkreis (meine Arbeit im Kreishaus)")))
    return form


def _present(actor: Actor) -> str | None:
    """What is chosen now: the county for staff who chose no organisation."""
    if actor.representation is None:
        return acting.NOBODY if actor.is_staff else None
    return next((option.public_id for option in acting.options() if option.id == actor.representation.id), None)


def _page(form: ChoiceForm, *, status: int = 200) -> Response:
    functions = {option.public_id: option.role_line for option in acting.options() if option.role_line}
    return make_response(render_template("stakeholders/choose.html", form=form, functions=functions), status)


@blueprint.get("/handeln-fuer")
def choose() -> Response:
    """Ask for whom the person acts."""
    actor = current_actor()
    if not actor.signed_in:
        raise NotAllowed
    return _page(_form(actor))


@blueprint.post("/handeln-fuer")
def act_for() -> Response:
    """Act for the chosen organisation; one the person may not act for does not exist."""
    actor = current_actor()
    if not actor.signed_in:
        raise NotAllowed
    form = _form(actor)
    wanted = request.form.get("representation")
    if not wanted:
        form.validate()
        return _page(form, status=422)
    acting.choose(wanted, actor=actor)
    flash(_("Gemerkt. Für wen Sie handeln, steht oben auf jeder Seite."), "ok")
    begin = landing(actor, default=None) or url_for("accounts.account")
    return redirect(safe_path(request.args.get("next"), default=begin))
