"""Tracking codes: what opens *Was daraus wurde* without an account."""

import re
import secrets

# Without vowels and look-alikes, as for public ids: readable from a letter, over the telephone, and no words.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
_GROUP, _GROUPS = 5, 3
_SEPARATORS = re.compile(r"[^0-9A-Z]+")
LONGEST = 40


def new() -> str:
    """A random code in three groups of five signs: 28^15, about 72 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def candidates(typed: str) -> list[str]:
    """The codes that may be meant: signs, blanks and small letters do not matter. Empty for what cannot be one."""
    if len(typed) > 2 * LONGEST:
        return []
    grouped = _SEPARATORS.sub("-", typed.upper()).strip("-")
    plain = grouped.replace("-", "")
    if not 8 <= len(plain) <= LONGEST:
        return []
    regrouped = "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))
    return list(dict.fromkeys([grouped, regrouped]))
