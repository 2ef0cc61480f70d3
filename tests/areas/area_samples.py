"""A seeded county's day, its places, a browser that knows forms, people with a role."""

import contextvars
import html
import re
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts.models import StoredRole, User
from portal.areas import queries
from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.actor import Role
from portal.core.database import db
from portal.core.transaction import transaction

SEED_DAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BASE_URL = "http://portal.example"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class FormClient(FlaskClient):
    """Each request in a context of its own, as on a server; the set clock comes along."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", BASE_URL)
        context = contextvars.Context()
        context.run(clock._fixed.set, clock._fixed.get())
        return context.run(super().open, *args, **kwargs)

    def token(self, page: str) -> str:
        found = _TOKEN.search(self.get(page).text)
        assert found is not None, f"no form on {page}"
        return html.unescape(found[1])

    def submit(self, path: str, fields: dict[str, Any], *, page: str | None = None) -> TestResponse:
        """Send a form with the token of the page it stands on (default: the same address)."""
        return self.post(path, data={"csrf_token": self.token(page or path), **fields})


def stored_user(role: Role) -> User:
    """A person with this role and a second factor."""
    email = f"{role.value}@verein.example"
    with transaction():
        user = db.session.execute(select(User).where(User.email == email)).scalar_one_or_none()
        if user is None:
            user = User(email=email, name=f"Muster-Person {role.value}", fs_uniquifier=email)
            user.tf_primary_method = "authenticator"
            user.roles = list(db.session.execute(select(StoredRole).where(StoredRole.name == role)).scalars())
            db.session.add(user)
    return user


def municipality(slug: str) -> Area:
    return queries.find(AreaKind.MUNICIPALITY, slug)


def planning_area(slug: str) -> Area:
    return queries.find(AreaKind.PLANNING_AREA, slug)
