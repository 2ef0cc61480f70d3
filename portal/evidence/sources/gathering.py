"""What rule 1 rests on, read from the features below as plain values: a fixed number of queries.

`until` is a moment: only what had been said, released, held or closed by then counts. `said` are the links that staff
added or took away by then; without it those of the authors alone.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, exists, func, select
from sqlalchemy.orm import aliased

from portal.areas.composition import Composition
from portal.conferences import held as conferences
from portal.conferences.models import Conference, conference_area
from portal.core.database import db
from portal.evidence.linking.direct import Words
from portal.evidence.rules.rule import HeldEvent, IndicatorSignal, Speaker, SurveyItem, Voice, VoiceKind
from portal.indicators.aggregation import Aggregation
from portal.indicators.figures import CountyFigures
from portal.indicators.models import Indicator
from portal.minutes.models import (
    EntryKind,
    Minutes,
    MinutesEntry,
    MinutesState,
    MinutesVersion,
    entry_area,
    entry_indicator,
    entry_raised_by,
    entry_topic,
)
from portal.needs.models import (
    NeedsStatement,
    StatementKind,
    StatementState,
    StatementSupport,
    statement_area,
    statement_indicator,
    statement_topic,
)
from portal.planning.models import PlanningPeriod, Topic
from portal.stakeholders.models import Organisation, OrganisationKind
from portal.surveys import queries as surveys

MUNICIPAL = frozenset({OrganisationKind.MUNICIPALITY, OrganisationKind.MUNICIPAL_ASSOCIATION})
ByArea = dict[int, list[Voice]]


def statement_counts(until: datetime) -> ColumnElement[bool]:
    """Condition on `NeedsStatement`: it is a voice."""
    return and_(NeedsStatement.kind == StatementKind.NEED, statement_stands(until))


def statement_stands(until: datetime) -> ColumnElement[bool]:
    """Condition on `NeedsStatement`: it was put forward, a need or a resource."""
    return and_(NeedsStatement.state != StatementState.DRAFT, NeedsStatement.submitted_at <= until)


def entry_counts(until: datetime) -> ColumnElement[bool]:
    """Condition on `MinutesEntry` joined to its version: it is a voice, if an organisation raised it."""
    return and_(MinutesEntry.kind == EntryKind.NEED, entry_stands(until))


def entry_stands(until: datetime) -> ColumnElement[bool]:
    """Condition on `MinutesEntry` joined to its version: that is the one in force."""
    later = aliased(MinutesVersion)
    return and_(
        MinutesVersion.state == MinutesState.RELEASED,
        MinutesVersion.released_at <= until,
        # A correction may have taken the entry out: the version before it counts no longer.
        ~exists().where(
            later.minutes_id == MinutesVersion.minutes_id,
            later.number > MinutesVersion.number,
            later.state == MinutesState.RELEASED,
            later.released_at <= until,
        ),
    )


def statements(
    period: PlanningPeriod, composition: Composition, *, until: datetime, said: Words | None = None
) -> ByArea:
    """Needs statements of a period by planning area: in every state but draft, by the sender and by *wir auch*."""
    rows = db.session.execute(
        select(NeedsStatement.id, NeedsStatement.public_id, NeedsStatement.organisation_id)
        .where(NeedsStatement.period_id == period.id, statement_counts(until))
        .order_by(NeedsStatement.submitted_at, NeedsStatement.id)
    ).all()
    ids = [row.id for row in rows]
    topics = _topics(statement_topic, statement_topic.c.statement_id, ids)
    links = said or Words()
    indicators = _indicators(statement_indicator, statement_indicator.c.statement_id, ids)
    areas = _pairs(select(statement_area.c.statement_id, statement_area.c.area_id), statement_area.c.statement_id, ids)
    supports = _pairs(
        select(StatementSupport.statement_id, StatementSupport.organisation_id)
        .where(StatementSupport.created_at <= until)
        .order_by(StatementSupport.id),
        StatementSupport.statement_id,
        ids,
    )
    speakers = _speakers({row.organisation_id for row in rows} | {one for found in supports.values() for one in found})
    found: ByArea = {}
    for row in rows:
        voice = Voice(
            kind=VoiceKind.STATEMENT,
            id=row.id,
            public_id=row.public_id,
            topics=frozenset(topics.get(row.id, ())),
            speakers=_present([row.organisation_id, *supports.get(row.id, ())], speakers),
            indicators=links.statements.of(row.id, indicators.get(row.id, ())),
        )
        _file(found, voice, areas.get(row.id, ()), composition)
    return found


def minutes_entries(
    period: PlanningPeriod, composition: Composition, *, until: datetime, said: Words | None = None
) -> ByArea:
    """Needs in released minutes, of corrected ones in the latest version, by planning area: that of the places that
    the entry names, else that of the event."""
    rows = db.session.execute(
        select(MinutesEntry.id, MinutesEntry.public_id, MinutesEntry.stem, Minutes.conference_id)
        .join(MinutesVersion, MinutesVersion.id == MinutesEntry.version_id)
        .join(Minutes, Minutes.id == MinutesVersion.minutes_id)
        .join(Conference, Conference.id == Minutes.conference_id)
        .where(Conference.period_id == period.id, entry_counts(until))
        .order_by(Conference.starts_at, Conference.id, MinutesEntry.position, MinutesEntry.id)
    ).all()
    ids = [row.id for row in rows]
    topics = _topics(entry_topic, entry_topic.c.entry_id, ids)
    links = said or Words()
    indicators = _indicators(entry_indicator, entry_indicator.c.entry_id, ids)
    raised = _pairs(
        select(entry_raised_by.c.entry_id, entry_raised_by.c.organisation_id).order_by(
            entry_raised_by.c.organisation_id
        ),
        entry_raised_by.c.entry_id,
        ids,
    )
    places = _pairs(_places_of_entries(), MinutesEntry.id, ids)
    speakers = _speakers({one for organisations in raised.values() for one in organisations})
    found: ByArea = {}
    for row in rows:
        voice = Voice(
            kind=VoiceKind.MINUTES_ENTRY,
            id=row.id,
            public_id=row.public_id,
            topics=frozenset(topics.get(row.id, ())),
            speakers=_present(raised.get(row.id, ()), speakers),
            indicators=links.entries.of(row.stem, indicators.get(row.id, ())),
        )
        if voice.speakers:
            _file(found, voice, [one for one in places.get(row.id, ()) if one is not None], composition)
    return found


def _places_of_entries() -> Select[Any, Any]:
    """Entries with the places they name, else with those of their event (None: the event has none)."""
    return (
        select(MinutesEntry.id, func.coalesce(entry_area.c.area_id, conference_area.c.area_id))
        .join(MinutesVersion, MinutesVersion.id == MinutesEntry.version_id)
        .join(Minutes, Minutes.id == MinutesVersion.minutes_id)
        .outerjoin(entry_area, entry_area.c.entry_id == MinutesEntry.id)
        .outerjoin(conference_area, conference_area.c.conference_id == Minutes.conference_id)
        .distinct()
    )


def held_events(period: PlanningPeriod, composition: Composition, *, until: datetime) -> dict[int, list[HeldEvent]]:
    """Events that took place, by planning area: topics of the agenda and how many required groups were there."""
    found: dict[int, list[HeldEvent]] = {}
    for one in conferences.held_events(period=period, until=until):
        event = HeldEvent(
            id=one.conference_id,
            public_id=one.public_id,
            topics=one.agenda_topics,
            groups_present=len(one.groups_present),
            groups_required=one.groups_required,
            begins=one.begins,
        )
        for area_id in {composition.filed_under(area_id) for area_id in one.area_ids}:
            found.setdefault(area_id, []).append(event)
    return found


def signals(area_id: int, figures: CountyFigures) -> dict[str, IndicatorSignal]:
    """What every indicator says of a planning area, in the order of the catalogue."""
    found = {}
    for key, one in (*figures.indicators.items(), *figures.further.items()):
        figure = one.areas.get(area_id)
        if figure is None:
            continue
        facts = one.indicator
        found[key] = IndicatorSignal(
            key=key,
            topic=facts.topic.key,
            is_lead=facts.is_lead and key in figures.indicators,
            group=facts.correlation_group,
            signal=figure.signal.signal,
            reasons=figure.signal.reasons,
            is_counted=facts.aggregation in {Aggregation.SUM, Aggregation.RATE},
            coverage=figure.value.coverage,
            valid_until=figure.signal.valid_until,
            value=figure.value.value,
            county=one.county.value,
            period=one.period,
            terms=facts.rule,
        )
    return found


def _file(found: ByArea, voice: Voice, area_ids: Iterable[int], composition: Composition) -> None:
    """Under the planning areas named, and under those of the municipalities and localities named."""
    for group in dict.fromkeys(composition.filed_under(area_id) for area_id in area_ids):
        found.setdefault(group, []).append(voice)


def _pairs(statement: Select[Any, Any], column: Any, ids: Collection[int]) -> dict[int, list[Any]]:
    """Second columns by first, in the order of the statement."""
    found: dict[int, list[Any]] = {}
    if ids:
        for owner, value in db.session.execute(statement.where(column.in_(ids))):
            found.setdefault(owner, []).append(value)
    return found


def _topics(link: Table, owner: Column[int], ids: Collection[int]) -> dict[int, list[str]]:
    statement = select(owner, Topic.key).join(Topic, Topic.id == link.c.topic_id).order_by(Topic.position)
    return _pairs(statement, owner, ids)


def _indicators(link: Table, owner: Column[int], ids: Collection[int]) -> dict[int, list[str]]:
    statement = (
        select(owner, Indicator.key)
        .join(Indicator, Indicator.id == link.c.indicator_id)
        .order_by(Indicator.topic_id, Indicator.position, Indicator.sort_key)
    )
    return _pairs(statement, owner, ids)


def _speakers(ids: Collection[int]) -> dict[int, Speaker]:
    """Organisations that count as voices, by id."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind, Organisation.umbrella).where(
            Organisation.id.in_(ids), Organisation.kind != OrganisationKind.COUNTY_DEPARTMENT
        )
    )
    return {
        row.id: Speaker(
            id=row.id,
            name=row.name,
            is_municipal=row.kind in MUNICIPAL,
            umbrella=None if row.umbrella is None else row.umbrella.value,
        )
        for row in rows
    }


def _present(ids: Iterable[int], speakers: Mapping[int, Speaker]) -> tuple[Speaker, ...]:
    return tuple(speakers[one] for one in dict.fromkeys(ids) if one in speakers)


def survey_items(
    period: PlanningPeriod, *, until: datetime | None, said: Words | None = None
) -> dict[int, list[SurveyItem]]:
    """Items of the opened answers of every round by planning area; for a past moment of rounds closed by then."""
    links = said or Words()
    found: dict[int, list[SurveyItem]] = {}
    for one in surveys.items(period_id=period.id):
        if until is not None and (one.closed_at is None or one.closed_at > until):
            continue
        item = SurveyItem(
            round_id=one.round_id,
            round_slug=one.round_slug,
            code=one.item,
            text=one.text,
            english=one.english,
            is_printable=one.is_printable,
            topics=frozenset(one.topics),
            indicators=links.items.of((one.round_id, one.item), one.indicators),
            count=one.problem_count,
            n=one.valid_n,
            rest_count=one.rest_count,
            rest_n=one.rest_n,
            can_clear=not _is_option(one.item),
        )
        found.setdefault(one.area_id, []).append(item)
    return found


def _is_option(code: str) -> bool:
    """Options of a choice are named `question.option`: they may name a topic, but never clear it."""
    return "." in code
