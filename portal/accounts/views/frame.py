"""What all pages of accounts share: the blueprint, who is asking, refusals by a limit, links of the header."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask.globals import request_ctx
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts import extension, limits, permissions, policy, security, sessions
from portal.accounts.forms import PasswordProofForm
from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import Actor, current_actor
from portal.core.errors import NotAllowed, Refusal
from portal.core.formats import datetime_short
from portal.core.forms import Form
from portal.core.transaction import transaction

blueprint = Blueprint("accounts", __name__)

# Guesses from one network address within one process; the limits that count are in the database.
RATE = "40 per minute"
# What a person may still open before the second factor is set up.
OPEN_BEFORE_SECOND_FACTOR = frozenset({
    "accounts.second_factor", "accounts.set_up_second_factor", "accounts.switch_on_second_factor",
    "accounts.second_factor_image", "accounts.renew_code_secret", "accounts.cancel_second_factor", "accounts.sign_out",
    "accounts.download_recovery_codes", "home.set_language",
    # what everybody must be able to read and to report, whatever is still to be done
    "home.imprint", "home.data_protection", "home.accessibility", "home.barrier_reported",
})  # fmt: skip
NEW_FACTOR = _l("Bitte richten Sie zuerst den zweiten Faktor ein. Mit Ihren Aufgaben ist er Pflicht.")


@blueprint.before_app_request
def second_factor_first() -> AnyResponse | None:
    """Lead whoever must have a second factor to setting it up, from every page."""
    user = sessions.signed_in_user()
    if user is None or request.endpoint in OPEN_BEFORE_SECOND_FACTOR:
        return None
    if not permissions.must_set_up_second_factor(user, required=policy.second_factor_required()):
        return None
    if request.endpoint != "accounts.sign_in":
        flash(str(NEW_FACTOR), "warn")
    return redirect(url_for("accounts.set_up_second_factor"))


@blueprint.app_context_processor
def _header_links() -> dict[str, Any]:
    if request_ctx.url_adapter is None:
        return {}  # a request for a foreign host name: no address can be built
    actor = current_actor()
    here = request.full_path.rstrip("?") if request.method != "POST" and request.endpoint else None
    inside = request.blueprint == "accounts" or here == "/"
    return {
        "account_links": {
            "sign_in": url_for("accounts.sign_in", next=None if inside else here),
            "sign_out": url_for("accounts.sign_out"),
            "account": url_for("accounts.account"),
            "work": landing(actor, default=None) if actor.is_staff else None,
            "switch": extension.first(extension.switches, actor),
            "department": _department() if actor.is_staff else None,
        }
    }


def _department() -> str | None:
    user = sessions.signed_in_user()
    return None if user is None or user.department is None else user.department.name


def landing(actor: Actor, *, default: str | None) -> str | None:
    """Where the person begins."""
    return extension.first(extension.landings, actor) or default


def own_account() -> tuple[User, Actor]:
    """The signed-in person of the page; `NotAllowed` leads everybody else to the sign-in."""
    user = sessions.signed_in_user()
    if user is None:
        raise NotAllowed
    return user, current_actor()


def stopped_words(stop: limits.Stop) -> str:
    """When to try again. Says nothing about whether there is an account."""
    # The time on screen has no seconds: the minute after is never too early.
    time = datetime_short(stop.until + timedelta(minutes=1))
    return str(_("Zu viele Versuche. Bitte versuchen Sie es wieder ab %(time)s Uhr.", time=time))


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """A page with a status."""
    return make_response(render_template(template, **context), status)


def refused(template: str, form: Form, refusal: Refusal | None = None, **context: Any) -> Response:
    """The form again with what does not fit; 422 so that nobody mistakes it for done."""
    if refusal is not None:
        form.refuse(refusal)
    return page(template, status=422, form=form, **context)


def stopped(template: str, form: Form, stop: limits.Stop, **context: Any) -> Response:
    """The form again, and when it may be sent next."""
    form.pause = stopped_words(stop)
    response = page(template, status=429, form=form, **context)
    response.headers["Retry-After"] = str(max(1, int((stop.until - clock.now()).total_seconds()) + 1))
    return response


def password_proved(form: PasswordProofForm, user: User) -> bool:
    """Whether the present password was typed; a wrong one is counted and refused at its field."""
    tries, stored = limits.password_tries(user.id), user.password
    with transaction():
        stop = limits.count(tries)
    if stop is not None:
        form.refuse(Refusal(stopped_words(stop), field="current"))
        return False
    if not security.password_matches(form.current.data or "", stored):
        form.refuse(Refusal(_("Das ist nicht Ihr jetziges Passwort."), field="current"))
        return False
    with transaction():
        limits.clear(tries)
    return True
