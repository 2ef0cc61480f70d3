"""How the page of changes speaks of mail."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.outbox import permissions
from portal.outbox.models import OutboxMessage

ACTIONS = {
    "outbox.retried": _l("E-Mail erneut zum Senden vorgemerkt"),
    "outbox.retried_reason": _l("E-Mails mit demselben Fehler erneut zum Senden vorgemerkt"),
    "outbox.withdrawn": _l("E-Mail zurückgezogen"),
}
SUBJECTS = {"outbox_message": _l("E-Mail")}
DETAILS = {"count": Detail(_l("E-Mails"))}


def name_messages(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Mails by their subject."""
    if not permissions.may_see_list(actor):
        return {}
    rows = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.subject, OutboxMessage.public_id).where(OutboxMessage.id.in_(ids))
    )
    return {
        row.id: Name(row.subject, row.public_id, page=("outbox.message", {"public_id": row.public_id})) for row in rows
    }


NAMINGS = {"outbox_message": name_messages}
