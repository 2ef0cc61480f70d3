"""What upper floors add to the pages of minutes. `create_app` fills it; minutes know none of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from portal.core.actor import Actor
from portal.minutes.models import MinutesEntry


@dataclass(frozen=True)
class EntryAction:
    """A link beside an entry: what became of it, or what can be made of it (`is_offer`)."""

    label: Any
    url: str
    is_offer: bool = False


class EntryActions(Protocol):
    """Links for the entries of one version, by stem, as the actor may follow them; a fixed number of queries."""

    def __call__(self, entries: Sequence[MinutesEntry], *, actor: Actor) -> Mapping[str, Sequence[EntryAction]]: ...


entry_actions: list[EntryActions] = []


def actions_for(entries: Sequence[MinutesEntry], *, actor: Actor) -> dict[str, list[EntryAction]]:
    """All links of upper floors, by stem."""
    found: dict[str, list[EntryAction]] = {}
    for build in entry_actions:
        for stem, actions in build(entries, actor=actor).items():
            found.setdefault(stem, []).extend(actions)
    return found
