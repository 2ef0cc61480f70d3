"""Kinds of mail: every feature declares its own, so that the page names them and secrets stay secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MessageKind:
    """What a kind of mail is called. `secret`: its body holds a link that opens an account or the like.

    A secret body is never shown to anybody and erased in the moment of its delivery.
    """

    label: Any
    secret: bool = False


# Setting: days after which bodies of settled messages are erased (see `retention`).
RETENTION_DAYS = "outbox.retention_days"

_declared: dict[str, MessageKind] = {}


def declare(kinds: Mapping[str, MessageKind]) -> None:
    """Make kinds known; `create_app` calls it once per feature."""
    _declared.update(kinds)


def find(kind: str) -> MessageKind:
    """The declaration. A kind nobody declared any more keeps its key as its name."""
    return _declared.get(kind, MessageKind(kind))


def choices() -> list[tuple[str, Any]]:
    """All kinds for a filter, in the order of declaration."""
    return [(key, kind.label) for key, kind in _declared.items()]


def secret_kinds() -> list[str]:
    """Kinds whose bodies nobody may read."""
    return [key for key, kind in _declared.items() if kind.secret]
