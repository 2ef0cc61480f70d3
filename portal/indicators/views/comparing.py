"""The comparison of places."""

from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.areas.models import AreaKind
from portal.core.actor import current_actor
from portal.core.web import attachment
from portal.indicators import area_comparison, queries
from portal.indicators.area_comparison import FEWEST, MOST
from portal.indicators.views.frame import CSV, blueprint
from portal.settings.page_cache import cached_page

# More names in an address than this are no choice of a reader.
_MOST_NAMED = 60


@blueprint.get("/vergleich")
@cached_page("figures", "areas")
def compare() -> ResponseReturnValue:
    """Two to five places and their indicators: as small pictures or as a file. Without a choice: the form."""
    figures = queries.county_figures(current_actor())
    # Several in one value, too: an address is then short enough to be passed on.
    wanted = ",".join(request.args.getlist("gebiet")).split(",")[:_MOST_NAMED]
    places = area_comparison.chosen_places(figures, wanted)
    topics = [topic for topic, _group in figures.by_topic()]
    known = {topic.key for topic in topics}
    named = {part: list(dict.fromkeys(request.args.getlist(part)[:_MOST_NAMED])) for part in ("thema", "kennzahl")}
    chosen = [key for key in named["thema"] if key in known]
    keys = [key for key in named["kennzahl"] if key in figures.indicators]
    unknown = area_comparison.unknown_words(
        area_comparison.unknown(figures, places=wanted, topics=named["thema"], keys=named["kennzahl"])
    )
    alone = area_comparison.alone_among(places)
    places = area_comparison.with_surroundings(figures, places)
    fits = FEWEST <= len(places) <= MOST
    found = area_comparison.panels(figures, places, topics=chosen, keys=keys, alone=alone) if fits else []
    example = any(figures.composition.is_example(place.id) for place in places if place.kind is AreaKind.PLANNING_AREA)
    wanted_file = request.args.get("format") if fits else None
    if wanted_file == "csv":
        content = area_comparison.comparison_csv(found, figures.composition.county, example=example, remark=unknown)
        return attachment(content, name="vergleich.csv", media_type=CSV)
    if wanted_file == "verlauf":
        return attachment(
            area_comparison.courses_csv(found, example=example, remark=unknown),
            name="vergleich-verlauf.csv",
            media_type=CSV,
        )
    addresses = [area_comparison.address_of(place) for place in (places if alone is None else [alone])]
    address = partial(url_for, "indicators.compare", gebiet=addresses, thema=chosen, kennzahl=keys)
    return render_template(
        "indicators/compare.html",
        places=places,
        alone=alone,
        around=places[-1] if alone is not None and fits else None,
        unknown=unknown,
        fits=fits,
        example=example,
        asked=any(wanted),
        panels=found,
        choices={kind.value: among for kind, among in area_comparison.choices(figures).items()},
        kinds=AreaKind,
        address_of=area_comparison.address_of,
        topics=topics,
        indicators=[one.indicator for one in figures.indicators.values() if one.has_values],
        chosen_topics=chosen,
        chosen_keys=keys,
        county=figures.composition.county,
        fewest=FEWEST,
        most=MOST,
        everything=url_for("indicators.compare", gebiet=addresses),
        developments=[panel for panel in found if panel.courses is not None],
        download=address(format="csv"),
        download_courses=address(format="verlauf"),
    )
