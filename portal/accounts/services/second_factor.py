"""The second factor: an authenticator app, and codes on paper for the day the phone is gone."""

from flask_babel import gettext as _

from portal.accounts import mails, permissions, policy, security, sessions
from portal.accounts.models import User
from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import lock


def set_up(user: User, *, code_secret: str, code: str, actor: Actor) -> list[str]:
    """Switch the second factor on if the app shows the right code; hands back the recovery codes, once.

    Ends the person's other sessions, which were opened with the password alone.
    """
    require(permissions.may_change_own_account(actor, user))
    lock(user)
    # The steps used so far belong to the app that is replaced.
    user.tf_last_counter = None
    if not security.code_matches(user, code_secret, code):
        raise Refusal(
            _("Dieser Code passt nicht. Bitte nehmen Sie den, den die App gerade zeigt, und prüfen Sie die Uhrzeit."),
            field="code",
        )
    user.tf_primary_method = security.AUTHENTICATOR
    user.tf_totp_secret = code_secret
    codes = security.new_recovery_codes(user)
    db.session.flush()
    sessions.end_all(user, keep=sessions.current_session())
    mails.second_factor_set_up(user)
    audit.record("accounts.second_factor_set_up", subject=user, actor=actor)
    return codes


def switch_off(user: User, *, actor: Actor) -> None:
    """Go back to the password alone, where the person's roles allow it (the caller checked the password)."""
    require(permissions.may_change_own_account(actor, user))
    lock(user)
    if not user.has_second_factor:
        return
    if not permissions.may_switch_off_second_factor(user, required=policy.second_factor_required()):
        raise Refusal(_("Mit Ihren Aufgaben im Portal ist der zweite Faktor Pflicht. Sie können die App wechseln."))
    _forget(user)
    sessions.end_all(user, keep=sessions.current_session())
    mails.second_factor_removed(user)
    audit.record("accounts.second_factor_switched_off", subject=user, actor=actor)


def take_away(user: User, *, actor: Actor) -> None:
    """An administrator helps somebody who lost phone and codes: they sign in by password and set up anew."""
    require(permissions.may_manage_users(actor) and actor.user_id != user.id)
    lock(user)
    if not user.has_second_factor:
        return
    _forget(user)
    sessions.end_all(user)
    mails.second_factor_removed(user)
    audit.record("accounts.second_factor_taken_away", subject=user, actor=actor)


def _forget(user: User) -> None:
    user.tf_primary_method = None
    user.tf_totp_secret = None
    user.tf_last_counter = None
    user.mf_recovery_codes = None
    db.session.flush()


def renew_recovery_codes(user: User, *, actor: Actor) -> list[str]:
    """New recovery codes instead of all old ones (the caller checked the password)."""
    require(permissions.may_change_own_account(actor, user) and user.has_second_factor)
    lock(user)
    codes = security.new_recovery_codes(user)
    db.session.flush()
    mails.recovery_codes_renewed(user)
    audit.record("accounts.recovery_codes_renewed", subject=user, actor=actor)
    return codes


def code_is_right(user: User, code: str) -> bool:
    """Whether the code proves the second factor now; each code does so once."""
    lock(user)
    if user.tf_totp_secret is None:
        return False
    right = security.code_matches(user, user.tf_totp_secret, code)
    db.session.flush()
    return right


def recovery_code_is_right(user: User, code: str) -> bool:
    """Whether it is one of the person's recovery codes; it is used up then, and the person is told."""
    lock(user)
    if not security.use_recovery_code(user, grouped(code)):
        return False
    db.session.flush()
    mails.recovery_code_used(user, left=len(user.mf_recovery_codes or []))
    audit.record("accounts.recovery_code_used", subject=user, actor=Actor(user=user))
    return True


def grouped(code: str) -> str:
    """A recovery code as it is stored, however it was typed: `ab12 cd34EF56` → `ab12-cd34-ef56`."""
    signs = "".join(c for c in code.lower() if c.isalnum())
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
