"""What upper floors know of organisations. `create_app` fills it; organisations know none of them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select

from portal.core.actor import Actor

LastHeard = Callable[[Collection[int]], Mapping[int, date]]
# Organisation and the day on which it was last heard, as text (ISO), to sort and filter by.
HeardDays = Callable[[], Select[tuple[int, str]]]

last_heard: list[LastHeard] = []
heard_days: list[HeardDays] = []


@dataclass(frozen=True)
class ListAct:
    """What can be done with organisations chosen in their list: a page that shows them and asks, by GET with `id`."""

    label: Any
    url: str
    icon: str
    # `danger`: takes the chosen ones out of what is in use.
    tone: str = "second"


# Each says what its floor offers the actor, or nothing.
list_acts: list[Callable[[Actor], ListAct | None]] = []


@dataclass(frozen=True)
class OpenThing:
    """Something that still runs with an organisation, to be named before it goes into the archive."""

    organisation: str
    label: str
    url: str


# What each floor still has open with organisations, by their ids.
open_things: list[Callable[[Collection[int]], list[OpenThing]]] = []
# What each floor takes back when organisations go into the archive; runs in the same transaction.
on_archiving: list[Callable[[Collection[int], Actor], None]] = []


def open_with(ids: Collection[int]) -> list[OpenThing]:
    """What still runs with these organisations, floor by floor."""
    return [thing for ask in open_things if ids for thing in ask(ids)]


def heard_on(ids: Collection[int]) -> dict[int, date]:
    """The last day on which each organisation was heard, by id; those never heard are left out."""
    found: dict[int, date] = {}
    for ask in last_heard if ids else ():
        for organisation_id, day in ask(ids).items():
            found[organisation_id] = max(day, found.get(organisation_id, day))
    return found
