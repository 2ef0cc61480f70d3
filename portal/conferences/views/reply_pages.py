"""Pages of replies. Those nearly everybody sees are kept in pieces: the invitation as it is first opened, the thanks.

An invitation to hundreds is answered in the same minutes. What is kept is made of the event as it stands (its edition
counts every change), the settings, the language and what the key says besides; names and the personal link are put
into gaps, so that nothing personal is kept.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import get_locale
from markupsafe import escape

from portal.conferences import announced, contact, date_list
from portal.conferences.models import ConferenceFile, Invitation, Reply
from portal.conferences.reply_forms import ColleagueReplyForm, OpenReplyForm
from portal.conferences.services import access_needs, replies, replying
from portal.conferences.services.replies import Outcome
from portal.core.actor import current_actor
from portal.core.prepared import Prepared, Shelf, cut, slot
from portal.settings import services as settings

_SHELF = "portal_reply_pages"
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9._-]{20,}", re.ASCII)
_PLAIN = (Reply.ACCEPTED, Reply.TENTATIVE, Reply.DECLINED)


@dataclass(frozen=True, kw_only=True)
class Done:
    """What the page after a reply says, taken along from its transaction: nothing has to be read once more.

    `was_seen`: the reply it replaces stood on the page that was sent.
    """

    conference_id: int
    edition: int
    title: str
    starts_at: datetime
    ends_at: datetime
    where: str
    outcome: Outcome
    deputy_name: str
    was_seen: bool
    needs_left_out: bool
    is_mailed: bool
    settings: str

    @property
    def replaced(self) -> Reply | None:
        """The earlier answer that no longer holds."""
        one = self.outcome
        return one.before if one.is_new and one.before not in (Reply.NONE, one.reply) else None


def is_first_look(invitation: Invitation, token: str) -> bool:
    """Whether the page holds nothing but the event and the names: nothing answered yet, nobody signed in."""
    if invitation.reply is not Reply.NONE or request.query_string or not _is_plain_visit(token):
        return False
    return replying.why_closed(invitation) is None


def first_look(invitation: Invitation, token: str) -> str:
    """The page as it is first opened. A reply taken back takes the needs along, so none can be kept."""
    conference, full = invitation.conference, is_full(invitation)

    def make() -> Prepared:
        blank = OpenReplyForm(formdata=None, data={"seen": ""})
        text = page(
            invitation,
            blank,
            closed=None,
            is_full=full,
            has_needs=False,
            organisation_name=slot("organisation"),
            person_name=slot("person"),
        )
        return _without(token, text)

    prepared = _shelf().kept(_key("look", conference.id, conference.edition, full, settings.stored_state()), make)
    return prepared.fill(
        {
            "token": token,
            "organisation": str(escape(invitation.organisation.name)),
            "person": str(escape(invitation.person.name)),
        }
    )


def page(
    invitation: Invitation,
    form: ColleagueReplyForm,
    *,
    closed: object,
    is_full: bool,
    has_needs: bool,
    is_own: bool = False,
    organisation_name: str | None = None,
    person_name: str | None = None,
) -> str:
    """What it is, when and where, the present reply and the form."""
    conference = invitation.conference
    return render_template(
        "conferences/reply.html",
        form=form,
        invitation=invitation,
        conference=conference,
        organisation_name=invitation.organisation.name if organisation_name is None else organisation_name,
        person_name=invitation.person.name if person_name is None else person_name,
        action=request.path,
        closed=closed,
        is_full=is_full,
        delete_on=access_needs.delete_on(conference),
        has_needs=has_needs,
        is_own=is_own,
        when=announced.when(conference.starts_at, conference.ends_at),
        where=announced.where(conference),
        contact=contact.of(conference),
        date=date_list.entry(conference),
        paper_url=_paper_url,
        calendar_url=_behind("invited_calendar", "own_calendar"),
    )


def _paper_url(paper: ConferenceFile) -> str:
    """Where the reader of this page finds the paper."""
    return _behind("invited_paper", "own_paper", paper_id=paper.public_id)


def _behind(with_link: str, with_account: str, **more: Any) -> str:
    """A route beside this page: behind the same link, or in *Mein Bereich*."""
    values = request.view_args or {}
    return url_for(f"conferences.{with_link if 'token' in values else with_account}", **values, **more)


def is_full(invitation: Invitation) -> bool:
    """Whether who accepts now would wait for a seat."""
    conference = invitation.conference
    if conference.seats is None or invitation.reply in replies.SEATED:
        return False
    return replies.seats_taken(conference) >= conference.seats


def is_plain(done: Done, token: str) -> bool:
    """Whether the thanks hold nothing but the event and the answer."""
    outcome = done.outcome
    return (
        outcome.is_new
        and outcome.reply in _PLAIN
        and done.replaced is None
        and not done.needs_left_out
        and not outcome.is_quiet
        and _is_plain_visit(token)
    )


def thanks(done: Done, token: str) -> str:
    """The page after a first reply."""

    def make() -> Prepared:
        return _without(token, done_page(done, change_url=request.path, is_own=False))

    key = _key("thanks", done.conference_id, done.edition, done.outcome.reply, done.is_mailed, done.settings)
    return _shelf().kept(key, make).fill({"token": token})


def done_page(done: Done, *, change_url: str, is_own: bool) -> str:
    """The answer is stored: which one, and what became of an earlier one."""
    return render_template(
        "conferences/reply_done.html",
        title=done.title,
        when=announced.when(done.starts_at, done.ends_at),
        where=done.where,
        outcome=done.outcome,
        deputy_name=done.deputy_name,
        replaced=done.replaced,
        was_seen=done.was_seen,
        needs_left_out=done.needs_left_out,
        is_mailed=done.is_mailed,
        change_url=change_url,
        is_own=is_own,
    )


def _is_plain_visit(token: str) -> bool:
    """Nobody is signed in, and the link holds no sign that addresses write otherwise."""
    if current_actor().signed_in or current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return False
    return _PLAIN_TOKEN.fullmatch(token) is not None


def _key(name: str, *parts: Any) -> tuple[Any, ...]:
    return (name, *parts, str(get_locale()))


def _without(token: str, text: str) -> Prepared:
    """The page with gaps where the personal link stands: in addresses of this page, and to come back to it."""
    return cut(text.replace(token, str(slot("token"))))


def _shelf() -> Shelf[Prepared]:
    shelf: Shelf[Prepared] = current_app.extensions.setdefault(_SHELF, Shelf())
    return shelf
