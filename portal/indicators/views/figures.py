"""The catalogue and the page of one indicator, as pages and as files."""

from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.areas import queries as areas
from portal.areas.composition import AreaRef
from portal.core.actor import ANONYMOUS, current_actor
from portal.core.errors import NotFound
from portal.core.web import attachment, json_file, list_arguments
from portal.indicators import county_words, downloads, open_data, pages, permissions, queries, words
from portal.indicators.catalogue import lists as listings
from portal.indicators.catalogue import reference_queries
from portal.indicators.chance import OUTER
from portal.indicators.charts import pages as chart_pages
from portal.indicators.charts import place_course
from portal.indicators.charts.maps import IndicatorMap, choropleth
from portal.indicators.deliveries import queries as delivery_queries
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.views.frame import CSV, XLSX, blueprint
from portal.planning import uses
from portal.planning.uses import Used
from portal.settings.page_cache import cached_page


@blueprint.get("/indikatoren")
@cached_page("figures", "areas")
def catalogue() -> ResponseReturnValue:
    """All indicators with the county's values: as a list or as a file."""
    actor, path, arguments = current_actor(), url_for("indicators.catalogue"), list_arguments()
    figures = queries.county_figures(actor)
    if request.args.get("format") == "csv":
        everything = listings.catalogue(arguments, figures, actor=actor, path=path, page_size=None)
        rows = [pages.catalogue_row(indicator, figures) for indicator in everything.rows]
        return attachment(downloads.catalogue_csv(rows, figures), name="kennzahlen.csv", media_type=CSV)
    found = listings.catalogue(arguments, figures, actor=actor, path=path)
    found.downloads = [("CSV", found.download_url("csv"))]
    found.rows = [pages.catalogue_row(indicator, figures) for indicator in found.rows]
    return render_template("indicators/catalogue.html", listing=found, county=figures.composition.county)


# What an indicator is used for depends on findings and on everything people said.
_USES = ("evidence", "surveys", "minutes", "needs", "conferences", "stakeholders")


@blueprint.get("/indikatoren/<key>")
@cached_page("figures", "areas", *_USES)
def indicator(key: str) -> ResponseReturnValue:
    """One indicator: map, municipalities, planning areas, meaning, source."""
    actor = current_actor()
    entry = queries.find(key, actor=actor)
    county = queries.county_figures(actor)
    found = county.find(key)
    arguments = list_arguments()
    sort = pages.known_sort(arguments.get("sortierung"))
    has_places = found is not None and found.has_values and bool(found.numbers)
    course = pages.course_table(found, county) if found is not None else None
    over_time = place_course.places_over_time(found, county) if found is not None and found.has_values else []
    shown = _place_over_time(over_time, arguments.get("gemeinde"), alone=course is None)
    places = pages.place_rows(found, county, sort) if found is not None and has_places else []
    return render_template(
        "indicators/indicator.html",
        entry=entry,
        figures=found if found is not None and found.has_values else None,
        county=county,
        composition=county.composition,
        map=_map(found, county) if found is not None and has_places else None,
        places=places,
        order_note=pages.order_note(found, places, sort) if found is not None else "",
        funnels=chart_pages.funnels(found, county) if found is not None else [],
        intervals=chart_pages.intervals(found, county) if found is not None else [],
        with_chance=pages.with_chance(county) if has_places and found is not None and found.chance is None else [],
        courses=(courses := chart_pages.courses(found, county) if found is not None else []),
        scale=chart_pages.scale_words(courses, found.indicator) if found is not None else "",
        outer=OUTER,
        areas=pages.area_rows(found, county) if found is not None else [],
        counties=pages.county_rows(found, county) if found is not None else [],
        course=course,
        over_time=over_time,
        place_course=place_course.place_course(found, county, shown)
        if found is not None and shown is not None
        else None,
        meaning=pages.meaning(found, entry, reference_queries.present().get(entry.id, ())),
        rule=pages.rule(found) if found is not None and entry.in_use else [],
        sort=sort,
        was_sorted="sortierung" in arguments,
        sort_urls=_sort_urls(key, sort),
        uses=uses.of(Used.INDICATOR, entry.id, actor=actor),
        deliveries=delivery_queries.bringing(entry, found.period) if found is not None and found.has_values else [],
        may_see_imports=permissions.may_see_imports(actor),
        is_internal=not permissions.may_see(ANONYMOUS, entry.visibility),
        words=words,
        county_words=county_words,
    )


@blueprint.get("/indikatoren/<key>/werte.csv")
def indicator_file(key: str) -> ResponseReturnValue:
    """The values of one indicator; 404 where there are none."""
    content = downloads.indicator_csv(*_with_values(key))
    return attachment(content, name=f"{key}.csv", media_type=CSV)


@blueprint.get("/indikatoren/<key>/werte.json")
def indicator_json(key: str) -> ResponseReturnValue:
    """The same for programs: unrounded, with states and sources."""
    return json_file(open_data.indicator_document(*_with_values(key)), name=f"{key}.json")


@blueprint.get("/indikatoren/<key>/werte.xlsx")
def indicator_workbook(key: str) -> ResponseReturnValue:
    """The same as a workbook."""
    content = downloads.indicator_xlsx(*_with_values(key))
    return attachment(content, name=f"{key}.xlsx", media_type=XLSX)


def _with_values(key: str) -> tuple[IndicatorFigures, CountyFigures]:
    """An indicator that the actor may see and that has values; `NotFound` otherwise."""
    actor = current_actor()
    queries.find(key, actor=actor)
    county = queries.county_figures(actor)
    found = county.find(key)
    if found is None or not found.has_values:
        raise NotFound
    return found, county


def _place_over_time(choices: Sequence[AreaRef], slug: str | None, *, alone: bool) -> AreaRef | None:
    """The municipality chosen, or the first one where county and planning areas have no course (`alone`)."""
    chosen = next((place for place in choices if place.slug == slug), None)
    return choices[0] if chosen is None and alone and choices else chosen


def _map(found: IndicatorFigures, county: CountyFigures) -> IndicatorMap | None:
    try:
        drawing = areas.map_of(county.composition.county)
    except NotFound:
        return None
    return choropleth(drawing, found, url=_municipality_url)


def _municipality_url(area: AreaRef) -> str:
    return url_for("home.municipality", slug=area.slug)


def _sort_urls(key: str, sort: str) -> dict[str, str]:
    """Addresses that sort the table of municipalities; a second click turns the order round."""
    found = {}
    for name in ("name", "raum", "wert"):
        wanted = f"-{name}" if sort == name else name
        found[name] = url_for("indicators.indicator", key=key, sortierung=wanted, _anchor="gemeinden")
    return found
