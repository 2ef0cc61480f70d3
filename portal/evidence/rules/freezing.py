"""A proposal as it is kept with a finding: keys, ids and numbers, so that a later day can tell what has changed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from portal.evidence.models import Assessment, VoicesAxis
from portal.evidence.rules.rule import IndicatorSignal, Proposal, Thresholds
from portal.indicators.signals import FiguresSignal

RULE = 1


def frozen(proposal: Proposal, limits: Thresholds) -> dict[str, Any]:
    """Both axes with certainty, what they rest on, and the numbers of rule and catalogue on that day."""
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
        "numbers": {one.key: _numbers(one) for one in (*figures.used, *figures.side_notes)},
    }


def _numbers(one: IndicatorSignal) -> dict[str, Any]:
    """What was compared, and by which numbers of the catalogue."""
    found: dict[str, Any] = {
        "value": one.value, "county": one.county, "period": one.period, "is_lead": one.is_lead, "group": one.group,
    }  # fmt: skip
    terms = one.terms
    if terms is not None:
        found |= {
            "min_difference": terms.min_difference,
            "min_difference_kind": None if terms.min_difference_kind is None else terms.min_difference_kind.value,
            "age_limit_years": terms.age_limit_years,
            "standard": None if terms.standard is None else terms.standard.value,
        }
        if terms.reference is not None:
            found |= {"compared_with": terms.reference.kind.value, "reference": terms.reference.value}
    return found


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


def difference(kept: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What lies between two kept proposals.

    `old` and `new` are outcomes; `gained` and `lost` hold sources by kind (`items`, `statements`, `events`);
    `indicators` maps a key to its signal before and after (None: not among those used); `numbers` the same for those
    whose value or period differs; `limits` are the numbers of the rule that differ. Of a proposal of which only the
    outcome is known there is nothing but the outcomes.
    """
    found: dict[str, Any] = {"old": list(outcome(kept)), "new": list(outcome(now))}
    if kept.get("told") or now.get("told"):
        return found
    kinds = ("items", "statements", "events")
    found["gained"] = {kind: more for kind in kinds if (more := _without(now[kind], kept[kind]))}
    found["lost"] = {kind: less for kind in kinds if (less := _without(kept[kind], now[kind]))}
    before, after = kept["indicators"], now["indicators"]
    found["indicators"] = {
        key: [before.get(key), after.get(key)]
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    }
    old, new = kept.get("numbers", {}), now.get("numbers", {})
    found["numbers"] = {
        key: [[one["value"], one["period"]], [new[key]["value"], new[key]["period"]]]
        for key, one in old.items()
        if key in new and (one["value"], one["period"]) != (new[key]["value"], new[key]["period"])
    }
    found["limits"] = sorted(key for key, value in kept["limits"].items() if now["limits"].get(key, value) != value)
    return found


def _without(these: list[Any], those: list[Any]) -> list[Any]:
    return [one for one in these if one not in those]


def fingerprint(proposal: Proposal) -> str:
    """What a form carries along, so that nobody adopts a proposal they have not seen."""
    return "/".join((proposal.assessment.value, proposal.voices.axis.value, proposal.figures.signal.value))
