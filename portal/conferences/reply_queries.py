"""Reading invitations where it is about replies, attendance and letters."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from portal.conferences import permissions
from portal.conferences.models import Conference, ConferenceState, Invitation, Reply
from portal.core import clock
from portal.core.actor import Actor
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.stakeholders import queries as stakeholders
from portal.stakeholders.models import Channel, Organisation, Person

_WITH_ALL = (
    joinedload(Invitation.conference).joinedload(Conference.place_area),
    joinedload(Invitation.organisation),
    joinedload(Invitation.person).joinedload(Person.user),
    joinedload(Invitation.deputy),
)


def conference_for_organiser(actor: Actor, public_id: str) -> Conference:
    """One event for those who organise it; out of sight for everybody else."""
    require(actor.signed_in)
    found = db.session.scalars(select(Conference).where(Conference.public_id == public_id)).one_or_none()
    return require_visible(found, permissions.may_organise(actor))


def invitation_for_organiser(actor: Actor, conference: Conference, public_id: str) -> Invitation:
    """One invitation of the event."""
    require(permissions.may_organise(actor))
    statement = (
        select(Invitation)
        .options(*_WITH_ALL)
        .where(Invitation.public_id == public_id, Invitation.conference_id == conference.id)
    )
    return require_visible(db.session.scalars(statement).unique().one_or_none())


def invitations(actor: Actor, conference: Conference) -> Sequence[Invitation]:
    """Everybody invited to the event, by organisation and name; withdrawn invitations are left out."""
    require(permissions.may_organise(actor))
    statement = (
        select(Invitation)
        .join(Invitation.organisation)
        .join(Person, Person.id == Invitation.person_id)
        .options(*_WITH_ALL)
        .where(Invitation.conference_id == conference.id, Invitation.withdrawn_at.is_(None))
        .order_by(Organisation.sort_key, Person.sort_key, Invitation.id)
    )
    return db.session.scalars(statement).unique().all()


def letters(actor: Actor, conference: Conference, *, only_open: bool = False) -> Sequence[Invitation]:
    """Invitations that go by post, by name; `only_open`: those whose present version was not printed yet."""
    require(permissions.may_organise(actor))
    statement = (
        select(Invitation)
        .join(Person, Person.id == Invitation.person_id)
        .options(*_WITH_ALL)
        .where(
            Invitation.conference_id == conference.id,
            Invitation.sent_as_letter.is_(True),
            Invitation.sent_sequence.is_not(None),
        )
        .order_by(Person.sort_key, Invitation.id)
    )
    rows = db.session.scalars(statement).unique().all()
    return [row for row in rows if is_open_letter(row)] if only_open else rows


def is_open_letter(invitation: Invitation) -> bool:
    """Whether the version that was last sent still waits to be printed."""
    return invitation.sent_as_letter and invitation.printed_sequence != invitation.sent_sequence


def own_invitation(actor: Actor, public_id: str) -> Invitation:
    """An invitation of the organisation the actor acts for; any other does not exist for them."""
    require(actor.signed_in)
    statement = select(Invitation).options(*_WITH_ALL).where(Invitation.public_id == public_id)
    found = db.session.scalars(statement).unique().one_or_none()
    own = found is not None and actor.organisation_id == found.organisation_id and found.withdrawn_at is None
    return require_visible(found, own and found is not None and found.sent_sequence is not None)


def own_invitations(actor: Actor) -> Sequence[Invitation]:
    """Invitations to coming events of the organisation the actor acts for, the next first."""
    if actor.organisation_id is None:
        return []
    return _coming(Invitation.organisation_id == actor.organisation_id)


def own_invitations_elsewhere(actor: Actor) -> Sequence[Invitation]:
    """Unanswered invitations to coming events of the person for other organisations that they may act for."""
    if actor.user_id is None or actor.organisation_id is None:
        return []
    others = {row.organisation_id for row in stakeholders.valid_representations(actor.user_id)}
    others.discard(actor.organisation_id)
    if not others:
        return []
    return _coming(
        Invitation.organisation_id.in_(others),
        Invitation.person.has(Person.user_id == actor.user_id),
        Invitation.reply == Reply.NONE,
    )


def _coming(*conditions: ColumnElement[bool]) -> Sequence[Invitation]:
    statement = (
        select(Invitation)
        .join(Invitation.conference)
        .options(*_WITH_ALL)
        .where(
            *conditions,
            Invitation.withdrawn_at.is_(None),
            Invitation.sent_sequence.is_not(None),
            Conference.state == ConferenceState.PLANNED,
            Conference.ends_at >= clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None),
        )
        .order_by(Conference.starts_at, Invitation.id)
    )
    return db.session.scalars(statement).unique().all()


def is_mailed(invitation: Invitation) -> bool:
    """Whether the invited person is told of a reply by mail."""
    person = invitation.person
    return person.email is not None and person.channel is Channel.MAIL and invitation.reply is not Reply.NONE
