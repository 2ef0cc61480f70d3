"""How the page of changes speaks of areas."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "areas.seeded": _l("Mitgelieferte Gebiete eingespielt"),
    "areas.planning_areas_seeded": _l("Beispielzuordnung der Planungsräume eingespielt"),
    "areas.planning_area_created": _l("Planungsraum angelegt"),
    "areas.planning_area_changed": _l("Planungsraum geändert"),
    "areas.planning_area_archived": _l("Planungsraum archiviert"),
    "areas.assignments_confirmed": _l("Zuordnung der Städte und Gemeinden bestätigt"),
    "areas.regrouped": _l("Städte und Gemeinden anders zugeordnet"),
    "areas.regrouping_undone": _l("Zuordnung zurückgenommen"),
    "areas.locality_created": _l("Ortsteil angelegt"),
    "areas.locality_changed": _l("Ortsteil geändert"),
    "areas.locality_archived": _l("Ortsteil archiviert"),
    "areas.locality_restored": _l("Ortsteil wieder aufgenommen"),
}
SUBJECTS = {"area": _l("Gebiet"), "area_regrouping": _l("Zuordnung von Städten und Gemeinden")}
