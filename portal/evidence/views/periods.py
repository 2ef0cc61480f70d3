"""Two planning periods side by side, for the county's staff."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import current_actor
from portal.core.permissions import require
from portal.evidence import period_comparison, permissions, queries, words
from portal.evidence.views.frame import blueprint, nothing_yet
from portal.planning import queries as planning
from portal.planning.models import PlanningPeriod


@blueprint.get("/befunde/vergleich")
def compare_periods() -> ResponseReturnValue:
    """`?von=` and `?bis=` name the periods; without them the present one and the one before."""
    actor = current_actor()
    require(permissions.may_see_unpublished(actor))
    periods = list(planning.periods())
    if not periods:
        return nothing_yet(
            _("Planungsperioden im Vergleich"), period_missing=True, areas_missing=False, frame="layout/staff.html"
        )
    earlier, later = _chosen(periods, request.args.get("von"), request.args.get("bis"))
    sides = () if earlier is None else tuple(period_comparison.side(one, actor) for one in (earlier, later))
    cells = period_comparison.compare(sides[0], sides[1], actor) if sides else []
    changed = [one for one in cells if one.has_changed]
    return render_template(
        "evidence/periods.html",
        periods=periods,
        earlier=earlier,
        later=later,
        sides=sides,
        areas=period_comparison.by_area(changed),
        turns=period_comparison.turns(changed),
        changed=len(changed),
        total=len(cells),
        words=words,
    )


def _chosen(
    periods: Sequence[PlanningPeriod], von: str | None, bis: str | None
) -> tuple[PlanningPeriod | None, PlanningPeriod]:
    """Both periods. Without a choice the present one is the later; one that has not begun is never chosen unasked."""
    later = queries.period(bis)
    if von:
        return queries.period(von), later
    before = [one for one in periods if one.starts_on < later.starts_on]
    return (max(before, key=lambda one: one.starts_on) if before else None), later
