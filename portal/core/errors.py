"""What may be refused, and how. Everything else is a fault and ends in the error page."""

from collections.abc import Callable, Sequence


class Refusal(Exception):
    """An expected no, in words for the person who asked; `field` names the input it belongs to."""

    def __init__(self, message: object, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class Refusals(Refusal):
    """Several refusals of one attempt, at least one; words and field of its own are those of the first."""

    def __init__(self, found: Sequence[Refusal]) -> None:
        super().__init__(found[0].message, field=found[0].field)
        self.found = tuple(found)


def together(*rules: Callable[[], object]) -> None:
    """Ask every rule, then refuse for all that did at once: nobody has to send a form once for each mistake.

    Rules are asked in order and must not depend on one another; `Conflict` ends the asking.
    """
    found: list[Refusal] = []
    for rule in rules:
        try:
            rule()
        except Conflict:
            raise
        except Refusals as several:
            found.extend(several.found)
        except Refusal as refusal:
            found.append(refusal)
    if len(found) == 1:
        raise found[0]
    if found:
        raise Refusals(found)


class Conflict(Refusal):
    """Somebody else changed the same text in the meantime; nothing was overwritten."""


class NotAllowed(Exception):
    """The actor lacks the right. Views answer 403, or sign-in if nobody is signed in."""


class NotFound(Exception):
    """There is no such thing, or it is out of the actor's sight. Views answer 404."""
