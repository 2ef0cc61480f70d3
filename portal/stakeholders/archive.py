"""The archive: organisations that no longer take part. What they said stays and bears their name."""

from collections.abc import Collection

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import clean_text
from portal.core.transaction import lock
from portal.stakeholders import extension, permissions
from portal.stakeholders.models import Organisation, OrganisationState

REASON_LIMIT = 2000


def archive(organisations: Collection[Organisation], *, actor: Actor, reason: str = "") -> int:
    """Put them into the archive; how many were not there yet. `reason` is for the county and the organisation.

    From then on nobody invites them or puts forward needs in their name; invitations that were sent stay until
    somebody withdraws them, those that were not leave their lists.
    """
    require(permissions.may_archive(actor))
    words = clean_text(reason)
    if len(words) > REASON_LIMIT:
        raise Refusal(_("Bitte kürzen Sie den Text auf %(count)s Zeichen.", count=REASON_LIMIT), field="reason")
    gone = [lock(one) for one in _in_order(organisations)]
    gone = [one for one in gone if not one.is_archived]
    if not gone:
        return 0
    for organisation in gone:
        organisation.archived_from = organisation.state
        organisation.state = OrganisationState.ARCHIVED
        organisation.archived_at = clock.now()
        organisation.archive_reason = words
        audit.record("stakeholders.organisation_archived", subject=organisation, actor=actor)
    db.session.flush()
    for take_back in extension.on_archiving:
        take_back([one.id for one in gone], actor)
    return len(gone)


def restore(organisations: Collection[Organisation], *, actor: Actor) -> int:
    """Take them out of the archive, back to the state they had; how many were there."""
    require(permissions.may_archive(actor))
    back = [lock(one) for one in _in_order(organisations)]
    back = [one for one in back if one.is_archived]
    for organisation in back:
        assert organisation.archived_from is not None
        organisation.state = organisation.archived_from
        organisation.archived_at = organisation.archived_from = None
        organisation.archive_reason = ""
        audit.record("stakeholders.organisation_restored", subject=organisation, actor=actor)
    db.session.flush()
    return len(back)


def _in_order(organisations: Collection[Organisation]) -> list[Organisation]:
    """By id: two acts on the same rows never wait for each other in a circle."""
    return sorted(organisations, key=lambda one: one.id)
