"""Values of settings: what may be stored, and how they are printed."""

import math
import re
from collections.abc import Mapping
from typing import Any

from flask import g, has_request_context
from flask_babel import gettext as _

from portal.core.errors import Refusal
from portal.core.formats import exact, number, own_decimals, with_unit
from portal.core.seed_words import local
from portal.core.text import clean_text, one_line
from portal.core.transaction import in_transaction
from portal.settings.registry import Declared, SettingKind

LINE_LENGTH = 200
TEXT_LENGTH = 5000
_LONGEST_SHOWN = 120
# Shape only; whether somebody reads it is the county's affair. No blanks, no line breaks, one @.
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]{2,}")


def checked(setting: Declared, value: Any) -> Any:
    """The value in its stored form, or a `Refusal` at the setting's field."""
    if setting.kind in {SettingKind.NUMBER, SettingKind.WHOLE_NUMBER}:
        return _number(setting, value)
    if setting.kind is SettingKind.YES_NO:
        return bool(value)
    if setting.kind is SettingKind.CHOICE:
        return _choice(setting, str(value or ""))
    if setting.kind is SettingKind.CHOICES:
        # In the order of the list, each once: the same choice is always the same value.
        wanted = {_choice(setting, str(key)) for key in value or []}
        if setting.required and not wanted:
            raise Refusal(_("Bitte wählen Sie mindestens einen Eintrag."), field=setting.key)
        listed = [key for key in choices(setting) if key in wanted]
        return listed + sorted(wanted - set(listed))
    text = clean_text(str(value or "")) if setting.kind is SettingKind.LONG_TEXT else one_line(str(value or ""))
    if not text:
        if setting.required:
            raise Refusal(_("Bitte füllen Sie dieses Feld aus."), field=setting.key)
        return ""
    limit = TEXT_LENGTH if setting.kind is SettingKind.LONG_TEXT else LINE_LENGTH
    if len(text) > limit:
        raise Refusal(_("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=number(limit)), field=setting.key)
    if setting.kind is SettingKind.EMAIL and (len(text) > 254 or not _EMAIL.fullmatch(text)):
        words = _("Bitte geben Sie eine vollständige E-Mail-Adresse ein, z.\u00a0B. name@verein.example.")
        raise Refusal(words, field=setting.key)
    return text


def _choice(setting: Declared, key: str) -> str:
    known = setting.default if isinstance(setting.default, list) else [setting.default]
    if key not in choices(setting) and key not in known:
        raise Refusal(_("Bitte wählen Sie einen Eintrag aus der Liste."), field=setting.key)
    return key


def choices(setting: Declared) -> Mapping[str, str]:
    """Key → label of what can be chosen; read once per request, however often it is printed."""
    if setting.choices is None:
        return {}
    if not has_request_context() or in_transaction():
        return {key: str(local(label)) for key, label in setting.choices()}
    kept: dict[str, dict[str, str]] = g.setdefault("setting_choices", {})
    if setting.key not in kept:
        kept[setting.key] = {key: str(local(label)) for key, label in setting.choices()}
    return kept[setting.key]


def _number(setting: Declared, value: Any) -> int | float:
    whole = setting.kind is SettingKind.WHOLE_NUMBER
    try:
        entered = float(value)
    except (TypeError, ValueError):
        entered = math.nan
    if not math.isfinite(entered) or (whole and entered != int(entered)):
        words = _("Bitte geben Sie eine Zahl ein, z.\u00a0B. 12,5.")
        if whole:
            words = _("Bitte geben Sie eine ganze Zahl ein.")
        raise Refusal(words, field=setting.key)
    if setting.minimum is not None and entered < setting.minimum:
        least = _shown_number(setting, setting.minimum)
        raise Refusal(_("Bitte geben Sie mindestens %(least)s an.", least=least), field=setting.key)
    if setting.maximum is not None and entered > setting.maximum:
        most = _shown_number(setting, setting.maximum)
        raise Refusal(_("Bitte geben Sie höchstens %(most)s an.", most=most), field=setting.key)
    return int(entered) if whole else entered


def shown(setting: Declared, value: Any) -> str:
    """The value as a page prints it; a dash where nothing was entered."""
    if setting.kind is SettingKind.YES_NO:
        return str(_("ja") if value else _("nein"))
    if setting.kind in {SettingKind.NUMBER, SettingKind.WHOLE_NUMBER}:
        return _shown_number(setting, value)
    if setting.choices is not None:
        labels = choices(setting)
        return ", ".join(labels.get(key, key) for key in (value if isinstance(value, list) else [value]) if key) or "–"
    return str(value) if value else "–"


def change_in_words(setting: Declared, old: Any, new: Any) -> str:
    """Before and after in one line; long texts are cut."""
    before, after = (_cut(shown(setting, value)) for value in (old, new))
    return str(_("%(old)s → %(new)s", old=before, new=after))


def _cut(text: str) -> str:
    line = ", ".join(part.strip() for part in text.splitlines() if part.strip()) or text
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1].rstrip() + "…"


def _shown_number(setting: Declared, value: float) -> str:
    unit = setting.unit_one if value == 1 and setting.unit_one else setting.unit
    return with_unit(value, str(unit), own_decimals(value))


def bounds(setting: Declared) -> str:
    """What may be entered, in words; nothing where anything goes."""
    least = None if setting.minimum is None else _shown_number(setting, setting.minimum)
    most = None if setting.maximum is None else _shown_number(setting, setting.maximum)
    if setting.minimum is not None and most is not None:
        plain = exact(setting.minimum)
        return str(_("%(least)s bis %(most)s", least=plain, most=most))
    if least is not None:
        return str(_("mindestens %(least)s", least=least))
    return "" if most is None else str(_("höchstens %(most)s", most=most))
