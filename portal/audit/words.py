"""Sentences for actions, words for subjects and details, declared by the features that record them.

Extension point: `create_app` calls `declare` once per feature.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Detail:
    """What a key in the details of an entry means, and how its value (or each of a list of values) is printed.

    `names`: the value is the id of a row of that type (table), shown by its name. `values`: words for keys, such as
    `Role.choices()`. `shown`: a function for everything else. `in_name`: left out where the subject has a name,
    because the name says it. `nothing` stands for None.
    """

    label: Any
    names: str = ""
    values: Iterable[tuple[Any, Any]] | None = None
    shown: Callable[[Any], object] | None = None
    in_name: bool = False
    nothing: Any = field(default_factory=lambda: _l("keine Angabe"))


_actions: dict[str, Any] = {}
_subjects: dict[str, Any] = {}
_details: dict[str, Mapping[str, Detail]] = {}


def declare(
    *,
    actions: Mapping[str, Any],
    subjects: Mapping[str, Any] | None = None,
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Make known what a feature records: action → what happened, subject type (table) → what it is called,
    key of a detail → what it means in the entries of these actions.

    The texts are lazy; an action reads like the end of a sentence that begins with a person ("hat …" left out):
    `Einstellung geändert`. The same key with another text is a fault.
    """
    for action in actions:
        _details[action] = details or {}
    for known, added in ((_actions, actions), (_subjects, subjects or {})):
        for key, text in added.items():
            present = known.setdefault(key, text)
            if present is not text and str(present) != str(text):
                raise ValueError(f"audit word {key} is declared twice")


def actions() -> dict[str, Any]:
    """All declared actions in the order of declaration."""
    return dict(_actions)


def subjects() -> dict[str, Any]:
    """All declared subject types in the order of declaration."""
    return dict(_subjects)


def action_label(action: str) -> Any:
    """What happened, in words; the key itself for entries of features that are no longer installed."""
    return _actions.get(action, action)


def subject_label(subject_type: str) -> Any:
    """What it happened to, in words; the key itself where nobody declared one."""
    return _subjects.get(subject_type, subject_type)


def detail(action: str, key: str) -> Detail | None:
    """What a key in the details of this action means; None where nobody declared it."""
    return _details.get(action, {}).get(key)


def in_order(action: str, keys: Iterable[str]) -> list[str]:
    """Keys as the feature declared them, then the others by name."""
    declared = list(_details.get(action, {}))
    present = set(keys)
    return [key for key in declared if key in present] + sorted(present - set(declared))
