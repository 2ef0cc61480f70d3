"""How services enforce the predicates that stand in each feature's `permissions`."""

from typing import TypeVar

from portal.core.errors import NotAllowed, NotFound

Subject = TypeVar("Subject")


def require(allowed: bool) -> None:
    """Raise `NotAllowed` unless the predicate held."""
    if not allowed:
        raise NotAllowed


def require_visible(subject: Subject | None, allowed: bool = True) -> Subject:
    """Hand the subject back, or raise `NotFound` if it is missing or out of the actor's sight."""
    if subject is None or not allowed:
        raise NotFound
    return subject
