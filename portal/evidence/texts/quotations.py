"""One voice in its own words for the page of a planning area, from what everybody may read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.conferences.models import AgendaItem, Conference
from portal.core.database import db
from portal.core.languages import german
from portal.evidence.models import Finding, FindingSource, FindingVersion
from portal.evidence.sources import links
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion
from portal.minutes.queries import latest_released

# What is longer is no quotation but a report.
_LONGEST = 240
# Entries without an item of the agenda come last.
_WITHOUT_ITEM = 100_000


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """Words of public minutes, where they stand and from which day they are."""

    text: str
    source: Any
    on: date
    url: str
    is_demo: bool


def of_area(area_id: int) -> Quotation | None:
    """A need from public minutes on which a published finding of the planning area rests; one query.

    Always the same one until there is a later event: of the latest event the first in the order of the minutes, as the
    last released version has it. None where there is none. Answers to surveys and the reasons that organisations give
    with their statements are nobody's to quote: they are not public.
    """
    rested_on = (
        select(MinutesEntry.stem)
        .join(FindingSource, FindingSource.entry_id == MinutesEntry.id)
        .join(FindingVersion, FindingVersion.id == FindingSource.version_id)
        .join(Finding, Finding.id == FindingVersion.finding_id)
        .where(Finding.area_id == area_id, FindingVersion.published_at.is_not(None))
    )
    found = db.session.scalars(
        select(MinutesEntry)
        .join(MinutesVersion, MinutesVersion.id == MinutesEntry.version_id)
        .join(Minutes, Minutes.id == MinutesVersion.minutes_id)
        .join(Conference, Conference.id == Minutes.conference_id)
        .outerjoin(MinutesEntry.agenda_item)
        .options(joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes).joinedload(Minutes.conference))
        .where(
            MinutesEntry.kind == EntryKind.NEED,
            MinutesEntry.stem.in_(rested_on),
            func.length(MinutesEntry.text) <= _LONGEST,
            Minutes.is_public,
            latest_released(),
        )
        .order_by(
            Conference.starts_at.desc(), Conference.id.desc(), func.coalesce(AgendaItem.number, _WITHOUT_ITEM),
            MinutesEntry.position, MinutesEntry.id,
        )
        .limit(1)
    ).first()  # fmt: skip
    if found is None:
        return None
    minutes = found.version.minutes
    return Quotation(
        text=found.text,
        source=german(minutes.conference.title),
        on=minutes.conference.starts_at.date(),
        url=links.minutes_entry(found),
        is_demo=minutes.is_demo,
    )
