"""Invitations of the demonstration for requests that need a valid address."""

from collections.abc import Callable
from io import BytesIO

from sqlalchemy import select

from portal.conferences import links
from portal.conferences.models import Attendance, Conference, ConferenceState, Invitation, Reply, ReplyChannel
from portal.conferences.services import papers
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.core.transaction import transaction
from portal.stakeholders.models import Channel, Person, Representation


def _coming() -> Conference:
    now = clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None)
    statement = select(Conference).where(Conference.state == ConferenceState.PLANNED, Conference.starts_at > now)
    return db.session.scalars(statement.order_by(Conference.starts_at, Conference.id)).first() or _missing()


def _missing() -> Conference:
    raise AssertionError("the demonstration has no coming event")


def add_shared(add: Callable[..., None]) -> None:
    """A personal link, an invitation as the office addresses it, and one that goes by letter."""
    conference = _coming()
    with transaction():
        invitation = db.session.scalars(
            select(Invitation).where(Invitation.conference_id == conference.id).order_by(Invitation.id)
        ).first()
        assert invitation is not None
        grandmother = Person(name="Oma Muster", channel=Channel.LETTER)
        db.session.add(grandmother)
        db.session.flush()
        letter = _invitation(conference, invitation.organisation_id, grandmother.id, by_letter=True)
        paper = _paper(conference)
        add("personal link", token=links.token(invitation), paper_id=paper)
        represented = Person(name="Vertretene Person", channel=Channel.LETTER)
        db.session.add(represented)
        db.session.flush()
        by_deputy = _represented(conference, invitation.organisation_id, represented)
        add("deputy's link", token=links.deputy_token(by_deputy), paper_id=paper)
        add("invited person", public_id=conference.public_id, invitation_id=invitation.public_id)
        add("invited person's deputy", public_id=conference.public_id, invitation_id=by_deputy.public_id)
        add("nobody invited", public_id=conference.public_id, invitation_id="AAAAAAAAAAAA")
        add("event with letters", public_id=conference.public_id, form__printed=f"{letter.public_id}:0")
        held = db.session.scalars(
            select(Conference).where(Conference.state == ConferenceState.HELD).order_by(Conference.id)
        ).first()
        assert held is not None
        came = db.session.scalars(select(Invitation).where(Invitation.conference_id == held.id)).first()
        assert came is not None
        add(
            "event that began",
            public_id=held.public_id,
            form__walk_ins="2",
            **{f"form__anwesend-{came.public_id}": Attendance.YES},
        )


def own(representation: Representation) -> dict[str, str]:
    """An invitation of the organisation to a coming event."""
    conference = _coming()
    with transaction():
        known = db.session.scalars(
            select(Invitation).where(
                Invitation.conference_id == conference.id,
                Invitation.organisation_id == representation.organisation_id,
                Invitation.person_id == representation.person_id,
            )
        ).one_or_none()
        row = known or _invitation(conference, representation.organisation_id, representation.person_id)
        if row.sent_sequence is None:
            row.sent_sequence = 0
        return {"public_id": row.public_id, "form:reply": "accepted", "paper_id": _paper(conference)}


def _paper(conference: Conference) -> str:
    """A paper for those invited, kept with the event."""
    if not conference.files:
        content = BytesIO(b"%PDF-1.7\n%%EOF\n")
        papers.add(conference, content, name="Plan.pdf", is_public=False, actor=SYSTEM)
    return conference.files[0].public_id


def _represented(conference: Conference, organisation_id: int, person: Person) -> Invitation:
    row = _invitation(conference, organisation_id, person.id)
    row.reply, row.replied_at, row.reply_channel = Reply.DEPUTY, clock.now(), ReplyChannel.LINK
    row.deputy_name, row.deputy_email, row.deputy_nonce = "Rosa", "rosa@verein.example", links.new_nonce()
    db.session.flush()
    return row


def _invitation(conference: Conference, organisation_id: int, person_id: int, *, by_letter: bool = False) -> Invitation:
    row = Invitation(
        conference_id=conference.id,
        organisation_id=organisation_id,
        person_id=person_id,
        link_nonce=links.new_nonce(),
        sent_at=clock.now(),
        sent_sequence=0,
        sent_as_letter=by_letter,
    )
    db.session.add(row)
    db.session.flush()
    return row
