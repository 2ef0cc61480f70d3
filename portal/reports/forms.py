"""The form for a template of one's own."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from portal.core.forms import Form


class TemplateForm(Form):
    """A Word file."""

    file = FileField(_l("Word-Datei (DOCX)"), [FileRequired(_l("Bitte wählen Sie eine Datei aus."))], name="datei")
