"""The charts of an indicator's page with their words: intervals, funnels and courses over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas.composition import AreaRef
from portal.core.formats import number, with_unit
from portal.core.seed_words import local
from portal.indicators import county_words, words
from portal.indicators.aggregation import Aggregation
from portal.indicators.chance import OUTER, Chance, PlaceChance
from portal.indicators.charts.plots import Dot, Funnel, Moment, TimeLines, funnel, time_lines
from portal.indicators.charts.scales import least_axis, least_between_areas
from portal.indicators.charts.strips import Strip, decimals_of, strip
from portal.indicators.figures import CountyFigures, IndicatorFacts, IndicatorFigures
from portal.indicators.figures import CoursePoint as Point
from portal.indicators.periods import period_end

# So many dates have room below a small chart.
_WRITTEN_DATES = 3


@dataclass(frozen=True, kw_only=True)
class FunnelView:
    """A funnel with its name, its values in words, and what is to be seen in it."""

    id: str
    title: str
    funnel: Funnel
    label: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class CourseView:
    """The course of one area beside the county's."""

    area: AreaRef
    chart: TimeLines
    label: str


@dataclass(frozen=True, kw_only=True)
class IntervalView:
    """A planning area's value with the interval in which it lies without chance, drawn and in words."""

    area: AreaRef
    value: str
    interval: str
    verdict: str
    strip: Strip
    label: str


def intervals(figures: IndicatorFigures, county: CountyFigures) -> list[IntervalView]:
    """Planning areas with their intervals on one axis; none where numerator and denominator are not known."""
    chance, facts = figures.chance, figures.indicator
    if chance is None:
        return []
    shown = [(area, chance.areas[area.id]) for area in county.composition.planning_areas if area.id in chance.areas]
    unit = local(facts.area_unit_short)
    common = [end for _area, one in shown for end in (one.interval.lower, one.interval.upper)]
    found = []
    for area, one in shown:
        value = chance.factor * one.count / one.base
        text, reach, verdict = (
            words.area_number(facts, value),
            words.interval(facts, one),
            words.verdict(chance, one),
        )
        drawn = strip(
            value,
            county=chance.value,
            members={},
            write=number,
            unit=unit,
            common=[*common, chance.value],
            within=(one.interval.lower, one.interval.upper),
        )
        label = _("%(place)s: %(value)s, Intervall %(reach)s, %(verdict)s",
                  place=area.name, value=text, reach=reach, verdict=verdict)  # fmt: skip
        found.append(IntervalView(area=area, value=text, interval=reach, verdict=verdict, strip=drawn, label=label))
    return found


def funnels(figures: IndicatorFigures, county: CountyFigures) -> list[FunnelView]:
    """One for municipalities and one for planning areas; none where numerator and denominator are not known."""
    chance = figures.chance
    if chance is None:
        return []
    found = []
    for id_, title, places, among in (
        ("trichter-gemeinden", _("Städte und Gemeinden"), county.composition.municipalities, chance.places),
        ("trichter-raeume", _("Planungsräume"), county.composition.planning_areas, chance.areas),
    ):
        shown = [(place, among[place.id]) for place in places if place.id in among]
        if len(shown) > 1:
            found.append(_funnel(id_, title, shown, chance, figures))
    return found


def _funnel(
    id_: str, title: str, shown: list[tuple[AreaRef, PlaceChance]], chance: Chance, figures: IndicatorFigures
) -> FunnelView:
    facts, few = figures.indicator, len(shown) <= 8
    dispersed = chance.dispersion is not None and chance.dispersion.is_over and not few
    dots, sentences = [], []
    for place, one in shown:
        value = chance.factor * one.count / one.base
        is_odd = one.stands
        if dispersed:
            is_odd = not chance.wide_limits(one.base, chance.confidence).holds(value)
        text = _(
            "%(place)s: %(value)s von %(base)s, %(verdict)s",
            place=place.name,
            value=words.area_number(facts, value),
            base=number(one.base),
            verdict=words.verdict(chance, one),
        )
        dots.append(
            Dot(title=text, base=one.base, value=value, label=place.name if few or is_odd else "", is_strong=is_odd)
        )
        if few or is_odd:
            sentences.append(text)
    summary = " ".join(
        filter(None, (_summary([one for _place, one in shown]), county_words.incomplete_county(figures.county)))
    )
    return FunnelView(
        id=id_,
        title=title,
        funnel=funnel(
            dots,
            chance.value,
            inner=lambda base: chance.limits(base, chance.confidence),
            outer=lambda base: chance.limits(base, OUTER),
            wide=(lambda base: chance.wide_limits(base, chance.confidence)) if dispersed else None,
            write=number,
            unit=local(facts.area_unit_short),
        ),
        label=_(
            "%(title)s nach Größe. Landkreis: %(county)s. %(summary)s %(places)s.",
            title=title,
            county=words.area_number(facts, chance.value),
            summary=summary,
            places="; ".join(sentences),
        ),
        summary=summary,
    )


def _summary(places: list[PlaceChance]) -> str:
    """How many lie beyond the limits, and how many still do after so many comparisons."""
    outside = sum(place.is_outside for place in places)
    standing = sum(place.stands for place in places)
    if not outside:
        return _("Alle %(all)s liegen innerhalb der Grenzen des Zufalls.", all=len(places))
    words = ngettext(
        "%(num)s von %(all)s liegt außerhalb der Grenzen.",
        "%(num)s von %(all)s liegen außerhalb der Grenzen.",
        outside,
        all=len(places),
    )
    if not standing:
        return words + " " + _("Bei so vielen Vergleichen zugleich kann das Zufall sein.")
    more = ngettext(
        "%(num)s davon fällt auch bei so vielen Vergleichen zugleich auf.",
        "%(num)s davon fallen auch bei so vielen Vergleichen zugleich auf.",
        standing,
    )
    return words + " " + more


def courses(figures: IndicatorFigures, county: CountyFigures) -> list[CourseView]:
    """Every planning area over time beside the county, all on common axes; nothing with fewer than two dates."""
    facts, composition = figures.indicator, county.composition
    areas = [composition.county] if figures.level.value == "county" else list(composition.planning_areas)
    # A part's count beside the whole's would flatten every line.
    is_count = facts.aggregation is Aggregation.SUM
    whole = () if is_count else figures.courses.get(composition.county.id, ())
    drawn = {area.id: [point for point in figures.courses.get(area.id, ()) if _end(point)] for area in areas}
    ends = sorted(
        {_end(point): point.period for points in drawn.values() for point in points if point.value is not None}.items()
    )
    if len(ends) < 2:
        return []
    ticks = spread_ticks(dict(ends))
    dates = {end for end, _period in ends}
    reference = [point for point in whole if _end(point) in dates]
    common = [] if is_count else _numbers({**drawn, 0: reference})
    common += least_axis(common, least_between_areas(figures), unit=facts.area_unit_short)
    found = []
    for area in areas:
        lines = [(area.name, moments(drawn[area.id], facts), False)]
        if reference and area.id != composition.county.id:
            lines.append((composition.county.name, moments(reference, facts), True))
        if not any(moment.value is not None for moment in lines[0][1]):
            continue
        chart = time_lines(lines, ticks=ticks, write=number, unit=local(facts.area_unit_short), common=common)
        found.append(CourseView(area=area, chart=chart, label=label_of(lines)))
    return found


def scale_words(views: Sequence[CourseView], facts: IndicatorFacts) -> str:
    """From where to where the charts of a page reach, and that they do not begin at zero where they do not."""
    ends = {(view.chart.low, view.chart.high) for view in views}
    if len(ends) != 1:
        return _("Jedes Bild hat seine eigene Skala, denn die Zahlen sind verschieden groß.") if ends else ""
    ((low, high),) = ends
    words = _(
        "Alle Bilder haben dieselbe Skala von %(low)s bis %(high)s.",
        low=number(low, decimals_of(low)),
        high=with_unit(high, facts.area_unit_short, decimals_of(high)),
    )
    return words if low <= 0 <= high else words + " " + _("Sie beginnt nicht bei null.")


def spread_ticks(dates: Mapping[int, str]) -> list[tuple[float, str]]:
    """Time and words of a few dates, first and last among them; `dates`: end of a period → period."""
    ticks = [(float(end), words.period_short(dates[end])) for end in sorted(dates)]
    return ticks if len(ticks) <= _WRITTEN_DATES else [ticks[0], ticks[len(ticks) // 2], ticks[-1]]


def label_of(lines: Sequence[tuple[str, Sequence[Moment], bool]]) -> str:
    """The values of a chart in words, place by place."""
    return " ".join(
        _("%(place)s: %(values)s.", place=name, values="; ".join(one.words for one in shown if one.value is not None))
        for name, shown, _is in lines
    )


def moments(points: Sequence[Point], facts: IndicatorFacts) -> list[Moment]:
    return [
        Moment(
            float(_end(point)),
            point.value,
            point.comparable_with,
            f"{words.period_short(point.period)}: {words.area_number(facts, point.value)}",
        )
        for point in points
    ]


def _numbers(points: Mapping[int, list[Point]]) -> list[float]:
    return [point.value for among in points.values() for point in among if point.value is not None]


def _end(point: Point) -> int:
    return period_end(point.period).toordinal()
