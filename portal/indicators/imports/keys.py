"""Area keys: official municipality key (AGS, 8 digits), county (5), region (3), Land (2), Germany (DG).

Keys are text. Nothing is padded: a key that lost its leading zero is refused, because a column may mix keys
of several lengths. The length alone does not tell the level either: county tables also hold 8-digit keys of
the Berlin districts and of Hannover, Aachen and Saarbrücken. See § 4 of the explanations of the
Gemeindeverzeichnis (GV-ISys).
"""

import re
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.core.errors import Refusal
from portal.core.words import Worded


class AreaLevel(Worded):
    """The level of an area as a file states it."""

    GERMANY = "germany", _l("Deutschland")
    STATE = "state", _l("Land")
    REGION = "region", _l("Regierungsbezirk oder Statistische Region")
    COUNTY = "county", _l("Landkreis oder kreisfreie Stadt")
    ASSOCIATION = "association", _l("Gemeindeverband")
    MUNICIPALITY = "municipality", _l("Stadt oder Gemeinde")


class AreaKey(NamedTuple):
    """A key in its shortest official form, and the level where the file proves it."""

    key: str
    level: AreaLevel | None


class KeyRefused(Refusal):
    """A cell that holds no usable key; `message` says why."""


GERMANY_KEY = "DG"
# 01 to 16 are the Länder; a value that slipped into the key column rarely begins so.
_KEY = re.compile(r"DG|(?:0[1-9]|1[0-6])(?:|[0-9]|[0-9]{3}|[0-9]{6}|[0-9]{7}|[0-9]{10})")
_DECIMAL_KEY = re.compile(r"[0-9]{4,12}[.,]0+")
_FLOAT = re.compile(r"[0-9]+[.,][0-9]+")
_LENGTHS = {2: AreaLevel.STATE, 3: AreaLevel.REGION, 5: AreaLevel.COUNTY, 9: AreaLevel.ASSOCIATION}
_DIGITS = {AreaLevel.STATE: 2, AreaLevel.REGION: 3, AreaLevel.COUNTY: 5, AreaLevel.ASSOCIATION: 9}
_GERMANY_FORMS = frozenset({GERMANY_KEY, "0", "00", "00000000", "000000000000"})


def looks_like_key(text: str) -> bool:
    """Whether a cell has the form of an official key."""
    return _KEY.fullmatch(text) is not None


def read_key(text: str, level: AreaLevel | None, *, strict: bool = False) -> AreaKey:
    """The key of a cell in a column of the given level (None: a column that mixes levels).

    `08226000` in a county column becomes `08226`, `082265004003` in a municipality column `08226003`. With
    `strict` the key must be of the level; without, an 8-digit key in a county column is kept with level None.
    Raises KeyRefused.
    """
    if level is AreaLevel.GERMANY:
        if text in _GERMANY_FORMS:
            return AreaKey(GERMANY_KEY, level)
        raise KeyRefused(_l("„%(key)s“ ist kein Schlüssel für Deutschland", key=text[:40]))
    if not _KEY.fullmatch(text):
        raise KeyRefused(_why_not_a_key(text))
    if level is None:
        return _of_mixed_column(text)
    if text == GERMANY_KEY:
        if strict:
            raise KeyRefused(_wrong_level(text, level))
        return AreaKey(text, AreaLevel.GERMANY)
    if level is AreaLevel.MUNICIPALITY:
        return _of_municipality_column(text, strict=strict)
    digits = _DIGITS[level]
    # An official key is filled with zeros towards the lower levels.
    if len(text) == digits or (len(text) > digits and not text[digits:].strip("0") and len(text) in {8, 12}):
        return AreaKey(text[:digits], level)
    if strict or len(text) == 12:
        raise KeyRefused(_wrong_level(text, level))
    return _of_mixed_column(text)


def damage(text: str) -> Any | None:
    """Why a cell is no key that may have been one: a decimal number, or a number without its leading zero."""
    is_decimal = _DECIMAL_KEY.fullmatch(text) is not None
    is_short = text.isascii() and text.isdigit() and len(text) in {4, 7, 11}
    return _why_not_a_key(text) if is_decimal or is_short else None


def _of_municipality_column(text: str, *, strict: bool) -> AreaKey:
    if len(text) == 8:
        return AreaKey(text, AreaLevel.MUNICIPALITY)
    if len(text) == 12:
        # Regional key: the digits 6 to 9 name the association and are dropped (ARS to AGS).
        return AreaKey(text[:5] + text[9:], AreaLevel.MUNICIPALITY)
    if strict:
        raise KeyRefused(_wrong_level(text, AreaLevel.MUNICIPALITY))
    return _of_mixed_column(text)


def _of_mixed_column(text: str) -> AreaKey:
    if text == GERMANY_KEY:
        return AreaKey(text, AreaLevel.GERMANY)
    if len(text) == 12:
        raise KeyRefused(_l("Regionalschlüssel „%(key)s“ ohne Angabe der Ebene", key=text))
    return AreaKey(text, _LENGTHS.get(len(text)))


def _wrong_level(text: str, level: AreaLevel) -> Any:
    return _l("Schlüssel „%(key)s“ passt nicht zur Ebene „%(level)s“", key=text, level=level.label)


def _why_not_a_key(text: str) -> Any:
    shown = text[:40]
    if not text:
        return _l("Gebietsschlüssel fehlt")
    if _FLOAT.fullmatch(text):
        return _l(
            "Gebietsschlüssel „%(key)s“ ist als Kommazahl gespeichert; dabei gehen führende Nullen verloren. Bitte"
            " geben Sie die Datei noch einmal aus, mit der Spalte der Schlüssel im Format „Text“.",
            key=shown,
        )
    if text.isascii() and text.isdigit() and len(text) in {1, 4, 7, 11}:
        return _l("Gebietsschlüssel „%(key)s“ hat eine Ziffer zu wenig (führende Null verloren?)", key=shown)
    return _l("„%(key)s“ ist kein Gebietsschlüssel", key=shown)


def key_forms(key: str, level: AreaLevel | None = None) -> tuple[str, ...]:
    """Every way the same area may be keyed: `08226` and `08226000`. A municipality has one form only."""
    if level is AreaLevel.MUNICIPALITY or key == GERMANY_KEY:
        return (key,)
    if len(key) == 5:
        return (key, key + "000")
    if len(key) == 8 and key.endswith("000"):
        return (key, key[:5])
    return (key,)
