"""What the page of a delivery of own figures shows, as plain values for its template."""

from dataclasses import dataclass

from portal.core.formats import number
from portal.indicators import units, words
from portal.indicators.figures import ShownValue
from portal.indicators.models import ImportBatch
from portal.indicators.own_figures import queries
from portal.indicators.own_figures.hints import Hint, Visible, about, in_words
from portal.indicators.own_figures.layout import Wanted
from portal.indicators.own_figures.queries import HandedIn
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
    """One area in the preview; `change` is new, changed or same."""

    area: str
    before: str
    now: str
    change: str


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
    hints: list[HintRow]
    secret: int
    empty: int


def delivery_page(batch: ImportBatch) -> DeliveryPage:
    """Values, what was noticed about them and how many are secret or were left empty."""
    summary = batch.summary
    names = {measure["code"]: measure["label"] for measure in summary.get("measures", [])}
    found = [Hint.from_json(plain) for plain in summary.get("hints", [])]
    return DeliveryPage(
        columns=[_column(one) for one in queries.handed_in(batch)],
        hints=[HintRow(about(hint, names), *in_words(hint)) for hint in found],
        secret=int(summary.get("states", {}).get(ValueState.SUPPRESSED.value, 0)),
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


def _column(found: queries.HandedInColumn) -> Column:
    lines = tuple(_line(one) for one in found.rows)
    return Column(
        title=f"{found.name}, {words.period(found.period)}",
        unit=units.on_screen(found.unit),
        lines=lines,
        new=sum(line.change == "new" for line in lines),
        changed=sum(line.change == "changed" for line in lines),
    )


def _line(one: HandedIn) -> ValueLine:
    before, now = one.before, _value(one.value, one.state)
    if before is None:
        return ValueLine(one.area, "", now, "new")
    same = (before.value, before.state) == (one.value, one.state)
    return ValueLine(one.area, _value(before.value, before.state), now, "same" if same else "changed")


def _value(value: float | None, state: ValueState) -> str:
    if value is None:
        return words.state_words(state)
    text = number(value, 0 if value.is_integer() else _DECIMALS)
    return text if state in {ValueState.REPORTED, ValueState.ZERO} else f"{text} ({state.label})"
