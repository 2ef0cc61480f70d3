"""How the page of changes speaks of settings."""

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.settings import permissions
from portal.settings.models import SettingChange
from portal.settings.registry import declared
from portal.settings.values import change_in_words

ACTIONS = {"settings.changed": _l("Einstellung geändert")}
SUBJECTS = {"setting_change": _l("Einstellung")}


def _label(key: Any) -> Any:
    return next((setting.label for setting in declared() if setting.key == key), key)


DETAILS = {"key": Detail(_l("Einstellung"), shown=_label, in_name=True)}


def name_changes(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """What the changed setting is called, what it was and what it is."""
    if not permissions.may_see(actor):
        return {}
    known = {setting.key: setting for setting in declared()}
    found = {}
    for change in db.session.scalars(select(SettingChange).where(SettingChange.id.in_(ids))):
        setting = known.get(change.key)
        if setting is not None:
            found[change.id] = Name(
                str(setting.label), facts=[(_l("Wert"), change_in_words(setting, change.old, change.new))]
            )
    return found


NAMINGS = {"setting_change": name_changes}
