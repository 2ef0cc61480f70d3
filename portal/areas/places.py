"""What forms offer where a place has to be named: planning areas, municipalities, and localities below them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.areas import queries
from portal.areas.composition import AreaRef, Composition, ref
from portal.areas.models import Area, AreaKind
from portal.core.database import db
from portal.core.errors import NotFound

Option = tuple[str, Any]


@dataclass(frozen=True)
class Places:
    """Places to choose from, each by its name; localities by their municipality, then by their name."""

    planning_areas: Sequence[AreaRef]
    municipalities: Sequence[AreaRef]
    localities: Sequence[AreaRef]

    def stored(self, public_ids: Collection[str]) -> Sequence[Area]:
        """The rows of offered places, by name; others are left out."""
        everywhere = (*self.planning_areas, *self.municipalities, *self.localities)
        offered = {place.public_id: place.id for place in everywhere}
        ids = [offered[one] for one in public_ids if one in offered]
        return db.session.scalars(select(Area).where(Area.id.in_(ids)).order_by(Area.sort_key, Area.id)).all()


def options(places: Iterable[AreaRef]) -> list[Option]:
    """Choices of a field: a locality says in which municipality it lies."""
    return [(place.public_id, place.full_name) for place in places]


def today() -> Composition | None:
    """The county today; None before it is set up."""
    try:
        return queries.composition_of(queries.own_county())
    except NotFound:
        return None


def offered(kept: Iterable[Area] = ()) -> Places:
    """Everything that exists today, and planning areas and localities that were chosen before (`kept`)."""
    composition = today()
    if composition is None:
        return Places((), (), ())
    ended = [ref(area) for area in kept if area.id not in composition.areas and area.id not in composition.former]
    localities = [*composition.localities, *(one for one in ended if one.kind is AreaKind.LOCALITY)]
    return Places(
        planning_areas=[*composition.planning_areas, *(one for one in ended if one.kind is AreaKind.PLANNING_AREA)],
        municipalities=composition.municipalities,
        localities=sorted(localities, key=lambda one: _by_municipality(one, composition)),
    )


def chosen(areas: Iterable[Area]) -> list[str]:
    """Public ids of places for a form; a municipality that ended stands as the one it is part of now."""
    composition = today()
    found = []
    for area in areas:
        current = None if composition is None else composition.current(area.id)
        known = None if composition is None or current is None else composition.areas[current]
        found.append(area.public_id if known is None else known.public_id)
    return list(dict.fromkeys(found))


def _by_municipality(place: AreaRef, composition: Composition) -> tuple[str, str, int]:
    municipality = composition.municipality(place.id)
    return ("" if municipality is None else municipality.sort_key, place.sort_key, place.id)
