"""Base of all forms: German messages and numbers, CSRF, cleaned text, refusals shown at their field."""

import math
import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.fields import (
    DateField,
    DateTimeField,
    Field,
    FloatField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.errors import Conflict, Refusal, Refusals, together
from portal.core.text import clean_text, one_line

# WTForms ships German messages, but in its own wording; ours follow the portal's language of errors.
MESSAGES = {
    "This field is required.": _l("Bitte füllen Sie dieses Feld aus."),
    "Invalid email address.": _l(
        "Bitte geben Sie eine vollständige E-Mail-Adresse ein, z.\u00a0B. name@verein.example."
    ),
    "Not a valid choice": _l("Bitte wählen Sie einen Eintrag aus der Liste."),
    "Not a valid choice.": _l("Bitte wählen Sie einen Eintrag aus der Liste."),
    "Invalid Choice: could not coerce.": _l("Bitte wählen Sie einen Eintrag aus der Liste."),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l("Bitte wählen Sie nur aus, was hier steht."),
    "'%(value)s' is not a valid choice for this field.": _l("Bitte wählen Sie nur aus, was hier steht."),
    "'%(value)s' are not valid choices for this field.": _l("Bitte wählen Sie nur aus, was hier steht."),
    "Not a valid integer value.": _l("Bitte geben Sie eine ganze Zahl ein."),
    "Not a valid decimal value.": _l("Bitte geben Sie eine Zahl ein, z.\u00a0B. 12,5."),
    "Not a valid float value.": _l("Bitte geben Sie eine Zahl ein, z.\u00a0B. 12,5."),
    "Not a valid date value.": _l("Bitte geben Sie ein Datum ein: Tag, Monat und Jahr."),
    "Not a valid datetime value.": _l("Bitte geben Sie Datum und Uhrzeit ein."),
    "Not a valid time value.": _l("Bitte geben Sie eine Uhrzeit ein, z.\u00a0B. 17:30."),
    "Invalid input.": _l("Bitte prüfen Sie diese Angabe."),
    "Field cannot be longer than %(max)d character.": _l("Bitte kürzen Sie das auf ein Zeichen."),
    "Field cannot be longer than %(max)d characters.": _l("Bitte kürzen Sie das auf %(max)d Zeichen."),
    "Field must be at least %(min)d character long.": _l("Bitte schreiben Sie mindestens ein Zeichen."),
    "Field must be at least %(min)d characters long.": _l("Bitte schreiben Sie mindestens %(min)d Zeichen."),
    "Field must be exactly %(max)d character long.": _l("Bitte schreiben Sie genau ein Zeichen."),
    "Field must be exactly %(max)d characters long.": _l("Bitte schreiben Sie genau %(max)d Zeichen."),
    "Field must be between %(min)d and %(max)d characters long.": _l(
        "Bitte schreiben Sie mindestens %(min)d und höchstens %(max)d Zeichen."
    ),
    "Number must be at least %(min)s.": _l("Bitte geben Sie eine Zahl ab %(min)s ein."),
    "Number must be at most %(max)s.": _l("Bitte geben Sie eine Zahl bis %(max)s ein."),
    "Number must be between %(min)s and %(max)s.": _l("Bitte geben Sie eine Zahl von %(min)s bis %(max)s ein."),
}


# `1.250` is a thousand and more to some and a little over one to others; `0.250` and `1.250.000` say it themselves.
_TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")


class _Translations:
    """WTForms asks here for its built-in messages."""

    def gettext(self, string: str) -> str:
        return str(MESSAGES.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


_TRANSLATIONS = _Translations()


def line(value: str | None) -> str | None:
    """Field filter: one clean line."""
    return None if value is None else one_line(value)


def lines(value: str | None) -> str | None:
    """Field filter: a clean text of several lines."""
    return None if value is None else clean_text(value)


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


class GermanDateField(DateField):
    """A day as people type it here, `15.01.2027`, `1.2.2027` or `15. 1. 2027`, or as browsers send it, `2027-01-15`."""

    def __init__(self, label: Any = None, validators: Any = None, **values: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d.%m.%Y"], **values)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([re.sub(r"\s", "", text) for text in valuelist])

    def _value(self) -> str:
        # the only form that a browser's own field for a day shows
        return self.data.isoformat() if self.data is not None else super()._value()


class BoxesField(SelectMultipleField):
    """Several of a list, as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TrapField(StringField):
    """People neither see nor reach it (`forms.trap`); robots that fill in everything do.

    Its name says nothing a browser or a password manager could complete by itself.
    """

    def __init__(self, **values: Any) -> None:
        super().__init__(_l("Dieses Feld bitte leer lassen"), **values)


# What these cannot read is quoted in the message, up to so many characters.
_READ = (IntegerField, FloatField, DateField, DateTimeField, TimeField)
_QUOTED = 40


class Form(FlaskForm):
    """Every form of the portal. Choices are handed in by the view; no field queries anything."""

    # Why it cannot be sent just now although nothing in it is wrong: a limit was reached, and until when.
    pause = ""
    # It was not stored although nothing that was typed is wrong: somebody else saved in between, say.
    is_faultless = False

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> _Translations:
            return _TRANSLATIONS

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            # The browser's own bubbles appear in its language and one at a time; our summary shows all.
            return super().render_field(field, render_kw | {"required": False})

    def is_trapped(self, trap: TrapField) -> bool:
        """Whether the trap was filled in. Says so above the form and empties it: a person sends once more."""
        if not trap.data:
            return False
        trap.data = ""
        self.refuse(
            Refusal(
                _l(
                    "Noch ist nichts gesendet: Ein verstecktes Feld war ausgefüllt, das Programme erkennt. "
                    "Vielleicht war es Ihr Browser. Wir haben das Feld geleert. Bitte senden Sie noch einmal."
                )
            )
        )
        self.is_faultless = True
        return True

    def process(self, *args: Any, **values: Any) -> None:
        """Read the input; what cannot be read as a number, a day or a time is quoted in its message."""
        super().process(*args, **values)
        for field in self:
            typed = one_line(str(field.raw_data[0])) if field.process_errors and field.raw_data else ""
            if typed and isinstance(field, _READ):
                shown = typed if len(typed) <= _QUOTED else f"{typed[:_QUOTED]}…"
                field.process_errors = [
                    _("„%(typed)s“ passt hier nicht. %(message)s", typed=shown, message=message)
                    for message in field.process_errors
                ]

    def refuse_further(self, *rules: Callable[[], object]) -> None:
        """Ask rules of a service although the form is refused already, so that everything is said at once.

        Of a field that has a message of its own nothing more is said.
        """
        try:
            together(*rules)
        except Refusal as refusal:
            for one in refusal.found if isinstance(refusal, Refusals) else (refusal,):
                if one.field is None or one.field not in self or not self[one.field].errors:
                    self.refuse(one)

    def refuse(self, refusal: Refusal) -> None:
        """Show a service's refusal at its field, or above the form where it names none of ours."""
        if isinstance(refusal, Refusals):
            for one in refusal.found:
                self.refuse(one)
            return
        self.is_faultless = isinstance(refusal, Conflict)
        if refusal.field is not None and refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, refusal.message]
        else:
            self.form_errors: list[Any] = [*self.form_errors, refusal.message]
