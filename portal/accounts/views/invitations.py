"""The page behind an invitation to open an account."""

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import policy, security, sessions
from portal.accounts.forms import NewPasswordForm
from portal.accounts.models import User
from portal.accounts.services import invitations, signing_in
from portal.accounts.views.frame import RATE, blueprint, page, refused
from portal.accounts.views.links import worthless
from portal.accounts.views.sign_in import after_opening
from portal.core.errors import NotFound, Refusal
from portal.core.languages import language_of
from portal.core.transaction import transaction
from portal.extensions import limiter


@blueprint.get("/einladung-konto/<token>")
@limiter.limit(RATE)
def accept_invitation(token: str) -> Response:
    """Show for whom the account is, and ask for a password."""
    try:
        invitation = invitations.find(token)
    except NotFound:
        return worthless("invitation")
    with language_of(invitation.user.locale):
        return page("accounts/invitation.html", form=NewPasswordForm(), invited=invitation.user)


@blueprint.post("/einladung-konto/<token>")
@limiter.limit(RATE)
def open_account(token: str) -> Response:
    """Open the account and sign its owner in."""
    try:
        invited = invitations.find(token).user
    except NotFound:
        return worthless("invitation")
    with language_of(invited.locale):
        return _open(token, invited)


def _open(token: str, invited: User) -> Response:
    form = NewPasswordForm()
    if not form.validate():
        return refused("accounts/invitation.html", form, invited=invited)
    try:
        policy.check_password(form.password.data, email=invited.email, name=invited.name)
    except Refusal as refusal:
        return refused("accounts/invitation.html", form, refusal, invited=invited)
    password_hash = security.hash_password(form.password.data)
    try:
        with transaction():
            user = invitations.accept(token, password_hash=password_hash)
            row = signing_in.open_session(user, device=request.user_agent.string)
    except NotFound:
        return worthless("invitation")
    sessions.enter(row.public_id)
    flash(_("Willkommen! Ihr Konto ist eröffnet."), "ok")
    return redirect(after_opening(user))
