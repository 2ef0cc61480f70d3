"""The deputy's own page behind the link in the mail to them: whether they come, and what they need to take part."""

from datetime import timedelta

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import limits
from portal.accounts.limits import Limit, Try
from portal.conferences import announced, contact, date_list, links, reply_forms, reply_queries
from portal.conferences.models import ConferenceFile, DeputyReply, Invitation, ReplyChannel
from portal.conferences.reply_forms import DeputyReplyForm
from portal.conferences.services import access_needs, deputies, replying
from portal.conferences.views import link_pages
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.transaction import in_turn, transaction
from portal.extensions import csrf, limiter

# Whoever changes their mind again and again does not fill the invited person's mailbox.
_MAILS = Limit("deputy_replied", 6, timedelta(hours=1))


@blueprint.get("/vertretung/<token>")
@limiter.limit(link_pages.RATE)
def deputy(token: str) -> Response:
    """What it is, when and where, for whom, the present reply and the form. Opening it changes nothing."""
    invitation = _represented(token)
    if invitation is None:
        return link_pages.over()
    with link_pages.readers_language(invitation):
        form = DeputyReplyForm(formdata=None, data=reply_forms.values_of_deputy(invitation))
        return link_pages.private(_page(invitation, form))


@blueprint.post("/vertretung/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(link_pages.RATE)
def send_deputy_reply(token: str) -> Response:
    """Keep the deputy's reply beside that of the invited person and say so; the same once more changes nothing."""
    invitation = _represented(token)
    if invitation is None:
        return link_pages.over()
    with link_pages.readers_language(invitation):
        return link_pages.private(_answer(invitation, DeputyReplyForm()))


def _represented(token: str) -> Invitation | None:
    invitation = links.deputy_invitation_behind(token)
    if invitation is None or invitation.withdrawn_at is not None:
        return None
    return invitation if deputies.is_deputy(invitation, invitation.deputy_nonce) else None


def _answer(invitation: Invitation, form: DeputyReplyForm) -> Response:
    if not form.validate():
        return _page(invitation, form, status=422)
    reply = DeputyReply(form.reply.data)
    if _mails_too_often(invitation, reply):
        form.refuse(Refusal(_("Das waren viele Versuche. Bitte warten Sie etwas und versuchen Sie es dann erneut.")))
        return _page(invitation, form, status=429)
    try:
        with in_turn("replies"), transaction():
            is_new = deputies.record_reply(
                invitation,
                reply,
                channel=ReplyChannel.LINK,
                nonce=invitation.deputy_nonce,
                actor=current_actor(),
                note=form.note.data or "",
                access=form.wish(),
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(invitation, form, status=422)
    except NotFound:
        return link_pages.over()
    conference = invitation.conference
    return make_response(
        render_template(
            "conferences/deputy_done.html",
            conference=conference,
            when=announced.when(conference.starts_at, conference.ends_at),
            where=announced.where(conference),
            reply=reply,
            is_new=is_new,
            person_name=invitation.person.name,
            is_told=reply_queries.is_mailed(invitation),
            needs_left_out=form.names_needs and not form.access_consent.data and reply is DeputyReply.ACCEPTED,
            change_url=request.path,
        )
    )


def _mails_too_often(invitation: Invitation, reply: DeputyReply) -> bool:
    if not deputies.tells(invitation.deputy_reply, reply):
        return False
    with transaction():
        return limits.count([Try(_MAILS, invitation.public_id)]) is not None


def _page(invitation: Invitation, form: DeputyReplyForm, *, status: int = 200) -> Response:
    conference = invitation.conference
    page = render_template(
        "conferences/deputy.html",
        form=form,
        invitation=invitation,
        conference=conference,
        action=request.path,
        closed=replying.why_closed(invitation),
        date=date_list.entry(conference),
        delete_on=access_needs.delete_on(conference),
        has_needs=bool(access_needs.kept(invitation, of_deputy=True)),
        when=announced.when(conference.starts_at, conference.ends_at),
        where=announced.where(conference),
        contact=contact.of(conference),
        paper_url=_paper_url,
        calendar_url=url_for("conferences.deputy_calendar", **request.view_args or {}),
    )
    return make_response(page, status)


def _paper_url(paper: ConferenceFile) -> str:
    """Where the deputy finds the paper: behind the same link."""
    return url_for("conferences.deputy_paper", paper_id=paper.public_id, **request.view_args or {})
