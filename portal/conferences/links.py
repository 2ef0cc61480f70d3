"""The personal link of an invitation and that of a deputy: signed, so that nobody can guess or make one.

The link says which invitation it is and carries its nonce: a new nonce makes every earlier link invalid. It names
no person. Whether the event is over, cancelled or the invitation withdrawn is for the page to say.
"""

from secrets import compare_digest, token_urlsafe

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.conferences.models import Invitation
from portal.config import Config
from portal.core.database import db
from portal.stakeholders.models import Organisation, Person

# The address is part of mails that were sent; it must not change.
PATH = "/einladung/"
DEPUTY_PATH = "/vertretung/"
_SALT = "portal.conferences.invitation"
_DEPUTY_SALT = "portal.conferences.deputy"
_LONGEST = 200
# What the page behind the link says, and in which language.
WITH_READER = (
    joinedload(Invitation.conference),
    joinedload(Invitation.organisation).load_only(Organisation.name),
    joinedload(Invitation.person).load_only(Person.name, Person.email, Person.channel, Person.user_id),
    joinedload(Invitation.person).joinedload(Person.user).load_only(User.locale),
)
_OF_LINK = select(Invitation).options(*WITH_READER).where(Invitation.public_id == bindparam("public_id"))


def new_nonce() -> str:
    """Random part of a link, kept with the invitation."""
    return token_urlsafe(16)


def token(invitation: Invitation) -> str:
    """The personal part of the address."""
    return str(_serializer(_SALT).dumps([invitation.public_id, invitation.link_nonce]))


def address(invitation: Invitation) -> str:
    """The complete address for mails and letters."""
    config: Config = current_app.config["PORTAL"]
    return config.base_url + PATH + token(invitation)


def deputy_address(invitation: Invitation) -> str:
    """The complete address for the mail to the deputy; another deputy gets another one."""
    config: Config = current_app.config["PORTAL"]
    return config.base_url + DEPUTY_PATH + deputy_token(invitation)


def deputy_token(invitation: Invitation) -> str:
    """The deputy's part of the address."""
    return str(_serializer(_DEPUTY_SALT).dumps([invitation.public_id, invitation.deputy_nonce]))


def deputy_invitation_behind(text: str) -> Invitation | None:
    """The invitation whose deputy was given the link; None for anything we did not sign, and for former deputies."""
    public_id, nonce = _read(text, _DEPUTY_SALT)
    found = of_public_id(public_id) if nonce else None
    if found is None or not compare_digest(found.deputy_nonce.encode(), nonce.encode()):
        return None
    return found


def invitation_behind(text: str) -> Invitation | None:
    """The invitation of a link, with event, organisation and person; None for anything we did not sign."""
    public_id, nonce = _read(text, _SALT)
    found = of_public_id(public_id) if nonce else None
    if found is None or not compare_digest(found.link_nonce.encode(), nonce.encode()):
        return None
    return found


def _read(text: str, salt: str) -> tuple[str, str]:
    """Public id and nonce as they were signed; empty for anything we did not sign."""
    if len(text) > _LONGEST:
        return "", ""
    try:
        public_id, nonce = _serializer(salt).loads(text)
    except (BadSignature, ValueError, TypeError):
        return "", ""
    return (public_id, nonce) if isinstance(public_id, str) and isinstance(nonce, str) else ("", "")


def of_public_id(public_id: str) -> Invitation | None:
    """The invitation with what its page says; whether the link is genuine has been or will be looked at."""
    return db.session.execute(_OF_LINK, {"public_id": public_id}).scalar_one_or_none()


def _serializer(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=salt)
