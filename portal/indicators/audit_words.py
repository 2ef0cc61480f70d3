"""How the page of changes speaks of figures."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.indicators import permissions
from portal.indicators.catalogue.words import LABELS
from portal.indicators.mapping.models import ImportMapping
from portal.indicators.models import ImportBatch, Indicator
from portal.indicators.social_index.models import SocialIndex

ACTIONS = {
    "indicators.seeded": _l("Mitgelieferte Zahlen eingespielt"),
    "import.begun": _l("Einlesen begonnen"),
    "import.staged": _l("Datei eingelesen, noch nicht übernommen"),
    "import.refused": _l("Datei abgelehnt"),
    "import.terms_named": _l("Quelle und Lizenz einer Datei genannt"),
    "import.taken_over": _l("Eingelesene Zahlen übernommen"),
    "import.undone": _l("Übernahme von Zahlen rückgängig gemacht"),
    "import.discarded": _l("Eingelesene Zahlen verworfen"),
    "import.asking": _l("Datei wartet auf Angaben"),
    "import.answered": _l("Angaben zu einer Datei gemacht"),
    "import_mapping.created": _l("Zuordnung von Spalten gemerkt"),
    "import_mapping.changed": _l("Zuordnung von Spalten geändert"),
    "import_mapping.deleted": _l("Zuordnung von Spalten gelöscht"),
    "social_index.created": _l("Sozialindex angelegt"),
    "social_index.changed": _l("Sozialindex geändert"),
    "indicators.created": _l("Kennzahl angelegt"),
    "indicators.changed": _l("Kennzahl geändert"),
    "indicators.series_assigned": _l("Reihen einer Kennzahl zugeordnet"),
    "indicators.rule_changed": _l("Rolle einer Kennzahl in den Vorschlägen geändert"),
    "indicators.reference_added": _l("Bezugswert einer Kennzahl eingetragen"),
    "indicators.reference_ended": _l("Bezugswert einer Kennzahl beendet"),
    "indicators.retired": _l("Kennzahl stillgelegt"),
    "indicators.reinstated": _l("Kennzahl wieder aufgenommen"),
    "indicators.undone": _l("Letzte Änderung einer Kennzahl zurückgenommen"),
}
SUBJECTS = {
    "import_batch": _l("Lieferung von Zahlen"),
    "import_mapping": _l("Zuordnung von Spalten"),
    "indicator": _l("Kennzahl"),
    "social_index": _l("Sozialindex"),
}
DETAILS = {
    "fields": Detail(_l("Felder"), values=LABELS.items()),
    "number": Detail(_l("Nr.")),
    "values": Detail(_l("Werte")),
    "new": Detail(_l("neue Werte")),
    "changed": Detail(_l("geänderte Werte")),
    "file": Detail(_l("Kennzeichen")),
    "version": Detail(_l("Fassung")),
}


def name_batches(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Deliveries by the name of their file; discarded ones are missing."""
    if not permissions.may_see_imports(actor):
        return {}
    rows = db.session.execute(
        select(ImportBatch.id, ImportBatch.file_name, ImportBatch.public_id).where(ImportBatch.id.in_(ids))
    )
    return {
        row.id: Name(row.file_name, row.public_id, page=("indicators.batch", {"public_id": row.public_id}))
        for row in rows
    }


def name_indicators(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Entries of the catalogue by name; their address is their key."""
    if not permissions.may_see_register(actor):
        return {}
    rows = db.session.execute(select(Indicator.id, Indicator.name, Indicator.key).where(Indicator.id.in_(ids)))
    return {row.id: Name(row.name, row.key, page=("indicators.indicator", {"key": row.key})) for row in rows}


def name_indices(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Social indices by name."""
    if not permissions.may_see_indices(actor):
        return {}
    rows = db.session.execute(
        select(SocialIndex.id, SocialIndex.name, SocialIndex.public_id).where(SocialIndex.id.in_(ids))
    )
    return {
        row.id: Name(row.name, row.public_id, page=("indicators.social_index", {"public_id": row.public_id}))
        for row in rows
    }


def name_mappings(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Remembered mappings by name; deleted ones are missing."""
    if not permissions.may_see_imports(actor):
        return {}
    rows = db.session.execute(
        select(ImportMapping.id, ImportMapping.name, ImportMapping.public_id).where(ImportMapping.id.in_(ids))
    )
    return {row.id: Name(row.name, row.public_id) for row in rows}


NAMINGS = {
    "import_batch": name_batches,
    "import_mapping": name_mappings,
    "indicator": name_indicators,
    "social_index": name_indices,
}
