"""What accounts demand: length of sessions, second factor, passwords. The county edits it among the settings."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.errors import Refusal
from portal.core.text import fold
from portal.outbox.addresses import checked_address
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind, declare

PASSWORD_MINIMUM = 12
# Argon2 takes any length, but a megabyte of password is an attack, not a memory.
PASSWORD_MAXIMUM = 200
# The signed cookie itself is refused after twelve hours.
LONGEST_SESSION_HOURS = 12

IDLE_MINUTES = "accounts.idle_minutes"
SESSION_HOURS = "accounts.session_hours"
SECOND_FACTOR_REQUIRED = "accounts.second_factor_required"
INVITATION_DAYS = "accounts.invitation_days"

_GROUP = _l("Konten und Anmeldung")

SETTINGS = (
    Declared(key=IDLE_MINUTES, kind=SettingKind.WHOLE_NUMBER, default=120, minimum=10, maximum=720,
             unit=_l("Minuten"), unit_one=_l("Minute"), group=_GROUP, label=_l("Abmelden ohne Tätigkeit nach"),
             hint=_l("So lange bleibt angemeldet, wer nichts anklickt.")),
    Declared(key=SESSION_HOURS, kind=SettingKind.WHOLE_NUMBER, default=12, minimum=1,
             maximum=LONGEST_SESSION_HOURS, unit=_l("Stunden"), unit_one=_l("Stunde"), group=_GROUP,
             label=_l("Abmelden in jedem Fall nach")),
    Declared(key=SECOND_FACTOR_REQUIRED, kind=SettingKind.YES_NO, default=True, group=_GROUP,
             label=_l("Zweiter Faktor ist Pflicht"),
             hint=_l("Gilt für Sozialplanung, Leitung und Verwaltung des Portals.")),
    Declared(key=INVITATION_DAYS, kind=SettingKind.WHOLE_NUMBER, default=14, minimum=1, maximum=90,
             unit=_l("Tage"), unit_one=_l("Tag"), group=_GROUP, label=_l("Einladung zu einem Konto gilt")),
)  # fmt: skip

# What people choose when twelve characters are asked for, alone, repeated, strung together or with figures and signs.
_COMMON = (
    "qwertzuiop", "qwertyuiop", "qwertz", "qwerty", "asdfghjkl", "yxcvbnm", "abcdefghijkl", "abc",
    "passwort", "password", "kennwort", "geheim", "willkommen", "welcome", "hallo", "hello", "anmeldung", "login",
    "administrator", "admin", "sozialplanung", "landratsamt", "landkreis", "beteiligungsportal", "portal", "test",
    "sommer", "winter", "herbst", "frühling", "januar", "februar", "oktober", "november", "dezember",
)  # fmt: skip
_COMMON_FOLDED = sorted({fold(word) for word in _COMMON}, key=len, reverse=True)
# So many letters beside such words make no password of them.
_TOO_FEW_LETTERS = 3


def declare_settings() -> None:
    """Make the settings of accounts known."""
    declare(SETTINGS)


def idle_time() -> timedelta:
    """How long a session lives without a request."""
    return timedelta(minutes=int(settings.get(IDLE_MINUTES)))


def session_length() -> timedelta:
    """How long a session lives at most."""
    return timedelta(hours=int(settings.get(SESSION_HOURS)))


def invitation_time() -> timedelta:
    """How long an invitation to an account can be accepted."""
    return timedelta(days=int(settings.get(INVITATION_DAYS)))


def second_factor_required() -> bool:
    """Whether roles with far-reaching rights must have a second factor."""
    return bool(settings.get(SECOND_FACTOR_REQUIRED))


def clean_address(text: str, *, field: str = "email") -> str:
    """An e-mail address as it is stored: lower case, host name in ASCII. Refuses what no mail could reach."""
    try:
        return checked_address(text)
    except Refusal as refusal:
        raise Refusal(refusal.message, field=field) from refusal


def check_password(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Refuse passwords that are short, endless, common or made of the person's own name.

    Length instead of prescribed kinds of signs (NIST SP 800-63B, BSI ORP.4).
    """
    if len(password) < PASSWORD_MINIMUM:
        raise Refusal(
            _("Bitte wählen Sie ein Passwort mit mindestens %(count)s Zeichen.", count=PASSWORD_MINIMUM), field=field
        )
    if len(password) > PASSWORD_MAXIMUM:
        raise Refusal(
            _("Bitte wählen Sie ein Passwort mit höchstens %(count)s Zeichen.", count=PASSWORD_MAXIMUM), field=field
        )
    folded = fold(password)
    local_part = fold(email.partition("@")[0])
    own = {fold(email), local_part, local_part * 2, fold(name), fold(name).replace(" ", "")}
    if _is_common(folded) or folded.rstrip("0123456789!.?") in own or len(set(folded)) < 5:
        raise Refusal(_("Dieses Passwort ist leicht zu erraten. Nehmen Sie zum Beispiel vier Wörter."), field=field)


def _is_common(folded: str) -> bool:
    """Whether nothing much is left without common words, figures and signs."""
    left = "".join(sign for sign in folded if sign.isalpha())
    for word in _COMMON_FOLDED:
        left = left.replace(word, "")
    return len(left) < _TOO_FEW_LETTERS
