"""The demonstration with a signed-in visitor per role and a record of each kind: what the proofs walk through.

Made once per test run on SQLite (seeding, records, one real sign-in per role) and copied by whoever asks. It is
SQLite alone: who may see a page is decided in Python by predicates that know no database, and on SQLite the whole
house is put back after each change in milliseconds, which the table of routes × roles needs several hundred times.
What depends on the database is proved on both by the tests of each feature, and strange values on `Rooms` of both.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from portal_client import BASE_URL, PortalClient
from records import EVERYBODY, Records, make
from seeded import seeded_config
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.app import create_app
from portal.config import sqlite_url
from portal.core import clock
from portal.core.actor import Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.demo.logins import LOGINS
from portal.jobs import services as jobs

ANONYMOUS = "anonymous"
VISITORS = (ANONYMOUS, *(role.value for role in Role))
DATABASE = "portal.sqlite3"
_DESCRIPTION = "house.json"
# Noted with every sign of life of a session; nothing anybody did.
_RESTLESS = {("sign_in_session", "seen_at"), ("user_account", "last_seen_at")}


def furnish(folder: Path, *, url: str | None = None) -> None:
    """Add records to a seeded installation and sign everybody in; `url` where its database is not in the folder."""
    app = _app(folder, url)
    with app.app_context():
        by_email = {user.email: user.id for user in db.session.scalars(select(User))}
        people = {login.role.value: by_email[login.email] for login in LOGINS}
        db.session.rollback()
        records = make(folder, people)
        db.session.remove()
    cookies, tokens = {}, {}
    for visitor in VISITORS:
        client = app.test_client()
        assert isinstance(client, PortalClient)
        if visitor != ANONYMOUS:
            _enter(client, visitor, records)
        tokens[visitor] = client.token("/anmelden" if visitor == ANONYMOUS else "/konto")
        cookie = client.get_cookie("portal", domain="portal.example")
        assert cookie is not None
        cookies[visitor] = cookie.value
    moment = clock.now()
    with app.app_context(), transaction(), clock.frozen(moment):
        jobs.say_alive("house")
    _close(app)
    description = {"records": records, "cookies": cookies, "tokens": tokens, "moment": moment.isoformat()}
    (folder / _DESCRIPTION).write_text(json.dumps(description), encoding="utf-8")


def _enter(client: PortalClient, visitor: str, records: Records) -> None:
    login = next(login for login in LOGINS if login.role.value == visitor)
    answer = client.sign_in(login.email, login.password)
    assert answer.status_code == 302, answer.text
    choice = client.get("/handeln-fuer")
    own = records["own choice"][visitor]["form:representation"]
    if client.get("/konto").status_code == 302:  # acts for several organisations and has to choose one
        assert own in choice.text
        client.submit("/handeln-fuer", {"representation": own})


def _app(folder: Path, url: str | None) -> Flask:
    app = create_app(seeded_config(url or sqlite_url(folder), folder))
    app.test_client_class = PortalClient
    return app


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass(frozen=True)
class Request:
    """An address with valid parameters, ready to be asked for."""

    method: str
    path: str
    query: Mapping[str, str]
    fields: Mapping[str, str]


class Rooms:
    """A furnished demonstration on any database, to walk through and leave as it is.

    Its clock stands still: sessions do not age and no page changes because it is a minute later.
    """

    def __init__(self, folder: Path, *, url: str | None = None) -> None:
        self.folder = folder
        self.app = _app(folder, url)
        description = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        self.records: Records = description["records"]
        self.cookies: dict[str, str] = description["cookies"]
        self.tokens: dict[str, str] = description["tokens"]
        self.moment = datetime.fromisoformat(description["moment"])

    def close(self) -> None:
        _close(self.app)

    def rules(self, method: str) -> list[Rule]:
        """Every route that answers the method, by address."""
        return sorted(
            (rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ())),
            key=lambda rule: rule.rule,
        )

    def request(self, method: str, rule: str, record: str, visitor: str) -> Request:
        """The rule's address for a record (`-`: none) as the visitor would ask for it."""
        values: dict[str, str] = {}
        if record != "-":
            of = self.records[record]
            values = of[EVERYBODY] if EVERYBODY in of else of[visitor]
        found = next(one for one in self.rules(method) if one.rule == rule)
        with self.app.test_request_context("/", base_url=BASE_URL):
            path = self.app.url_for(found.endpoint, **{name: values[name] for name in found.arguments})
        return Request(
            method,
            path,
            {name.removeprefix("query:"): value for name, value in values.items() if name.startswith("query:")},
            {name.removeprefix("form:"): value for name, value in values.items() if name.startswith("form:")},
        )

    def client(self, visitor: str) -> PortalClient:
        """A browser in which the visitor is signed in."""
        client = self.app.test_client()
        assert isinstance(client, PortalClient)
        if visitor != ANONYMOUS:
            client.set_cookie("portal", self.cookies[visitor], domain="portal.example")
        return client

    def ask(
        self,
        visitor: str,
        request: Request,
        *,
        token: bool = True,
        headers: Mapping[str, str] | None = None,
        **cookies: str,
    ) -> TestResponse:
        """Send the request as the visitor, with the token of their forms where it is a POST."""
        client = self.client(visitor)
        arguments: dict[str, Any] = {"query_string": dict(request.query), "headers": dict(headers or {})}
        if request.method == "POST":
            client.set_cookie("portal", self.cookies[visitor], domain="portal.example")
            arguments["data"] = dict(request.fields) | ({"csrf_token": self.tokens[visitor]} if token else {})
        for name, value in cookies.items():
            client.set_cookie(name, value, domain="portal.example")
        with clock.frozen(self.moment):
            # Read to the end at once: a file that is handed out stays open otherwise.
            return client.open(request.path, method=request.method, buffered=True, **arguments)

    def get(self, visitor: str, path: str, **cookies: str) -> TestResponse:
        """The page at the address as the visitor sees it."""
        return self.ask(visitor, Request("GET", path, {}, {}), **cookies)


class House(Rooms):
    """A furnished copy of the demonstration on SQLite, put back after each change. `folder` is the caller's own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._live = sqlite3.connect(folder / DATABASE)
        self._original = sqlite3.connect(":memory:")
        self._live.backup(self._original)
        self._seen = self._version()

    def close(self) -> None:
        self._live.close()
        self._original.close()
        super().close()

    def changed(self) -> bool:
        """Whether anything was written since the last call of `changed` or `put_back`."""
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def _version(self) -> int:
        # Counts up when another connection commits a change of this file.
        return int(self._live.execute("PRAGMA data_version").fetchone()[0])

    def put_back(self) -> None:
        """Make the database what it was when the house was opened."""
        with closing(sqlite3.connect(self.folder / DATABASE)) as live:
            self._original.backup(live)
        self._seen = self._version()

    def fingerprint(self) -> dict[str, str]:
        """A digest per table, without what merely notes that somebody is still there."""
        found = {}
        tables = [name for (name,) in self._live.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(tables):
            columns = [row[1] for row in self._live.execute(f'PRAGMA table_info("{table}")')]
            kept = ", ".join(f'"{name}"' for name in columns if (table, name) not in _RESTLESS)
            rows = sorted(repr(row) for row in self._live.execute(f'SELECT {kept} FROM "{table}"'))
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        self._live.rollback()
        return found
