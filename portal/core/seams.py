"""Where long German words may part when a line is too short, also in browsers without a dictionary of syllables."""

import re
from typing import Any

from markupsafe import Markup, escape

SOFT_HYPHEN = "\u00ad"
# Shorter words fit into every heading on the smallest phone (320 px).
_LONG_WORD = re.compile(r"[^\W\d_]{22,}")
# The joining s after these endings is always a seam; so is the beginning of these last parts.
_SEAM = re.compile(
    r"(?<=\w{3}(?:ung|eit|aft|ion|tät|ing|tum)s)(?=\w{4})"
    r"|(?<=\w{4})(?<!be)(?=(?:konferenz|veranstaltung|einrichtung|beratung|versorgung|förderung|entwicklung|planung|angebot|gespräch))"
)


# Last parts of names of places and of what pages call a place.
_PLACE_SEAM = re.compile(
    r"(?<=\w{4})(?=(?:raum|räume|gemünd|gemeinden?|gemeinschaft|steinach|heim|hausen|hofen|bach|berg|burg|dorf|feld|stadt"
    r"|kirchen|weiler|thal)(?!\w))"
)
_NAME = re.compile(r"[^\W\d_]{12,}")


def place_parted(words: Any) -> Any:
    """Names of places with a soft hyphen before their last part: for headings and lists on phones, in large type.

    Dictionaries of syllables do not know them: without it `Heiligkreuzsteinach` parts before its last letter.
    """
    if not isinstance(words, Markup):
        words = str(words)
    found = _NAME.sub(lambda word: _PLACE_SEAM.sub(SOFT_HYPHEN, word[0]), words)
    return Markup(found) if isinstance(words, Markup) else found  # noqa: S704 - what was markup stays it


def parted(words: Any) -> Any:
    """The words with a soft hyphen at every seam of a long compound; others as they are.

    For headings. What is copied from there carries the hyphens along, so addresses and names of files never pass here.
    """
    if not isinstance(words, Markup):
        words = str(words)
    found = _LONG_WORD.sub(lambda word: _SEAM.sub(SOFT_HYPHEN, word[0]), words)
    return Markup(found) if isinstance(words, Markup) else found  # noqa: S704 - what was markup stays it


def stroked(words: Any) -> Markup:
    """Names of two towns (`Schwetzingen/Hockenheim`) may part behind their stroke."""
    shown = escape(words)
    return shown if "<" in shown else shown.replace("/", Markup("/<wbr>"))
