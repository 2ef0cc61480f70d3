"""Flask-Security-Too, used as a box of parts.

The library hashes passwords (argon2), signs the links for reset, confirmation and change of address, keeps the
second factor's secrets encrypted and makes and checks recovery codes. Its blueprint is not registered, because its
views work against ours: they commit by themselves after the answer is built (the outbox row of a reset was lost),
`GET /confirm/<token>` confirms for whatever fetches the link, its pages carry inline script and style, and its
sign-in lives in the cookie alone, so that no single device could be signed out. Our views (`accounts.views`) call
the parts below inside `transaction()`; nothing here invents cryptography.

flask-login, which the library brings along, asks `accounts.sessions` who is signed in and keeps nothing itself.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from flask_security import Security, SQLAlchemyUserDatastore, Totp
from flask_security.confirmable import confirm_email_token_status, generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token, reset_password_token_status
from flask_security.utils import check_and_get_token_status, hash_data, verify_hash
from flask_security.utils import hash_password as _hash
from flask_security.utils import verify_password as _verify

from portal.accounts import policy, sessions
from portal.accounts.models import StoredRole, User
from portal.config import Config
from portal.core import clock
from portal.core.database import db
from portal.core.secrets import secret, totp_secrets

RESET_WITHIN = timedelta(hours=2)
CONFIRM_WITHIN = timedelta(days=3)
CHANGE_ADDRESS_WITHIN = timedelta(days=1)
RECOVERY_CODES = 8
ISSUER = "Sozialplanung"
AUTHENTICATOR = "authenticator"
# Clocks of phones and servers differ: a code counts for one step (30 s) before and after its own.
CODE_WINDOW_SECONDS = 30
_DUMMY = "portal_dummy_password_hash"
# The library's functions without annotations, named once as what they are to the type checker.
_reset_token: Any = generate_reset_password_token
_reset_status: Any = reset_password_token_status
_confirmation_token: Any = generate_confirmation_token
_confirmation_status: Any = confirm_email_token_status


class _Datastore(SQLAlchemyUserDatastore):
    """The library's way to the tables; what it calls commit is a flush, for only `transaction()` commits."""

    def commit(self) -> None:
        db.session.flush()


class _OneTimeCodes(Totp):
    """Codes by the portal's clock, each usable once."""

    def __init__(self, secrets: dict[str, str] | dict[int, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._totp = self._totp.using(now=lambda: clock.now().timestamp())

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.tf_last_counter = tmatch.counter


def init_security(app: Flask, config: Config) -> None:
    """Tie the parts to the application and declare the settings of accounts."""
    policy.declare_settings()
    defaults = {
        "SECURITY_PASSWORD_SALT": secret(config.data, "password_salt"),
        "SECURITY_TOTP_SECRETS": totp_secrets(config.data),
        "SECURITY_TOTP_ISSUER": ISSUER,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        # Fernet wants the padding that `secret` leaves out.
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [secret(config.data, "recovery_codes", size=32) + "="],
        # OWASP's second choice for Argon2id (19 MiB, two passes): eight threads hashing at once stay below 160 MB.
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": 19456, "argon2__time_cost": 2, "argon2__parallelism": 1,
        },
        # Marks inside signed links, of values that are long and random or known to the reader: no slow hash needed.
        "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
        "SECURITY_PASSWORD_LENGTH_MIN": policy.PASSWORD_MINIMUM,
        "SECURITY_RESET_PASSWORD_WITHIN": RESET_WITHIN,
        "SECURITY_CONFIRM_EMAIL_WITHIN": CONFIRM_WITHIN,
        "SECURITY_CHANGE_EMAIL_WITHIN": CHANGE_ADDRESS_WITHIN,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
    }  # fmt: skip
    for name, value in defaults.items():
        app.config.setdefault(name, value)
    security = Security(totp_cls=_OneTimeCodes)
    security.init_app(app, _Datastore(db, User, StoredRole), register_blueprint=False)
    login = security.login_manager
    login.session_protection = None
    login.user_loader(lambda _id: None)
    login.request_loader(lambda _request: sessions.signed_in_user())
    # Flask-Principal would load the user on every request for permissions nobody asks it for.
    security.principal.identity_loaders.clear()
    with app.app_context():
        app.extensions[_DUMMY] = _hash("nobody has this password")


def _parts() -> Any:
    return current_app.extensions["security"]


def hash_password(password: str) -> str:
    """Argon2 hash to store. Takes some 30 ms: call it outside of a transaction."""
    return str(_hash(_parts().password_util.normalize(password)))


def password_matches(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; without a stored one always no, after the same work."""
    matches = _verify(_parts().password_util.normalize(password), stored or current_app.extensions[_DUMMY])
    return bool(matches) and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether a stored hash was made with weaker settings than today's."""
    return bool(_parts().pwd_context.needs_update(stored))


def renew_mark(user: User) -> None:
    """Make every signed link sent to the person so far worthless."""
    _parts().datastore.set_uniquifier(user)


def reset_token(user: User) -> str:
    """Token for a link that lets its holder set a new password, once."""
    return str(_reset_token(user))


def user_of_reset_token(token: str) -> User | None:
    """Who may set a new password by this token; None if it is expired, used or invented."""
    expired, invalid, user = _reset_status(token)
    return None if expired or invalid or not isinstance(user, User) or not user.active else user


def confirmation_token(user: User) -> str:
    """Token for a link that shows that the address belongs to the person."""
    return str(_confirmation_token(user))


def user_of_confirmation_token(token: str) -> User | None:
    """Whose address is shown by this token; None if it is expired, of another address or invented."""
    expired, invalid, user = _confirmation_status(token)
    return None if expired or invalid or not isinstance(user, User) or not user.active else user


def address_token(user: User, new_address: str) -> str:
    """Token sent to a new address; names the person, the address left behind and the new one."""
    return str(_parts().change_email_serializer.dumps([user.fs_uniquifier, hash_data(user.email), new_address]))


def read_address_token(token: str) -> tuple[User, str] | None:
    """Who changes to which address; None if the token is expired, used or invented."""
    expired, invalid, content = check_and_get_token_status(token, "change_email", CHANGE_ADDRESS_WITHIN)
    if expired or invalid or not isinstance(content, list) or len(content) != 3:
        return None
    mark, old_hash, new_address = content
    user = _parts().datastore.find_user(fs_uniquifier=mark)
    if not isinstance(user, User) or not user.active or not verify_hash(old_hash, user.email):
        return None
    return user, str(new_address)


def new_code_secret() -> str:
    """Secret for an authenticator app, encrypted; safe in the database and in the signed cookie."""
    return str(_parts().totp_factory.generate_totp_secret())


def code_address(code_secret: str, account: str) -> str:
    """`otpauth://` address an app reads from the QR code."""
    return str(_parts().totp_factory.get_totp_uri(account, code_secret))


def code_key(code_secret: str) -> str:
    """The secret for typing, in groups."""
    return str(_parts().totp_factory.get_totp_pretty_key(code_secret))


def code_matches(user: User, code_secret: str, code: str) -> bool:
    """Whether the six digits fit now and were not used before. Remembers them: call it with the row locked."""
    return bool(_parts().totp_factory.verify_totp(code, code_secret, user, window=CODE_WINDOW_SECONDS))


def new_recovery_codes(user: User) -> list[str]:
    """Replace the person's recovery codes; this is the only moment they can be read."""
    codes: list[str] = _parts().mf_recovery_codes_util.create_recovery_codes(user)
    return codes


def use_recovery_code(user: User, code: str) -> bool:
    """Whether it is one of the person's codes; it is gone then. Call it with the row locked."""
    recovery = _parts().mf_recovery_codes_util
    if not recovery.check_recovery_code(user, code):
        return False
    recovery.delete_recovery_code(user, code)
    return True
