"""Which places an entry can name: municipalities and localities that lie in what the event is about."""

from collections.abc import Iterable, Sequence

from portal.areas import places
from portal.areas.composition import AreaRef, Composition
from portal.areas.models import Area
from portal.conferences.models import Conference


def below(conference: Conference, kept: Iterable[Area] = ()) -> Sequence[AreaRef]:
    """Municipalities, then localities below the event's areas (all of a county-wide event), and `kept` ones."""
    kept = list(kept)
    composition = places.today()
    if composition is None:
        return ()
    offered = places.offered(kept)
    named = {area.id for area in conference.areas}
    chosen = {area.id for area in kept}
    return [
        place
        for place in (*offered.municipalities, *offered.localities)
        if place.id in chosen or _lies_below(place, named, composition)
    ]


def _lies_below(place: AreaRef, named: set[int], composition: Composition) -> bool:
    if not named:
        return True
    municipality = composition.municipality(place.id)
    above = {composition.filed_under(place.id)} if municipality is None else {
        municipality.id, composition.filed_under(place.id), composition.association_of.get(municipality.id, 0)
    }  # fmt: skip
    return place.id not in named and bool(above & named)
