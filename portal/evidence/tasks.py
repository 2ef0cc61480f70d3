"""What the worker does for findings, again and again."""

from portal.evidence import reopening
from portal.evidence.hearings import services as hearings

# The schedule is known by the first of its duties.
TEND = "evidence.remind"


def reopen_changed(_context: object) -> dict[str, int]:
    """Reopen findings whose proposal has changed, by new data or because figures grew too old overnight, and take back
    those whose proposal is as it was."""
    return {"reopened": reopening.reopen_changed(), "resumed": reopening.resume_returned()}


def tend_hearings(_context: object) -> dict[str, int]:
    """Tell who acts for a municipality only since its hearing was opened, and remind of a near end; once each."""
    return {"told": hearings.tell_all_newcomers(), "reminded": hearings.remind_all()}
