"""Letters that went to the post."""

from collections.abc import Mapping

from sqlalchemy import select

from portal.audit import services as audit
from portal.conferences import permissions
from portal.conferences.models import Conference, Invitation
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require
from portal.core.transaction import lock


def note_printed(conference: Conference, versions: Mapping[str, int], *, actor: Actor) -> int:
    """Note that letters were printed and sent; how many are new.

    `versions` names the invitations of the printed document with the version of the date that stands in them: a
    letter that was overtaken by a change in the meantime stays to be printed.
    """
    require(permissions.may_organise(actor))
    lock(conference)
    rows = db.session.scalars(
        select(Invitation)
        .where(
            Invitation.conference_id == conference.id,
            Invitation.sent_as_letter.is_(True),
            Invitation.public_id.in_(versions),
        )
        .order_by(Invitation.id)
        .with_for_update(of=Invitation)
    ).all()
    count = 0
    for row in rows:
        version = versions[row.public_id]
        if row.sent_sequence != version or row.printed_sequence == version:
            continue
        row.printed_sequence = version
        row.sent_at = clock.now()
        count += 1
    if count:
        db.session.flush()
        audit.record("conferences.letters_printed", subject=conference, actor=actor, details={"count": count})
    return count
