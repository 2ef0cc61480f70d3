"""In which cells of the matrix a source counts: from a statement, a minutes entry, an event, a survey or an indicator.

The rule itself is not run for it, except for indicators, whose use depends on what was said. Whoever counts is
decided by the same conditions as in `sources`; the cells are those of the planning areas of today.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Column, ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from portal.areas import queries as areas
from portal.areas.composition import AreaRef
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.conferences.models import AgendaItem, Conference, ConferenceState, agenda_item_topic, conference_area
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.evidence import queries
from portal.evidence.matrix import TopicRef
from portal.evidence.sources import gathering as sources
from portal.indicators.models import Indicator
from portal.minutes.models import (
    EntryKind,
    Minutes,
    MinutesEntry,
    MinutesVersion,
    entry_area,
    entry_raised_by,
    entry_topic,
)
from portal.needs.models import NeedsStatement, StatementKind, statement_area, statement_topic
from portal.planning import queries as planning
from portal.planning.models import PlanningPeriod, Topic
from portal.planning.uses import Used
from portal.stakeholders.models import Organisation, OrganisationKind
from portal.surveys import queries as surveys
from portal.surveys import strengths
from portal.surveys.models import SurveyRound

# Row id, whether it is a resource, planning period, planning area, topic.
Placed = Select[int, bool, PlanningPeriod, Area, Topic]


@dataclass(frozen=True, kw_only=True)
class CellRef:
    """A cell of the matrix; `period` is its key where it is not the present one.

    `as_resource`: the source stands there as something that can help, and is not counted.
    """

    area: AreaRef | Area
    topic: TopicRef | Topic
    period: str | None = None
    as_resource: bool = False

    @property
    def label(self) -> str:
        return _("%(topic)s in %(area)s", topic=self.topic.label, area=self.area.name)

    @property
    def url(self) -> str:
        return url_for("evidence.cell", area_slug=self.area.slug, topic_key=self.topic.key, periode=self.period)


def period_key(period: PlanningPeriod) -> str | None:
    """How the cells of a period are asked for; None for that of today, which is shown anyway."""
    return None if period.starts_on <= clock.today() <= period.ends_on else period.key


def cells(kind: Used, ids: Collection[int], actor: Actor) -> Mapping[int, list[CellRef]]:
    """Cells by row id, by topic and area; rows that count nowhere are left out, resources stand beside.

    One query, for indicators those of the matrix.
    """
    if not ids:
        return {}
    if kind is Used.INDICATOR:
        return _of_indicators(ids, actor)
    reading = {Used.STATEMENT: _statements, Used.MINUTES_ENTRY: _entries, Used.EVENT: _events}.get(kind)
    found: dict[int, list[CellRef]] = {}
    if reading is not None:
        for row_id, resource, period, area, topic in db.session.execute(reading().where(_OWNER[kind].in_(ids))):
            cell = CellRef(area=area, topic=topic, period=period_key(period), as_resource=resource)
            found.setdefault(row_id, []).append(cell)
    return found


_OWNER = {Used.STATEMENT: NeedsStatement.id, Used.MINUTES_ENTRY: MinutesEntry.id, Used.EVENT: Conference.id}


def _statements() -> Placed:
    statement = (
        select(NeedsStatement.id, NeedsStatement.kind == StatementKind.RESOURCE, PlanningPeriod, Area, Topic)
        .join(PlanningPeriod, PlanningPeriod.id == NeedsStatement.period_id)
        .join(statement_area, statement_area.c.statement_id == NeedsStatement.id)
        .join(statement_topic, statement_topic.c.statement_id == NeedsStatement.id)
        .where(sources.statement_stands(clock.now()))
    )
    return _in_cells(statement, statement_area.c.area_id, statement_topic.c.topic_id)


def _entries() -> Placed:
    spoke = exists().where(
        entry_raised_by.c.entry_id == MinutesEntry.id,
        Organisation.id == entry_raised_by.c.organisation_id,
        Organisation.kind != OrganisationKind.COUNTY_DEPARTMENT,
    )
    statement = (
        select(MinutesEntry.id, MinutesEntry.kind == EntryKind.RESOURCE, PlanningPeriod, Area, Topic)
        .join(MinutesVersion, MinutesVersion.id == MinutesEntry.version_id)
        .join(Minutes, Minutes.id == MinutesVersion.minutes_id)
        .join(Conference, Conference.id == Minutes.conference_id)
        .join(PlanningPeriod, PlanningPeriod.id == Conference.period_id)
        .outerjoin(entry_area, entry_area.c.entry_id == MinutesEntry.id)
        .outerjoin(conference_area, conference_area.c.conference_id == Conference.id)
        .join(entry_topic, entry_topic.c.entry_id == MinutesEntry.id)
        .where(
            sources.entry_stands(clock.now()),
            or_(and_(MinutesEntry.kind == EntryKind.NEED, spoke), MinutesEntry.kind == EntryKind.RESOURCE),
        )
    )
    place = func.coalesce(entry_area.c.area_id, conference_area.c.area_id)
    return _in_cells(statement, place, entry_topic.c.topic_id)


def _events() -> Placed:
    """Held events by the topics of their agenda; that one was held means that it is over."""
    statement = (
        select(Conference.id, false(), PlanningPeriod, Area, Topic)
        .join(PlanningPeriod, PlanningPeriod.id == Conference.period_id)
        .join(conference_area, conference_area.c.conference_id == Conference.id)
        .join(AgendaItem, AgendaItem.conference_id == Conference.id)
        .join(agenda_item_topic, agenda_item_topic.c.agenda_item_id == AgendaItem.id)
        .where(Conference.state == ConferenceState.HELD)
    )
    return _in_cells(statement, conference_area.c.area_id, agenda_item_topic.c.topic_id)


def _in_cells(statement: Placed, place: ColumnElement[int], topic: Column[int]) -> Placed:
    """With topic and planning area: the one named, or that of the municipality or locality named. Each cell once, in
    order."""
    today = clock.today()
    locality = aliased(AreaMembership)
    lies_in = and_(
        locality.member_id == place,
        locality.kind == MembershipKind.MUNICIPALITY,
        locality.valid_from <= today,
        or_(locality.valid_to.is_(None), locality.valid_to > today),
    )
    municipality = func.coalesce(locality.group_id, place)
    belongs = and_(
        AreaMembership.member_id == municipality,
        AreaMembership.kind == MembershipKind.PLANNING_AREA,
        areas.holds(today),
    )
    return (
        statement.join(Topic, Topic.id == topic)
        .outerjoin(locality, lies_in)
        .outerjoin(AreaMembership, belongs)
        .join(Area, Area.id == func.coalesce(AreaMembership.group_id, municipality))
        .where(Area.kind == AreaKind.PLANNING_AREA, areas.exists(today))
        .distinct()
        .order_by(Topic.position, Topic.id, Area.sort_key, Area.id)
    )


def _of_indicators(ids: Collection[int], actor: Actor) -> dict[int, list[CellRef]]:
    period = queries.present_period()
    if period is None:
        return {}
    try:
        matrix = queries.matrix(actor, period)
    except NotFound:  # before the county is set up
        return {}
    keys = db.session.execute(select(Indicator.id, Indicator.key).where(Indicator.id.in_(ids)))
    return {
        row_id: [CellRef(area=area, topic=topic) for area, topic in matrix.by_indicator[key]]
        for row_id, key in keys
        if key in matrix.by_indicator
    }


def survey_cells(one: SurveyRound, area_id: int | None) -> Mapping[str, list[CellRef]]:
    """Cells of one planning area (None: all of the round) by question code, in the order of topics and areas.

    What people call good stands in its cells as a resource.
    """
    asked: dict[str, set[tuple[str, int]]] = {}
    for item in surveys.items(period_id=one.period_id):
        if item.round_id == one.id and area_id in {None, item.area_id}:
            question = item.item.partition(".")[0]
            asked.setdefault(question, set()).update((topic, item.area_id) for topic in item.topics)
    helping: dict[str, set[tuple[str, int]]] = {}
    for good in strengths.strengths(period_id=one.period_id):
        if good.round_slug == one.slug and area_id in {None, good.area_id}:
            question = good.item.partition(".")[0]
            helping.setdefault(question, set()).update((topic, good.area_id) for topic in good.topics)
    if not asked and not helping:
        return {}
    composition = areas.composition_of(areas.own_county(), on=clock.today())
    period, topics = period_key(one.period), planning.topics()
    return {
        code: [
            CellRef(area=area, topic=topic, period=period, as_resource=(topic.key, area.id) not in asked.get(code, ()))
            for topic in topics
            for area in composition.planning_areas
            if (topic.key, area.id) in asked.get(code, set()) | helping.get(code, set())
        ]
        for code in {**asked, **helping}
    }
