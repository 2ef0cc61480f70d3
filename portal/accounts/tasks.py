"""What the worker does for accounts now and then."""

from portal.accounts import limits, sessions
from portal.core.transaction import transaction


def forget_traces(_context: object) -> dict[str, int]:
    """Delete counts of attempts and ended sessions that serve no purpose any more."""
    with transaction():
        attempts = limits.forget_old()
    with transaction():
        ended = sessions.forget_ended()
    return {"attempts": attempts, "sessions": ended}
