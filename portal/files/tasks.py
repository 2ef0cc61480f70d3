"""What the worker does for the stored files."""

from portal.files import services


def sweep(_context: object) -> dict[str, int]:
    """Remove bytes that no row names."""
    return {"removed": services.sweep()}
