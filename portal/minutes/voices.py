"""Needs as released minutes hold them: what findings and needs statements stand on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.conferences.models import Conference
from portal.core.database import db
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion
from portal.minutes.queries import latest_released
from portal.planning.models import PlanningPeriod
from portal.stakeholders.models import Organisation


@dataclass(frozen=True, kw_only=True)
class MinutesVoice:
    """A need put forward at an event, from the last released version of its minutes.

    `stem` is the same in every version, `entry_id` and `public_id` are this version's. `organisations` put it
    forward, county departments among
    them (`Organisation.is_voice` says who counts).
    """

    stem: str
    entry_id: int
    public_id: str
    text: str
    minutes_id: int
    minutes_public_id: str
    conference_id: int
    conference_title: str
    held_on: date
    area_ids: tuple[int, ...]
    topic_keys: tuple[str, ...]
    indicator_keys: tuple[str, ...]
    organisations: tuple[Organisation, ...]


def voices(*, period: PlanningPeriod | None = None) -> Sequence[MinutesVoice]:
    """All needs that somebody put forward, in the order of events and entries; a fixed number of queries.

    `period` leaves only events of one planning period.
    """
    statement = (
        select(MinutesEntry)
        .join(MinutesEntry.version)
        .join(MinutesVersion.minutes)
        .join(Minutes.conference)
        .where(latest_released(), MinutesEntry.kind == EntryKind.NEED, MinutesEntry.raised_by.any())
        .options(
            selectinload(MinutesEntry.topics),
            selectinload(MinutesEntry.indicators),
            selectinload(MinutesEntry.raised_by),
            selectinload(MinutesEntry.places),
            joinedload(MinutesEntry.version)
            .joinedload(MinutesVersion.minutes)
            .joinedload(Minutes.conference)
            .selectinload(Conference.areas),
        )
        .order_by(Conference.starts_at, Conference.id, MinutesEntry.position, MinutesEntry.id)
    )
    if period is not None:
        statement = statement.where(Conference.period_id == period.id)
    return [_voice(entry) for entry in db.session.execute(statement).scalars()]


def _voice(entry: MinutesEntry) -> MinutesVoice:
    minutes = entry.version.minutes
    conference = minutes.conference
    return MinutesVoice(
        stem=entry.stem,
        entry_id=entry.id,
        public_id=entry.public_id,
        text=entry.text,
        minutes_id=minutes.id,
        minutes_public_id=minutes.public_id,
        conference_id=conference.id,
        conference_title=conference.title,
        held_on=conference.starts_at.date(),
        area_ids=tuple(area.id for area in entry.about),
        topic_keys=tuple(topic.key for topic in entry.topics),
        indicator_keys=tuple(indicator.key for indicator in entry.indicators),
        organisations=tuple(entry.raised_by),
    )
