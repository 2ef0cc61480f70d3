"""How a statement moves, who moves it and what must hold."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.needs.models import NeedsStatement, StatementState, StatementStep
from portal.settings import services as settings

_S = StatementState
# Pages made of statements (findings, planning areas, first page) ask for this version.
VERSION = "needs"

TRANSITIONS: Mapping[StatementState, frozenset[StatementState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED}),
    _S.SUBMITTED: frozenset({_S.IN_REVIEW}),
    _S.IN_REVIEW: frozenset({_S.QUERY, _S.ADOPTED, _S.NOT_ADOPTED, _S.MERGED}),
    _S.QUERY: frozenset({_S.IN_REVIEW}),
    _S.ADOPTED: frozenset({_S.IN_MEASURE}),
    _S.NOT_ADOPTED: frozenset(),
    _S.MERGED: frozenset(),
    _S.IN_MEASURE: frozenset({_S.IMPLEMENTED}),
    _S.IMPLEMENTED: frozenset({_S.EFFECT_REVIEWED}),
    _S.EFFECT_REVIEWED: frozenset(),
}
# The decisions that need an official answer.
ANSWERED = frozenset({_S.ADOPTED, _S.NOT_ADOPTED, _S.MERGED})
# Where the county has still to say something.
AWAITING_ANSWER = frozenset({_S.SUBMITTED, _S.IN_REVIEW})


def advance(statement: NeedsStatement, to: StatementState, *, actor: Actor, note: str = "") -> StatementStep:
    """Move the (locked) statement and note who did it; `Refusal` if it does not stand where it would have to."""
    old = statement.state
    if to is old:
        raise Refusal(_("Der Hinweis ist schon „%(state)s“.", state=to.label))
    if to not in TRANSITIONS[old]:
        raise Refusal(_("Der Hinweis ist „%(old)s“ und kann nicht „%(new)s“ werden.", old=old.label, new=to.label))
    step = StatementStep(statement_id=statement.id, old_state=old, new_state=to, note=note, user_id=actor.user_id)
    statement.state = to
    if to is _S.SUBMITTED:
        statement.submitted_at = clock.now()
    statement.steps.append(step)
    db.session.flush()
    settings.bump(VERSION)
    return step
