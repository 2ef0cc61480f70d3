"""The course of one municipality over time: its own values, also where county and planning areas have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.areas.composition import AreaRef
from portal.core.formats import DASH, number, with_unit
from portal.core.seed_words import local
from portal.indicators import words
from portal.indicators.aggregation import Aggregation
from portal.indicators.charts.pages import label_of, spread_ticks
from portal.indicators.charts.plots import Moment, TimeLines, time_lines
from portal.indicators.charts.scales import least_axis, least_between_places
from portal.indicators.figures import CountyFigures, CoursePoint, IndicatorFacts, IndicatorFigures
from portal.indicators.periods import period_end

_FEWEST = 2


@dataclass(frozen=True, kw_only=True)
class PlaceCourse:
    """One municipality over time, drawn and as rows of (name, values); `county`: its line is beside it.

    `breaks` are the periods from which the numbers rest on another census or territory.
    """

    area: AreaRef
    chart: TimeLines
    label: str
    county: str
    periods: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    breaks: tuple[str, ...]


def places_over_time(figures: IndicatorFigures, county: CountyFigures) -> list[AreaRef]:
    """The municipalities with values of at least two dates, in the order of their names."""
    return [place for place in county.composition.municipalities if len(_known(figures, place)) >= _FEWEST]


def place_course(figures: IndicatorFigures, county: CountyFigures, place: AreaRef) -> PlaceCourse:
    """The course of one of `places_over_time`, beside the county's where both mean the same."""
    facts, whole = figures.indicator, county.composition.county
    own = _known(figures, place)
    # Minutes are no share of people, and a part's count says nothing beside the whole's.
    alike = not facts.is_share_above and facts.aggregation is not Aggregation.SUM
    dates = {_end(point): point.period for point in own}
    beside = [point for point in _known(figures, whole) if _end(point) in dates] if alike else []
    rows = {place.name: own, **({whole.name: beside} if beside else {})}
    lines = [(name, _moments(points, facts), name != place.name) for name, points in rows.items()]
    values = [point.value for points in rows.values() for point in points if point.value is not None]
    chart = time_lines(
        lines,
        ticks=spread_ticks(dates),
        write=number,
        unit=local(facts.unit_short),
        common=least_axis(values, least_between_places(figures), unit=facts.unit_short),
    )
    return PlaceCourse(
        area=place,
        chart=chart,
        label=label_of(lines),
        county=whole.name if beside else "",
        periods=tuple(words.period_short(dates[end]) for end in sorted(dates)),
        rows=tuple((name, _cells(points, dates, facts)) for name, points in rows.items()),
        breaks=tuple(
            words.period(later.period)
            for earlier, later in pairwise(own)
            if earlier.comparable_with != later.comparable_with
        ),
    )


def _known(figures: IndicatorFigures, place: AreaRef) -> list[CoursePoint]:
    """Values in the order of time; of two periods that end on the same day one counts."""
    by_end = {_end(point): point for point in figures.courses.get(place.id, ()) if point.value is not None}
    return [by_end[end] for end in sorted(by_end)]


def _moments(points: Sequence[CoursePoint], facts: IndicatorFacts) -> list[Moment]:
    return [
        Moment(
            float(_end(point)),
            point.value,
            point.comparable_with,
            f"{words.period_short(point.period)}: {_number(point.value, facts)}",
        )
        for point in points
    ]


def _cells(points: Sequence[CoursePoint], dates: dict[int, str], facts: IndicatorFacts) -> tuple[str, ...]:
    by_end = {_end(point): point for point in points}
    return tuple(_number(by_end[end].value, facts) if end in by_end else DASH for end in sorted(dates))


def _number(value: float | None, facts: IndicatorFacts) -> str:
    return with_unit(value, facts.unit_short, facts.decimals)


def _end(point: CoursePoint) -> int:
    return period_end(point.period).toordinal()
