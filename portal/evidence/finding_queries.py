"""Reading findings: one for a page, who is heard, what waits for whom."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.evidence import permissions, queries
from portal.evidence.hearings import queries as hearing_queries
from portal.evidence.models import (
    Finding,
    FindingDecision,
    FindingDissent,
    FindingHearing,
    FindingSource,
    FindingState,
    FindingVersion,
    SourceKind,
)
from portal.planning.models import PlanningPeriod, Topic
from portal.stakeholders.models import Body, Organisation, OrganisationKind, OrganisationState, Person, Representation


def _whole() -> Select[Finding]:
    """A finding with everything on it. Versions, dissents and decisions are few: they come with the finding itself."""
    versions = joinedload(Finding.versions)
    return select(Finding).options(
        joinedload(Finding.area),
        joinedload(Finding.topic),
        joinedload(Finding.period),
        versions.joinedload(FindingVersion.responsible),
        versions.joinedload(FindingVersion.adopted_by),
        versions.joinedload(FindingVersion.cosigned_by),
        versions.joinedload(FindingVersion.rule_version),
        joinedload(Finding.dissents).options(joinedload(FindingDissent.organisation)),
        joinedload(Finding.decisions).options(joinedload(FindingDecision.body)),
        selectinload(Finding.steps),
        selectinload(Finding.hearings).options(
            joinedload(FindingHearing.municipality), joinedload(FindingHearing.organisation)
        ),
    )


def of_cell(actor: Actor, *, area_id: int, topic_id: int, period_id: int) -> Finding | None:
    """The finding of a cell as far as the actor may see it: staff always, others once it was published."""
    found = (
        db.session.scalars(
            _whole().where(Finding.area_id == area_id, Finding.topic_id == topic_id, Finding.period_id == period_id)
        )
        .unique()
        .one_or_none()
    )
    if found is None or permissions.may_see_unpublished(actor) or found.public_version is not None:
        return found
    return None


def finding_for(actor: Actor, public_id: str) -> Finding:
    """A finding under way, for staff; `NotFound` for everybody else."""
    require(actor.signed_in)
    found = db.session.scalars(_whole().where(Finding.public_id == public_id)).unique().one_or_none()
    return require_visible(found, permissions.may_see_unpublished(actor))


def heard_finding(actor: Actor, public_id: str) -> tuple[Finding, list[FindingHearing]]:
    """A finding and the hearings in which the organisation acted for is heard; staff sees all of them.

    `NotFound` for everybody else: before its publication nobody but those heard knows of a finding.
    """
    require(actor.signed_in)
    found = require_visible(db.session.scalars(_whole().where(Finding.public_id == public_id)).unique().one_or_none())
    places = hearing_queries.administered_places(actor)
    own = [one for one in found.current_hearings if one.municipality_id in places]
    require_visible(found, bool(own) or permissions.may_see_unpublished(actor))
    return found, own


def sources_of(version: FindingVersion) -> Sequence[FindingSource]:
    """What a version rests on, with the rows themselves."""
    return db.session.scalars(
        select(FindingSource)
        .options(
            joinedload(FindingSource.round),
            joinedload(FindingSource.statement),
            joinedload(FindingSource.entry),
            joinedload(FindingSource.indicator),
        )
        .where(FindingSource.version_id == version.id)
        .order_by(FindingSource.id)
    ).all()


def using(actor: Actor, kind: SourceKind, ids: Collection[int], *, item: str = "") -> dict[int, list[Finding]]:
    """Findings whose latest version visible to the actor rests on these rows, by row id; one query."""
    if not ids:
        return {}
    column = {
        SourceKind.SURVEY_ITEM: FindingSource.round_id,
        SourceKind.STATEMENT: FindingSource.statement_id,
        SourceKind.MINUTES_ENTRY: FindingSource.entry_id,
        SourceKind.INDICATOR: FindingSource.indicator_id,
    }[kind]
    statement = (
        select(column, Finding)
        .join(FindingVersion, FindingVersion.id == FindingSource.version_id)
        .join(Finding, Finding.id == FindingVersion.finding_id)
        .join(Topic, Topic.id == Finding.topic_id)
        .join(Area, Area.id == Finding.area_id)
        .options(joinedload(Finding.area), joinedload(Finding.topic), joinedload(Finding.period))
        .where(FindingSource.kind == kind, column.in_(ids))
        .order_by(Area.sort_key, Topic.position, Finding.id)
    )
    if item:
        statement = statement.where(FindingSource.item == item)
    if not permissions.may_see_unpublished(actor):
        statement = statement.where(FindingVersion.published_at.is_not(None))
    found: dict[int, list[Finding]] = {}
    for owner, finding in db.session.execute(statement).unique():
        known = found.setdefault(owner or 0, [])
        if finding not in known:
            known.append(finding)
    return found


def everything() -> Sequence[Finding]:
    """Every finding with its place, topic and versions, the one that moved last first; one query."""
    statement = (
        select(Finding)
        .options(
            joinedload(Finding.area), joinedload(Finding.topic), joinedload(Finding.period),
            joinedload(Finding.versions),
        )
        .order_by(Finding.touched_at.desc(), Finding.id)
    )  # fmt: skip
    return db.session.scalars(statement).unique().all()


def waiting_for_cosigning() -> Sequence[Finding]:
    """Adopted and not yet co-signed, the oldest first; one query."""
    return _in_states(FindingState.ADOPTED)


def under_way() -> Sequence[Finding]:
    """Open again, co-signed or in their hearing: what lies with the planners, the oldest first; two queries."""
    return _in_states(FindingState.REOPENED, FindingState.COSIGNED, FindingState.HEARING, hearings=True)


def in_hearing() -> Sequence[Finding]:
    """Findings whose municipalities are being heard, the oldest first; two queries."""
    return _in_states(FindingState.HEARING, hearings=True)


def periods() -> Sequence[PlanningPeriod]:
    """Periods with findings, and today's, in order; two queries."""
    held = select(PlanningPeriod).where(PlanningPeriod.id.in_(select(Finding.period_id)))
    found = list(db.session.scalars(held.order_by(PlanningPeriod.id)))
    present = queries.present_period()
    return found if present is None or present in found else [present, *found]


def judged(period_id: int) -> dict[tuple[int, str], Finding]:
    """Findings of a period by planning area and topic, with what decides what another proposal does to them."""
    statement = (
        select(Finding)
        .where(Finding.period_id == period_id)
        .options(
            joinedload(Finding.topic), selectinload(Finding.versions), selectinload(Finding.steps),
            selectinload(Finding.hearings),
        )
        .order_by(Finding.id)
    )  # fmt: skip
    return {(one.area_id, one.topic.key): one for one in db.session.scalars(statement)}


def with_letters() -> Sequence[Finding]:
    """Findings in their hearing, and those whose municipalities have to be told by letter of a change; two queries."""
    return _loaded(
        or_(Finding.state == FindingState.HEARING, Finding.hearings.any(FindingHearing.letter_news.is_not(None))),
        hearings=True,
    )


def _in_states(*states: FindingState, hearings: bool = False) -> Sequence[Finding]:
    return _loaded(Finding.state.in_(states), hearings=hearings)


def _loaded(which: ColumnElement[bool], *, hearings: bool) -> Sequence[Finding]:
    statement = (
        select(Finding)
        .options(
            joinedload(Finding.area),
            joinedload(Finding.topic),
            joinedload(Finding.period),
            joinedload(Finding.versions).joinedload(FindingVersion.adopted_by),
        )
        .where(which)
        .order_by(Finding.touched_at, Finding.id)
    )
    if hearings:
        statement = statement.options(selectinload(Finding.hearings))
    return db.session.scalars(statement).unique().all()


def next_steps_due(until: date) -> Sequence[Finding]:
    """Published findings whose next step is due by the day, the most urgent first."""
    statement = (
        select(Finding)
        .join(FindingVersion, FindingVersion.finding_id == Finding.id)
        .options(
            joinedload(Finding.area),
            joinedload(Finding.topic),
            joinedload(Finding.period),
            joinedload(Finding.versions).joinedload(FindingVersion.responsible),
        )
        .where(FindingVersion.published_at == Finding.published_at, FindingVersion.due_on <= until)
        .order_by(FindingVersion.due_on, Finding.id)
    )
    return db.session.scalars(statement).unique().all()


def hearings_of(actor: Actor) -> Sequence[FindingHearing]:
    """Running hearings of the organisation acted for, the earliest end first."""
    places = hearing_queries.administered_places(actor)
    if not places:
        return []
    return db.session.scalars(
        select(FindingHearing)
        .join(Finding, Finding.id == FindingHearing.finding_id)
        .options(
            joinedload(FindingHearing.finding).joinedload(Finding.area),
            joinedload(FindingHearing.finding).joinedload(Finding.topic),
            joinedload(FindingHearing.municipality),
        )
        .where(
            FindingHearing.municipality_id.in_(places),
            Finding.state == FindingState.HEARING,
            FindingHearing.ends_on >= clock.today(),
        )
        .order_by(FindingHearing.ends_on, FindingHearing.id)
    ).all()


def counts_by_area() -> dict[int, tuple[int, int]]:
    """Planning area → how many findings there are, and how many of them everybody may read."""
    statement = select(Finding.area_id, func.count(), func.count(Finding.published_at)).group_by(Finding.area_id)
    return {area: (found, public) for area, found, public in db.session.execute(statement)}


def published(*, area_id: int | None = None, limit: int | None = None) -> Sequence[Finding]:
    """Published findings with their versions and what bodies said, the latest first; three queries."""
    statement = (
        select(Finding)
        .options(
            joinedload(Finding.area), joinedload(Finding.topic), joinedload(Finding.period),
            selectinload(Finding.versions), selectinload(Finding.decisions).joinedload(FindingDecision.body),
        )
        .where(Finding.published_at.is_not(None))
        .order_by(Finding.published_at.desc(), Finding.id)
    )  # fmt: skip
    if area_id is not None:
        statement = statement.where(Finding.area_id == area_id)
    return db.session.scalars(statement if limit is None else statement.limit(limit)).all()


def row(area_id: int, topic_id: int, period_id: int) -> tuple[Area, Topic, PlanningPeriod]:
    """The rows behind a cell."""
    area, topic, period = (
        db.session.get(Area, area_id), db.session.get(Topic, topic_id), db.session.get(PlanningPeriod, period_id),
    )  # fmt: skip
    return require_visible(area), require_visible(topic), require_visible(period)


def municipalities_of(area_id: int) -> Sequence[Area]:
    """Municipalities of a planning area today, by name."""
    return db.session.scalars(
        select(Area)
        .join(AreaMembership, AreaMembership.member_id == Area.id)
        .where(
            AreaMembership.group_id == area_id,
            AreaMembership.kind == MembershipKind.PLANNING_AREA,
            Area.kind == AreaKind.MUNICIPALITY,
            hearing_queries.holds(clock.today()),
        )
        .order_by(Area.sort_key, Area.id)
    ).all()


def responsible_choices() -> Sequence[Organisation]:
    """Organisations that can take the next step."""
    return db.session.scalars(
        select(Organisation)
        .where(Organisation.state == OrganisationState.VERIFIED)
        .order_by(Organisation.sort_key, Organisation.id)
    ).all()


def bodies() -> Sequence[Body]:
    return db.session.scalars(select(Body).order_by(Body.sort_key, Body.id)).all()


def own_departments(actor: Actor) -> Sequence[Organisation]:
    """County departments the person acts for: in whose name a dissent is printed."""
    today = clock.today()
    return db.session.scalars(
        select(Organisation)
        .join(Representation, Representation.organisation_id == Organisation.id)
        .join(Person, Person.id == Representation.person_id)
        .where(
            Person.user_id == actor.user_id,
            Organisation.kind == OrganisationKind.COUNTY_DEPARTMENT,
            Representation.valid_from <= today,
            or_(Representation.valid_to.is_(None), Representation.valid_to > today),
        )
        .order_by(Organisation.sort_key)
        .distinct()
    ).all()


def of_period(actor: Actor, period_id: int, *, area_ids: Collection[int]) -> Sequence[Finding]:
    """The findings of these areas in a period as far as the actor may see them, in the order of the topics."""
    rows = (
        db.session.scalars(
            _whole()
            .join(Topic, Topic.id == Finding.topic_id)
            .where(Finding.period_id == period_id, Finding.area_id.in_(area_ids))
            .order_by(Topic.position, Finding.id)
        )
        .unique()
        .all()
    )
    return [row for row in rows if permissions.may_see_unpublished(actor) or row.public_version is not None]
