"""Names for the ids that entries hold, looked up when they are shown.

Extension point: what entries speak of lives above this floor; `create_app` hands in, per subject type (table), how
its rows are called. A feature names what the reader may see and leaves out the rest; an id nobody names belongs to
something that was erased, or that this reader does not see.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from portal.core.actor import Actor
from portal.core.text import search_key

USERS = "user_account"
ORGANISATIONS = "organisation"


# Endpoint and what stands in the address.
Page = tuple[str, Mapping[str, str]]


@dataclass(frozen=True)
class Name:
    """How something is called, the id that may stand in an address, and its page where the reader may open it.

    `facts`: more that is known of it (label, words), such as what a setting was before and after.
    """

    text: str
    public_id: str = ""
    facts: Sequence[tuple[Any, str]] = ()
    page: Page | None = None


class Naming(Protocol):
    """Finds the names of ids with one query; those it does not know or the actor may not see are left out."""

    def __call__(self, ids: Collection[int], *, actor: Actor) -> Mapping[int, Name]: ...


namings: dict[str, Naming] = {}


def names(subject_type: str, ids: Collection[int], *, actor: Actor) -> Mapping[int, Name]:
    """Names of ids of one type; nothing for a type nobody names."""
    naming = namings.get(subject_type)
    return {} if naming is None or not ids else naming(ids, actor=actor)


def users(ids: Collection[int], *, actor: Actor) -> Mapping[int, Name]:
    """Names of user ids."""
    return names(USERS, ids, actor=actor)


def organisations(ids: Collection[int], *, actor: Actor) -> Mapping[int, Name]:
    """Names of organisation ids."""
    return names(ORGANISATIONS, ids, actor=actor)


def matching(
    words: Collection[str], candidates: Mapping[str, Collection[int]], *, actor: Actor
) -> Mapping[str, Mapping[int, str]]:
    """Among these ids per type, those whose name holds one of the folded words: type, id, folded name.

    One query per type, however many ids; a name the reader may not see finds nothing.
    """
    found: dict[str, dict[int, str]] = {}
    for kind, ids in sorted(candidates.items()):
        keys = {id_: search_key(name.text) for id_, name in names(kind, ids, actor=actor).items()}
        hits = {id_: key for id_, key in keys.items() if any(word in key for word in words)}
        if hits:
            found[kind] = hits
    return found
