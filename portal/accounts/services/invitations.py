"""Invitations to open an account: one link, once, for some days."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from portal.accounts import mails, permissions, policy, queries, security
from portal.accounts.models import Department, User, UserInvitation
from portal.accounts.services.users import create_user
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.database import db
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import lock


def token_hash(token: str) -> str:
    """What is stored of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    email: str,
    name: str,
    roles: Iterable[Role],
    *,
    actor: Actor,
    department: Department | None = None,
    locale: str | None = None,
) -> User:
    """Make an account without a password and mail its owner a link to open it."""
    user = create_user(email, name, roles, actor=actor, department=department, locale=locale)
    _send_invitation(user, actor=actor)
    return user


def invite_again(user: User, *, actor: Actor) -> None:
    """Mail a new link; earlier ones stop working. Refused once the account is open or locked."""
    require(permissions.may_manage_users(actor))
    lock(user)
    if not permissions.may_invite_again(actor, user):
        raise Refusal(_("Dieses Konto ist schon eröffnet oder gesperrt. Eine Einladung ist nicht mehr nötig."))
    _withdraw_open(user)
    _send_invitation(user, actor=actor)


def withdraw(user: User, *, actor: Actor) -> None:
    """Make open links worthless. The account stays, closed, until it is invited again."""
    require(permissions.may_manage_users(actor))
    lock(user)
    if _withdraw_open(user):
        audit.record("accounts.invitation_withdrawn", subject=user, actor=actor)


@dataclass(frozen=True)
class Renewed:
    """A new link of an invitation and until when it holds."""

    token: str
    expires_at: datetime


def renew(user: User | None) -> Renewed | None:
    """Give the person's last invitation another link, also where its time is over; the earlier link stops working.

    None, after the same work, for nobody, and where that invitation was withdrawn or accepted.
    """
    token, expires_at = secrets.token_urlsafe(32), clock.now() + policy.invitation_time()
    last = select(func.max(UserInvitation.id)).where(UserInvitation.user_id == (0 if user is None else user.id))
    result = db.session.execute(
        update(UserInvitation)
        .where(
            UserInvitation.id == last.scalar_subquery(),
            UserInvitation.accepted_at.is_(None),
            UserInvitation.withdrawn_at.is_(None),
        )
        .values(token_hash=token_hash(token), expires_at=expires_at)
        .execution_options(synchronize_session=False)
    )
    return Renewed(token, expires_at) if getattr(result, "rowcount", 0) else None


def _withdraw_open(user: User) -> int:
    result = db.session.execute(
        update(UserInvitation)
        .where(
            UserInvitation.user_id == user.id,
            UserInvitation.accepted_at.is_(None),
            UserInvitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )
    return int(getattr(result, "rowcount", 0))


def _send_invitation(user: User, *, actor: Actor) -> None:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    invitation = UserInvitation(
        user=user,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + policy.invitation_time(),
        invited_by=actor.user_id,
    )
    db.session.add(invitation)
    db.session.flush()
    mails.invitation(user, token=token, expires_at=invitation.expires_at)
    audit.record("accounts.user_invited", subject=user, actor=actor)


def find(token: str) -> UserInvitation:
    """The invitation a link belongs to; `NotFound` if it is expired, used, withdrawn or invented."""
    found = queries.invitation_by_hash(token_hash(token))
    if found is None:
        raise NotFound
    return found


def accept(token: str, *, password_hash: str) -> User:
    """Open the account with the password (hashed by the caller, outside of the transaction).

    Of two people or clicks with the same link one succeeds; the other gets `NotFound`. Following the link
    shows that the address is the person's.
    """
    invitation = find(token)
    user = lock(invitation.user)
    lock(invitation)
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None or not user.active:
        raise NotFound
    now = clock.now()
    invitation.accepted_at = now
    user.password = password_hash
    user.confirmed_at = now
    security.renew_mark(user)
    db.session.flush()
    audit.record("accounts.invitation_accepted", subject=user, actor=Actor(user=user))
    return user
