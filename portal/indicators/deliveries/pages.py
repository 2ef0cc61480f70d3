"""What the page of a delivery shows, as plain values for its template."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from portal.core.formats import number
from portal.indicators import units, words
from portal.indicators.deliveries import comparison
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.deliveries.comparison import ChangedValue
from portal.indicators.imports.formats import Format
from portal.indicators.models import BatchState, ImportBatch
from portal.indicators.value_states import ValueState

CHANGES_SHOWN = 100
_DECIMALS = 2


@dataclass(frozen=True)
class ChangeRow:
    """A value that replaces another, in words."""

    area: str
    series: str
    period: str
    dimensions: str
    old: str
    new: str


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
    """A delivery: facts, signs, measures, refused cells, changed values, what happened to it."""

    facts: list[tuple[str, str]]
    missing: list[SignRow]
    left_out: list[str]
    measures: list[dict[str, str]]
    periods: list[str]
    refused: list[dict[str, Any]]
    unknown: int
    unknown_keys: list[str]
    changes: list[ChangeRow]
    changes_left: int
    events: list[EventRow]


def batch_page(batch: ImportBatch) -> BatchPage:
    """Everything the page needs; changed values only while they can still be judged."""
    summary = batch.summary
    is_open = batch.state in {BatchState.STAGED, BatchState.ACTIVE}
    changes = comparison.changed_values(batch, limit=CHANGES_SHOWN) if is_open and batch.changed_values else []
    areas = summary.get("areas", {})
    return BatchPage(
        facts=_facts(batch),
        missing=_signs(summary),
        left_out=summary.get("left_out", []),
        measures=_measures(summary.get("measures", [])),
        periods=[words.period_short(period) for period in summary.get("periods", [])],
        refused=summary.get("refused", []),
        unknown=int(areas.get("unknown", 0)),
        unknown_keys=summary.get("unknown_keys", []),
        changes=[_change(change) for change in changes],
        changes_left=max(0, batch.changed_values - len(changes)) if changes else 0,
        events=event_rows(batch),
    )


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


def _change(change: ChangedValue) -> ChangeRow:
    return ChangeRow(
        area=change.area,
        series=change.series,
        period=words.period_short(change.period),
        dimensions=change.dimensions.replace(";", ", "),
        old=_value(change.old_value, change.old_text, change.old_state, change.unit),
        new=_value(change.new_value, change.new_text, change.new_state, change.unit),
    )


def _value(value: float | None, text: str | None, state: ValueState, unit: str) -> str:
    if value is not None:
        decimals = 0 if value == int(value) else _DECIMALS
        return f"{number(value, decimals)} {units.on_screen(unit)}".strip()
    return text or words.state_words(state)


def _reason(reason: str) -> str:
    return _("Das Einlesen wurde unterbrochen.") if reason == "abandoned" else reason
