"""Events of the demonstration for requests that need a valid address."""

from collections.abc import Callable

from sqlalchemy import select

from portal.conferences.models import Conference, ConferenceState, Invitation
from portal.core.database import db


def add_shared(add: Callable[..., None]) -> None:
    """A coming public event with an invitation, a draft, a held one, one that is not public, the cancelled one."""

    def first(*conditions: object) -> Conference:
        statement = select(Conference).where(*conditions).order_by(Conference.starts_at.desc(), Conference.id)  # type: ignore[arg-type]
        return db.session.scalars(statement.limit(1)).one()

    coming = first(Conference.state == ConferenceState.PLANNED, Conference.is_public)
    invitation = db.session.scalars(
        select(Invitation).where(Invitation.conference_id == coming.id).order_by(Invitation.id).limit(1)
    ).one()
    add("coming event", public_id=coming.public_id)
    add("event invitation", public_id=coming.public_id, invitation=invitation.public_id)
    add("invented invitation", public_id=coming.public_id, invitation="AAAAAAAAAAAA")
    papers = {paper.is_public: paper.public_id for paper in coming.files}
    add("public paper", public_id=coming.public_id, paper_id=papers[True])
    add("inner paper", public_id=coming.public_id, paper_id=papers[False])
    add("invented paper", public_id=coming.public_id, paper_id="AAAAAAAAAAAA")
    add("draft event", public_id=first(Conference.state == ConferenceState.DRAFT).public_id)
    add("held event", public_id=first(Conference.state == ConferenceState.HELD).public_id)
    add("cancelled event", public_id=first(Conference.state == ConferenceState.CANCELLED).public_id)
    add("closed event", public_id=first(Conference.state == ConferenceState.PLANNED, ~Conference.is_public).public_id)
