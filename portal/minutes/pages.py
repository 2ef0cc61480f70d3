"""Everything a page or document of one version prints, read with a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.core.actor import Actor
from portal.minutes import attendance, extension, queries, reading
from portal.minutes.models import Minutes, MinutesVersion
from portal.minutes.parameters import NAMED_KINDS
from portal.minutes.queries import Reader
from portal.minutes.reading import Audience, Item
from portal.settings import services as settings


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One version as a reader sees it."""

    minutes: Minutes
    version: MinutesVersion
    audience: Audience
    items: Sequence[Item]
    present: Sequence[str]
    is_attendance_recorded: bool
    actions: Mapping[str, Sequence[extension.EntryAction]]

    @property
    def entry_count(self) -> int:
        return sum(len(item.lines) for item in self.items)


def audience_of(reader: Reader, *, public: bool = False) -> Audience:
    """What the reader is told; `public` asks for what everybody may read."""
    return reading.audience(
        people=reader.sees_people and not public,
        participant=reader.is_participant and not public,
        named_kinds=settings.get(NAMED_KINDS),
    )


def shown(
    minutes: Minutes, version: MinutesVersion, audience: Audience, *, actor: Actor, is_writing: bool = False
) -> Shown:
    """The version in full; `is_writing` shows agenda items without entries as well."""
    entries = queries.entries_of(version)
    owners = {} if audience.owners else queries.organisations_of_owners(entries, minutes.conference)
    came = attendance.attendance(minutes.conference)
    return Shown(
        minutes=minutes,
        version=version,
        audience=audience,
        items=reading.items(
            minutes.conference.agenda,
            entries,
            reader=audience,
            done=queries.done_by_stem(entries),
            owners=owners,
            empty_too=is_writing,
        ),
        present=reading.attendance_lines(came, reader=audience),
        is_attendance_recorded=came.is_recorded,
        actions=extension.actions_for(entries, actor=actor),
    )
