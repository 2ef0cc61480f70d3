"""In which cells of the matrix a source counts: from a statement, a minutes entry, an event, a survey or an indicator.

The rule itself is not run for it, except for indicators, whose use depends on what was said. Whoever counts is
decided by the same conditions as in `sources`; the cells are those of the planning areas of today.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Row, exists, select

from portal.areas import queries as areas
from portal.areas.composition import AreaRef
from portal.areas.models import Area
from portal.conferences.models import AgendaItem, Conference, ConferenceState, agenda_item_topic, conference_area
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.evidence import queries, sources
from portal.evidence.matrix import TopicRef
from portal.indicators.models import Indicator
from portal.minutes.models import Minutes, MinutesEntry, MinutesVersion, entry_raised_by, entry_topic
from portal.needs.models import NeedsStatement, statement_area, statement_topic
from portal.planning import queries as planning
from portal.planning.models import Topic
from portal.planning.uses import Used
from portal.stakeholders.models import Organisation, OrganisationKind
from portal.surveys import queries as surveys
from portal.surveys.models import SurveyRound

# Row id, period id, area id, topic id.
Placed = Row[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class CellRef:
    """A cell of the matrix; `period` is its key where it is not the present one."""

    area: AreaRef | Area
    topic: TopicRef | Topic
    period: str | None = None

    @property
    def label(self) -> str:
        return _("%(topic)s in %(area)s", topic=self.topic.label, area=self.area.name)

    @property
    def url(self) -> str:
        return url_for("evidence.cell", area_slug=self.area.slug, topic_key=self.topic.key, periode=self.period)


def cells(kind: Used, ids: Collection[int], actor: Actor) -> Mapping[int, list[CellRef]]:
    """Cells by row id, by topic and area; a fixed number of queries. Rows that count nowhere are left out."""
    if not ids:
        return {}
    if kind is Used.INDICATOR:
        return _of_indicators(ids, actor)
    reading = {Used.STATEMENT: _statements, Used.MINUTES_ENTRY: _entries, Used.EVENT: _events}.get(kind)
    return _cells(reading(ids)) if reading else {}


def _statements(ids: Collection[int]) -> Iterable[Placed]:
    return db.session.execute(
        select(NeedsStatement.id, NeedsStatement.period_id, statement_area.c.area_id, statement_topic.c.topic_id)
        .join(statement_area, statement_area.c.statement_id == NeedsStatement.id)
        .join(statement_topic, statement_topic.c.statement_id == NeedsStatement.id)
        .where(NeedsStatement.id.in_(ids), sources.statement_counts(clock.now()))
    )


def _entries(ids: Collection[int]) -> Iterable[Placed]:
    spoke = exists().where(
        entry_raised_by.c.entry_id == MinutesEntry.id,
        Organisation.id == entry_raised_by.c.organisation_id,
        Organisation.kind != OrganisationKind.COUNTY_DEPARTMENT,
    )
    return db.session.execute(
        select(MinutesEntry.id, Conference.period_id, conference_area.c.area_id, entry_topic.c.topic_id)
        .join(MinutesVersion, MinutesVersion.id == MinutesEntry.version_id)
        .join(Minutes, Minutes.id == MinutesVersion.minutes_id)
        .join(Conference, Conference.id == Minutes.conference_id)
        .join(conference_area, conference_area.c.conference_id == Conference.id)
        .join(entry_topic, entry_topic.c.entry_id == MinutesEntry.id)
        .where(MinutesEntry.id.in_(ids), sources.entry_counts(clock.now()), spoke)
    )


def _events(ids: Collection[int]) -> Iterable[Placed]:
    """Held events by the topics of their agenda; that one was held means that it is over."""
    return db.session.execute(
        select(Conference.id, Conference.period_id, conference_area.c.area_id, agenda_item_topic.c.topic_id)
        .join(conference_area, conference_area.c.conference_id == Conference.id)
        .join(AgendaItem, AgendaItem.conference_id == Conference.id)
        .join(agenda_item_topic, agenda_item_topic.c.agenda_item_id == AgendaItem.id)
        .where(Conference.id.in_(ids), Conference.state == ConferenceState.HELD)
    )


def _cells(placed: Iterable[Placed]) -> dict[int, list[CellRef]]:
    rows = list(placed)
    try:
        composition = areas.composition_of(areas.own_county(), on=clock.today()) if rows else None
    except NotFound:  # before the county is set up
        composition = None
    if composition is None:
        return {}
    wanted: dict[int, set[tuple[int, int, int]]] = {}
    for row_id, period_id, area_id, topic_id in rows:
        group = composition.planning_area_of.get(area_id, area_id)
        wanted.setdefault(row_id, set()).add((period_id, topic_id, group))
    periods, topics = period_keys(), planning.topics()
    return {
        row_id: [
            CellRef(area=area, topic=topic, period=key)
            for period_id, key in periods.items()
            for topic in topics
            for area in composition.planning_areas
            if (period_id, topic.id, area.id) in found
        ]
        for row_id, found in wanted.items()
    }


def period_keys() -> dict[int, str | None]:
    """Every planning period with the key its cells are asked for by; None for the one that is shown anyway."""
    found = planning.periods()
    today = clock.today()
    present = next((one for one in found if one.starts_on <= today <= one.ends_on), next(iter(found), None))
    return {one.id: None if one is present else one.key for one in found}


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
    """Cells of one planning area (None: all of the round) by question code, in the order of topics and areas."""
    asked: dict[str, set[tuple[str, int]]] = {}
    for item in surveys.items(period_id=one.period_id):
        if item.round_id == one.id and area_id in {None, item.area_id}:
            question = item.item.partition(".")[0]
            asked.setdefault(question, set()).update((topic, item.area_id) for topic in item.topics)
    if not asked:
        return {}
    composition = areas.composition_of(areas.own_county(), on=clock.today())
    period, topics = period_keys().get(one.period_id), planning.topics()
    return {
        code: [
            CellRef(area=area, topic=topic, period=period)
            for topic in topics
            for area in composition.planning_areas
            if (topic.key, area.id) in found
        ]
        for code, found in asked.items()
    }
