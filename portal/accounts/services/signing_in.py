"""From typed address and password to an open session, in steps that the view puts into transactions."""

from dataclasses import dataclass
from enum import Enum

from portal.accounts import limits, mails, queries, security, sessions
from portal.accounts.models import SignInSession, User
from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.transaction import lock


class Outcome(Enum):
    """What a right or wrong password leads to."""

    WRONG = "wrong"
    UNCONFIRMED = "unconfirmed"
    SECOND_STEP = "second_step"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True)
class Checked:
    """The password was looked at, outside of any transaction. `stored` is what it was compared with."""

    user: User | None
    stored: str | None
    right: bool
    renewed_hash: str | None


@dataclass(frozen=True)
class Result:
    """The outcome; the session only if one was opened."""

    outcome: Outcome
    user: User | None = None
    session: SignInSession | None = None


def check(email: str, password: str) -> Checked:
    """Compare the password: the same work whether or not there is such an account, locked or not."""
    user = queries.user_by_email(email)
    stored = None if user is None or not user.active else user.password
    right = security.password_matches(password, stored)
    renewed = security.hash_password(password) if right and stored and security.is_outdated(stored) else None
    return Checked(user=user, stored=stored, right=right, renewed_hash=renewed)


def finish(checked: Checked, *, email: str, network: str | None, device: str) -> Result:
    """Act on the comparison: open a session, ask for the second factor, or note the failure."""
    user = checked.user
    if user is None or not checked.right:
        audit.record("accounts.sign_in_failed", subject=user or "user_account", actor=Actor())
        return Result(Outcome.WRONG)
    lock(user)
    if not user.active or user.password != checked.stored:
        # Locked or given a new password while the old one was compared.
        return Result(Outcome.WRONG)
    if checked.renewed_hash is not None:
        user.password = checked.renewed_hash
    limits.clear(limits.account_tries(email))
    limits.take_back([one for one in limits.sign_in_tries(email, network) if one.limit.name == "sign_in_network"])
    if user.confirmed_at is None:
        mails.confirmation(user, token=security.confirmation_token(user))
        return Result(Outcome.UNCONFIRMED, user)
    if user.has_second_factor:
        return Result(Outcome.SECOND_STEP, user)
    return Result(Outcome.SIGNED_IN, user, open_session(user, device=device))


def open_session(user: User, *, device: str) -> SignInSession:
    """The person has shown everything asked for."""
    limits.clear(limits.code_tries(user.id))
    row = sessions.open_session(user, device=device)
    audit.record("accounts.signed_in", subject=row, actor=Actor(user=user))
    return row


def note_code_refused(user: User) -> None:
    """The password is known to whoever fails here: the person should hear of it."""
    audit.record("accounts.second_step_failed", subject=user, actor=Actor())


def note_codes_stopped(user: User) -> None:
    """The limit is reached. Called for the first attempt beyond it, so that nobody can flood the mailbox."""
    mails.guesses_stopped(user)
    audit.record("accounts.second_step_stopped", subject=user, actor=Actor())


def sign_out(row: SignInSession, *, actor: Actor) -> None:
    """End the session the person is in."""
    sessions.end_session(row)
    audit.record("accounts.signed_out", subject=row, actor=actor)
