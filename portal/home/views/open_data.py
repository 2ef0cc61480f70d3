"""Open data: the page with every data set, and the catalogue for other portals."""

from collections.abc import Sequence

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.areas import queries as areas
from portal.areas.models import Attribution
from portal.core.actor import ANONYMOUS
from portal.core.errors import NotFound
from portal.core.web import json_file
from portal.home import open_data as catalogues
from portal.home.open_data import Dataset
from portal.home.site import site
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
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
    places = figures.composition.municipalities
    register = areas.attribution(places[0].attribution_key if places else None)
    return list(catalogues.datasets(figures, register=register, boundaries=_boundaries()))


def _boundaries() -> Attribution | None:
    try:
        return areas.boundaries(areas.own_county()).attribution
    except NotFound:
        return None
