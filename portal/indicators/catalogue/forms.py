"""Forms of the catalogue's editor. Field names follow `catalogue_entry`, so that refusals find their field."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from portal.core.forms import Form, GermanDateField, GermanNumberField, line, lines
from portal.indicators import natures, units
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.catalogue.entry import Entry
from portal.indicators.catalogue.parts import Part, RateParts
from portal.indicators.catalogue.services import KEY_LENGTH
from portal.indicators.catalogue.words import LABELS
from portal.indicators.forms import REASON_LENGTH
from portal.indicators.models import CountKind, Delivery, DifferenceKind, Polarity, Series, StandardScope, Visibility
from portal.indicators.natures import Nature

TEXT_LENGTH = 4000
_NOTHING = ("", _l("keine Angabe"))


def listed(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Value and label as select fields want them."""
    return [SelectChoice(value, label) for value, label in pairs]


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Bitte höchstens %(max)d Zeichen."))


def _line(field: str, limit: int, description: Any = "", *, required: bool = False) -> StringField:
    return StringField(
        LABELS[field], [InputRequired() if required else Optional(), _at_most(limit)], filters=[line],
        description=description,
    )  # fmt: skip


def _text(field: str, description: Any = "") -> TextAreaField:
    return TextAreaField(LABELS[field], [Optional(), _at_most(TEXT_LENGTH)], filters=[lines], description=description)


class EditionForm(Form):
    """Names the edition of the entry that it was opened with."""

    edition = HiddenField()

    @property
    def edition_number(self) -> int:
        text = self.edition.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


class EntryForm(EditionForm):
    """One catalogue entry. The minimum difference is typed in per cent where it is relative."""

    key = StringField(
        _l("Kürzel"),
        [Optional(), _at_most(KEY_LENGTH)],
        filters=[line],
        description=_l("Für Adressen und Dateien, bleibt für immer. Leer: aus dem Namen gebildet."),
    )
    name = _line("name", 300, required=True)
    topic = SelectField(LABELS["topic"])
    explanation = _text("explanation", _l("Zwei Sätze für alle: Was sagt die Zahl, was sagt sie nicht?"))
    definition = _text("definition", _l("Genau: wer oder was, wo, wann."))
    formula = _text("formula")
    unit = _line("unit", 200, _l("Ausgeschrieben, z.\u00a0B. „Prozent“ oder „je 1.000 Personen ab 65 Jahren“."),
                 required=True)  # fmt: skip
    unit_short = _line("unit_short", 40, _l("Kurz, z.\u00a0B. „%“. Leer, wenn der Name alles sagt."))
    decimals = IntegerField(LABELS["decimals"], [InputRequired()], default=1)
    polarity = SelectField(LABELS["polarity"], choices=listed(Polarity.choices()))
    nature = SelectField(
        LABELS["nature"],
        choices=listed(Nature.choices()),
        description=_l("Davon hängt ab, wie ein Wert für Planungsräume entstehen darf."),
    )
    counts_cases = BooleanField(
        LABELS["counts_cases"],
        description=_l("Kleine Zahlen könnten auf einzelne Menschen zeigen und werden geheim gehalten."),
    )
    aggregation = SelectField(LABELS["aggregation"], choices=listed(Aggregation.choices()))
    threshold = GermanNumberField(
        LABELS["threshold"], [Optional()], description=_l("In der Einheit des Gemeindewerts, z.\u00a0B. 20 Minuten.")
    )
    rate_basis = SelectField(LABELS["rate_basis"], choices=listed([_NOTHING, *RateBasis.choices()]))
    area_unit = _line("area_unit", 200, _l("Nur, wenn sie anders ist als die Einheit des Gemeindewerts."))
    area_unit_short = _line("area_unit_short", 40)
    min_difference = GermanNumberField(
        LABELS["min_difference"],
        [Optional()],
        description=_l("Ab welcher Abweichung vom Landkreis ein Planungsraum auffällt. Leer: kein Vergleich."),
    )
    min_difference_kind = SelectField(
        LABELS["min_difference_kind"],
        choices=listed(
            [
                _NOTHING,
                (DifferenceKind.RELATIVE.value, _l("in Prozent des Vergleichswerts")),
                (DifferenceKind.ABSOLUTE.value, _l("in Einheiten des Werts, bei Anteilen in Prozentpunkten")),
            ]
        ),
    )
    age_limit_years = IntegerField(
        LABELS["age_limit_years"], [InputRequired()], default=5, description=_l("Ältere Werte sagen nichts mehr aus.")
    )
    standard_value = GermanNumberField(
        LABELS["standard_value"],
        [Optional()],
        description=_l("Gesetzlicher oder beschlossener Wert, an dem gemessen wird."),
    )
    standard_scope = SelectField(LABELS["standard_scope"], choices=listed([_NOTHING, *StandardScope.choices()]))
    standard_tolerance = GermanNumberField(
        LABELS["standard_tolerance"], [Optional()], description=_l("So weit darf ein Wert vom Richtwert entfernt sein.")
    )
    standard_source = _line("standard_source", 500)
    caveat = _text("caveat", _l("Was die Zahl nicht kann: Modell, Stichprobe, Zuordnung zum Wohnort."))
    smallest_level = _line("smallest_level", 120)
    periodicity = _line("periodicity", 120, _l("In Worten, z.\u00a0B. „jährlich (1. März)“."))
    typical_source = _text("typical_source")
    used_in = _line("used_in", 500)
    note = _text("note")
    visibility = SelectField(LABELS["visibility"], choices=listed(Visibility.choices()))
    in_use = BooleanField(
        LABELS["in_use"], description=_l("Steht auf den Seiten der Planungsräume und in den Vorschlägen für Befunde.")
    )
    department = SelectField(LABELS["department"])
    delivery = SelectField(LABELS["delivery"], choices=listed(Delivery.choices()))
    delivery_months = IntegerField(
        LABELS["delivery_months"],
        [Optional()],
        description=_l("In Monaten, z.\u00a0B. 12. Leer: Der nächste Termin wird von Hand gesetzt."),
    )
    next_due = GermanDateField(LABELS["next_due"], [Optional()])

    def begin(self, series: Series | None) -> None:
        """What a new entry starts with: the usual rule, and what a series says of itself."""
        self.min_difference.data, self.min_difference_kind.data = 10.0, DifferenceKind.RELATIVE.value
        self.aggregation.data, self.polarity.data = Aggregation.NONE.value, Polarity.NEUTRAL.value
        self.in_use.data = True
        if series is None:
            return
        printed = units.printed(series.unit)
        self.name.data, self.definition.data, self.note.data = series.title, series.definition, series.note
        self.unit.data, self.unit_short.data = units.on_screen(series.unit), printed.short
        self.decimals.data, self.nature.data = printed.decimals, natures.of_unit(series.unit).value
        self.typical_source.data = series.data_basis

    def fill(self, entry: Entry) -> None:
        """Show a stored entry."""
        for name, value in vars(entry).items():
            if name in self:
                self[name].data = value
        if entry.min_difference is not None and entry.min_difference_kind is DifferenceKind.RELATIVE:
            self.min_difference.data = 100 * entry.min_difference

    def entry(self, *, department: str = "") -> Entry:
        """What was typed; `department` counts where the form does not ask for it. The form has to be valid."""
        kind = self.min_difference_kind.data
        difference = self.min_difference.data
        if difference is not None and kind == DifferenceKind.RELATIVE.value:
            difference /= 100
        return Entry(
            name=self.name.data,
            topic=self.topic.data,
            explanation=self.explanation.data or "",
            definition=self.definition.data or "",
            formula=self.formula.data or "",
            unit=self.unit.data,
            unit_short=self.unit_short.data or "",
            decimals=self.decimals.data,
            polarity=Polarity(self.polarity.data),
            nature=Nature(self.nature.data),
            counts_cases=self.counts_cases.data,
            aggregation=Aggregation(self.aggregation.data),
            threshold=self.threshold.data,
            rate_basis=RateBasis(self.rate_basis.data) if self.rate_basis.data else None,
            area_unit=self.area_unit.data or "",
            area_unit_short=self.area_unit_short.data or "",
            min_difference=difference,
            min_difference_kind=DifferenceKind(kind) if kind else None,
            age_limit_years=self.age_limit_years.data,
            standard_value=self.standard_value.data,
            standard_scope=StandardScope(self.standard_scope.data) if self.standard_scope.data else None,
            standard_tolerance=self.standard_tolerance.data or 0.0,
            standard_source=self.standard_source.data or "",
            caveat=self.caveat.data or "",
            smallest_level=self.smallest_level.data or "",
            periodicity=self.periodicity.data or "",
            typical_source=self.typical_source.data or "",
            used_in=self.used_in.data or "",
            note=self.note.data or "",
            visibility=Visibility(self.visibility.data),
            in_use=self.in_use.data,
            department=(self.department.data or "") if "department" in self else department,
            delivery=Delivery(self.delivery.data),
            delivery_months=self.delivery_months.data,
            next_due=self.next_due.data,
        )


class AssignedRow(PlainForm):
    """One series among those that feed an entry."""

    series = HiddenField()
    position = StringField(_l("Platz"), filters=[line])
    dimensions = SelectField(_l("Aufgliederung"), validate_choice=False)
    period = SelectField(_l("Zeitraum"), validate_choice=False)
    remove = BooleanField(_l("nicht mehr zuordnen"))


class AssignmentForm(EditionForm):
    """All series of an entry; a search adds further ones."""

    rows = FieldList(FormField(AssignedRow))
    search = StringField(_l("Reihe suchen"), [Optional(), _at_most(200)], filters=[line])


class PartsForm(EditionForm):
    """Numerator and denominator of an entry; a search offers series for both."""

    numerator = HiddenField(_l("Zähler"))
    numerator_dimensions = SelectField(_l("Aufgliederung des Zählers"), validate_choice=False)
    denominator = HiddenField(_l("Nenner"))
    denominator_dimensions = SelectField(_l("Aufgliederung des Nenners"), validate_choice=False)
    period = SelectField(
        _l("Zeitraum"),
        validate_choice=False,
        description=_l("Zur Wahl stehen Zeiträume, die es für beide Reihen gibt."),
    )
    kind = RadioField(
        _l("Wie Zähler und Nenner zusammenhängen"),
        choices=listed(CountKind.choices()),
        default=CountKind.PART.value,
        description=_l("Davon hängt ab, wie der Zufall berechnet wird."),
    )
    factor = GermanNumberField(
        _l("Faktor"),
        [InputRequired(_l("Bitte geben Sie den Faktor an, z.\u00a0B. 100."))],
        default=100.0,
        description=_l("100 für Prozent, 1000 für „je 1.000“."),
    )
    has_chance_limits = BooleanField(
        _l("Der Zufall spielt eine Rolle"),
        default=True,
        description=_l("Kein Haken zum Beispiel bei Anteilen an der Fläche: Dann gelten keine Grenzen des Zufalls."),
    )
    search = StringField(_l("Reihe suchen"), [Optional(), _at_most(200)], filters=[line])

    def fill(self, parts: RateParts | None) -> None:
        """Show what is stored."""
        if parts is None:
            return
        self.numerator.data, self.numerator_dimensions.data = parts.numerator.series, parts.numerator.dimensions
        self.denominator.data, self.denominator_dimensions.data = parts.denominator.series, parts.denominator.dimensions
        self.kind.data, self.factor.data = parts.kind.value, parts.factor
        self.has_chance_limits.data, self.period.data = parts.has_chance_limits, parts.period or ""

    def parts(self) -> RateParts:
        """What was chosen; an empty series is refused where it is saved. The form has to be valid."""
        return RateParts(
            numerator=Part(series=self.numerator.data or "", dimensions=self.numerator_dimensions.data or ""),
            denominator=Part(series=self.denominator.data or "", dimensions=self.denominator_dimensions.data or ""),
            kind=CountKind(self.kind.data),
            factor=self.factor.data or 0.0,
            has_chance_limits=self.has_chance_limits.data,
            period=self.period.data or None,
        )


class RetireForm(EditionForm):
    """Why an entry is carried on no longer."""

    reason = StringField(
        _l("Grund"),
        [InputRequired(_l("Bitte nennen Sie den Grund.")), _at_most(REASON_LENGTH)],
        name="grund",
        filters=[line],
        description=_l("Steht im Verlauf und auf der Seite der Kennzahl."),
    )


class ChooseForm(Form):
    """For which entry a series is meant."""

    indicator = SelectField(_l("Kennzahl"), name="kennzahl")


def entry_form(
    *,
    topics: Sequence[tuple[str, Any]],
    departments: Sequence[tuple[str, str]],
    is_new: bool,
    may_assign: bool,
) -> EntryForm:
    """The form for one person: the key only for a new entry, the department only for those who may assign it."""
    form = EntryForm()
    form.topic.choices = listed(topics)
    form.department.choices = listed([("", _l("niemand")), *departments])
    if not is_new:
        del form.key
    if not may_assign:
        del form.department
    return form
