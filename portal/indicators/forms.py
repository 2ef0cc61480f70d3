"""Forms of deliveries."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.core.forms import Form, line

REASON_LENGTH = 500
BASIS_LENGTH = 300


class UploadForm(Form):
    """A file with figures."""

    file = FileField(_l("Datei"), [FileRequired(_l("Bitte wählen Sie eine Datei aus."))], name="datei")


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


class UndoForm(Form):
    """Why a delivery is taken back."""

    reason = StringField(
        _l("Grund"),
        [Optional(), Length(max=REASON_LENGTH, message=_l("Bitte höchstens %(max)d Zeichen."))],
        name="grund",
        filters=[line],
        description=_l("Steht im Verlauf der Lieferung."),
    )
