"""Forms of minutes. Choices are handed in by the views."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from portal.core.forms import BoxesField, Form, GermanDateField, lines
from portal.minutes.models import EntryKind


class EntryForm(Form):
    kind_icons: ClassVar = {kind.value: kind.icon for kind in EntryKind}
    # Keys of the indicators on offer by topic; handed in with the choices.
    indicator_groups: Sequence[tuple[Any, list[str]]] = ()
    kind = RadioField(_l("Art des Eintrags"), default=EntryKind.NOTE.value)
    text = TextAreaField(
        _l("Text"),
        description=_l("Höchstens 5.000 Zeichen. Keine Namen von Bürgerinnen und Bürgern."),
        filters=[lines],
        validators=[InputRequired(message=_l("Bitte schreiben Sie einen Text."))],
    )
    agenda_item = SelectField(_l("Tagesordnungspunkt"))
    topics = SelectMultipleField(_l("Themen"))
    indicators = SelectMultipleField(
        _l("Kennzahlen dazu"),
        description=_l("Sie zeigen später, ob Zahlen bestätigen, was gesagt wurde."),
    )
    raised_by = SelectMultipleField(
        _l("Vorgebracht von"), description=_l("Zur Wahl steht, wer bei der Veranstaltung war.")
    )
    places = SelectMultipleField(
        _l("Orte"),
        description=_l(
            "Städte, Gemeinden oder Ortsteile, um die es geht. Ohne Auswahl: das ganze Gebiet der Veranstaltung."
        ),
    )
    owner = SelectField(_l("Zuständig"), description=_l("Nur bei einer Aufgabe."))
    due_on = GermanDateField(_l("Zu erledigen bis"), description=_l("Nur bei einer Aufgabe."), validators=[Optional()])
    edition = HiddenField()

    @property
    def read_as(self) -> int:
        """The edition the entry was opened in; 0 where somebody sent something else."""
        text = str(self.edition.data or "")
        return int(text) if text.isdecimal() and len(text) < 9 else 0


class ReasonForm(Form):
    reason = TextAreaField(_l("Grund"), description=_l("Höchstens 2.000 Zeichen."), filters=[lines])


class CorrectForm(ReasonForm):
    remarks = BoxesField(
        _l("Welche Anmerkungen beantwortet die Berichtigung?"),
        description=_l("Mit ihrer Freigabe sind sie erledigt."),
    )


class RemarkForm(Form):
    about = SelectField(_l("Wozu?"))
    text = TextAreaField(
        _l("Ihre Anmerkung"),
        description=_l("Höchstens 2.000 Zeichen. Keine Namen von Bürgerinnen und Bürgern."),
        filters=[lines],
        validators=[InputRequired(message=_l("Bitte schreiben Sie Ihre Anmerkung."))],
    )


class AnswerForm(Form):
    answer = TextAreaField(
        _l("Antwort"),
        description=_l("Das lesen die Kreisverwaltung und die Organisation, von der die Anmerkung kommt."),
        filters=[lines],
    )


class PublishForm(Form):
    checked = BooleanField(
        _l("Ich habe geprüft, dass keine Namen oder Angaben zu einzelnen Personen darin stehen."),
        validators=[InputRequired(message=_l("Bitte prüfen Sie das zuerst."))],
    )


class TokenForm(Form):
    """A button."""
