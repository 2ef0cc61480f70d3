"""How many things are due, beside *Heute* in the navigation of every working page.

Counting asks every feature. So the number is counted on *Heute*, kept in the session, and counted anew on the first
page after the person has changed something or a quarter of an hour has passed.
"""

from flask import Flask, request, session
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.actor import current_actor
from portal.home import today

_KEPT = "due"
_SECONDS = 900


def note(count: int) -> None:
    """Keep the number for the pages that follow."""
    session[_KEPT] = [count, int(clock.now().timestamp())]


def known() -> int | None:
    """The number to show; None for whoever has not been on *Heute* yet."""
    kept = session.get(_KEPT)
    if kept is None:
        return None
    count, counted_at = kept
    if clock.now().timestamp() - counted_at > _SECONDS:
        count = len(today.due(current_actor()))
        note(count)
    return int(count)


def init_due_count(app: Flask) -> None:
    """Offer the number to the layout of working pages."""

    @app.before_request
    def _forget() -> ResponseReturnValue | None:
        if request.method not in {"GET", "HEAD"} and _KEPT in session:
            session[_KEPT] = [0, 0]
        return None

    app.jinja_env.globals["due_count"] = known
