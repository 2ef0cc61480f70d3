"""What *Heute* says of deliveries of figures: what is due soon, and what a department has to release."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.formats import date_short
from portal.core.languages import german
from portal.home import overview
from portal.home.today import Due
from portal.indicators import deliveries, permissions
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
    named = [f"{one.name} ({date_short(one.next_due)})" for one in found[:_NAMED]]
    if len(found) > _NAMED:
        named.append(_("und %(count)s weitere", count=len(found) - _NAMED))
    department = found[0].department
    narrowed = department.public_id if own is not None and department is not None else None
    yield Due(
        tone="warn" if late else "info",
        icon="clock",
        state=_("überfällig") if late else _("bald fällig"),
        title=str(ngettext("%(num)d Lieferung von Zahlen", "%(num)d Lieferungen von Zahlen", len(found))),
        detail=german(", ".join(named)),
        action=_("Ansehen"),
        url=url_for("indicators.register", sortierung="faellig", fachbereich=narrowed),
        rank=28 if late else 45,
        since=found[0].next_due if late else None,
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
