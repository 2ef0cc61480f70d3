"""What the page of a delivery of own figures shows, as plain values for its template."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.core.formats import number
from portal.indicators import units, words
from portal.indicators.deliveries.comparison import ListedValue
from portal.indicators.deliveries.pages import Change, classified, without_number
from portal.indicators.figures import ShownValue
from portal.indicators.models import ImportBatch
from portal.indicators.own_figures import queries
from portal.indicators.own_figures.hints import Hint, Visible, about, in_words
from portal.indicators.own_figures.layout import Wanted
from portal.indicators.value_states import ValueState

_DECIMALS = 2


@dataclass(frozen=True)
class HintRow:
    """What was noticed: about which column, what, what helps."""

    about: str
    text: str
    remedy: str


@dataclass(frozen=True)
class ValueLine:
    """One area in the preview; nothing is left of a number that is secret or would tell a secret."""

    area: str
    before: str
    now: str
    change: Change


@dataclass(frozen=True)
class Column:
    """One indicator and period."""

    title: str
    unit: str
    lines: tuple[ValueLine, ...]
    new: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class DeliveryPage:
    """Everything about a delivery."""

    columns: list[Column]
    counts: Mapping[Change, int]
    hints: list[HintRow]
    empty: int


def delivery_page(batch: ImportBatch) -> DeliveryPage:
    """Values, what was noticed about them and how many were left empty."""
    summary = batch.summary
    names = {measure["code"]: measure["label"] for measure in summary.get("measures", [])}
    found = [Hint.from_json(plain) for plain in summary.get("hints", [])]
    columns = _columns(batch)
    counted = Counter(line.change for column in columns for line in column.lines)
    return DeliveryPage(
        columns=columns,
        counts={change: counted[change] for change in Change},
        hints=[HintRow(about(hint, names), *in_words(hint)) for hint in found],
        empty=int(summary.get("empty", 0)),
    )


def present(wanted: Wanted, visible: Visible) -> dict[tuple[str, str], dict[int, ShownValue]]:
    """What is visible now of a template's columns."""
    return {
        (one.key, period.text): {
            area_id: periods[period.text]
            for area_id, periods in visible.get(one.key, {}).items()
            if period.text in periods
        }
        for one in wanted.indicators
        for period in wanted.periods
    }


def _columns(batch: ImportBatch) -> list[Column]:
    """Entry by entry and period by period, in the order of their names."""
    names = queries.names_by_series(batch)
    found: dict[tuple[int, str], list[tuple[ListedValue, Change]]] = {}
    for one, change in classified(batch):
        found.setdefault((one.series_id, one.period), []).append((one, change))
    order = {series_id: place for place, series_id in enumerate(names)}
    keys = sorted((key for key in found if key[0] in order), key=lambda key: (order[key[0]], key[1]))
    return [_column(names[key[0]], found[key]) for key in keys]


def _column(name: str, found: Sequence[tuple[ListedValue, Change]]) -> Column:
    one = found[0][0]
    lines = tuple(_line(value, change) for value, change in found)
    return Column(
        title=f"{name}, {words.period(one.period)}",
        unit=units.on_screen(one.unit),
        lines=lines,
        new=sum(line.change is Change.NEW for line in lines),
        changed=sum(line.change is Change.CHANGED for line in lines),
    )


def _line(one: ListedValue, change: Change) -> ValueLine:
    if change is Change.WITHHELD:
        return ValueLine(one.area, without_number(one.old_state), without_number(one.new_state), change)
    before = "" if one.old_state is None else _value(one.old_value, one.old_state)
    return ValueLine(one.area, before, _value(one.new_value, one.new_state), change)


def _value(value: float | None, state: ValueState) -> str:
    if value is None:
        return words.state_words(state)
    text = number(value, 0 if value.is_integer() else _DECIMALS)
    return text if state in {ValueState.REPORTED, ValueState.ZERO} else f"{text} ({state.label})"
