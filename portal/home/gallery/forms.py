"""A form with every kind of field, fresh and refused, for the page `/gestaltung`. It is never stored."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, NumberRange, ValidationError

from portal.core.forms import Form, GermanDateField, TrapField

AREAS = ("Weinheim", "Wiesloch/Leimen", "Schwetzingen/Hockenheim", "Sinsheim", "Neckargemünd/Eberbach")
SCALE = (
    SelectChoice("1", _l("sehr gut")),
    SelectChoice("2", _l("eher gut")),
    SelectChoice("3", _l("teils, teils")),
    SelectChoice("4", _l("eher schlecht")),
    SelectChoice("5", _l("sehr schlecht")),
    SelectChoice("0", _l("weiß ich nicht")),
)
PREFIX = "faulty-"  # two forms of one kind stand on the page
_REQUIRED = DataRequired(_l("Bitte füllen Sie dieses Feld aus."))


class SpecimenForm(Form):
    """One field of each kind."""

    title = StringField(_l("Titel"), [_REQUIRED], description=_l("So steht er in der Einladung."))
    text = TextAreaField(_l("Beschreibung"), description=_l("Überschriften, Listen und Links sind möglich."))
    email = EmailField(_l("E-Mail"), [_REQUIRED, Email(_l("Bitte geben Sie eine vollständige E-Mail-Adresse ein."))])
    phone = TelField(_l("Telefon"))
    address = URLField(_l("Adresse der Online-Sitzung"))
    password = PasswordField(_l("Passwort"), [_REQUIRED])
    places = IntegerField(_l("Plätze"), [NumberRange(1, 2000, _l("Bitte geben Sie eine Zahl von 1 bis 2.000 ein."))])
    cost = DecimalField(_l("Kosten"), places=2)
    day = GermanDateField(_l("Datum"), [_REQUIRED])
    begin = TimeField(_l("Beginn"), [_REQUIRED])
    deadline = DateTimeLocalField(_l("Frist"), [_REQUIRED], format="%Y-%m-%dT%H:%M")
    kind = SelectField(
        _l("Art"),
        choices=[SelectChoice("conference", _l("Planungsraumkonferenz")), SelectChoice("talk", _l("Fachgespräch"))],
    )
    period = StringField(_l("Planungsperiode"), [_REQUIRED])
    topics = StringField(_l("Themen"), [_REQUIRED], description=_l("Mehrere mit Semikolon trennen."))
    areas = SelectMultipleField(_l("Planungsräume"), [_REQUIRED], choices=[SelectChoice(name) for name in AREAS])
    attendance = RadioField(
        _l("Teilnahme"),
        choices=[
            SelectChoice("here", _l("vor Ort")),
            SelectChoice("online", _l("online")),
            SelectChoice("both", _l("beides")),
        ],
    )
    quality = RadioField(_l("Wie gut erreichen Sie eine Hausarztpraxis?"), choices=list(SCALE))
    hearing_loop = BooleanField(_l("Hörschleife"))
    consent = BooleanField(
        _l("Ja, diese Angaben dürfen für die Veranstaltung gespeichert werden."),
        [DataRequired(_l("Ohne Ihr Ja können wir die Angaben nicht speichern."))],
        description=_l("Sie können Ihr Ja jederzeit zurücknehmen."),
    )
    attachment = FileField(_l("Anlage"), description=_l("PDF, Word oder Bild, höchstens 10\u00a0MB."))
    code = StringField(_l("Einmal-Code"), [_REQUIRED])
    find = SearchField(_l("Ort suchen"))
    surplus = TrapField()
    step = HiddenField()

    def validate_day(self, field: Any) -> None:
        """Days before the specimen's own date are refused."""
        if field.data is not None and field.data < _FILLED["day"]:
            raise ValidationError(
                _l("Das Datum liegt in der Vergangenheit. Bitte wählen Sie einen Tag ab dem 10.12.2026.")
            )

    def validate_attachment(self, field: Any) -> None:
        """Stands for a size limit: a name without content is what a test can send."""
        if field.data:
            raise ValidationError(
                _l("„Erfundener-Plan.pdf“ hat 14,2\u00a0MB. Bitte wählen Sie eine Datei bis 10\u00a0MB.")
            )


_FILLED: dict[str, Any] = {
    "title": "Planungsraumkonferenz Sinsheim",
    "text": "Wir sprechen über Stimmen und Zahlen zur hausärztlichen Versorgung.",
    "email": "sozialplanung@landkreis.example",
    "phone": "00000 000-000",
    "places": 60,
    "cost": 1250,
    "day": date(2026, 12, 10),
    "begin": time(17, 0),
    "deadline": datetime.fromisoformat("2026-12-03T23:59"),
    "period": "2025–2029",
    "topics": "Gesundheit; Mobilität",
    "areas": ["Sinsheim"],
    "attendance": "here",
    "quality": "2",
    "hearing_loop": True,
    "step": "2",
}

_REFUSED = (
    ("title", ""),
    ("text", "Der Text bleibt stehen."),
    ("email", "sozialplanung(at)landkreis"),
    ("places", "zwölf"),
    ("day", "2026-10-12"),
    ("begin", "17:00"),
    ("deadline", ""),
    ("kind", "reading"),
    ("topics", ""),
    ("attendance", ""),
    ("attachment", "Erfundener-Plan.pdf"),
    ("code", "12 34"),
)


def fresh_form() -> SpecimenForm:
    """The form as it opens, filled with an invented event. Needs a request (CSRF token)."""
    return SpecimenForm(formdata=None, data=_FILLED, meta={"csrf": False})


def faulty_form() -> SpecimenForm:
    """The same form sent with mistakes: errors at most fields, inputs kept. Needs a request."""
    formdata = MultiDict([(f"{PREFIX}{name}", value) for name, value in _REFUSED])
    form = SpecimenForm(formdata=formdata, prefix=PREFIX, meta={"csrf": False})
    form.validate()
    return form
