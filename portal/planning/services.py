"""Setting planning periods."""

import secrets
from datetime import date

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.planning import permissions, queries
from portal.planning.models import PlanningPeriod
from portal.settings import services as settings


def create_period(
    key: str, name: str, *, actor: Actor, starts_on: date, ends_on: date, is_demo: bool = False
) -> PlanningPeriod:
    """A round of the planning cycle.

    Refuses a last day before the first (field `ends_on`) and days that another period holds (`starts_on`): what
    happens on a day belongs to one round.
    """
    require(permissions.may_set_periods(actor))
    if ends_on <= starts_on:
        raise Refusal(_("Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie beide Tage."), field="ends_on")
    other = queries.overlapping(starts_on, ends_on)
    if other is not None:
        raise Refusal(_("Diese Tage gehören schon zu „%(name)s“.", name=other.name), field="starts_on")
    period = PlanningPeriod(key=key, name=one_line(name)[:200], starts_on=starts_on, ends_on=ends_on, is_demo=is_demo)
    db.session.add(period)
    db.session.flush()
    settings.bump("settings")  # which round a page speaks of may be another one now
    audit.record("planning.period_created", subject=period, actor=actor)
    return period


def new_key(starts_on: date) -> str:
    """A key for a period made by hand: its year, and a random part because a year may begin two."""
    return f"periode-{starts_on.year}-{secrets.token_hex(3)}"
