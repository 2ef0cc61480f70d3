"""Topics over all planning areas: what the figures show and, beside it, what people say."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.core.actor import current_actor
from portal.evidence import queries as evidence
from portal.home.cards import topics as topic_cards
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.settings.page_cache import cached_page


@blueprint.get("/themen")
@cached_page("figures", "areas")
def topics() -> ResponseReturnValue:
    """All topics with what is watched in them."""
    figures = indicators.county_figures(current_actor())
    return render_template("home/topics.html", entries=topic_cards.entries(figures))


@blueprint.get("/themen/<key>")
@cached_page(evidence.VERSION, *evidence.VERSIONS)
def topic(key: str) -> ResponseReturnValue:
    """One topic: its indicators over all planning areas, the lead ones first, voices beside them."""
    actor = current_actor()
    found = topic_cards.topic(key)
    figures = indicators.county_figures(actor)
    return render_template(
        "home/topic.html",
        topic=found,
        panels=topic_cards.panels(figures, key),
        missing=topic_cards.missing(figures, key),
        voices=topic_cards.voices(actor, key),
        composition=figures.composition,
        county=figures.composition.county,
    )
