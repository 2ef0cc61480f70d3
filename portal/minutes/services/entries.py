"""Writing entries. Each is saved on its own; what two people change at once is shown to the second."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from portal.areas.models import Area
from portal.audit import services as audit
from portal.conferences.models import AgendaItem
from portal.core.actor import Actor
from portal.core.database import db, new_public_id
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.text import clean_text
from portal.core.transaction import lock
from portal.indicators.models import Indicator
from portal.minutes import permissions, places, queries
from portal.minutes.models import EntryKind, MinutesEntry, MinutesVersion
from portal.planning.models import Topic
from portal.stakeholders.models import Organisation, Person

TEXT_LENGTH = 5000
# A day's event comes to a few dozen; the limit keeps a page and a PDF possible.
ENTRIES = 300


@dataclass(frozen=True, kw_only=True)
class Written:
    """What somebody typed for an entry."""

    kind: EntryKind
    text: str
    agenda_item: AgendaItem | None = None
    topics: Sequence[Topic] = ()
    indicators: Sequence[Indicator] = ()
    raised_by: Sequence[Organisation] = field(default=())
    places: Sequence[Area] = ()
    owner: Person | None = None
    due_on: date | None = None


def add(version: MinutesVersion, written: Written, *, actor: Actor) -> MinutesEntry:
    """Write an entry at the end of its agenda item. Refuses at the field that does not fit.

    One that stands there alike already is handed back: the form was sent twice (two clicks, the back button).
    """
    require(permissions.may_write(actor))
    lock(version)
    _must_be_draft(version, actor)
    text = _checked(version, written)
    alike = next((entry for entry in version.entries if _is_alike(entry, written, text)), None)
    if alike is not None:
        return alike
    if len(version.entries) >= ENTRIES:
        raise Refusal(_("Ein Protokoll hat höchstens %(number)s Einträge.", number=ENTRIES))
    last = max((entry.position for entry in version.entries), default=0)
    entry = MinutesEntry(stem=new_public_id(), position=last + 1, editor_id=actor.user_id)
    _fill(entry, written, text)
    version.entries.append(entry)
    db.session.flush()
    audit.record("minutes.entry_added", subject=version, actor=actor, details={"kind": entry.kind.value})
    return entry


def _is_alike(entry: MinutesEntry, written: Written, text: str) -> bool:
    return (
        entry.kind is written.kind
        and entry.text == text
        and entry.agenda_item is written.agenda_item
        and set(entry.topics) == set(written.topics)
        and set(entry.indicators) == set(written.indicators)
        and set(entry.raised_by) == set(written.raised_by)
        and set(entry.places) == set(written.places)
        and (entry.owner, entry.due_on) == (written.owner, written.due_on)
    )


def edit(entry: MinutesEntry, written: Written, *, edition: int, actor: Actor) -> None:
    """Change an entry that was read as `edition`. Raises `Conflict` if somebody changed it since; nothing is lost."""
    require(permissions.may_write(actor))
    version = lock(entry.version)
    lock(entry)
    _must_be_draft(version, actor)
    if edition != entry.edition:
        raise Conflict(_("Jemand anderes hat diesen Eintrag inzwischen geändert. Sie sehen beide Texte."))
    text = _checked(version, written, kept=entry.places)
    _fill(entry, written, text)
    entry.editor_id = actor.user_id
    db.session.flush()
    audit.record("minutes.entry_changed", subject=version, actor=actor, details={"kind": entry.kind.value})


def move(entry: MinutesEntry, *, up: bool, actor: Actor) -> None:
    """Let the entry change places with its neighbour in the same agenda item; at the edge nothing happens."""
    require(permissions.may_write(actor))
    version = lock(entry.version)
    lock(entry)
    _must_be_draft(version, actor)
    beside = [one for one in queries.entries_of(version) if one.agenda_item_id == entry.agenda_item_id]
    place = beside.index(entry) + (-1 if up else 1)
    if not 0 <= place < len(beside):
        return
    other = beside[place]
    entry.position, other.position = other.position, entry.position
    db.session.flush()


def delete(entry: MinutesEntry, *, actor: Actor) -> None:
    """Take an entry out of a draft."""
    require(permissions.may_write(actor))
    version = lock(entry.version)
    lock(entry)
    _must_be_draft(version, actor)
    audit.record("minutes.entry_deleted", subject=version, actor=actor, details={"kind": entry.kind.value})
    version.entries.remove(entry)
    db.session.flush()


def _must_be_draft(version: MinutesVersion, actor: Actor) -> None:
    if not permissions.may_edit(actor, version):
        raise Refusal(_("Das Protokoll ist „%(state)s“ und wird nicht mehr geändert.", state=version.state.label))


def _fill(entry: MinutesEntry, written: Written, text: str) -> None:
    entry.kind = written.kind
    entry.text = text
    entry.agenda_item = written.agenda_item
    entry.topics = list(written.topics)
    entry.indicators = list(written.indicators)
    entry.raised_by = list(written.raised_by)
    entry.places = list(written.places)
    entry.owner = written.owner
    entry.due_on = written.due_on


def _checked(version: MinutesVersion, written: Written, kept: Sequence[Area] = ()) -> str:
    text = clean_text(written.text).strip()
    if not text:
        raise Refusal(_("Bitte schreiben Sie einen Text."), field="text")
    if len(text) > TEXT_LENGTH:
        raise Refusal(
            _("Bitte kürzen Sie den Text auf %(number)s Zeichen. Es sind %(count)s.",
              number=TEXT_LENGTH, count=len(text)),
            field="text",
        )  # fmt: skip
    conference = version.minutes.conference
    if written.agenda_item is not None and written.agenda_item.conference_id != conference.id:
        raise Refusal(_("Diesen Tagesordnungspunkt gibt es hier nicht."), field="agenda_item")
    if written.kind is EntryKind.TASK:
        if written.owner is None:
            raise Refusal(_("Bitte wählen Sie, wer die Aufgabe übernimmt."), field="owner")
        if written.due_on is None:
            raise Refusal(_("Bitte geben Sie an, bis wann die Aufgabe erledigt ist."), field="due_on")
        if written.due_on < conference.starts_at.date():
            raise Refusal(_("Die Frist liegt vor der Veranstaltung."), field="due_on")
    elif written.owner is not None or written.due_on is not None:
        raise Refusal(_("Zuständigkeit und Frist hat nur eine Aufgabe. Bitte wählen Sie „Aufgabe“."), field="kind")
    present = {one.id for one in queries.speakers(conference)}
    if any(one.id not in present for one in written.raised_by):
        raise Refusal(_("Vorbringen konnte es nur, wer dabei war."), field="raised_by")
    below = {place.id for place in places.below(conference, kept)} if written.places else set()
    if any(place.id not in below for place in written.places):
        raise Refusal(_("Bitte wählen Sie nur Orte in dem Gebiet der Veranstaltung."), field="places")
    return text
