"""*Mein Bereich*: what people outside of the county's staff find after signing in. Features add to `SOURCES`.

Each source answers for one actor, reads with a fixed number of queries and contributes nothing that the actor
could not open.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas.composition import AreaRef
from portal.core.actor import Actor, Role
from portal.core.formats import number
from portal.indicators.figures import CountyFigures
from portal.indicators.signals import FiguresSignal
from portal.stakeholders import acting


@dataclass(frozen=True, kw_only=True)
class OwnCard:
    """Something of the actor's own: an invitation, a need, a service. `rank` orders (small first).

    `facts` are small facts such as the last day, `(icon, text)`. `about` is the record that an opening for everybody
    may be about, too: the actor's own card stands in its place.
    """

    title: Any
    text: Any
    url: str
    facts: tuple[tuple[str, Any], ...] = ()
    rank: int = 50
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A planning area of the actor with what the figures say of it in a line."""

    area: AreaRef
    url: str
    facts: tuple[tuple[str, Any], ...]


OwnSource = Callable[[Actor], Iterable[OwnCard]]

SOURCES: list[OwnSource] = []


def cards(actor: Actor) -> list[OwnCard]:
    """Everything of the actor's own, the most pressing first."""
    return sorted((card for source in SOURCES for card in source(actor)), key=lambda card: card.rank)


def places(actor: Actor, figures: CountyFigures) -> list[Place]:
    """Planning areas in which the organisation works, or a part of them; all for members of committees."""
    areas: Sequence[AreaRef] = figures.composition.planning_areas
    if not actor.has(Role.COMMITTEE):
        own = {figures.composition.filed_under(area.id) for area in acting.areas_of(actor)}
        areas = [area for area in areas if area.id in own]
    return [_place(area, figures) for area in areas]


def _place(area: AreaRef, figures: CountyFigures) -> Place:
    judged = [one.areas[area.id].signal.signal for one in figures.indicators.values() if area.id in one.areas]
    count = judged.count(FiguresSignal.CONSPICUOUS)
    facts: list[tuple[str, Any]] = []
    if area.id in figures.population:
        facts.append(("users", _("%(count)s Menschen", count=number(figures.population[area.id].persons))))
    facts.append(("chart", ngettext("%(num)d Kennzahl auffällig", "%(num)d Kennzahlen auffällig", count)))
    return Place(area=area, url=url_for("home.planning_area", slug=area.slug), facts=tuple(facts))
