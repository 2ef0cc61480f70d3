"""Counting requests per address for the limits, in the memory of one process.

The counter that comes with the library starts a thread which looks at every address, again and again while people
come: under load this took a tenth of a web process. This one counts under one lock and clears up once a minute.
"""

import threading
import time

from limits.storage import Storage

SCHEME = "portal-memory"
_TIDY_EVERY_SECONDS = 60.0


class RateCounts(Storage):
    """Fixed windows: each begins with somebody's first request and ends after its length, whatever comes between."""

    STORAGE_SCHEME = [SCHEME]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}  # key → end of the window, requests in it
        self._tidy_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count and hand back how many there are in the window of `expiry` seconds."""
        now = time.time()
        with self._lock:
            if now >= self._tidy_at:
                self._windows = {one: kept for one, kept in self._windows.items() if kept[0] > now}
                self._tidy_at = now + _TIDY_EVERY_SECONDS
            ends, count = self._windows.get(key, (0.0, 0))
            if ends <= now:
                ends, count = now + expiry, 0
            self._windows[key] = ends, count + amount
            return count + amount

    def get(self, key: str) -> int:
        ends, count = self._windows.get(key, (0.0, 0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970; now, where none is open."""
        ends, _count = self._windows.get(key, (0.0, 0))
        return max(ends, time.time())

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self._windows)
            self._windows = {}
        return count

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)
