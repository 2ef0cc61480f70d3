"""How places are spelt: whether a name of a file is one of those that the portal knows a place by (pure)."""

import re
from collections.abc import Iterable

from portal.core.text import slugify

# What names carry besides the name itself: `Sinsheim, Stadt`, `Große Kreisstadt Sinsheim`, `Landkreis Karlsruhe`.
_KINDS = frozenset({
    "stadt", "gemeinde", "grosse", "kreisstadt", "kreisfreie", "stadtkreis", "landkreis", "kreis", "st", "sankt",
    "amt", "region", "regionalverband", "markt", "flecken", "samtgemeinde", "verbandsgemeinde", "gvv", "vvg", "vg",
    "verwaltungsgemeinschaft", "gemeindeverwaltungsverband", "verwaltungsverband", "vereinbarte", "landeshauptstadt",
    "universitaetsstadt", "wissenschaftsstadt", "hansestadt", "der", "die", "des",
})  # fmt: skip
# From these words on a name says where its place lies: `Hirschberg an der Bergstraße`, `Weinheim a.d. B.`.
_WHERE = frozenset({"a", "am", "an", "auf", "b", "bei", "d", "i", "im", "in", "o", "ob", "v", "vor"})
_AFTER_NAME = re.compile(r"[(,\[].*$", re.DOTALL)


def is_one_of(name: str, known: Iterable[str]) -> bool:
    """Whether a name is one of the known ones, but for what kind of place it is, where it lies and how it is
    written."""
    wanted = _core(name)
    return any(wanted == _core(one) for one in known)


def _core(name: str) -> str:
    """The name alone: without what kind of place it is, where it lies, and how it is written."""
    words = [word for word in slugify(_AFTER_NAME.sub("", name) or name).split("-") if not word.isdigit()]
    named = [word for word in words if word not in _KINDS] or words
    ends = next((at for at, word in enumerate(named) if at and word in _WHERE), len(named))
    return "".join(named[:ends])
