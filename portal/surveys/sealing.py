"""Sealing answers to a round's public key, and opening them with its private one.

X25519 with a new key for each answer, HKDF-SHA256, AES-256-GCM bound to the round. Every sealed answer of a version has
the same length: what was left out, chosen or written cannot be read from its size.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.surveys.definition import Definition, Kind

_BLOCK = 1024
_KEY = 32
_HEADER = 4
# Each key is used once, so that a fixed nonce meets no second message.
_NONCE = bytes(12)


class UnreadableError(Exception):
    """Not sealed for this round, or damaged."""


def size_of(definition: Definition) -> int:
    """Bytes that the longest possible answer needs, rounded up to whole blocks."""
    longest: dict[str, Any] = {}
    for question in definition.questions:
        codes = [answer.code for answer in question.answers]
        if question.kind is Kind.TEXT:
            longest[question.code] = "\U0001f600" * (question.max_length or 0)  # four bytes each
        elif question.kind is Kind.MULTIPLE:
            longest[question.code] = codes
        elif question.kind is Kind.NUMBER:
            longest[question.code] = -(10**12)
        else:
            longest[question.code] = max([*codes, "0" * 16], key=len)
    needed = len(_encoded(longest)) + _HEADER
    return -(-needed // _BLOCK) * _BLOCK


def seal(answers: Mapping[str, Any], *, to: bytes, bound_to: str, size: int) -> bytes:
    """Encrypt answers so that only the holder of the round's private key reads them."""
    plain = _encoded(answers)
    if len(plain) + _HEADER > size:
        raise ValueError("answers are longer than their questions allow")
    padded = len(plain).to_bytes(_HEADER, "big") + plain + bytes(size - _HEADER - len(plain))
    own = X25519PrivateKey.generate()
    public = own.public_key().public_bytes_raw()
    key = _derive(own.exchange(X25519PublicKey.from_public_bytes(to)), public + to)
    return public + AESGCM(key).encrypt(_NONCE, padded, bound_to.encode())


def unseal(content: bytes, *, key: X25519PrivateKey, bound_to: str) -> dict[str, Any]:
    """The answers; `UnreadableError` for anything that was not sealed for this round."""
    public, sealed = content[:_KEY], content[_KEY:]
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(public))
        derived = _derive(shared, public + key.public_key().public_bytes_raw())
        padded = AESGCM(derived).decrypt(_NONCE, sealed, bound_to.encode())
        length = int.from_bytes(padded[:_HEADER], "big")
        answers = json.loads(padded[_HEADER : _HEADER + length])
    except (InvalidTag, ValueError) as error:
        raise UnreadableError from error
    if not isinstance(answers, dict):
        raise UnreadableError
    return answers


def random_order(count: int) -> list[int]:
    """The numbers 0 … count-1 in an order nobody can compute."""
    keys = [os.urandom(16) for _ in range(count)]
    return sorted(range(count), key=keys.__getitem__)


def _encoded(answers: Mapping[str, Any]) -> bytes:
    return json.dumps(answers, ensure_ascii=False, separators=(",", ":")).encode()


def _derive(shared: bytes, context: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=b"portal survey " + context).derive(shared)
