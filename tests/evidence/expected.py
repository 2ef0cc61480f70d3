"""The reference table of the demonstration: every planning area × topic on the seed day."""

import csv
from dataclasses import dataclass
from pathlib import Path

from portal.evidence.models import VoicesAxis
from portal.evidence.rules.reasons import SIGNAL_KEYS, reason
from portal.evidence.rules.rule import HeldEvent, Proposal, SurveyItem, Thresholds

FILE = Path(__file__).parent / "expected_matrix.csv"


@dataclass(frozen=True)
class ExpectedCell:
    """One row, as text; lists in the order in which the product names them."""

    area: str
    topic: str
    figures: str
    voices: str
    assessment: str
    reason: str
    indicators: tuple[str, ...]
    signals: tuple[str, ...]
    voice_sources: str
    side_notes: tuple[str, ...]


def expected_cells() -> list[ExpectedCell]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        ExpectedCell(
            area=row["area_key"],
            topic=row["topic"],
            figures=row["figures"],
            voices=row["voices"],
            assessment=row["assessment"],
            reason=row["reason"],
            indicators=_list(row["indicators_used"]),
            signals=_list(row["indicator_signals"]),
            voice_sources=row["voice_sources"],
            side_notes=_list(row["side_note_indicators"]),
        )
        for row in rows
    ]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def told(
    area: str, topic: str, proposal: Proposal, *, statements: dict[tuple[str, int], str], events: dict[int, str]
) -> ExpectedCell:
    """A proposal in the words of the table; statements, entries and events by the keys of the story."""
    return ExpectedCell(
        area=area,
        topic=topic,
        figures=SIGNAL_KEYS[proposal.figures.signal],
        voices=proposal.voices.axis.value,
        assessment=proposal.assessment.value,
        reason=reason(proposal),
        indicators=tuple(one.key for one in proposal.figures.used),
        signals=tuple(SIGNAL_KEYS[one.signal] for one in proposal.figures.used),
        voice_sources=_voice_sources(proposal, statements, events),
        side_notes=tuple(one.key for one in proposal.figures.side_notes),
    )


def _voice_sources(proposal: Proposal, statements: dict[tuple[str, int], str], events: dict[int, str]) -> str:
    voices = proposal.voices
    names = [statements[voice.kind.value, voice.id] for voice in voices.statements]
    if voices.axis is VoicesAxis.NAMED:
        parts = [_named(item) for item in voices.named_items]
        if voices.deciding_statements:
            parts.append("Hinweise: " + ", ".join(names))
        return " | ".join(parts)
    if voices.axis is VoicesAxis.ASKED_NOT_NAMED:
        asked = [f"{item.code}: {item.count} von {item.n}" for item in voices.clearing_items]
        asked += [_groups(event, events) for event in voices.sufficient_events]
        return " | ".join(asked)
    few = [f"{item.code}: n = {item.n} unter 30" for item in voices.other_items if item.can_clear]
    few += [_few_groups(event, events) for event in voices.events]
    if voices.statements:
        few.append("nur eine unabhängige Organisation: " + ", ".join(names))
    return " | ".join(few)


def _named(item: SurveyItem) -> str:
    ground = "untere Grenze ≥ 25 %" if item.lower(Thresholds()) >= 0.25 else "über Kreis"
    return f"Befragung {item.code}: {item.count} von {item.n} ({ground})"


def _groups(event: HeldEvent, events: dict[int, str]) -> str:
    return f"{events[event.id]}: {event.groups_present} von {event.groups_required} Gruppen"


def _few_groups(event: HeldEvent, events: dict[int, str]) -> str:
    return f"{events[event.id]}: nur {event.groups_present} von {event.groups_required} Gruppen"
