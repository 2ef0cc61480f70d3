"""Who was there, as the event's invitations say it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.conferences.models import Attendance, Conference, Invitation
from portal.core.database import db
from portal.stakeholders.models import Organisation

THERE = (Attendance.YES, Attendance.DEPUTY)


@dataclass(frozen=True)
class Present:
    """An organisation that was there, and by whom; `is_deputy`: somebody came in another's place."""

    organisation: Organisation
    person: str
    is_deputy: bool


@dataclass(frozen=True)
class AttendanceList:
    """Everybody who was there, by name of the organisation; `walk_ins` came without an invitation.

    `is_recorded` is false before anybody noted who came.
    """

    present: Sequence[Present]
    walk_ins: int
    is_recorded: bool

    @property
    def organisations(self) -> list[Organisation]:
        return list({one.organisation.id: one.organisation for one in self.present}.values())


def attendance(conference: Conference) -> AttendanceList:
    """The attendance list of an event; one query."""
    rows = _invitations(conference)
    present = [
        Present(row.organisation, _came(row), row.attendance is Attendance.DEPUTY)
        for row in rows
        if row.attendance in THERE
    ]
    return AttendanceList(present, conference.walk_ins, any(row.attendance is not None for row in rows))


def speakers(conference: Conference) -> list[Organisation]:
    """Organisations that can have put something forward: those present, or all invited while nobody noted who came."""
    rows = _invitations(conference)
    if any(row.attendance is not None for row in rows):
        rows = [row for row in rows if row.attendance in THERE]
    return list({row.organisation_id: row.organisation for row in rows}.values())


def invited_organisations(conference_id: int) -> frozenset[int]:
    """Ids of the organisations that were really invited: the invitation went out or somebody came to it."""
    rows = db.session.execute(
        select(Invitation.organisation_id).where(
            Invitation.conference_id == conference_id,
            Invitation.withdrawn_at.is_(None),
            Invitation.sent_at.is_not(None) | Invitation.attendance.in_(THERE),
        )
    )
    return frozenset(rows.scalars())


def _came(invitation: Invitation) -> str:
    if invitation.attendance is not Attendance.DEPUTY:
        return invitation.person.name
    if invitation.deputy is not None:
        return invitation.deputy.name
    return invitation.deputy_name or invitation.person.name


def _invitations(conference: Conference) -> list[Invitation]:
    statement = (
        select(Invitation)
        .join(Invitation.organisation)
        .options(joinedload(Invitation.organisation), joinedload(Invitation.person), joinedload(Invitation.deputy))
        .where(Invitation.conference_id == conference.id, Invitation.withdrawn_at.is_(None))
        .order_by(Organisation.sort_key, Organisation.id, Invitation.id)
    )
    return list(db.session.execute(statement).scalars())
