"""Forms of findings. Choices are handed in by the views; texts are checked by the services."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.core.forms import BoxesField, Form, GermanDateField, line, lines
from portal.evidence.adoption import MOST_ALTERNATIVES, TITLE_LENGTH
from portal.evidence.costs import CostClass
from portal.evidence.progress import TEXT_LENGTH
from portal.evidence.texts import sources as text_sources

FEWEST_ROWS = 2
_TEXT = [Length(max=TEXT_LENGTH, message=_l("Bitte kürzen Sie auf höchstens 5.000 Zeichen."))]
_LINE = [Length(max=500, message=_l("Bitte kürzen Sie auf höchstens 500 Zeichen."))]


class AlternativeForm(PlainForm):
    """One row; an empty row is left out. What a row lacks is said above all of them, by the service."""

    text = StringField(_l("Alternative"), filters=[line])
    cost_class = SelectField(_l("Kosten"), validate_choice=False)
    effect = StringField(_l("Wirkung"), filters=[line])
    side_effects = StringField(_l("Nebenwirkungen"), filters=[line])


class TextSourceForm(PlainForm):
    """One row; an empty row is left out. What a row lacks is said above all of them, by the service."""

    words = StringField(_l("Zahl oder Aussage, wie sie im Text steht"), filters=[line])
    source = StringField(_l("Quelle"), filters=[line])
    url = StringField(_l("Adresse im Internet"), filters=[line])
    day = GermanDateField(_l("Stand der Quelle"), validators=[Optional()])


class AdoptForm(Form):
    """What people conclude from a proposal."""

    adopted = RadioField(_l("Einordnung"), validators=[InputRequired(message=_l("Bitte wählen Sie eine Einordnung."))])
    title = StringField(
        _l("Überschrift"),
        description=_l("Das Ergebnis in wenigen Worten, ohne Zahlen, z.\u00a0B. „Hausarztpraxen: nah, aber voll“. Ohne "
                       "Überschrift steht dort das Thema."),
        filters=[line],
        validators=[Length(max=TITLE_LENGTH, message=_l("Bitte kürzen Sie auf höchstens 120 Zeichen."))],
    )  # fmt: skip
    said = TextAreaField(_l("Gesagt wurde"), filters=[lines], validators=[InputRequired(), *_TEXT])
    figures_show = TextAreaField(_l("Die Zahlen zeigen"), filters=[lines], validators=[InputRequired(), *_TEXT])
    reason = TextAreaField(
        _l("Begründung"),
        description=_l("Warum Sie so einordnen. Weicht Ihre Einordnung vom Vorschlag ab, steht hier der Grund."),
        filters=[lines],
        validators=[InputRequired(), *_TEXT],
    )
    resources = TextAreaField(_l("Ressourcen und Stärken"), filters=[lines], validators=_TEXT)
    recommendation = TextAreaField(_l("Wir empfehlen"), filters=[lines], validators=[InputRequired(), *_TEXT])
    alternatives = FieldList(
        FormField(AlternativeForm), label=_l("Alternativen"), min_entries=3, max_entries=MOST_ALTERNATIVES
    )
    next_step = StringField(_l("Nächster Schritt"), filters=[line], validators=_LINE)
    responsible = SelectField(_l("Zuständig"))
    due_on = GermanDateField(_l("Bis wann"), validators=[Optional()])
    product = StringField(
        _l("Produkt im Haushalt"),
        description=_l("Wo das Geld dafür stehen würde, z.\u00a0B. 31.80.01 Sozialplanung. Keine Zusage."),
        filters=[line],
        validators=[Length(max=120)],
    )
    budget_year = IntegerField(_l("Haushaltsjahr"), validators=[Optional()])
    text_sources = FieldList(
        FormField(TextSourceForm), label=_l("Quellen zum Text"), min_entries=FEWEST_ROWS, max_entries=text_sources.MOST
    )
    unsourced = BooleanField(_l("Diese Zahlen bleiben ohne Quelle"))
    edition = HiddenField()
    proposal = HiddenField()

    def ask_for_sources(self, numbers: Iterable[str]) -> None:
        """A row for each of these numbers that has none yet, and an empty one after them."""
        named = {row.form.words.data for row in self.text_sources}
        missing = iter([one for one in numbers if one not in named])
        for row in self.text_sources:
            if not any(row.form.data.values()):
                row.form.words.data = next(missing, None)
        for one in missing:
            self._add_row({"words": one})
        if any(self.text_sources[-1].form.data.values()):
            self._add_row({})

    def _add_row(self, content: dict[str, str]) -> None:
        if len(self.text_sources) < text_sources.MOST:
            self.text_sources.append_entry(content)

    def offer_costs(self) -> None:
        """The classes of cost in every row."""
        for row in self.alternatives:
            row.form.cost_class.choices = [("", _l("bitte wählen")), *CostClass.choices()]


class HearingForm(Form):
    """Which municipalities are heard."""

    municipalities = SelectMultipleField(
        _l("Betroffene Städte und Gemeinden"),
        description=_l("Vorgewählt sind alle Gemeinden des Planungsraums."),
    )
    edition = HiddenField()


class TextForm(Form):
    """One text that is printed with the finding."""

    text = TextAreaField(_l("Text"), filters=[lines], validators=[InputRequired(), *_TEXT])


class StatementForm(TextForm):
    """The statement of municipalities the person speaks for: an association can make it once for several."""

    hearing = BoxesField(
        _l("Für welche Gemeinden?"),
        validators=[InputRequired(_l("Bitte kreuzen Sie an, für wen die Stellungnahme gilt."))],
    )


class DissentForm(TextForm):
    """The other view of a department."""

    organisation = SelectField(_l("Im Namen von"))


class DecisionForm(TextForm):
    """What a body said."""

    body = SelectField(_l("Gremium"))
    decided_on = GermanDateField(_l("Tag"), validators=[InputRequired()])
    paper = StringField(_l("Vorlage"), filters=[line], validators=[Length(max=120)])


class ReasonForm(Form):
    """Why a finding is taken up again."""

    reason = TextAreaField(_l("Grund"), filters=[lines], validators=[InputRequired(), *_TEXT])
    edition = HiddenField()
