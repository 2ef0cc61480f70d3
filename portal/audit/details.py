"""The details of entries in words: what a key means, what an id or a value is called.

Entries hold keys, ids, enum values and numbers. Features declare per key what it is (`words.declare`); names come
from `naming`, one query per type of thing and page. A value that was changed is recorded as `changed(old, new)`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.audit import naming, words
from portal.audit.models import AuditEntry
from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.formats import date_short, number

NAMELESS = _l("nicht mehr vorhanden")
_OLD, _NEW = "old", "new"


def changed(old: Any, new: Any) -> dict[str, Any]:
    """A detail that says what a value was before and after."""
    return {_OLD: old, _NEW: new}


def day(value: Any) -> str:
    """A date that was recorded as ISO text."""
    return date_short(date.fromisoformat(str(value)))


@dataclass(frozen=True)
class Known:
    """Names of everything a page of entries speaks of, by type and id."""

    names: Mapping[str, Mapping[int, Name]]

    def name(self, subject_type: str, id_: Any) -> Name | None:
        return self.names.get(subject_type, {}).get(id_)


def known(entries: Iterable[AuditEntry], *, actor: Actor) -> Known:
    """Look up every name these entries need: one query per type, however many entries there are."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        if entry.subject_id is not None:
            wanted.setdefault(entry.subject_type, set()).add(entry.subject_id)
        for key, value in entry.details.items():
            meaning = words.detail(entry.action, key)
            if meaning is not None and meaning.names:
                wanted.setdefault(meaning.names, set()).update(_ids(value))
    return Known({kind: naming.names(kind, ids, actor=actor) for kind, ids in sorted(wanted.items())})


def _ids(value: Any) -> Iterable[int]:
    if isinstance(value, dict):
        value = list(value.values())
    return [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, int)]


def in_words(entry: AuditEntry, known: Known) -> list[tuple[str, str]]:
    """The details of an entry, label and words, in the order in which the feature declared them."""
    name = None if entry.subject_id is None else known.name(entry.subject_type, entry.subject_id)
    rows = [] if name is None else [(str(label), text) for label, text in name.facts]
    for key in words.in_order(entry.action, entry.details):
        meaning = words.detail(entry.action, key)
        value = entry.details[key]
        if meaning is None:  # of a feature that is no longer installed
            rows.append((key, _shown(value, Detail(key), known)))
        elif not (meaning.in_name and name is not None) and value != []:
            rows.append((str(meaning.label), _shown(value, meaning, known)))
    return rows


def _shown(value: Any, meaning: Detail, known: Known) -> str:
    if isinstance(value, dict):
        if set(value) == {_OLD, _NEW}:
            old, new = (_shown(value[side], meaning, known) for side in (_OLD, _NEW))
            return str(_("%(old)s → %(new)s", old=old, new=new))
        return "; ".join(f"{key}: {_shown(part, meaning, known)}" for key, part in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(_shown(part, meaning, known) for part in value)
    if value is None or value == "":
        return str(meaning.nothing)
    if meaning.names:
        name = known.name(meaning.names, value)
        return str(NAMELESS) if name is None else name.text
    if meaning.values is not None:
        return str(dict(meaning.values).get(value, value))
    if meaning.shown is not None:
        return str(meaning.shown(value))
    if isinstance(value, bool):
        return str(_("ja") if value else _("nein"))
    return number(value) if isinstance(value, int) else str(value)
