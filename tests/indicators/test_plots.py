"""Geometry of funnels and courses: everything inside, nothing joined that cannot be compared."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.statistics import funnel_limits
from portal.indicators.charts.plots import Dot, Moment, funnel, time_lines


def plain(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}"


def limits(confidence: float):  # type: ignore[no-untyped-def]
    return lambda base: funnel_limits(0.2, base, confidence)


def at(text: str) -> float:
    return float(text.removesuffix("%"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(0, 1)), min_size=1, max_size=30))
def test_every_place_lies_inside_the_drawing(places: list[tuple[float, float]]) -> None:
    dots = [Dot(title="x", base=base, value=value, label="x") for base, value in places]
    found = funnel(dots, 0.2, inner=limits(0.95), outer=limits(0.998), write=plain)
    for dot in found.dots:
        assert 0 <= at(dot.x) <= 100
        assert 0 <= at(dot.y) <= 100
    assert 0 <= at(found.baseline) <= 100
    for tick in (*found.x_ticks, *found.y_ticks):
        assert -0.1 <= at(tick.at) <= 100.1
    assert 1 <= len(found.y_ticks) <= 12


def test_larger_places_are_further_right_and_higher_values_higher() -> None:
    small, large = Dot(title="", base=100, value=0.1), Dot(title="", base=1000, value=0.3)
    found = funnel([small, large], 0.2, inner=limits(0.95), outer=limits(0.998), write=plain, unit="%")
    assert at(found.dots[0].x) < at(found.dots[1].x)
    assert at(found.dots[0].y) > at(found.dots[1].y)
    assert found.y_ticks[-1].label.endswith("%")
    # The curves run from left to right and meet the county's value from both sides.
    lower, upper = ([float(point.split(",")[1]) for point in curve.split()] for curve in found.inner)
    assert lower == sorted(lower, reverse=True)
    assert upper == sorted(upper)


def test_labels_of_neighbours_do_not_cover_each_other() -> None:
    dots = [Dot(title="", base=1000 + step, value=0.2 + step / 1e5, label="Ort") for step in range(5)]
    found = funnel(dots, 0.2, inner=limits(0.95), outer=limits(0.998), write=plain)
    heights = sorted(at(dot.label_y) for dot in found.dots)
    assert all(after - before >= 6.9 for before, after in pairwise(heights))


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ValueError):
        funnel([], 0.2, inner=limits(0.95), outer=limits(0.998), write=plain)
    with pytest.raises(ValueError):
        funnel([Dot(title="", base=0, value=1)], 0.2, inner=limits(0.95), outer=limits(0.998), write=plain)


def test_a_new_census_and_a_gap_interrupt_the_line() -> None:
    moments = [
        Moment(1, 5.0, "2011", ""),
        Moment(2, 6.0, "2011", ""),
        Moment(3, 4.0, "2022", ""),
        Moment(4, 5.0, "2022", ""),
        Moment(5, None, "2022", ""),
        Moment(6, 5.0, "2022", ""),
    ]
    found = time_lines([("Ort", moments, False)], ticks=[(1, "1"), (6, "6")], write=plain)
    (line,) = found.lines
    assert [len(stretch.split()) for stretch in line.stretches] == [2, 2]
    assert len(line.moments) == 5
    assert len(found.breaks) == 1
    assert (found.x_ticks[0].anchor, found.x_ticks[1].anchor) == ("start", "end")


def test_one_date_stands_in_the_middle() -> None:
    found = time_lines([("Ort", [Moment(1, 5.0, "", "")], False)], ticks=[(1, "1")], write=plain)
    assert found.lines[0].moments[0].x == "50%"
