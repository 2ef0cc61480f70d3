"""Pages of events, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.conferences.views import (
    chosen,
    deputies,
    deputy_office,
    editing,
    events,
    invitees,
    letters,
    own_calendar,
    papers,
    public,
    replies,
    reply_office,
)
from portal.conferences.views.frame import blueprint

__all__ = [
    "blueprint",
    "chosen",
    "deputies",
    "deputy_office",
    "editing",
    "events",
    "invitees",
    "letters",
    "own_calendar",
    "papers",
    "public",
    "replies",
    "reply_office",
]
