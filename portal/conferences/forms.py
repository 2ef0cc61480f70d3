"""Forms of events. Choices are handed in by the views."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.conferences.models import AccessOffer, Attending, ConferenceKind
from portal.core.forms import BoxesField, Form, GermanDateField, line, lines
from portal.planning.models import Phase


class ConferenceForm(Form):
    edition = HiddenField()
    once = HiddenField()
    title = StringField(
        _l("Titel"),
        description=_l("So steht er in der Einladung und im Kalender, z.\u00a0B. Planungsraumkonferenz Nord."),
        filters=[line],
        validators=[InputRequired(message=_l("Bitte geben Sie einen Titel an.")), Length(max=200)],
    )
    kind = SelectField(_l("Art"), choices=ConferenceKind.choices)
    phase = SelectField(_l("Phase der Planung"), choices=Phase.choices)
    period = SelectField(_l("Planungsperiode"))
    body = SelectField(_l("Gremium"), description=_l("Wenn die Veranstaltung die Sitzung eines Gremiums ist."))
    areas = BoxesField(_l("Planungsräume"), description=_l("Ohne Auswahl geht es um den ganzen Landkreis."))
    municipalities = BoxesField(_l("Einzelne Städte und Gemeinden"))
    localities = BoxesField(_l("Einzelne Ortsteile und Quartiere"))
    topics = BoxesField(_l("Themen"))
    day = GermanDateField(_l("Tag"), validators=[InputRequired(message=_l("Bitte geben Sie den Tag an."))])
    starts = TimeField(_l("Beginn"), validators=[InputRequired(message=_l("Bitte geben Sie den Beginn an."))])
    ends = TimeField(_l("Ende"), validators=[InputRequired(message=_l("Bitte geben Sie das Ende an."))])
    last_day = GermanDateField(
        _l("Letzter Tag"),
        description=_l("Nur wenn die Veranstaltung an einem anderen Tag endet."),
        validators=[Optional()],
    )
    place_name = StringField(
        _l("Ort"),
        description=_l("Gebäude und Raum, oder „Videokonferenz“."),
        filters=[line],
        validators=[Length(max=200)],
    )
    place_town = StringField(
        _l("Anschrift"), description=_l("Straße, Postleitzahl und Ort."), filters=[line], validators=[Length(max=200)]
    )
    place_area = SelectField(_l("In welcher Stadt oder Gemeinde?"))
    attending = RadioField(_l("Teilnahme"), choices=Attending.choices, default=Attending.ON_SITE.value)
    online_url = URLField(
        _l("Adresse der Online-Sitzung"),
        description=_l("Nur Eingeladene bekommen sie: in der Nachricht, im Kalender und auf ihrer Seite."),
        filters=[line],
        validators=[Length(max=500)],
    )
    costs = StringField(
        _l("Kosten"),
        description=_l("Was die Teilnahme kostet oder erstattet wird, z.\u00a0B. kostenfrei, Fahrtkosten auf Antrag."),
        filters=[line],
        validators=[Length(max=200)],
    )
    access_offers = BoxesField(
        _l("Zugang"),
        description=_l("Gebärdensprache bitte sechs Wochen vorher bestellen."),
        choices=AccessOffer.choices,
    )
    access_information = TextAreaField(
        _l("Mehr zum Zugang"),
        description=_l("Stufen, Aufzug, Höranlage, Toiletten, Parkplätze. Höchstens 5.000 Zeichen."),
        filters=[lines],
        validators=[Length(max=5000)],
    )
    description = TextAreaField(
        _l("Worum geht es?"), description=_l("Höchstens 5.000 Zeichen."), filters=[lines], validators=[Length(max=5000)]
    )
    contact_email = EmailField(
        _l("E-Mail für Rückfragen"),
        description=_l("Steht in Einladung, Kalender und auf der öffentlichen Seite. Leer: die der Sozialplanung."),
        filters=[line],
        validators=[Length(max=254)],
    )
    contact_phone = TelField(_l("Telefon"), filters=[line], validators=[Length(max=60)])
    seats = IntegerField(_l("Plätze"), description=_l("Leer lassen, wenn alle kommen können."), validators=[Optional()])
    reply_by = GermanDateField(_l("Antwort bis"), validators=[Optional()])
    is_public = BooleanField(
        _l("Öffentlich"),
        description=_l("Alle können den Termin im Portal sehen. Namen der Eingeladenen sieht niemand."),
    )


class ReasonForm(Form):
    reason = TextAreaField(
        _l("Grund"),
        description=_l("Er steht in der Nachricht. Höchstens 1.000 Zeichen."),
        filters=[lines],
        validators=[Length(max=1000)],
    )


class PaperForm(Form):
    file = FileField(
        _l("Datei"),
        [FileRequired(_l("Bitte wählen Sie eine Datei aus."))],
        description=_l("PDF, Word, Excel, OpenDocument oder Bild, höchstens 10\u00a0MB."),
        name="datei",
    )
    is_public = BooleanField(
        _l("Öffentlich"),
        description=_l("Alle können die Datei laden, sobald die Veranstaltung öffentlich ist. Sonst nur Eingeladene."),
    )
