"""Where to write an area's name: the point inside that is farthest from every border."""

import heapq
from collections.abc import Sequence
from itertools import pairwise
from math import inf, sqrt

from portal.areas.topology import Line, Point

# Units of the drawing. A label needs no finer place.
_PRECISION = 1.0

# Start x, start y, end y, way in x, way in y, square of the length.
Edge = tuple[float, float, float, float, float, float]


def label_point(lines: Sequence[Line]) -> Point:
    """The pole of inaccessibility, on whole coordinates and inside the closed lines (holes excluded).

    Cells are halved best first until no cell can hold a better point (Garcia-Castellanos & Lombardo 2007;
    the search is the one known as polylabel). If rounding leaves a very thin area, the nearest whole point
    that is inside or on the line is taken.
    """
    edges = _measured(lines)
    left, right = min(edge[0] for edge in edges), max(edge[0] for edge in edges)
    top, bottom = min(edge[1] for edge in edges), max(edge[1] for edge in edges)
    half = max(min(right - left, bottom - top), 1) / 2
    queue: list[tuple[float, float, float, float]] = []
    best = (-inf, float(left), float(top))

    def look(x: float, y: float, half: float) -> None:
        nonlocal best
        distance = _distance(x, y, edges)
        if distance > best[0]:
            best = (distance, x, y)
        most = distance + half * sqrt(2)
        if most > best[0] + _PRECISION:
            heapq.heappush(queue, (-most, x, y, half))

    y = top + half
    while y < bottom + half:
        x = left + half
        while x < right + half:
            look(x, y, half)
            x += 2 * half
        y += 2 * half
    while queue:
        most, x, y, half = heapq.heappop(queue)
        if -most <= best[0] + _PRECISION:
            break
        quarter = half / 2
        for dx in (-quarter, quarter):
            for dy in (-quarter, quarter):
                look(x + dx, y + dy, quarter)
    return _whole(best[1], best[2], edges)


def _measured(lines: Sequence[Line]) -> list[Edge]:
    """Every edge with what its distance to a point is made of, computed once."""
    edges: list[Edge] = []
    for line in lines:
        for (x1, y1), (x2, y2) in pairwise(line):
            dx, dy = x2 - x1, y2 - y1
            edges.append((x1, y1, y2, dx, dy, dx * dx + dy * dy))
    return edges


def _distance(x: float, y: float, edges: Sequence[Edge]) -> float:
    """Distance to the nearest edge; negative outside (even-odd rule)."""
    inside = False
    nearest = inf
    for x1, y1, y2, dx, dy, square in edges:
        away_x, away_y = x - x1, y - y1
        if (y1 > y) != (y2 > y) and away_x < dx * away_y / dy:
            inside = not inside
        along = away_x * dx + away_y * dy
        if along >= square:
            away_x -= dx
            away_y -= dy
        elif along > 0:
            along /= square
            away_x -= along * dx
            away_y -= along * dy
        away = away_x * away_x + away_y * away_y
        nearest = min(nearest, away)
    distance = sqrt(nearest)
    return distance if inside else -distance


def _whole(x: float, y: float, edges: Sequence[Edge]) -> Point:
    around = [(round(x) + dx, round(y) + dy) for dx in (0, -1, 1) for dy in (0, -1, 1)]
    return max(around, key=lambda point: (_distance(point[0], point[1], edges), -around.index(point)))
