"""A county on one day as plain values: which municipality belongs where, who borders on whom.

Nothing here is bound to a database session, so that it can be kept between requests and shared by threads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from portal.areas.models import Area, AreaKind, MergerKind, titled

# Colours that tell planning areas apart (see the map's style sheet).
_TONES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class AreaRef:
    """A place as pages print it. `id` is for look-ups inside the house, never for addresses."""

    id: int
    public_id: str
    kind: AreaKind
    key: str | None
    name: str
    official_name: str
    type_name: str
    slug: str
    sort_key: str
    county_id: int | None
    is_own: bool
    character: str
    description: str
    square_km: float | None
    urbanisation: str
    seat_postcode: str | None
    valid_from: date | None
    valid_to: date | None
    attribution_key: str | None
    regional_key: str | None = None

    @property
    def full_name(self) -> str:
        """As in `Area.full_name`."""
        return self.official_name if self.kind is AreaKind.LOCALITY else self.name

    @property
    def titled(self) -> str:
        """As in `Area.titled`."""
        return titled(self.kind, self.full_name, self.type_name)


def ref(area: Area) -> AreaRef:
    """The area's values, free of the session."""
    return AreaRef(
        id=area.id,
        public_id=area.public_id,
        kind=area.kind,
        key=area.key,
        name=area.name,
        official_name=area.official_name,
        type_name=area.type_name,
        slug=area.slug,
        sort_key=area.sort_key,
        county_id=area.county_id,
        is_own=area.is_own,
        character=area.character,
        description=area.description,
        square_km=area.square_km,
        urbanisation=area.urbanisation,
        seat_postcode=area.seat_postcode,
        valid_from=area.valid_from,
        valid_to=area.valid_to,
        attribution_key=area.attribution_key,
        regional_key=area.regional_key,
    )


@dataclass(frozen=True, kw_only=True)
class Former:
    """A municipality that ended: `successor_id` is what it became part of (None: it left the county).

    From `until` on it no longer exists. `elsewhere` is the county it went to.
    """

    area: AreaRef
    kind: MergerKind
    successor_id: int | None
    until: date
    elsewhere: str


@dataclass(frozen=True, kw_only=True)
class Composition:
    """A county on the day `on`. All tuples are in dictionary order of the names.

    `planning_area_of` and `association_of` map municipality ids to group ids; `adjacent` maps municipality ids to
    those that share a border; `examples` are municipalities whose assignment is a *Beispielzuordnung*.
    `municipality_of` maps localities, ended ones too, to their municipality; `former` municipalities that ended by
    that day to what became of them.
    """

    county: AreaRef
    on: date
    version: str
    planning_areas: tuple[AreaRef, ...]
    associations: tuple[AreaRef, ...]
    municipalities: tuple[AreaRef, ...]
    planning_area_of: Mapping[int, int]
    association_of: Mapping[int, int]
    adjacent: Mapping[int, frozenset[int]]
    examples: frozenset[int]
    areas: Mapping[int, AreaRef] = field(repr=False)
    localities: tuple[AreaRef, ...] = ()
    municipality_of: Mapping[int, int] = field(default_factory=dict)
    former: Mapping[int, Former] = field(default_factory=dict)

    def current(self, area_id: int) -> int | None:
        """The place itself, or the municipality that an ended one is part of now; None if there is none here."""
        seen = set()
        while area_id not in self.areas and area_id in self.former and area_id not in seen:
            seen.add(area_id)
            successor = self.former[area_id].successor_id
            if successor is None:
                return None
            area_id = successor
        return area_id if area_id in self.areas else None

    def municipality(self, area_id: int) -> AreaRef | None:
        """The municipality a place lies in: of a locality, of a municipality that ended, itself; None for groups."""
        found = self.current(self.municipality_of.get(area_id, area_id))
        area = None if found is None else self.areas[found]
        return area if area is not None and area.kind is AreaKind.MUNICIPALITY else None

    def filed_under(self, area_id: int) -> int:
        """The planning area in which something about the place counts; groups and places without one stay as given."""
        municipality = self.municipality(area_id)
        return area_id if municipality is None else self.planning_area_of.get(municipality.id, municipality.id)

    def within(self, area_id: int) -> frozenset[int]:
        """Everything that lies in a place, itself included: members, their localities, municipalities that ended."""
        if area_id in self.municipality_of:
            return frozenset({area_id})
        members = {member.id for member in self.members(area_id)}
        further = {
            id_
            for id_ in (*self.former, *self.municipality_of)
            if (found := self.municipality(id_)) and found.id in members
        }
        return frozenset({area_id} | members | further)

    def localities_of(self, area_id: int) -> tuple[AreaRef, ...]:
        """Localities in a municipality, or in all municipalities of a group."""
        members = {member.id for member in self.members(area_id)}
        return tuple(one for one in self.localities if self.municipality_of.get(one.id) in members)

    def planning_area(self, municipality_id: int) -> AreaRef | None:
        """The planning area a municipality belongs to; None if it belongs to none on this day."""
        group = self.planning_area_of.get(municipality_id)
        return None if group is None else self.areas[group]

    def association(self, municipality_id: int) -> AreaRef | None:
        group = self.association_of.get(municipality_id)
        return None if group is None else self.areas[group]

    def members(self, group_id: int) -> tuple[AreaRef, ...]:
        """Municipalities of a planning area or an association, or of the county itself; of a place the one it is in."""
        if group_id == self.county.id:
            return self.municipalities
        if (municipality := self.municipality(group_id)) is not None:
            return (municipality,)
        if group_id not in self.areas:
            return ()
        groups = self.association_of if self.areas[group_id].kind is AreaKind.ASSOCIATION else self.planning_area_of
        return tuple(place for place in self.municipalities if groups.get(place.id) == group_id)

    @property
    def unassigned(self) -> tuple[AreaRef, ...]:
        """Municipalities that belong to no planning area on this day."""
        return tuple(place for place in self.municipalities if place.id not in self.planning_area_of)

    def is_example(self, area_id: int) -> bool:
        """Whether a *Beispielzuordnung* is part of what is shown of this place (county, group or municipality)."""
        if area_id == self.county.id:
            return bool(self.examples)
        if (municipality := self.municipality(area_id)) is not None:
            return municipality.id in self.examples
        return any(self.planning_area_of.get(member) == area_id for member in self.examples)

    def neighbours(self, area_id: int) -> tuple[AreaRef, ...]:
        """Places of the same kind that share a border: of a municipality, or of a planning area by its members."""
        area = self.areas[area_id]
        if area.kind is AreaKind.MUNICIPALITY:
            return self._sorted(self.adjacent.get(area_id, frozenset()))
        groups = self.association_of if area.kind is AreaKind.ASSOCIATION else self.planning_area_of
        beyond = {
            groups[other]
            for member in self.members(area_id)
            for other in self.adjacent.get(member.id, frozenset())
            if other in groups
        }
        return self._sorted(beyond - {area_id})

    def shared_associations(self, group_id: int) -> tuple[AreaRef, ...]:
        """Associations to which members of a planning area belong."""
        found = {self.association_of.get(member.id) for member in self.members(group_id)}
        return self._sorted(group for group in found if group is not None)

    def parts(self, group_id: int) -> list[tuple[AreaRef, ...]]:
        """Connected parts of a planning area, largest first; more than one means that it does not hang together."""
        left = {member.id for member in self.members(group_id)}
        found = []
        while left:
            part: set[int] = set()
            waiting = [min(left)]
            while waiting:
                member = waiting.pop()
                if member not in part:
                    part.add(member)
                    waiting.extend(self.adjacent.get(member, frozenset()) & left - part)
            left -= part
            found.append(self._sorted(part))
        return sorted(found, key=lambda part: (-len(part), part[0].sort_key))

    def tones(self) -> dict[int, str]:
        """Planning area id → colour class (`area-1` …); neighbours differ wherever five colours allow it.

        The order of creation decides, so that a new planning area leaves the colours of the others alone.
        """
        chosen: dict[int, int] = {}
        for area in sorted(self.planning_areas, key=lambda area: area.id):
            beside = set(self._tones_beside(area, chosen))
            used = list(chosen.values())
            chosen[area.id] = min(_TONES, key=lambda tone: (tone in beside, used.count(tone), tone))
        return {area_id: f"area-{tone}" for area_id, tone in chosen.items()}

    def _tones_beside(self, area: AreaRef, chosen: Mapping[int, int]) -> list[int]:
        return [chosen[other.id] for other in self.neighbours(area.id) if other.id in chosen]

    def moved(self, moves: Mapping[int, int | None], *, example: bool) -> "Composition":
        """The same day if municipalities (ids) belonged to these planning areas (ids; None: to none)."""
        groups = dict(self.planning_area_of)
        examples = set(self.examples)
        for member, target in moves.items():
            groups.pop(member, None)
            examples.discard(member)
            if target is not None:
                groups[member] = target
                if example:
                    examples.add(member)
        return replace(self, planning_area_of=groups, examples=frozenset(examples))

    def with_former(self) -> "Composition":
        """The same day with the municipalities that ended beside those they are part of now: for figures of before."""
        if not self.former:
            return self
        found = tuple(one.area for id_, one in self.former.items() if id_ not in self.areas)
        groups = dict(self.planning_area_of)
        for one in found:
            successor = self.current(one.id)
            if successor is not None and successor in self.planning_area_of:
                groups[one.id] = self.planning_area_of[successor]
        return replace(self, municipalities=(*self.municipalities, *found), planning_area_of=groups)

    def _sorted(self, ids: Iterable[int]) -> tuple[AreaRef, ...]:
        return tuple(sorted((self.areas[id_] for id_ in ids), key=lambda area: (area.sort_key, area.id)))
