"""How a version moves: written, handed in, co-signed or given back."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.minutes.models import MinutesState, MinutesStep, MinutesVersion

TRANSITIONS: Mapping[MinutesState, frozenset[MinutesState]] = {
    MinutesState.DRAFT: frozenset({MinutesState.SUBMITTED}),
    MinutesState.SUBMITTED: frozenset({MinutesState.DRAFT, MinutesState.RELEASED}),
    MinutesState.RELEASED: frozenset(),
}


def advance(version: MinutesVersion, to: MinutesState, *, actor: Actor, reason: str = "") -> None:
    """Move the (locked) version and note who did it; refuses what is not possible from where it stands."""
    if to is version.state:
        raise Refusal(_("Das Protokoll ist schon „%(state)s“.", state=to.label))
    if to not in TRANSITIONS[version.state]:
        raise Refusal(
            _("Das Protokoll ist „%(old)s“ und kann nicht „%(new)s“ werden.", old=version.state.label, new=to.label)
        )
    db.session.add(
        MinutesStep(version_id=version.id, old_state=version.state, new_state=to, reason=reason, user_id=actor.user_id)
    )
    version.state = to
