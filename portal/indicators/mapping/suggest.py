"""What a table says about itself: a rule filled in as far as its content proves it, and questions for the rest.

`suggest` takes what is known already (typed, remembered, or from a mapping file) and never contradicts it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.keys import AreaLevel, key_forms, looks_like_key
from portal.indicators.imports.periods import read_period
from portal.indicators.imports.refusals import ImportRefused, RefusalList, RefusedCell
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.signs import DEUTSCHLANDATLAS, REPLACING, is_class
from portal.indicators.imports.units import unit_in_brackets
from portal.indicators.imports.workbook import text_of
from portal.indicators.mapping import cells as reading
from portal.indicators.mapping.grid import Grid, Opened, Row, headings, is_filled, is_unnamed
from portal.indicators.mapping.rule import DELIMITERS, MIXED, Holds, Rule, RuleRefused, from_plain
from portal.indicators.value_states import ValueState


def _word(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_WORDS = {
    Holds.AREA: _word(r"ags|ars|rs|gkz|agsneu|\w*schl.ssel|schl.sselnummer|kennziffer|key"),
    Holds.PERIOD: _word("jahr|berichtsjahr|stichtag|zeit|zeitraum|datum|monat|year|date|period|time"),
    Holds.UNIT: _word("einheit|unit|ma.einheit"),
    Holds.SERIES: _word("indikator|merkmal|kennzahl|variable|reihe|indicator|measure"),
    Holds.NAME: _word("name|gemeinde|gemeindename|ort|gebiet|stadt|kommune|raumeinheit|kreis|landkreis"),
}
_TOTALS = ("Insgesamt", "insgesamt", "Gesamt", "gesamt", "Total", "total", "zusammen")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_SHORT_KEY = re.compile(r"[1-9](?:[0-9]{3}|[0-9]{6}|[0-9]{10})")
_MARK = re.compile(r"[(]?-?[0-9][0-9., ']*[)]? ?[purse]?")
_HEAD_WITHIN = 30


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the file leaves open. `key` is the key of the mapping file that answers it, `add` the line to be
    added there, for the command line."""

    key: str
    text: Any
    add: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule as plain data, what is open, and the table that it was read from."""

    plain: dict[str, Any]
    questions: tuple[Question, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    signs: tuple[str, ...]

    def column(self, heading: str) -> Mapping[str, Any]:
        return next((one for one in self.plain["columns"] if one["heading"] == heading), {})

    def samples(self, at: int, count: int = 4) -> list[str]:
        """The first different cells of a column."""
        texts = dict.fromkeys(text_of(cells[at]) for _row, cells in self.rows if at < len(cells))
        return [text for text in texts if text][:count]


def suggest(opened: Opened, given: Mapping[str, Any], *, known_keys: Collection[str]) -> Suggestion:
    """Fill in what the content proves. Raises ImportRefused for a sheet or a table that cannot be shown at all."""
    plain = {key: value for key, value in given.items() if value not in ("", None)}
    questions: list[Question] = []
    if (stop := _choose_table(opened, plain, questions)) is not None:
        return stop
    grid = Grid(opened, sheet=str(plain.get("sheet", "")), delimiter=str(plain.get("delimiter", "")))
    sample = grid.sample()
    first, last = _head_of(plain, sample)
    plain["head"] = [first, last]
    head = [row for row in sample if first <= row[0] <= last] or [(first, [""])]
    names = headings(head, grid.merged, grid=grid)
    while len(names) > 1 and is_unnamed(names[-1], len(names) - 1):
        names.pop()
    below = tuple((row, cells) for row, cells in sample if row > last and is_filled(cells) and not _is_note(cells))
    columns = _Columns(names, below, given=plain.get("columns", []), known_keys=known_keys)
    plain["columns"] = columns.plain(questions)
    _ask_about_keys(plain, columns, questions)
    _ask_about_time(plain, columns, [cells for row, cells in sample if row < first], questions)
    signs = _ask_about_values(plain, columns, questions)
    return Suggestion(plain, tuple(questions), tuple(names), below, signs)


def complete(opened: Opened, given: Mapping[str, Any], *, known_keys: Collection[str]) -> Rule:
    """The rule for the command line. Raises ImportRefused where anything is open, with what to add to the mapping."""
    found = suggest(opened, given, known_keys=known_keys)
    head = found.plain.get("head")
    row = head[-1] if found.headings and isinstance(head, list) else 1
    problems = RefusalList()
    for question in found.questions:
        reason = _l("%(question)s Ergänzen Sie in der Zuordnung: %(add)s", question=question.text, add=question.add)
        problems.add(row, question.key, reason)
    problems.conclude()
    try:
        return from_plain(found.plain)
    except RuleRefused as refused:
        said = [
            RefusedCell(row, key, _l("Zuordnung, „%(name)s“: %(reason)s", name=key, reason=reason))
            for key, reason in refused.problems.items()
        ]
        raise ImportRefused(said) from refused


def _choose_table(opened: Opened, plain: dict[str, Any], questions: list[Question]) -> Suggestion | None:
    """Sheet and delimiter; where they are open nothing else can be said."""
    if opened.is_text:
        plain.pop("sheet", None)
        if plain.get("delimiter") not in DELIMITERS:
            is_strange = plain.pop("delimiter", None) is not None
            found = opened.delimiters
            if len(found) > 1 or (found and is_strange):
                add = f'"delimiter": "{found[0]}"'
                questions.append(Question("delimiter", _l("Welches Zeichen trennt die Spalten?"), add))
            if found:
                plain["delimiter"] = found[0]
            else:
                questions.append(Question("delimiter", _l("Welches Zeichen trennt die Spalten?"), '"delimiter": ";"'))
        if questions:
            return Suggestion({**plain, "columns": plain.get("columns", [])}, tuple(questions), (), (), ())
        return None
    plain.pop("delimiter", None)
    sheets = opened.sheets
    if "sheet" not in plain and len(sheets) == 1:
        plain["sheet"] = sheets[0]
    if plain.get("sheet") not in sheets:
        shown = ", ".join(sheets[:10])
        text = _l("Aus welchem Blatt soll gelesen werden? Die Datei enthält: %(sheets)s", sheets=shown)
        questions.append(Question("sheet", text, f'"sheet": "{sheets[0] if sheets else ""}"'))
        return Suggestion({**plain, "columns": plain.get("columns", [])}, tuple(questions), (), (), ())
    return None


def _is_note(cells: Sequence[Cell]) -> bool:
    """Whether a row holds one lone cell of words."""
    filled = [text for cell in cells if (text := text_of(cell))]
    return len(filled) == 1 and not filled[0][:1].isdigit()


def _head_of(plain: Mapping[str, Any], sample: Sequence[Row]) -> tuple[int, int]:
    given = plain.get("head")
    if isinstance(given, int) and not isinstance(given, bool):
        return given, given
    if isinstance(given, list) and len(given) == 2 and all(type(one) is int for one in given):
        return given[0], max(given)
    before = 1
    for row, cells in sample[:_HEAD_WITHIN]:
        texts = [text_of(cell) for cell in cells]
        filled = [text for text in texts if text]
        if len(filled) > 1 and any(
            _is_like_key(text) and len(text) > 3 and not _YEAR.fullmatch(text) for text in filled
        ):
            return before, before
        if len(filled) > 1:
            before = row
    return before, before


def _is_like_key(text: str) -> bool:
    plain = reading.plain_key(text)
    return looks_like_key(plain) or bool(_SHORT_KEY.fullmatch(plain))


class _Columns:
    """The columns of a table with what their cells show."""

    def __init__(self, names: Sequence[str], rows: Sequence[Row], *, given: Any, known_keys: Collection[str]) -> None:
        self.names = names
        listed = given if isinstance(given, list) else []
        self.given = {
            one["heading"]: one for one in listed if isinstance(one, dict) and isinstance(one.get("heading"), str)
        }
        width = range(len(names))
        self._cells = [[cells[at] if at < len(cells) else "" for _row, cells in rows] for at in width]
        self._texts = [[text_of(cell) for cell in column] for column in self._cells]
        # Columns that may be the key or the time, with others: asked for, not taken for figures.
        self._open: set[int] = set()
        self._known = known_keys
        self.kinds: list[Holds | None] = []

    def texts(self, at: int) -> list[str]:
        return [text for text in self._texts[at] if text]

    def cells(self, at: int) -> list[Cell]:
        return [cell for cell in self._cells[at] if cell != ""]

    def has_gaps(self, at: int) -> bool:
        return len(self.texts(at)) < len(self._texts[at])

    def of(self, holds: Holds) -> list[int]:
        return [at for at, kind in enumerate(self.kinds) if kind is holds]

    def plain(self, questions: list[Question]) -> list[dict[str, Any]]:
        """Every column as plain data; what cannot be told is asked for."""
        self.kinds = [self._given_kind(at) for at in range(len(self.names))]
        has_answer = any(kind is not None for kind in self.kinds)
        self._find_key(questions)
        for holds in (Holds.PERIOD, Holds.UNIT, Holds.SERIES, Holds.NAME):
            if not self.of(holds):
                found = [at for at, kind in enumerate(self.kinds) if kind is None and self._may_be(at, holds)]
                if len(found) == 1:
                    self.kinds[found[0]] = holds
                elif holds is Holds.PERIOD:
                    self._open |= set(found)
        for at, kind in enumerate(self.kinds):
            if kind is None and at not in self._open and self._is_figures(at):
                self.kinds[at] = Holds.VALUE
            elif kind is None and len(set(self.texts(at))) < 2 and not has_answer:
                self.kinds[at] = Holds.NOTHING
        found_columns = []
        for at, name in enumerate(self.names):
            kind = self.kinds[at]
            if kind is None:
                if not (is_unnamed(name, at) and not self.texts(at)):
                    text = _l("Was enthält die Spalte „%(name)s“?", name=name[:60])
                    questions.append(Question("columns", text, f'{{"heading": "{name}", "holds": "…"}}'))
                    found_columns.append({"heading": name})
                continue
            found_columns.append(self._plain(at, name, kind))
        return found_columns

    def _given_kind(self, at: int) -> Holds | None:
        word = self.given.get(self.names[at], {}).get("holds")
        return Holds(word) if isinstance(word, str) and word in {kind.value for kind in Holds} else None

    def _find_key(self, questions: list[Question]) -> None:
        if self.of(Holds.AREA):
            return
        likely = [at for at, kind in enumerate(self.kinds) if kind is None and self._may_be(at, Holds.AREA)]
        named = [at for at in likely if _WORDS[Holds.AREA].search(self.names[at])]
        sure = [at for at in likely if self._share_known(at) > 0.5]
        if len(named) == 1 or len(likely) == 1:
            self.kinds[(named or likely)[0]] = Holds.AREA
        elif len(sure) == 1:
            self.kinds[sure[0]] = Holds.AREA
        elif likely:
            self._open |= set(likely)
            shown = ", ".join(self.names[at] for at in likely[:6])
            text = _l("In welcher Spalte steht der Gebietsschlüssel? Möglich sind: %(names)s", names=shown)
            questions.append(Question("columns", text, f'{{"heading": "{self.names[likely[0]]}", "holds": "area"}}'))
        else:
            text = _l("In welcher Spalte steht der Gebietsschlüssel (AGS)? Namen sind keine Schlüssel.")
            questions.append(Question("columns", text, '{"heading": "…", "holds": "area"}'))

    def _share_known(self, at: int) -> float:
        texts = self.texts(at)
        known = sum(any(form in self._known for form in _forms(text)) for text in texts)
        return known / len(texts) if texts else 0.0

    def _may_be(self, at: int, holds: Holds) -> bool:
        texts, name = self.texts(at), self.names[at]
        if not texts:
            return False
        if holds is Holds.AREA:
            keys = [text for text in texts if _is_like_key(text) and len(reading.plain_key(text)) > 3]
            is_named = bool(_WORDS[holds].search(name))
            return 10 * len(keys) > 9 * len(texts) and (is_named or not all(map(_YEAR.fullmatch, keys)))
        if holds is Holds.PERIOD:
            is_named = bool(_WORDS[holds].search(name))
            return all(map(reading.is_period, self.cells(at))) and (
                is_named or not any(_YEAR.fullmatch(text) for text in texts)
            )
        words = not self._is_figures(at) and any(any(map(str.isalpha, text)) or "%" in text for text in texts)
        return words and bool(_WORDS[holds].search(name))

    def _is_figures(self, at: int) -> bool:
        texts = self.texts(at)
        if not texts:
            return bool(_YEAR.fullmatch(self.names[at]))
        numbers = [text for text in texts if _MARK.fullmatch(text)]
        signs = [text for text in texts if text in REPLACING or text in DEUTSCHLANDATLAS or is_class(text)]
        return 2 * (len(numbers) + len(signs)) >= len(texts)

    def _plain(self, at: int, name: str, kind: Holds) -> dict[str, Any]:
        given = {key: value for key, value in self.given.get(name, {}).items() if value not in ("", None)}
        found: dict[str, Any] = {"heading": name, "holds": kind.value}
        if kind is Holds.VALUE:
            label, unit = unit_in_brackets(name) or (name, "")
            years = _YEAR.findall(name)
            if not self.of(Holds.PERIOD) and len(years) == 1:
                found["period"] = years[0]
                label = _YEAR.sub("", label).strip(" |,-–:") if label != years[0] else ""
            found |= {key: value for key, value in (("label", label), ("unit", unit)) if value and value != name}
        elif kind is Holds.PART:
            found["total"] = next((word for word in _TOTALS if word in self.texts(at)), "")
        return found | given


def _forms(text: str) -> tuple[str, ...]:
    plain = reading.plain_key(text)
    return (*key_forms(plain), plain[:5] + plain[9:], "0" + plain)


def _ask_about_keys(plain: dict[str, Any], columns: _Columns, questions: list[Question]) -> None:
    at = next(iter(columns.of(Holds.AREA)), None)
    if at is None:
        return
    keys = [reading.plain_key(text) for text in columns.texts(at) if _is_like_key(text)]
    is_number = any(re.fullmatch(r"[0-9]+[.,]0+", text) for text in columns.texts(at) if text not in keys)
    short = [key for key in keys if _SHORT_KEY.fullmatch(key)]
    lengths = {len(key) + (key in short) for key in keys}
    if "level" not in plain:
        if lengths <= {8, 12} and lengths:
            is_county = all(key.endswith("000") for key in keys)
            plain["level"] = (AreaLevel.COUNTY if is_county else AreaLevel.MUNICIPALITY).value
        elif lengths == {5}:
            plain["level"] = AreaLevel.COUNTY.value
        elif lengths == {9}:
            plain["level"] = AreaLevel.ASSOCIATION.value
        else:
            text = _l("Welche Gebiete sind gemeint? Die Spalte enthält Schlüssel verschiedener Länge.")
            questions.append(Question("level", text, f'"level": "municipality" / "county" / "{MIXED}"'))
    if "short_keys" not in plain and (short or is_number):
        example = (short or keys)[0]
        text = _l("Schlüssel wie „%(key)s“ haben keine führende Null. Darf sie ergänzt werden?", key=example[:20])
        questions.append(Question("short_keys", text, '"short_keys": true / false'))


def _ask_about_time(
    plain: dict[str, Any], columns: _Columns, above: Sequence[Sequence[Cell]], questions: list[Question]
) -> None:
    times = columns.of(Holds.PERIOD)
    for at in times:
        dates = [cell for cell in columns.cells(at) if reading.is_two_way_date(cell)]
        if dates and "dates" not in plain:
            text = _l("Was meint „%(text)s“: erst der Tag oder erst der Monat?", text=str(dates[0])[:20])
            questions.append(Question("dates", text, '"dates": "day_first" / "month_first"'))
    open_values = [one for one in plain["columns"] if one.get("holds") == Holds.VALUE.value and not one.get("period")]
    if times or not open_values or "period" in plain:
        return
    words = [part for cells in above for cell in cells for part in re.split(r"[\s:;,()]+", text_of(cell)) if part]
    found = list(dict.fromkeys(period.text for part in words if (period := read_period(part.strip(".")))))
    if len(found) == 1:
        plain["period"] = found[0]
        return
    text = _l("Für welchen Zeitraum oder Stichtag gelten die Werte?")
    questions.append(Question("period", text, '"period": "2025"'))


def _ask_about_values(plain: dict[str, Any], columns: _Columns, questions: list[Question]) -> tuple[str, ...]:
    places = columns.of(Holds.VALUE)
    texts = [str(cell).strip() for at in places for cell in columns.cells(at) if isinstance(cell, str)]
    written = reading.how_written([text.strip("()purse% ") for text in texts])
    if "decimal" not in plain and "thousands" not in plain:
        if written.clash:
            text = _l(
                "Zahlen wie „%(text)s“ sind verschieden geschrieben. Was trennt die Dezimalstellen?",
                text=written.clash[:20],
            )
            questions.append(Question("decimal", text, '"decimal": "," / "."'))
        elif written.unclear:
            text = _l("„%(text)s“ kann Dezimalzahl oder Tausender sein. Was gilt?", text=written.unclear[:20])
            questions.append(Question("decimal", text, '"decimal": ","  /  "thousands": "."'))
    if not written.clash and not written.unclear:
        if written.decimal is not None:
            plain.setdefault("decimal", written.decimal.value)
        if written.thousands and written.thousands != plain.get("decimal"):
            plain.setdefault("thousands", written.thousands)
    # A number of a workbook is no sign, however it is written out; a zero may be one.
    kept = (cell for at in places for cell in columns.cells(at) if not (isinstance(cell, float) and cell))
    every = {text_of(cell) for cell in kept}
    found = {text for text in every if not _MARK.fullmatch(text.removesuffix("%")) and not is_class(text)}
    found |= every & set(DEUTSCHLANDATLAS)
    if any(columns.has_gaps(at) for at in places):
        found.add("")
    given = plain.get("signs")
    signs = dict(given) if isinstance(given, dict) else {}
    if "0" in every and found & {"-", "–", ".", "/"}:
        found.add("0")
    for sign in sorted(found):
        if sign in signs:
            continue
        state = ValueState.MISSING if sign == "" else REPLACING.get(sign, DEUTSCHLANDATLAS.get(sign))
        if state is not None:
            signs[sign] = state.value
        elif sign == "0":
            text = _l(
                "Was bedeutet eine gedruckte 0? Neben Zeichen wie „-“ oder „.“ heißt sie oft „weniger als die Hälfte“."
            )
            questions.append(Question("signs", text, '"signs": {"0": "reported" / "rounded_to_zero"}'))
        else:
            text = _l("Was bedeutet „%(sign)s“ in den Spalten mit Werten?", sign=sign[:40])
            questions.append(Question("signs", text, f'"signs": {{"{sign[:40]}": "missing" / "suppressed" / …}}'))
    plain["signs"] = signs
    return tuple(sorted({*found, *signs}))
