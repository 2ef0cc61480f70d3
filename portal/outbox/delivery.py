"""The worker's part: claim, hand over outside of any transaction, put down the result, message by message.

Nothing is lost: a message is `sent` only after the server took it. Nothing is sent twice, except the one in
flight when the worker dies between the server's yes and our note of it; it bears the same Message-ID again.
For that, each result is stored before the server can take over the next message. While the database stores it, the
server already thinks about the next one's addresses.
"""

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import zip_longest
from threading import Event

from sqlalchemy.exc import DBAPIError

from portal.config import Config
from portal.core.single_writes import SingleWrite, single_writes
from portal.outbox import leases
from portal.outbox.leases import Claimed
from portal.outbox.transport import Outcome, Transport, UnreachableError, transport_for

_log = logging.getLogger("portal.outbox")
BATCH = 50
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 300.0
# Connecting, encrypting, signing in and one message: at most nine exchanges, each bounded by the time-out.
_TIMEOUTS_PER_MESSAGE = 9
_TIMEOUTS_PER_LEASE = 10
_DEFAULT_TIMEOUT = 20.0
_STORE_PAUSES = (0.5, 2.0, 5.0, 10.0)


class Delivery:
    """Sends what is due. One per worker process; `owner` must be no other process's name."""

    name = "outbox"

    def __init__(self, config: Config, *, owner: str, transport: Transport | None = None) -> None:
        timeout = config.mail.timeout_seconds if config.mail is not None else _DEFAULT_TIMEOUT
        self._owner = owner
        self._sender = config.mail_sender
        self._transport = transport_for(config) if transport is None else transport
        self._lease = timedelta(seconds=_TIMEOUTS_PER_LEASE * timeout)
        self._needed = _TIMEOUTS_PER_MESSAGE * timeout
        self._failures = 0
        self._resume_at = 0.0

    def step(self, stop: Event) -> bool:
        """Send one batch; whether there was anything to do. Ends after the message at hand when `stop` is set.

        While the server cannot be reached nothing is claimed and no message's attempts are counted.
        """
        if time.monotonic() < self._resume_at:
            return False
        claimed = leases.claim(
            owner=self._owner, sender=self._sender, lease=self._lease, limit=BATCH
        ) if leases.anything_due() else []  # fmt: skip
        if not claimed:
            self._transport.close()
            return False
        self._send(claimed, stop)
        return True

    def close(self) -> None:
        """Say goodbye to the server."""
        self._transport.close()

    def _send(self, claimed: list[Claimed], stop: Event) -> None:
        left = {message.id: message for message in claimed}
        reply = None
        with single_writes() as write:
            results = _Results(self._owner, write)
            try:
                self._hand_over_each(claimed, left, results, stop)
            except UnreachableError as error:
                self._pause(error)
                reply = str(error)
            finally:
                results.store()
        leases.release(list(left), owner=self._owner, reply=reply)

    def _hand_over_each(
        self, claimed: list[Claimed], left: dict[int, Claimed], results: "_Results", stop: Event
    ) -> None:
        """Hand over one after the other; `left` keeps what was not."""
        ends = time.monotonic() + self._lease.total_seconds()
        for message, following in zip_longest(claimed, claimed[1:]):
            if stop.is_set():
                return
            if time.monotonic() + self._needed > ends:
                ends = time.monotonic() + self._lease.total_seconds()
                for lost in left.keys() - leases.renew(list(left), owner=self._owner, lease=self._lease):
                    del left[lost]
            if message.id in left:
                outcome = self._transport.hand_over(
                    message.mail, early=results.begin, first=results.store, aside=_prepare(following)
                )
                results.put(message, outcome)
                self._failures = 0
                del left[message.id]

    def _pause(self, error: UnreachableError) -> None:
        self._failures += 1
        pause = min(_FIRST_PAUSE * 2.0 ** min(self._failures - 1, 10), _LONGEST_PAUSE)
        pause *= random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, keeps no secret
        self._resume_at = time.monotonic() + pause
        _log.warning("mail server unreachable (%s), next try in %.0f s", error, pause)


def _prepare(following: Claimed | None) -> Callable[[], None]:
    """Make the next message while the server takes in the present one."""

    def prepare() -> None:
        # A message that cannot be made says so when its turn comes.
        with suppress(ValueError):
            if following is not None:
                _ = following.mail.content

    return prepare


class _Results:
    """What became of a message, stored once and before the next one can be taken over.

    The server has the beginning of the next message to think about while we store the last result.
    """

    def __init__(self, owner: str, write: SingleWrite) -> None:
        self._owner = owner
        self._write = write
        self._pending: tuple[Claimed, Outcome] | None = None
        self._end: Callable[[], bool] | None = None

    def put(self, message: Claimed, outcome: Outcome) -> None:
        self.store()
        self._pending = (message, outcome)

    def begin(self) -> None:
        """Have what is pending on its way to the database. If that is away, `store` finds out."""
        if self._pending is not None and self._end is None:
            with suppress(DBAPIError):
                self._end = self._record(*self._pending)

    def store(self) -> None:
        """Have it stored. A database that is away for a moment is waited for: the server has the message."""
        if self._pending is None:
            return
        message, outcome = self._pending
        for pause in (*_STORE_PAUSES, None):
            try:
                end, self._end = self._end or self._record(message, outcome), None
                mine = end()
            except DBAPIError:
                if pause is None:
                    raise
                _log.exception("the result of %s could not be stored yet", message.mail.message_id)
                time.sleep(pause)
            else:
                break
        self._pending = None
        if not mine:
            _log.warning("message %s was handed over after its lease had expired", message.mail.message_id)

    def _record(self, message: Claimed, outcome: Outcome) -> Callable[[], bool]:
        return leases.record(message, outcome, owner=self._owner, write=self._write)
