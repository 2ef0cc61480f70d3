"""What is new: figures, minutes, results of surveys, planning areas regrouped; newest first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.areas import queries as areas
from portal.core import clock
from portal.core.actor import Actor
from portal.core.languages import german
from portal.indicators.deliveries import queries as import_queries
from portal.minutes import queries as minutes
from portal.surveys import queries as surveys

SHOWN = 4
# Of one kind, so that a round of events does not push everything else out.
_OF_A_KIND = 2


@dataclass(frozen=True)
class News:
    """One entry: the day, what happened in a sentence, and where to read on."""

    day: date
    title: str
    text: Any
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
            day=_local(one.released_at),
            title=_("Protokoll"),
            text=german(one.title),
            url=url_for("minutes.minutes_page", public_id=one.public_id),
        )
        for one in minutes.released_lately(actor, limit=_OF_A_KIND)
    ]
    language = "en" if str(get_locale()) == "en" else "de"
    found += [
        News(
            day=_local(counted.asked.closed_at),
            title=_("Ergebnisse der Befragung"),
            text=counted.definition.title[language],
            url=url_for("surveys.results", slug=counted.slug),
        )
        for counted in surveys.counted_rounds()
        if counted.asked.closed_at is not None
    ][:_OF_A_KIND]
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
