"""How the page of changes speaks of minutes."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.core.database import db
from portal.minutes import permissions
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion

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
    "minutes.remark_added": _l("Anmerkung zu einem Protokoll"),
    "minutes.remark_done": _l("Anmerkung zu einem Protokoll erledigt"),
    "minutes.remark_reopened": _l("Anmerkung zu einem Protokoll wieder geöffnet"),
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


def name_minutes(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """The event whose minutes they are, for those who read drafts as well."""
    statement = select(Minutes.id, Conference.title, Minutes.public_id).select_from(Minutes)
    return _named(statement, ids, Minutes.id, actor=actor)


def name_versions(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """The event and the number of the version."""
    statement = select(MinutesVersion.id, Conference.title, Minutes.public_id, MinutesVersion.number)
    return _named(
        statement.select_from(MinutesVersion).join(MinutesVersion.minutes), ids, MinutesVersion.id, actor=actor
    )


def name_entries(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """The event and the version of an entry; its text stays where it was written."""
    statement = select(MinutesEntry.id, Conference.title, Minutes.public_id, MinutesVersion.number)
    joined = statement.select_from(MinutesEntry).join(MinutesVersion, MinutesVersion.id == MinutesEntry.version_id)
    return _named(joined.join(MinutesVersion.minutes), ids, MinutesEntry.id, actor=actor)


def _named(statement: Any, ids: Collection[int], column: Any, *, actor: Actor) -> dict[int, Name]:
    if not permissions.may_see_drafts(actor):
        return {}
    found = {}
    for row in db.session.execute(statement.join(Minutes.conference).where(column.in_(ids))):
        number = row[3] if len(row) > 3 else None
        title = row.title if number is None else _("%(title)s, Fassung %(number)s", title=row.title, number=number)
        found[row.id] = Name(title, row.public_id, page=("minutes.minutes_page", {"public_id": row.public_id}))
    return found


NAMINGS = {"minutes": name_minutes, "minutes_version": name_versions, "minutes_entry": name_entries}
