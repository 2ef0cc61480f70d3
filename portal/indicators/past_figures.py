"""Figures as they were at an earlier moment: from the deliveries that counted then."""

from datetime import date, datetime

from flask import current_app
from sqlalchemy import select

from portal.areas import queries as areas
from portal.core import clock
from portal.core.database import db
from portal.indicators import queries
from portal.indicators.figures import CountyFigures
from portal.indicators.models import ImportBatch
from portal.indicators.parameters import parameters
from portal.settings import services as settings

_CACHE = "portal_figures_past"
_KEPT = 12


def figures_at(moment: datetime, *, on: date) -> CountyFigures:
    """All figures of the own county from the deliveries that were visible just before a past moment, as old as they
    were on a day; kept in memory.

    The catalogue and the areas are those of today: a number that was computed otherwise then is another one.
    """
    version, today = settings.version("figures", "areas", "settings"), clock.today()
    shelf: dict[tuple[str, datetime, date, date], CountyFigures]
    shelf = current_app.extensions.setdefault(_CACHE, {})
    key = version, moment, on, today
    found = shelf.get(key)
    if found is None:
        composition = areas.composition_of(areas.own_county(), on=today)
        name = f"{version}@{moment.isoformat()}/{on}"
        found = queries.compute(queries.watched(), composition, (), parameters(), version=name, today=on, at=moment)
        while len(shelf) >= _KEPT:
            shelf.pop(next(iter(shelf), key), None)
        shelf[key] = found
    return found


def last_delivery(before: datetime | None = None) -> datetime | None:
    """When the visible values changed last by a delivery, or did before a moment; None where there was none."""
    statement = select(ImportBatch.activated_at, ImportBatch.undone_at).where(ImportBatch.activated_at.is_not(None))
    found = [moment for row in db.session.execute(statement) for moment in row if moment is not None]
    return max((moment for moment in found if before is None or moment < before), default=None)
