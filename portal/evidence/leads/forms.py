"""The form of a topic's lead indicators: one row per indicator in use, and the reason for all of them."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.core.errors import Refusal
from portal.core.forms import Form, GermanNumberField, line
from portal.indicators.catalogue.lead_rules import LeadRule
from portal.indicators.models import ComparedWith, DifferenceKind, Indicator


class LeadRow(PlainForm):
    """The numbers of one indicator; a relative difference is typed in per cent."""

    key = HiddenField()
    edition = HiddenField()
    is_lead = BooleanField(_l("Leitkennzahl des Themas"))
    correlation_group = StringField(
        _l("Gruppe zusammenhängender Kennzahlen"),
        description=_l("Kennzahlen einer Gruppe sagen dasselbe und zählen zusammen einmal."),
        filters=[line],
        validators=[Length(max=80, message=_l("Bitte kürzen Sie auf höchstens 80 Zeichen."))],
    )
    min_difference = GermanNumberField(
        _l("Relevante Mindestabweichung"),
        description=_l("Leer: kein Vergleich."),
        validators=[Optional()],
    )
    min_difference_kind = SelectField(
        _l("Die Mindestabweichung ist gemeint"),
        choices=[
            SelectChoice("", _l("keine Angabe")),
            SelectChoice(DifferenceKind.RELATIVE.value, _l("in Prozent des Vergleichswerts")),
            SelectChoice(DifferenceKind.ABSOLUTE.value, _l("in Einheiten des Werts, bei Anteilen in Prozentpunkten")),
        ],
    )
    compared_with = SelectField(
        _l("Verglichen wird mit"),
        choices=[SelectChoice(value, label) for value, label in ComparedWith.choices()],
        description=_l("Land, Standard oder Zielwert: nur, wenn er im Kennzahlenregister als Bezugswert steht."),
    )
    age_limit_years = IntegerField(
        _l("Altersgrenze in Jahren"),
        validators=[InputRequired(), NumberRange(min=1, max=30, message=_l("Möglich sind 1 bis 30 Jahre."))],
    )

    def fill(self, indicator: Indicator, rule: LeadRule) -> None:
        self.key.data, self.edition.data = indicator.key, str(indicator.edition)
        self.is_lead.data = rule.is_lead
        self.correlation_group.data = rule.correlation_group or ""
        relative = rule.min_difference_kind is DifferenceKind.RELATIVE
        amount = rule.min_difference
        self.min_difference.data = 100 * amount if relative and amount is not None else amount
        self.min_difference_kind.data = "" if rule.min_difference_kind is None else rule.min_difference_kind.value
        self.age_limit_years.data = rule.age_limit_years
        self.compared_with.data = rule.compared_with.value

    def rule(self) -> LeadRule:
        kind = DifferenceKind(self.min_difference_kind.data) if self.min_difference_kind.data else None
        amount = self.min_difference.data
        if amount is not None and kind is DifferenceKind.RELATIVE:
            amount = round(amount / 100, 10)
        return LeadRule(
            is_lead=bool(self.is_lead.data),
            correlation_group=self.correlation_group.data or None,
            min_difference=amount,
            min_difference_kind=kind,
            age_limit_years=self.age_limit_years.data or 0,
            compared_with=ComparedWith(self.compared_with.data),
        )

    @property
    def edition_number(self) -> int:
        text = self.edition.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class LeadForm(Form):
    """All indicators in use of a topic."""

    rows = FieldList(FormField(LeadRow), max_entries=60)
    reason = StringField(
        _l("Grund der Änderung"),
        description=_l("Steht im Verlauf. Leitkennzahlen werden festgelegt, bevor man sieht, was herauskommt."),
        filters=[line],
        validators=[Length(max=500, message=_l("Bitte kürzen Sie auf höchstens 500 Zeichen."))],
    )
    seen = HiddenField()

    def begin(self, rules: Sequence[tuple[Indicator, LeadRule]]) -> None:
        for indicator, rule in rules:
            self.rows.append_entry()
            self.rows[-1].form.fill(indicator, rule)

    def wanted(self, known: Mapping[str, Indicator]) -> dict[str, LeadRule]:
        """What was typed, for indicators of the topic."""
        return {row.form.key.data: row.form.rule() for row in self.rows if row.form.key.data in known}

    def editions(self) -> dict[str, int]:
        return {row.form.key.data: row.form.edition_number for row in self.rows}

    def refuse(self, refusal: Refusal) -> None:
        """At the field of its row, where the refusal names one as `key.field`."""
        key, _dot, name = (refusal.field or "").partition(".")
        row = next((row.form for row in self.rows if row.form.key.data == key), None)
        if row is None or name not in row:
            super().refuse(refusal)
            return
        row[name].errors = [*row[name].errors, str(refusal.message)]
        self.form_errors = [*self.form_errors, refusal.message]
