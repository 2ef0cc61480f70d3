"""What other numbers of indicators would come to: which cells of the matrix change. Computed, never stored."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.areas.composition import AreaRef
from portal.core.actor import Actor
from portal.core.words import Worded
from portal.evidence import finding_queries, queries, reopening, words
from portal.evidence.hearings import notices
from portal.evidence.matrix import Matrix, TopicRef
from portal.evidence.models import Finding, FindingState
from portal.evidence.rules import freezing
from portal.evidence.rules import versions as rule_versions
from portal.evidence.rules.rule import Proposal
from portal.indicators.catalogue import lead_rules
from portal.indicators.catalogue.lead_rules import LeadRule
from portal.planning.models import PlanningPeriod
from portal.settings import services as settings
from portal.settings.extension import Preview


class Fate(Worded):
    """What another proposal does to a finding."""

    REOPENS = "reopens", _l("wird wieder geöffnet")
    STOPS = "stops", _l("Anhörung wird angehalten")
    RESUMES = "resumes", _l("geht in seinen früheren Stand zurück")


@dataclass(frozen=True, kw_only=True)
class CellEffect:
    """A cell whose proposal would be another, with what that does to its finding; `period` where it is not today's."""

    area: AreaRef
    topic: TopicRef
    before: Proposal
    after: Proposal
    fate: Fate | None
    period: str = ""


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
    cells, others = _compared(period, now, then)
    return Effects(cells=tuple(cells), other_figures=others, seen=_seen(wanted, cells))


def of_settings(wanted: Mapping[str, Any], *, actor: Actor) -> Effects:
    """The same for settings by key: all cells of today's period, and the findings of others; nothing is stored."""
    present = queries.present_period()
    cells: list[CellEffect] = []
    others = 0
    for period in finding_queries.periods():
        now = queries.matrix(actor, period)
        with settings.supposing(wanted):
            then = queries.matrix(actor, period)
        found, more = _compared(period, now, then)
        if present is not None and period.id == present.id:
            cells, others = [*found, *cells], others + more
        else:
            cells += [replace(one, period=period.name) for one in found if one.fate is not None]
    return Effects(cells=tuple(cells), other_figures=others, seen=_seen(wanted, cells))


def _compared(period: PlanningPeriod, now: Matrix, then: Matrix) -> tuple[list[CellEffect], int]:
    """Cells with another outcome, and how many keep theirs but rest on other figures."""
    findings = finding_queries.judged(period.id)
    cells, others = [], 0
    for topic in now.topics:
        for area in now.areas:
            before, after = now.proposal(area.id, topic.key), then.proposals.get((area.id, topic.key))
            if after is None:
                continue
            if _outcome(before) != _outcome(after):
                fate = _fate(findings.get((area.id, topic.key)), after)
                cells.append(CellEffect(area=area, topic=topic, before=before, after=after, fate=fate))
            elif _keys(before) != _keys(after):
                others += 1
    return cells, others


def _outcome(proposal: Proposal) -> tuple[Any, ...]:
    return proposal.assessment, proposal.voices.axis, proposal.figures.signal


def _keys(proposal: Proposal) -> list[str]:
    return [one.key for one in proposal.figures.used]


def _fate(finding: Finding | None, after: Proposal) -> Fate | None:
    if finding is None:
        return None
    differs = freezing.has_changed(finding.latest.proposal, after)
    if finding.state is FindingState.REOPENED:
        return None if differs or reopening.former_state(finding) is None else Fate.RESUMES
    if not differs:
        return None
    return Fate.STOPS if notices.is_running(finding) else Fate.REOPENS


def in_words(effects: Effects) -> str:
    """The heading above the cells."""
    if not effects.cells:
        return _("Kein Vorschlag würde sich ändern.")
    return ngettext(
        "%(num)d Vorschlag würde sich ändern.", "%(num)d Vorschläge würden sich ändern.", len(effects.cells)
    )  # fmt: skip


def foresee(wanted: Mapping[str, Any], actor: Actor) -> Preview | None:
    """What settings of the rule would come to, for the page that changes them; None for others."""
    if not any(rule_versions.is_part(key) for key in wanted):
        return None
    found = of_settings(wanted, actor=actor)
    content = {"effects": found, "heading": in_words(found), "words": words}
    return Preview(template="evidence/_setting_effects.html", seen=found.seen, content=content)


def _seen(wanted: Mapping[str, Any], cells: list[CellEffect]) -> str:
    """What a form carries along, so that nobody saves an effect they have not seen."""
    numbers = sorted((key, repr(rule)) for key, rule in wanted.items())
    outcomes = [
        (one.area.id, one.topic.key, one.period, one.before.assessment, one.after.assessment, one.fate) for one in cells
    ]
    return hashlib.sha256(repr((numbers, outcomes)).encode()).hexdigest()[:20]
