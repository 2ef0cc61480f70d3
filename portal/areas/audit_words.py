"""How the page of changes speaks of areas."""

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.areas.models import Area, AreaImport, Merger, MergerKind, Regrouping
from portal.audit.details import day
from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.formats import date_short

ACTIONS = {
    "areas.seeded": _l("Mitgelieferte Gebiete eingespielt"),
    "areas.imported": _l("Datei über Orte eingelesen"),
    "areas.planning_areas_seeded": _l("Beispielzuordnung der Planungsräume eingespielt"),
    "areas.planning_area_created": _l("Planungsraum angelegt"),
    "areas.planning_area_changed": _l("Planungsraum geändert"),
    "areas.planning_area_archived": _l("Planungsraum archiviert"),
    "areas.assignments_confirmed": _l("Zuordnung der Städte und Gemeinden bestätigt"),
    "areas.regrouped": _l("Städte und Gemeinden anders zugeordnet"),
    "areas.regrouping_undone": _l("Zuordnung zurückgenommen"),
    "areas.merged": _l("Gebietsänderung eingetragen"),
    "areas.merger_undone": _l("Gebietsänderung zurückgenommen"),
    "areas.locality_created": _l("Ortsteil angelegt"),
    "areas.locality_changed": _l("Ortsteil geändert"),
    "areas.locality_archived": _l("Ortsteil archiviert"),
    "areas.locality_restored": _l("Ortsteil wieder aufgenommen"),
}
SUBJECTS = {
    "area": _l("Gebiet"),
    "area_regrouping": _l("Zuordnung von Städten und Gemeinden"),
    "area_import": _l("Datei über Orte"),
    "area_merger": _l("Gebietsänderung"),
}
DETAILS = {
    "kind": Detail(_l("Art"), values=MergerKind.choices()),
    "ended": Detail(_l("Endet"), names="area"),
    "successor": Detail(_l("Besteht weiter"), names="area", nothing=_l("nicht im Landkreis")),
    "to": Detail(_l("Künftig in"), names="area", nothing=_l("keinem Planungsraum")),
    "from_day": Detail(_l("Ab"), shown=day),
    "members": Detail(_l("Städte und Gemeinden"), names="area"),
    "matched": Detail(_l("Bekannt")),
    "new": Detail(_l("Neu")),
    "changed": Detail(_l("Geändert")),
    "gone": Detail(_l("Nicht mehr im Verzeichnis")),
    "area": Detail(_l("Gebiete")),
    "area_membership": Detail(_l("Zugehörigkeiten")),
    "attribution": Detail(_l("Quellen")),
    "boundary_set": Detail(_l("Stände der Grenzen")),
    "boundary_shape": Detail(_l("Grenzen")),
}


def name_areas(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Names of areas by id; areas are public."""
    rows = db.session.execute(select(Area.id, Area.name, Area.slug).where(Area.id.in_(ids)))
    return {row.id: Name(row.name, row.slug) for row in rows}


def name_regroupings(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Where municipalities were moved, and from which day."""
    statement = (
        select(Regrouping.id, Regrouping.from_day, Area.name)
        .outerjoin(Area, Area.id == Regrouping.target_id)
        .where(Regrouping.id.in_(ids))
    )
    return {
        row.id: Name(_("%(place)s ab %(day)s", place=row.name or _("kein Planungsraum"), day=date_short(row.from_day)))
        for row in db.session.execute(statement)
    }


def name_imports(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Files about places by their name; areas are public."""
    rows = db.session.execute(select(AreaImport.id, AreaImport.file_name).where(AreaImport.id.in_(ids)))
    return {row.id: Name(row.file_name) for row in rows}


def name_mergers(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """What happened, and from which day."""
    rows = db.session.execute(select(Merger.id, Merger.kind, Merger.from_day).where(Merger.id.in_(ids)))
    return {row.id: Name(_("%(what)s ab %(day)s", what=row.kind.label, day=date_short(row.from_day))) for row in rows}


NAMINGS = {
    "area": name_areas,
    "area_regrouping": name_regroupings,
    "area_import": name_imports,
    "area_merger": name_mergers,
}
