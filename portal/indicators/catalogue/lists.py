"""The list of all indicators: search, filters, order."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import not_, select
from sqlalchemy.orm import contains_eager

from portal.core.actor import Actor
from portal.core.database import db
from portal.core.tables import Filter, Listing, listing
from portal.indicators import permissions
from portal.indicators.figures import CountyFigures, Level
from portal.indicators.models import Indicator, Visibility
from portal.planning.models import Topic

# Each entry carries its explanation; more of them make a page without end on a phone.
PAGE_SIZE = 30


def catalogue(
    arguments: Mapping[str, str],
    figures: CountyFigures,
    *,
    actor: Actor,
    path: str,
    page_size: int | None = PAGE_SIZE,
) -> Listing[Any]:
    """Entries that the actor may see, those with values first; whether there are any is asked of the figures."""
    statement = select(Indicator).join(Indicator.topic).options(contains_eager(Indicator.topic))
    if not permissions.may_see_internal(actor):
        statement = statement.where(Indicator.visibility == Visibility.PUBLIC)
    found = {**figures.indicators, **figures.further}
    keys = {level: [key for key, one in found.items() if one.level is level] for level in Level}
    with_values = [*keys[Level.MUNICIPALITY], *keys[Level.COUNTY]]
    return listing(
        statement,
        arguments,
        path=path,
        sorts={
            "thema": (
                not_(Indicator.key.in_(with_values)),
                Topic.position,
                not_(Indicator.in_use),
                Indicator.position,
                Indicator.id,
            ),
            "name": (Indicator.sort_key, Indicator.id),
        },
        default_sort="thema",
        search=Indicator.search_key,
        names=Indicator.name,
        search_label=_("Kennzahl suchen"),
        filters=(
            Filter(
                "thema",
                _("Thema"),
                [("", _("alle Themen")), *_topics()],
                lambda value: Topic.key == value,
            ),
            Filter(
                "werte",
                _("Werte"),
                [
                    ("", _("mit und ohne Werte")),
                    ("gemeinden", _("für Städte und Gemeinden")),
                    ("landkreis", _("nur für den Landkreis")),
                    ("ohne", _("noch ohne Werte")),
                ],
                lambda value: {
                    "gemeinden": Indicator.key.in_(keys[Level.MUNICIPALITY]),
                    "landkreis": Indicator.key.in_(keys[Level.COUNTY]),
                    "ohne": Indicator.key.not_in(with_values),
                }[value],
            ),
        ),
        page_size=page_size,
    )


def _topics() -> list[tuple[str, object]]:
    statement = select(Topic).order_by(Topic.position, Topic.id)
    return [(topic.key, topic.label) for topic in db.session.execute(statement).scalars()]
