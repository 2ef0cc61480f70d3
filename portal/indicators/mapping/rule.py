"""What somebody said about the columns of a file: a value that is checked as a whole, and its JSON file.

The keys of the file are documented in the README. Everything that a rule leaves open is asked for (`suggest`) and
never assumed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.errors import Refusal
from portal.core.text import one_line
from portal.core.words import Worded
from portal.indicators.imports.headings import check_text
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.numerals import DecimalSign
from portal.indicators.imports.periods import Period, iso_date, read_period
from portal.indicators.imports.signs import REPLACING
from portal.indicators.imports.units import check_unit
from portal.indicators.value_states import ValueState

MIXED = "mixed"
MOST_BYTES = 200_000
MOST_COLUMNS, MOST_SIGNS = 200, 40
LONGEST_NAME, LONGEST_SIGN = 120, 40
SERIES_CODE = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}")
OWN_SERIES = "eigene:"
DELIMITERS = (";", ",", "\t", "|")
THOUSANDS = ("", ".", ",", " ", "'")
ZEROS = frozenset({ValueState.ZERO, ValueState.ZERO_OR_SET, ValueState.ROUNDED_TO_ZERO})
# A sign with a meaning of its own is never made a zero; of a dash somebody may know better.
_NEVER_ZERO = frozenset(sign for sign, state in REPLACING.items() if state is not ValueState.UNCLEAR_DASH)
# Levels whose keys all have one length, so that a lost zero can be told.
_ONE_LENGTH = frozenset({AreaLevel.STATE, AreaLevel.COUNTY, AreaLevel.ASSOCIATION, AreaLevel.MUNICIPALITY})
MEANINGS = tuple(
    state for state in ValueState if state in ZEROS or (state.is_missing and state is not ValueState.CLASS_INTERVAL)
)


class Holds(Worded):
    """What a column holds."""

    AREA = "area", _l("Gebietsschlüssel (AGS, ARS)")
    NAME = "name", _l("Name des Gebiets")
    PERIOD = "period", _l("Zeitraum oder Stichtag")
    VALUE = "value", _l("Werte")
    SERIES = "series", _l("Bezeichnung der Reihe")
    UNIT = "unit", _l("Einheit")
    PART = "part", _l("Aufgliederung (z. B. Geschlecht)")
    NOTHING = "nothing", _l("nichts davon, auslassen")


class DateOrder(Worded):
    """What `01/02/2024` means."""

    DAY_FIRST = "day_first", _l("erst der Tag, dann der Monat")
    MONTH_FIRST = "month_first", _l("erst der Monat, dann der Tag")


class WithoutKey(Worded):
    """What becomes of rows with values and without a key."""

    REFUSE = "refuse", _l("Datei ablehnen")
    SKIP = "skip", _l("Zeilen auslassen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column by its heading. Of columns with values: name, code and unit of the series, and the period if the
    heading stands for one. Of a breakdown: the word that stands for the whole (`total`)."""

    heading: str
    holds: Holds
    label: str = ""
    series: str = ""
    unit: str = ""
    period: Period | None = None
    total: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a file is read. `head` are the first and the last row of the headings; `level` None means that keys of
    several levels stand in the column and their length decides."""

    source: str
    sheet: str = ""
    delimiter: str = ""
    head: tuple[int, int] = (1, 1)
    columns: tuple[Column, ...] = ()
    level: AreaLevel | None = None
    short_keys: bool = False
    without_key: WithoutKey = WithoutKey.REFUSE
    period: Period | None = None
    dates: DateOrder | None = None
    decimal: DecimalSign | None = None
    thousands: str = ""
    territorial_date: date | None = None
    signs: Mapping[str, ValueState] = field(default_factory=dict)

    def all_of(self, holds: Holds) -> list[Column]:
        return [column for column in self.columns if column.holds is holds]


class RuleRefused(Refusal):
    """A rule that cannot be used; `problems` maps a key of the file (`columns[2].unit`) to the reason."""

    def __init__(self, problems: Mapping[str, Any]) -> None:
        self.problems = dict(problems)
        name, reason = next(iter(self.problems.items()))
        super().__init__(_l("Zuordnung, „%(name)s“: %(reason)s", name=name, reason=reason))


def from_file(content: bytes) -> dict[str, Any]:
    """The plain keys of a mapping file. Raises RuleRefused for anything that is not one JSON object."""
    if len(content) > MOST_BYTES:
        raise RuleRefused({"{}": _l("Die Datei der Zuordnung ist zu groß.")})
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RuleRefused({"{}": _l("Die Datei der Zuordnung ist kein gültiges JSON.")}) from None
    if not isinstance(found, dict):
        raise RuleRefused({"{}": _l("Die Datei der Zuordnung ist kein JSON-Objekt.")})
    return found


def to_file(rule: Rule) -> str:
    """The mapping file of a rule."""
    return json.dumps(to_plain(rule), ensure_ascii=False, indent=2) + "\n"


def to_plain(rule: Rule) -> dict[str, Any]:
    """A rule as plain data, without what is empty."""
    plain: dict[str, Any] = {
        "source": rule.source,
        "sheet": rule.sheet,
        "delimiter": rule.delimiter,
        "head": list(rule.head),
        "level": MIXED if rule.level is None else rule.level.value,
        "short_keys": rule.short_keys,
        "rows_without_key": rule.without_key.value,
        "period": "" if rule.period is None else rule.period.text,
        "dates": "" if rule.dates is None else rule.dates.value,
        "decimal": "" if rule.decimal is None else rule.decimal.value,
        "thousands": rule.thousands,
        "territorial_date": "" if rule.territorial_date is None else rule.territorial_date.isoformat(),
        "signs": {sign: state.value for sign, state in rule.signs.items()},
        "columns": [_plain_column(column) for column in rule.columns],
    }
    return {key: value for key, value in plain.items() if value not in ("", {}, None)}


def _plain_column(column: Column) -> dict[str, str]:
    plain = {
        "heading": column.heading,
        "holds": column.holds.value,
        "label": column.label,
        "series": column.series,
        "unit": column.unit,
        "period": "" if column.period is None else column.period.text,
        "total": column.total,
    }
    return {key: value for key, value in plain.items() if value}


_KEYS = frozenset(
    {"source", "sheet", "delimiter", "head", "level", "short_keys", "rows_without_key", "period", "dates", "decimal"}
    | {"thousands", "territorial_date", "signs", "columns"}
)
_COLUMN_KEYS = frozenset({"heading", "holds", "label", "series", "unit", "period", "total"})


def from_plain(plain: Mapping[str, Any]) -> Rule:
    """A rule of plain data. Raises RuleRefused with every key that does not fit."""
    return _Checking(plain).rule()


class _Checking:
    """Reads plain data key by key and collects what is wrong."""

    def __init__(self, plain: Mapping[str, Any]) -> None:
        self._plain = plain
        self._problems: dict[str, Any] = {}

    def rule(self) -> Rule:
        for key in self._plain:
            if key not in _KEYS:
                self._problems[str(key)[:40]] = _l("Diese Angabe ist nicht bekannt.")
        source = self._text(self._plain, "source", LONGEST_NAME)
        if not source:
            self._problems.setdefault("source", _l("Die Angabe fehlt."))
        elif (reason := check_text(source)) is not None:
            self._problems["source"] = reason
        delimiter = self._one_of("delimiter", DELIMITERS, strip=False)
        rule = Rule(
            source=source,
            sheet=self._text(self._plain, "sheet", 200),
            delimiter=delimiter,
            head=self._head(),
            columns=self._columns(),
            level=self._level(),
            short_keys=self._flag("short_keys"),
            without_key=WithoutKey(self._one_of("rows_without_key", _values(WithoutKey)) or "refuse"),
            period=self._period(self._plain, "period"),
            dates=_enum(DateOrder, self._one_of("dates", _values(DateOrder))),
            decimal=_enum(DecimalSign, self._one_of("decimal", (",", "."), strip=False)),
            thousands=self._one_of("thousands", THOUSANDS, strip=False),
            territorial_date=self._day(),
            signs=self._signs(),
        )
        if rule.thousands and rule.decimal is not None and rule.thousands == rule.decimal.value:
            self._problems["thousands"] = _l("Dezimalzeichen und Tausenderzeichen sind dasselbe.")
        if rule.short_keys and rule.level not in _ONE_LENGTH:
            reason = _l("Ergänzt werden Nullen nur, wo alle Schlüssel zu einer Ebene gehören.")
            self._problems.setdefault("short_keys", reason)
        self._check_columns(rule)
        if self._problems:
            raise RuleRefused(self._problems)
        return rule

    def _check_columns(self, rule: Rule) -> None:
        for holds, most in ((Holds.AREA, 1), (Holds.NAME, 1), (Holds.PERIOD, 1), (Holds.SERIES, 1), (Holds.UNIT, 1)):
            if len(rule.all_of(holds)) > most:
                self._problems.setdefault("columns", _l("„%(what)s“ steht bei mehreren Spalten.", what=holds.label))
        if not rule.all_of(Holds.AREA):
            reason = _l("Es fehlt die Spalte mit dem Gebietsschlüssel (AGS). Namen sind keine Schlüssel.")
            self._problems.setdefault("columns", reason)
        values = rule.all_of(Holds.VALUE)
        if not values:
            self._problems.setdefault("columns", _l("Es fehlt eine Spalte mit Werten."))
        if rule.all_of(Holds.SERIES) and len(values) > 1:
            reason = _l("Neben einer Spalte mit Bezeichnungen der Reihen kann es nur eine Spalte mit Werten geben.")
            self._problems.setdefault("columns", reason)
        names = [column.heading for column in rule.columns if column.holds is not Holds.NOTHING]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            reason = _l("Die Spalte „%(name)s“ steht zweimal in der Kopfzeile.", name=twice[:60])
            self._problems.setdefault("columns", reason)
        if not rule.all_of(Holds.PERIOD) and rule.period is None and any(one.period is None for one in values):
            self._problems.setdefault("period", _l("Für welchen Zeitraum die Werte gelten, fehlt."))
        if not rule.all_of(Holds.SERIES):
            keys = [(one.series or one.label or one.heading, one.unit, one.period) for one in values]
            if len(set(keys)) < len(keys):
                reason = _l("Zwei Spalten haben dieselbe Reihe und denselben Zeitraum.")
                self._problems.setdefault("columns", reason)

    def _columns(self) -> tuple[Column, ...]:
        given = self._plain.get("columns", [])
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given) or len(given) > MOST_COLUMNS:
            self._problems["columns"] = _l("Erwartet ist eine Liste von höchstens %(most)s Spalten.", most=MOST_COLUMNS)
            return ()
        return tuple(self._column(number, one) for number, one in enumerate(given))

    def _column(self, number: int, given: Mapping[str, Any]) -> Column:
        at = f"columns[{number}]."
        for key in given:
            if key not in _COLUMN_KEYS:
                self._problems[at + str(key)[:40]] = _l("Diese Angabe ist nicht bekannt.")
        holds = self._text(given, "holds", 20, at=at)
        if holds not in _values(Holds):
            self._problems[at + "holds"] = _l("Was die Spalte enthält, fehlt.")
            holds = Holds.NOTHING.value
        series = self._text(given, "series", 100, at=at)
        if series and (not SERIES_CODE.fullmatch(series) or series.startswith(OWN_SERIES)):
            self._problems[at + "series"] = _l("„%(text)s“ ist kein Kürzel einer Reihe.", text=series[:40])
        unit, label = self._text(given, "unit", 100, at=at), self._text(given, "label", 200, at=at)
        if unit and (reason := check_unit(unit)) is not None:
            self._problems[at + "unit"] = reason
        if label and (reason := check_text(label)) is not None:
            self._problems[at + "label"] = reason
        heading = self._text(given, "heading", 500, at=at)
        if not heading:
            self._problems[at + "heading"] = _l("Die Angabe fehlt.")
        return Column(
            heading=heading,
            holds=Holds(holds),
            label=label,
            series=series,
            unit=unit,
            period=self._period(given, "period", at=at),
            total=self._text(given, "total", 100, at=at),
        )

    def _level(self) -> AreaLevel | None:
        found = self._one_of("level", (MIXED, *_values(AreaLevel)))
        if not found and "level" not in self._problems:
            self._problems["level"] = _l("Die Ebene der Gebiete fehlt.")
        return None if found in {"", MIXED} else AreaLevel(found)

    def _head(self) -> tuple[int, int]:
        given = self._plain.get("head", 1)
        rows = given if isinstance(given, list) else [given, given]
        is_good = len(rows) == 2 and all(type(one) is int and 0 < one < 1000 for one in rows)
        if not is_good or rows[0] > rows[1] or rows[1] - rows[0] > 4:
            self._problems["head"] = _l("Erwartet ist die Zeile der Überschriften, z. B. 1 oder [3, 4].")
            return (1, 1)
        return rows[0], rows[1]

    def _signs(self) -> dict[str, ValueState]:
        given = self._plain.get("signs", {})
        if not isinstance(given, dict) or len(given) > MOST_SIGNS:
            self._problems["signs"] = _l("Erwartet sind höchstens %(most)s Zeichen.", most=MOST_SIGNS)
            return {}
        found = {}
        for sign, word in given.items():
            name = f"signs[{sign[:LONGEST_SIGN]}]"
            state = next((one for one in (*MEANINGS, ValueState.REPORTED) if one.value == word), None)
            if state is None or (state is ValueState.REPORTED and sign != "0") or len(sign) > LONGEST_SIGN:
                self._problems[name] = _l("Was das Zeichen bedeutet, fehlt.")
            elif state in ZEROS and (sign in _NEVER_ZERO or not sign or (sign != "0" and _is_number(sign))):
                self._problems[name] = _l("Dieses Zeichen steht für keinen Wert und kann keine Null sein.")
            else:
                found[sign] = state
        return found

    def _period(self, given: Mapping[str, Any], key: str, *, at: str = "") -> Period | None:
        text = self._text(given, key, 40, at=at)
        period = read_period(text) if text else None
        if text and period is None:
            reason = _l(
                "„%(text)s“ ist kein Zeitraum. Möglich sind 2025, 2025-06, 31.12.2025 oder 2024/25.", text=text[:40]
            )
            self._problems[at + key] = reason
        return period

    def _day(self) -> date | None:
        text = self._text(self._plain, "territorial_date", 20)
        found = iso_date(text)
        if text and found is None:
            self._problems["territorial_date"] = _l("„%(text)s“ ist kein Datum (JJJJ-MM-TT).", text=text[:40])
        return found

    def _flag(self, key: str) -> bool:
        found = self._plain.get(key, False)
        if not isinstance(found, bool):
            self._problems[key] = _l("Möglich sind true und false.")
            return False
        return found

    def _one_of(self, key: str, choices: tuple[str, ...], *, strip: bool = True) -> str:
        found = self._plain.get(key, "")
        if isinstance(found, str) and strip:
            found = found.strip()
        if found and found not in choices:
            shown = ", ".join(repr(one) for one in choices if one)
            self._problems[key] = _l("Möglich sind: %(choices)s", choices=shown)
            return ""
        return str(found or "")

    def _text(self, given: Mapping[str, Any], key: str, most: int, *, at: str = "") -> str:
        found = given.get(key, "")
        if not isinstance(found, str) or len(found) > most or "\x00" in found:
            self._problems[at + key] = _l("Erwartet ist ein Text von höchstens %(most)s Zeichen.", most=most)
            return ""
        return one_line(found) if key != "sheet" else found


def _values(kind: type[Worded]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", text) is not None


def _enum(kind: Any, value: str) -> Any:
    return kind(value) if value else None
