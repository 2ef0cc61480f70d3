"""What is new: deliveries of figures taken over and planning areas regrouped, newest first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.areas import queries as areas
from portal.core import clock
from portal.core.actor import Actor
from portal.indicators.deliveries import queries as import_queries

SHOWN = 4


@dataclass(frozen=True)
class News:
    """One entry: the day, what happened in a sentence, and where to read on."""

    day: date
    title: str
    text: str
    url: str


def recent(actor: Actor, *, limit: int = SHOWN) -> list[News]:
    """The latest changes anybody may know of."""
    found = [
        News(
            day=_local(batch.activated_at),
            title=_("Neue Zahlen"),
            text=_("Die Kennzahlen der Städte und Gemeinden sind auf neuem Stand."),
            url=url_for("indicators.catalogue"),
        )
        for batch in import_queries.taken_over(limit=1)
    ]
    found += [
        News(
            day=membership.valid_from,
            title=membership.member.name,
            text=_("gehört jetzt zum Planungsraum %(name)s.", name=membership.group.name)
            + (" " + _("(Beispielzuordnung)") if membership.is_example else ""),
            url=url_for("home.planning_area", slug=membership.group.slug),
        )
        for membership in areas.latest_moves(limit)
    ]
    return sorted(found, key=lambda entry: entry.day, reverse=True)[:limit]


def _local(moment: Any) -> date:
    day: date = moment.astimezone(clock.LOCAL_ZONE).date()
    return day
