"""Forms of deliveries."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import Length, Optional

from portal.core.forms import Form, line

REASON_LENGTH = 500


class UploadForm(Form):
    """A file with figures."""

    file = FileField(_l("Datei"), [FileRequired(_l("Bitte wählen Sie eine Datei aus."))], name="datei")


class UndoForm(Form):
    """Why a delivery is taken back."""

    reason = StringField(
        _l("Grund"),
        [Optional(), Length(max=REASON_LENGTH, message=_l("Bitte höchstens %(max)d Zeichen."))],
        name="grund",
        filters=[line],
        description=_l("Steht im Verlauf der Lieferung."),
    )
