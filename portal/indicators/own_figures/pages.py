"""What the page of a delivery of own figures shows, as plain values for its template."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from portal.core.formats import number
from portal.core.seed_words import local
from portal.core.tables import Listing
from portal.indicators import units, words
from portal.indicators.deliveries import pages as import_pages
from portal.indicators.deliveries.comparison import ListedValue
from portal.indicators.deliveries.pages import Change
from portal.indicators.figures import ShownValue
from portal.indicators.models import ImportBatch
from portal.indicators.own_figures import queries
from portal.indicators.own_figures.hints import Hint, Visible, about, in_words
from portal.indicators.own_figures.layout import Wanted
from portal.indicators.value_states import ValueState

_DECIMALS = 2
# A column of the own county's municipalities fits on a page.
_LINES = 100


@dataclass(frozen=True)
class HintRow:
    """What was noticed: about which column, what, what helps."""

    about: str
    text: str
    remedy: str


@dataclass(frozen=True)
class ValueLine:
    """One area in the preview; nothing is left of a number that is secret or would tell a secret. `about` names entry,
    period and unit."""

    area: str
    about: str
    before: str
    now: str
    change: Change


@dataclass(frozen=True, kw_only=True)
class DeliveryPage:
    """Everything about a delivery."""

    listing: Listing[ValueLine]
    counts: Mapping[Change, int]
    hints: list[HintRow]
    empty: int


def delivery_page(batch: ImportBatch, arguments: Mapping[str, str], *, path: str) -> DeliveryPage:
    """A page of the values, what changes first; what was noticed about them and how many were left empty."""
    summary = batch.summary
    names = {measure["code"]: local(measure["label"]) for measure in summary.get("measures", [])}
    found = [Hint.from_json(plain) for plain in summary.get("hints", [])]
    lines = sorted(_lines(batch), key=lambda line: list(Change).index(line.change))
    counted = Counter(line.change for line in lines)
    return DeliveryPage(
        listing=import_pages.by_change(lines, counted, arguments, path=path, page_size=_LINES),
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


def _lines(batch: ImportBatch) -> list[ValueLine]:
    """Entry by entry in the order of their names, period by period, place by place."""
    names = queries.names_by_series(batch)
    order = {series_id: place for place, series_id in enumerate(names)}
    found = [(one, change) for one, change in import_pages.classified(batch) if one.series_id in order]
    # What is sorted stands by place already.
    found.sort(key=lambda pair: (order[pair[0].series_id], pair[0].period))
    return [_line(names[one.series_id], one, change) for one, change in found]


def _line(name: str, one: ListedValue, change: Change) -> ValueLine:
    unit = units.on_screen(one.unit)
    about = f"{local(name)}, {words.period(one.period)}" + (f" ({unit})" if unit else "")
    if change is Change.WITHHELD:
        old, new = import_pages.without_number(one.old_state), import_pages.without_number(one.new_state)
        return ValueLine(one.area, about, old, new, change)
    before = "" if one.old_state is None else _value(one.old_value, one.old_state)
    return ValueLine(one.area, about, before, _value(one.new_value, one.new_state), change)


def _value(value: float | None, state: ValueState) -> str:
    if value is None:
        return words.state_words(state)
    text = number(value, 0 if value.is_integer() else _DECIMALS)
    return text if state in {ValueState.REPORTED, ValueState.ZERO} else f"{text} ({state.label})"
