"""Maps as plain values: drawn shapes of a county on one day, and the outlines of groups derived from them.

Outlines are never stored: they follow from the shapes and the memberships of the day, so that a change in the
future, in the past or only imagined (preview) is always drawn right.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from portal.areas.composition import AreaRef, Composition
from portal.areas.maps.geometry import path_of
from portal.areas.maps.labels import label_point
from portal.areas.maps.topology import Box, Line, RingArcs, Topology, area_within, boundary, build, doubled_area

_NUMBER = re.compile(r"-?\d+")
# Air around a part of the county that is shown on its own, in units of the drawing.
_AIR = 16
# Share of such a part below which a neighbour's tip at its edge is left out.
_LEAST_IN_SIGHT = 0.002
# A label's place does not depend on every bend of the line; the search takes time with each point.
_LABEL_POINTS = 90
# Room for a letter of the largest writing on maps (phones); names at the edge are moved in by it.
LETTER = 23


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A stored shape, of a municipality that exists or of one that ended since it was drawn."""

    area_id: int
    path: str
    left: int
    top: int
    right: int
    bottom: int
    label_x: int
    label_y: int


@dataclass(frozen=True, kw_only=True)
class MapShape:
    """One municipality in the drawing's coordinates."""

    area: AreaRef
    path: str
    left: int
    top: int
    right: int
    bottom: int
    label_x: int
    label_y: int


@dataclass(frozen=True, kw_only=True)
class MapOutline:
    """A planning area drawn around its members; `names` is its name broken into lines for the map."""

    area: AreaRef
    tone: str
    path: str
    label_x: int
    label_y: int

    @property
    def x(self) -> int:
        return self.label_x

    @property
    def y(self) -> int:
        return self.label_y

    @property
    def lines(self) -> list[str]:
        """The name in lines: `Wiesloch/`, `Leimen`."""
        first, *more = self.area.name.split("/")
        return [first] if not more else [f"{first}/", "/".join(more)]


@dataclass(frozen=True, kw_only=True)
class MapSource:
    """What stands below every map."""

    key: str
    text: str
    publisher: str
    licence: str
    licence_url: str | None
    source: str
    source_url: str | None
    change_note: str


@dataclass(frozen=True, kw_only=True)
class MapData:
    """A county's map on one day. Shapes are in dictionary order of their names, outlines of the groups'."""

    composition: Composition
    width: int
    height: int
    shapes: tuple[MapShape, ...]
    source: MapSource

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"

    def view_box_of(self, area_ids: Collection[int]) -> str:
        """The part of the drawing that shows these municipalities with some air; all of it if none is drawn."""
        left, top, right, bottom = self._box_of(area_ids)
        return f"{left} {top} {right - left} {bottom - top}"

    def around(self, area_ids: Collection[int]) -> list[MapShape]:
        """The other municipalities in sight where these are shown; a mere tip at the edge would look like a mistake."""
        box = self._box_of(area_ids)
        least = _LEAST_IN_SIGHT * (box[2] - box[0]) * (box[3] - box[1])
        return [shape for shape in self.shapes if shape.area.id not in area_ids and _in_sight(shape, box) >= least]

    def _box_of(self, area_ids: Collection[int]) -> Box:
        shown = [shape for shape in self.shapes if shape.area.id in area_ids]
        if not shown:
            return 0, 0, self.width, self.height
        return (
            max(0, min(shape.left for shape in shown) - _AIR),
            max(0, min(shape.top for shape in shown) - _AIR),
            min(self.width, max(shape.right for shape in shown) + _AIR),
            min(self.height, max(shape.bottom for shape in shown) + _AIR),
        )

    @cached_property
    def outlines(self) -> tuple[MapOutline, ...]:
        """Planning areas with at least one drawn member."""
        tones = self.composition.tones()
        found = []
        for area in self.composition.planning_areas:
            lines = self.lines_around({member.id for member in self.composition.members(area.id)})
            if lines:
                x, y = _label(tuple(lines))
                drawn = MapOutline(area=area, tone=tones[area.id], path=path_of(lines), label_x=x, label_y=y)
                half = max(len(line) for line in drawn.lines) * LETTER // 2
                found.append(replace(drawn, label_x=max(half, min(x, self.width - half))))
        return tuple(found)

    def outline(self, area_ids: Collection[int]) -> str:
        """SVG path around a group of municipalities."""
        return path_of(self.lines_around(area_ids))

    def marked(self, area_ids: Collection[int]) -> str:
        """SVG path along the borders of each of these municipalities."""
        return "".join(shape.path for shape in self.shapes if shape.area.id in area_ids)

    def lines_around(self, area_ids: Collection[int]) -> list[Line]:
        topology, rings = self._topology
        return boundary([ring for area_id in sorted(area_ids) for ring in rings.get(area_id, ())], topology)

    def regrouped(self, composition: Composition) -> "MapData":
        """The same drawing with other memberships."""
        return replace(self, composition=composition)

    @cached_property
    def _topology(self) -> tuple[Topology, Mapping[int, tuple[RingArcs, ...]]]:
        return shared_lines(tuple((shape.area.id, shape.path) for shape in self.shapes))


def _in_sight(shape: MapShape, box: Box) -> float:
    """Square units of the shape that lie inside of the box."""
    if shape.left >= box[2] or shape.right <= box[0] or shape.top >= box[3] or shape.bottom <= box[1]:
        return 0.0
    return abs(sum(area_within(line, box) for line in lines_of(shape.path)))


def shapes_of(drawings: Sequence[Drawn], composition: Composition) -> tuple[MapShape, ...]:
    """The municipalities of the day as they are drawn; those that ended are part of what they became part of."""
    together: dict[int, list[Drawn]] = {}
    for drawn in drawings:
        current = composition.current(drawn.area_id)
        if current is not None:
            together.setdefault(current, []).append(drawn)
    shapes = [_shape(composition.areas[area_id], parts) for area_id, parts in together.items()]
    return tuple(sorted(shapes, key=lambda shape: (shape.area.sort_key, shape.area.id)))


def _shape(area: AreaRef, parts: Sequence[Drawn]) -> MapShape:
    first = parts[0]
    path, x, y = first.path, first.label_x, first.label_y
    if len(parts) > 1:
        topology, rings = shared_lines(tuple((part.area_id, part.path) for part in parts))
        lines = boundary([ring for found in rings.values() for ring in found], topology)
        path = path_of(lines)
        x, y = _label(tuple(lines))
    return MapShape(
        area=area,
        path=path,
        left=min(part.left for part in parts),
        top=min(part.top for part in parts),
        right=max(part.right for part in parts),
        bottom=max(part.bottom for part in parts),
        label_x=x,
        label_y=y,
    )


@lru_cache(maxsize=8)
def shared_lines(paths: tuple[tuple[int, str], ...]) -> tuple[Topology, Mapping[int, tuple[RingArcs, ...]]]:
    """The borders that drawn areas (id and path) share, and which of them go round each."""
    owners: list[int] = []
    lines: list[Line] = []
    for area_id, path in paths:
        drawn = lines_of(path)
        owners += [area_id] * len(drawn)
        lines += drawn
    topology = build(lines)
    rings: dict[int, tuple[RingArcs, ...]] = {}
    for area_id, ring in zip(owners, topology.rings, strict=True):
        rings[area_id] = (*rings.get(area_id, ()), ring)
    return topology, rings


@lru_cache(maxsize=256)
def _label(lines: tuple[Line, ...]) -> tuple[int, int]:
    """A place for the name inside the largest part."""
    largest = max(lines, key=lambda line: abs(doubled_area(line)))
    step = -(-len(largest) // _LABEL_POINTS)
    thinned = (*largest[:-1:step], largest[0])
    return label_point([thinned if doubled_area(thinned) else largest])


def lines_of(path: str) -> list[Line]:
    """The closed lines a stored path was made of; `geometry.path_of` turned round."""
    found: list[Line] = []
    for part in path.split("z")[:-1]:
        numbers = [int(number) for number in _NUMBER.findall(part)]
        points = [(numbers[0], numbers[1])]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            points.append((points[-1][0] + dx, points[-1][1] + dy))
        found.append((*points, points[0]))
    return found


@dataclass(frozen=True)
class DrawnShape:
    """A shape as the map macro prints it: title in words with its value, tone, link, marked or not."""

    path: str
    title: str
    tone: str
    url: str | None = None
    current: bool = False
