"""The form in which somebody says what the columns of a table hold."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectChoice, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length

from portal.core.forms import Form, line
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.periods import german_date
from portal.indicators.mapping.columns import Question
from portal.indicators.mapping.rule import (
    LONGEST_NAME,
    LONGEST_SIGN,
    MEANINGS,
    MIXED,
    MOST_COLUMNS,
    MOST_SIGNS,
    DateOrder,
    Holds,
    RuleRefused,
    WithoutKey,
)
from portal.indicators.mapping.suggest import Suggestion
from portal.indicators.value_states import ValueState

_CHOOSE = ("", _l("Bitte wählen"))
_LEVELS = (AreaLevel.MUNICIPALITY, AreaLevel.ASSOCIATION, AreaLevel.COUNTY, AreaLevel.STATE)


def _listed(*pairs: tuple[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Bitte höchstens %(max)d Zeichen."))


class _Choice(SelectField):
    """A choice that the rule checks, with all others: where it is not asked for, it is not there."""

    def __init__(self, label: Any, *, choices: list[SelectChoice], **more: Any) -> None:
        super().__init__(label, choices=choices, validate_choice=False, **more)


class ColumnRow(PlainForm):
    """One column. Which of the further fields are shown depends on what it holds."""

    heading = HiddenField()
    holds = _Choice(_l("Enthält"), choices=_listed(_CHOOSE, *Holds.choices()))
    label = StringField(_l("Bezeichnung der Reihe"), [_at_most(200)], filters=[line])
    unit = StringField(_l("Einheit"), [_at_most(100)], filters=[line], description=_l("z. B. Anzahl, Prozent, EUR"))
    period = StringField(_l("Zeitraum dieser Spalte"), [_at_most(40)], filters=[line])
    series = StringField(
        _l("Kürzel einer vorhandenen Reihe"),
        [_at_most(100)],
        filters=[line],
        description=_l("Nur wenn die Werte eine Reihe fortsetzen, die das Portal schon kennt."),
    )
    total = StringField(_l("Wort für „alle zusammen“"), [_at_most(100)], filters=[line])


class SignRow(PlainForm):
    """A sign in place of a number; the empty cell is one, too."""

    sign = HiddenField()
    state = _Choice(_l("Bedeutung"), choices=_listed(_CHOOSE, *((one.value, one.label) for one in MEANINGS)))


class MappingForm(Form):
    """Everything a rule needs; table, head and delimiter are chosen before and carried along."""

    source = StringField(
        _l("Quelle"),
        [_at_most(LONGEST_NAME)],
        filters=[line],
        description=_l("Wer die Zahlen liefert, z. B. „Jugendamt, Kita-Statistik“. Steht unter den Zahlen."),
    )
    level = _Choice(
        _l("Ebene der Gebiete"),
        choices=_listed(
            _CHOOSE,
            *((one.value, one.label) for one in _LEVELS),
            (MIXED, _l("mehrere Ebenen: die Länge des Schlüssels entscheidet")),
        ),
    )
    short_keys = _Choice(
        _l("Führende Null der Schlüssel"),
        choices=_listed(_CHOOSE, ("nein", _l("nichts ergänzen")), ("ja", _l("fehlende Null ergänzen"))),
    )
    without_key = _Choice(_l("Zeilen ohne Schlüssel, z. B. Summen"), choices=_listed(*WithoutKey.choices()))
    period = StringField(
        _l("Zeitraum der ganzen Tabelle"),
        [_at_most(40)],
        filters=[line],
        description=_l("Wenn keine Spalte ihn nennt: 2025, 2025-06, 31.12.2025 oder 2024/25."),
    )
    dates = _Choice(_l("Datum mit Schrägstrich"), choices=_listed(_CHOOSE, *DateOrder.choices()))
    decimal = _Choice(
        _l("Dezimalzeichen"),
        choices=_listed(("", _l("keines: nur ganze Zahlen")), (",", _l("Komma: 12,5")), (".", _l("Punkt: 12.5"))),
    )
    thousands = _Choice(
        _l("Tausenderzeichen"),
        choices=_listed(
            ("", _l("keines")),
            (".", _l("Punkt: 1.234")),
            (",", _l("Komma: 1,234")),
            ("blank", _l("Leerzeichen: 1 234")),
            ("'", _l("Hochkomma: 1'234")),
        ),
    )
    territorial_date = StringField(
        _l("Gebietsstand"),
        [_at_most(20)],
        filters=[line],
        description=_l("Tag, für den die Gemeindegrenzen gelten, z. B. 31.12.2024."),
    )
    columns = FieldList(FormField(ColumnRow), max_entries=MOST_COLUMNS)
    signs = FieldList(FormField(SignRow), max_entries=MOST_SIGNS + 1)
    sheet = HiddenField()
    delimiter = HiddenField()
    head_first = HiddenField()
    head_last = HiddenField()
    keep = BooleanField(
        _l("Diese Zuordnung merken"),
        description=_l("Bei der nächsten Datei derselben Form wird sie angeboten."),
        default=True,
    )

    def plain(self) -> dict[str, Any]:
        """What was typed, as plain data; what is open stays out."""
        signs = {row.form.sign.data or "": row.form.state.data for row in self.signs if row.form.state.data}
        day = self.territorial_date.data or ""
        territory = german_date(day)
        found: dict[str, Any] = {
            "source": self.source.data,
            "sheet": self.sheet.data,
            "delimiter": self.delimiter.data,
            "head": [_number(self.head_first.data), _number(self.head_last.data)],
            "level": self.level.data,
            "rows_without_key": self.without_key.data,
            "period": self.period.data,
            "dates": self.dates.data,
            "decimal": self.decimal.data,
            "thousands": " " if self.thousands.data == "blank" else self.thousands.data,
            "territorial_date": day if territory is None else territory.isoformat(),
            "signs": {sign[:LONGEST_SIGN]: state for sign, state in signs.items()},
            "columns": [_column(row.form) for row in self.columns],
        }
        if self.short_keys.data in {"ja", "nein"}:
            found["short_keys"] = self.short_keys.data == "ja"
        return {key: value for key, value in found.items() if value not in ("", None)}

    def fill(self, found: Suggestion) -> None:
        """Show a suggestion: every column of the table, every sign in it."""
        plain = found.plain
        self.source.data = plain.get("source", "")
        self.level.data = plain.get("level", "")
        self.short_keys.data = "" if "short_keys" not in plain else "ja" if plain["short_keys"] else "nein"
        self.without_key.data = plain.get("rows_without_key", WithoutKey.REFUSE.value)
        self.period.data = plain.get("period", "")
        self.dates.data = plain.get("dates", "")
        self.decimal.data = plain.get("decimal", "")
        self.thousands.data = "blank" if plain.get("thousands") == " " else plain.get("thousands", "")
        self.territorial_date.data = plain.get("territorial_date", "")
        self.sheet.data, self.delimiter.data = plain.get("sheet", ""), plain.get("delimiter", "")
        self.head_first.data, self.head_last.data = (str(row) for row in plain.get("head", [1, 1]))
        self._fill_rows(found)

    def _fill_rows(self, found: Suggestion) -> None:
        while self.columns.entries:
            self.columns.pop_entry()
        for heading in found.headings[:MOST_COLUMNS]:
            column = found.column(heading)
            self.columns.append_entry({name: column.get(name, "") for name in _COLUMN_FIELDS} | {"heading": heading})
        while self.signs.entries:
            self.signs.pop_entry()
        signs: Mapping[str, str] = found.plain.get("signs", {})
        for sign in found.signs[:MOST_SIGNS]:
            entry = self.signs.append_entry({"sign": sign, "state": signs.get(sign, "")})
            if sign == "0":
                zero = (ValueState.REPORTED.value, _("eine gewöhnliche Null"))
                entry.form.state.choices = [*entry.form.state.choices, *_listed(zero)]

    def ask(self, questions: tuple[Question, ...]) -> None:
        """Show what is still open at its field."""
        for question in questions:
            field = {"level": self.level, "short_keys": self.short_keys, "dates": self.dates}.get(question.key)
            field = field or {"decimal": self.decimal, "period": self.period}.get(question.key)
            if field is None:
                self.form_errors = [*self.form_errors, question.text]
            else:
                field.errors = [*field.errors, question.text]

    def refuse_rule(self, refused: RuleRefused) -> None:
        """Show what does not fit at its field; columns and signs have none of their own in the summary."""
        for key, reason in refused.problems.items():
            if key in self and key not in {"columns", "signs"}:
                self[key].errors = [*self[key].errors, reason]
            elif key.startswith("columns["):
                number = int(key.removeprefix("columns[").partition("]")[0])
                heading = self.columns[number].form.heading.data if number < len(self.columns) else ""
                self.form_errors = [*self.form_errors, _("Spalte „%(name)s“: %(reason)s", name=heading, reason=reason)]
            elif key.startswith("signs["):
                sign = key.removeprefix("signs[").removesuffix("]")
                self.form_errors = [*self.form_errors, _("Zeichen „%(sign)s“: %(reason)s", sign=sign, reason=reason)]
            else:
                self.form_errors = [*self.form_errors, reason]


_COLUMN_FIELDS = ("holds", "label", "unit", "period", "series", "total")


def _column(row: Any) -> dict[str, str]:
    typed = {name: row[name].data for name in ("heading", *_COLUMN_FIELDS)}
    return {name: text for name, text in typed.items() if text}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 1
