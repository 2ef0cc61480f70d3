"""What the worker does about unsent forms."""

from portal.core.transaction import transaction
from portal.unsent import services

FORGET = "unsent.forget"


def forget(_context: object) -> dict[str, int]:
    """Delete what nobody came back to."""
    with transaction():
        return {"unsent_forms": services.forget_old()}
