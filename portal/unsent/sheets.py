"""What a form carries so that it can keep itself while somebody writes.

A sheet is one filling-in of one form. Its token is signed: it says whose and what it is, so that the one address that
keeps forms needs to know no feature, and nobody can write into another's.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from portal.core.actor import Actor
from portal.core.database import new_public_id
from portal.unsent import queries

TOKEN, PAGE, READ, TURN = "entwurf", "entwurf_seite", "entwurf_stand", "entwurf_nr"
OWN_FIELDS = frozenset({TOKEN, PAGE, READ, TURN, "csrf_token"})
_SALT = "portal.unsent"
_LONGEST = 400


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`page` is new with every page made; `read` the edition of what is kept that the page shows.

    `restored_at`: the form shows what was kept then. `name` is the same for this person and form in every page.
    """

    token: str
    name: str
    page: str
    read: int
    keep_url: str
    discard_url: str
    saved_at: datetime | None = None
    restored_at: datetime | None = None

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Fields of the form, name and value."""
        return [(TOKEN, self.token), (PAGE, self.page), (READ, str(self.read))]


@dataclass(frozen=True)
class Mark:
    """What a token says."""

    user_id: int
    subject: str
    key: str


def sheet(subject: str, *, actor: Actor) -> tuple[Sheet, MultiDict[str, str] | None]:
    """The sheet of a form that is shown, and what was typed into it last time, if it was not sent."""
    kept = queries.latest(subject, actor=actor)
    if kept is None or actor.user_id is None:
        return _fresh(subject, actor), None
    found = _sheet(
        subject,
        actor,
        token=token(subject, kept.public_id, actor=actor),
        page=new_public_id(),
        read=kept.edition,
        saved_at=kept.saved_at,
        restored_at=kept.saved_at,
    )
    return found, formdata(kept.fields or [])


def formdata(fields: Sequence[Sequence[str]]) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, value in fields])


def again(form: Mapping[str, str], subject: str, *, actor: Actor) -> Sheet:
    """The sheet of a form that was sent and is shown once more, because something in it does not fit."""
    mark = read(form.get(TOKEN, ""), actor=actor)
    page, edition = form.get(PAGE, ""), form.get(READ, "")
    if mark is None or mark.subject != subject or len(page) != len(new_public_id()) or not edition.isdecimal():
        return _fresh(subject, actor)
    return _sheet(subject, actor, token=form[TOKEN], page=page, read=int(edition[:9]))


def _sheet(subject: str, actor: Actor, **values: Any) -> Sheet:
    return Sheet(
        name=_name(subject, actor), keep_url=url_for("unsent.keep"), discard_url=url_for("unsent.discard"), **values
    )


def _fresh(subject: str, actor: Actor) -> Sheet:
    return _sheet(subject, actor, token=token(subject, new_public_id(), actor=actor), page=new_public_id(), read=0)


def _name(subject: str, actor: Actor) -> str:
    """Tells nobody whose it is: whoever signs in next in the same window finds nothing of the one before."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"{_SALT}:{actor.user_id}:{subject}".encode(), hashlib.sha256).hexdigest()[:16]


def token(subject: str, key: str, *, actor: Actor) -> str:
    return str(_serializer().dumps([actor.user_id, subject, key]))


def read(text: str, *, actor: Actor) -> Mark | None:
    """What a token says, if we signed it for this person."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        user_id, subject, key = _serializer().loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    if not isinstance(subject, str) or not isinstance(key, str) or user_id is None or user_id != actor.user_id:
        return None
    return Mark(user_id, subject, key)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=_SALT)
