"""Sentences for actions and words for subjects, declared by the features that record them.

Extension point: `create_app` calls `declare` once per feature.
"""

from collections.abc import Mapping
from typing import Any

_actions: dict[str, Any] = {}
_subjects: dict[str, Any] = {}


def declare(*, actions: Mapping[str, Any], subjects: Mapping[str, Any] | None = None) -> None:
    """Make known what a feature records: action → what happened, subject type (table) → what it is called.

    The texts are lazy; an action reads like the end of a sentence that begins with a person ("hat …" left out):
    `Einstellung geändert`. The same key with another text is a fault.
    """
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
