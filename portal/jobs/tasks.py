"""What the worker does for the list of jobs itself."""

from datetime import timedelta

from portal.core import clock
from portal.core.transaction import transaction
from portal.jobs import services
from portal.jobs.registry import JobContext

KEPT = timedelta(days=30)
_CHUNK = 500


def purge_finished(_context: JobContext) -> dict[str, int]:
    """Remove jobs that ended more than 30 days ago, in short transactions."""
    before = clock.now() - KEPT
    removed = 0
    while True:
        with transaction():
            count = services.purge(finished_before=before, limit=_CHUNK)
        removed += count
        if count < _CHUNK:
            return {"removed": removed}
