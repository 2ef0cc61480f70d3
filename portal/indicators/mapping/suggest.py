"""What a table says about itself: a rule filled in as far as its content proves it, and questions for the rest.

`suggest` takes what is known already (typed, remembered, or from a mapping file) and never contradicts it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.text import one_line
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.periods import read_period
from portal.indicators.imports.refusals import ImportRefused, RefusalList, RefusedCell, column_letter
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.signs import DEUTSCHLANDATLAS, REPLACING, is_class
from portal.indicators.imports.workbook import text_of
from portal.indicators.mapping import cells as reading
from portal.indicators.mapping.columns import NUMERAL, SHORT_KEY, YEAR, Columns, Question, is_like_key
from portal.indicators.mapping.grid import Grid, Opened, Row, headings, is_filled, is_unnamed
from portal.indicators.mapping.rule import DELIMITERS, MIXED, Holds, Rule, RuleRefused, from_plain
from portal.indicators.value_states import ValueState

_HEAD_WITHIN = 30
_OF_COLUMN = re.compile(r"columns\[([0-9]+)\]")
_ABOUT = {
    "level": Holds.AREA,
    "short_keys": Holds.AREA,
    "rows_without_key": Holds.AREA,
    "dates": Holds.PERIOD,
    "period": Holds.VALUE,
    "decimal": Holds.VALUE,
    "thousands": Holds.VALUE,
    "signs": Holds.VALUE,
}


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
    columns = Columns(names, below, given=plain.get("columns", []), known_keys=known_keys)
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
    _check_headings(found, given, row)
    problems = RefusalList()
    for question in found.questions:
        reason = _l("%(question)s Ergänzen Sie in der Zuordnung: %(add)s", question=question.text, add=question.add)
        problems.add(row, _column_of(found, question.key), reason)
    problems.conclude()
    try:
        return from_plain(found.plain)
    except RuleRefused as refused:
        said = [
            RefusedCell(row, _column_of(found, key), _l("Zuordnung, „%(name)s“: %(reason)s", name=key, reason=reason))
            for key, reason in refused.problems.items()
        ]
        raise ImportRefused(said) from refused


def _column_of(found: Suggestion, key: str) -> str:
    """The letter of the first column that a key of the mapping file is about; those about the whole table: the first
    column."""
    if match := _OF_COLUMN.match(key):
        columns = found.plain["columns"]
        names = [columns[int(match[1])].get("heading")] if int(match[1]) < len(columns) else []
    else:
        holds = _ABOUT.get(key.partition("[")[0])
        names = [one["heading"] for one in found.plain["columns"] if holds and one.get("holds") == holds.value]
    return column_letter(next((found.headings.index(name) for name in names if name in found.headings), 0))


def _check_headings(found: Suggestion, given: Mapping[str, Any], row: int) -> None:
    """Raise ImportRefused where table and mapping name different columns: another column is not asked about, because
    it may be the wrong table, and the numbers of a new column may mean something else."""
    listed = given.get("columns")
    if not found.headings or not isinstance(listed, list):
        return
    holds = {
        one_line(one["heading"]): one.get("holds")
        for one in listed
        if isinstance(one, dict) and isinstance(one.get("heading"), str)
    }
    problems = RefusalList()
    absent = [name for name, kind in holds.items() if kind != Holds.NOTHING.value and name not in found.headings]
    names_values = Holds.VALUE.value in holds.values()
    for at, name in enumerate(found.headings):
        is_new_value = names_values and found.column(name).get("holds") == Holds.VALUE.value
        if name not in holds and not is_unnamed(name, at) and (absent or is_new_value):
            reason = _l("Die Spalte „%(name)s“ kennt die Zuordnung nicht.", name=name[:60])
            problems.add(row, column_letter(at), reason)
    for name in absent:
        reason = _l("Die Spalte „%(name)s“ fehlt in der Kopfzeile.", name=name[:60])
        problems.add(row, "A", reason)
    problems.conclude()


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
        if len(filled) > 1 and any(is_like_key(text) and len(text) > 3 and not YEAR.fullmatch(text) for text in filled):
            return before, before
        if len(filled) > 1:
            before = row
    return before, before


def _ask_about_keys(plain: dict[str, Any], columns: Columns, questions: list[Question]) -> None:
    at = next(iter(columns.of(Holds.AREA)), None)
    if at is None:
        return
    keys = [reading.plain_key(text) for text in columns.texts(at) if is_like_key(text)]
    decimal = next((text for text in columns.texts(at) if re.fullmatch(r"[0-9]+[.,]0+", text)), "")
    short = [key for key in keys if SHORT_KEY.fullmatch(key)]
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
    if "short_keys" not in plain and decimal:
        text = _l(
            "Die Schlüssel sind als Kommazahlen gespeichert, z. B. „%(key)s“. Am besten geben Sie die Datei noch einmal"
            " aus, mit dieser Spalte im Format „Text“. Oder dürfen Nachkommastellen wegfallen und führende Nullen"
            " ergänzt werden?",
            key=decimal[:20],
        )
        questions.append(Question("short_keys", text, '"short_keys": true / false'))
    elif "short_keys" not in plain and short:
        example = short[0]
        text = _l("Schlüssel wie „%(key)s“ haben keine führende Null. Darf sie ergänzt werden?", key=example[:20])
        questions.append(Question("short_keys", text, '"short_keys": true / false'))


def _ask_about_time(
    plain: dict[str, Any], columns: Columns, above: Sequence[Sequence[Cell]], questions: list[Question]
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


def _ask_about_values(plain: dict[str, Any], columns: Columns, questions: list[Question]) -> tuple[str, ...]:
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
    found = {text for text in every if not NUMERAL.fullmatch(text.removesuffix("%")) and not is_class(text)}
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
