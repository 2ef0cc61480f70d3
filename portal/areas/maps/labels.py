"""Where to write an area's name: the point inside that is farthest from every border."""

import heapq
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from portal.areas.maps.topology import Line, Point

Numbers = NDArray[np.float64]

# Units of the drawing. A label needs no finer place.
_PRECISION = 1.0


class Edges(NamedTuple):
    """All edges of an area, one array each: starts, end in y, ways, way in x per step in y, squares of the lengths."""

    x1: Numbers
    y1: Numbers
    y2: Numbers
    dx: Numbers
    dy: Numbers
    slope: Numbers
    square: Numbers


def label_point(lines: Sequence[Line]) -> Point:
    """The pole of inaccessibility, on whole coordinates and inside the closed lines (holes excluded).

    Cells are halved best first until no cell can hold a better point (Garcia-Castellanos & Lombardo 2007;
    the search is the one known as polylabel). If rounding leaves a very thin area, the nearest whole point
    that is inside or on the line is taken.
    """
    edges = _measured(lines)
    left, right = float(edges.x1.min()), float(edges.x1.max())
    top, bottom = float(edges.y1.min()), float(edges.y1.max())
    half = max(min(right - left, bottom - top), 1) / 2
    queue: list[tuple[float, float, float, float]] = []
    best = (-inf, float(left), float(top))

    def look(points: Sequence[tuple[float, float]], half: float) -> None:
        nonlocal best
        for (x, y), distance in zip(points, _distances(points, edges), strict=True):
            if distance > best[0]:
                best = (distance, x, y)
            most = distance + half * sqrt(2)
            if most > best[0] + _PRECISION:
                heapq.heappush(queue, (-most, x, y, half))

    look([(x, y) for y in _middles(top, bottom, half) for x in _middles(left, right, half)], half)
    while queue:
        most, x, y, half = heapq.heappop(queue)
        if -most <= best[0] + _PRECISION:
            break
        quarter = half / 2
        look([(x + dx, y + dy) for dx in (-quarter, quarter) for dy in (-quarter, quarter)], quarter)
    return _whole(best[1], best[2], edges)


def _middles(low: float, high: float, half: float) -> Iterator[float]:
    """Middles of the cells, twice `half` wide, that cover the way from `low` to `high`."""
    middle = low + half
    while middle < high + half:
        yield middle
        middle += 2 * half


def _measured(lines: Sequence[Line]) -> Edges:
    """Every edge with what its distance to a point is made of, computed once."""
    ends = [(x1, y1, x2, y2) for line in lines for (x1, y1), (x2, y2) in pairwise(line)]
    x1, y1, x2, y2 = np.array(ends, dtype=float).T
    dx, dy = x2 - x1, y2 - y1
    # A level edge is never crossed by a level ray; its slope is not asked for.
    slope = np.divide(dx, dy, out=np.zeros_like(dx), where=dy != 0)
    square = dx * dx + dy * dy
    return Edges(x1, y1, y2, dx, dy, slope, np.where(square == 0, 1.0, square))


def _distances(points: Sequence[tuple[float, float]], edges: Edges) -> list[float]:
    """Distance of each point to the nearest edge; negative outside (even-odd rule)."""
    # A row for each point: asking for several at once costs hardly more than for one.
    x, y = np.array(points, dtype=float).T[:, :, np.newaxis]
    away_x, away_y = x - edges.x1, y - edges.y1
    crossed = ((edges.y1 > y) != (edges.y2 > y)) & (away_x < edges.slope * away_y)
    along = np.clip((away_x * edges.dx + away_y * edges.dy) / edges.square, 0, 1)
    away_x -= along * edges.dx
    away_y -= along * edges.dy
    distances = np.sqrt(np.min(away_x * away_x + away_y * away_y, axis=1))
    inside = np.count_nonzero(crossed, axis=1) % 2 == 1
    found: list[float] = np.where(inside, distances, -distances).tolist()
    return found


def _whole(x: float, y: float, edges: Edges) -> Point:
    around = [(round(x) + dx, round(y) + dy) for dx in (0, -1, 1) for dy in (0, -1, 1)]
    distances = _distances(around, edges)
    return around[distances.index(max(distances))]
