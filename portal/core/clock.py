"""The time of day, in one place so that tests and seeds can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# Deadlines, validity dates and everything printed follow the county's wall clock.
LOCAL_ZONE = ZoneInfo("Europe/Berlin")

_fixed: ContextVar[datetime | None] = ContextVar("portal_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    fixed = _fixed.get()
    return datetime.now(UTC) if fixed is None else fixed


def today() -> date:
    """The local calendar day in the county."""
    return now().astimezone(LOCAL_ZONE).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` (aware) in this thread or task until the block ends."""
    if at.tzinfo is None:
        raise ValueError("a point in time needs its zone")
    token = _fixed.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
