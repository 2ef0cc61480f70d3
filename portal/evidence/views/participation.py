"""Who has been heard and who has not, for the county's staff."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.actor import current_actor
from portal.core.formats import date_short
from portal.core.permissions import require
from portal.core.tables import csv_file
from portal.core.web import attachment, list_arguments
from portal.evidence import permissions, queries
from portal.evidence.participation import heard as participation
from portal.evidence.participation import pages as participation_pages
from portal.evidence.views.frame import blueprint, nothing_yet
from portal.indicators import queries as indicators
from portal.planning import queries as planning
from portal.planning.models import Phase


@blueprint.get("/beteiligung")
def heard() -> ResponseReturnValue:
    """Groups × phases for every planning area, against the county's rule; `?format=csv` for all of it."""
    actor = current_actor()
    require(permissions.may_see_unpublished(actor))
    arguments = list_arguments()
    period = queries.period_if_any(arguments.get("periode"))
    composition = indicators.county_figures(actor).composition
    if period is None or not composition.planning_areas:
        return nothing_yet(
            _("Wer gehört wurde"),
            period_missing=period is None,
            areas_missing=not composition.planning_areas,
            frame="layout/staff.html",
        )
    found = participation.of_period(period, composition)
    area, phase = arguments.get("planungsraum", ""), arguments.get("phase", "")
    shown = [one for one in found if area in {"", one.area.slug}] or found
    phases = [one for one in Phase if phase in {"", one.value}] or list(Phase)
    if arguments.get("format") == "csv":
        head, body = participation_pages.csv_table(shown, phases)
        note = participation_pages.note(period, date_short(clock.today()))
        return attachment(csv_file(head, body, note=note), name="beteiligung.csv", media_type="text/csv; charset=utf-8")
    coming = participation.coming_events(period)
    return render_template(
        "evidence/participation.html",
        tables=[participation_pages.area_table(one, phases, coming, actor=actor) for one in shown],
        areas=[one.area for one in found],
        phases=phases,
        all_phases=list(Phase),
        periods=planning.periods(),
        period=period,
        chosen_area=area if len(shown) == 1 else "",
        chosen_phase=phase if len(phases) == 1 else "",
        download=url_for(
            "evidence.heard",
            format="csv",
            planungsraum=area or None,
            phase=phase or None,
            periode=arguments.get("periode"),
        ),
        may_change=permissions.may_change_rule(actor),
    )
