"""Forms of those who run surveys. Choices are handed in by the views."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from portal.core.forms import Form, GermanDateField, line

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


class RoundForm(Form):
    """A round of questions that are there. Days are local, both inclusive."""

    version = SelectField(_l("Fragebogen"), description=_l("Fragen und Texte bleiben, wie sie hinterlegt sind."))
    name = StringField(
        _l("Name der Runde"),
        description=_l("Damit unterscheiden alle die Runden, z.\u00a0B. „Runde 2“."),
        filters=[line],
        validators=[InputRequired(), Length(max=120, message=_l("Bitte kürzen Sie den Namen auf 120 Zeichen."))],
    )
    slug = StringField(
        _l("Adresse"),
        description=_l("Sie steht auf Aushang und QR-Code und bleibt. Kleinbuchstaben, Ziffern und Bindestriche."),
        filters=[line],
        validators=[InputRequired(), Length(max=120, message=_l("Bitte kürzen Sie die Adresse auf 120 Zeichen."))],
    )
    opens_at = GermanDateField(
        _l("Erster Tag"), description=_l("Die Runde beginnt um 0 Uhr von selbst."), validators=[InputRequired()]
    )
    closes_at = GermanDateField(
        _l("Letzter Tag"), description=_l("Sie endet um 24 Uhr von selbst."), validators=[InputRequired()]
    )
    phase = SelectField(_l("Phase der Planung"))
    areas = SelectMultipleField(
        _l("Planungsräume"),
        description=_l("Wer anderswo wohnt, kann antworten; gezählt wird die Antwort nur im Landkreis."),
    )


class EndForm(Form):
    """Another last day; `read_as` is the end the page was made with."""

    closes_at = GermanDateField(_l("Letzter Tag"), validators=[InputRequired()])
    read_as = HiddenField()

    @property
    def end_read(self) -> datetime:
        """The end the person saw; a moment long ago where somebody sent something else."""
        try:
            found = datetime.fromisoformat(str(self.read_as.data or ""))
        except ValueError:
            return _LONG_AGO
        return found if found.tzinfo is not None else _LONG_AGO
