"""Open data: boundaries and the list of municipalities, with source, licence and date."""

from datetime import date

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from portal.areas import exports, queries
from portal.areas.views.frame import blueprint
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.tables import csv_file
from portal.core.web import attachment


@blueprint.get("/planungsraeume/grenzen.geojson")
def boundaries() -> ResponseReturnValue:
    """Boundaries of the own municipalities with their planning area on a day (`?tag=2026-01-01`)."""
    county = queries.own_county()
    found = queries.boundaries(county)
    text = exports.boundaries_geojson(
        queries.composition_of(county, on=_day()),
        queries.geometries(found),
        found.attribution,
        territorial_date=found.territorial_date,
    )
    response: Response = make_response(text)
    response.headers["Content-Type"] = "application/geo+json; charset=utf-8"
    return response


@blueprint.get("/planungsraeume/gemeinden.csv")
def municipality_list() -> ResponseReturnValue:
    """All own municipalities with planning area and association on a day (`?tag=2026-01-01`)."""
    day = _day()
    composition = queries.composition_of(queries.own_county(), on=day)
    source = composition.municipalities[0].attribution_key if composition.municipalities else None
    head, rows, note = exports.municipality_table(composition, queries.attribution(source))
    content = csv_file(head, rows, note=note)
    return attachment(content, name=f"gemeinden-{day.isoformat()}.csv", media_type="text/csv; charset=utf-8")


def _day() -> date:
    """The day in the address, today without one; nonsense is an address that does not exist."""
    text = request.args.get("tag")
    if not text:
        return clock.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
