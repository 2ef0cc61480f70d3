"""The invited person's own page: behind the personal link without an account, and in *Mein Bereich* with one.

Opening it changes nothing, whoever opens it: mail programs and scanners fetch links, too. The address itself is the
secret, so the form behind it needs neither account nor cookie, and no page elsewhere is told the address.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import limits
from portal.conferences import announced, reply_forms, reply_queries, short_links
from portal.conferences.models import Invitation, Reply, ReplyChannel
from portal.conferences.reply_forms import OpenReplyForm, ReplyForm
from portal.conferences.services import access_needs, replies
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.languages import COOKIE, LABELS
from portal.core.transaction import transaction
from portal.extensions import csrf, limiter

# An office behind one address has to get through; guessing an address would take longer than the portal will stand.
_RATE = "300 per minute"
# One reply after the other in each process. SQLite has one writer and no queue: whoever finds it busy sleeps and tries
# again, and among many threads some would try in vain until their time is over.
_TURN = threading.Lock()


@blueprint.get("/einladung/<token>")
@limiter.limit(_RATE)
def reply(token: str) -> Response:
    """What it is, when and where, the present reply and the form."""
    invitation = short_links.invitation_behind(token)
    if invitation is None or invitation.withdrawn_at is not None:
        return _over()
    with _readers_language(invitation):
        form = OpenReplyForm(formdata=None, data=reply_forms.present_values(invitation))
        return _private(_page(invitation, form))


@blueprint.post("/einladung/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(_RATE)
def send_reply(token: str) -> Response:
    """Keep the reply and say so; the same once more changes nothing."""
    invitation = short_links.invitation_behind(token)
    if invitation is None or invitation.withdrawn_at is not None:
        return _over()
    with _readers_language(invitation):
        change_url = url_for("conferences.reply", token=token)
        return _private(_answer(invitation, OpenReplyForm(), change_url=change_url))


@blueprint.get("/mein-bereich/einladungen/<public_id>")
def own_invitation(public_id: str) -> Response:
    """The same for whoever acts for the invited organisation."""
    invitation = reply_queries.own_invitation(current_actor(), public_id)
    form = ReplyForm(formdata=None, data=reply_forms.present_values(invitation))
    return _page(invitation, form, is_own=True)


@blueprint.post("/mein-bereich/einladungen/<public_id>")
def send_own_reply(public_id: str) -> Response:
    """Keep the reply of the own organisation."""
    invitation = reply_queries.own_invitation(current_actor(), public_id)
    change_url = url_for("conferences.own_invitation", public_id=public_id)
    return _answer(invitation, ReplyForm(), change_url=change_url, is_own=True)


def _answer(invitation: Invitation, form: ReplyForm, *, change_url: str, is_own: bool = False) -> Response:
    if not form.validate():
        return _page(invitation, form, status=422, is_own=is_own)
    if _mails_too_often(invitation, form):
        form.refuse(Refusal(_("Das waren viele Versuche. Bitte warten Sie etwas und versuchen Sie es dann erneut.")))
        return _page(invitation, form, status=429, is_own=is_own)
    try:
        with _TURN, transaction():
            was_seen = form.seen.data == reply_forms.seen(invitation)
            outcome = replies.record_reply(
                invitation,
                Reply(form.reply.data),
                channel=ReplyChannel.LINK,
                actor=current_actor(),
                note=form.note.data or "",
                deputy_name=form.deputy_name.data or "",
                deputy_email=form.deputy_email.data,
                access=form.wish(),
                confirm=True,
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(invitation, form, status=422, is_own=is_own)
    except NotFound:
        return _over()
    replaced = outcome.before if outcome.is_new and outcome.before not in (Reply.NONE, outcome.reply) else None
    return _rendered(
        "reply_done",
        invitation=invitation,
        conference=invitation.conference,
        outcome=outcome,
        replaced=replaced,
        was_seen=was_seen,
        needs_left_out=form.names_needs and not form.access_consent.data and outcome.reply is not Reply.DECLINED,
        is_mailed=reply_queries.is_mailed(invitation),
        change_url=change_url,
        is_own=is_own,
        **_when_and_where(invitation),
    )


def _mails_too_often(invitation: Invitation, form: ReplyForm) -> bool:
    """Whether somebody has mail sent to deputies again and again: strangers must not be bothered through a link."""
    address = (form.deputy_email.data or "").strip()
    if form.reply.data != Reply.DEPUTY or not address or address.lower() == invitation.deputy_email:
        return False
    with transaction():
        return limits.count(limits.mail_tries(address, request.remote_addr)) is not None


def _page(invitation: Invitation, form: ReplyForm, *, status: int = 200, is_own: bool = False) -> Response:
    conference = invitation.conference
    closed: object = None
    try:
        replies.refuse_closed(invitation)
    except Refusal as refusal:
        closed = refusal.message
    seated = invitation.reply in replies.SEATED
    is_full = conference.seats is not None and not seated and replies.seats_taken(conference) >= conference.seats
    return _rendered(
        "reply",
        status=status,
        form=form,
        invitation=invitation,
        conference=conference,
        closed=closed,
        is_full=is_full and closed is None,
        delete_on=access_needs.delete_on(conference),
        has_needs=bool(invitation.access_needs),
        is_own=is_own,
        **_when_and_where(invitation),
    )


def _when_and_where(invitation: Invitation) -> dict[str, Any]:
    conference = invitation.conference
    return {
        "when": announced.when(conference.starts_at, conference.ends_at),
        "where": announced.place(conference),
    }


def _over() -> Response:
    """Says nothing about whether there ever was such an invitation."""
    return _private(_rendered("reply_over", status=404))


def _rendered(template: str, *, status: int = 200, **context: Any) -> Response:
    return make_response(render_template(f"conferences/{template}.html", **context), status)


def _private(response: Response) -> Response:
    """No search engine keeps the address, and no other page is told it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@contextmanager
def _readers_language(invitation: Invitation) -> Iterator[None]:
    """The language chosen on the page, else the one of the invited person's account."""
    user = invitation.person.user if invitation.person.user_id is not None else None
    if user is None or user.locale not in LABELS or COOKIE in request.cookies or current_actor().signed_in:
        yield
        return
    with force_locale(user.locale):
        yield
