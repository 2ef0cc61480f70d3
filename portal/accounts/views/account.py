"""One's own account."""

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import permissions, policy, security, sessions
from portal.accounts.forms import ChangeAddressForm, ChangePasswordForm, ProfileForm
from portal.accounts.models import User
from portal.accounts.services import credentials, signing_in, users
from portal.accounts.views.frame import RATE, blueprint, own_account, page, password_proved, refused
from portal.core.errors import Refusal
from portal.core.languages import LABELS
from portal.core.transaction import transaction
from portal.extensions import limiter


def _profile_form(user: User) -> ProfileForm:
    form = ProfileForm(name=user.name, locale=user.locale or "")
    form.locale.choices = [("", _("wie auf der Seite gewählt")), *LABELS.items()]
    return form


def _account_page(user: User, form: ProfileForm, *, status: int = 200) -> Response:
    required = policy.second_factor_required()
    return page(
        "accounts/account.html",
        status=status,
        form=form,
        user=user,
        sessions=sessions.open_sessions(user),
        here=sessions.current_session(),
        needs_second_factor=permissions.needs_second_factor(user.role_set, required=required),
        codes_left=len(user.mf_recovery_codes or []),
    )


@blueprint.get("/konto")
def account() -> Response:
    """Name and language, sign-in, devices."""
    user, _actor = own_account()
    return _account_page(user, _profile_form(user))


@blueprint.post("/konto")
def change_profile() -> Response:
    """Another name or language."""
    user, actor = own_account()
    form = _profile_form(user)
    if not form.validate():
        return _account_page(user, form, status=422)
    try:
        with transaction():
            users.change_profile(user, name=form.name.data, locale=form.locale.data or None, actor=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return _account_page(user, form, status=422)
    flash(_("Gespeichert."), "ok")
    return redirect(url_for("accounts.account"))


@blueprint.get("/konto/passwort")
def change_password() -> Response:
    """Ask for the present and the new password."""
    own_account()
    return page("accounts/change_password.html", form=ChangePasswordForm())


@blueprint.post("/konto/passwort")
@limiter.limit(RATE)
def set_password() -> Response:
    """Set the new password; this device gets a new session, all others lose theirs."""
    user, actor = own_account()
    form = ChangePasswordForm()
    if not form.validate():
        return refused("accounts/change_password.html", form)
    try:
        policy.check_password(form.password.data, email=user.email, name=user.name)
    except Refusal as refusal:
        return refused("accounts/change_password.html", form, refusal)
    if not password_proved(form, user):
        return refused("accounts/change_password.html", form)
    password_hash = security.hash_password(form.password.data)
    with transaction():
        credentials.change_password(user, password_hash=password_hash, actor=actor)
        row = signing_in.open_session(user, device=request.user_agent.string)
    sessions.enter(row.public_id)
    flash(_("Ihr neues Passwort gilt. Auf allen anderen Geräten sind Sie abgemeldet."), "ok")
    return redirect(url_for("accounts.account"))


@blueprint.get("/konto/adresse")
def change_address() -> Response:
    """Ask for the new address and the password."""
    user, _actor = own_account()
    return page("accounts/change_address.html", form=ChangeAddressForm(), user=user)


@blueprint.post("/konto/adresse")
@limiter.limit(RATE)
def request_address_change() -> Response:
    """Send a link to the new address."""
    user, actor = own_account()
    form = ChangeAddressForm()
    if not form.validate() or not password_proved(form, user):
        return refused("accounts/change_address.html", form, user=user)
    try:
        address = policy.clean_address(form.email.data)
        with transaction():
            credentials.request_address_change(user, address=address, actor=actor)
    except Refusal as refusal:
        return refused("accounts/change_address.html", form, refusal, user=user)
    flash(
        _(
            "Wir haben eine E-Mail an %(address)s gesendet. Die neue Adresse gilt, sobald Sie sie dort bestätigen.",
            address=address,
        ),
        "info",
    )
    return redirect(url_for("accounts.account"))


@blueprint.post("/konto/sitzungen/<public_id>/beenden")
def end_session(public_id: str) -> Response:
    """Sign out on one other device."""
    user, actor = own_account()
    with transaction():
        users.end_session(user, public_id, actor=actor)
    flash(_("Das Gerät ist abgemeldet."), "ok")
    return redirect(url_for("accounts.account"))


@blueprint.post("/konto/sitzungen/beenden")
def end_other_sessions() -> Response:
    """Sign out everywhere else."""
    user, actor = own_account()
    with transaction():
        users.end_sessions(user, actor=actor)
    flash(_("Auf allen anderen Geräten sind Sie abgemeldet."), "ok")
    return redirect(url_for("accounts.account"))
