"""Forms of the public pages."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from portal.core.forms import Form, TrapField, line, lines


class BarrierForm(Form):
    """Report of a barrier. The name and address are voluntary; `surplus` is a trap for robots."""

    place = StringField(
        _l("Auf welcher Seite haben Sie die Barriere bemerkt?"),
        description=_l("Die Adresse der Seite oder ihr Name genügt."),
        filters=[line],
        validators=[Optional(), Length(max=300)],
    )
    text = TextAreaField(
        _l("Was hat nicht funktioniert?"),
        description=_l("Beschreiben Sie kurz, was Sie tun wollten und was passiert ist."),
        filters=[lines],
        validators=[InputRequired(), Length(min=5, max=5000)],
    )
    email = EmailField(
        _l("Ihre E-Mail-Adresse"),
        description=_l("Nur, wenn Sie eine Antwort möchten."),
        filters=[line],
        validators=[Optional(), Length(max=254), Email()],
    )
    surplus = TrapField()
