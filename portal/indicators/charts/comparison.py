"""Developments of several places beside each other: one small chart per place, all on the same axes.

Drawn is only what can be compared: values on one census base and territory, the newest that the places share. A count
says nothing beside the count of a larger place, and the minutes of a municipality are no share of people.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.areas.models import AreaKind
from portal.core.formats import DASH, number
from portal.core.seed_words import local
from portal.indicators import words
from portal.indicators.aggregation import Aggregation
from portal.indicators.charts.pages import CourseView, label_of, moments, scale_words, spread_ticks
from portal.indicators.charts.plots import time_lines
from portal.indicators.charts.scales import least_axis, least_between_areas
from portal.indicators.figures import CoursePoint, IndicatorFacts, IndicatorFigures, SourceFacts
from portal.indicators.periods import period_end

_FEWEST = 2


@dataclass(frozen=True, kw_only=True)
class ComparedCourses:
    """One indicator: a chart per place, and the table with the same values (empty: no comparable value).

    `basis` says on what all values rest, `scale` from where to where the charts reach; `left_out` are places and
    periods that cannot be compared.
    """

    key: str
    name: str
    charts: tuple[CourseView, ...]
    county: str
    periods: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    points: tuple[tuple[str, str, float], ...]
    basis: str
    scale: str
    left_out: tuple[str, ...]
    sources: tuple[SourceFacts, ...]


def side_by_side(
    one: IndicatorFigures, places: Sequence[AreaRef], county: AreaRef, *, alone: AreaRef | None = None
) -> ComparedCourses | None:
    """The developments of these places; None where none has two comparable dates.

    `alone`: the one municipality that was chosen, with its planning area beside it. Its count is then drawn by itself.
    """
    facts = one.indicator
    is_count = facts.aggregation is Aggregation.SUM
    if is_count and alone is None:
        return None
    wanted = _of_one_meaning(facts, places) if alone is None or not is_count else [alone]
    known = _comparable(one, wanted)
    if not known:
        return None
    basis = next(iter(known.values()))[-1].comparable_with
    dates = {_end(point): point.period for points in known.values() for point in points}
    beside = [] if is_count else _known(one, county)
    whole = [point for point in beside if point.comparable_with == basis and _end(point) in dates]
    rows = {place.titled: points for place, points in known.items()}
    if whole:
        rows[county.name] = whole
    everything = [point.value for points in rows.values() for point in points if point.value is not None]
    everything += least_axis(everything, least_between_areas(one), unit=facts.area_unit_short)
    ticks = spread_ticks(dates)
    charts = []
    for place, points in known.items():
        lines = [(place.titled, moments(points, facts), False)]
        if whole:
            lines.append((county.name, moments(whole, facts), True))
        chart = time_lines(lines, ticks=ticks, write=number, unit=local(facts.area_unit_short), common=everything)
        charts.append(CourseView(area=place, chart=chart, label=label_of(lines)))
    census, _territory = basis
    return ComparedCourses(
        key=facts.key,
        name=facts.name,
        charts=tuple(charts),
        county=county.name if whole else "",
        periods=tuple(words.period_short(dates[end]) for end in sorted(dates)),
        rows=tuple((name, _cells(points, dates, facts)) for name, points in rows.items()),
        points=tuple(
            (name, point.period, point.value)
            for name, points in rows.items()
            for point in points
            if point.value is not None
        ),
        basis="" if census is None else str(census.label),
        scale=scale_words(charts, facts),
        left_out=tuple(_left_out(one, wanted if is_count else places, known)),
        sources=one.sources,
    )


def _of_one_meaning(facts: IndicatorFacts, places: Sequence[AreaRef]) -> list[AreaRef]:
    """Places whose values mean the same; other counties are compared by their present value only."""
    wanted = [place for place in places if place.kind is not AreaKind.COUNTY]
    if not facts.is_share_above:
        return wanted
    return [place for place in wanted if place.kind is AreaKind.PLANNING_AREA]


def _comparable(one: IndicatorFigures, places: Sequence[AreaRef]) -> dict[AreaRef, list[CoursePoint]]:
    """Values of each place on the basis of the newest value of all; places without two of them are left out."""
    courses = {place: _known(one, place) for place in places}
    newest = max((points[-1] for points in courses.values() if points), key=_end, default=None)
    if newest is None:
        return {}
    kept = {
        place: [point for point in points if point.comparable_with == newest.comparable_with]
        for place, points in courses.items()
    }
    return {place: points for place, points in kept.items() if len(points) >= _FEWEST}


def _known(one: IndicatorFigures, place: AreaRef) -> list[CoursePoint]:
    """Values in the order of time; of two periods that end on the same day one counts."""
    by_end = {_end(point): point for point in one.courses.get(place.id, ()) if point.value is not None}
    return [by_end[end] for end in sorted(by_end)]


def _left_out(one: IndicatorFigures, places: Sequence[AreaRef], known: dict[AreaRef, list[CoursePoint]]) -> list[str]:
    found = []
    missing = [place.titled for place in places if place not in known]
    if missing:
        found.append(_("Ohne vergleichbaren Verlauf: %(places)s.", places=", ".join(missing)))
    if any(len(_known(one, place)) > len(points) for place, points in known.items()):
        found.append(_("Frühere Werte beruhen auf einem anderen Zensus oder Gebiet und fehlen hier."))
    return found


def _cells(points: Sequence[CoursePoint], dates: dict[int, str], facts: IndicatorFacts) -> tuple[str, ...]:
    by_end = {_end(point): point for point in points}
    return tuple(words.area_number(facts, by_end[end].value) if end in by_end else DASH for end in sorted(dates))


def _end(point: CoursePoint) -> int:
    return period_end(point.period).toordinal()
