"""Shared borders: rings cut into arcs, each arc simplified once, so that neighbours stay without gaps.

Points are whole numbers. An arc is the line between two junctions (points where borders meet), or a closed
line without any junction. Every ring is a sequence of arcs, each walked forwards or backwards.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[int, int]
Line = tuple[Point, ...]
# left, top, right, bottom
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class ArcUse:
    """An arc as part of a ring."""

    arc: int
    backwards: bool


RingArcs = tuple[ArcUse, ...]


@dataclass(frozen=True)
class Topology:
    """Arcs and the rings made of them. Rings have the order and the direction they were given in."""

    arcs: tuple[Line, ...]
    rings: tuple[RingArcs, ...]

    def line(self, ring: RingArcs) -> Line:
        """The closed line of a ring (first point = last point)."""
        points: list[Point] = []
        for use in ring:
            arc = self.arcs[use.arc]
            walked = arc[::-1] if use.backwards else arc
            points.extend(walked if not points else walked[1:])
        return tuple(points)


def without_spikes(ring: Iterable[Point]) -> Line:
    """A closed line without repeated points and without there-and-back spikes; empty if nothing is left."""
    points = list(ring)[:-1]
    length = len(points) + 1
    while len(points) < length:
        length = len(points)
        number = 0
        while number < len(points) > 2:
            before, after = points[number - 1], points[(number + 1) % len(points)]
            if before in (points[number], after):
                del points[number]
                number = max(number - 2, 0)
            else:
                number += 1
    if len(points) < 3:
        return ()
    closed = (*points, points[0])
    return closed if doubled_area(closed) else ()


def build(rings: Sequence[Line]) -> Topology:
    """Cut closed rings at the junctions and store every shared arc once."""
    junctions = _junctions(rings)
    arcs: dict[Line, int] = {}
    built: list[RingArcs] = []
    for ring in rings:
        uses = []
        for piece in _pieces(ring, junctions):
            canonical = min(piece, piece[::-1])
            number = arcs.setdefault(canonical, len(arcs))
            uses.append(ArcUse(number, backwards=piece != canonical))
        built.append(tuple(uses))
    return Topology(tuple(arcs), tuple(built))


def simplify(topology: Topology, *, tolerance: float) -> Topology:
    """Drop points that change the drawing by less than `tolerance` square units (Visvalingam & Whyatt 1993).

    Junctions stay. An arc whose simplification would distort a ring (a tenth of its area, or its collapse)
    is kept as it was, for both of its sides.
    """
    arcs = [_simplified(arc, tolerance) for arc in topology.arcs]
    changed = True
    while changed:
        changed = False
        current = Topology(tuple(arcs), topology.rings)
        for ring in topology.rings:
            before, after = doubled_area(topology.line(ring)), doubled_area(current.line(ring))
            if abs(after - before) <= abs(before) / 10:
                continue
            for use in ring:
                if arcs[use.arc] != topology.arcs[use.arc]:
                    arcs[use.arc] = topology.arcs[use.arc]
                    changed = True
    return Topology(tuple(arcs), topology.rings)


def boundary(rings: Iterable[RingArcs], topology: Topology) -> list[Line]:
    """The outer lines (and holes) of a group of rings: arcs used from both sides cancel out."""
    uses: dict[ArcUse, int] = {}
    for ring in rings:
        for use in ring:
            opposite = ArcUse(use.arc, not use.backwards)
            if uses.get(opposite):
                uses[opposite] -= 1
            else:
                uses[use] = uses.get(use, 0) + 1
    return _stitched([topology.line((use,)) for use, count in uses.items() for _ in range(count)])


def doubled_area(line: Line) -> int:
    """Twice the signed area of a closed line (shoelace formula); positive if clockwise with y down."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(line))


def area_within(line: Line, box: Box) -> float:
    """Signed area of a closed line inside of the box (Sutherland and Hodgman 1974: cut along one side at a time)."""
    points: list[tuple[float, float]] = list(line[:-1])
    for axis, bound, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        kept: list[tuple[float, float]] = []
        for before, point in zip((*points[-1:], *points[:-1]), points, strict=True):
            inside, was_inside = (sign * (one[axis] - bound) >= 0 for one in (point, before))
            if inside != was_inside:
                share = (bound - before[axis]) / (point[axis] - before[axis])
                kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if inside:
                kept.append(point)
        points = kept
    turned = (*points[1:], *points[:1])
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, turned, strict=True)) / 2


def _junctions(rings: Sequence[Line]) -> set[Point]:
    """Points at which lines meet: two visits with different neighbours (Bostock, TopoJSON)."""
    neighbours: dict[Point, frozenset[Point]] = {}
    junctions: set[Point] = set()
    for ring in rings:
        for before, point, after in zip((ring[-2], *ring), ring[:-1], ring[1:], strict=False):
            pair = frozenset((before, after))
            if neighbours.setdefault(point, pair) != pair:
                junctions.add(point)
    return junctions


def _pieces(ring: Line, junctions: set[Point]) -> list[Line]:
    cuts = [number for number, point in enumerate(ring[:-1]) if point in junctions]
    if not cuts:
        # A closed arc begins at its smallest point, so that both sides find the same one.
        start = min(range(len(ring) - 1), key=lambda number: ring[number])
        return [(*ring[start:-1], *ring[: start + 1])]
    turned = (*ring[cuts[0] : -1], *ring[: cuts[0] + 1])
    positions = [number - cuts[0] for number in cuts] + [len(turned) - 1]
    return [turned[first : last + 1] for first, last in pairwise(positions)]


def _simplified(arc: Line, tolerance: float) -> Line:
    """Remove the point with the smallest triangle until every triangle reaches the tolerance."""
    smallest = 4 if arc[0] == arc[-1] else 2
    before = list(range(-1, len(arc) - 1))
    after = list(range(1, len(arc) + 1))
    alive = [True] * len(arc)
    left = len(arc)

    def triangle(number: int) -> float:
        (x1, y1), (x2, y2), (x3, y3) = arc[before[number]], arc[number], arc[after[number]]
        return abs((x2 - x1) * (y3 - y1) - (x3 - x1) * (y2 - y1)) / 2

    queue = [(triangle(number), number) for number in range(1, len(arc) - 1)]
    current = {number: area for area, number in queue}
    heapq.heapify(queue)
    while queue and left > smallest:
        area, number = heapq.heappop(queue)
        if not alive[number] or area != current[number]:
            continue
        if area >= tolerance:
            break
        alive[number] = False
        left -= 1
        after[before[number]], before[after[number]] = after[number], before[number]
        for beside in (before[number], after[number]):
            if 0 < beside < len(arc) - 1:
                # Never smaller than what was just removed, or the line would unravel from here.
                current[beside] = max(triangle(beside), area)
                heapq.heappush(queue, (current[beside], beside))
    return tuple(point for point, stays in zip(arc, alive, strict=True) if stays)


def _stitched(lines: Sequence[Line]) -> list[Line]:
    """Closed lines from directed pieces, of which as many begin as end in every point."""
    found = [line for line in lines if line[0] == line[-1]]
    starting: dict[Point, list[Line]] = {}
    for line in sorted(line for line in lines if line[0] != line[-1]):
        starting.setdefault(line[0], []).append(line)
    for start, waiting in starting.items():
        while waiting:
            walked = list(waiting.pop())
            while walked[-1] != start:
                walked.extend(starting[walked[-1]].pop()[1:])
            found.append(tuple(walked))
    return found


def neighbours_of(rings: Mapping[str, Iterable[Sequence[tuple[float, float]]]]) -> dict[str, set[str]]:
    """Which areas share a piece of border; touching in a single point does not count."""
    owners: dict[frozenset[tuple[float, float]], set[str]] = {}
    for key, lines in rings.items():
        for line in lines:
            for edge in pairwise(line):
                if edge[0] != edge[1]:
                    owners.setdefault(frozenset(edge), set()).add(key)
    found: dict[str, set[str]] = {key: set() for key in rings}
    for keys in owners.values():
        for key in keys:
            found[key] |= keys - {key}
    return found
