"""Setting up the second factor, recovery codes, switching it off."""

import io
import re
from datetime import timedelta

import segno
from flask import flash, request, session, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import permissions, policy, security
from portal.accounts.forms import ButtonForm, CodeForm, PasswordProofForm
from portal.accounts.models import User
from portal.accounts.services import second_factor as services
from portal.accounts.views.frame import RATE, blueprint, own_account, page, password_proved, refused
from portal.core import clock
from portal.core.errors import NotFound, Refusal
from portal.core.transaction import transaction
from portal.core.web import attachment
from portal.extensions import limiter

# The secret waits in the signed cookie, itself encrypted, until the app has shown that it knows it: for this session,
# and no longer than scanning, searching for the telephone and typing may take.
_WAITING = "code_secret"
_WAITING_SINCE = "code_secret_since"
_WAITS = timedelta(minutes=30)
_CODES = re.compile(r"(?:[0-9a-f]{4}-){2}[0-9a-f]{4}(?:\n(?:[0-9a-f]{4}-){2}[0-9a-f]{4})*")


@blueprint.get("/konto/zweiter-faktor")
def second_factor() -> Response:
    """What is set up, and what can be done about it."""
    user, _actor = own_account()
    required = policy.second_factor_required()
    return page(
        "accounts/second_factor.html",
        user=user,
        needs_second_factor=permissions.needs_second_factor(user.role_set, required=required),
        may_switch_off=permissions.may_switch_off_second_factor(user, required=required),
        codes_left=len(user.mf_recovery_codes or []),
    )


@blueprint.get("/konto/zweiter-faktor/einrichten")
def set_up_second_factor() -> Response:
    """Show the QR code and the key, ask for the code the app makes of it."""
    user, _actor = own_account()
    if not _is_waiting():
        _make_secret()
    return _set_up_page(user, CodeForm(), status=200)


def _is_waiting() -> bool:
    """Whether there is a secret that was shown lately: whoever comes back finds the one their app has read."""
    since = session.get(_WAITING_SINCE)
    return _WAITING in session and isinstance(since, int) and clock.now().timestamp() - since < _WAITS.total_seconds()


def _make_secret() -> None:
    session[_WAITING] = security.new_code_secret()
    session[_WAITING_SINCE] = int(clock.now().timestamp())


def _forget_secret() -> None:
    session.pop(_WAITING, None)
    session.pop(_WAITING_SINCE, None)


@blueprint.post("/konto/zweiter-faktor/neuer-schluessel")
def renew_code_secret() -> Response:
    """Another key instead of the one that was shown."""
    own_account()
    if not ButtonForm().validate():
        raise NotFound
    _make_secret()
    return redirect(url_for("accounts.set_up_second_factor"))


@blueprint.post("/konto/zweiter-faktor/abbrechen")
def cancel_second_factor() -> Response:
    """Throw the key away and go back."""
    own_account()
    if not ButtonForm().validate():
        raise NotFound
    _forget_secret()
    return redirect(url_for("accounts.second_factor"))


def _set_up_page(user: User, form: CodeForm, *, status: int) -> Response:
    return page(
        "accounts/set_up_second_factor.html",
        status=status,
        form=form,
        key=security.code_key(session[_WAITING]),
        account=user.email,
        issuer=security.ISSUER,
        needs_password=user.has_second_factor,
        must=permissions.must_set_up_second_factor(user, required=policy.second_factor_required()),
    )


@blueprint.get("/konto/zweiter-faktor/qr.svg")
def second_factor_image() -> Response:
    """The QR code of the secret that is being set up."""
    user, _actor = own_account()
    if not _is_waiting():
        raise NotFound
    picture = io.BytesIO()
    address = security.code_address(session[_WAITING], user.email)
    # Black on white whatever the page's colours: cameras read nothing else reliably.
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True
    )
    return Response(picture.getvalue(), content_type="image/svg+xml")


@blueprint.post("/konto/zweiter-faktor/einrichten")
@limiter.limit(RATE)
def switch_on_second_factor() -> Response:
    """Switch it on and show the recovery codes, once."""
    user, actor = own_account()
    if not _is_waiting():
        flash(_("Der Schlüssel galt eine halbe Stunde. Bitte nehmen Sie den neuen auf."), "info")
        return redirect(url_for("accounts.set_up_second_factor"))
    form = CodeForm()
    if not form.validate():
        return _set_up_page(user, form, status=422)
    try:
        with transaction():
            codes = services.set_up(user, code_secret=session[_WAITING], code=form.code.data, actor=actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return _set_up_page(user, form, status=422)
    _forget_secret()
    return page("accounts/recovery_codes.html", codes=codes, fresh=True)


@blueprint.get("/konto/notfallcodes")
def recovery_codes() -> Response:
    """How many are left; new ones for the password."""
    user, _actor = own_account()
    if not user.has_second_factor:
        return redirect(url_for("accounts.second_factor"))
    return page(
        "accounts/renew_recovery_codes.html", form=PasswordProofForm(), codes_left=len(user.mf_recovery_codes or [])
    )


@blueprint.post("/konto/notfallcodes")
@limiter.limit(RATE)
def renew_recovery_codes() -> Response:
    """Make new codes and show them, once."""
    user, actor = own_account()
    form = PasswordProofForm()
    if not form.validate() or not password_proved(form, user):
        return refused("accounts/renew_recovery_codes.html", form, codes_left=len(user.mf_recovery_codes or []))
    with transaction():
        codes = services.renew_recovery_codes(user, actor=actor)
    return page("accounts/recovery_codes.html", codes=codes, fresh=False)


@blueprint.post("/konto/notfallcodes/herunterladen")
def download_recovery_codes() -> Response:
    """The codes the page just showed, as a file. The page sends them along: the portal does not show them again."""
    own_account()
    codes = request.form.get("codes", "").replace("\r\n", "\n").strip()
    if not ButtonForm().validate() or not _CODES.fullmatch(codes):
        raise NotFound
    note = _("Notfallcodes für das Beteiligungsportal. Jeder gilt einmal.")
    text = f"{note}\r\n\r\n" + codes.replace("\n", "\r\n") + "\r\n"
    return attachment(text.encode(), name="notfallcodes.txt", media_type="text/plain; charset=utf-8")


@blueprint.get("/konto/zweiter-faktor/ausschalten")
def ask_switch_off() -> Response:
    """Name what is lost, ask for the password."""
    user, _actor = own_account()
    if not permissions.may_switch_off_second_factor(user, required=policy.second_factor_required()):
        return redirect(url_for("accounts.second_factor"))
    return page("accounts/switch_off_second_factor.html", form=PasswordProofForm())


@blueprint.post("/konto/zweiter-faktor/ausschalten")
@limiter.limit(RATE)
def switch_off_second_factor() -> Response:
    """Go back to the password alone."""
    user, actor = own_account()
    form = PasswordProofForm()
    if not form.validate() or not password_proved(form, user):
        return refused("accounts/switch_off_second_factor.html", form)
    try:
        with transaction():
            services.switch_off(user, actor=actor)
    except Refusal as refusal:
        return refused("accounts/switch_off_second_factor.html", form, refusal)
    flash(_("Der zweite Faktor ist ausgeschaltet."), "ok")
    return redirect(url_for("accounts.second_factor"))
