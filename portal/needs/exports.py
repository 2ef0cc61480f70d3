"""Lists of statements as a file; each cell holds what the reader may know."""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.core import clock
from portal.core.actor import Actor
from portal.core.formats import date_short, datetime_short
from portal.core.tables import csv_file
from portal.needs.models import NeedsStatement
from portal.needs.wording import sender


def statements_csv(rows: Sequence[NeedsStatement], *, actor: Actor) -> bytes:
    """Title, kind, state, places, topics and sender, as `wording.sender` lets the reader see it."""
    head = [
        _("Titel"), _("Art"), _("Stand"), _("Orte"), _("Themen"), _("Von"), _("Unterstützt von"), _("Eingereicht"),
    ]  # fmt: skip
    lines = [
        [
            row.title,
            str(row.kind.label),
            str(row.state.label),
            ", ".join(area.full_name for area in row.areas),
            ", ".join(str(topic.label) for topic in row.topics),
            sender(row, actor=actor),
            len(row.supports),
            "" if row.submitted_at is None else date_short(row.submitted_at.astimezone(clock.LOCAL_ZONE)),
        ]
        for row in rows
    ]
    note = _("Stand: %(date)s Uhr", date=datetime_short(clock.now()))
    if any(row.is_demo for row in rows):
        note = _("Demodaten – frei erfunden") + ". " + note
    return csv_file(head, lines, note=note)
