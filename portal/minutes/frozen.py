"""What is released stays as it is: the session itself refuses to write a change of it, whoever asks.

The database refuses as well, by triggers (`minutes.triggers`); here the fault names the version.
"""

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from portal.minutes.models import MinutesEntry, MinutesState, MinutesVersion


class Frozen(Exception):
    """Code tried to change a released version or an entry of it. A fault, not a refusal."""


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: Any, _instances: Any) -> None:
    changed = [row for row in session.dirty if session.is_modified(row, include_collections=_is_entry(row))]
    for row in (*session.new, *session.deleted, *changed):
        version = row.version if isinstance(row, MinutesEntry) else row
        if isinstance(version, MinutesVersion) and _was_released(version):
            raise Frozen(f"version {version.number} of minutes {version.minutes_id} is released")


def _is_entry(row: object) -> bool:
    # Topics, indicators and organisations are part of what an entry says.
    return isinstance(row, MinutesEntry)


def _was_released(version: MinutesVersion) -> bool:
    """Whether the version is released in the database; the act of releasing itself still finds it submitted."""
    state = inspect(version)
    if state.transient or state.pending:
        return False
    before = state.attrs.state.history.deleted
    return (before[0] if before else version.state) is MinutesState.RELEASED
