"""The personal link for paper: short enough to type. `/einladung/bcdf-2345-ghjk-7mnp-qrst-vwxy`.

The first half names the invitation, the second proves that we printed it: as much chance as an attacker could never
try through the rate limit. It says the same as the long link (`links`) and ends with it, when the nonce changes.
"""

import hashlib
import hmac
from secrets import compare_digest

from flask import current_app

from portal.conferences import links
from portal.conferences.models import Invitation
from portal.config import Config
from portal.core.database import PUBLIC_ID_LENGTH

# Those of public ids: without vowels and look-alikes.
_SIGNS = "23456789bcdfghjkmnpqrstvwxyz"
_PROOF_LENGTH = 12
_GROUP = 4
_SALT = b"portal.conferences.short_link"


def code(invitation: Invitation) -> str:
    """The personal part of the address, in groups of four."""
    signs = invitation.public_id + _proof(invitation)
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))


def address(invitation: Invitation) -> str:
    """The complete address, for letters and their QR code."""
    config: Config = current_app.config["PORTAL"]
    return config.base_url + links.PATH + code(invitation)


def invitation_behind(text: str) -> Invitation | None:
    """The invitation of a short or a long link; None for anything we did not make. Hyphens and capitals are free."""
    signs = text.replace("-", "").lower()
    if len(signs) != PUBLIC_ID_LENGTH + _PROOF_LENGTH or not set(signs) <= set(_SIGNS):
        return links.invitation_behind(text)
    found = links.of_public_id(signs[:PUBLIC_ID_LENGTH])
    if found is None or not compare_digest(_proof(found), signs[PUBLIC_ID_LENGTH:]):
        return None
    return found


def _proof(invitation: Invitation) -> str:
    key = str(current_app.secret_key).encode()
    message = _SALT + f":{invitation.public_id}:{invitation.link_nonce}".encode()
    number = int.from_bytes(hmac.new(key, message, hashlib.sha256).digest())
    signs = []
    for _position in range(_PROOF_LENGTH):
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(signs)
