"""Who is invited: one person for one organisation each; adding and withdrawing."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from portal.audit import services as audit
from portal.conferences import links, permissions, queries
from portal.conferences.models import Conference, Invitation
from portal.conferences.services import replies, sending
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import lock
from portal.stakeholders.models import Organisation, OrganisationState, Person


def invite(conference: Conference, people: Collection[tuple[Organisation, Person]], *, actor: Actor) -> int:
    """Put people on the list of those invited; how many are new. Nothing is sent yet.

    Who is on the list already stays; whose invitation was withdrawn is invited anew. Refuses organisations the
    county has not checked or keeps in the archive, and events that are cancelled, over, or have begun.
    """
    require(permissions.may_organise(actor))
    lock(conference)
    if not permissions.may_invite(actor, conference):
        raise Refusal(_("Zu dieser Veranstaltung wird nicht mehr eingeladen."))
    for organisation, _person in people:
        if organisation.is_archived:
            raise Refusal(_("„%(name)s“ steht im Archiv und wird nicht mehr eingeladen.", name=organisation.name))
        if organisation.state is not OrganisationState.VERIFIED:
            raise Refusal(
                _("„%(name)s“ ist noch nicht geprüft und kann nicht eingeladen werden.", name=organisation.name)
            )
    _check_representation(people)
    known = {
        (row.organisation_id, row.person_id): row
        for row in db.session.scalars(select(Invitation).filter_by(conference_id=conference.id))
    }
    added = 0
    for organisation, person in people:
        row = known.get((organisation.id, person.id))
        if row is not None and row.withdrawn_at is None:
            continue
        if row is None:
            row = Invitation(
                conference_id=conference.id,
                organisation_id=organisation.id,
                person_id=person.id,
                link_nonce=links.new_nonce(),
            )
            known[organisation.id, person.id] = row
            db.session.add(row)
        else:
            _again(row, conference)
        added += 1
    if added:
        db.session.flush()
        audit.record("conferences.invited", subject=conference, actor=actor, details={"count": added})
    return added


def _check_representation(people: Collection[tuple[Organisation, Person]]) -> None:
    """Each person acts for their organisation today."""
    acting = queries.acting_for({organisation.id for organisation, _person in people}, clock.today())
    for organisation, person in people:
        if (organisation.id, person.id) not in acting:
            raise Refusal(_("%(person)s handelt nicht für „%(name)s“.", person=person.name, name=organisation.name))


def _again(invitation: Invitation, conference: Conference) -> None:
    """Ask once more. After a cancellation only a higher number brings the entry back into the calendar."""
    if invitation.sent_sequence is not None:
        conference.sequence = max(conference.sequence, invitation.sent_sequence + 1)
    invitation.withdrawn_at = None
    invitation.sent_sequence = None
    invitation.sent_at = None
    invitation.printed_sequence = None  # on paper, too, it is an invitation and no change
    replies.start_anew(invitation)


def take_off_lists(organisation_ids: Collection[int], actor: Actor) -> None:
    """Organisations go into the archive: invitations that nobody has got yet are taken off the lists."""
    rows = db.session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id.in_(organisation_ids),
            Invitation.sent_sequence.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.conference_id, Invitation.id)
    ).all()
    for row in rows:
        require(permissions.may_organise(actor))
        audit.record("conferences.invitation_withdrawn", subject=row, actor=actor)
        db.session.delete(row)
    db.session.flush()


def withdraw(invitation: Invitation, *, actor: Actor) -> None:
    """The person is no longer invited. Who had the invitation already gets a mail that takes the date back."""
    require(permissions.may_organise(actor))
    conference = lock(invitation.conference)
    lock(invitation)
    if invitation.withdrawn_at is not None:
        return
    if not permissions.may_invite(actor, conference):
        raise Refusal(_("Diese Einladung lässt sich nicht mehr zurückziehen."))
    if invitation.sent_sequence is None:
        audit.record("conferences.invitation_withdrawn", subject=invitation, actor=actor)
        db.session.delete(invitation)
        db.session.flush()
        return
    conference.sequence += 1
    invitation.withdrawn_at = clock.now()
    sending.take_back(invitation, sequence=conference.sequence)
    db.session.flush()
    if invitation.reply in replies.SEATED:
        replies.fill_seats(conference)
    audit.record("conferences.invitation_withdrawn", subject=invitation, actor=actor)
