"""*Heute*: what is due, what runs, what comes next. Features contribute by functions in `SOURCES` and the like.

Each source answers for one actor and reads with a fixed number of queries; it contributes nothing that the
actor could not open.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that waits for somebody. `tone` is `warn`, `error` or `info`; `rank` orders (small first)."""

    tone: str
    icon: str
    state: Any
    title: Any
    detail: Any
    action: Any
    url: str
    rank: int = 50
    since: date | None = None

    @property
    def is_late(self) -> bool:
        return self.tone == "error"


@dataclass(frozen=True, kw_only=True)
class Running:
    """A long job in progress."""

    label: str
    done: int
    total: int
    note: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a section: what it is, where it stands, and what there is to say of it.

    `values` are numbers under the section's `head`; a section with a head is a table.
    """

    text: Any
    url: str
    sub: Any = ""
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """What somebody of this role keeps an eye on. `empty` says what is missing and what comes next.

    `rank` orders (small first); the source knows the actor and therefore what comes first for whom.
    """

    key: str
    title: Any
    lines: tuple[Line, ...] = ()
    head: tuple[Any, ...] = ()
    intro: Any = ""
    note: Any = ""
    empty: Any = ""
    more: Line | None = None
    rank: int = 50


@dataclass(frozen=True, kw_only=True)
class Dated:
    """Something with a day in the calendar; `month` stands below the day, `is_near` is this week or the next."""

    day: int
    month: str
    title: Any
    note: Any
    url: str
    is_near: bool


DueSource = Callable[[Actor], Iterable[Due]]
RunningSource = Callable[[Actor], Iterable[Running]]

SectionSource = Callable[[Actor], Section | None]
DateSource = Callable[[Actor], Iterable[Dated]]

SOURCES: list[DueSource] = []
RUNNING_SOURCES: list[RunningSource] = []
SECTION_SOURCES: list[SectionSource] = []
DATE_SOURCES: list[DateSource] = []


def due(actor: Actor) -> list[Due]:
    """Everything that waits for the actor, the most pressing first."""
    found = [item for source in SOURCES for item in source(actor)]
    return sorted(found, key=lambda item: (item.rank, item.since or date.max))


def running(actor: Actor) -> list[Running]:
    """Long jobs the actor may watch."""
    return [item for source in RUNNING_SOURCES for item in source(actor)]


def sections(actor: Actor) -> list[Section]:
    """What the actor keeps an eye on, in the order that fits the role."""
    found = [section for source in SECTION_SOURCES if (section := source(actor)) is not None]
    return sorted(found, key=lambda section: section.rank)


def dates(actor: Actor) -> list[Dated]:
    """What is in the calendar, the next first."""
    return [item for source in DATE_SOURCES for item in source(actor)]
