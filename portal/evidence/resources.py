"""Resources and strengths beside the problems of a topic: what is there and can help.

They come from the same places as needs (surveys, statements, released minutes) and are never counted as problems: the
rule does not know them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas.composition import Composition
from portal.areas.models import Area
from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.formats import number
from portal.core.languages import quoting
from portal.evidence.sources import links
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion
from portal.minutes.queries import latest_released
from portal.needs import permissions as needs
from portal.needs import wording
from portal.needs.models import NeedsStatement, StatementKind, StatementState
from portal.planning.models import PlanningPeriod, Topic
from portal.surveys import strengths
from portal.surveys.strengths import Strength


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One thing that is there: what it is, who says so, and where that stands (None: nowhere this reader may go)."""

    text: str
    url: str | None
    sub: Any
    is_demo: bool = False
    is_public: bool = True
    is_german: bool = True


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What is there in a planning area, of one topic or of all. `hidden` counts what this reader may not open."""

    residents: tuple[Resource, ...] = ()
    statements: tuple[Resource, ...] = ()
    entries: tuple[Resource, ...] = ()
    hidden: int = field(default=0)

    @property
    def everything(self) -> tuple[Resource, ...]:
        return (*self.residents, *self.statements, *self.entries)


def of_area(
    area_id: int, actor: Actor, period: PlanningPeriod, composition: Composition, *, topic: str | None = None
) -> Resources:
    """Resources of a planning area and everything in it, as the actor may see them; four queries at most."""
    places = composition.within(area_id)
    statements, closed = _statements(places, actor, period, topic)
    entries, shut = _entries(places, actor, period, topic)
    return Resources(
        residents=_residents(area_id, period, composition, topic),
        statements=statements,
        entries=entries,
        hidden=closed + shut,
    )


def _residents(
    area_id: int, period: PlanningPeriod, composition: Composition, topic: str | None
) -> tuple[Resource, ...]:
    slug = composition.areas[area_id].slug
    found = strengths.strengths(period_id=period.id, language=str(get_locale()))
    return tuple(
        Resource(
            text=one.text,
            url=links.survey_results(one.round_slug, slug, one.item),
            sub=in_words(one),
            is_demo=one.is_demo,
            is_german=one.language == "de",
        )
        for one in found
        if one.area_id == area_id and (topic is None or topic in one.topics)
    )


def in_words(one: Strength) -> str:
    """`41 von 100 nennen es (39 von 96 gültigen Antworten)`."""
    return _(
        "%(share)s von 100 nennen es (%(count)s von %(n)s gültigen Antworten)",
        share=number(100 * one.share),
        count=number(one.count),
        n=number(one.n),
    )


def _statements(
    places: Collection[int], actor: Actor, period: PlanningPeriod, topic: str | None
) -> tuple[tuple[Resource, ...], int]:
    statement = (
        select(NeedsStatement)
        .options(joinedload(NeedsStatement.organisation))
        .where(
            NeedsStatement.period_id == period.id,
            NeedsStatement.kind == StatementKind.RESOURCE,
            NeedsStatement.state != StatementState.DRAFT,
            NeedsStatement.areas.any(Area.id.in_(places)),
        )
        .order_by(NeedsStatement.submitted_at, NeedsStatement.id)
    )
    if topic is not None:
        statement = statement.where(NeedsStatement.topics.any(Topic.key == topic))
    rows: Sequence[NeedsStatement] = db.session.scalars(statement).all()
    seen = [row for row in rows if needs.may_see(actor, row)]
    found = tuple(
        Resource(
            text=row.title,
            url=links.statement(row.public_id),
            sub=_("Hinweis auf eine Ressource: %(name)s", name=wording.sender(row, actor=actor)),
            is_demo=row.is_demo,
            is_public=row.is_public,
        )
        for row in seen
    )
    return found, len(rows) - len(seen)


def _entries(
    places: Collection[int], actor: Actor, period: PlanningPeriod, topic: str | None
) -> tuple[tuple[Resource, ...], int]:
    statement = (
        select(MinutesEntry)
        .join(MinutesVersion, MinutesVersion.id == MinutesEntry.version_id)
        .join(Minutes, Minutes.id == MinutesVersion.minutes_id)
        .join(Conference, Conference.id == Minutes.conference_id)
        .options(
            joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes).joinedload(Minutes.conference),
            selectinload(MinutesEntry.topics),
        )
        .where(
            Conference.period_id == period.id,
            or_(
                MinutesEntry.places.any(Area.id.in_(places)),
                and_(~MinutesEntry.places.any(), Conference.areas.any(Area.id.in_(places))),
            ),
            MinutesEntry.kind == EntryKind.RESOURCE,
            latest_released(),
        )
        .order_by(Conference.starts_at, Conference.id, MinutesEntry.position, MinutesEntry.id)
    )
    if topic is not None:
        statement = statement.where(MinutesEntry.topics.any(Topic.key == topic))
    rows = db.session.scalars(statement).unique().all()
    seen = [row for row in rows if actor.is_staff or row.version.minutes.is_public]
    found = tuple(
        Resource(
            text=row.text,
            url=links.minutes_entry(row),
            sub=quoting(_("Protokoll: %(title)s"), title=row.version.minutes.conference.title),
            is_demo=row.version.minutes.is_demo,
            is_public=row.version.minutes.is_public,
        )
        for row in seen
    )
    return found, len(rows) - len(seen)


def as_draft(found: Resources) -> str:
    """A first draft of *Ressourcen und Stärken*, from what everybody may read: one line each."""
    return "\n".join(one.text for one in found.everything if one.is_public)
