"""Which proposals a delivery of figures changed, and which findings no longer hold since."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.areas.models import Area
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.evidence import permissions, queries, words
from portal.evidence.matrix import Matrix
from portal.evidence.models import Assessment, Finding, VoicesAxis
from portal.evidence.rules.freezing import fingerprint
from portal.evidence.rules.rule import Proposal
from portal.indicators.extension import Panel
from portal.indicators.figures import CountyFigures
from portal.indicators.signals import FiguresSignal
from portal.planning import queries as planning
from portal.planning.models import PlanningPeriod

key = "evidence"
_Outcome = tuple[str, str, str]


def now() -> Matrix | None:
    """The matrix of today's period; None before there is any."""
    period = queries.present_period()
    return None if period is None else queries.matrix(SYSTEM, period)


def expected(figures: CountyFigures) -> dict[str, Any]:
    """What `changed` would say if these were the figures of now; everything that was said stays as it is."""
    period = queries.present_period()
    return {} if period is None else _compared(now(), queries.matrix_with(period, figures))


def changed(before: Matrix | None) -> dict[str, Any]:
    """Cells with another outcome than before, and those that keep it but rest on other numbers."""
    return _compared(before, now())


def _compared(before: Matrix | None, after: Matrix | None) -> dict[str, Any]:
    if before is None or after is None or before.period_id != after.period_id:
        return {}
    cells: list[list[str]] = []
    others: list[list[str]] = []
    for topic in after.topics:
        for area in after.areas:
            then = before.proposals.get((area.id, topic.key))
            today = after.proposal(area.id, topic.key)
            if then is None:
                continue
            if fingerprint(then) != fingerprint(today):
                cells.append([area.slug, area.name, topic.key, fingerprint(then), fingerprint(today)])
            elif _numbers(then) != _numbers(today):
                others.append([area.slug, area.name, topic.key])
    return {"period": after.period_key, "cells": cells, "others": others}


def joined(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Two changes after each other as one: the first `before`, the last `after`."""
    if not earlier or not later or earlier["period"] != later["period"]:
        return dict(later or earlier)
    first = {(slug, topic): (area, then, today) for slug, area, topic, then, today in earlier["cells"]}
    for slug, area, topic, then, today in later["cells"]:
        first[slug, topic] = (area, first[slug, topic][1] if (slug, topic) in first else then, today)
    cells = [[slug, area, topic, then, today] for (slug, topic), (area, then, today) in first.items() if then != today]
    known = {(cell[0], cell[2]) for cell in cells}
    others = {(slug, topic): area for slug, area, topic in (*earlier["others"], *later["others"])}
    others |= {(slug, topic): area for (slug, topic), (area, _then, _today) in first.items()}
    return {
        "period": later["period"],
        "cells": cells,
        "others": [[slug, area, topic] for (slug, topic), area in others.items() if (slug, topic) not in known],
    }


def panel(kept: Mapping[str, Any], *, actor: Actor, is_ahead: bool = False) -> Panel | None:
    """The section of the delivery's page: area, topic, proposal before and after, and the finding if there is one.

    With `is_ahead` it says what would be.
    """
    if not permissions.may_see_unpublished(actor):
        return None
    cells, others = kept.get("cells", []), kept.get("others", [])
    labels = {topic.key: topic.label for topic in planning.topics()}
    findings = _findings(kept.get("period", ""), [cell[0] for cell in cells]) if cells else {}
    rows = [
        {
            "area": area,
            "area_slug": slug,
            "topic": labels.get(topic, topic),
            "topic_key": topic,
            "before": _shown(then),
            "after": _shown(today),
            "finding": findings.get((slug, topic)),
            "holds": _holds(findings.get((slug, topic)), today),
        }
        for slug, area, topic, then, today in cells
    ]
    content = {
        "rows": rows,
        "others": _by_area(others, labels),
        "broken": sum(not row["holds"] for row in rows),
        "is_ahead": is_ahead,
    }
    return Panel("evidence/_figure_effects.html", content)


def _numbers(proposal: Proposal) -> list[tuple[Any, ...]]:
    figures = proposal.figures
    return [(one.key, one.value, one.county, one.period) for one in (*figures.used, *figures.side_notes)]


def _by_area(cells: list[list[str]], labels: Mapping[str, Any]) -> dict[str, list[tuple[str, str, Any]]]:
    """Name of the area → slug, key and label of the topics."""
    found: dict[str, list[tuple[str, str, Any]]] = {}
    for slug, area, topic in cells:
        found.setdefault(area, []).append((slug, topic, labels.get(topic, topic)))
    return found


def _findings(period_key: str, slugs: list[str]) -> dict[tuple[str, str], Finding]:
    """Findings of the period by area and topic; one query with their versions."""
    statement = (
        select(Finding)
        .join(Area, Area.id == Finding.area_id)
        .join(PlanningPeriod, PlanningPeriod.id == Finding.period_id)
        .where(PlanningPeriod.key == period_key, Area.slug.in_(slugs))
        .options(contains_eager(Finding.area), joinedload(Finding.topic), selectinload(Finding.versions))
        .order_by(Finding.id)
    )
    return {(one.area.slug, one.topic.key): one for one in db.session.scalars(statement)}


def _holds(finding: Finding | None, today: str) -> bool:
    """Whether the finding's own proposal is still the one of after the delivery; true where there is no finding."""
    if finding is None:
        return True
    kept = finding.latest.proposal
    return "/".join((kept["assessment"], kept["voices"], kept["figures"])) == today


def _shown(outcome: str) -> dict[str, Any]:
    assessment, voices, figures = outcome.split("/")
    return {
        "key": assessment,
        "label": words.SHORT[Assessment(assessment)],
        "voices": words.VOICES_SIGN[VoicesAxis(voices)],
        "figures": words.FIGURES_SIGN[FiguresSignal(figures)],
        "figures_label": FiguresSignal(figures).label,
    }
