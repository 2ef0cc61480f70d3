"""What the pages of the assistant show, as plain values for their templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.formats import number
from portal.indicators import breakdowns, units, words
from portal.indicators.imports.observations import Observation, canonical
from portal.indicators.imports.source import Source
from portal.indicators.imports.workbook import text_of
from portal.indicators.mapping.grid import Grid, Opened
from portal.indicators.mapping.suggest import Suggestion
from portal.indicators.tasks import ReadIn
from portal.indicators.value_states import ValueState

ROWS_SHOWN, COLUMNS_SHOWN, VALUES_SHOWN, SHEETS_SHOWN = 12, 30, 12, 12
_LONGEST = 40


@dataclass(frozen=True)
class ShownTable:
    """The first rows of a table: number of the row and its cells, all rows equally long."""

    name: str
    rows: list[tuple[int, list[str]]]
    more_columns: int


@dataclass(frozen=True)
class ShownValue:
    """A value as it was read."""

    area: str
    key: str
    series: str
    period: str
    value: str


def table(opened: Opened, plain: Mapping[str, Any], *, rows: int = ROWS_SHOWN) -> ShownTable:
    """The first rows, as the file has them. Raises ImportRefused."""
    grid = Grid(opened, sheet=str(plain.get("sheet", "")), delimiter=str(plain.get("delimiter", "")))
    sample = grid.sample(rows)
    width = max((len(cells) for _row, cells in sample), default=0)
    shown = [
        (row, [_short(text_of(cell)) for cell in (cells + [""] * width)[: min(width, COLUMNS_SHOWN)]])
        for row, cells in sample
    ]
    return ShownTable(grid.name, shown, max(0, width - COLUMNS_SHOWN))


def tables(opened: Opened) -> list[ShownTable]:
    """The first rows of every sheet, to choose one."""
    return [table(opened, {"sheet": name}, rows=5) for name in opened.sheets[:SHEETS_SHOWN]]


def samples(found: Suggestion) -> list[str]:
    """Example cells of every column, in a line."""
    return [" · ".join(_short(text) for text in found.samples(at)) for at in range(len(found.headings))]


def first_values(read: ReadIn) -> list[ShownValue]:
    """The first values of a file that was found good."""
    if read.source is None or read.is_refused:
        return []
    chunk = next(iter(read.source.read(VALUES_SHOWN)), [])
    return [
        ShownValue(
            one.area_name if one.area_name != one.area_key else "",
            one.area_key,
            ", ".join(filter(None, (one.measure_label, _part(one, read.source)))),
            words.period_short(one.period),
            _value(one.value, one.text, one.state, one.unit),
        )
        for one in chunk
    ]


def signs(read: ReadIn) -> list[tuple[str, str, str]]:
    """Sign, how often, and what it was read as."""
    found = read.summary
    return [
        (sign, number(count), str(ValueState(found.meanings[sign]).label) if sign in found.meanings else "")
        for sign, count in found.missing.items()
    ]


def _part(one: Observation, source: Source) -> str:
    """Which part of the series it is, as the file calls it; nothing where the table has no breakdown."""
    labels = source.validate().dimension_labels
    return breakdowns.in_words(canonical(one.dimensions), labels) if one.dimensions else ""


def _value(value: float | None, text: str | None, state: ValueState, unit: str) -> str:
    if value is None:
        return text or words.state_words(state)
    shown = f"{value:.12g}".replace(".", ",")
    return f"{shown} {units.on_screen(unit)}".strip()


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
