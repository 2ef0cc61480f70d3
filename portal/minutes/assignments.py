"""Agreements and tasks of released public minutes, with whoever took them on: for reports.

People are named by the organisation they acted for on the day of the event, never by name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.conferences.models import Conference
from portal.core.database import db
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion
from portal.minutes.queries import done_by_stem, latest_released
from portal.stakeholders.models import Organisation, Representation


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One agreement or task; `organisations` are empty where nobody in particular took it on."""

    kind: EntryKind
    text: str
    organisations: tuple[str, ...]
    due_on: date | None
    done_on: date | None
    stem: str
    minutes_id: str
    event: str
    day: date
    area_ids: frozenset[int]


def assigned(period_id: int) -> list[Assignment]:
    """Everything agreed on and given to somebody at public events of a period, by date; a fixed number of queries."""
    rows = db.session.scalars(
        select(MinutesEntry)
        .join(MinutesEntry.version)
        .join(MinutesVersion.minutes)
        .join(Minutes.conference)
        .where(
            latest_released(),
            Minutes.is_public,
            Conference.period_id == period_id,
            MinutesEntry.kind.in_([EntryKind.TASK, EntryKind.AGREEMENT]),
        )
        .options(
            joinedload(MinutesEntry.version)
            .joinedload(MinutesVersion.minutes)
            .joinedload(Minutes.conference)
            .selectinload(Conference.areas),
            selectinload(MinutesEntry.raised_by),
            selectinload(MinutesEntry.places),
        )
        .order_by(Conference.starts_at, Conference.id, MinutesEntry.position, MinutesEntry.id)
    ).all()
    done = done_by_stem(rows)
    acting = _acting({row.owner_id for row in rows if row.owner_id is not None})
    found = []
    for row in rows:
        event = row.version.minutes.conference
        day = event.starts_at.date()
        finished = done.get(row.stem)
        found.append(
            Assignment(
                kind=row.kind,
                text=row.text,
                organisations=_organisations(acting, row.owner_id, day),
                due_on=row.due_on,
                done_on=None if finished is None else finished.done_on,
                stem=row.stem,
                minutes_id=row.version.minutes.public_id,
                event=event.title,
                day=day,
                area_ids=frozenset(area.id for area in row.about),
            )
        )
    return found


def _acting(people: Collection[int]) -> dict[int, list[Representation]]:
    if not people:
        return {}
    rows = db.session.scalars(
        select(Representation)
        .join(Representation.organisation)
        .options(joinedload(Representation.organisation))
        .where(Representation.person_id.in_(people))
        .order_by(Organisation.sort_key, Representation.id)
    )
    found: dict[int, list[Representation]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _organisations(acting: Mapping[int, list[Representation]], owner_id: int | None, day: date) -> tuple[str, ...]:
    if owner_id is None:
        return ()
    rows = acting.get(owner_id, [])
    names = [
        row.organisation.name for row in rows if row.valid_from <= day and (row.valid_to is None or row.valid_to > day)
    ]
    return tuple(dict.fromkeys(names))
