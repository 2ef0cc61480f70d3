"""What a questionnaire carries from page to page: earlier answers, encrypted, in a hidden field.

Nothing is kept on the server while somebody answers, and no cookie is set. The field is AES-256-GCM under a key of the
installation, bound to the round: the browser cannot read or change it, and it opens for no other round.

It is also what protects the form instead of a CSRF token. Such a token keeps a foreign page from using the rights
that a browser's cookies carry; answering needs no rights and reads no cookie, so a foreign page could do nothing here
that its owner could not do by himself. What must not happen (answers put into another's questionnaire, a
questionnaire counted twice) is kept out by the encryption and by the completion id inside.

The completion id is drawn at the start. The sealed answer lies under a keyed hash of it until the round closes:
double click, reload, back button and a second tab of the same questionnaire meet the same primary key and are stored
once. Whoever starts anew is a new questionnaire; without knowing people nobody can prevent that. The hash leads from
the browser's own field to a sealed row while that row is closed, and nowhere once it is opened: opened answers
lie under new random ids.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from portal.config import Config
from portal.core.secrets import secret

_SECRET = "survey_carry"  # noqa: S105 - the name of a secret
_NONCE = 12
_CACHE = "portal_survey_carry"
# Far above what a filled questionnaire needs; longer ones are not even decoded.
LONGEST = 60_000


class ForeignTokenError(Exception):
    """Forged, cut, of another round, or of a time before the installation's key was renewed."""


@dataclass(frozen=True)
class Carried:
    """The state of one questionnaire: language, completion id, what was entered so far (raw, by question code)."""

    language: str
    completion: bytes
    entered: Mapping[str, Any] = field(default_factory=dict)

    def with_entries(self, entries: Mapping[str, Any]) -> "Carried":
        """The same questionnaire with a page's entries; what was emptied is gone."""
        merged = {**self.entered, **entries}
        return Carried(self.language, self.completion, {code: value for code, value in merged.items() if value})


def begin(language: str) -> Carried:
    """A new questionnaire."""
    return Carried(language, os.urandom(16))


def pack(carried: Carried, *, round_id: str) -> str:
    """The hidden field's value."""
    content = json.dumps(
        [carried.language, carried.completion.hex(), carried.entered], ensure_ascii=False, separators=(",", ":")
    ).encode()
    nonce = os.urandom(_NONCE)
    cipher, _key = _keys()
    return base64.urlsafe_b64encode(nonce + cipher.encrypt(nonce, content, round_id.encode())).decode()


def unpack(token: str, *, round_id: str) -> Carried:
    """What the hidden field holds; `ForeignTokenError` for everything we did not write for this round."""
    if len(token) > LONGEST:
        raise ForeignTokenError
    cipher, _key = _keys()
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        content = json.loads(cipher.decrypt(raw[:_NONCE], raw[_NONCE:], round_id.encode()))
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise ForeignTokenError from error
    return Carried(content[0], bytes.fromhex(content[1]), content[2])


def row_id(carried: Carried, *, round_id: str) -> str:
    """Primary key of the sealed answer: tells nothing about the questionnaire, the same for the same one."""
    _cipher, key = _keys()
    message = b"completion" + round_id.encode() + carried.completion
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]


def _keys() -> tuple[AESGCM, bytes]:
    kept = current_app.extensions.get(_CACHE)
    if kept is None:
        config: Config = current_app.config["PORTAL"]
        root = secret(config.data, _SECRET).encode()
        cipher = AESGCM(hashlib.sha256(b"carry" + root).digest())
        kept = current_app.extensions[_CACHE] = (cipher, hashlib.sha256(b"row" + root).digest())
    cipher, key = kept
    return cipher, key
