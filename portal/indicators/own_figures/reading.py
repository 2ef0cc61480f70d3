"""A filled-in template read cell by cell: what is entered, or every cell that does not fit, with what helps (pure)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any, NamedTuple

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from portal.core.languages import DEFAULT
from portal.indicators import words
from portal.indicators.imports.area_names import NamedArea, contradicted
from portal.indicators.imports.periods import Period, read_period
from portal.indicators.imports.refusals import RefusalList, column_letter, refuse
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.workbook import Sheet, Workbook, figure_of, text_of
from portal.indicators.natures import Nature
from portal.indicators.own_figures.layout import (
    KEY_HEAD,
    NAME_HEAD,
    NOTES,
    SEPARATOR,
    SHEET,
    SIGN_MARK,
    SIGNS,
    OwnIndicator,
    value_mark,
)
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState

_SEARCHED_ROWS = 20
_MOST_COLUMNS = 400
_MOST_ROWS = 5_000
_MOST = 1e12


class Entered(NamedTuple):
    """One filled-in cell. `row` counts from 1, `column` is the letter of the number's column."""

    indicator: str
    area_id: int
    period: Period
    value: float | None
    state: ValueState
    row: int
    column: str


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a template may hold: entries by key, areas by official key, and the smallest number of cases shown.

    `names` are what an area is called, the usual name first, by official key. `foreign` are keys of entries that
    somebody else delivers, with the reason that is given.
    """

    indicators: Mapping[str, OwnIndicator]
    foreign: Mapping[str, Any]
    areas: Mapping[str, int]
    names: Mapping[str, Collection[str]]
    smallest: int
    today: date


@dataclass(frozen=True, kw_only=True)
class Read:
    """A template that was read: filled cells in the order of the sheet, columns found, cells left empty."""

    entered: tuple[Entered, ...]
    columns: tuple[tuple[str, Period], ...]
    empty: int
    areas: frozenset[int] = field(default=frozenset())


# Stands for a cell that was refused.
_DOUBTFUL = Entered("", 0, Period("", PeriodKind.YEAR), None, ValueState.MISSING, 0, "")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A column of numbers with its column of signs (both counted from 0)."""

    indicator: OwnIndicator
    period: Period
    value: int
    sign: int


def is_template(workbook: Workbook) -> bool:
    """Whether a workbook is a template of own figures, whatever else is wrong with it."""
    return SHEET in workbook.visible and _head_of(workbook.peek(SHEET, _SEARCHED_ROWS)) is not None


def read(workbook: Workbook, expected: Expected) -> Read:
    """Everything that was filled in. Raises ImportRefused with every cell that does not fit."""
    if SHEET not in workbook:
        reason = _l("Das Blatt „%(sheet)s“ fehlt. Bitte benutzen Sie die Vorlage von dieser Seite.", sheet=SHEET)
        raise refuse(1, "A", reason)
    for name in (*workbook.visible, *workbook.hidden):
        if name not in {SHEET, NOTES} and any(map(any, workbook.peek(name, _MOST_ROWS))):
            reason = _l(
                "Dieses Blatt gehört nicht zur Vorlage. Die Datei wurde nicht angenommen und nicht aufbewahrt. Bitte"
                " löschen Sie das Blatt und laden Sie die Vorlage noch einmal hoch."
            )
            raise refuse(1, "A", reason, sheet=name)
    sheet = workbook.sheet(SHEET)
    if sheet.width > _MOST_COLUMNS or sheet.height > _MOST_ROWS:
        raise refuse(1, "A", _l("Das Blatt ist viel größer als die Vorlage. Bitte laden Sie sie neu."), sheet=SHEET)
    rows = list(sheet.rows())
    head = _head_of([cells for _number, cells in rows[:_SEARCHED_ROWS]])
    if head is None:
        reason = _l(
            "Die graue Zeile mit „AGS“ und den Kürzeln fehlt. Bitte laden Sie die Vorlage neu und übertragen Sie "
            "die Zahlen."
        )
        raise refuse(1, "A", reason, sheet=SHEET)
    reading = _Reading(expected, rows[head], sheet)
    reading.check_heads(rows[:head])
    return reading.read(rows[head + 1 :])


def _head_of(rows: Sequence[Sequence[Cell]]) -> int | None:
    for index, cells in enumerate(rows):
        if KEY_HEAD in cells and any(SEPARATOR in text_of(cell) for cell in cells):
            return index
    return None


class _Reading:
    """One sheet on its way: the columns that were found, the areas that were seen, the cells that were refused."""

    def __init__(self, expected: Expected, head: tuple[int, Sequence[Cell]], sheet: Sheet) -> None:
        self._expected = expected
        self._refusals = RefusalList()
        self._seen: dict[int, int] = {}
        self._row, cells = head
        self._key_column = list(cells).index(KEY_HEAD)
        self._name_column = list(cells).index(NAME_HEAD) if NAME_HEAD in cells else None
        self._pairs = list(self._columns(cells))
        self._refusals.conclude()
        if not self._pairs:
            raise refuse(self._row, "D", _l("Die Vorlage enthält keine Spalte für eine Kennzahl."), sheet=SHEET)
        for pair in self._pairs:
            sheet.check_scale(range(pair.value, pair.value + 1))

    def check_heads(self, above: Sequence[tuple[int, Sequence[Cell]]]) -> None:
        """Refuse columns whose heads, which people read, say another period or indicator than their keys."""
        with force_locale(DEFAULT):  # like the template
            periods = {words.period(pair.period.text): pair.period for pair in self._pairs}
        names = {pair.indicator.name: pair.indicator for pair in self._pairs}
        for row, cells in above:
            for pair in self._pairs:
                text = text_of(cells[pair.value])
                period, indicator = periods.get(text) or read_period(text), names.get(text)
                if period not in {None, pair.period} or indicator not in {None, pair.indicator}:
                    reason = _l(
                        "Hier steht „%(text)s“, in der grauen Zeile darunter aber %(key)s. Vermutlich wurden Spalten"
                        " vertauscht. Bitte laden Sie die Vorlage neu und übertragen Sie die Zahlen.",
                        text=text[:60],
                        key=value_mark(pair.indicator.key, pair.period.text),
                    )
                    self._refusals.add(row, column_letter(pair.value), reason, sheet=SHEET)
        self._refusals.conclude()

    def read(self, rows: Iterable[tuple[int, Sequence[Cell]]]) -> Read:
        """Every filled-in cell below the head."""
        entered, empty, first = list[Entered](), 0, self._row + 1
        for row, cells in rows:
            self._row = row
            area_id = self._area(cells)
            if area_id is None:
                continue
            for pair in self._pairs:
                one = self._cell(cells, pair, area_id)
                if one is None:
                    empty += 1
                elif one is not _DOUBTFUL:
                    entered.append(one)
        self._refusals.conclude()
        if not entered:
            reason = _l("In der Vorlage ist nichts ausgefüllt. Bitte tragen Sie einen Wert oder ein Zeichen ein.")
            raise refuse(first, column_letter(self._pairs[0].value), reason, sheet=SHEET)
        return Read(
            entered=tuple(entered),
            columns=tuple((pair.indicator.key, pair.period) for pair in self._pairs),
            empty=empty,
            areas=frozenset(self._seen),
        )

    def _doubt(self, column: int, reason: Any) -> None:
        self._refusals.add(self._row, column_letter(column), reason, sheet=SHEET)

    def _columns(self, cells: Sequence[Cell]) -> Iterator[_Pair]:
        """Columns of numbers with their columns of signs, wherever they were moved."""
        texts = [text_of(cell) for cell in cells]
        marks = {text: column for column, text in enumerate(texts) if SEPARATOR in text}
        if len(marks) != sum(SEPARATOR in text for text in texts):
            reason = _l("Zwei Spalten tragen dasselbe Kürzel. Bitte löschen Sie eine davon.")
            raise refuse(self._row, "A", reason, sheet=SHEET)
        ending = f"{SEPARATOR}{SIGN_MARK}"
        for mark, column in marks.items():
            if mark.endswith(ending):
                if mark.removesuffix(ending) not in marks:
                    self._doubt(column, _l("Zu dieser Spalte mit Zeichen fehlt die Spalte mit den Zahlen."))
                continue
            pair = self._column(mark, column, marks.get(mark + ending))
            if pair is not None:
                yield pair

    def _column(self, mark: str, column: int, sign: int | None) -> _Pair | None:
        key, _separator, text = mark.partition(SEPARATOR)
        indicator, period = self._expected.indicators.get(key), read_period(text)
        if indicator is None:
            unknown = _l("Die Kennzahl „%(key)s“ gibt es nicht.", key=key)
            self._doubt(column, self._expected.foreign.get(key, unknown))
        elif period is None:
            reason = _l("„%(text)s“ ist kein Zeitraum. Möglich sind 2025, 2025-06, 31.12.2025 oder 2024/25.", text=text)
            self._doubt(column, reason)
        elif _begins_later(period, self._expected.today):
            reason = _l("Der Zeitraum %(text)s hat noch nicht begonnen. Bitte prüfen Sie das Jahr.", text=text)
            self._doubt(column, reason)
        elif sign is None:
            self._doubt(column, _l("Die Spalte „Zeichen“ zu dieser Zahl fehlt. Bitte laden Sie die Vorlage neu."))
        else:
            return _Pair(indicator, period, column, sign)
        return None

    def _area(self, cells: Sequence[Cell]) -> int | None:
        """The area of a row; None for rows without figures and for rows that are refused."""
        key, known = text_of(cells[self._key_column]), self._expected.areas
        is_filled = any(text_of(cells[place]) for pair in self._pairs for place in (pair.value, pair.sign))
        if not key and not is_filled:
            return None
        if is_filled and self._is_misnamed(cells, key):
            return None
        area_id = known.get(key)
        if area_id is not None and area_id not in self._seen:
            self._seen[area_id] = self._row
            return area_id
        if area_id is not None:
            reason: Any = _l("Dieses Gebiet steht schon in Zeile %(row)s.", row=self._seen[area_id])
        elif not key:
            reason = _l("In dieser Zeile stehen Zahlen, aber kein Schlüssel des Gebiets.")
        elif f"0{key}" in known:
            reason = _l(
                "Dem Schlüssel fehlt die führende Null: Die Zelle muss Text sein. Richtig ist %(key)s.", key=f"0{key}"
            )
        else:
            reason = _l("Den Schlüssel „%(key)s“ gibt es in diesem Landkreis nicht.", key=key)
        self._doubt(self._key_column, reason)
        return None

    def _is_misnamed(self, cells: Sequence[Cell], key: str) -> bool:
        """Whether another name stands beside the key of a row with figures; then the cell of the name is refused."""
        if self._name_column is None:
            return False
        name = text_of(cells[self._name_column])
        letter = column_letter(self._name_column)
        usual = contradicted(NamedArea(key, name, self._row, letter, SHEET), self._expected.names)
        if usual:
            reason = _l(
                "Schlüssel und Name widersprechen sich: %(key)s ist %(known)s, hier steht %(name)s. Sind nur einzelne "
                "Spalten sortiert worden, stehen auch die Zahlen falsch. Bitte bringen Sie jede Zahl zu ihrem Gebiet.",
                key=key,
                known=usual,
                name=name[:60],
            )
            self._doubt(self._name_column, reason)
        return bool(usual)

    def _cell(self, cells: Sequence[Cell], pair: _Pair, area_id: int) -> Entered | None:
        """One number with its sign; None where both are empty, `_DOUBTFUL` where they were refused."""
        written, sign = cells[pair.value], text_of(cells[pair.sign]).casefold()
        state, value = SIGNS.get(sign), _number(written) if text_of(written) else None
        faulty, reason = _contradiction(sign, state, value)
        if reason is None and isinstance(value, float):
            reason = _unfit(value, pair.indicator, self._expected.smallest)
        if reason is not None:
            self._doubt(pair.sign if faulty == SIGN_MARK else pair.value, reason)
            return _DOUBTFUL
        assert not isinstance(value, str)
        if state is None:
            if value is None:
                return None
            state = ValueState.ZERO if value == 0 else ValueState.REPORTED
        return Entered(pair.indicator.key, area_id, pair.period, value, state, self._row, column_letter(pair.value))


def _begins_later(period: Period, today: date) -> bool:
    if period.kind is PeriodKind.DATE:
        return period.text > today.isoformat()
    return int(period.text[:4]) > today.year


def _contradiction(sign: str, state: ValueState | None, value: float | str | None) -> tuple[str, Any]:
    """What is wrong between a number (or the text in its place) and its sign, and in which of the two columns."""
    if sign and state is None:
        known = ", ".join(SIGNS)
        words = _l("Das Zeichen „%(sign)s“ ist nicht bekannt. Möglich sind: %(known)s.", sign=sign, known=known)
        return SIGN_MARK, words
    if isinstance(value, str):
        return "", _not_a_number(value)
    if value is None and state is not None and state.has_number:
        return SIGN_MARK, _l("Neben „%(sign)s“ fehlt die Zahl.", sign=sign)
    if value is not None and state is not None and not state.has_number:
        return "", _l("Hier stehen eine Zahl und „%(sign)s“. Bitte löschen Sie eins von beiden.", sign=sign)
    return "", None


def _number(cell: Cell) -> float | str:
    """The number of a cell, or what stands there instead."""
    reading = figure_of(cell)
    if reading is not None and reading.value is not None and reading.state is ValueState.REPORTED:
        return reading.value
    return text_of(cell) or "?"


def _not_a_number(text: str) -> Any:
    if text in {"-", "–", "—"}:
        return _l("Ein Strich ist keine Null. Tragen Sie 0 ein oder wählen Sie ein Zeichen in der Spalte daneben.")
    if text.casefold() in SIGNS or text in {".", "*", "x", "…", "..."}:
        return _l("„%(text)s“ ist keine Zahl. Zeichen gehören in die Spalte daneben.", text=text)
    return _l("„%(text)s“ ist keine Zahl.", text=text)


def _unfit(value: float, indicator: OwnIndicator, smallest: int) -> Any:
    """Why a number cannot stand there; None if it can."""
    if not isfinite(value) or abs(value) > _MOST:
        return _l("Die Zahl ist zu groß.")
    if indicator.nature is not Nature.COUNT:
        return None
    if value < 0 or not value.is_integer():
        return _l("„%(name)s“ ist eine Anzahl: eine ganze Zahl, null oder größer.", name=indicator.name)
    if indicator.counts_cases and 0 < value < smallest:
        return _l(
            "Kleine Fallzahlen (1 bis %(most)s) könnten auf einzelne Menschen zeigen. Bitte löschen Sie die Zahl und "
            "wählen Sie daneben „geheim“.",
            most=smallest - 1,
        )
    return None
