"""How often something may be tried, per account and per network address, across all processes.

One row per subject is counted up in a single statement before the attempt is made, so that simultaneous guesses
count each. What is counted is what was typed: an address without an account meets the same limit in the same words.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import SignInAttempt
from portal.core import clock
from portal.core.database import db

_QUARTER = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many attempts within a window that begins with the first."""

    name: str
    attempts: int
    window: timedelta


@dataclass(frozen=True)
class Try:
    """One limit applied to one account or address."""

    limit: Limit
    value: str

    @property
    def subject(self) -> str:
        """Keyed hash: the table tells nobody who was tried."""
        key = str(current_app.config["SECRET_KEY"]).encode()
        return hmac.new(key, f"{self.limit.name}:{self.value}".encode(), hashlib.sha256).hexdigest()


_SIGN_IN_ACCOUNT = (Limit("sign_in", 10, _QUARTER), Limit("sign_in_day", 60, _DAY))
_SIGN_IN_NETWORK = Limit("sign_in_network", 60, _QUARTER)
_CODE = (Limit("code", 5, _QUARTER), Limit("code_day", 20, _DAY))
_PASSWORD = Limit("password", 10, _QUARTER)
_MAIL_ADDRESS = Limit("mail", 3, _HOUR)
_MAIL_NETWORK = Limit("mail_network", 20, _HOUR)
LONGEST_WINDOW = _DAY


def sign_in_tries(email: str, network: str | None) -> list[Try]:
    """Guessing a password from outside."""
    return [*account_tries(email), Try(_SIGN_IN_NETWORK, network_of(network))]


def account_tries(email: str) -> list[Try]:
    """What a right password clears: the counts of this account, but not those of the network."""
    return [Try(limit, email.strip().lower()) for limit in _SIGN_IN_ACCOUNT]


def code_tries(user_id: int) -> list[Try]:
    """Guessing the second factor when the password is known."""
    return [Try(limit, str(user_id)) for limit in _CODE]


def password_tries(user_id: int) -> list[Try]:
    """Guessing the password on an unattended, signed-in device."""
    return [Try(_PASSWORD, str(user_id))]


def mail_tries(email: str, network: str | None) -> list[Try]:
    """Having mail sent to somebody (reset, confirmation)."""
    return [Try(_MAIL_ADDRESS, email.strip().lower()), Try(_MAIL_NETWORK, network_of(network))]


def network_of(address: str | None) -> str:
    """The address itself, or the /64 an IPv6 customer can change addresses within."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)


@dataclass(frozen=True)
class Stop:
    """A limit is passed: when to try again, and whether this is the first attempt beyond it."""

    until: datetime
    is_first: bool


def count(tries: Iterable[Try]) -> Stop | None:
    """Count one attempt each; a `Stop` if a limit is passed.

    Belongs into a short transaction of its own, before the guess is looked at.
    """
    now = clock.now()
    stop: Stop | None = None
    # Always in the same order, so that two requests never wait for each other crosswise.
    for one in sorted(tries, key=lambda one: one.subject):
        attempts, since = _count_up(one, now)
        if attempts > one.limit.attempts:
            end = since + one.limit.window
            is_first = attempts == one.limit.attempts + 1
            stop = Stop(end, is_first) if stop is None else Stop(max(stop.until, end), stop.is_first or is_first)
    return stop


def _count_up(one: Try, now: datetime) -> tuple[int, datetime]:
    table = SignInAttempt.__table__
    begun_before = now - one.limit.window
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(SignInAttempt).values(subject=one.subject, since=now, attempts=1, created_at=now)
    counted = statement.on_conflict_do_update(
        index_elements=["subject"],
        set_={
            "attempts": case((table.c.since <= begun_before, 1), else_=table.c.attempts + 1),
            "since": case((table.c.since <= begun_before, statement.excluded.since), else_=table.c.since),
        },
    ).returning(SignInAttempt.attempts, SignInAttempt.since)
    attempts, since = db.session.execute(counted).one()
    return attempts, since


def clear(tries: Iterable[Try]) -> None:
    """Forget the counts: somebody showed who they are."""
    subjects = [one.subject for one in tries]
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.subject.in_(subjects)))


def take_back(tries: Sequence[Try]) -> None:
    """Count one attempt less: it was none. Colleagues behind one address must not use up its limit."""
    subjects = [one.subject for one in tries]
    ours = SignInAttempt.subject.in_(subjects)
    db.session.execute(delete(SignInAttempt).where(ours, SignInAttempt.attempts <= 1))
    db.session.execute(update(SignInAttempt).where(ours).values(attempts=SignInAttempt.attempts - 1))


def forget_old() -> int:
    """Delete counts whose window is over; how many there were."""
    result = db.session.execute(delete(SignInAttempt).where(SignInAttempt.since < clock.now() - LONGEST_WINDOW))
    return int(getattr(result, "rowcount", 0))
