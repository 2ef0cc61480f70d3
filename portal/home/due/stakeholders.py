"""What *Heute* says of organisations: those that wait to be checked."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.actor import Actor
from portal.home.today import Due
from portal.stakeholders import permissions, queries


def organisations_to_check(actor: Actor) -> Iterable[Due]:
    """Organisations that registered and wait for the county's check."""
    if not permissions.may_verify(actor):
        return
    count, since = queries.waiting_for_check()
    if count:
        yield Due(
            tone="warn",
            icon="building",
            state=_("zu prüfen"),
            title=str(ngettext("%(num)d Organisation wartet", "%(num)d Organisationen warten", count)),
            detail=_("Erst nach der Prüfung kann sie Bedarfshinweise einreichen."),
            action=_("Prüfen"),
            url=url_for("stakeholders.organisation_list", stand="pending"),
            rank=25,
            since=None if since is None else since.astimezone(clock.LOCAL_ZONE).date(),
        )
