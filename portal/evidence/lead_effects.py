"""What other numbers of indicators would come to: which cells of the matrix change. Computed, never stored."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.areas.composition import AreaRef
from portal.core.actor import Actor
from portal.evidence import queries
from portal.evidence.matrix import Standing, TopicRef
from portal.evidence.models import FindingState
from portal.evidence.rule import Proposal
from portal.indicators.catalogue import lead_rules
from portal.indicators.catalogue.lead_rules import LeadRule
from portal.planning.models import PlanningPeriod


@dataclass(frozen=True, kw_only=True)
class CellEffect:
    """A cell whose proposal would be another. `reopens`: its finding would be open again."""

    area: AreaRef
    topic: TopicRef
    before: Proposal
    after: Proposal
    reopens: bool


@dataclass(frozen=True, kw_only=True)
class Effects:
    """All cells that would change; `other_figures` counts those that keep their outcome but rest on other figures."""

    cells: tuple[CellEffect, ...]
    other_figures: int
    seen: str


def effects(wanted: Mapping[str, LeadRule], period: PlanningPeriod, *, actor: Actor) -> Effects:
    """Compare the matrix of today with the one that these numbers would give; nothing is stored."""
    now = queries.matrix(actor, period)
    then = queries.compute(period, lead_rules.figures_if(wanted, actor=actor))
    standings = queries.standings(period, actor)
    cells, others = [], 0
    for topic in now.topics:
        for area in now.areas:
            before, after = now.proposal(area.id, topic.key), then.proposals.get((area.id, topic.key))
            if after is None:
                continue
            if _outcome(before) != _outcome(after):
                standing = standings.get((area.id, topic.key))
                cells.append(CellEffect(area=area, topic=topic, before=before, after=after, reopens=_reopens(standing)))
            elif _keys(before) != _keys(after):
                others += 1
    return Effects(cells=tuple(cells), other_figures=others, seen=_seen(wanted, cells))


def _outcome(proposal: Proposal) -> tuple[Any, ...]:
    return proposal.assessment, proposal.voices.axis, proposal.figures.signal


def _keys(proposal: Proposal) -> list[str]:
    return [one.key for one in proposal.figures.used]


def _reopens(standing: Standing | None) -> bool:
    return standing is not None and standing.state is not FindingState.REOPENED


def _seen(wanted: Mapping[str, LeadRule], cells: list[CellEffect]) -> str:
    """What a form carries along, so that nobody saves an effect they have not seen."""
    numbers = sorted((key, repr(rule)) for key, rule in wanted.items())
    outcomes = [(one.area.id, one.topic.key, one.before.assessment, one.after.assessment) for one in cells]
    return hashlib.sha256(repr((numbers, outcomes)).encode()).hexdigest()[:20]
