"""What residents and organisations can take part in now. Features contribute by functions in `SOURCES`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Opening:
    """Something that is open: where it is, what it is about, small facts (`(icon, text)`) such as the last day.

    `action`: the words of its button; what has one is shown strong, so it is for what anybody can do at once.
    `about`: which record it is about, where somebody may have a card of their own on the same (`OwnCard.about`).
    """

    title: Any
    text: str
    url: str
    facts: tuple[tuple[str, Any], ...] = ()
    action: str = ""
    about: str = ""


SOURCES: list[Callable[[], Iterable[Opening]]] = []


def current() -> list[Opening]:
    """Everything open now, in the order in which the features were added."""
    return [opening for source in SOURCES for opening in source()]
