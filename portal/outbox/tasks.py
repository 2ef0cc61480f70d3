"""What the worker does for the outbox now and then."""

from portal.core.transaction import transaction
from portal.outbox import retention

_CHUNK = 500


def erase_old_bodies(_context: object) -> dict[str, int]:
    """Erase what is older than the setting says, in short transactions."""
    erased = 0
    while True:
        with transaction():
            count = retention.erase_old_bodies(limit=_CHUNK)
        erased += count
        if count < _CHUNK:
            return {"erased": erased}
