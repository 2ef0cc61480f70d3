"""How the page of changes speaks of minutes."""

from flask_babel import lazy_gettext as _l

from portal.audit.words import Detail
from portal.minutes.models import EntryKind

ACTIONS = {
    "minutes.begun": _l("Protokoll begonnen"),
    "minutes.submitted": _l("Protokoll zur Mitzeichnung gegeben"),
    "minutes.taken_back": _l("Protokoll zurückgeholt"),
    "minutes.released": _l("Protokoll freigegeben"),
    "minutes.given_back": _l("Protokoll zurückgegeben"),
    "minutes.correction_begun": _l("Berichtigung eines Protokolls begonnen"),
    "minutes.discarded": _l("Entwurf eines Protokolls verworfen"),
    "minutes.made_public": _l("Protokoll öffentlich gemacht"),
    "minutes.made_internal": _l("Protokoll nicht mehr öffentlich"),
    "minutes.entry_added": _l("Protokolleintrag geschrieben"),
    "minutes.entry_changed": _l("Protokolleintrag geändert"),
    "minutes.entry_deleted": _l("Protokolleintrag gelöscht"),
    "minutes.task_done": _l("Aufgabe erledigt"),
    "minutes.task_reopened": _l("Aufgabe wieder geöffnet"),
}
SUBJECTS = {
    "minutes": _l("Protokoll"),
    "minutes_version": _l("Fassung eines Protokolls"),
    "minutes_entry": _l("Protokolleintrag"),
}
DETAILS = {
    "version": Detail(_l("Fassung")),
    "kind": Detail(_l("Art des Eintrags"), values=EntryKind.choices()),
}
