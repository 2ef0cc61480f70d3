"""Whether boundaries can be what they say: inside Germany, without crossings and overlaps, of the right size (pure).

Lengths and areas are those of the sphere; they tell a wrong place from a right one, they do not survey.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from math import cos, radians, sin

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray

from portal.areas.imports.boundaries import BoundaryRefused, Feature, Position, Ring
from portal.areas.maps.geometry import EARTH_RADIUS_KM

# The outermost points of Germany (Isenbruch, Neißeaue, Haldenwanger Eck, List) with some room.
WEST, EAST, SOUTH, NORTH = 5.8, 15.1, 47.2, 55.1
# What rounding to five decimals moves a point by, and what neighbours drawn apart may differ by.
_OWN_METRES, _SHARED_METRES = 2.0, 30.0
# Simplified boundaries of VG250 differ from the official area by up to 8 per cent.
MOST_DIFFERENT, MOST_DIFFERENT_TOGETHER = 0.25, 0.10
# Work a request may cost: cells of the grid, and pairs of edges to compare (a county of VG25 has some 300,000).
_MOST_CELLS, _MOST_PAIRS = 4_000_000, 20_000_000
# Land that a map at this scale cannot show, in km².
_TOO_SMALL = 1.0

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def check(features: Sequence[Feature], *, square_km: Mapping[str, float | None]) -> None:
    """Raise `BoundaryRefused` at the first area that cannot be right; `square_km` are official areas by key.

    In this order: everything lies in Germany, no boundary crosses itself, holes lie inside, no two areas overlap,
    every area is about as large as the register says, and all of them together.
    """
    for feature in features:
        _require_germany(feature)
    _require_no_crossings(features)
    for feature in features:
        _require_holes_inside(feature)
    _require_apart(features)
    _require_size(features, square_km)


def area_km2(feature: Feature) -> float:
    """Area of a feature on the sphere; holes do not count (Chamberlain & Duquette 2007, eq. 4)."""
    return abs(sum(_signed_km2(ring) for ring in feature.rings))


def _signed_km2(ring: Ring) -> float:
    found = sum(radians(x2 - x1) * (2 + sin(radians(y1)) + sin(radians(y2))) for (x1, y1), (x2, y2) in pairwise(ring))
    return -found * EARTH_RADIUS_KM**2 / 2


def _require_germany(feature: Feature) -> None:
    for ring in feature.rings:
        for longitude, latitude in ring:
            if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
                raise BoundaryRefused(
                    _("Der Punkt %(x)s, %(y)s liegt nicht in Deutschland. Erwartet werden Länge und Breite.",
                      x=longitude, y=latitude),
                    area=_named(feature),
                )  # fmt: skip


def _require_no_crossings(features: Sequence[Feature]) -> None:
    """Two edges that properly cross: of one area never, of two areas by no more than their drawing allows."""
    owners, edges = _edges(features)
    first, second = _candidates(edges)
    depth = _depth(edges, first, second)
    is_own = owners[first] == owners[second]
    wrong = np.flatnonzero(depth > np.where(is_own, _OWN_METRES, _SHARED_METRES))
    if not len(wrong):
        return
    one, other = int(first[wrong[0]]), int(second[wrong[0]])
    place = _("bei %(x)s, %(y)s", x=round(float(edges[one, 0]), 5), y=round(float(edges[one, 1]), 5))
    feature = features[int(owners[one])]
    if owners[one] == owners[other]:
        raise BoundaryRefused(_("Die Grenze schneidet sich selbst %(place)s.", place=place), area=_named(feature))
    neighbour = _named(features[int(owners[other])])
    raise BoundaryRefused(
        _("Das Gebiet überschneidet sich mit %(other)s %(place)s.", other=neighbour, place=place), area=_named(feature)
    )


def _edges(features: Sequence[Feature]) -> tuple[Whole, Floats]:
    """Number of the area and x1, y1, x2, y2 of every edge; a border shared by two areas stands there once."""
    owners: list[int] = []
    edges: list[tuple[float, float, float, float]] = []
    seen: set[tuple[Position, Position]] = set()
    for number, feature in enumerate(features):
        for ring in feature.rings:
            for start, end in pairwise(ring):
                key = (start, end) if start < end else (end, start)
                if start != end and key not in seen:
                    seen.add(key)
                    owners.append(number)
                    edges.append((*start, *end))
    return np.array(owners, dtype=np.int64), np.array(edges, dtype=np.float64)


def _candidates(edges: Floats) -> tuple[Whole, Whole]:
    """Pairs of edges whose boxes may touch: those that share a cell of a grid of about two edges per cell."""
    left, right = np.minimum(edges[:, 0], edges[:, 2]), np.maximum(edges[:, 0], edges[:, 2])
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    corner = np.array([left.min(), left.min(), low.min(), low.min()])
    boxes = np.stack([left, right, low, high], axis=1) - corner
    side = max(float(np.median(np.maximum(right - left, high - low))) * 2, 1e-6)
    while True:
        bounds = (boxes / side).astype(np.int64)
        if int(((bounds[:, 1] - bounds[:, 0] + 1) * (bounds[:, 3] - bounds[:, 2] + 1)).sum()) <= _MOST_CELLS:
            break
        side *= 2
    cells: dict[tuple[int, int], list[int]] = {}
    for number, (x1, x2, y1, y2) in enumerate(bounds.tolist()):
        for row in range(y1, y2 + 1):
            for column in range(x1, x2 + 1):
                cells.setdefault((row, column), []).append(number)
    if sum(len(together) ** 2 for together in cells.values()) > _MOST_PAIRS:
        raise BoundaryRefused(_("Die Grenzen sind zu verwickelt. Bitte vereinfachen Sie sie vorher."))
    first: list[int] = []
    second: list[int] = []
    for together in cells.values():
        for position, number in enumerate(together):
            rest = together[position + 1 :]
            first.extend([number] * len(rest))
            second.extend(rest)
    return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)


def _depth(edges: Floats, first: Whole, second: Whole) -> Floats:
    """How far, in metres, two edges reach across each other; 0 where they do not properly cross."""
    if not len(first):
        return np.zeros(0)
    a, b = edges[first], edges[second]
    before, after = _beside(a, b[:, 0:2]), _beside(a, b[:, 2:4])
    start, end = _beside(b, a[:, 0:2]), _beside(b, a[:, 2:4])
    cross = (before * after < 0) & (start * end < 0)
    reach = np.minimum(np.minimum(abs(before), abs(after)), np.minimum(abs(start), abs(end)))
    return np.where(cross, reach, 0.0)


def _beside(edges: Floats, points: Floats) -> Floats:
    """Signed distance in metres of points from the lines through edges."""
    squeeze = cos(radians((SOUTH + NORTH) / 2))
    metres = radians(1) * EARTH_RADIUS_KM * 1000
    dx, dy = (edges[:, 2] - edges[:, 0]) * squeeze, edges[:, 3] - edges[:, 1]
    px, py = (points[:, 0] - edges[:, 0]) * squeeze, points[:, 1] - edges[:, 1]
    found: Floats = (dx * py - dy * px) / np.hypot(dx, dy) * metres
    return found


def _require_holes_inside(feature: Feature) -> None:
    for outer, *holes in feature.polygons:
        for hole in holes:
            inside = [_contains([outer], point) for point in hole[:-1]]
            on_the_line = set(outer)
            if not all(within or point in on_the_line for within, point in zip(inside, hole, strict=False)):
                raise BoundaryRefused(_("Eine Lücke liegt außerhalb der Fläche."), area=_named(feature))


def _require_apart(features: Sequence[Feature]) -> None:
    """No area lies in another one: a point inside of each is outside of all others."""
    boxes = [_box(feature) for feature in features]
    for number, feature in enumerate(features):
        x, y = _inner_point(feature)
        for other, (left, low, right, high) in enumerate(boxes):
            near = other != number and left <= x <= right and low <= y <= high
            if near and _contains(features[other].rings, (x, y)):
                raise BoundaryRefused(
                    _("Das Gebiet liegt in %(other)s.", other=_named(features[other])), area=_named(feature)
                )


def _require_size(features: Sequence[Feature], square_km: Mapping[str, float | None]) -> None:
    drawn = official = 0.0
    for feature in features:
        expected, found = square_km.get(feature.key), area_km2(feature)
        if not expected:
            continue
        drawn, official = drawn + found, official + expected
        if abs(found - expected) > max(MOST_DIFFERENT * expected, _TOO_SMALL):
            raise BoundaryRefused(
                _("Die Fläche ist %(found)s km², im Gemeindeverzeichnis stehen %(expected)s km².",
                  found=round(found, 2), expected=round(expected, 2)),
                area=_named(feature),
            )  # fmt: skip
    if official and abs(drawn - official) > MOST_DIFFERENT_TOGETHER * official:
        raise BoundaryRefused(
            _("Alle Gebiete zusammen sind %(found)s km² groß, im Gemeindeverzeichnis stehen %(expected)s km².",
              found=round(drawn, 1), expected=round(official, 1))
        )  # fmt: skip


def missing(features: Iterable[Feature], keys: Collection[str]) -> list[str]:
    """Which of the expected keys no feature has, ascending."""
    return sorted(set(keys) - {feature.key for feature in features})


def _box(feature: Feature) -> tuple[float, float, float, float]:
    xs = [x for ring in feature.rings for x, _y in ring]
    ys = [y for ring in feature.rings for _x, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _inner_point(feature: Feature) -> Position:
    """A point inside: the middle of the widest stretch of a level line through the largest part."""
    polygon = max(feature.polygons, key=lambda rings: abs(_signed_km2(rings[0])))
    ys = sorted({y for ring in polygon for _x, y in ring})
    # Between two neighbouring heights there is no corner, so that every crossing is a clean one.
    gap = max(pairwise(ys), key=lambda pair: pair[1] - pair[0])
    y = (gap[0] + gap[1]) / 2
    crossed = sorted(
        x1 + (x2 - x1) * (y - y1) / (y2 - y1)
        for ring in polygon
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 > y) != (y2 > y)
    )
    start, end = max(zip(crossed[::2], crossed[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    return (start + end) / 2, y


def _contains(rings: Iterable[Ring], point: Position) -> bool:
    """Even-odd rule."""
    x, y = point
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def _named(feature: Feature) -> str:
    return f"{feature.name} ({feature.key})" if feature.name else feature.key
