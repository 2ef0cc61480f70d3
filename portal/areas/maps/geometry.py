"""Boundaries drawn as SVG: projected, simplified and turned into path strings once, at import.

All areas of a drawing share one system of whole coordinates, x to the right and y down. Borders between
neighbours are the same line from both sides, also after simplification.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin, sqrt

from flask_babel import gettext as _

from portal.areas.imports.boundaries import BoundaryRefused, Feature, Position
from portal.areas.maps.labels import label_point
from portal.areas.maps.topology import Line, Point, build, doubled_area, neighbours_of, simplify, without_spikes

# The longer side of a drawing, without its margin; line widths and letter sizes of the maps rest on it.
SIZE = 1000
# Room for half a line width at the edges.
MARGIN = 6
# Square units of the drawing: triangles below it are not seen at the size of a page.
TOLERANCE = 0.8
EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One drawn area: SVG path, bounding box, label point inside, `area` in square units of the drawing."""

    key: str
    path: str
    left: int
    top: int
    right: int
    bottom: int
    label_x: int
    label_y: int
    area: float

    @property
    def bbox(self) -> tuple[int, int, int, int]:
        """left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom


@dataclass(frozen=True, kw_only=True)
class ProjectedMap:
    """A drawing of areas. `km_per_unit` turns its lengths into kilometres (at the centre)."""

    width: int
    height: int
    km_per_unit: float
    shapes: Mapping[str, Shape]
    adjacent: Mapping[str, frozenset[str]]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"


def project(
    features: Sequence[Feature], *, size: int = SIZE, margin: int = MARGIN, tolerance: float = TOLERANCE
) -> ProjectedMap:
    """Draw the areas into a box whose longer side is `size` plus twice the `margin`.

    `tolerance` is the area (square units) of the largest triangle that simplification may drop. Raises
    `BoundaryRefused` if an area is too small to be drawn.
    """
    frame = _frame(features, size)
    owners: list[str] = []
    lines: list[Line] = []
    for feature in features:
        drawn = list(_drawn_rings(feature, frame, margin))
        if not drawn:
            raise BoundaryRefused(_("Das Gebiet ist zu klein für die Karte."), area=feature.name or feature.key)
        owners += [feature.key] * len(drawn)
        lines += drawn
    topology = simplify(build(lines), tolerance=tolerance)
    drawn_lines: dict[str, list[Line]] = {feature.key: [] for feature in features}
    for key, ring in zip(owners, topology.rings, strict=True):
        drawn_lines[key].append(topology.line(ring))
    adjacent = neighbours_of({feature.key: feature.rings for feature in features})
    return ProjectedMap(
        width=round(frame.width * frame.scale) + 2 * margin,
        height=round(frame.height * frame.scale) + 2 * margin,
        km_per_unit=EARTH_RADIUS_KM / frame.scale,
        shapes={key: _shape(key, found) for key, found in drawn_lines.items()},
        adjacent={key: frozenset(found) for key, found in adjacent.items()},
    )


def neighbours(drawing: ProjectedMap) -> dict[str, set[str]]:
    """Area → areas of the drawing that share a piece of its border, both directions."""
    return {key: set(found) for key, found in drawing.adjacent.items()}


def path_of(lines: Iterable[Line]) -> str:
    """SVG path of closed lines: absolute start, then relative steps, no more characters than needed."""
    return "".join(_subpath(line) for line in lines)


@dataclass(frozen=True)
class _Frame:
    """Every position in an equal-area projection around the centre, and the box of what is drawn (units: radians)."""

    places: Mapping[Position, tuple[float, float]]
    left: float
    top: float
    width: float
    height: float
    scale: float

    def place(self, position: Position, margin: int) -> Point:
        x, y = self.places[position]
        return round((x - self.left) * self.scale) + margin, round((self.top - y) * self.scale) + margin


def _frame(features: Sequence[Feature], size: int) -> _Frame:
    positions = {position for feature in features for ring in feature.rings for position in ring}
    longitudes = [position[0] for position in positions]
    latitudes = [position[1] for position in positions]
    centre = ((min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2)
    places = _equal_area(positions, centre)
    xs, ys = [x for x, _y in places.values()], [y for _x, y in places.values()]
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    return _Frame(places, left, top, right - left, top - bottom, size / max(right - left, top - bottom))


def _equal_area(positions: Iterable[Position], centre: Position) -> dict[Position, tuple[float, float]]:
    """Lambert azimuthal equal-area projection of the sphere (Snyder 1987, eq. 22-4, 24-2), radius 1, y up."""
    sin_middle, cos_middle = sin(radians(centre[1])), cos(radians(centre[1]))
    places = {}
    for position in positions:
        longitude, latitude = radians(position[0] - centre[0]), radians(position[1])
        up, across = sin(latitude), cos(latitude)
        ahead = across * cos(longitude)
        stretch = sqrt(2 / (1 + sin_middle * up + cos_middle * ahead))
        places[position] = stretch * across * sin(longitude), stretch * (cos_middle * up - sin_middle * ahead)
    return places


def _drawn_rings(feature: Feature, frame: _Frame, margin: int) -> Iterable[Line]:
    """Rings on whole coordinates: outer rings clockwise, holes anticlockwise; vanished ones are left out."""
    for polygon in feature.polygons:
        for number, ring in enumerate(polygon):
            line = without_spikes([frame.place(position, margin) for position in ring])
            if not line and number == 0:
                break
            if line:
                is_clockwise = doubled_area(line) > 0
                yield line if is_clockwise == (number == 0) else line[::-1]


def _shape(key: str, lines: Sequence[Line]) -> Shape:
    xs = [x for line in lines for x, _y in line]
    ys = [y for line in lines for _x, y in line]
    label_x, label_y = label_point(lines)
    return Shape(
        key=key,
        path=path_of(lines),
        left=min(xs),
        top=min(ys),
        right=max(xs),
        bottom=max(ys),
        label_x=label_x,
        label_y=label_y,
        area=sum(doubled_area(line) for line in lines) / 2,
    )


def _subpath(line: Line) -> str:
    steps = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(line)]
    # The closing step is drawn by z.
    numbers = [number for step in steps[:-1] for number in step]
    written = "".join(f"{number}" if number < 0 else f" {number}" for number in numbers).lstrip()
    return f"M{line[0][0]} {line[0][1]}l{written}z"
