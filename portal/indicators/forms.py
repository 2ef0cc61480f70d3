"""Forms of deliveries and of social indices."""

from collections.abc import Mapping
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.core.forms import Form, line
from portal.indicators.imports.choices import Open
from portal.indicators.imports.periods import read_period
from portal.indicators.social_index.models import MissingRule

REASON_LENGTH = 500
BASIS_LENGTH = 300
MOST_FILES = 60


class UploadForm(Form):
    """Files with figures; each becomes a delivery of its own."""

    files = MultipleFileField(
        _l("Dateien"), [FileRequired(_l("Bitte wählen Sie mindestens eine Datei aus."))], name="datei"
    )
    choose = BooleanField(
        _l("Spalten selbst zuordnen"),
        name="zuordnen",
        description=_l("Auch wenn das Portal die Form der Datei kennt. Bei unbekannten Dateien fragt es ohnehin."),
    )

    def validate_files(self, field: MultipleFileField) -> None:
        """No more at once than an office has municipalities; their total size is limited with the request."""
        if len(field.data or ()) > MOST_FILES:
            raise ValidationError(_("Bitte höchstens %(most)d Dateien auf einmal.", most=MOST_FILES))


class TemplateForm(Form):
    """What a template is wanted for; read from the address, so that it can be kept as a link."""

    class Meta(Form.Meta):
        csrf = False

    indicators = SelectMultipleField(_l("Kennzahlen"), name="kennzahl")
    periods = StringField(
        _l("Zeiträume"),
        [InputRequired(_l("Bitte nennen Sie mindestens einen Zeitraum, z. B. 2025."))],
        name="zeitraum",
        filters=[line],
        description=_l("2025, 2025-06, 31.12.2025 oder 2024/25. Mehrere durch Komma getrennt."),
    )
    prefilled = BooleanField(
        _l("Bisherige Werte eintragen"),
        name="bisherige",
        description=_l("Zum Berichtigen: Was heute gilt, steht schon in der Vorlage."),
    )
    with_county = BooleanField(_l("Auch eine Zeile für den Landkreis"), name="landkreis")


class HandInForm(Form):
    """A filled-in template, and where the department has the numbers from."""

    file = FileField(_l("Ausgefüllte Vorlage"), [FileRequired(_l("Bitte wählen Sie eine Datei aus."))], name="datei")
    basis = StringField(
        _l("Grundlage der Zahlen"),
        [Optional(), Length(max=BASIS_LENGTH, message=_l("Bitte höchstens %(max)d Zeichen."))],
        name="grundlage",
        filters=[line],
        description=_l("Steht als Quelle unter den Zahlen, z. B. „Fachverfahren, Stichtag 31. Dezember“."),
    )
    department = HiddenField(name="fachbereich")


class TermsForm(Form):
    """Who published a file, and under which terms; the service says what is missing."""

    source = StringField(
        _l("Quelle"),
        name="quelle",
        filters=[line],
        description=_l("Wer die Zahlen herausgibt und wo sie stehen. Steht unter jeder Zahl."),
    )
    licence = StringField(
        _l("Lizenz oder Bedingungen der Nutzung"),
        name="lizenz",
        filters=[line],
        description=_l("Wie der Herausgeber sie nennt, z. B. dl-de/by-2-0 oder „Nutzung mit Quellenangabe“."),
    )


class ChoiceForm(Form):
    """What a file leaves open: one of the readings that are possible, or a period that is typed."""

    option = RadioField(_l("Was gilt?"), [InputRequired(_l("Bitte wählen Sie eine Möglichkeit."))], name="antwort")
    period = StringField(
        _l("Zeitraum oder Stichtag"),
        [InputRequired(_l("Bitte nennen Sie den Zeitraum, z. B. 2024."))],
        name="zeitraum",
        filters=[line],
        description=_l("2025, 2025-06, 31.12.2025 oder 2024/25"),
    )

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Self:
        """The form for a question as a delivery keeps it."""
        form = cls()
        if asked["options"]:
            del form.period
            form.option.label.text = str(Open(asked["open"]).label)
            form.option.choices = [SelectChoice(value, label) for value, label in asked["options"]]
        else:
            del form.option
        return form

    def validate_period(self, field: StringField) -> None:
        """A period as files write it."""
        if read_period(field.data or "") is None:
            raise ValidationError(_("„%(text)s“ ist kein bekannter Zeitraum.", text=field.data))

    @property
    def answer(self) -> str:
        return str((self.option if self.option is not None else self.period).data or "")


class UndoForm(Form):
    """Why a delivery is taken back."""

    reason = StringField(
        _l("Grund"),
        [Optional(), Length(max=REASON_LENGTH, message=_l("Bitte höchstens %(max)d Zeichen."))],
        name="grund",
        filters=[line],
        description=_l("Steht im Verlauf der Lieferung."),
    )


class IndexForm(Form):
    """Name, rule and reason of a social index; the weights stand in fields of their own, one per indicator."""

    edition = HiddenField()
    name = StringField(
        _l("Name"),
        [InputRequired(), Length(max=200, message=_l("Bitte höchstens %(max)d Zeichen."))],
        filters=[line],
    )
    rule = RadioField(
        _l("Wenn einer Gemeinde Werte fehlen"),
        choices=[SelectChoice(rule.value, rule.label) for rule in MissingRule],
        default="all",
    )
    reason = StringField(
        _l("Warum diese Auswahl?"),
        [Optional(), Length(max=500, message=_l("Bitte höchstens %(max)d Zeichen."))],
        filters=[line],
    )

    @property
    def chosen_rule(self) -> MissingRule:
        return MissingRule(self.rule.data)

    @property
    def edition_number(self) -> int:
        text = str(self.edition.data or "")
        return int(text) if text.isdecimal() and len(text) < 9 else 0
