"""The part of an address that names a place."""

import re
from collections.abc import Collection

from flask_babel import gettext as _

from portal.core.errors import Refusal
from portal.core.text import slugify

# Words that stand in addresses beside planning areas and municipalities.
RESERVED = frozenset(
    {
        "neu",
        "verwalten",
        "zuordnung",
        "karte",
        "grenzen",
        "gemeinden",
        "einlesen",
        "aenderungen",
        "ortsteile",
        "gebietsaenderungen",
    }
)
MAX_LENGTH = 80
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def free_slug(name: str, *, taken: Collection[str], more: str = "") -> str:
    """A slug made of the name that nobody has yet: with `more` behind it, then with numbers."""
    base = slugify(name)[:MAX_LENGTH].strip("-") or "ort"
    candidates = [base, *([f"{base}-{more}"] if more else [])]
    for candidate in candidates:
        if candidate not in taken and candidate not in RESERVED:
            return candidate
    number = 2
    while f"{candidates[-1]}-{number}" in taken:
        number += 1
    return f"{candidates[-1]}-{number}"


def checked_slug(text: str, *, taken: Collection[str]) -> str:
    """A slug somebody typed, transliterated; refuses what is empty, reserved, too long or taken."""
    slug = slugify(text)
    if not _SLUG.fullmatch(slug):
        raise Refusal(_("Bitte geben Sie Buchstaben oder Ziffern an, z.\u00a0B. „wiesloch-leimen“."), field="slug")
    if len(slug) > MAX_LENGTH:
        raise Refusal(_("Bitte höchstens %(limit)s Zeichen.", limit=MAX_LENGTH), field="slug")
    if slug in RESERVED:
        raise Refusal(_("„%(slug)s“ braucht das Portal selbst. Bitte wählen Sie ein anderes.", slug=slug), field="slug")
    if slug in taken:
        raise Refusal(_("Die Adresse „%(slug)s“ ist schon vergeben.", slug=slug), field="slug")
    return slug
