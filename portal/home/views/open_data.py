"""Open data: the page with every data set, and the catalogue for other portals."""

from collections.abc import Sequence

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.areas import queries as areas
from portal.areas.models import Area
from portal.core.actor import ANONYMOUS
from portal.core.errors import NotFound
from portal.core.web import json_file
from portal.home import open_data as catalogues
from portal.home.open_data import Dataset, Places
from portal.home.site import site
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.indicators.deliveries import queries as deliveries
from portal.indicators.figures import CountyFigures
from portal.settings.page_cache import cached_page


@blueprint.get("/offene-daten")
@cached_page("figures", "areas")
def open_data() -> ResponseReturnValue:
    """Every data set with its files and licence."""
    figures = indicators.county_figures(ANONYMOUS)
    return render_template("home/open_data.html", datasets=_datasets(figures), county=figures.composition.county)


@blueprint.get("/katalog.jsonld")
def open_data_catalogue() -> ResponseReturnValue:
    """The catalogue by DCAT-AP.de; what is internal is not in it, whoever asks."""
    figures = indicators.county_figures(ANONYMOUS)
    county_key = figures.composition.county.key or ""
    document = catalogues.catalogue(_datasets(figures), site(), county_key=county_key)
    return json_file(document, name="katalog.jsonld", media_type="application/ld+json")


def _datasets(figures: CountyFigures) -> Sequence[Dataset]:
    county = areas.own_county()
    return list(
        catalogues.datasets(
            figures,
            deliveries.changed_between(),
            register=_register(figures, county),
            boundaries=_boundaries(county),
        )
    )


def _register(figures: CountyFigures, county: Area) -> Places | None:
    places = figures.composition.municipalities
    source = areas.attribution(places[0].attribution_key if places else None)
    return None if source is None else Places(source=source, changed_between=areas.changed_between(county))


def _boundaries(county: Area) -> Places | None:
    """The file names the planning area of each place, so that it changes with the groups as well."""
    try:
        found = areas.boundaries(county)
    except NotFound:
        return None
    first, last = areas.changed_between(county)
    return Places(
        source=found.attribution,
        changed_between=(first, max(last, found.created_at)),
        as_of=found.territorial_date,
    )
