"""What the worker does for findings once a day."""

from portal.evidence import reopening


def reopen_changed(_context: object) -> dict[str, int]:
    """Reopen findings whose proposal has changed, by new data or because figures grew too old overnight."""
    return {"reopened": reopening.reopen_changed()}
