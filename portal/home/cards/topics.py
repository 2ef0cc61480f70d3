"""A topic over all planning areas: its indicators, the lead ones first, and beside them what people say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.areas.composition import AreaRef
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.formats import number
from portal.core.seed_words import local
from portal.evidence import pages as evidence_pages
from portal.evidence import permissions as evidence_permissions
from portal.evidence import queries as evidence
from portal.evidence.pages import Cell
from portal.indicators import pages, words
from portal.indicators.aggregation import Aggregation
from portal.indicators.charts.scales import least_axis, least_between_areas
from portal.indicators.charts.strips import Strip, strip
from portal.indicators.figures import CountyFigures, IndicatorFigures, Level, SourceFacts
from portal.planning import queries as planning
from portal.planning.models import Topic


@dataclass(frozen=True, kw_only=True)
class AreaLine:
    """A planning area in the picture of an indicator."""

    area: AreaRef
    value: str
    difference: str
    interval: str
    verdict: str
    strip: Strip | None


@dataclass(frozen=True, kw_only=True)
class TopicPanel:
    """An indicator over all planning areas. `lines` and `method` are empty where only the county has a value.

    `has_funnels`: the page of the indicator shows what chance explains.
    """

    key: str
    name: str
    explanation: str
    is_lead: bool
    county: str
    method: str
    period: str
    lines: tuple[AreaLine, ...]
    has_funnels: bool
    sources: tuple[SourceFacts, ...]


@dataclass(frozen=True, kw_only=True)
class TopicEntry:
    """A topic on the page of all topics."""

    key: str
    label: Any
    lead: tuple[str, ...]
    local: int
    county_only: int
    missing: int


def topic(key: str) -> Topic:
    """The topic behind an address."""
    found = next((one for one in planning.topics() if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def entries(figures: CountyFigures) -> list[TopicEntry]:
    """Every topic with what is watched in it; topics without any indicator, too: the gap is a message."""
    found = []
    for one in planning.topics():
        group = figures.of_topic(one.key)
        found.append(
            TopicEntry(
                key=one.key,
                label=one.label,
                lead=tuple(local(each.indicator.name) for each in group if each.indicator.is_lead),
                local=sum(each.level is Level.MUNICIPALITY for each in group),
                county_only=sum(each.level is Level.COUNTY for each in group),
                missing=sum(not each.has_values for each in group),
            )
        )
    return found


def panels(figures: CountyFigures, key: str) -> list[TopicPanel]:
    """The indicators of a topic that have values: lead ones first, then those that say something of places."""
    group = [one for one in figures.of_topic(key) if one.has_values]
    group.sort(key=lambda one: (not one.indicator.is_lead, one.level is not Level.MUNICIPALITY))
    return [_panel(one, figures) for one in group]


def missing(figures: CountyFigures, key: str) -> list[str]:
    """Indicators of the topic that have no value yet."""
    return [local(one.indicator.name) for one in figures.of_topic(key) if not one.has_values]


def voices(actor: Actor, key: str) -> Sequence[tuple[AreaRef, Cell]]:
    """What people say of the topic in each planning area, beside the figures; empty without a planning period."""
    period = evidence.present_period()
    if period is None:
        return []
    found = evidence.matrix(actor, period)
    one = found.topic(key)
    if one is None:
        return []
    standings = evidence.standings(period, actor)
    is_staff = evidence_permissions.may_see_unpublished(actor)
    return [
        (area, evidence_pages.cell(found, area, one, standings.get((area.id, key)), is_staff=is_staff))
        for area in found.areas
    ]


def _panel(one: IndicatorFigures, figures: CountyFigures) -> TopicPanel:
    facts = one.indicator
    rows = pages.area_rows(one, figures) if one.level is Level.MUNICIPALITY else []
    numbers = [row.figure.value.value for row in rows if row.figure.value.value is not None]
    numbers += least_axis(numbers, least_between_areas(one), unit=facts.area_unit_short)
    comparable = facts.aggregation is not Aggregation.SUM
    lines = []
    for row in rows:
        value = row.figure.value.value
        drawn = None
        if comparable and value is not None:
            drawn = strip(
                value,
                county=one.county.value,
                members={},
                write=number,
                unit=local(facts.area_unit_short),
                common=numbers,
            )
        lines.append(
            AreaLine(
                area=row.area,
                value=row.value,
                difference=row.difference,
                interval=row.interval,
                verdict=row.verdict,
                strip=drawn,
            )
        )
    return TopicPanel(
        key=facts.key,
        name=facts.name,
        explanation=facts.explanation,
        is_lead=facts.is_lead,
        county=words.county_value(facts, one.county),
        method=words.method(facts) if rows else "",
        period=words.period(one.period),
        lines=tuple(lines),
        has_funnels=bool(rows) and one.chance is not None,
        sources=one.sources,
    )
