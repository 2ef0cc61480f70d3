"""How the page of changes speaks of events, and which are behind the ids it holds."""

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name, Page
from portal.audit.words import Detail
from portal.conferences import permissions
from portal.conferences.models import (
    Attendance,
    Conference,
    ConferenceKind,
    ConferenceState,
    DeputyReply,
    Invitation,
    Reply,
    ReplyChannel,
)
from portal.core.actor import Actor
from portal.core.database import db
from portal.stakeholders.models import Organisation, Person

ACTIONS = {
    "conferences.created": _l("Veranstaltung angelegt"),
    "conferences.changed": _l("Veranstaltung geändert"),
    "conferences.state_changed": _l("Stand einer Veranstaltung geändert"),
    "conferences.invited": _l("Zu einer Veranstaltung eingeladen"),
    "conferences.invitation_withdrawn": _l("Einladung zurückgezogen"),
    "conferences.sending_asked": _l("Versand von Einladungen begonnen"),
    "conferences.told": _l("Änderung bekannt gegeben"),
    "conferences.replied": _l("Rückmeldung zu einer Einladung"),
    "conferences.deputy_replied": _l("Rückmeldung einer Vertretung"),
    "conferences.attendance_noted": _l("Anwesenheit eingetragen"),
    "conferences.walk_ins_counted": _l("Gäste ohne Einladung gezählt"),
    "conferences.paper_added": _l("Anlage hinzugefügt"),
    "conferences.paper_shown": _l("Sichtbarkeit einer Anlage geändert"),
    "conferences.paper_removed": _l("Anlage entfernt"),
    "conferences.letters_printed": _l("Briefe verschickt"),
}
SUBJECTS = {
    "conference": _l("Veranstaltung"),
    "invitation": _l("Einladung"),
}
DETAILS = {
    "state": Detail(_l("Stand"), values=ConferenceState.choices()),
    "kind": Detail(_l("Art"), values=ConferenceKind.choices()),
    "reply": Detail(_l("Rückmeldung"), values=Reply.choices()),
    "deputy": Detail(_l("Vertretung"), values=DeputyReply.choices()),
    "channel": Detail(_l("Weg"), values=ReplyChannel.choices()),
    "attendance": Detail(_l("Anwesenheit"), values=Attendance.choices()),
    "count": Detail(_l("Anzahl")),
    "is_public": Detail(_l("öffentlich"), values=((True, _l("ja")), (False, _l("nein")))),
    "sequence": Detail(_l("Fassung des Termins")),
}


def name_conferences(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Titles of events by id, as far as the actor may know of them."""
    rows = db.session.execute(select(Conference).where(Conference.id.in_(ids))).scalars()
    return {
        row.id: Name(row.title, row.public_id, page=_page(row.public_id))
        for row in rows
        if permissions.may_see(actor, row)
    }


def _page(public_id: str) -> Page:
    return ("conferences.conference_page", {"public_id": public_id})


def name_invitations(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """The event and who was invited: the person's name is for those who organise, others read the organisation's."""
    sees_people = permissions.may_see_people(actor)
    statement = (
        select(Invitation.id, Person.name, Organisation.name.label("organisation"), Conference)
        .join(Person, Person.id == Invitation.person_id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .join(Conference, Conference.id == Invitation.conference_id)
        .where(Invitation.id.in_(ids))
    )
    return {
        row.id: Name(
            f"{row.Conference.title}: "
            + (_("%(person)s für %(organisation)s", person=row.name, organisation=row.organisation)
               if sees_people else row.organisation),
            page=_page(row.Conference.public_id),
        )
        for row in db.session.execute(statement)
        if permissions.may_see(actor, row.Conference)
    }  # fmt: skip


NAMINGS = {"conference": name_conferences, "invitation": name_invitations}
