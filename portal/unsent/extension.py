"""What upper floors say about the records their forms write at. `create_app` fills it; this floor knows none."""

from typing import Protocol

from portal.core.actor import Actor


class EditionOf(Protocol):
    """What the form's field `edition` says if nobody changed the record with this key; None: it takes no more text."""

    def __call__(self, key: str, actor: Actor) -> str | None: ...


# By the kind of a subject (`kind:key`). Forms without an entry write at nothing that could change meanwhile.
editions: dict[str, EditionOf] = {}
