"""Head of a classic table: what the lines above the figures say about columns, units and time.

A first line names the table, title lines fill the first cell only, then heads of several levels are repeated
over the columns they span and leave the cells above the row labels empty; the last of them is the unit row,
unless a title line ends in `(unit)`. The reference date stands in the first column, in the heads or in a
title line.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from flask_babel import lazy_gettext as _l

from portal.core.text import slugify
from portal.indicators.imports.choices import Answers, Open, choose
from portal.indicators.imports.formats import CLASSIC_FIRST_LINE
from portal.indicators.imports.headings import MOST_COLUMNS, check_text, wrong_width
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.numerals import DecimalSign
from portal.indicators.imports.observations import Measure
from portal.indicators.imports.periods import Period, read_period
from portal.indicators.imports.refusals import column_letter, refuse
from portal.indicators.imports.units import is_unit, unit_in_brackets
from portal.indicators.periods import PeriodKind

MOST_LINES = 40
# The answer that no time of the title lines counts, but the one in each row.
BY_COLUMN = "column"
_HEAD_KINDS = frozenset({PeriodKind.DATE, PeriodKind.YEAR})
_TABLE_CODE = re.compile(r"[0-9A-Z][0-9A-Za-z.-]*[0-9][0-9A-Za-z.-]*")
_TIME_WORD = re.compile(r"(?:Stichtag|Berichtsjahr|Jahr|Zeit|Reference date|Year)[: ]+(.+)")
_TIME_HEADS = frozenset({"Stichtag", "Stichtage", "Jahr", "Jahre", "Berichtsjahr", "Zeit", "Year", "Reference date"})
_TOTALS = ("Insgesamt", "insgesamt", "Zusammen", "zusammen", "Total", "total")
_DEPTH = re.compile(r"regionale (?:Tiefe|Ebene): *(.+)", re.IGNORECASE)
_DEPTHS = (("Gemeinde", AreaLevel.MUNICIPALITY), ("Kreis", AreaLevel.COUNTY), ("Bundesl", AreaLevel.STATE))


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of figures: its measure and, if its head names the time, its period.

    `wholes` are the measures of the columns that are its total, by their heads.
    """

    index: int
    letter: str
    measure: Measure
    period: Period | None
    wholes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head understood. `labels` columns of row labels come first; `period` holds for the whole table."""

    code: str | None
    title: str
    decimal: DecimalSign
    width: int
    labels: int
    columns: tuple[ValueColumn, ...]
    period: Period | None
    depth: AreaLevel | None
    first_row: int


def is_head_row(cells: Sequence[str]) -> bool:
    """Whether a row is title or head, not figures: nothing but the first cell, or an empty first cell."""
    return not cells[0].strip() or not any(cell.strip() for cell in cells[1:])


def shape_of(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, int]:
    """Number of label columns and of all columns; every head row must agree. Raises ImportRefused."""
    heads = _heads(rows)
    if not heads:
        raise refuse(rows[-1][0], "A", _l("Der Tabellenkopf über den Zahlenspalten fehlt."))
    first_line, first = heads[0]
    labels = next(i for i, cell in enumerate(first) if cell)
    if len(first) > MOST_COLUMNS:
        raise refuse(first_line, column_letter(MOST_COLUMNS), _l("Mehr als %(limit)s Spalten.", limit=MOST_COLUMNS))
    for line, cells in heads:
        if len(cells) != len(first):
            raise refuse(line, column_letter(min(len(cells), len(first))), wrong_width(len(cells), len(first)))
        for index, cell in enumerate(cells):
            if bool(cell) != (index >= labels):
                raise refuse(line, column_letter(index), _l("Der Tabellenkopf ist lückenhaft oder verschoben."))
    return labels, len(first)


def read_head(rows: Sequence[tuple[int, list[str]]], *, first_row: int, is_time_below: bool, answers: Answers) -> Head:
    """Understand the lines above the figures, given with their line numbers.

    `is_time_below`: a label column holds the time, so years among the heads are headings like any other; `answers`
    says which of several times counts. Raises ImportRefused.
    """
    match = CLASSIC_FIRST_LINE.fullmatch(";".join(rows[0][1]).rstrip(";"))
    if match is None:
        raise refuse(1, "A", _l("Die erste Zeile nennt keine Tabelle („Tabelle: …“)."))
    labels, width = shape_of(rows)
    titles = [(line, cells[0].strip()) for line, cells in rows[1:] if cells[0].strip()]
    heads = _heads(rows)
    period = _period_of_titles(titles, is_time_below=is_time_below, answers=answers)
    levels = [tuple(cells[labels:]) for _, cells in heads]
    times = None if is_time_below or period else _take_times(levels)
    code = match["code"] if _TABLE_CODE.fullmatch(match["code"]) else None
    columns = _columns(levels, titles, times, prefix=code or slugify(titles[0][1] if titles else "")[:24] or "tabelle")
    seen: dict[tuple[str, str, Period | None], str] = {}
    placed = []
    for offset, (measure, column_period, wholes) in enumerate(columns):
        letter = column_letter(labels + offset)
        if not measure.label or not measure.unit:
            raise refuse(heads[-1][0], letter, _l("Für die Spalte ist keine Einheit oder kein Merkmal zu erkennen."))
        reason = check_text(measure.label)
        if reason is not None:
            raise refuse(heads[0][0], letter, reason)
        other = seen.setdefault((measure.code, measure.unit, column_period), letter)
        if other != letter:
            reason = _l("Die Spalten %(one)s und %(two)s haben denselben Kopf.", one=other, two=letter)
            raise refuse(heads[-1][0], letter, reason)
        placed.append(ValueColumn(labels + offset, letter, measure, column_period, wholes))
    return Head(
        code=code,
        title=" ".join(text for _, text in titles),
        decimal=DecimalSign.COMMA if match["word"] == "Tabelle" else DecimalSign.POINT,
        width=width,
        labels=labels,
        columns=tuple(placed),
        period=period,
        depth=_depth(titles),
        first_row=first_row,
    )


def _heads(rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Lines with an empty first cell and something after it, cells in one spelling."""
    heads = [
        (line, [normalize("NFC", " ".join(cell.split())) for cell in cells])
        for line, cells in rows[1:]
        if not cells[0].strip()
    ]
    return [(line, cells) for line, cells in heads if any(cells)]


def _columns(
    levels: list[tuple[str, ...]], titles: list[tuple[int, str]], times: list[Period] | None, *, prefix: str
) -> list[tuple[Measure, Period | None, tuple[str, ...]]]:
    """Measure, time and wholes of every column; a unit that cannot be told stays empty."""
    count = len(times) if times else len(levels[0])
    units: Sequence[str] = [""] * count
    unit_of_table, name = _unit_of_title(titles)
    # A unit that is not known may be damage, and a heading may be taken for a unit: the caller refuses both.
    if levels and 2 * sum(map(is_unit, levels[-1])) > len(levels[-1]):
        units = [unit if is_unit(unit) else "" for unit in levels.pop()]
    elif unit_of_table:
        units = [unit_of_table] * count
        # The title names the one measure of such a table; heads only break it down.
        levels.insert(0, (name,) * count)
    columns: list[tuple[Measure, Period | None]] = []
    paths: list[tuple[str, ...]] = []
    for position in range(count):
        path = [level[position] for level in levels] or [name]
        unit = units[position]
        if not unit and (split := unit_in_brackets(path[-1])):
            path[-1], unit = split
        measure = Measure(_code(prefix, path), unit, _label(path))
        columns.append((measure, times[position] if times else None))
        paths.append(tuple(path))
    codes = {(path, measure.unit, time): measure.code for path, (measure, time) in zip(paths, columns, strict=True)}
    return [
        (measure, time, tuple(codes[key] for whole in _totals(path) if (key := (whole, measure.unit, time)) in codes))
        for path, (measure, time) in zip(paths, columns, strict=True)
    ]


def _totals(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The heads that a total of this column may have: the same but for one level, which says that it is the whole."""
    for level, heading in enumerate(path):
        if heading not in _TOTALS:
            for word in _TOTALS:
                yield (*path[:level], word, *path[level + 1 :])


def _unit_of_title(titles: list[tuple[int, str]]) -> tuple[str | None, str]:
    """Unit and name of a single measure that a title line states; the name is empty without one."""
    for _, text in reversed(titles):
        split = unit_in_brackets(text)
        if split:
            return split[1], split[0]
    return None, ""


def _period_of_titles(titles: list[tuple[int, str]], *, is_time_below: bool, answers: Answers) -> Period | None:
    found: dict[Period, int] = {}
    for line, text in titles:
        match = _TIME_WORD.fullmatch(text)
        period = read_period((match[1] if match else text).strip(" -"))
        if period is not None:
            found.setdefault(period, line)
    if found and (len(found) > 1 or is_time_below):
        options: list[tuple[str, Any]] = [(period.text, period.text) for period in found]
        if is_time_below:
            options.append((BY_COLUMN, _l("für jede Zeile der Zeitraum aus ihrer Spalte")))
        chosen = choose(
            answers,
            Open.PERIOD,
            options,
            reason=_l("Mehrere Zeitangaben; welche gilt, ist nicht eindeutig."),
            row=max(found.values()),
        )
        return next((period for period in found if period.text == chosen), None)
    return next(iter(found), None)


def _take_times(levels: list[tuple[str, ...]]) -> list[Period] | None:
    """Take the one head level that is all dates or all years out of the levels, and the word above it."""
    found = []
    for level in levels:
        periods = [period for period in map(read_period, level) if period is not None and period.kind in _HEAD_KINDS]
        if len(periods) == len(level):
            found.append((level, periods))
    if len(found) != 1:
        return None
    levels.remove(found[0][0])
    levels[:] = [level for level in levels if not _TIME_HEADS.issuperset(level)]
    return found[0][1]


def _depth(titles: list[tuple[int, str]]) -> AreaLevel | None:
    for _, text in titles:
        match = _DEPTH.search(text)
        if match:
            return next((level for word, level in _DEPTHS if word in match[1]), None)
    return None


def _label(path: list[str]) -> str:
    kept: list[str] = []
    for part in path:
        if not kept or kept[-1] != part:
            kept.append(part)
    return " – ".join(kept)


def _code(table: str, path: list[str]) -> str:
    """A code from table and head path, never from the position, so that reordered columns keep theirs.

    The last heading makes it readable, a digest of the whole path makes it unique; the unit is not part of
    it, as in flat files.
    """
    digest = hashlib.sha256("\x1f".join(path).encode()).hexdigest()[:8]
    return f"{table[:40]}:{slugify(path[-1])[:30].strip('-') or 'wert'}-{digest}"
