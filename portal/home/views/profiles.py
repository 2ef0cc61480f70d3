"""Profiles (Steckbriefe) of planning areas and municipalities, as page and as PDF/UA."""

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas import queries as areas
from portal.areas.composition import AreaRef
from portal.areas.maps.atlas import MapData
from portal.core import pdf
from portal.core.actor import current_actor
from portal.core.errors import NotFound
from portal.core.web import attachment
from portal.home import area_maps, former_places, profiles
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.indicators.figures import CountyFigures
from portal.settings.page_cache import cached_page


@blueprint.get("/planungsraeume/<slug>/steckbrief")
@cached_page("areas", "figures", "settings")
def planning_area_profile(slug: str) -> ResponseReturnValue:
    """What a planning area is like, on two pages."""
    figures = indicators.county_figures(current_actor())
    area = _of(figures.composition.planning_areas, slug)
    return _page(area, figures, back=url_for("home.planning_area", slug=slug))


@blueprint.get("/planungsraeume/<slug>/steckbrief.pdf")
def planning_area_profile_pdf(slug: str) -> ResponseReturnValue:
    """The same as PDF/UA."""
    figures = indicators.county_figures(current_actor())
    return _file(_of(figures.composition.planning_areas, slug), figures)


@blueprint.get("/gemeinden/<slug>/steckbrief")
@cached_page("areas", "figures", "settings")
def municipality_profile(slug: str) -> ResponseReturnValue:
    """What a municipality is like, on two pages. The page of one that ended says why it has none."""
    figures = indicators.county_figures(current_actor())
    if former_places.found(slug, figures.composition) is not None:
        return redirect(url_for("home.municipality", slug=slug, _anchor="steckbrief"))
    area = _of(figures.composition.municipalities, slug)
    return _page(area, figures, back=url_for("home.municipality", slug=slug))


@blueprint.get("/gemeinden/<slug>/steckbrief.pdf")
def municipality_profile_pdf(slug: str) -> ResponseReturnValue:
    """The same as PDF/UA."""
    figures = indicators.county_figures(current_actor())
    return _file(_of(figures.composition.municipalities, slug), figures)


def _of(found: tuple[AreaRef, ...], slug: str) -> AreaRef:
    for area in found:
        if area.slug == slug:
            return area
    raise NotFound


def _drawing(figures: CountyFigures) -> MapData | None:
    try:
        return areas.map_of(figures.composition.county)
    except NotFound:
        return None


def _page(area: AreaRef, figures: CountyFigures, *, back: str) -> str:
    drawing = _drawing(figures)
    found = profiles.profile(area, figures, drawing)
    members = {member.id for member in figures.composition.members(area.id)}
    return render_template(
        "home/profile.html",
        area=area,
        profile=found,
        map=None if drawing is None else area_maps.located(drawing, members, found.map_label),
        back=back,
        pdf_url=f"{back}/steckbrief.pdf",
    )


def _file(area: AreaRef, figures: CountyFigures) -> Response:
    content = profiles.as_pdf(
        profiles.profile(area, figures, _drawing(figures)), county=figures.composition.county.name
    )
    return attachment(content, name=pdf.file_name(_("Steckbrief"), area.name), media_type=pdf.MEDIA_TYPE)
