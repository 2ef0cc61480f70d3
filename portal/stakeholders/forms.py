"""Forms of stakeholders. Choices are handed in by the views."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.core.forms import BoxesField, Form, GermanDateField, line


class ChoiceForm(Form):
    representation = RadioField(
        _l("Für wen handeln Sie?"), validators=[InputRequired(message=_l("Bitte wählen Sie, für wen Sie handeln."))]
    )


class RepresentationForm(Form):
    function = StringField(
        _l("Funktion"),
        description=_l("So steht sie auf Einladungen, z.\u00a0B. Geschäftsführung."),
        filters=[line],
        validators=[Length(max=200)],
    )
    deputy_of = SelectField(_l("Stellvertretung für"))
    valid_from = GermanDateField(_l("Erster Tag"), validators=[InputRequired()])
    valid_to = GermanDateField(
        _l("Endet am"),
        description=_l("An diesem Tag handelt die Person nicht mehr für die Organisation."),
        validators=[Optional()],
    )


class NewRepresentativeForm(RepresentationForm):
    """Somebody the portal does not know yet."""

    name = StringField(
        _l("Name"), filters=[line], validators=[InputRequired(message=_l("Bitte geben Sie einen Namen an."))]
    )
    email = EmailField(
        _l("E-Mail-Adresse"),
        description=_l("Einladungen gehen an diese Adresse. Ein Konto entsteht dadurch nicht."),
        filters=[line],
        validators=[Length(max=254)],
    )


class SeveralForm(Form):
    """A yes to an act on organisations chosen in the list."""


class ArchiveForm(SeveralForm):
    """Why they go into the archive, if the county wants to say so."""

    reason = TextAreaField(
        _l("Grund"),
        description=_l(
            "Zum Beispiel: Verein aufgelöst. Das lesen die Sozialplanung und wer für die Organisation handelt."
        ),
    )


class AssignForm(SeveralForm):
    """What the chosen organisations shall work on and where, too: at least one of both."""

    topics = BoxesField(_l("Themen"))
    areas = BoxesField(_l("Planungsräume"))

    def validate_topics(self, field: BoxesField) -> None:
        if not field.data and not self.areas.data:
            raise ValidationError(_("Bitte wählen Sie mindestens ein Thema oder einen Planungsraum."))
