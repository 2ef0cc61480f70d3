"""What the page of a delivery shows, as plain values for its template."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.formats import number
from portal.core.tables import Listing, listing_of
from portal.core.words import Worded
from portal.indicators import breakdowns, units, words
from portal.indicators.breakdowns import PartLabels
from portal.indicators.deliveries import comparison, file_labels
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.deliveries.comparison import ListedValue
from portal.indicators.deliveries.withheld import Cell, counties_shown, places_of, withheld
from portal.indicators.imports.formats import Format
from portal.indicators.models import BatchState, ImportBatch
from portal.indicators.value_states import ValueState

# Beyond it a page says how many values there are; looking each up beside its neighbours would take too long.
MOST_LISTED = 30_000
_DECIMALS = 2


class Change(Worded):
    """What a delivery does to one value."""

    CHANGED = "changed", _l("geändert")
    NEW = "new", _l("neu")
    WITHHELD = "withheld", _l("geheim")
    SAME = "same", _l("unverändert")


class HasChange(Protocol):
    """A row that says what the delivery does to its value."""

    @property
    def change(self) -> Change: ...


Changing = TypeVar("Changing", bound=HasChange)
_IN_ADDRESSES = {Change.CHANGED: "geaendert", Change.NEW: "neu", Change.WITHHELD: "geheim", Change.SAME: "unveraendert"}
_ORDER = list(Change)


@dataclass(frozen=True)
class ValueRow:
    """A value of a delivery in words; nothing is left of one that is secret or would tell a secret. `replaced_by` are
    public id and file name of the delivery whose value counts now."""

    area: str
    about: str
    old: str
    new: str
    change: Change
    replaced_by: tuple[str, str] | None = None


@dataclass(frozen=True)
class ValueList:
    """The values of a delivery: how many of which kind, those of places that are not listed, and a page of them.

    `replaced`: public id and name of each delivery that replaced some since, with how many, most first.
    """

    counts: dict[Change, int]
    elsewhere: int
    listing: Listing[ValueRow]
    replaced: list[tuple[tuple[str, str], int]]


@dataclass(frozen=True)
class EventRow:
    """A step of a delivery."""

    at: datetime
    state: Any
    who: str
    reason: str


@dataclass(frozen=True)
class SignRow:
    """A sign of the file: how often it stands in place of a number, and what it became."""

    sign: str
    count: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class BatchPage:
    """A delivery: facts, signs, measures, refused and implausible cells, what happened to it."""

    facts: list[tuple[str, str]]
    missing: list[SignRow]
    left_out: list[str]
    measures: list[dict[str, str]]
    periods: list[str]
    refused: list[dict[str, Any]]
    implausible: list[dict[str, Any]]
    unchecked: int
    unknown: int
    unknown_keys: list[str]
    events: list[EventRow]


def batch_page(batch: ImportBatch) -> BatchPage:
    """Everything the page needs besides the values."""
    summary = batch.summary
    areas = summary.get("areas", {})
    return BatchPage(
        facts=_facts(batch),
        missing=_signs(summary),
        left_out=summary.get("left_out", []),
        measures=_measures(summary.get("measures", [])),
        periods=[words.period_short(period) for period in summary.get("periods", [])],
        refused=summary.get("refused", []),
        implausible=summary.get("implausible", []),
        unchecked=int(summary.get("unchecked", 0)),
        unknown=int(areas.get("unknown", 0)),
        unknown_keys=summary.get("unknown_keys", []),
        events=event_rows(batch),
    )


def value_list(batch: ImportBatch, arguments: Mapping[str, str], *, path: str) -> ValueList | None:
    """The values of a delivery, what changes first; None where there are none or too many for a page."""
    if batch.state not in {BatchState.STAGED, BatchState.ACTIVE} or not 0 < batch.values <= MOST_LISTED:
        return None
    found = classified(batch)
    labels = file_labels.of_summary(batch.summary)
    later = import_queries.files({one.replaced_by for one, _change in found if one.replaced_by is not None})
    # Values of one series stand below each other: all have decimals or none has.
    broken = {one.series_id for one, _change in found if not _is_whole(one.old_value) or not _is_whole(one.new_value)}
    rows = sorted(
        (_row(one, change, labels, later, _DECIMALS if one.series_id in broken else 0) for one, change in found),
        key=lambda row: _ORDER.index(row.change),
    )
    counted = Counter(row.change for row in rows)
    listing = by_change(rows, counted, arguments, path=path, page_size=25)
    return ValueList(
        counts={change: counted[change] for change in Change},
        elsewhere=batch.values - len(found),
        listing=listing,
        replaced=Counter(row.replaced_by for row in rows if row.replaced_by is not None).most_common(),
    )


def by_change(
    rows: Sequence[Changing], counted: Mapping[Change, int], arguments: Mapping[str, str], *, path: str, page_size: int
) -> Listing[Changing]:
    """A page of rows, with the choice of one kind of change."""
    return listing_of(
        rows,
        arguments,
        path=path,
        name="werte",
        label=_("Änderung"),
        choices=[
            ("", _("alle")),
            *((_IN_ADDRESSES[change], f"{change.label} ({number(counted[change])})") for change in Change),
        ],
        choice_of=lambda row: _IN_ADDRESSES[row.change],
        page_size=page_size,
    )


def classified(batch: ImportBatch) -> list[tuple[ListedValue, Change]]:
    """The values of places whose secrets are kept, each with what the delivery does to it."""
    counties = counties_shown()
    values = comparison.values_beside(batch, area_ids=places_of(counties))
    hidden = withheld(batch, values, counties)
    return [(one, _change(one, hidden)) for one in values]


def _change(one: ListedValue, hidden: Collection[Cell]) -> Change:
    if (one.series_id, one.dimensions, one.area_id, one.period) in hidden:
        return Change.WITHHELD
    if not one.has_old:
        return Change.NEW
    return Change.CHANGED if one.is_changed else Change.SAME


def event_rows(batch: ImportBatch) -> list[EventRow]:
    """What happened to a delivery, latest first."""
    return [
        EventRow(event.created_at, event.new_state.label, name, _reason(event.reason))
        for event, name in import_queries.events_with_names(batch)
    ]


def _facts(batch: ImportBatch) -> list[tuple[str, str]]:
    summary = batch.summary
    is_refused = bool(summary.get("refused"))
    facts = []
    if batch.file_format:
        facts.append((_("Format"), f"{Format(batch.file_format).label} ({batch.encoding})"))
    if summary.get("title"):
        facts.append((_("Titel"), summary["title"]))
    if summary.get("sheets"):
        facts.append((_("Blätter"), ", ".join(summary["sheets"])))
    if "values" in summary and not is_refused:
        facts.append((_("Zahlen in der Datei"), number(int(summary["values"]))))
    if summary.get("classes"):
        facts.append((_("Klassen statt Zahlen"), number(int(summary["classes"]))))
    areas = summary.get("areas")
    if areas and not is_refused:
        facts.append((_("Gebiete des Portals"), number(int(areas["matched"]))))
        facts.append((_("Andere Gebiete, nicht gespeichert"), number(int(areas["unknown"]))))
    if summary.get("mapping"):
        facts.append((_("Gelesen mit der Zuordnung"), summary["mapping"]["source"]))
    if summary.get("repeated"):
        facts.append((_("Doppelte Zeilen, einmal gezählt"), number(int(summary["repeated"]))))
    return facts


def _signs(summary: dict[str, Any]) -> list[SignRow]:
    """Signs in place of numbers; batches from before the meanings were kept say none."""
    meanings = summary.get("meanings", {})
    return [
        SignRow(sign, number(count), str(ValueState(meanings[sign]).label) if sign in meanings else "")
        for sign, count in summary.get("missing", {}).items()
    ]


def _measures(measures: list[dict[str, str]]) -> list[dict[str, str]]:
    """Measures with the title the portal knows them by; the long form carries codes only."""
    titles = import_queries.series_titles([measure["code"] for measure in measures])
    return [
        {
            **measure,
            "label": titles.get((measure["code"], measure["unit"]), measure["label"]),
            "unit": units.on_screen(measure["unit"]),
        }
        for measure in measures
    ]


def _row(
    one: ListedValue, change: Change, labels: PartLabels, later: Mapping[int, tuple[str, str]], decimals: int
) -> ValueRow:
    if change is Change.WITHHELD:
        old, new = without_number(one.old_state), without_number(one.new_state)
    else:
        old = _value(one.old_value, one.old_text, one.old_state, one.unit, decimals)
        new = _value(one.new_value, one.new_text, one.new_state, one.unit, decimals)
    part = breakdowns.in_words(one.dimensions, labels) if one.dimensions else ""
    return ValueRow(
        area=one.area,
        about=" · ".join(filter(None, (one.series, part, words.period_short(one.period)))),
        old=old,
        new=new,
        change=change,
        replaced_by=None if one.replaced_by is None else later[one.replaced_by],
    )


def without_number(state: ValueState | None) -> str:
    """What stands in place of a number that is withheld: whether its source keeps it secret, or the portal does."""
    if state is None:
        return ""
    if state is ValueState.SUPPRESSED:
        return words.state_words(state)
    return f"{ValueState.SUPPRESSED.sign} {words.held_back()}"


def _is_whole(value: float | None) -> bool:
    return value is None or value == int(value)


def _value(value: float | None, text: str | None, state: ValueState | None, unit: str, decimals: int) -> str:
    if value is not None:
        return f"{number(value, decimals)} {units.on_screen(unit)}".strip()
    return text or ("" if state is None else words.state_words(state))


def _reason(reason: str) -> str:
    return _("Das Einlesen wurde unterbrochen.") if reason == "abandoned" else reason
