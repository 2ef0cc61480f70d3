"""Signing in, in one step or two, and out."""

from flask import flash, request, session, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import limits, queries, sessions
from portal.accounts.forms import CodeForm, RecoveryCodeForm, SignInForm
from portal.accounts.models import SignInSession, User
from portal.accounts.services import second_factor, signing_in
from portal.accounts.services.signing_in import Outcome
from portal.accounts.views.frame import RATE, blueprint, landing, page, refused, stopped
from portal.core.actor import Actor, current_actor
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.core.web import safe_path
from portal.extensions import limiter

_NO_PATH = ""


@blueprint.get("/anmelden")
def sign_in() -> Response:
    """Ask for address and password; whoever is signed in goes on."""
    if current_actor().signed_in:
        return redirect(_onward(current_actor(), _next_path()))
    return page("accounts/sign_in.html", form=SignInForm())


@blueprint.post("/anmelden")
@limiter.limit(RATE)
def check_sign_in() -> Response:
    """Look at address and password. Every failure reads the same and takes the same work."""
    form = SignInForm()
    if not form.validate():
        return refused("accounts/sign_in.html", form)
    email, network = form.email.data.strip().lower(), request.remote_addr
    with transaction():
        stop = limits.count(limits.sign_in_tries(email, network))
    if stop is not None:
        return stopped("accounts/sign_in.html", form, stop)
    checked = signing_in.check(email, form.password.data)
    with transaction():
        result = signing_in.finish(checked, email=email, network=network, device=_device())
    if result.user is None:
        return refused("accounts/sign_in.html", form, Refusal(_("E-Mail-Adresse oder Passwort passen nicht.")))
    if result.outcome is Outcome.UNCONFIRMED:
        return page("accounts/unconfirmed.html", email=result.user.email)
    if result.session is None:
        sessions.await_second_step(result.user, next_path=_next_path())
        return redirect(url_for("accounts.second_step"))
    return _enter(result.session, _next_path())


def _next_path() -> str:
    return safe_path(request.args.get("next"), default=_NO_PATH)


def _device() -> str:
    return request.user_agent.string


def _enter(row: SignInSession, next_path: str) -> Response:
    sessions.enter(row.public_id)
    return redirect(_onward(Actor(user=row.user), next_path))


def after_opening(user: User) -> str:
    """Where somebody goes first who just opened an account."""
    return _onward(Actor(user=user), _NO_PATH)


def _onward(actor: Actor, next_path: str) -> str:
    return next_path or landing(actor, default=None) or url_for("accounts.account")


def _pending_user() -> tuple[User, str] | None:
    """Who gave the right password in this browser, and where they wanted to go."""
    kept = sessions.pending()
    user = None if kept is None else queries.user_by_public_id(kept.user_public_id)
    if kept is None or user is None or not user.active or user.fs_uniquifier != kept.mark:
        return None
    return user, kept.next_path


def _begin_again() -> Response:
    session.clear()
    flash(_("Bitte melden Sie sich noch einmal an. Der zweite Schritt ist zehn Minuten lang möglich."), "info")
    return redirect(url_for("accounts.sign_in"))


@blueprint.get("/anmelden/zweiter-faktor")
def second_step() -> Response:
    """Ask for the code from the app."""
    if _pending_user() is None:
        return _begin_again()
    return page("accounts/second_step.html", form=CodeForm())


@blueprint.post("/anmelden/zweiter-faktor")
@limiter.limit(RATE)
def check_second_step() -> Response:
    """Look at the code from the app."""
    return _second_step(CodeForm(), "accounts/second_step.html", recovery=False)


@blueprint.get("/anmelden/notfallcode")
def recovery_step() -> Response:
    """Ask for a recovery code instead."""
    if _pending_user() is None:
        return _begin_again()
    return page("accounts/recovery_step.html", form=RecoveryCodeForm())


@blueprint.post("/anmelden/notfallcode")
@limiter.limit(RATE)
def check_recovery_step() -> Response:
    """Look at the recovery code."""
    return _second_step(RecoveryCodeForm(), "accounts/recovery_step.html", recovery=True)


def _second_step(form: CodeForm | RecoveryCodeForm, template: str, *, recovery: bool) -> Response:
    waiting = _pending_user()
    if waiting is None:
        return _begin_again()
    user, next_path = waiting
    if not form.validate():
        return refused(template, form)
    with transaction():
        stop = limits.count(limits.code_tries(user.id))
        if stop is not None and stop.is_first:
            signing_in.note_codes_stopped(user)
    if stop is not None:
        return stopped(template, form, stop)
    prove = second_factor.recovery_code_is_right if recovery else second_factor.code_is_right
    row: SignInSession | None = None
    with transaction():
        # The row is locked inside: of two requests with one code the later finds it used.
        if prove(user, form.code.data) and user.active:
            row = signing_in.open_session(user, device=_device())
        else:
            signing_in.note_code_refused(user)
    if row is None:
        words = (
            _("Dieser Notfallcode passt nicht oder ist schon benutzt.")
            if recovery
            else _("Dieser Code passt nicht. Warten Sie, bis die App einen neuen zeigt.")
        )
        return refused(template, form, Refusal(words, field="code"))
    return _enter(row, next_path)


@blueprint.post("/abmelden")
def sign_out() -> Response:
    """End this session on the server and empty the cookie."""
    row = sessions.current_session()
    if row is not None:
        with transaction():
            signing_in.sign_out(row, actor=current_actor())
    sessions.leave()
    flash(_("Sie sind abgemeldet."), "ok")
    return redirect(url_for("accounts.sign_in"))
