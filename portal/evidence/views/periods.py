"""Two planning periods side by side, for the county's staff."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.core.actor import current_actor
from portal.core.permissions import require
from portal.evidence import period_comparison, permissions, queries, words
from portal.evidence.views.frame import blueprint
from portal.planning import queries as planning


@blueprint.get("/befunde/vergleich")
def compare_periods() -> ResponseReturnValue:
    """`?von=` and `?bis=` name the periods; without them the present one and the one before."""
    actor = current_actor()
    require(permissions.may_see_unpublished(actor))
    periods = list(planning.periods())
    later = queries.period(request.args.get("bis"))
    others = [one for one in periods if one.id != later.id]
    asked = request.args.get("von")
    earlier = queries.period(asked) if asked else next(iter(others), None)
    cells = [] if earlier is None else period_comparison.compare(earlier, later, actor)
    return render_template(
        "evidence/periods.html",
        periods=periods,
        earlier=earlier,
        later=later,
        cells=[one for one in cells if one.has_changed],
        total=len(cells),
        words=words,
    )
