"""Text as people sort, search and type it."""

import re
import unicodedata

_GERMAN = str.maketrans({"ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})
_SLUG_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SPACES = re.compile(r"\s+")
_CONTROL_BUT_TAB = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def fold(text: str) -> str:
    """Case, accents and ligatures removed: `Öhringen` and `OHRINGEN` are the same."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_GERMAN).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def sort_key(text: str) -> str:
    """Key for dictionary order as in German lists (DIN 5007-1: ä is a, ß is ss; signs do not count)."""
    folded = fold(text)
    return _SPACES.sub(" ", "".join(c if c.isalnum() else " " for c in folded)).strip()


def search_key(*texts: str | None) -> str:
    """What a search looks in: folded, words separated by one blank."""
    return sort_key(" ".join(text for text in texts if text))


def slugify(text: str) -> str:
    """A part of an address: `Wiesloch/Leimen` → `wiesloch-leimen`, `Mühlhausen` → `muehlhausen`."""
    return _NOT_SLUG.sub("-", fold(text.translate(_SLUG_GERMAN))).strip("-")


def one_line(text: str) -> str:
    """One clean line: no control characters, no direction overrides, no line breaks, single blanks.

    Used for names, titles and everything that may end up in a mail header or a file name.
    """
    return _SPACES.sub(" ", _CONTROL.sub(" ", unicodedata.normalize("NFC", text))).strip()


def clean_text(text: str) -> str:
    """A text of several lines: unified line ends, no other control characters, no blank ends."""
    unified = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = (_CONTROL_BUT_TAB.sub("", line).rstrip() for line in unified.split("\n"))
    return "\n".join(lines).strip("\n")
