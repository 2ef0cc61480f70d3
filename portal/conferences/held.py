"""Events that took place, for those who weigh what was asked and answered there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.conferences.models import AgendaItem, Attendance, Conference, ConferenceState, Invitation
from portal.conferences.parameters import required_groups
from portal.core.database import db
from portal.planning.models import Phase, PlanningPeriod
from portal.stakeholders.models import Organisation, OrganisationKind

# Data version of everything that is computed from events: who was there, what was on the agenda.
VERSION = "conferences"
THERE = (Attendance.YES, Attendance.DEPUTY)


@dataclass(frozen=True, kw_only=True)
class HeldEvent:
    """What of a held event counts: areas, topics of the agenda, groups that were there themselves or by deputy."""

    conference_id: int
    public_id: str
    title: str
    phase: Phase
    begins: datetime
    area_ids: frozenset[int]
    agenda_topics: frozenset[str]
    organisation_ids: frozenset[int]
    groups_present: frozenset[OrganisationKind]
    groups_required: int

    @property
    def share(self) -> float:
        """Share of the required groups that was there; 0 if none is required."""
        return len(self.groups_present) / self.groups_required if self.groups_required else 0.0


def held_events(*, period: PlanningPeriod | None = None, until: datetime | None = None) -> list[HeldEvent]:
    """Every held event of the period (default: all) that had ended by `until`, by date; a fixed number of queries.

    `groups_present` holds required groups only.
    """
    statement = (
        select(Conference)
        .options(selectinload(Conference.areas), selectinload(Conference.agenda).selectinload(AgendaItem.topics))
        .where(Conference.state == ConferenceState.HELD)
        .order_by(Conference.starts_at, Conference.id)
    )
    if period is not None:
        statement = statement.where(Conference.period_id == period.id)
    events = [one for one in db.session.execute(statement).scalars() if until is None or one.ends <= until]
    required = frozenset(required_groups())
    present = _present({one.id for one in events})
    return [_held(one, present.get(one.id, ()), required) for one in events]


def last_present(ids: Collection[int]) -> dict[int, date]:
    """The day of the last held event at which each organisation was there, itself or by deputy; one query."""
    statement = (
        select(Invitation.organisation_id, func.max(Conference.starts_at))
        .join(Invitation.conference)
        .where(
            Invitation.organisation_id.in_(ids),
            Invitation.attendance.in_(THERE),
            Conference.state == ConferenceState.HELD,
        )
        .group_by(Invitation.organisation_id)
    )
    return {organisation_id: starts_at.date() for organisation_id, starts_at in db.session.execute(statement)}


def days_present() -> Select[tuple[int, str]]:
    """Each organisation with the days of the held events at which it was there, to sort and filter by."""
    return (
        select(Invitation.organisation_id, func.substr(cast(Conference.starts_at, String), 1, 10).label("day"))
        .join(Invitation.conference)
        .where(Invitation.attendance.in_(THERE), Conference.state == ConferenceState.HELD)
    )


def _held(conference: Conference, present: Iterable[Organisation], required: frozenset[OrganisationKind]) -> HeldEvent:
    organisations = list(present)
    return HeldEvent(
        conference_id=conference.id,
        public_id=conference.public_id,
        title=conference.title,
        phase=conference.phase,
        begins=conference.begins,
        area_ids=frozenset(area.id for area in conference.areas),
        agenda_topics=frozenset(topic.key for item in conference.agenda for topic in item.topics),
        organisation_ids=frozenset(one.id for one in organisations),
        groups_present=frozenset(one.group for one in organisations if one.group is not None) & required,
        groups_required=len(required),
    )


def _present(ids: set[int]) -> dict[int, list[Organisation]]:
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.organisation))
        .where(Invitation.conference_id.in_(ids), Invitation.attendance.in_(THERE))
        .order_by(Invitation.id)
    )
    found: dict[int, list[Organisation]] = {}
    for row in db.session.execute(statement).scalars():
        found.setdefault(row.conference_id, []).append(row.organisation)
    return found
