"""Public pages of localities: the list, and what is known and said of one."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas import locality_lists
from portal.areas import permissions as area_permissions
from portal.areas import queries as areas
from portal.areas.composition import ref
from portal.areas.models import AreaKind
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import NotFound
from portal.core.formats import date_short
from portal.core.tables import csv_file
from portal.core.web import attachment, list_arguments
from portal.home.cards import conferences as conference_cards
from portal.home.cards import needs as needs_cards
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.settings.page_cache import cached_page


@blueprint.get("/ortsteile")
def localities() -> ResponseReturnValue:
    """All localities of the county, with their municipality and planning area."""
    county, today = areas.own_county(), clock.today()
    path, arguments = url_for("home.localities"), list_arguments()
    if request.args.get("format") == "csv":
        everything = locality_lists.localities(county, arguments, on=today, path=path, page_size=None)
        head = [_("Ortsteil"), _("Stadt oder Gemeinde"), _("AGS der Gemeinde"), _("Planungsraum"), _("Beschreibung")]
        rows = [
            [
                row.area.name,
                row.municipality.name,
                row.municipality.key,
                "" if row.planning_area is None else row.planning_area.name,
                row.area.description,
            ]
            for row in everything.rows
        ]
        note = _("Ortsteile und Quartiere, wie der Landkreis sie führt. Stand: %(day)s.", day=date_short(today))
        return attachment(csv_file(head, rows, note=note), name="ortsteile.csv", media_type="text/csv; charset=utf-8")
    found = locality_lists.localities(county, arguments, on=today, path=path)
    found.downloads = [("CSV", found.download_url("csv"))]
    return render_template("home/localities.html", listing=found)


@blueprint.get("/ortsteile/<slug>")
@cached_page("areas", "figures", "needs", "conferences", "stakeholders")
def locality(slug: str) -> ResponseReturnValue:
    """What was put forward and what takes place in a locality; figures are its municipality's."""
    actor = current_actor()
    place = areas.find(AreaKind.LOCALITY, slug)
    figures = indicators.county_figures(actor)
    composition = figures.composition
    if place.county_id != composition.county.id:
        raise NotFound
    municipality = composition.municipality(place.id)
    area = ref(place)
    return render_template(
        "home/locality.html",
        area=area,
        ended=place.valid_to if place.valid_to is not None and place.valid_to <= figures.today else None,
        municipality=municipality,
        planning_area=None if municipality is None else composition.planning_area(municipality.id),
        others=[]
        if municipality is None
        else [one for one in composition.localities_of(municipality.id) if one.id != area.id],
        from_minutes=(),
        put_forward=needs_cards.of_area(actor, area, composition),
        events=conference_cards.events_about(composition.within(area.id)),
        minutes=[],
        may_plan=area_permissions.may_plan(actor),
    )
