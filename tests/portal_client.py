"""A browser for tests: real requests, real CSRF tokens, and people to sign in as."""

import contextvars
import html
import re
from typing import Any

from flask.testing import FlaskClient
from markup import check_page
from werkzeug.test import TestResponse

from portal.accounts import security, services
from portal.accounts.models import Department, User
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction

BASE_URL = "http://portal.example"
PASSWORD = "Vier Wörter am Fluss"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')

# Argon2 with a fraction of its work: the tests ask whether it is called, not how strong it is.
QUICK_HASHES = {
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 64, "argon2__time_cost": 1, "argon2__parallelism": 1,
    }
}  # fmt: skip


class PortalClient(FlaskClient):
    """Every request runs in a context of its own, as on a server: nothing leaks from one to the next.

    With `checks_pages` every page it sees must be valid and whole.
    """

    checks_pages = False

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", BASE_URL)
        context = contextvars.Context()
        context.run(clock._fixed.set, clock._fixed.get())
        answer = context.run(super().open, *args, **kwargs)
        is_page = answer.mimetype == "text/html" and answer.status_code not in {301, 302, 303, 308}
        if self.checks_pages and is_page and answer.request.method != "HEAD":
            check_page(answer.text)
        return answer

    def token(self, page: str) -> str:
        """The CSRF token of a page's form."""
        found = _TOKEN.search(self.get(page, follow_redirects=True).text)
        assert found is not None, f"no form on {page}"
        return html.unescape(found[1])

    def submit(self, path: str, fields: dict[str, Any] | None = None, *, page: str | None = None) -> TestResponse:
        """Fill in the form of a page (default: at the same address) and send it."""
        return self.post(path, data={"csrf_token": self.token(page or path), **(fields or {})})

    def sign_in(self, email: str, password: str = PASSWORD, *, path: str = "/anmelden") -> TestResponse:
        """Send the sign-in form."""
        return self.submit(path, {"email": email, "password": password})


def make_user(
    email: str,
    *roles: Role,
    name: str = "Ada Muster",
    password: str | None = PASSWORD,
    confirmed: bool = True,
    department: Department | None = None,
) -> User:
    """A stored account."""
    with transaction():
        return services.create_user(
            email, name, roles, actor=SYSTEM, password=password, confirmed=confirmed, department=department
        )


def give_second_factor(user: User) -> tuple[str, list[str]]:
    """Set the second factor up for an account; its secret and recovery codes."""
    secret = security.new_code_secret()
    with transaction():
        user.tf_primary_method = security.AUTHENTICATOR
        user.tf_totp_secret = secret
        user.tf_last_counter = None
        codes = security.new_recovery_codes(user)
    return secret, codes


def code_of(secret: str) -> str:
    """What the app shows now."""
    return str(security._parts().totp_factory.generate_totp_password(secret))


def fresh(row: Any) -> Any:
    """The row as it is in the database now."""
    db.session.rollback()
    db.session.refresh(row)
    return row


def comparable(page: str, *typed: str) -> str:
    """A page without what differs by chance or by what was typed."""
    page = _TOKEN.sub("", page)
    for text in typed:
        page = page.replace(html.escape(text), "…")
    return page
