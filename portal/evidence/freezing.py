"""A proposal as it is kept with a finding: keys and ids only, so that a later day can tell what has changed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from portal.evidence.models import Assessment, VoicesAxis
from portal.evidence.rule import Proposal, Thresholds
from portal.indicators.signals import FiguresSignal

RULE = 1


def frozen(proposal: Proposal, limits: Thresholds) -> dict[str, Any]:
    """Both axes with certainty, what they rest on, and the numbers of the rule on that day."""
    voices, figures = proposal.voices, proposal.figures
    return {
        "rule": RULE,
        "limits": asdict(limits),
        "assessment": proposal.assessment.value,
        "voices": voices.axis.value,
        "voices_certainty": voices.certainty.value,
        "grounds": [ground.value for ground in voices.grounds],
        "items": [f"{item.round_slug}/{item.code}" for item in (*voices.named_items, *voices.clearing_items)],
        "statements": [f"{voice.kind.value}:{voice.id}" for voice in voices.statements],
        "events": [event.id for event in voices.sufficient_events],
        "figures": figures.signal.value,
        "figures_certainty": figures.certainty.value,
        "figures_missing": None if figures.reason is None else figures.reason.value,
        "indicators": {one.key: one.signal.value for one in figures.used},
        "side_notes": [one.key for one in figures.side_notes],
    }


def told(*, assessment: Assessment, voices: VoicesAxis, figures: FiguresSignal, limits: Thresholds) -> dict[str, Any]:
    """A proposal of a past day of which only the outcome is known."""
    return {
        "rule": RULE,
        "limits": asdict(limits),
        "assessment": assessment.value,
        "voices": voices.value,
        "figures": figures.value,
        "told": True,
    }


def outcome(kept: Mapping[str, Any]) -> tuple[str, str, str]:
    """What counts as the proposal: both axes and what they come to."""
    return kept["assessment"], kept["voices"], kept["figures"]


def has_changed(kept: Mapping[str, Any], now: Proposal) -> bool:
    """Whether the rule proposes something else than when the finding was adopted."""
    return outcome(kept) != (now.assessment.value, now.voices.axis.value, now.figures.signal.value)


def fingerprint(proposal: Proposal) -> str:
    """What a form carries along, so that nobody adopts a proposal they have not seen."""
    return "/".join((proposal.assessment.value, proposal.voices.axis.value, proposal.figures.signal.value))
