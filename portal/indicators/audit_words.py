"""How the page of changes speaks of figures."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.indicators import permissions
from portal.indicators.models import ImportBatch

ACTIONS = {
    "indicators.seeded": _l("Mitgelieferte Zahlen eingespielt"),
    "import.begun": _l("Einlesen begonnen"),
    "import.staged": _l("Datei eingelesen, noch nicht übernommen"),
    "import.refused": _l("Datei abgelehnt"),
    "import.taken_over": _l("Eingelesene Zahlen übernommen"),
    "import.undone": _l("Übernahme von Zahlen rückgängig gemacht"),
    "import.discarded": _l("Eingelesene Zahlen verworfen"),
}
SUBJECTS = {"import_batch": _l("Lieferung von Zahlen")}
DETAILS = {
    "values": Detail(_l("Werte")),
    "new": Detail(_l("neue Werte")),
    "changed": Detail(_l("geänderte Werte")),
    "file": Detail(_l("Kennzeichen")),
}


def name_batches(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Deliveries by the name of their file; discarded ones are missing."""
    if not permissions.may_see_imports(actor):
        return {}
    rows = db.session.execute(
        select(ImportBatch.id, ImportBatch.file_name, ImportBatch.public_id).where(ImportBatch.id.in_(ids))
    )
    return {row.id: Name(row.file_name, row.public_id) for row in rows}


NAMINGS = {"import_batch": name_batches}
