"""What the worker does for stakeholders now and then."""

from portal.core.transaction import transaction
from portal.stakeholders import registration


def forget_registrations(_context: object) -> dict[str, int]:
    """Delete registrations that were never confirmed, and the copies of those that were."""
    with transaction():
        return {"registrations": registration.forget_old()}
