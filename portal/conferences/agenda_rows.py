"""The rows of an agenda in a form: added, removed and moved by buttons that send the form. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import time

from flask_babel import gettext as _

from portal.conferences.models import Conference
from portal.core.errors import Refusal
from portal.core.text import one_line

# More than an event may have: what was typed beyond it is refused with words, not lost.
_MOST = 60


@dataclass
class AgendaRow:
    """One row as it was typed; `id` is the public id of an item that is there already, `begins` a time (14:05)."""

    title: str = ""
    topics: list[str] = field(default_factory=list)
    id: str = ""
    begins: str = ""

    def time(self) -> time | None:
        """What was typed as a time of day; `Refusal` at the field `agenda` for what is none."""
        if not self.begins:
            return None
        try:
            return time.fromisoformat(self.begins[:8]).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            raise Refusal(
                _("Bitte schreiben Sie die Uhrzeit von „%(title)s“ als 14:05.", title=self.title), field="agenda"
            ) from None


def are_readable(rows: Sequence[AgendaRow]) -> bool:
    """Whether every time that was typed is one."""
    try:
        for row in rows:
            row.time()
    except Refusal:
        return False
    return True


def of(conference: Conference) -> list[AgendaRow]:
    return [
        AgendaRow(
            item.title,
            [topic.key for topic in item.topics],
            item.public_id,
            "" if item.begins is None else f"{item.begins:%H:%M}",
        )
        for item in conference.agenda
    ]


def typed(getlist: Callable[[str], Sequence[str]]) -> list[AgendaRow]:
    """The rows of a request's form: `agenda-0-title`, `agenda-0-id`, `agenda-0-topics` and so on."""
    rows = []
    for number in range(_MOST):
        titles = getlist(f"agenda-{number}-title")
        if not titles:
            break
        ids, begins = getlist(f"agenda-{number}-id"), getlist(f"agenda-{number}-begins")
        rows.append(
            AgendaRow(
                one_line(titles[0]),
                list(getlist(f"agenda-{number}-topics")),
                ids[0] if ids else "",
                one_line(begins[0])[:20] if begins else "",
            )
        )
    return rows


def after(rows: Sequence[AgendaRow], action: str) -> list[AgendaRow]:
    """The rows after a button: `add`, `up:2`, `down:2`, `remove:2`; anything else changes nothing."""
    found = list(rows)
    verb, _colon, text = action.partition(":")
    if verb == "add":
        return [*found, AgendaRow()]
    number = int(text) if text.isdecimal() and len(text) < 4 else -1
    if not 0 <= number < len(found):
        return found
    if verb == "remove":
        del found[number]
    other = {"up": number - 1, "down": number + 1}.get(verb, -1)
    if 0 <= other < len(found):
        found[number], found[other] = found[other], found[number]
    return found
