"""What a version of a finding rests on: the figures and voices of the day it was adopted, and what has come since.

A later delivery, another number of the rule or a new statement changes what the portal shows today; it does not change
what people concluded from.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from portal.core import clock
from portal.evidence.models import FindingVersion
from portal.evidence.rules.rule import HeldEvent, Proposal, SurveyItem, Voice, VoiceKind
from portal.indicators import past_figures
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.surveys import queries as surveys

# In `FindingVersion.proposal`: when the figures that were adopted on had last changed (ISO).
FIGURES_UNTIL = "figures_until"


@dataclass(frozen=True, kw_only=True)
class VersionFigures:
    """Figures by indicator: `numbers` as the version keeps them, `now` those of today.

    `changed` are the keys whose numbers are others today; `past` holds those of them that can still be computed as they
    were, with municipalities and sources.
    """

    now: CountyFigures
    numbers: Mapping[str, Any] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    past: Mapping[str, IndicatorFigures] = field(default_factory=dict)


def figures_until() -> dict[str, str]:
    """What a version keeps of the deliveries that it is adopted on."""
    last = past_figures.last_delivery()
    return {} if last is None else {FIGURES_UNTIL: last.isoformat()}


def figures_of(version: FindingVersion, now: CountyFigures, area_id: int) -> VersionFigures:
    """The figures of a version; those of another day are computed only where numbers differ."""
    kept = version.proposal
    numbers = kept.get("numbers", {})
    changed = frozenset(
        key for key, one in numbers.items() if (figure := now.find(key)) is not None and not _is(one, figure, area_id)
    )
    past: dict[str, IndicatorFigures] = {}
    if changed:
        until = kept.get(FIGURES_UNTIL)
        moment = version.adopted_at if until is None else datetime.fromisoformat(until) + timedelta(microseconds=1)
        then = past_figures.figures_at(moment, on=version.adopted_at.astimezone(clock.LOCAL_ZONE).date())
        found = {key: then.find(key) for key in changed}
        past = {key: one for key, one in found.items() if one is not None and _is(numbers[key], one, area_id)}
    return VersionFigures(now=now, numbers=numbers, changed=changed, past=past)


def _is(kept: Mapping[str, Any], one: IndicatorFigures, area_id: int) -> bool:
    """Whether these are the numbers that were kept."""
    area = one.areas.get(area_id)
    return (
        area is not None
        and kept["period"] == one.period
        and _same(kept["value"], area.value.value)
        and _same(kept["county"], one.county.value)
    )


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def voices_then(version: FindingVersion, now: Proposal) -> Proposal:
    """The proposal with the voices that the version was adopted on; of those looked at besides, what was said by then.

    Figures are those of `now`; of a version that keeps no voices the proposal is returned as it is.
    """
    kept = version.proposal
    if "statements" not in kept:
        return now
    voices = now.voices
    known = {f"{item.round_slug}/{item.code}": item for item in _items(now)}
    items = tuple(known[key] for key in kept["items"] if key in known)
    return replace(
        now,
        voices=replace(
            voices,
            named_items=items,
            clearing_items=(),
            other_items=tuple(
                item for item in known.values() if item not in items and not _closed_after(item, version.adopted_at)
            ),
            statements=tuple(_voice(key, voices.statements) for key in kept["statements"]),
            events=tuple(
                one for one in voices.events if one.id in kept["events"] or not _held_after(one, version.adopted_at)
            ),
            sufficient_events=tuple(one for one in voices.events if one.id in kept["events"]),
        ),
    )


def voices_since(version: FindingVersion, now: Proposal) -> Proposal:
    """The proposal with nothing but the voices that the version was not adopted on and that came later."""
    then, voices = voices_then(version, now).voices, now.voices
    had = {(one.kind, one.id) for one in then.statements}
    events = tuple(one for one in voices.events if one not in then.events)
    known = _items(replace(now, voices=then))
    return replace(
        now,
        voices=replace(
            voices,
            named_items=(),
            clearing_items=(),
            other_items=tuple(item for item in _items(now) if item not in known),
            statements=tuple(one for one in voices.statements if (one.kind, one.id) not in had),
            events=events,
            sufficient_events=tuple(one for one in voices.sufficient_events if one in events),
        ),
    )


def _items(proposal: Proposal) -> tuple[SurveyItem, ...]:
    voices = proposal.voices
    return (*voices.named_items, *voices.clearing_items, *voices.other_items)


def _closed_after(item: SurveyItem, moment: datetime) -> bool:
    return surveys.round_by_id(item.round_id).ended_on > moment.astimezone(clock.LOCAL_ZONE).date()


def _held_after(event: HeldEvent, moment: datetime) -> bool:
    return event.begins is not None and event.begins > moment


def _voice(key: str, present: tuple[Voice, ...]) -> Voice:
    """A statement or entry as it was kept; of one that counts no longer there is but its row."""
    kind, _colon, row_id = key.partition(":")
    wanted = VoiceKind(kind), int(row_id)
    found = next((one for one in present if (one.kind, one.id) == wanted), None)
    return found or Voice(kind=wanted[0], id=wanted[1], topics=frozenset(), speakers=(), indicators=())
