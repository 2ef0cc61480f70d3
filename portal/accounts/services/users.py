"""Accounts as administrators keep them: making, roles, department, locking."""

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import mails, permissions, policy, queries, security, sessions
from portal.accounts.models import Department, StoredRole, User
from portal.audit import services as audit
from portal.audit.details import changed
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.database import db
from portal.core.errors import NotFound, Refusal
from portal.core.languages import LABELS
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock


def create_user(
    email: str,
    name: str,
    roles: Iterable[Role],
    *,
    actor: Actor,
    password: str | None = None,
    confirmed: bool = False,
    department: Department | None = None,
    locale: str | None = None,
) -> User:
    """A new account.

    With password and `confirmed` the person can sign in at once; with a password alone they get a mail to
    confirm their address; without a password they need an invitation (`services.invitations.invite`).
    Refuses an address that has an account (field `email`) and weak passwords (field `password`).
    """
    require(permissions.may_manage_users(actor))
    address = policy.clean_address(email)
    clean_name = _clean_name(name)
    if password is not None:
        policy.check_password(password, email=address, name=clean_name)
    user = User(
        email=address,
        name=clean_name,
        password=None if password is None else security.hash_password(password),
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        confirmed_at=clock.now() if confirmed else None,
        department=department,
        locale=locale,
        roles=stored_roles(roles),
    )
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError as error:
        raise Refusal(_("Zu dieser E-Mail-Adresse gibt es schon ein Konto."), field="email") from error
    audit.record(
        "accounts.user_created",
        subject=user,
        actor=actor,
        details={"roles": sorted(role.value for role in user.role_set)},
    )
    if password is not None and not confirmed:
        mails.confirmation(user, token=security.confirmation_token(user))
    return user


def stored_roles(roles: Iterable[Role]) -> list[StoredRole]:
    """The rows of roles; the migration made one for each."""
    wanted = set(roles)
    return list(
        db.session.execute(select(StoredRole).where(StoredRole.name.in_(wanted)).order_by(StoredRole.id)).scalars()
    )


def _clean_name(name: str) -> str:
    clean = one_line(name)
    if not clean:
        raise Refusal(_("Bitte geben Sie einen Namen an."), field="name")
    if len(clean) > 200:
        raise Refusal(_("Bitte kürzen Sie den Namen auf 200 Zeichen."), field="name")
    return clean


def change_user(user: User, *, name: str, roles: Iterable[Role], department: Department | None, actor: Actor) -> None:
    """What administrators change about an account. Another set of roles ends the person's other sessions.

    Refuses to take the last administrator's role, and one's own.
    """
    require(permissions.may_manage_users(actor))
    lock(user)
    wanted = frozenset(roles)
    before = user.role_set
    if Role.ADMINISTRATOR in before - wanted:
        if actor.user_id == user.id:
            raise Refusal(
                _("Ihre eigene Verwaltungsrolle können Sie nicht abgeben. Das macht eine andere Person."), field="roles"
            )
        _keep_an_administrator(user, field="roles")
    details: dict[str, object] = {}
    clean = _clean_name(name)
    if clean != user.name:
        details["changed"] = ["name"]
    user.name = clean
    department_id = None if department is None else department.id
    if department_id != user.department_id:
        details["department"] = changed(user.department_id, department_id)
    user.department = department
    if wanted != before:
        user.roles = stored_roles(wanted)
        # Rights that were signed in with must not outlive their end on an open device.
        sessions.end_all(user, keep=sessions.current_session() if actor.user_id == user.id else None)
        details["added"] = sorted(role.value for role in wanted - before)
        details["removed"] = sorted(role.value for role in before - wanted)
    db.session.flush()
    audit.record("accounts.user_changed", subject=user, actor=actor, details=details)


def _keep_an_administrator(user: User, *, field: str | None = None) -> None:
    # Two administrators removing each other at once wait here for one another.
    db.session.execute(select(StoredRole.id).where(StoredRole.name == Role.ADMINISTRATOR).with_for_update())
    if queries.administrators_left(without=user) == 0:
        raise Refusal(_("Das ist das letzte Konto, das das Portal verwalten kann. Es muss bleiben."), field=field)


def lock_user(user: User, *, actor: Actor) -> None:
    """Bar the person from signing in and end every session. Refused for oneself and the last administrator."""
    require(permissions.may_manage_users(actor))
    lock(user)
    if actor.user_id == user.id:
        raise Refusal(_("Ihr eigenes Konto können Sie nicht sperren."))
    if not user.active:
        return
    if Role.ADMINISTRATOR in user.role_set:
        _keep_an_administrator(user)
    user.active = False
    security.renew_mark(user)
    sessions.end_all(user)
    db.session.flush()
    audit.record("accounts.user_locked", subject=user, actor=actor)


def unlock_user(user: User, *, actor: Actor) -> None:
    """Let the person sign in again, with the password they had."""
    require(permissions.may_manage_users(actor))
    lock(user)
    if user.active:
        return
    user.active = True
    db.session.flush()
    audit.record("accounts.user_unlocked", subject=user, actor=actor)


def end_sessions(user: User, *, actor: Actor) -> int:
    """Sign the person out on every device (but the one this request comes from); how many there were."""
    require(permissions.may_end_session_of(actor, user))
    lock(user)
    ended = sessions.end_all(user, keep=sessions.current_session() if actor.user_id == user.id else None)
    audit.record("accounts.sessions_ended", subject=user, actor=actor, details={"count": ended})
    return ended


def end_session(user: User, public_id: str, *, actor: Actor) -> None:
    """Sign the person out on one device. A session that is already over is no fault; one of somebody else is."""
    require(permissions.may_end_session_of(actor, user))
    row = sessions.session_of(user, public_id)
    if row is None:
        raise NotFound
    if row.ended_at is None:
        sessions.end_session(row)
        audit.record("accounts.session_ended", subject=row, actor=actor, details={"user": user.id})


def change_profile(user: User, *, name: str, locale: str | None, actor: Actor) -> None:
    """What people change about themselves: name and language, nothing else."""
    require(permissions.may_change_own_account(actor, user))
    lock(user)
    if locale is not None and locale not in LABELS:
        raise Refusal(_("Bitte wählen Sie einen Eintrag aus der Liste."), field="locale")
    user.name = _clean_name(name)
    user.locale = locale
    db.session.flush()
    audit.record("accounts.profile_changed", subject=user, actor=actor)
