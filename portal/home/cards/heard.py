"""Where the county stands in its planning cycle, as *Heute* says it: phase, who was not heard, what has no finding."""

from collections.abc import Sequence

from flask import g, url_for
from flask_babel import gettext as _

from portal.core.actor import Actor, Role
from portal.evidence import permissions, queries
from portal.evidence.models import Assessment
from portal.evidence.participation.heard import AreaParticipation
from portal.evidence.participation.parameters import GROUP_WORDS
from portal.home.today import Line, Section
from portal.indicators import queries as indicators
from portal.planning.models import Phase, PlanningPeriod

# Assessments from which a finding should follow.
_TO_CONCLUDE = {Assessment.CONFIRMED, Assessment.FELT_ONLY, Assessment.HIDDEN}
_NAMED = 3
_CYCLE = tuple(Phase)
_KEPT = "present_period"


def _period() -> PlanningPeriod | None:
    """The present period, asked for once per request."""
    if _KEPT not in g:
        setattr(g, _KEPT, queries.present_period())
    found: PlanningPeriod | None = g.get(_KEPT)
    return found


def _heard(actor: Actor) -> Sequence[AreaParticipation]:
    period = _period()
    if period is None or not permissions.may_see_unpublished(actor):
        return ()
    return queries.heard(period, indicators.county_figures(actor).composition)


def cycle(actor: Actor) -> str:
    """`Phase: Bedarfserhebung · Planungsperiode 2025–2029`; from the first to the last where the areas differ."""
    period = _period()
    if period is None:
        return ""
    reached = sorted({phase for one in _heard(actor) if (phase := _reached(one)) is not None}, key=_CYCLE.index)
    if not reached:
        return period.name
    if len(reached) == 1:
        return _("Phase: %(phase)s", phase=reached[0].label) + " · " + period.name
    first, last = reached[0].label, reached[-1].label
    return _("Phasen: %(first)s bis %(last)s", first=first, last=last) + " · " + period.name


def _reached(one: AreaParticipation) -> Phase | None:
    """The furthest phase that has begun in a planning area."""
    return max(one.begun, key=_CYCLE.index, default=None)


def not_heard(actor: Actor) -> Section | None:
    """Per planning area the groups that the county's rule asks for in the present phase and nobody has heard."""
    if not actor.has(Role.PLANNER, Role.LEADERSHIP):
        return None
    lines = []
    areas = _heard(actor)
    for one in areas:
        phase = _reached(one)
        missing = [] if phase is None else [str(GROUP_WORDS[cell.group]) for cell in one.missing(phase)]
        if phase is None or not missing:
            continue
        named = ", ".join(missing[:_NAMED])
        if len(missing) > _NAMED:
            named = _("%(named)s und %(count)s weitere", named=named, count=len(missing) - _NAMED)
        lines.append(
            Line(
                text=one.area.name,
                url=url_for("evidence.heard", planungsraum=one.area.slug, phase=phase.value),
                sub=f"{phase.label}: {named}",
            )
        )
    return Section(
        key="gehoert",
        title=_("Noch nicht gehört in dieser Phase"),
        lines=tuple(lines),
        empty=_("In jedem Planungsraum sind alle gehört, die Ihre Regel für die laufende Phase verlangt.")
        if areas
        else _("Das steht hier, sobald es Planungsräume und eine laufende Planungsperiode gibt."),
        more=Line(text=_("Wer gehört wurde"), url=url_for("evidence.heard")),
        rank=25,
    )


def without_finding(actor: Actor) -> dict[int, int]:
    """Planning area → topics of the present period that are named or conspicuous and have no finding."""
    period = _period()
    if period is None:
        return {}
    found = queries.matrix(actor, period)
    done = queries.standings(period, actor)
    counted: dict[int, int] = {}
    for (area_id, topic_key), proposal in found.proposals.items():
        if proposal.assessment in _TO_CONCLUDE and (area_id, topic_key) not in done:
            counted[area_id] = counted.get(area_id, 0) + 1
    return counted
