"""A county's day and its map: members, neighbours, colours, outlines; kept until something changes."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import pairwise

import pytest
from area_samples import SEED_DAY, municipality, planning_area
from flask import Flask

from portal.areas import queries, regrouping
from portal.areas.maps import atlas
from portal.areas.maps.atlas import lines_of
from portal.areas.maps.geometry import path_of
from portal.areas.maps.topology import area_within
from portal.areas.models import Area, AreaKind
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.transaction import transaction

TODAY = SEED_DAY.date()
Counted = Callable[[], AbstractContextManager[list[str]]]


def test_every_municipality_belongs_to_one_planning_area(county: Flask) -> None:
    day = queries.composition_of(queries.own_county())
    assert [area.name for area in day.planning_areas] == [
        "Neckargemünd/Eberbach", "Schwetzingen/Hockenheim", "Sinsheim", "Weinheim", "Wiesloch/Leimen",
    ]  # fmt: skip
    assert sum(len(day.members(area.id)) for area in day.planning_areas) == 54 == len(day.members(day.county.id))
    assert day.unassigned == ()
    assert day.is_example(day.county.id)


def test_neighbours(county: Flask) -> None:
    sinsheim = queries.neighbours(planning_area("sinsheim"), on=TODAY)
    assert [area.name for area in sinsheim] == ["Neckargemünd/Eberbach", "Wiesloch/Leimen"]
    around = queries.neighbours(municipality("zuzenhausen"), on=TODAY)
    assert {"Sinsheim", "Meckesheim"} <= {area.name for area in around}
    assert "Weinheim" not in {area.name for area in around}
    day = queries.composition_of(queries.own_county())
    for place in day.municipalities:
        for other in day.neighbours(place.id):
            assert place in day.neighbours(other.id)


def test_of_many_counties_the_nearest_are_compared(county: Flask) -> None:
    with transaction():
        for key in ("08111", "08225", "08999", *(f"01{number}" for number in range(100, 110))):
            names = {"name": f"Kreis {key}", "official_name": f"Kreis {key}", "slug": f"kreis-{key}"}
            db.session.add(Area(kind=AreaKind.COUNTY, key=key, **names))
    compared = {area.key for area in queries.other_counties()}
    assert len(compared) == queries.MOST_COMPARED
    assert {"08225", "08111", "08999", "01100"} <= compared
    assert "06432" not in compared


def test_associations_of_members(county: Flask) -> None:
    found = queries.associations_of_members(planning_area("sinsheim"), on=TODAY)
    assert [area.name for area in found] == ["GVV Elsenztal", "GVV Waibstadt", "VVG der Stadt Sinsheim"]


def test_example_marks(county: Flask) -> None:
    assert queries.is_example(planning_area("sinsheim"), on=TODAY)
    assert queries.is_example(municipality("sinsheim"), on=TODAY)
    assert queries.is_example(queries.own_county(), on=TODAY)
    assert not queries.is_example(queries.other_counties()[0], on=TODAY)
    assert not queries.is_example(planning_area("sinsheim"), on=TODAY - timedelta(days=2000))


def test_planning_areas_hang_together_and_differ_in_colour_from_their_neighbours(county: Flask) -> None:
    day = queries.composition_of(queries.own_county())
    tones = day.tones()
    look = {"area-5": "area-3"}
    for area in day.planning_areas:
        assert len(day.parts(area.id)) == 1
        for other in day.neighbours(area.id):
            assert look.get(tones[area.id], tones[area.id]) != look.get(tones[other.id], tones[other.id])


def test_torn_apart_it_has_parts(county: Flask) -> None:
    day = queries.composition_of(queries.own_county())
    eberbach, sinsheim = municipality("eberbach"), planning_area("schwetzingen-hockenheim")
    moved = day.moved({eberbach.id: sinsheim.id}, example=False)
    assert [len(part) for part in moved.parts(sinsheim.id)] == [10, 1]
    assert eberbach.id not in moved.examples
    assert day.planning_area_of[eberbach.id] != sinsheim.id


def test_map_of_today_and_of_the_past(county: Flask) -> None:
    own = queries.own_county()
    today, past = queries.map_of(own), queries.map_of(own, on=TODAY - timedelta(days=1000))
    assert len(today.shapes) == 54
    assert [outline.area.slug for outline in today.outlines] == [a.slug for a in today.composition.planning_areas]
    paths = {outline.area.slug: outline.path for outline in today.outlines}
    former = {outline.area.slug: outline.path for outline in past.outlines}
    assert paths["sinsheim"] == former["sinsheim"]
    assert paths["weinheim"] != former["weinheim"]
    assert today.outlines[0].lines == ["Neckargemünd/", "Eberbach"]
    assert today.source.text == "© GeoBasis-DE / BKG 2016 (Daten verändert)"


def test_names_stand_inside_their_outline(county: Flask) -> None:
    for outline in queries.map_of(queries.own_county()).outlines:
        x, y, inside = outline.x, outline.y, False
        for line in lines_of(outline.path):
            for (x1, y1), (x2, y2) in pairwise(line):
                if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                    inside = not inside
        assert inside, outline.area.name


def test_view_box_of_a_part(county: Flask) -> None:
    drawing = queries.map_of(queries.own_county())
    members = {member.id for member in drawing.composition.members(planning_area("sinsheim").id)}
    left, top, width, height = map(int, drawing.view_box_of(members).split())
    for shape in drawing.shapes:
        if shape.area.id in members:
            assert left <= shape.left < shape.right <= left + width
            assert top <= shape.top < shape.bottom <= top + height
    assert drawing.view_box_of(set()) == drawing.view_box


def test_around_a_part_stand_those_in_sight_and_no_mere_tips(county: Flask) -> None:
    drawing = queries.map_of(queries.own_county())
    members = {member.id for member in drawing.composition.members(planning_area("sinsheim").id)}
    around = {shape.area.slug for shape in drawing.around(members)}
    # The tip of Eberbach touches the upper edge; Weinheim lies far away.
    assert not around & {"eberbach", "weinheim", "sinsheim"}
    assert {"neckargemuend", "bammental", "schoenbrunn"} <= around
    everybody = {shape.area.id for shape in drawing.shapes}
    assert drawing.around(everybody) == []


def test_the_area_of_a_line_within_a_box() -> None:
    square = ((0, 0), (10, 0), (10, 10), (0, 10), (0, 0))
    assert area_within(square, (0, 0, 20, 20)) == 100
    assert area_within(square, (5, 5, 20, 20)) == 25
    assert area_within(square[::-1], (5, 0, 20, 20)) == -50
    assert area_within(square, (11, 0, 20, 20)) == 0
    # Cut into two pieces, both count.
    fork = ((0, 0), (9, 0), (9, 6), (6, 6), (6, 3), (3, 3), (3, 6), (0, 6), (0, 0))
    assert area_within(fork, (0, 4, 9, 9)) == 12


def test_a_path_is_read_back(county: Flask) -> None:
    for shape in queries.map_of(queries.own_county()).shapes:
        assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", shape.path)
        assert path_of(lines_of(shape.path)) == shape.path


def test_a_kept_map_asks_one_question(county: Flask, counted: Counted) -> None:
    own = queries.own_county()
    queries.map_of(own)
    with counted() as statements:
        first = queries.map_of(own)
        assert queries.composition_of(own) == first.composition
    assert len(statements) == 2
    assert all("data_version" in statement for statement in statements)


def test_a_fresh_map_needs_few_questions(county: Flask, counted: Counted) -> None:
    own = queries.own_county()
    county.extensions.pop("portal_areas", None)
    with counted() as statements:
        queries.map_of(own)
    assert len(statements) <= 8


def test_a_change_is_seen_at_once_and_a_failed_one_never(county: Flask, planner: Actor) -> None:
    own = queries.own_county()
    before = queries.map_of(own)
    with pytest.raises(ZeroDivisionError), transaction():
        regrouping.assign(
            [municipality("mauer")], to=planning_area("neckargemuend-eberbach"), from_day=TODAY, actor=planner
        )
        inside = queries.map_of(own)
        assert inside.composition.planning_area_of != before.composition.planning_area_of
        raise ZeroDivisionError
    assert queries.map_of(own) is before
    with transaction():
        regrouping.assign([municipality("mauer")], to=planning_area("wiesloch-leimen"), from_day=TODAY, actor=SYSTEM)
    after = queries.map_of(own)
    assert after.composition.planning_area_of[municipality("mauer").id] == planning_area("wiesloch-leimen").id


def test_the_memory_stays_small(county: Flask) -> None:
    own = queries.own_county()
    for days in range(40):
        queries.composition_of(own, on=TODAY + timedelta(days=days))
    assert len(county.extensions["portal_areas"]) <= 24


def test_nothing_kept_is_bound_to_a_session(county: Flask) -> None:
    drawing = queries.map_of(queries.own_county())
    db.session.remove()
    assert drawing.outlines
    assert isinstance(drawing.shapes[0], atlas.MapShape)
    assert drawing.composition.members(drawing.composition.planning_areas[0].id)[0].name


def test_a_county_without_boundaries_has_no_map(county: Flask) -> None:
    with pytest.raises(NotFound):
        queries.map_of(planning_area("sinsheim"))
