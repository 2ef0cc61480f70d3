"""The form of a group of settings, built from their declarations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from portal.core.forms import Form, GermanNumberField, line, lines
from portal.settings.registry import Declared, SettingKind
from portal.settings.values import choices


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
