"""Reading the matrix: what rule 1 proposes for every planning area and topic.

`matrix` answers from the memory of the process as long as the data versions of everything it rests on stand, and
for the day (figures grow too old overnight); computed anew it takes a fixed number of queries.
"""

import threading
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select

from portal.areas.composition import AreaRef, Composition
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.transaction import in_transaction
from portal.evidence import permissions
from portal.evidence.linking import direct as direct_links
from portal.evidence.matrix import Matrix, Standing, TopicRef
from portal.evidence.models import Finding, FindingVersion
from portal.evidence.parameters import thresholds
from portal.evidence.participation import heard as participation
from portal.evidence.participation.heard import AreaParticipation
from portal.evidence.rules.rule import propose
from portal.evidence.sources import gathering as sources
from portal.indicators import queries as indicators
from portal.indicators.figures import CountyFigures
from portal.planning import queries as planning
from portal.planning.models import PlanningPeriod, Topic
from portal.settings import services as settings

# Data versions of everything the matrix rests on; its own stands for findings.
VERSION = "evidence"
VERSIONS = ("figures", "areas", "surveys", "minutes", "needs", "conferences", "stakeholders", "settings")
_CACHE, _CACHE_AHEAD = "portal_matrix", "portal_matrix_ahead"
_CACHE_HEARD = "portal_heard"
_KEPT = 8
_computing = threading.Lock()
_Key = tuple[str, date, int, bool]


def period(key: str | None = None) -> PlanningPeriod:
    """The period with this key, or that of today; the latest one if today lies in none. `NotFound` without any."""
    found = period_if_any(key)
    if found is None:
        raise NotFound
    return found


def period_if_any(key: str | None = None) -> PlanningPeriod | None:
    """As `period`, but None where the county has set no period at all and no key was asked for."""
    return planning.period(key) if key else present_period()


def present_period() -> PlanningPeriod | None:
    """The period of today; the latest one if today lies in none."""
    return planning.period_on() or next(iter(planning.periods()), None)


def matrix(actor: Actor, chosen: PlanningPeriod) -> Matrix:
    """The proposals of a period today. Without the right to see internal indicators: from public figures alone."""
    everything = permissions.sees_internal_figures(actor)
    key = (settings.version(*VERSIONS), clock.today(), chosen.id, everything)
    found = _kept(key)
    if found is None:
        with _computing:
            found = _kept(key)
            if found is None:
                found = compute(chosen, indicators.county_figures(actor))
                _keep(key, found)
    return found


def matrix_with(chosen: PlanningPeriod, figures: CountyFigures) -> Matrix:
    """The proposals of a period from other figures than those of now; kept in memory by what these call themselves."""
    shelf: dict[tuple[str, str, date, int], Matrix] = current_app.extensions.setdefault(_CACHE_AHEAD, {})
    key = (figures.version, settings.version(*VERSIONS), clock.today(), chosen.id)
    found = shelf.get(key)
    if found is None:
        found = compute(chosen, figures)
        while len(shelf) >= _KEPT:
            shelf.pop(next(iter(shelf), key), None)
        shelf[key] = found
    return found


def heard(chosen: PlanningPeriod, composition: Composition) -> list[AreaParticipation]:
    """Who has been heard in the period, planning area by planning area; kept in memory like the matrix."""
    key = (settings.version(*VERSIONS), clock.today(), chosen.id)
    shelf: dict[tuple[str, date, int], list[AreaParticipation]] = current_app.extensions.setdefault(_CACHE_HEARD, {})
    if in_transaction():
        return participation.of_period(chosen, composition)
    found = shelf.get(key)
    if found is None:
        found = participation.of_period(chosen, composition)
        while len(shelf) >= _KEPT:
            shelf.pop(next(iter(shelf)), None)
        shelf[key] = found
    return found


def matrix_at(chosen: PlanningPeriod, moment: datetime, figures: CountyFigures | None = None) -> Matrix:
    """The proposals as they were at a past moment, from all figures known today that were not too old then."""
    with clock.frozen(moment):
        return compute(chosen, figures or indicators.county_figures(SYSTEM), until=moment)


def compute(chosen: PlanningPeriod, figures: CountyFigures, *, until: datetime | None = None) -> Matrix:
    """Apply rule 1 to every planning area and topic; a fixed number of queries."""
    moment = until or clock.now()
    limits, today = thresholds(), clock.today()
    composition = figures.composition
    linked = direct_links.words(until)
    items = sources.survey_items(chosen, until=until, said=linked)
    statements = sources.statements(chosen, composition, until=moment, said=linked)
    entries = sources.minutes_entries(chosen, composition, until=moment, said=linked)
    events = sources.held_events(chosen, composition, until=moment)
    topics = tuple(_topic(topic) for topic in planning.topics())
    proposals = {}
    for area in composition.planning_areas:
        signals = sources.signals(area.id, figures)
        said = [*statements.get(area.id, ()), *entries.get(area.id, ())]
        for topic in topics:
            proposals[area.id, topic.key] = propose(
                topic.key,
                items=items.get(area.id, ()),
                statements=said,
                events=events.get(area.id, ()),
                signals=signals,
                limits=limits,
                today=today,
            )
    return Matrix(
        period_id=chosen.id,
        period_key=chosen.key,
        period_name=chosen.name,
        on=today,
        areas=composition.planning_areas,
        topics=topics,
        limits=limits,
        proposals=proposals,
    )


def standings(chosen: PlanningPeriod, actor: Actor) -> dict[tuple[int, str], Standing]:
    """What people made of the cells of a period, as far as the actor may see it; one query."""
    statement = (
        select(
            Finding.id,
            Finding.public_id,
            Finding.area_id,
            Topic.key,
            Finding.state,
            FindingVersion.adopted,
            FindingVersion.proposed,
            FindingVersion.title,
            FindingVersion.published_at,
        )
        .join(Topic, Topic.id == Finding.topic_id)
        .join(FindingVersion, FindingVersion.finding_id == Finding.id)
        .where(Finding.period_id == chosen.id)
        .order_by(FindingVersion.number)
    )
    if not permissions.may_see_unpublished(actor):
        statement = statement.where(FindingVersion.published_at.is_not(None))
    found: dict[tuple[int, str], Standing] = {}
    for row in db.session.execute(statement):
        before = found.get((row.area_id, row.key))
        found[row.area_id, row.key] = Standing(
            finding_id=row.id,
            public_id=row.public_id,
            state=row.state,
            adopted=row.adopted,
            proposed=row.proposed,
            is_published=row.published_at is not None or (before is not None and before.is_published),
            title=row.title,
            published_at=row.published_at,
        )
    return found


def area_by_slug(found: Matrix, slug: str) -> AreaRef:
    """The planning area behind an address; `NotFound` if there is none today."""
    area = found.area(slug)
    if area is None:
        raise NotFound
    return area


def topic_by_key(found: Matrix, key: str) -> TopicRef:
    topic = found.topic(key)
    if topic is None:
        raise NotFound
    return topic


def _topic(topic: Topic) -> TopicRef:
    return TopicRef(id=topic.id, key=topic.key, label=topic.label)


def _shelf() -> dict[_Key, Matrix]:
    shelf: dict[_Key, Matrix] = current_app.extensions.setdefault(_CACHE, {})
    return shelf


def _kept(key: _Key) -> Matrix | None:
    # Inside a transaction the versions may be ones that are never committed.
    return None if in_transaction() else _shelf().get(key)


def _keep(key: _Key, found: Matrix) -> None:
    if in_transaction():
        return
    shelf = _shelf()
    while len(shelf) >= _KEPT:
        shelf.pop(next(iter(shelf)), None)
    shelf[key] = found
