"""What people prove themselves with: address and password."""

import uuid

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.accounts import limits, mails, permissions, queries, security, sessions
from portal.accounts.models import User, UserState
from portal.accounts.services import invitations
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import lock


def request_reset(email: str) -> None:
    """Mail a link for a new password to the account of this address, if there is one that can sign in; to somebody
    who was invited and has not opened the account yet, the invitation with a new link.

    Nobody learns which: without an account the same mail is built and thrown away, so that the answer takes
    as long. The number of requests is limited by the caller.
    """
    user = queries.user_by_email(email)
    waiting = None if user is None or user.state is not UserState.INVITED or user.password is not None else user
    # asked for everybody: it is the same work whoever it is
    renewed = invitations.renew(waiting)
    if waiting is not None and renewed is not None:
        mails.invitation(waiting, token=renewed.token, expires_at=renewed.expires_at)
        db.session.flush()
        audit.record("accounts.user_invited", subject=waiting, actor=Actor())
        return
    if user is None or user.state is not UserState.ACTIVE:
        _build_and_discard(email)
        return
    mails.reset(user, token=security.reset_token(user))
    db.session.flush()
    audit.record("accounts.reset_requested", subject=user, actor=Actor())


def request_confirmation(email: str) -> None:
    """Mail another link to an account whose address is not confirmed yet; silent like `request_reset`."""
    user = queries.user_by_email(email)
    if user is None or not user.active or user.password is None or user.confirmed_at is not None:
        _build_and_discard(email)
        return
    mails.confirmation(user, token=security.confirmation_token(user))
    db.session.flush()
    audit.record("accounts.confirmation_requested", subject=user, actor=Actor())


def _build_and_discard(email: str) -> None:
    nobody = User(name="", email=email, public_id="", password=None, fs_uniquifier=uuid.uuid4().hex, locale=None)
    point = db.session.begin_nested()
    mails.reset(nobody, token=security.reset_token(nobody))
    audit.record("accounts.reset_requested", subject="user_account", actor=Actor())
    db.session.flush()
    point.rollback()


def reset_password(token: str, *, password_hash: str) -> User:
    """Set the password by a link, once; `NotFound` if the link is worthless. Ends every session.

    Whoever can read the address may sign in again at once, whatever guessing by others has locked.
    """
    user = security.user_of_reset_token(token)
    if user is None:
        raise NotFound
    lock(user)
    if security.user_of_reset_token(token) is None:
        raise NotFound
    _set_password(user, password_hash)
    sessions.end_all(user)
    limits.clear(limits.account_tries(user.email))
    audit.record("accounts.password_reset", subject=user, actor=Actor(user=user))
    return user


def change_password(user: User, *, password_hash: str, actor: Actor) -> None:
    """Set a new password for oneself (the caller checked the old one). Ends every session, this one too."""
    require(permissions.may_change_own_account(actor, user))
    lock(user)
    _set_password(user, password_hash)
    sessions.end_all(user)
    audit.record("accounts.password_changed", subject=user, actor=actor)


def _set_password(user: User, password_hash: str) -> None:
    user.password = password_hash
    security.renew_mark(user)
    db.session.flush()
    mails.password_changed(user)


def confirm_address(token: str) -> User:
    """Note that the address belongs to the person, once; `NotFound` if the link is worthless."""
    user = security.user_of_confirmation_token(token)
    if user is None:
        raise NotFound
    lock(user)
    if user.confirmed_at is not None or not user.active:
        raise NotFound
    user.confirmed_at = clock.now()
    db.session.flush()
    audit.record("accounts.address_confirmed", subject=user, actor=Actor(user=user))
    return user


def request_address_change(user: User, *, address: str, actor: Actor) -> None:
    """Mail a link to the new address. An address that has an account gets none, and the page says the same."""
    require(permissions.may_change_own_account(actor, user))
    lock(user)
    if address == user.email:
        raise Refusal(_("Das ist schon Ihre E-Mail-Adresse."), field="email")
    if queries.user_by_email(address) is not None:
        _build_and_discard(address)
        return
    mails.new_address(user, address=address, token=security.address_token(user, address))
    audit.record("accounts.address_change_requested", subject=user, actor=actor)


def change_address(token: str) -> User:
    """Make the new address the account's, once; `NotFound` if the link is worthless.

    Tells the address left behind and ends every session but the present one of the same person.
    """
    found = security.read_address_token(token)
    if found is None:
        raise NotFound
    user, address = found
    lock(user)
    if security.read_address_token(token) is None:
        raise NotFound
    old_address = user.email
    try:
        with db.session.begin_nested():
            user.email = address
    except IntegrityError as error:
        raise NotFound from error
    user.confirmed_at = clock.now()
    security.renew_mark(user)
    db.session.flush()
    here = sessions.current_session()
    sessions.end_all(user, keep=here if here is not None and here.user_id == user.id else None)
    mails.address_changed(user, old_address=old_address)
    audit.record("accounts.address_changed", subject=user, actor=Actor(user=user))
    return user
