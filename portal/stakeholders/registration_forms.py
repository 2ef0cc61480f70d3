"""Forms of registration, verification and an organisation's own particulars. Choices are handed in by the views."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.core.forms import BoxesField, Form, TrapField, line, lines
from portal.stakeholders.models import Umbrella
from portal.stakeholders.registration import OPEN_KINDS, REASON_LIMIT, REMARK_LIMIT

_POSTCODE = Regexp(r"^\d{5}$", message=_l("Bitte geben Sie die fünf Ziffern der Postleitzahl ein."))
_NAME = [InputRequired(), Length(max=200, message=_l("Bitte kürzen Sie den Namen auf 200 Zeichen."))]


class RegistrationForm(Form):
    """What an organisation tells about itself. `surplus` is a trap for robots."""

    organisation_name = StringField(_l("Name der Organisation"), filters=[line], validators=_NAME)
    kind = SelectField(_l("Art der Organisation"), validators=[InputRequired()])
    umbrella = SelectField(_l("Spitzenverband"), description=_l("Nur wenn Ihre Organisation zu einem gehört."))
    area = SelectField(
        _l("Ort oder Verband, für den die Verwaltung zuständig ist"),
        description=_l("Nur für Städte, Gemeinden und Verwaltungsgemeinschaften."),
    )
    areas = BoxesField(
        _l("In welchen Planungsräumen arbeiten Sie?"),
        description=_l("Städte und Gemeinden können das offen lassen."),
        validators=[Optional()],
    )
    topics = BoxesField(
        _l("Zu welchen Themen arbeiten Sie?"),
        description=_l("Danach finden wir Sie, wenn wir zu einem Thema einladen."),
        validators=[Optional()],
    )
    postcode = StringField(_l("Postleitzahl"), filters=[line], validators=[Optional(), _POSTCODE])
    person_name = StringField(_l("Ihr Name"), filters=[line], validators=_NAME)
    function = StringField(
        _l("Ihre Funktion"),
        description=_l("Zum Beispiel Geschäftsführung oder Hauptamt."),
        filters=[line],
        validators=[Length(max=200)],
    )
    email = StringField(
        _l("Ihre dienstliche E-Mail-Adresse"),
        description=_l("Wir schicken Ihnen einen Link. Erst wenn Sie ihn öffnen und bestätigen, geht es weiter."),
        filters=[line],
        validators=[InputRequired(), Length(max=254)],
        widget=widgets.EmailInput(),
    )
    remark = TextAreaField(
        _l("Was wir noch wissen sollten"),
        filters=[lines],
        validators=[Length(max=REMARK_LIMIT, message=_l("Bitte kürzen Sie den Text auf 2.000 Zeichen."))],
    )
    surplus = TrapField()

    @staticmethod
    def kinds() -> list[tuple[str, object]]:
        return [("", _l("Bitte wählen")), *((kind.value, kind.label) for kind in OPEN_KINDS)]

    @staticmethod
    def umbrellas() -> list[tuple[str, object]]:
        return [("", _l("keiner")), *Umbrella.choices()]


class ConfirmForm(Form):
    """The button behind the link, with a password for whoever has no account yet."""

    password = PasswordField(_l("Passwort wählen"), description=_l("Mindestens 12 Zeichen."))


class VerifyForm(Form):
    group_kind = SelectField(
        _l("Zählt bei der Beteiligung als"), description=_l("Für welche Gruppe die Organisation gehört wird.")
    )


class RefuseForm(Form):
    reason = TextAreaField(
        _l("Grund der Ablehnung"),
        description=_l("Die Organisation bekommt ihn zu lesen. Schreiben Sie, was fehlt und was sie tun kann."),
        filters=[lines],
        validators=[
            InputRequired(),
            Length(max=REASON_LIMIT, message=_l("Bitte kürzen Sie den Text auf 2.000 Zeichen.")),
        ],
    )


class OrganisationForm(Form):
    name = StringField(_l("Name der Organisation"), filters=[line], validators=_NAME)
    umbrella = SelectField(_l("Spitzenverband"))
    street = StringField(
        _l("Straße und Hausnummer oder Postfach"),
        description=_l("Für Briefe an alle, die keine E-Mail lesen."),
        filters=[line],
        validators=[Length(max=120, message=_l("Bitte kürzen Sie die Angabe auf 120 Zeichen."))],
    )
    postcode = StringField(_l("Postleitzahl"), filters=[line], validators=[Optional(), _POSTCODE])
    town = StringField(
        _l("Ort"),
        filters=[line],
        validators=[Length(max=80, message=_l("Bitte kürzen Sie die Angabe auf 80 Zeichen."))],
    )
    areas = BoxesField(_l("Planungsräume, in denen die Organisation arbeitet"), validators=[Optional()])
    topics = BoxesField(
        _l("Themen, zu denen die Organisation arbeitet"),
        description=_l("Danach wird sie gefunden, wenn zu einem Thema eingeladen wird."),
        validators=[Optional()],
    )
    localities = BoxesField(_l("Einzelne Ortsteile und Quartiere"), validators=[Optional()])


class ColleagueForm(Form):
    name = StringField(_l("Name"), filters=[line], validators=_NAME)
    email = StringField(
        _l("E-Mail-Adresse"),
        description=_l("An diese Adresse geht eine Nachricht mit allem Weiteren."),
        filters=[line],
        validators=[InputRequired(), Length(max=254)],
        widget=widgets.EmailInput(),
    )
    function = StringField(_l("Funktion"), filters=[line], validators=[Length(max=200)])
    is_deputy = BooleanField(_l("Stellvertretung für mich"))
