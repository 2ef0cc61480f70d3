"""Who has to know that a setting is changed. Extension points: `create_app` fills the lists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.actor import Actor

# Each is told in the transaction of the change, when the new value already holds.
SettingListener = Callable[[str, Actor], None]
changed: list[SettingListener] = []


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a change would come to: the template reads `content`; `seen` stands for all of it, for a form to carry."""

    template: str
    seen: str
    content: Mapping[str, Any] = field(default_factory=dict)


# Each is asked before values by key are stored; None where they do not concern it.
Foreseer = Callable[[Mapping[str, Any], Actor], Preview | None]
foreseers: list[Foreseer] = []
