"""Reading statements: one for an actor, what hangs on it, and the voices that findings rest on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.permissions import require, require_visible
from portal.minutes.models import MinutesEntry, MinutesState, MinutesVersion
from portal.needs import codes, permissions
from portal.needs.models import (
    Intake,
    NeedsStatement,
    StatementAnswer,
    StatementKind,
    StatementNumber,
    StatementState,
    StatementSupport,
)
from portal.needs.states import AWAITING_ANSWER
from portal.planning.models import Topic
from portal.stakeholders.models import Organisation, OrganisationState


def released() -> ColumnElement[bool]:
    """Condition: everybody may read the text."""
    return and_(NeedsStatement.is_public.is_(True), NeedsStatement.state != StatementState.DRAFT)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Condition: the actor may know of the statement (see `permissions.may_see`)."""
    parts = [released()]
    if actor.organisation_id is not None:
        parts.append(NeedsStatement.organisation_id == actor.organisation_id)
    if permissions.may_see_all(actor):
        parts.append(NeedsStatement.state != StatementState.DRAFT)
    if permissions.may_see_office_drafts(actor):
        parts.append(NeedsStatement.intake != Intake.PORTAL)
    return or_(*parts)


def _whole() -> Select[NeedsStatement]:
    return select(NeedsStatement).options(
        joinedload(NeedsStatement.organisation),
        joinedload(NeedsStatement.period),
        joinedload(NeedsStatement.merged_into),
        joinedload(NeedsStatement.origin_entry).joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes),
        selectinload(NeedsStatement.areas),
        selectinload(NeedsStatement.topics),
        selectinload(NeedsStatement.indicators),
        selectinload(NeedsStatement.numbers).options(
            joinedload(StatementNumber.indicator), joinedload(StatementNumber.area)
        ),
        selectinload(NeedsStatement.supports).joinedload(StatementSupport.organisation),
        selectinload(NeedsStatement.steps),
        selectinload(NeedsStatement.answers).joinedload(StatementAnswer.person),
    )


def statement_for(actor: Actor, public_id: str) -> NeedsStatement:
    """One statement with everything on it; `NotFound` for what the actor may not know of."""
    found = db.session.scalars(_whole().where(NeedsStatement.public_id == public_id)).one_or_none()
    return require_visible(found, found is not None and permissions.may_see(actor, found))


def draft_for(actor: Actor, public_id: str) -> NeedsStatement:
    """A statement to be written: of the organisation acted for, or one that the office began."""
    require(actor.signed_in)
    found = db.session.scalars(_whole().where(NeedsStatement.public_id == public_id)).one_or_none()
    return require_visible(found, found is not None and permissions.may_see_whole(actor, found))


def draft_of_person(actor: Actor, public_id: str, organisation_ids: Collection[int]) -> NeedsStatement:
    """A draft of any organisation the person acts for: what was typed for it is shown again when they switched."""
    require(actor.signed_in)
    found = db.session.scalars(_whole().where(NeedsStatement.public_id == public_id)).one_or_none()
    return require_visible(found, found is not None and found.organisation_id in organisation_ids)


def to_review(actor: Actor, public_id: str) -> NeedsStatement:
    """A statement for those who answer; signed-in others are refused, unless they may not know of it."""
    require(actor.signed_in)
    found = statement_for(actor, public_id)
    require(permissions.may_review(actor))
    return found


def of_form(form_key: str) -> NeedsStatement | None:
    """What a form with this mark has made already."""
    return db.session.scalars(select(NeedsStatement).where(NeedsStatement.form_key == form_key)).one_or_none()


def of_stem(organisation: Organisation, stem: str) -> NeedsStatement | None:
    """What the organisation made of this entry of minutes."""
    return db.session.scalars(
        select(NeedsStatement).where(
            NeedsStatement.organisation_id == organisation.id, NeedsStatement.origin_stem == stem
        )
    ).one_or_none()


def from_stems(actor: Actor, stems: Collection[str]) -> dict[str, list[NeedsStatement]]:
    """Statements made of these entries that the actor may know of, by stem, the oldest first; one query."""
    if not stems:
        return {}
    rows = db.session.scalars(
        select(NeedsStatement)
        .options(joinedload(NeedsStatement.organisation))
        .where(NeedsStatement.origin_stem.in_(stems), visible_to(actor))
        .order_by(NeedsStatement.id)
    )
    found: dict[str, list[NeedsStatement]] = {}
    for row in rows:
        found.setdefault(row.origin_stem or "", []).append(row)
    return found


def entry_to_take_over(actor: Actor, public_id: str) -> MinutesEntry:
    """A need or resource of released minutes, for those who may make a statement of it."""
    require(permissions.may_enter_for_others(actor))
    found = db.session.scalars(
        select(MinutesEntry)
        .join(MinutesEntry.version)
        .options(
            selectinload(MinutesEntry.topics),
            selectinload(MinutesEntry.indicators),
            selectinload(MinutesEntry.raised_by),
            joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes),
        )
        .where(
            MinutesEntry.public_id == public_id,
            MinutesEntry.kind.in_([kind.value for kind in StatementKind]),
            MinutesVersion.state == MinutesState.RELEASED,
        )
    ).one_or_none()
    return require_visible(found)


def merged_here(statement: NeedsStatement) -> Sequence[NeedsStatement]:
    """Statements that were merged into this one, the oldest first, with senders and supporters."""
    return db.session.scalars(
        select(NeedsStatement)
        .options(
            joinedload(NeedsStatement.organisation),
            selectinload(NeedsStatement.supports).joinedload(StatementSupport.organisation),
        )
        .where(NeedsStatement.merged_into_id == statement.id)
        .order_by(NeedsStatement.id)
    ).all()


def merge_targets(statement: NeedsStatement) -> Sequence[NeedsStatement]:
    """What the statement can be merged into: same kind, submitted, not merged itself; same areas or topics first."""
    rows = db.session.scalars(
        select(NeedsStatement)
        .options(
            joinedload(NeedsStatement.organisation),
            selectinload(NeedsStatement.areas),
            selectinload(NeedsStatement.topics),
        )
        .where(
            NeedsStatement.id != statement.id,
            NeedsStatement.kind == statement.kind,
            NeedsStatement.state.not_in([StatementState.DRAFT, StatementState.MERGED]),
        )
        .order_by(NeedsStatement.sort_key, NeedsStatement.id)
    ).all()
    topics, areas = {topic.id for topic in statement.topics}, {area.id for area in statement.areas}

    def distance(other: NeedsStatement) -> int:
        return (topics.isdisjoint(topic.id for topic in other.topics)) + (
            areas.isdisjoint(area.id for area in other.areas)
        )

    return sorted(rows, key=distance)


def organisation_acted_for(actor: Actor) -> Organisation | None:
    """The organisation itself, with its areas."""
    if actor.organisation_id is None:
        return None
    return db.session.get(Organisation, actor.organisation_id)


def organisations_to_write_for(actor: Actor) -> Sequence[Organisation]:
    """For whom the office can enter a statement, by name."""
    require(permissions.may_enter_for_others(actor))
    rows = db.session.scalars(
        select(Organisation)
        .where(Organisation.state == OrganisationState.VERIFIED)
        .order_by(Organisation.sort_key, Organisation.id)
    )
    return [row for row in rows if permissions.may_put_forward(row)]


def tracked(typed: str) -> NeedsStatement:
    """The submitted statement behind a code, with its course and answers; `NotFound` for every other text."""
    meant = codes.candidates(typed)
    found = None
    if meant:
        found = db.session.scalars(
            select(NeedsStatement)
            .options(
                selectinload(NeedsStatement.areas),
                selectinload(NeedsStatement.topics),
                selectinload(NeedsStatement.steps),
                selectinload(NeedsStatement.answers),
                joinedload(NeedsStatement.merged_into).options(
                    selectinload(NeedsStatement.steps), selectinload(NeedsStatement.answers)
                ),
            )
            .where(NeedsStatement.tracking_code.in_(meant), NeedsStatement.state != StatementState.DRAFT)
            .limit(1)
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Waiting:
    """How many statements wait for somebody, and since when the oldest does."""

    count: int
    since: datetime | None


def awaiting_answer() -> Waiting:
    """Statements on which the county has still to say something."""
    row = db.session.execute(
        select(func.count(), func.min(NeedsStatement.submitted_at)).where(NeedsStatement.state.in_(AWAITING_ANSWER))
    ).one()
    return Waiting(row[0], row[1])


def own_open(actor: Actor) -> Sequence[NeedsStatement]:
    """Drafts and queries of the organisation acted for: what lies with it, the oldest first."""
    own = false() if actor.organisation_id is None else NeedsStatement.organisation_id == actor.organisation_id
    return db.session.scalars(
        select(NeedsStatement)
        .options(selectinload(NeedsStatement.steps))
        .where(own, NeedsStatement.state.in_([StatementState.DRAFT, StatementState.QUERY]))
        .order_by(NeedsStatement.saved_at, NeedsStatement.id)
    ).all()


def office_drafts(actor: Actor) -> Sequence[NeedsStatement]:
    """Drafts the office began for organisations and did not send yet."""
    if not permissions.may_see_office_drafts(actor):
        return []
    return db.session.scalars(
        select(NeedsStatement)
        .options(joinedload(NeedsStatement.organisation))
        .where(NeedsStatement.state == StatementState.DRAFT, NeedsStatement.intake != Intake.PORTAL)
        .order_by(NeedsStatement.saved_at, NeedsStatement.id)
    ).all()


def topics_by_key(keys: Iterable[str]) -> Sequence[Topic]:
    """The topics with these keys, in the order of reports."""
    return db.session.scalars(select(Topic).where(Topic.key.in_(list(keys))).order_by(Topic.position)).all()


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """An organisation that put a statement forward, supports it, or whose own was merged into it."""

    organisation_id: int
    name: str
    is_municipal: bool
    umbrella: str | None


@dataclass(frozen=True, kw_only=True)
class StatementVoice:
    """A need that was put forward, as findings count it.

    `area_ids` as the sender named them: planning areas and municipalities. `speakers` are sender, supporters and
    those of merged statements, each once, without departments of the county. `day` is when it was submitted.
    """

    id: int
    public_id: str
    title: str
    state: StatementState
    day: date
    period_id: int
    is_public: bool
    is_demo: bool
    area_ids: frozenset[int]
    topic_keys: frozenset[str]
    indicator_keys: tuple[str, ...]
    speakers: tuple[Speaker, ...]


def voices(*, period_id: int | None = None) -> list[StatementVoice]:
    """Every need in any state but draft, the oldest first; what was merged counts at its target. Seven queries.

    For machinery (findings), not scoped by an actor: whoever prints it asks whether it is public.
    """
    statement = (
        select(NeedsStatement)
        .options(
            joinedload(NeedsStatement.organisation),
            selectinload(NeedsStatement.areas),
            selectinload(NeedsStatement.topics),
            selectinload(NeedsStatement.indicators),
            selectinload(NeedsStatement.supports).joinedload(StatementSupport.organisation),
        )
        .where(NeedsStatement.kind == StatementKind.NEED, NeedsStatement.state != StatementState.DRAFT)
        .order_by(NeedsStatement.id)
    )
    rows = db.session.scalars(statement).all()
    merged: dict[int, list[NeedsStatement]] = {}
    for row in rows:
        if row.merged_into_id is not None:
            merged.setdefault(row.merged_into_id, []).append(row)
    return [
        _voice(row, merged)
        for row in rows
        if row.merged_into_id is None and (period_id is None or row.period_id == period_id)
    ]


def _voice(row: NeedsStatement, merged: Mapping[int, Sequence[NeedsStatement]]) -> StatementVoice:
    together = [row, *merged.get(row.id, ())]
    speakers: dict[int, Speaker] = {}
    for one in together:
        for organisation in (one.organisation, *(support.organisation for support in one.supports)):
            if organisation.is_voice:
                speakers.setdefault(organisation.id, _speaker(organisation))
    return StatementVoice(
        id=row.id,
        public_id=row.public_id,
        title=row.title,
        state=row.state,
        day=(row.submitted_at or row.created_at).astimezone(clock.LOCAL_ZONE).date(),
        period_id=row.period_id,
        is_public=row.is_public,
        is_demo=row.is_demo,
        area_ids=_every(together, "areas", "id"),
        topic_keys=_every(together, "topics", "key"),
        indicator_keys=tuple(dict.fromkeys(indicator.key for one in together for indicator in one.indicators)),
        speakers=tuple(speakers.values()),
    )


def _every(rows: Sequence[NeedsStatement], of: str, what: str) -> frozenset[Any]:
    return frozenset(getattr(part, what) for row in rows for part in getattr(row, of))


def _speaker(organisation: Organisation) -> Speaker:
    return Speaker(
        organisation_id=organisation.id,
        name=organisation.name,
        is_municipal=organisation.group is not None and organisation.group.value == "municipality",
        umbrella=None if organisation.umbrella is None else organisation.umbrella.value,
    )
