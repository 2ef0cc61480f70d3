"""Forms of statements. Choices are handed in by the views."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Part
from wtforms.validators import InputRequired, Length, Optional

from portal.core.forms import BoxesField, Form, line, lines
from portal.needs.drafts import NUMBER_LENGTH, REASON_LENGTH, TITLE_LENGTH
from portal.needs.models import Intake, StatementKind, StatementState
from portal.needs.review import TEXT_LENGTH
from portal.needs.support import REASON_LENGTH as SUPPORT_LENGTH


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=limit))


class _Subject(Form):
    kind = RadioField(
        _l("Was möchten Sie einbringen?"),
        choices=[
            SelectChoice(StatementKind.NEED.value, _l("einen Bedarf: Etwas fehlt oder reicht nicht")),
            SelectChoice(StatementKind.RESOURCE.value, _l("eine Ressource: Etwas ist da und kann helfen")),
        ],
        default=StatementKind.NEED.value,
        validators=[InputRequired(message=_l("Bitte wählen Sie eines von beiden."))],
    )
    title = StringField(
        _l("Titel"),
        description=_l("Ein kurzer Satz, z.\u00a0B. „Abends fährt kein Bus in die Ortsteile“."),
        filters=[line],
        validators=[InputRequired(message=_l("Bitte geben Sie einen Titel an.")), _at_most(TITLE_LENGTH)],
    )
    reason = TextAreaField(
        _l("Begründung"),
        description=_l("Was erleben Sie, und wen betrifft es? Höchstens 5.000 Zeichen. Bitte nennen Sie keine Namen."),
        filters=[lines],
        validators=[Optional(), _at_most(REASON_LENGTH)],
    )


class BeginForm(_Subject):
    """The first step for a representative. The form names its organisation; sent twice it makes one draft."""

    organisation = HiddenField()
    form_key = HiddenField(validators=[Length(max=40)])


class EnterForm(_Subject):
    """The first step for the office, which writes for an organisation."""

    organisation = SelectField(
        _l("Für welche Organisation?"),
        validators=[InputRequired(message=_l("Bitte wählen Sie die Organisation."))],
    )
    intake = RadioField(
        _l("Wie kam der Hinweis zu Ihnen?"),
        choices=[SelectChoice(way.value, way.label) for way in (Intake.TELEPHONE, Intake.LETTER)],
        validators=[InputRequired(message=_l("Bitte geben Sie an, wie der Hinweis zu Ihnen kam."))],
    )
    form_key = HiddenField(validators=[Length(max=40)])


class TakeOverForm(Form):
    """A need or resource of minutes becomes the statement of an organisation."""

    organisation = RadioField(
        _l("Wessen Hinweis wird es?"), validators=[InputRequired(message=_l("Bitte wählen Sie die Organisation."))]
    )
    title = StringField(
        _l("Titel"),
        filters=[line],
        validators=[InputRequired(message=_l("Bitte geben Sie einen Titel an.")), _at_most(TITLE_LENGTH)],
    )


class _Step(Form):
    """Every step names the organisation and the edition it was opened with."""

    organisation = HiddenField()
    edition = HiddenField()

    @property
    def edition_number(self) -> int | None:
        text = self.edition.data or ""
        return int(text) if text.isdecimal() and len(text) < 9 else None


class SubjectForm(_Step, _Subject):
    """Step 1."""


class PlaceForm(_Step):
    """Step 2."""

    topics = BoxesField(_l("Themen"), validators=[Optional()])
    areas = BoxesField(_l("Planungsräume"), validators=[Optional()])
    municipalities = BoxesField(_l("Einzelne Städte und Gemeinden"), validators=[Optional()])
    localities = BoxesField(_l("Einzelne Ortsteile und Quartiere"), validators=[Optional()])
    groups = BoxesField(_l("Wen betrifft es?"), validators=[Optional()])
    own_groups = TextAreaField(
        _l("Weitere Zielgruppen"),
        description=_l("Eine Zeile je Zielgruppe, höchstens 80 Zeichen."),
        filters=[lines],
        validators=[Optional(), _at_most(1500)],
    )

    @property
    def places(self) -> list[str]:
        """Everything chosen, from large to small."""
        return [*(self.areas.data or []), *(self.municipalities.data or []), *(self.localities.data or [])]


class NumberPart(Part):
    """One number with its source."""

    id = HiddenField()
    text = StringField(_l("Zahl, mit einem Satz"), filters=[line], validators=[Optional(), _at_most(NUMBER_LENGTH)])
    source = StringField(_l("Quelle"), filters=[line], validators=[Optional(), _at_most(NUMBER_LENGTH)])
    remove = BooleanField(_l("Diese Zahl entfernen"))


class NumbersForm(_Step):
    """Step 3: numbers, a value of the portal, linked indicators."""

    numbers = FieldList(FormField(NumberPart), label=_l("Zahlen"))
    figure = SelectField(_l("Kennzahl"), validators=[Optional()])
    figure_area = SelectField(_l("Ort"), validators=[Optional()])
    indicators = BoxesField(_l("Kennzahlen verknüpfen"), validators=[Optional()])


class SubmitForm(_Step):
    """Step 4."""


class SupportForm(Form):
    reason = TextAreaField(
        _l("Warum gilt das auch für Sie?"),
        description=_l("Höchstens 1.000 Zeichen. Bitte nennen Sie keine Namen."),
        filters=[lines],
        validators=[InputRequired(message=_l("Bitte schreiben Sie, warum das auch für Sie gilt.")),
                    _at_most(SUPPORT_LENGTH)],
    )  # fmt: skip
    organisation = HiddenField()


class ReplyForm(Form):
    reply = TextAreaField(
        _l("Ihre Antwort"),
        filters=[lines],
        validators=[InputRequired(message=_l("Bitte schreiben Sie Ihre Antwort.")), _at_most(TEXT_LENGTH)],
    )
    organisation = HiddenField()


class QueryForm(Form):
    question = TextAreaField(
        _l("Ihre Frage an die Organisation"),
        description=_l("Sie geht sofort per E-Mail an die Organisation. Öffentlich wird sie nicht."),
        filters=[lines],
        validators=[InputRequired(message=_l("Bitte schreiben Sie Ihre Frage.")), _at_most(TEXT_LENGTH)],
    )


class GoOnForm(Form):
    reason = TextAreaField(
        _l("Warum es ohne Antwort im Portal weitergeht"),
        description=_l("Zum Beispiel: Antwort kam am Telefon. Bitte schreiben Sie, was gesagt wurde."),
        filters=[lines],
        validators=[
            InputRequired(message=_l("Bitte schreiben Sie, warum es ohne Antwort weitergeht.")),
            _at_most(TEXT_LENGTH),
        ],
    )


class DecisionForm(Form):
    """What becomes of it, with the official answer."""

    state = RadioField(
        _l("Was wird aus dem Hinweis?"),
        choices=[
            SelectChoice(StatementState.ADOPTED.value, StatementState.ADOPTED.label),
            SelectChoice(StatementState.NOT_ADOPTED.value, StatementState.NOT_ADOPTED.label),
            SelectChoice(StatementState.MERGED.value, _l("mit einem anderen zusammenführen")),
        ],
        validators=[InputRequired(message=_l("Bitte wählen Sie, was aus dem Hinweis wird."))],
    )
    into = SelectField(
        _l("Zusammenführen mit"), description=_l("Nur wenn zusammengeführt wird."), validate_choice=False
    )
    answer = TextAreaField(
        _l("Fachliche Rückmeldung"),
        description=_l("In Alltagssprache. Sie geht an alle Beteiligten und steht öffentlich, wenn der Hinweis "
                       "öffentlich ist."),
        filters=[lines],
        validators=[InputRequired(message=_l("Bitte schreiben Sie die fachliche Rückmeldung.")),
                    _at_most(TEXT_LENGTH)],
    )  # fmt: skip
    edition = HiddenField()


class AnswerForm(Form):
    answer = TextAreaField(
        _l("Weitere fachliche Rückmeldung"),
        filters=[lines],
        validators=[
            InputRequired(message=_l("Bitte schreiben Sie die fachliche Rückmeldung.")),
            _at_most(TEXT_LENGTH),
        ],
    )


class FollowForm(Form):
    state = HiddenField()
    note = TextAreaField(
        _l("Was geschieht oder geschehen ist"),
        description=_l("Ein oder zwei Sätze. Sie stehen öffentlich unter „Was daraus wurde“."),
        filters=[lines],
        validators=[Optional(), _at_most(TEXT_LENGTH)],
    )


class ReleaseForm(Form):
    checked = BooleanField(
        _l("Ich habe geprüft: Titel und Rückmeldung nennen keine Personen."),
        validators=[InputRequired(message=_l("Bitte prüfen Sie das zuerst."))],
    )
