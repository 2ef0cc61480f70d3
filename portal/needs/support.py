"""*Wir auch*: another organisation says that it sees the same, and why."""

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import clean_text
from portal.core.transaction import lock
from portal.needs import permissions, queries, states
from portal.needs.models import NeedsStatement, StatementSupport
from portal.settings import services as settings
from portal.stakeholders import queries as stakeholders

REASON_LENGTH = 1000


def support(statement: NeedsStatement, reason: str, *, actor: Actor) -> StatementSupport:
    """Say *wir auch* for the organisation acted for; again: the reason is replaced."""
    organisation = queries.organisation_acted_for(actor)
    require(permissions.may_support(actor, statement, organisation))
    assert organisation is not None
    text = clean_text(reason)
    if not text.strip():
        raise Refusal(_("Bitte schreiben Sie, warum das auch für Sie gilt."), field="reason")
    if len(text) > REASON_LENGTH:
        raise Refusal(_("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=REASON_LENGTH), field="reason")
    lock(statement)
    found = of(statement, organisation.id)
    if found is None:
        person = None if actor.user_id is None else stakeholders.person_behind_id(actor.user_id)
        found = StatementSupport(organisation=organisation, reason=text, person=person)
        statement.supports.append(found)
        audit.record("needs.supported", subject=statement, actor=actor)
    else:
        found.reason = text
    db.session.flush()
    settings.bump(states.VERSION)
    return found


def withdraw(statement: NeedsStatement, *, actor: Actor) -> None:
    """Take *wir auch* of the organisation acted for back; nothing happens where there is none."""
    require(actor.signed_in and actor.organisation_id is not None)
    lock(statement)
    found = of(statement, actor.organisation_id)
    if found is not None:
        statement.supports.remove(found)
        db.session.flush()
        settings.bump(states.VERSION)
        audit.record("needs.support_withdrawn", subject=statement, actor=actor)


def of(statement: NeedsStatement, organisation_id: int | None) -> StatementSupport | None:
    """What the organisation said, if it did."""
    return next((one for one in statement.supports if one.organisation_id == organisation_id), None)
