"""What may be refused, and how. Everything else is a fault and ends in the error page."""


class Refusal(Exception):
    """An expected no, in words for the person who asked; `field` names the input it belongs to."""

    def __init__(self, message: object, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class Conflict(Refusal):
    """Somebody else changed the same text in the meantime; nothing was overwritten."""


class NotAllowed(Exception):
    """The actor lacks the right. Views answer 403, or sign-in if nobody is signed in."""


class NotFound(Exception):
    """There is no such thing, or it is out of the actor's sight. Views answer 404."""
