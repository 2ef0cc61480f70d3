"""The event as a file for the calendar of whoever was invited, also where it is not public.

The file has the UID of the entry that came with the mail: who takes both has one entry, and changes by mail reach it.
"""

from dataclasses import replace

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.conferences import calendar, entries, links, reply_queries, short_links
from portal.conferences.models import Conference, ConferenceState
from portal.conferences.services import deputies
from portal.conferences.views import link_pages
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.text import slugify
from portal.core.web import attachment
from portal.extensions import limiter
from portal.outbox.letters import absolute_url


@blueprint.get("/einladung/<token>/kalender.ics")
@limiter.limit(link_pages.RATE)
def invited_calendar(token: str) -> Response:
    """For the invited person, behind the personal link."""
    invitation = short_links.invitation_behind(token)
    if invitation is None or invitation.withdrawn_at is not None:
        return link_pages.over()
    with link_pages.readers_language(invitation):
        conference = invitation.conference
        return link_pages.private(_file(conference, uid=conference.uid, link=links.address(invitation)))


@blueprint.get("/vertretung/<token>/kalender.ics")
@limiter.limit(link_pages.RATE)
def deputy_calendar(token: str) -> Response:
    """For the deputy, behind theirs."""
    invitation = links.deputy_invitation_behind(token)
    if (
        invitation is None
        or invitation.withdrawn_at is not None
        or not deputies.is_deputy(invitation, invitation.deputy_nonce)
    ):
        return link_pages.over()
    with link_pages.readers_language(invitation):
        uid = entries.deputy_uid(invitation, invitation.deputy_nonce)
        return link_pages.private(_file(invitation.conference, uid=uid, link=links.deputy_address(invitation)))


@blueprint.get("/mein-bereich/einladungen/<public_id>/kalender.ics")
def own_calendar(public_id: str) -> Response:
    """For whoever acts for the invited organisation; leads to their page, not to the invited person's."""
    conference = reply_queries.own_invitation(current_actor(), public_id).conference
    link = absolute_url("conferences.own_invitation", public_id=public_id)
    return _file(conference, uid=conference.uid, link=link)


def _file(conference: Conference, *, uid: str, link: str) -> Response:
    words = entries.with_address(conference, _("Zu- oder absagen: %(link)s", link=link))
    entry = entries.entry(conference, uid=uid, sequence=conference.sequence, description=words)
    entry = replace(entry, is_cancelled=conference.state is ConferenceState.CANCELLED)
    return attachment(
        calendar.publication(entry).encode("utf-8"),
        name=f"{slugify(conference.title)[:60] or 'termin'}.ics",
        media_type="text/calendar; charset=utf-8; method=PUBLISH",
    )
