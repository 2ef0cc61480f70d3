"""Pages behind links from mail. Opening one changes nothing: mail programs and scanners open links, too."""

from collections.abc import Callable
from datetime import timedelta

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import limits, policy, security, sessions
from portal.accounts.forms import AddressForm, ButtonForm, NewPasswordForm
from portal.accounts.services import credentials
from portal.accounts.views.frame import RATE, blueprint, page, refused, stopped
from portal.core.errors import NotFound, Refusal
from portal.core.transaction import transaction
from portal.extensions import limiter


def worthless(kind: str) -> Response:
    """The page for links that are expired, used or incomplete; the same for all three."""
    return page("accounts/link_over.html", status=404, kind=kind)


@blueprint.get("/passwort-vergessen")
def forgotten_password() -> Response:
    """Ask for the address."""
    return page("accounts/forgotten_password.html", form=AddressForm())


@blueprint.post("/passwort-vergessen")
@limiter.limit(RATE)
def request_reset() -> Response:
    """Send a link if there is an account, and say the same sentence in any case."""
    return _ask_for_mail(
        "accounts/forgotten_password.html", credentials.request_reset, within=security.RESET_WITHIN, kind="reset"
    )


@blueprint.get("/bestaetigung-anfordern")
def request_confirmation() -> Response:
    """Ask for the address that is to be confirmed."""
    return page("accounts/request_confirmation.html", form=AddressForm())


@blueprint.post("/bestaetigung-anfordern")
@limiter.limit(RATE)
def send_confirmation() -> Response:
    """Send another link if it is needed, and say the same sentence in any case."""
    return _ask_for_mail(
        "accounts/request_confirmation.html",
        credentials.request_confirmation,
        within=security.CONFIRM_WITHIN,
        kind="confirmation",
    )


def _ask_for_mail(template: str, ask: Callable[[str], None], *, within: timedelta, kind: str) -> Response:
    form = AddressForm()
    if not form.validate():
        return refused(template, form)
    try:
        email = policy.clean_address(form.email.data)
    except Refusal as refusal:
        return refused(template, form, refusal)
    with transaction():
        stop = limits.count(limits.mail_tries(email, request.remote_addr))
    if stop is not None:
        return stopped(template, form, stop)
    with transaction():
        ask(email)
    return page("accounts/mail_on_its_way.html", email=email, within=within, kind=kind)


@blueprint.get("/passwort-neu/<token>")
@limiter.limit(RATE)
def new_password(token: str) -> Response:
    """Ask for the new password."""
    user = security.user_of_reset_token(token)
    if user is None:
        return worthless("reset")
    return page("accounts/new_password.html", form=NewPasswordForm(), email=user.email)


@blueprint.post("/passwort-neu/<token>")
@limiter.limit(RATE)
def set_new_password(token: str) -> Response:
    """Set the new password; signing in with it, and the second factor, comes after."""
    user = security.user_of_reset_token(token)
    if user is None:
        return worthless("reset")
    form = NewPasswordForm()
    if not form.validate():
        return refused("accounts/new_password.html", form, email=user.email)
    try:
        policy.check_password(form.password.data, email=user.email, name=user.name)
    except Refusal as refusal:
        return refused("accounts/new_password.html", form, refusal, email=user.email)
    password_hash = security.hash_password(form.password.data)
    try:
        with transaction():
            credentials.reset_password(token, password_hash=password_hash)
    except NotFound:
        return worthless("reset")
    sessions.leave()
    flash(_("Ihr neues Passwort gilt. Bitte melden Sie sich damit an."), "ok")
    return redirect(url_for("accounts.sign_in"))


@blueprint.get("/adresse-bestaetigen/<token>")
@limiter.limit(RATE)
def confirm(token: str) -> Response:
    """Show whose address would be confirmed, with a button."""
    user = security.user_of_confirmation_token(token)
    if user is None or user.confirmed_at is not None:
        return worthless("confirmation")
    return page("accounts/confirm.html", form=ButtonForm(), email=user.email)


@blueprint.post("/adresse-bestaetigen/<token>")
@limiter.limit(RATE)
def confirm_now(token: str) -> Response:
    """Confirm the address."""
    try:
        with transaction():
            credentials.confirm_address(token)
    except NotFound:
        return worthless("confirmation")
    flash(_("Ihre E-Mail-Adresse ist bestätigt. Sie können sich jetzt anmelden."), "ok")
    return redirect(url_for("accounts.sign_in"))


@blueprint.get("/neue-adresse/<token>")
@limiter.limit(RATE)
def confirm_address(token: str) -> Response:
    """Show which address would be the account's, with a button."""
    found = security.read_address_token(token)
    if found is None:
        return worthless("address")
    return page("accounts/confirm_address.html", form=ButtonForm(), address=found[1])


@blueprint.post("/neue-adresse/<token>")
@limiter.limit(RATE)
def change_address_now(token: str) -> Response:
    """Make the new address the account's."""
    try:
        with transaction():
            credentials.change_address(token)
    except NotFound:
        return worthless("address")
    flash(_("Ihre neue E-Mail-Adresse gilt. Melden Sie sich künftig damit an."), "ok")
    return redirect(url_for("accounts.account"))
