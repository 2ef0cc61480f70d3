"""The link from an event to its minutes."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from portal.conferences.extension import EventLink
from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.minutes import permissions, queries


def minutes_link(conference: Conference, *, actor: Actor) -> Sequence[EventLink]:
    """To the minutes with the state of their newest version, or to beginning them; others reach released ones."""
    minutes = queries.minutes_of(conference)
    if minutes is None:
        if not permissions.may_begin(actor, conference):
            return []
        return [EventLink(_("Protokoll beginnen"), url_for("minutes.begin", public_id=conference.public_id))]
    address = url_for("minutes.minutes_page", public_id=minutes.public_id)
    if not permissions.may_see_drafts(actor):
        return [EventLink(_("Protokoll"), address)] if queries.may_read(minutes, actor) else []
    newest = minutes.versions[-1]
    note = _("Fassung %(number)s, %(state)s", number=newest.number, state=newest.state.label)
    return [EventLink(_("Protokoll"), address, note)]
