"""A planning area in plain German, and in Leichte Sprache where somebody wrote it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.core.actor import ANONYMOUS, current_actor
from portal.core.errors import NotFound
from portal.evidence import permissions as evidence
from portal.evidence import queries as findings
from portal.evidence.easy import services as easy_texts
from portal.home import area_words
from portal.home.plain_area import plain_area as sentences
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.settings.page_cache import cached_page
from portal.surveys import spool


@blueprint.get("/planungsraeume/<slug>/kurz-und-klar")
@cached_page(findings.VERSION, *findings.VERSIONS, standing=spool.standing)
def plain_area(slug: str) -> ResponseReturnValue:
    """Sentences that everybody may read, whoever asks; `?fassung=leicht` shows the text in Leichte Sprache."""
    figures = indicators.county_figures(ANONYMOUS)
    area = next((one for one in figures.composition.planning_areas if one.slug == slug), None)
    if area is None:
        raise NotFound
    is_easy = request.args.get("fassung") == "leicht"
    return render_template(
        "home/plain_area.html",
        area=area,
        plain=None if is_easy else sentences(area, figures),
        is_easy=is_easy,
        lead=area_words.lives(figures.population.get(area.id)),
        easy=easy_texts.public(area.id),
        example=figures.composition.is_example(area.id),
        may_write_easy=evidence.may_see_easy_drafts(current_actor()),
    )
