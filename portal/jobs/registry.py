"""What the worker can do: functions for job kinds, schedules, loops. Features declare, `create_app` calls.

Everything declared here belongs to the program, not to one application: declaring the same again is harmless,
declaring something else under the same name is a fault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any, Protocol

from portal.config import Config
from portal.core.actor import Actor


class JobContext(Protocol):
    """What a job's function gets to know and may say while it works."""

    @property
    def payload(self) -> Mapping[str, Any]:
        """What the job was written with."""
        ...

    @property
    def actor(self) -> Actor:
        """The person who asked for it, for the same organisation, with the rights held now; the machine for schedules.

        Raises `Refusal` when the person no longer acts for that organisation: the job ends as failed.
        """
        ...

    def progress(self, done: int, total: int) -> None:
        """Say how far it is. Cheap to call often; not inside a `transaction()`.

        Raises `JobInterruptedError` when the worker has to stop or lost the job: let it pass.
        """
        ...


class ActorLoader(Protocol):
    """Makes an actor of a user's id and the id of the representation the person used, if any.

    `Refusal` when that representation has ended.
    """

    def __call__(self, user_id: int, *, representation_id: int | None) -> Actor: ...


class JobInterruptedError(Exception):
    """The job has to end here and will be done again from its beginning."""


JobFunction = Callable[[JobContext], Mapping[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    """A kind of work. What the function returns is kept as the job's result (JSON)."""

    function: JobFunction
    label: Any
    max_attempts: int = 3


@dataclass(frozen=True)
class DeclaredSchedule:
    """A job of `kind` is due every `every`."""

    name: str
    kind: str
    every: timedelta


class Loop(Protocol):
    """Work of its own beside the jobs, such as delivering mail; one per worker process."""

    name: str

    def step(self, stop: Event) -> bool:
        """Do a bit and say whether there was anything to do. Outside of any transaction."""
        ...

    def close(self) -> None:
        """The worker ends."""
        ...


class LoopFactory(Protocol):
    """Makes the loop of one worker; `owner` is a name no other process bears."""

    def __call__(self, config: Config, *, owner: str) -> Loop: ...


_kinds: dict[str, JobKind] = {}
_schedules: dict[str, DeclaredSchedule] = {}
_loops: list[LoopFactory] = []
_actor_loaders: list[ActorLoader] = []


def register(kind: str, function: JobFunction, *, label: Any, max_attempts: int = 3) -> None:
    """Name the function that does jobs of this kind; after `max_attempts` failures a job stays failed."""
    known = _kinds.get(kind)
    if known is not None and known.function is not function:
        raise ValueError(f"job kind {kind} is registered twice")
    _kinds[kind] = JobKind(function=function, label=label, max_attempts=max_attempts)


def declare_schedule(name: str, kind: str, every: timedelta) -> None:
    """Have a job of `kind` written again and again; the worker keeps the rows in step with the declarations."""
    declared = DeclaredSchedule(name, kind, every)
    if _schedules.setdefault(name, declared) != declared:
        raise ValueError(f"schedule {name} is declared twice")


def add_loop(factory: LoopFactory) -> None:
    """Have every worker run this loop in a thread of its own."""
    if factory not in _loops:
        _loops.append(factory)


def load_actors_with(loader: ActorLoader) -> None:
    """Say how ids become an actor; the floors of people and organisations are above this one."""
    _actor_loaders[:] = [loader]


def find(kind: str) -> JobKind | None:
    """The registration, or None for a kind this program does not know (any more)."""
    return _kinds.get(kind)


def label(kind: str) -> Any:
    """Word for the kind on screen; its key if nobody registered it."""
    known = _kinds.get(kind)
    return kind if known is None else known.label


def kind_choices() -> list[tuple[str, Any]]:
    """All kinds for a filter."""
    return [(key, kind.label) for key, kind in _kinds.items()]


def schedules() -> list[DeclaredSchedule]:
    """All declared schedules."""
    return list(_schedules.values())


def loops() -> list[LoopFactory]:
    """Makers of the loops beside the jobs."""
    return list(_loops)


def load_actor(user_id: int, *, representation_id: int | None) -> Actor:
    """The actor with these ids; without a loader nobody, who has no rights."""
    return _actor_loaders[0](user_id, representation_id=representation_id) if _actor_loaders else Actor()
