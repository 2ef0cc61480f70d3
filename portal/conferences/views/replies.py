"""The invited person's own page: behind the personal link without an account, and in *Mein Bereich* with one.

Opening it changes nothing, whoever opens it: mail programs and scanners fetch links, too. The address itself is the
secret, so the form behind it needs neither account nor cookie, and no page elsewhere is told the address.
"""

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import limits
from portal.conferences import announced, reply_forms, reply_queries, short_links
from portal.conferences.models import Invitation, Reply, ReplyChannel
from portal.conferences.reply_forms import OpenReplyForm, ReplyForm
from portal.conferences.services import access_needs, replies, replying
from portal.conferences.views import link_pages, reply_pages
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.transaction import in_turn, transaction
from portal.extensions import csrf, limiter
from portal.settings import services as settings


@blueprint.get("/einladung/<token>")
@limiter.limit(link_pages.RATE)
def reply(token: str) -> Response:
    """What it is, when and where, the present reply and the form."""
    invitation = short_links.invitation_behind(token)
    if invitation is None or invitation.withdrawn_at is not None:
        return link_pages.over()
    with link_pages.readers_language(invitation):
        if reply_pages.is_first_look(invitation, token):
            return link_pages.private(make_response(reply_pages.first_look(invitation, token)))
        form = OpenReplyForm(formdata=None, data=reply_forms.present_values(invitation))
        return link_pages.private(_page(invitation, form))


@blueprint.post("/einladung/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(link_pages.RATE)
def send_reply(token: str) -> Response:
    """Keep the reply and say so; the same once more changes nothing."""
    invitation = short_links.invitation_behind(token)
    if invitation is None or invitation.withdrawn_at is not None:
        return link_pages.over()
    with link_pages.readers_language(invitation):
        change_url = url_for("conferences.reply", token=token)
        return link_pages.private(_answer(invitation, OpenReplyForm(), change_url=change_url, token=token))


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


def _answer(
    invitation: Invitation, form: ReplyForm, *, change_url: str, token: str | None = None, is_own: bool = False
) -> Response:
    if not form.validate():
        return _page(invitation, form, status=422, is_own=is_own)
    if _mails_too_often(invitation, form):
        form.refuse(Refusal(_("Das waren viele Versuche. Bitte warten Sie etwas und versuchen Sie es dann erneut.")))
        return _page(invitation, form, status=429, is_own=is_own)
    try:
        with in_turn("replies"), transaction():
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
            done = reply_pages.Done(
                conference_id=invitation.conference_id,
                edition=invitation.conference.edition,
                title=invitation.conference.title,
                starts_at=invitation.conference.starts_at,
                ends_at=invitation.conference.ends_at,
                where=announced.where(invitation.conference),
                outcome=outcome,
                deputy_name=invitation.deputy_name,
                was_seen=form.seen.data == reply_forms.at_in_form(outcome.before_at),
                needs_left_out=(
                    form.names_needs and not form.access_consent.data and outcome.reply is not Reply.DECLINED
                ),
                is_mailed=reply_queries.is_mailed(invitation),
                settings=settings.stored_state(),
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(invitation, form, status=422, is_own=is_own)
    except NotFound:
        return link_pages.over()
    if token is not None and reply_pages.is_plain(done, token):
        return make_response(reply_pages.thanks(done, token))
    return make_response(reply_pages.done_page(done, change_url=change_url, is_own=is_own))


def _mails_too_often(invitation: Invitation, form: ReplyForm) -> bool:
    """Whether somebody has mail sent to deputies again and again: strangers must not be bothered through a link."""
    address = (form.deputy_email.data or "").strip()
    if form.reply.data != Reply.DEPUTY or not address or address.lower() == invitation.deputy_email:
        return False
    with transaction():
        return limits.count(limits.mail_tries(address, request.remote_addr)) is not None


def _page(invitation: Invitation, form: ReplyForm, *, status: int = 200, is_own: bool = False) -> Response:
    closed = replying.why_closed(invitation)
    page = reply_pages.page(
        invitation,
        form,
        closed=closed,
        is_full=closed is None and reply_pages.is_full(invitation),
        has_needs=bool(access_needs.kept(invitation)),
        is_own=is_own,
    )
    return make_response(page, status)
