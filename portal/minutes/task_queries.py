"""Tasks that released minutes gave to somebody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, select, true
from sqlalchemy.orm import joinedload

from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
from portal.minutes import permissions
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion, TaskDone
from portal.minutes.queries import done_by_stem, latest_released
from portal.stakeholders.models import Person


@dataclass(frozen=True)
class Task:
    """A task and what became of it."""

    entry: MinutesEntry
    done_on: date | None
    may_finish: bool

    @property
    def is_overdue(self) -> bool:
        return self.done_on is None and self.entry.due_on is not None and self.entry.due_on < clock.today()


def _tasks() -> Select[MinutesEntry]:
    return (
        select(MinutesEntry)
        .join(MinutesEntry.version)
        .join(MinutesVersion.minutes)
        .join(Minutes.conference)
        .outerjoin(MinutesEntry.owner)
        .where(latest_released(), MinutesEntry.kind == EntryKind.TASK)
        .options(
            joinedload(MinutesEntry.owner),
            joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes).joinedload(Minutes.conference),
        )
    )


def _is_done() -> ColumnElement[bool]:
    return exists().where(TaskDone.stem == MinutesEntry.stem)


_STATES: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "ueberfaellig": lambda: ~_is_done() & (MinutesEntry.due_on < clock.today()),
    "erledigt": _is_done,
    "alle": true,
}


def tasks(actor: Actor, arguments: Mapping[str, str], *, path: str) -> Listing[MinutesEntry]:
    """All tasks of released minutes, the open ones unless something else is asked for; `rows` become `Task`."""
    require(permissions.may_see_tasks(actor))
    is_open = arguments.get("stand") not in _STATES
    found = listing(
        _tasks().where(~_is_done()) if is_open else _tasks(),
        arguments,
        path=path,
        sorts={
            "frist": (MinutesEntry.due_on, MinutesEntry.id),
            "zustaendig": (Person.sort_key, MinutesEntry.due_on, MinutesEntry.id),
        },
        default_sort="frist",
        search=Person.search_key,
        names=Person.name,
        search_label=_("Zuständige Person"),
        filters=[
            Filter(
                "stand", _("Zustand"),
                [("", _("offen")), ("ueberfaellig", _("überfällig")), ("erledigt", _("erledigt")), ("alle", _("alle"))],
                lambda value: _STATES[value](),
            ),
            Filter(
                "von", _("Von"), [("", _("allen")), ("mir", _("mir"))],
                lambda _value: Person.user_id == actor.user_id,
            ),
        ],
        page_size=PAGE_SIZE,
    )  # fmt: skip
    finished = done_by_stem(found.rows)
    found.rows = [_task(entry, finished.get(entry.stem), actor) for entry in found.rows]
    return found


def _task(entry: MinutesEntry, done: TaskDone | None, actor: Actor) -> Task:
    owner = None if entry.owner is None else entry.owner.user_id
    return Task(entry, None if done is None else done.done_on, permissions.may_finish_task(actor, owner))


def open_until(day: date, *, of: int | None = None) -> list[MinutesEntry]:
    """Open tasks that are due by a day, the most pressing first; `of` leaves those of one account."""
    statement = _tasks().where(~_is_done(), MinutesEntry.due_on <= day)
    if of is not None:
        statement = statement.where(Person.user_id == of)
    return list(db.session.execute(statement.order_by(MinutesEntry.due_on, MinutesEntry.id)).scalars())


def task_for(actor: Actor, stem: str) -> MinutesEntry:
    """A task by its stem, from the last released version."""
    found = db.session.execute(_tasks().where(MinutesEntry.stem == stem)).scalar_one_or_none()
    return require_visible(found, permissions.may_see_tasks(actor))
