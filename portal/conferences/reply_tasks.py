"""What the worker does about replies: access needs are deleted when their day has come."""

from portal.conferences.services import access_needs
from portal.core.transaction import transaction

DELETE_NEEDS = "conferences.delete_access_needs"


def delete_access_needs(_context: object) -> dict[str, int]:
    """Delete what people said they need to take part, by the rule they were told."""
    with transaction():
        return {"access_needs": access_needs.delete_due()}
