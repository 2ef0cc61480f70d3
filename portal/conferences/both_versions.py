"""Two versions of one form beside each other: only what differs, in words. Pure."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from wtforms import Form

from portal.core.formats import date_long, time_short

# Field, what is stored now, what was typed.
Difference = tuple[str, str, str]


def differences(stored: Form, typed: Form, *, fields: Collection[str]) -> list[Difference]:
    """The `fields` that say something else in both, in the order of the form.

    Choices are compared as the lists offer them: what a field does not offer belongs to another field.
    """
    found = []
    for field in stored:
        if field.short_name not in fields:
            continue
        other = typed[field.short_name]
        labels = {str(key): str(label) for one in (other, field) for key, label in getattr(one, "choices", None) or ()}
        now, mine = _words(field.data, labels), _words(other.data, labels)
        if now != mine:
            found.append((str(field.label.text), now, mine))
    return found


def _words(value: Any, labels: dict[str, str]) -> str:
    if labels or isinstance(value, list):
        chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
        return ", ".join(label for key, label in labels.items() if key and key in chosen)
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, date):
        return date_long(value)
    if isinstance(value, time):
        return time_short(datetime.combine(date.min, value))
    return "" if value is None else str(value)
