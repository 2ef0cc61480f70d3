"""Maps are true to the land, borders are shared, and broken boundaries are refused by name."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from math import atan2
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.areas.imports import boundaries as geojson
from portal.areas.imports.boundaries import BoundaryRefused, read_features
from portal.areas.maps.atlas import shared_lines
from portal.areas.maps.geometry import MARGIN, SIZE, ProjectedMap, neighbours, project
from portal.areas.maps.labels import label_point
from portal.areas.maps.topology import Line, Point, boundary, build, doubled_area, simplify, without_spikes
from portal.areas.seeding.files import boundary_file, read_municipalities, read_planning_areas
from portal.config import SEEDS

# A busy machine must not decide whether a property holds.
unhurried = settings(deadline=None, max_examples=60)

COUNTIES = {"08226": 54, "06432": 23, "12069": 38}


@cache
def drawing(county_ags: str) -> ProjectedMap:
    return project(read_features(boundary_file(SEEDS, county_ags).read_bytes()))


def lines_of(path: str) -> list[Line]:
    """Reads a path back as a browser does: absolute start, relative steps."""
    assert re.fullmatch(r"(M\d+ \d+l-?\d+(?:(?: |(?=-))-?\d+)*z)+", path)
    lines = []
    for part in path.split("z")[:-1]:
        start, steps = part[1:].split("l")
        x, y = (int(number) for number in start.split())
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        points = [(x, y)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        lines.append((*points, points[0]))
    return lines


def around(found: ProjectedMap, keys: Iterable[str]) -> list[Line]:
    """The lines around a group of areas, as the maps draw them from the stored paths."""
    topology, rings = shared_lines(tuple((int(key), shape.path) for key, shape in found.shapes.items()))
    return boundary([ring for key in keys for ring in rings[int(key)]], topology)


def area_of(lines: Iterable[Line]) -> float:
    return sum(doubled_area(line) for line in lines) / 2


def contains(lines: list[Line], point: Point) -> bool:
    x, y = point
    inside = False
    for line in lines:
        for (x1, y1), (x2, y2) in pairwise(line):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def edges(lines: list[Line]) -> list[tuple[Point, Point]]:
    return [edge for line in lines for edge in pairwise(line)]


@pytest.mark.parametrize("county_ags", COUNTIES)
def test_every_municipality_is_drawn_in_a_small_path(county_ags: str) -> None:
    found = drawing(county_ags)
    official = {m.ags: m for m in read_municipalities(SEEDS) if m.county_ags == county_ags}
    assert found.shapes.keys() == official.keys()
    assert len(found.shapes) == COUNTIES[county_ags]
    assert max(found.width, found.height) == SIZE + 2 * MARGIN
    assert found.view_box == f"0 0 {found.width} {found.height}"
    assert 8_000 < sum(len(shape.path) for shape in found.shapes.values()) < 30_000


@pytest.mark.parametrize("county_ags", COUNTIES)
def test_areas_are_true_to_the_official_ones(county_ags: str) -> None:
    found = drawing(county_ags)
    total = 0.0
    for municipality in read_municipalities(SEEDS):
        if municipality.county_ags == county_ags:
            drawn = found.shapes[municipality.ags].area * found.km_per_unit**2
            total += drawn - municipality.area_km2
            # The boundaries themselves differ by up to 8 percent from the official area.
            assert drawn == pytest.approx(municipality.area_km2, rel=0.095), municipality.name
    county_area = sum(m.area_km2 for m in read_municipalities(SEEDS) if m.county_ags == county_ags)
    assert abs(total) / county_area < 0.01


@pytest.mark.parametrize("county_ags", COUNTIES)
def test_shapes_match_their_path_box_and_label(county_ags: str) -> None:
    found = drawing(county_ags)
    for shape in found.shapes.values():
        lines = lines_of(shape.path)
        xs, ys = zip(*(point for line in lines for point in line), strict=True)
        assert shape.bbox == (min(xs), min(ys), max(xs), max(ys))
        assert 0 < shape.left < shape.right < found.width
        assert 0 < shape.top < shape.bottom < found.height
        assert shape.area == sum(doubled_area(line) for line in lines) / 2
        assert contains(lines, (shape.label_x, shape.label_y))


@pytest.mark.parametrize("county_ags", COUNTIES)
def test_borders_are_the_same_line_from_both_sides(county_ags: str) -> None:
    found = drawing(county_ags)
    drawn = {key: edges(lines_of(shape.path)) for key, shape in found.shapes.items()}
    uses = Counter(frozenset(edge) for own in drawn.values() for edge in own)
    assert set(uses.values()) == {1, 2}
    directed = Counter(edge for own in drawn.values() for edge in own)
    assert set(directed.values()) == {1}
    # What is used once is exactly the line around the county: nowhere a gap or an overlap.
    outline = {frozenset(edge) for edge in edges(around(found, found.shapes))}
    assert outline == {edge for edge, count in uses.items() if count == 1}
    shared: dict[str, set[str]] = {key: set() for key in drawn}
    owners: dict[frozenset[Point], str] = {}
    for key, own in drawn.items():
        for edge in own:
            other = owners.setdefault(frozenset(edge), key)
            if other != key:
                shared[key].add(other)
                shared[other].add(key)
    assert shared == neighbours(found)


@pytest.mark.parametrize("county_ags", COUNTIES)
def test_the_whole_county_has_the_area_of_its_parts(county_ags: str) -> None:
    found = drawing(county_ags)
    assert area_of(around(found, found.shapes)) == sum(shape.area for shape in found.shapes.values())


def test_every_planning_area_is_outlined_without_inner_borders() -> None:
    found = drawing("08226")
    planning_areas = read_planning_areas(SEEDS, read_municipalities(SEEDS))
    assert len(planning_areas.areas) == 5
    for area in planning_areas.areas:
        members = planning_areas.members(area.key)
        outline = around(found, members)
        assert area_of(outline) == sum(found.shapes[key].area for key in members)
        inner = Counter(frozenset(edge) for key in members for edge in edges(lines_of(found.shapes[key].path)))
        outer = [frozenset(edge) for edge in edges(outline)]
        assert len(set(outer)) == len(outer)
        assert set(outer) == {edge for edge, count in inner.items() if count == 1}


def test_neighbours_are_the_real_ones() -> None:
    found = neighbours(drawing("08226"))
    assert found["08226101"] >= {"08226085", "08226049", "08226020"}  # Zuzenhausen: Sinsheim, Meckesheim, …
    assert "08226013" not in found["08226085"]
    assert all(key in found[other] for key, others in found.items() for other in others)


def test_a_hole_and_its_filling_draw_the_same_line() -> None:
    outer = [[8.0, 49.0], [8.1, 49.0], [8.1, 49.1], [8.0, 49.1], [8.0, 49.0]]
    inner = [[8.02, 49.02], [8.05, 49.02], [8.05, 49.06], [8.02, 49.06], [8.02, 49.02]]
    island = [[8.15, 49.0], [8.16, 49.0], [8.16, 49.01], [8.15, 49.0]]
    found = project(
        read_features(
            collection(
                feature("00000001", {"type": "MultiPolygon", "coordinates": [[outer, inner], [island]]}),
                feature("00000002", {"type": "Polygon", "coordinates": [inner[::-1]]}),
            )
        )
    )
    ring, core = found.shapes["00000001"], found.shapes["00000002"]
    assert ring.path.count("M") == 3
    assert not contains(lines_of(ring.path), (core.label_x, core.label_y))
    assert neighbours(found) == {"00000001": {"00000002"}, "00000002": {"00000001"}}
    both = around(found, found.shapes)
    assert len(both) == 2
    assert area_of(both) == ring.area + core.area


def test_areas_touching_in_one_point_are_no_neighbours() -> None:
    first = [[8.0, 49.0], [8.1, 49.0], [8.1, 49.1], [8.0, 49.1], [8.0, 49.0]]
    second = [[8.1, 49.1], [8.2, 49.1], [8.2, 49.2], [8.1, 49.2], [8.1, 49.1]]
    found = project(
        read_features(collection(feature("00000001", polygon(first)), feature("00000002", polygon(second))))
    )
    assert neighbours(found) == {"00000001": set(), "00000002": set()}
    assert area_of(around(found, found.shapes)) == sum(shape.area for shape in found.shapes.values())


# --- refusals -----------------------------------------------------------------------------------------------


SQUARE = [[8.0, 49.0], [8.1, 49.0], [8.1, 49.1], [8.0, 49.1], [8.0, 49.0]]


def polygon(ring: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def feature(key: object, geometry: object) -> dict[str, Any]:
    return {"type": "Feature", "id": key, "properties": {"name": "Musterdorf"}, "geometry": geometry}


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


@pytest.mark.parametrize(
    "broken",
    [
        feature("0000001", polygon(SQUARE)),
        feature("0000000x", polygon(SQUARE)),
        feature("00000001", None),
        feature("00000001", {"type": "Point", "coordinates": [8, 49]}),
        feature("00000001", {"type": "Polygon", "coordinates": []}),
        feature("00000001", {"type": "Polygon", "coordinates": [[]]}),
        feature("00000001", {"type": "Polygon", "coordinates": SQUARE}),
        feature("00000001", {"type": "MultiPolygon", "coordinates": [SQUARE]}),
        feature("00000001", polygon(SQUARE[:-1])),
        feature("00000001", polygon([SQUARE[0], SQUARE[1], SQUARE[0]])),
        feature("00000001", polygon([SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[1], SQUARE[0]])),
        feature("00000001", polygon([*SQUARE[:2], [8.1, 95.0], *SQUARE[3:]])),
        feature("00000001", polygon([*SQUARE[:2], [188.1, 49.1], *SQUARE[3:]])),
        feature("00000001", polygon([*SQUARE[:2], ["8.1", 49.1], *SQUARE[3:]])),
        feature("00000001", polygon([*SQUARE[:2], [True, 49.1], *SQUARE[3:]])),
        feature("00000001", polygon([*SQUARE[:2], [8.1], *SQUARE[3:]])),
    ],
)
def test_a_broken_area_is_refused_by_name(broken: dict[str, Any]) -> None:
    text = collection(feature("00000009", polygon(SQUARE)), broken)
    with pytest.raises(BoundaryRefused) as caught:
        read_features(text)
    assert caught.value.area == f"Musterdorf ({broken['id']})"
    assert str(caught.value).startswith("Musterdorf")
    assert caught.value.field == "file"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Topology", "features": [1]}',
        '{"type": "FeatureCollection", "features": [',
        '{"type": "FeatureCollection", "type": "FeatureCollection", "features": [1]}',
        collection(feature("00000001", polygon(SQUARE))).replace("49.1", "NaN", 1),
        collection(feature("00000001", polygon(SQUARE))).replace("49.1", "Infinity", 1),
        "[" * 100_000,
        collection(1),
        collection(feature(None, polygon(SQUARE))),
        collection(feature(8226001, polygon(SQUARE))),
        b"\xff\xfe\x00",
    ],
)
def test_a_broken_file_is_refused(text: str | bytes) -> None:
    with pytest.raises(BoundaryRefused):
        read_features(text)


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(BoundaryRefused, match="Musterdorf") as caught:
        read_features(collection(feature("00000001", polygon(SQUARE)), feature("00000001", polygon(SQUARE))))
    assert caught.value.area == "Musterdorf (00000001)"


def test_areas_too_far_apart_are_refused() -> None:
    far = [[x + 7, y] for x, y in SQUARE]
    with pytest.raises(BoundaryRefused, match="auseinander"):
        read_features(collection(feature("00000001", polygon(SQUARE)), feature("00000002", polygon(far))))


def test_an_area_too_small_to_draw_is_refused() -> None:
    tiny = [[8 + x / 1e6, 49 + y / 1e6] for x, y in ((0, 0), (1, 0), (1, 1), (0, 0))]
    large = [[x + 1, y] for x, y in SQUARE]
    features = read_features(collection(feature("00000001", polygon(tiny)), feature("00000002", polygon(large))))
    with pytest.raises(BoundaryRefused, match="Musterdorf"):
        project(features)


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_BYTES", 10), ("MAX_FEATURES", 1), ("MAX_POINTS", 9), ("MAX_RINGS", 1)]
)
def test_every_limit_holds(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    other = [[x + 0.5, y] for x, y in SQUARE]
    text = collection(feature("00000001", polygon(SQUARE)), feature("00000002", polygon(other)))
    assert len(read_features(text)) == 2
    monkeypatch.setattr(geojson, limit, value)
    with pytest.raises(BoundaryRefused):
        read_features(text)


# --- properties ---------------------------------------------------------------------------------------------


@st.composite
def mosaics(draw: st.DrawFn) -> list[tuple[str, list[Line]]]:
    """Areas made of the cells of a grid whose inner corners are moved: borders meet in every way."""
    size = 4
    moved = st.integers(-9, 9)
    corners = {
        (column, row): (
            40 * column + (draw(moved) if 0 < column < size else 0),
            40 * row + (draw(moved) if 0 < row < size else 0),
        )
        for column in range(size + 1)
        for row in range(size + 1)
    }
    owner = draw(st.lists(st.integers(0, 3), min_size=size * size, max_size=size * size))
    found: dict[str, list[Line]] = {}
    for number, key in enumerate(owner):
        column, row = number % size, number // size
        ring = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
        points: list[Point] = []
        for start, end in pairwise(ring):
            (x1, y1), (x2, y2) = corners[start], corners[end]
            points += [(x1, y1), ((x1 + x2) // 2, (y1 + y2) // 2)]
        found.setdefault(f"area {key}", []).append((*points, points[0]))
    return sorted(found.items())


@unhurried
@given(mosaics(), st.floats(0, 500))
def test_simplified_rings_stay_closed_and_cover_the_same_land(
    mosaic: list[tuple[str, list[Line]]], tolerance: float
) -> None:
    rings = [line for _key, lines in mosaic for line in lines]
    whole = build(rings)
    simple = simplify(whole, tolerance=tolerance)
    assert sum(doubled_area(simple.line(ring)) for ring in simple.rings) == pytest.approx(2 * 160 * 160, rel=0.1)
    for before, ring in zip(rings, simple.rings, strict=True):
        line = simple.line(ring)
        assert line[0] == line[-1]
        assert len(line) >= 4
        assert set(line) <= set(before)
        assert abs(doubled_area(line) - doubled_area(before)) <= abs(doubled_area(before)) / 10
        x, y = label_point([line])
        assert contains([line], (x, y)) or (x, y) in line
    used = Counter(edge for ring in simple.rings for edge in pairwise(simple.line(ring)))
    assert set(used.values()) == {1}


@unhurried
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=14))
def test_cleaned_rings_have_no_spikes(points: list[Point]) -> None:
    ring = without_spikes([*points, points[0]])
    if not ring:
        return
    assert ring[0] == ring[-1]
    assert doubled_area(ring) == doubled_area((*points, points[0]))
    for before, point, after in zip((ring[-2], *ring), ring[:-1], ring[1:], strict=False):
        assert before != point
        assert before != after


@unhurried
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=3, max_size=12, unique=True).filter(
        lambda points: abs(doubled_area((*points, points[0]))) > 2000
    )
)
def test_labels_lie_inside_whatever_the_form(points: list[Point]) -> None:
    centre = (sum(x for x, _y in points) / len(points), sum(y for _x, y in points) / len(points))
    # Sorted by angle the points form a star without crossings.
    around = sorted(points, key=lambda p: (atan2(p[1] - centre[1], p[0] - centre[0]), p))
    line = (*around, around[0])
    if abs(doubled_area(line)) > 2000:
        assert contains([line], label_point([line]))
