"""How a delivery moves: read (perhaps after a question), checked, taken over, taken back."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.indicators.models import BatchState, ImportBatch, ImportBatchEvent

# Counts what changes the figures that everybody sees; what is kept in memory is made anew with it.
VERSION = "figures"
# What was taken back may be taken over again: its values are still there.
TRANSITIONS: Mapping[BatchState, frozenset[BatchState]] = {
    BatchState.READING: frozenset({BatchState.STAGED, BatchState.REFUSED, BatchState.ASKING}),
    BatchState.ASKING: frozenset({BatchState.READING, BatchState.REFUSED}),
    BatchState.REFUSED: frozenset(),
    BatchState.STAGED: frozenset({BatchState.ACTIVE}),
    BatchState.ACTIVE: frozenset({BatchState.UNDONE}),
    BatchState.UNDONE: frozenset({BatchState.ACTIVE}),
}


def advance(batch: ImportBatch, to: BatchState, *, actor: Actor, reason: str = "") -> None:
    """Move the (locked) batch and note who did it; raises `Refusal` if it does not stand where it would have to."""
    if to is batch.state:
        raise Refusal(_("Die Lieferung ist schon „%(state)s“.", state=to.label))
    if to not in TRANSITIONS[batch.state]:
        raise Refusal(
            _("Die Lieferung ist „%(old)s“ und kann nicht „%(new)s“ werden.", old=batch.state.label, new=to.label)
        )
    event = ImportBatchEvent(
        batch_id=batch.id, old_state=batch.state, new_state=to, user_id=actor.user_id, reason=reason
    )
    batch.state = to
    if to is BatchState.UNDONE:
        batch.undone_at = clock.now()
    elif to is BatchState.ACTIVE:
        batch.undone_at = None
    db.session.add(event)
