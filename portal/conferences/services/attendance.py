"""Who was there: noted by the office when the event has begun."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.conferences import permissions
from portal.conferences.held import VERSION
from portal.conferences.models import Attendance, Conference, ConferenceState, Invitation
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import lock
from portal.settings import services as settings

WALK_INS_LIMIT = 10_000


def record_attendance(invitation: Invitation, attendance: Attendance | None, *, actor: Actor) -> None:
    """Note whether the organisation was there; refused before the event begins and for a cancelled one."""
    require(permissions.may_organise(actor))
    lock(invitation)
    _refuse_before(invitation.conference)
    if invitation.attendance is attendance:
        return
    invitation.attendance = attendance
    db.session.flush()
    settings.bump(VERSION)
    audit.record(
        "conferences.attendance_noted",
        subject=invitation,
        actor=actor,
        details={"attendance": None if attendance is None else attendance.value},
    )


def record_all(
    conference: Conference, attendances: Mapping[Invitation, Attendance | None], *, walk_ins: int, actor: Actor
) -> int:
    """Note everybody at once, as one sheet of paper says it; how many entries changed."""
    require(permissions.may_organise(actor))
    lock(conference)
    _refuse_before(conference)
    changed = [row for row, attendance in attendances.items() if row.attendance is not attendance]
    for invitation in sorted(changed, key=lambda row: row.id):
        if invitation.conference_id != conference.id:
            raise ValueError("an invitation of another event")
        record_attendance(invitation, attendances[invitation], actor=actor)
    if walk_ins != conference.walk_ins:
        record_walk_ins(conference, walk_ins, actor=actor)
        return len(changed) + 1
    return len(changed)


def record_walk_ins(conference: Conference, count: int, *, actor: Actor) -> None:
    """Note how many came without an invitation; they are counted, never named."""
    require(permissions.may_organise(actor))
    lock(conference)
    _refuse_before(conference)
    if not 0 <= count <= WALK_INS_LIMIT:
        raise Refusal(_("Bitte geben Sie eine Zahl von 0 bis 10.000 ein."), field="walk_ins")
    if count == conference.walk_ins:
        return
    conference.walk_ins = count
    db.session.flush()
    audit.record("conferences.walk_ins_counted", subject=conference, actor=actor, details={"count": count})


def has_begun(conference: Conference) -> bool:
    """Whether attendance can be noted."""
    return conference.state not in (ConferenceState.CANCELLED, ConferenceState.DRAFT) and conference.has_begun


def _refuse_before(conference: Conference) -> None:
    if not has_begun(conference):
        raise Refusal(_("Anwesenheit lässt sich erst eintragen, wenn die Veranstaltung begonnen hat."))
