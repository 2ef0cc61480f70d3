"""What pages behind a personal link have in common: nobody else keeps them, and they speak the reader's language."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import make_response, render_template
from werkzeug.wrappers import Response

from portal.conferences.models import Invitation
from portal.core.languages import language_of

# An office behind one address has to get through; guessing an address would take longer than the portal will stand.
RATE = "300 per minute"


def over() -> Response:
    """Says nothing about whether there ever was such an invitation."""
    return private(make_response(render_template("conferences/reply_over.html"), 404))


def private(response: Response) -> Response:
    """No search engine keeps the address, and no other page is told it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@contextmanager
def readers_language(invitation: Invitation) -> Iterator[None]:
    """The language chosen on the page, else the one of the invited person's account."""
    user = invitation.person.user if invitation.person.user_id is not None else None
    with language_of(None if user is None else user.locale):
        yield
