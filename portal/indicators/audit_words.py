"""How the page of changes speaks of figures."""

from flask_babel import lazy_gettext as _l

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
