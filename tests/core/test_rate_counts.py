"""Counting requests per address: windows begin, fill, end and are cleared up; nobody is lost among many threads."""

import threading
from datetime import timedelta

import pytest
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from portal.core import rate_counts
from portal.core.rate_counts import RateCounts

MINUTE = timedelta(minutes=1).total_seconds()


class Clock:
    """Stands in for `time` in the module."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rate_counts, "time", clock)
    return clock


def test_a_window_ends_and_another_begins(clock: Clock) -> None:
    counts = RateCounts()
    assert [counts.incr("a", MINUTE), counts.incr("a", MINUTE), counts.incr("b", MINUTE)] == [1, 2, 1]
    clock.now += 59
    assert (counts.get("a"), counts.get_expiry("a")) == (2, 1_000_060.0)
    assert counts.incr("a", MINUTE) == 3
    clock.now += 1
    assert (counts.get("a"), counts.get_expiry("a")) == (0, clock.now)
    assert counts.incr("a", MINUTE) == 1


def test_ended_windows_are_cleared_up(clock: Clock) -> None:
    counts = RateCounts()
    for number in range(50):
        counts.incr(str(number), MINUTE)
    clock.now += 61
    counts.incr("new", MINUTE)
    assert counts.reset() == 1


def test_one_or_all_may_be_forgotten(clock: Clock) -> None:
    counts = RateCounts()
    counts.incr("a", MINUTE)
    counts.incr("b", MINUTE)
    counts.clear("a")
    assert (counts.get("a"), counts.get("b")) == (0, 1)
    counts.reset()
    assert counts.get("b") == 0


def test_the_limiter_finds_it_by_its_scheme_and_counts_every_thread() -> None:
    limiter = FixedWindowRateLimiter(storage_from_string(f"{rate_counts.SCHEME}://"))
    limit = RateLimitItemPerMinute(300)
    passed = [0] * 8

    def come(number: int) -> None:
        passed[number] = sum(limiter.hit(limit, "10.0.0.1") for _ in range(100))

    threads = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 300
