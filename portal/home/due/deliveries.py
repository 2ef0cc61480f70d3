"""What *Heute* says of deliveries of figures: what is due soon, and what a department has to release."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.formats import date_short
from portal.core.languages import german
from portal.home import overview
from portal.home.today import Due
from portal.indicators import permissions
from portal.indicators.deliveries import due_dates as deliveries
from portal.indicators.models import Indicator
from portal.indicators.own_figures import queries

_NAMED = 5


def deliveries_due(actor: Actor) -> Iterable[Due]:
    """Figures that are due within the reminder's days: all for social planning, the own ones for a department."""
    if not actor.has(Role.PLANNER, Role.SECTORAL_PLANNER):
        return
    own = actor.user.department_id if actor.user is not None and overview.only_own_department(actor) else None
    if own is None and overview.only_own_department(actor):
        return
    found = deliveries.due(until=deliveries.window(clock.today()), department_id=own)
    if not found:
        return
    late = [one for one in found if one.next_due is not None and one.next_due < clock.today()]
    coming = [one for one in found if one not in late]
    if late:
        yield _deliveries(
            late, tone="warn", state=_("überfällig"), rank=28, since=late[0].next_due, narrowed=own is not None
        )
    if coming:
        yield _deliveries(coming, tone="info", state=_("bald fällig"), rank=45, since=None, narrowed=own is not None)


def _deliveries(
    found: Sequence[Indicator], *, tone: str, state: str, rank: int, since: date | None, narrowed: bool
) -> Due:
    named = [f"{one.name} ({date_short(one.next_due)})" for one in found[:_NAMED]]
    if len(found) > _NAMED:
        named.append(_("und %(count)s weitere", count=len(found) - _NAMED))
    department = found[0].department
    return Due(
        tone=tone,
        icon="clock",
        state=state,
        title=str(ngettext("%(num)d Lieferung von Zahlen", "%(num)d Lieferungen von Zahlen", len(found))),
        detail=german(", ".join(named)),
        action=_("Ansehen"),
        url=url_for(
            "indicators.register",
            sortierung="faellig",
            fachbereich=department.public_id if narrowed and department is not None else None,
        ),
        rank=rank,
        since=since,
    )


def own_figures_to_release(actor: Actor) -> Iterable[Due]:
    """Own figures that were handed in and wait for the department's release."""
    for batch, departments in queries.waiting():
        if not permissions.may_take_over(actor, departments, is_own=True):
            continue
        yield Due(
            tone="warn",
            icon="chart",
            state=_("freizugeben"),
            title=batch.file_name,
            detail=_("Eigene Zahlen Ihres Fachbereichs sind geprüft und noch nicht sichtbar."),
            action=_("Prüfen"),
            url=url_for("indicators.own_delivery", public_id=batch.public_id),
            rank=29,
            since=batch.created_at.astimezone(clock.LOCAL_ZONE).date(),
        )
