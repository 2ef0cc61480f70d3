"""What the worker does for findings, again and again."""

from portal.evidence import hearings, reopening


def reopen_changed(_context: object) -> dict[str, int]:
    """Reopen findings whose proposal has changed, by new data or because figures grew too old overnight."""
    return {"reopened": reopening.reopen_changed()}


def remind(_context: object) -> dict[str, int]:
    """Remind municipalities of a hearing that ends soon, once each."""
    return {"reminded": hearings.remind_all()}
