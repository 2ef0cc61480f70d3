"""Forms of the frame of planning."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.core.forms import Form, GermanDateField, line


class PeriodForm(Form):
    name = StringField(
        _l("Name"),
        description=_l("Zum Beispiel Erste Planungsperiode."),
        filters=[line],
        validators=[InputRequired(), Length(max=200)],
    )
    starts_on = GermanDateField(_l("Erster Tag"), validators=[InputRequired()])
    ends_on = GermanDateField(
        _l("Letzter Tag"), description=_l("Üblich sind zwei bis fünf Jahre."), validators=[InputRequired()]
    )
