"""How the page of changes speaks of statements."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.needs.models import NeedsStatement, StatementState
from portal.needs.queries import visible_to

ACTIONS = {
    "needs.begun": _l("Bedarfshinweis begonnen"),
    "needs.saved": _l("Entwurf eines Bedarfshinweises gespeichert"),
    "needs.discarded": _l("Entwurf eines Bedarfshinweises gelöscht"),
    "needs.submitted": _l("Bedarfshinweis eingereicht"),
    "needs.moved": _l("Stand eines Bedarfshinweises geändert"),
    "needs.answered": _l("Fachliche Rückmeldung gegeben"),
    "needs.released": _l("Bedarfshinweis öffentlich gezeigt"),
    "needs.withheld": _l("Bedarfshinweis nicht mehr öffentlich gezeigt"),
    "needs.supported": _l("Bedarfshinweis unterstützt"),
    "needs.support_withdrawn": _l("Unterstützung eines Bedarfshinweises zurückgenommen"),
}
SUBJECTS = {"needs_statement": _l("Bedarfshinweis")}
DETAILS = {
    "state": Detail(_l("Stand"), values=StatementState.choices()),
    "organisation": Detail(_l("Organisation"), names="organisation"),
}


def name_statements(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Titles of statements that the actor may know of."""
    rows = db.session.execute(
        select(NeedsStatement.id, NeedsStatement.title, NeedsStatement.public_id).where(
            NeedsStatement.id.in_(ids), visible_to(actor)
        )
    )
    return {
        row.id: Name(row.title, row.public_id, page=("needs.statement_page", {"public_id": row.public_id}))
        for row in rows
    }


NAMINGS = {"needs_statement": name_statements}
