"""Minutes as somebody reads them: for staff with people, for those who were there, for everybody without personal data.

Pure: from loaded rows to plain values that pages and PDF print.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas.models import AreaKind
from portal.minutes.attendance import AttendanceList
from portal.minutes.models import EntryKind, MinutesEntry, TaskDone
from portal.stakeholders.models import Organisation, OrganisationKind


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who reads. `named_kinds`: kinds of organisations called by name even where persons are not."""

    people: bool
    owners: bool
    organisations: bool
    named_kinds: frozenset[OrganisationKind]

    def name(self, organisation: Organisation) -> str:
        """The organisation's name, or only what kind it is."""
        if self.organisations or organisation.kind in self.named_kinds:
            return organisation.name
        return str(organisation.kind.label)

    def names(self, organisations: Iterable[Organisation]) -> list[str]:
        """Names once each; several that are not named are counted."""
        counted = Counter(self.name(one) for one in organisations)
        return [name if number == 1 else f"{name} ({number})" for name, number in counted.items()]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as it is printed. `places` are name, slug and level.

    `owner` is a person or an organisation, empty if it is not to be told.
    """

    stem: str
    public_id: str
    kind: EntryKind
    text: str
    topics: tuple[Any, ...]
    indicators: tuple[tuple[str, str], ...]
    raised_by: tuple[str, ...]
    places: tuple[tuple[str, str, AreaKind], ...]
    owner: str
    due_on: date | None
    done_on: date | None
    is_first: bool
    is_last: bool

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.done_on is None and self.due_on < today


@dataclass(frozen=True, kw_only=True)
class Item:
    """An agenda item with its entries; `number` is None for what belongs to none."""

    number: int | None
    title: str
    public_id: str
    lines: tuple[Line, ...]
    hour: str = ""

    @property
    def heading(self) -> str:
        if self.number is None:
            return self.title
        return str(_("TOP %(number)s: %(title)s", number=self.number, title=self.title))


def audience(*, people: bool, participant: bool, named_kinds: Collection[str]) -> Audience:
    """What a reader is told: staff everything, those who were invited organisations and who took over what."""
    return Audience(
        people=people,
        owners=people or participant,
        organisations=people or participant,
        named_kinds=frozenset(OrganisationKind(kind) for kind in named_kinds),
    )


def items(
    agenda: Sequence[Any],
    entries: Sequence[MinutesEntry],
    *,
    reader: Audience,
    done: Mapping[str, TaskDone],
    owners: Mapping[int, Sequence[Organisation]],
    empty_too: bool = False,
) -> list[Item]:
    """The entries by agenda item; items without entries only where somebody is still writing."""
    by_item: dict[int | None, list[MinutesEntry]] = {}
    for entry in entries:
        by_item.setdefault(entry.agenda_item_id, []).append(entry)
    found = []
    for point in agenda:
        if point.id in by_item or empty_too:
            lines = _lines(by_item.get(point.id, []), reader, done, owners)
            found.append(
                Item(number=point.number, title=point.title, public_id=point.public_id, hour=point.hour, lines=lines)
            )
    if None in by_item:
        lines = _lines(by_item[None], reader, done, owners)
        found.append(Item(number=None, title=_("Ohne Tagesordnungspunkt"), public_id="", lines=lines))
    return found


def _lines(
    entries: Sequence[MinutesEntry],
    reader: Audience,
    done: Mapping[str, TaskDone],
    owners: Mapping[int, Sequence[Organisation]],
) -> tuple[Line, ...]:
    return tuple(
        Line(
            stem=entry.stem,
            public_id=entry.public_id,
            kind=entry.kind,
            text=entry.text,
            topics=tuple(topic.label for topic in entry.topics),
            indicators=tuple((indicator.name, indicator.key) for indicator in entry.indicators),
            raised_by=tuple(reader.names(entry.raised_by)),
            places=tuple((place.full_name, place.slug, place.kind) for place in entry.places),
            owner=_owner(entry, reader, owners),
            due_on=entry.due_on,
            done_on=done[entry.stem].done_on if entry.stem in done else None,
            is_first=number == 0,
            is_last=number == len(entries) - 1,
        )
        for number, entry in enumerate(entries)
    )


def _owner(entry: MinutesEntry, reader: Audience, owners: Mapping[int, Sequence[Organisation]]) -> str:
    if entry.owner is None:
        return ""
    if reader.owners:
        return entry.owner.name
    return ", ".join(reader.names(owners.get(entry.owner.id, ())))


def attendance_lines(attendance: AttendanceList, *, reader: Audience) -> list[str]:
    """Who was there, one line each: with people for staff, organisations or their kinds for the others."""
    if reader.people:
        lines = [_person_line(one.organisation.name, one.person, one.is_deputy) for one in attendance.present]
    else:
        lines = reader.names(attendance.organisations)
    if attendance.walk_ins:
        lines.append(
            ngettext("dazu %(num)d Person ohne Einladung", "dazu %(num)d Personen ohne Einladung", attendance.walk_ins)
        )
    return lines


def _person_line(organisation: str, person: str, is_deputy: bool) -> str:
    if is_deputy:
        return str(_("%(organisation)s: %(person)s (in Vertretung)", organisation=organisation, person=person))
    return str(_("%(organisation)s: %(person)s", organisation=organisation, person=person))
