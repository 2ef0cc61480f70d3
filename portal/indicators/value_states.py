"""What stands behind a value, or in its place.

The stored words follow the import states of the sign tables (`imports.signs`), so that a long-form file can
carry every state out of the portal and back in.
"""

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded


class ValueState(Worded):
    """How a value is to be read; the states of `WITHOUT_NUMBER` never stand beside a number."""

    REPORTED = "reported", _l("veröffentlichter Wert")
    ZERO = "zero", _l("genau null")
    ZERO_OR_SET = "zero_or_set_to_zero", _l("null oder zur Geheimhaltung auf null gesetzt")
    ROUNDED_TO_ZERO = "rounded_to_zero", _l("größer als null, auf null gerundet")
    LIMITED_VALIDITY = "limited_validity", _l("eingeschränkt aussagekräftig")
    PROVISIONAL = "provisional", _l("vorläufig")
    REVISED = "revised", _l("berichtigt")
    ESTIMATED = "estimated", _l("geschätzt")
    CLASS_INTERVAL = "class_interval", _l("nur als Klasse veröffentlicht")
    UNCLEAR_DASH = "zero_or_not_available", _l("genau null oder nicht vorhanden")
    SUPPRESSED = "suppressed", _l("unbekannt oder geheim")
    UNRELIABLE = "unreliable_not_shown", _l("nicht sicher genug")
    NOT_YET_AVAILABLE = "not_yet_available", _l("liegt noch nicht vor")
    NOT_MEANINGFUL = "not_meaningful", _l("nicht sinnvoll")
    MISSING = "missing", _l("fehlt in der Quelle")
    SOURCE_ERROR = "source_error", _l("Fehler in der Quelle")

    @property
    def has_number(self) -> bool:
        """Whether a number stands beside this state."""
        return self not in WITHOUT_NUMBER

    @property
    def sign(self) -> str:
        """What tables print in place of a number, before the word; nothing beside numbers and classes."""
        return _SIGNS.get(self.value, "")

    @property
    def is_missing(self) -> bool:
        """Whether there is nothing to show but the state itself (a class is a text, hence not missing)."""
        return self in WITHOUT_NUMBER and self is not ValueState.CLASS_INTERVAL


# `–` nothing there, `•` secret, `…` not yet available, `/` not certain enough, `x` makes no sense, `?` faulty.
_SIGNS = {
    "zero_or_not_available": "–",
    "suppressed": "•",
    "unreliable_not_shown": "/",
    "not_yet_available": "…",
    "not_meaningful": "x",
    "missing": "–",
    "source_error": "?",
}

WITHOUT_NUMBER = frozenset(
    {
        ValueState.CLASS_INTERVAL,
        ValueState.UNCLEAR_DASH,
        ValueState.SUPPRESSED,
        ValueState.UNRELIABLE,
        ValueState.NOT_YET_AVAILABLE,
        ValueState.NOT_MEANINGFUL,
        ValueState.MISSING,
        ValueState.SOURCE_ERROR,
    }
)
