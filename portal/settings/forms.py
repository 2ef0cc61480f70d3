"""The form of a group of settings, built from their declarations."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    FloatField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from portal.core.forms import MESSAGES, Form, line, lines
from portal.settings.registry import Declared, SettingKind
from portal.settings.values import choices

# `1.250` is a thousand and more to some and a little over one to others; `0.250` and `1.250.000` say it themselves.
_TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")


class GermanNumberField(FloatField):
    """A finite number as people type it here: `12,5`, `1.250,5`, `1.250.000` or `12.5`; `1.250` is asked back."""

    data: float | None

    def process_formdata(self, valuelist: list[str]) -> None:
        text = re.sub(r"[\s\u00a0\u202f]", "", valuelist[0]).replace("\u2212", "-") if valuelist else ""
        if _TWO_WAYS.fullmatch(text):
            plain, point = text.replace(".", ""), text.replace(".", ",")
            self.data = None
            raise ValueError(
                _("Das lässt sich auf zwei Arten lesen. Bitte %(a)s oder %(b)s schreiben.", a=plain, b=point)
            )
        if "," in text or _GROUPED.fullmatch(text):
            text = _plain(text)
        super().process_formdata([text])
        if self.data is not None and not math.isfinite(self.data):
            self.data = None
            raise ValueError(MESSAGES["Not a valid float value."])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:.12g}".replace(".", ",")


def _plain(text: str) -> str:
    """With a decimal point and without grouping; points elsewhere than before three digits stay and are refused."""
    grouped = _GROUPED.fullmatch(text)
    return (text.replace(".", "") if grouped else text).replace(",", ".")


class SettingsForm(Form):
    """Base of the forms made by `form_for`."""


def form_for(settings: Sequence[Declared], *, present: Mapping[str, Any] | None = None) -> type[SettingsForm]:
    """A form class with one typed field per setting, named by `Declared.field`.

    `present`: values by field name; one that is no longer on its list stays selectable until another is chosen.
    Bounds are checked where the value is stored, so that every way of changing a setting keeps them.
    """
    return type(
        "GroupForm",
        (SettingsForm,),
        {setting.field: _field(setting, (present or {}).get(setting.field)) for setting in settings},
    )


def _field(setting: Declared, present: Any) -> Any:
    required = [InputRequired(_l("Bitte füllen Sie dieses Feld aus."))] if setting.required else [Optional()]
    match setting.kind:
        case SettingKind.YES_NO:
            return BooleanField(setting.label)
        case SettingKind.NUMBER:
            return GermanNumberField(setting.label, validators=required)
        case SettingKind.WHOLE_NUMBER:
            return IntegerField(setting.label, validators=required)
        case SettingKind.EMAIL:
            return EmailField(setting.label, validators=required, filters=[line])
        case SettingKind.CHOICE:
            return SelectField(setting.label, validators=required, choices=_choices(setting, [present]))
        case SettingKind.CHOICES:
            listed = _choices(setting, present or [])
            return SelectMultipleField(setting.label, validators=required, choices=listed)
        case SettingKind.LONG_TEXT:
            return TextAreaField(setting.label, validators=required, filters=[lines])
        case _:
            return StringField(setting.label, validators=required, filters=[line])


def _choices(setting: Declared, present: Iterable[Any]) -> list[SelectChoice]:
    known = choices(setting)
    nothing = [] if setting.required or setting.kind is SettingKind.CHOICES else [("", str(_l("keine Auswahl")))]
    gone = [(key, key) for key in present if key and key not in known]
    return [SelectChoice(key, label) for key, label in [*nothing, *known.items(), *gone]]
