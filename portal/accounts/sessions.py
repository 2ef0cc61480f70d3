"""Who is signed in, on which device, until when.

The signed cookie holds the id of a `sign_in_session` row and nothing about rights; the row decides on every request.
A person between password and second factor has no row yet: the cookie holds a `Pending` mark for ten minutes.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import has_request_context, request, session
from sqlalchemy import delete, select, update
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts import policy
from portal.accounts.models import SignInSession, User
from portal.core import clock
from portal.core.database import db
from portal.core.transaction import transaction

COOKIE_KEY = "sid"
_PENDING_KEY = "second_step"
# What was found is kept with the request itself; `g` may outlive it.
_KEPT = "portal.sign_in_session"
_PENDING_TIME = timedelta(minutes=10)
# Noting every click would turn each read into a write.
_NOTE_EVERY = timedelta(minutes=5)
_KEEP_ENDED = timedelta(days=30)

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Pending:
    """Somebody who gave the right password and owes the second factor."""

    user_public_id: str
    mark: str
    next_path: str


def signed_in_user() -> User | None:
    """The person of this request with roles and department; one query, or none where no session cookie is.

    A session that idled or lasted too long, was ended, or belongs to a locked person counts for nothing.
    """
    found = current_session()
    return None if found is None else found.user


def current_session() -> SignInSession | None:
    """The valid session of this request."""
    if not has_request_context():
        return None
    if _KEPT not in request.environ:
        request.environ[_KEPT] = _valid_session()
    kept: SignInSession | None = request.environ[_KEPT]
    return kept


def _valid_session() -> SignInSession | None:
    public_id = session.get(COOKIE_KEY)
    if not isinstance(public_id, str):
        return None
    found = _read(public_id)
    if found is None:
        session.pop(COOKIE_KEY, None)
        return None
    if clock.now() - found.seen_at >= _NOTE_EVERY:
        note_seen(found)
        found = _read(public_id)
    return found


def _read(public_id: str) -> SignInSession | None:
    now = clock.now()
    statement = (
        select(SignInSession)
        .join(SignInSession.user)
        .options(contains_eager(SignInSession.user).options(joinedload(User.roles), joinedload(User.department)))
        .where(
            SignInSession.public_id == public_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - policy.idle_time(),
            User.active.is_(True),
        )
    )
    return db.session.execute(statement).unique().scalar_one_or_none()


def note_seen(found: SignInSession) -> None:
    """Keep the session from idling out."""
    now = clock.now()
    session_id, user_id = found.id, found.user_id
    with transaction():
        db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now))
        db.session.execute(update(User).where(User.id == user_id).values(last_seen_at=now))


def open_session(user: User, *, device: str = "") -> SignInSession:
    """A new session of the person. `enter` ties it to the browser once it is stored."""
    now = clock.now()
    row = SignInSession(user=user, seen_at=now, expires_at=now + policy.session_length(), device=device_name(device))
    user.last_seen_at = now
    db.session.add(row)
    db.session.flush()
    return row


def enter(public_id: str) -> None:
    """Make the browser the holder of the session. Whatever its cookie held before, from whoever, is gone."""
    session.clear()
    session[COOKIE_KEY] = public_id
    request.environ.pop(_KEPT, None)


def leave() -> None:
    """Empty the browser's cookie."""
    session.clear()
    request.environ[_KEPT] = None


def end_session(row: SignInSession) -> None:
    """End one session on the server: a copied cookie is worthless from now on."""
    if row.ended_at is None:
        row.ended_at = clock.now()
        db.session.flush()


def end_all(user: User, *, keep: SignInSession | None = None) -> int:
    """End every session of the person (but one); how many were open."""
    now = clock.now()
    statement = update(SignInSession).where(
        SignInSession.user_id == user.id, SignInSession.ended_at.is_(None), SignInSession.expires_at > now
    )
    if keep is not None:
        statement = statement.where(SignInSession.id != keep.id)
    result = db.session.execute(statement.values(ended_at=now))
    return int(getattr(result, "rowcount", 0))


def open_sessions(user: User) -> list[SignInSession]:
    """Where the person is signed in, latest first."""
    now = clock.now()
    statement = (
        select(SignInSession)
        .options(joinedload(SignInSession.user))
        .where(
            SignInSession.user_id == user.id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - policy.idle_time(),
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )
    return list(db.session.execute(statement).scalars())


def session_of(user: User, public_id: str) -> SignInSession | None:
    """One session of the person, open or over."""
    statement = select(SignInSession).where(SignInSession.user_id == user.id, SignInSession.public_id == public_id)
    return db.session.execute(statement).scalar_one_or_none()


def forget_ended() -> int:
    """Delete sessions that ended a month ago; how many there were."""
    result = db.session.execute(delete(SignInSession).where(SignInSession.expires_at < clock.now() - _KEEP_ENDED))
    return int(getattr(result, "rowcount", 0))


def await_second_step(user: User, *, next_path: str) -> None:
    """Remember in the cookie that the password was right. Not a session: it opens nothing but the next step."""
    session.clear()
    session[_PENDING_KEY] = {
        "user": user.public_id, "mark": user.fs_uniquifier, "at": int(clock.now().timestamp()), "next": next_path,
    }  # fmt: skip


def pending() -> Pending | None:
    """Who owes the second factor in this browser; None ten minutes after the password."""
    kept = session.get(_PENDING_KEY)
    if not isinstance(kept, dict) or clock.now().timestamp() - int(kept["at"]) > _PENDING_TIME.total_seconds():
        return None
    return Pending(user_public_id=kept["user"], mark=kept["mark"], next_path=kept["next"])


def device_name(user_agent: str) -> str:
    """Browser and system as people call them; empty if the browser does not say."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
