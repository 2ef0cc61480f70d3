"""Events for everybody: the list, one event, its calendar entry. No personal data."""

from urllib.parse import urlsplit

from flask import make_response, render_template, url_for
from werkzeug.wrappers import Response

from portal.conferences import announced, calendar, contact, date_list, extension, public_queries
from portal.conferences.calendar import Entry
from portal.conferences.models import ConferenceState
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.text import slugify
from portal.core.web import attachment
from portal.outbox.letters import absolute_url
from portal.planning import uses
from portal.planning.uses import Used


@blueprint.get("/termine")
def dates() -> Response:
    """Coming public events, then past ones."""
    return make_response(
        render_template(
            "conferences/dates.html",
            coming=[date_list.entry(one, full=True) for one in public_queries.coming()],
            past=[date_list.entry(one, full=True) for one in public_queries.past()],
        )
    )


@blueprint.get("/termine/<public_id>")
def date_page(public_id: str) -> Response:
    """One public event."""
    actor = current_actor()
    event = public_queries.public_event(public_id)
    return make_response(
        render_template(
            "conferences/date.html",
            event=event,
            hours=announced.between(event.starts_at, event.ends_at),
            where=announced.where(event),
            papers_shown=[paper for paper in event.files if paper.is_public],
            paper_url=lambda paper: url_for("conferences.public_paper", public_id=public_id, paper_id=paper.public_id),
            contact=contact.of(event),
            is_coming=event.state is ConferenceState.PLANNED and not event.is_over,
            links=extension.links_for(event, actor=actor),
            uses=uses.of(Used.EVENT, event.id, actor=actor),
        )
    )


@blueprint.get("/termine/<public_id>/kalender.ics")
def date_calendar(public_id: str) -> Response:
    """The event for one's own calendar, without any person."""
    event = public_queries.public_event(public_id)
    entry = Entry(
        # Not the UID of the invitations: with it, anybody could send changes that look like ours.
        uid=f"{event.public_id}@{urlsplit(absolute_url('conferences.dates')).hostname}",
        sequence=event.sequence,
        title=event.title,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        stamp=event.changed_at,
        place=announced.where(event),
        description=event.description,
        contact=contact.of(event).line,
        url=absolute_url("conferences.date_page", public_id=event.public_id),
        is_cancelled=event.state is ConferenceState.CANCELLED,
    )
    return attachment(
        calendar.publication(entry).encode("utf-8"),
        name=f"{slugify(event.title)[:60] or 'termin'}.ics",
        media_type="text/calendar; charset=utf-8; method=PUBLISH",
    )
