"""The invited person's own page: behind the personal link without an account, and in *Mein Bereich* with one.

Opening it changes nothing, whoever opens it: mail programs and scanners fetch links, too. The address itself is the
secret, so the form behind it needs neither account nor cookie, and no page elsewhere is told the address.
"""

from datetime import timedelta

from flask import make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import limits
from portal.accounts.limits import Limit, Try
from portal.conferences import announced, permissions, reply_forms, reply_queries, short_links
from portal.conferences.models import Invitation, Reply, ReplyChannel
from portal.conferences.reply_forms import ColleagueReplyForm, OpenReplyForm, ReplyForm
from portal.conferences.services import access_needs, replies, replying
from portal.conferences.views import link_pages, reply_pages
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.transaction import in_turn, transaction
from portal.extensions import csrf, limiter
from portal.settings import services as settings

# Mails to deputies. One person may stand in for many, and many answer from the same building.
_HOUR = timedelta(hours=1)
_OF_INVITATION = Limit("deputy_of_invitation", 6, _HOUR)
_TO_ADDRESS = Limit("deputy_address", 30, _HOUR)
_FROM_NETWORK = Limit("deputy_network", 200, _HOUR)


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
    form = _own_form(invitation)(formdata=None, data=reply_forms.present_values(invitation))
    return _page(invitation, form, is_own=True)


@blueprint.post("/mein-bereich/einladungen/<public_id>")
def send_own_reply(public_id: str) -> Response:
    """Keep the reply of the own organisation."""
    invitation = reply_queries.own_invitation(current_actor(), public_id)
    change_url = url_for("conferences.own_invitation", public_id=public_id)
    return _answer(invitation, _own_form(invitation)(), change_url=change_url, is_own=True)


def _own_form(invitation: Invitation) -> type[ColleagueReplyForm]:
    return ReplyForm if permissions.is_invited(current_actor(), invitation) else ColleagueReplyForm


def _answer(
    invitation: Invitation, form: ColleagueReplyForm, *, change_url: str, token: str | None = None, is_own: bool = False
) -> Response:
    if not form.validate():
        return _page(invitation, form, status=422, is_own=is_own)
    if _mails_too_often(invitation, form):
        words = _(
            "Jetzt können wir Ihrer Vertretung nicht noch einmal schreiben: Es waren zu viele E-Mails in einer Stunde. "
            "Ihre Angaben stehen noch hier. Lassen Sie die E-Mail-Adresse leer, dann können Sie die Antwort sofort "
            "senden und Ihrer Vertretung selbst Bescheid geben. Oder versuchen Sie es in einer Stunde noch einmal."
        )
        form.refuse(Refusal(words, field="deputy_email"))
        return _page(invitation, form, status=429, is_own=is_own)
    personal = form if isinstance(form, ReplyForm) else None
    try:
        with in_turn("replies"), transaction():
            outcome = replies.record_reply(
                invitation,
                Reply(form.reply.data),
                channel=ReplyChannel.LINK,
                actor=current_actor(),
                note="" if personal is None else personal.note.data or "",
                deputy_name=form.deputy_name.data or "",
                deputy_email=form.deputy_email.data,
                access=None if personal is None else personal.wish(),
                confirm=True,
                for_organisation=is_own,
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
                    personal is not None
                    and personal.names_needs
                    and not personal.access_consent.data
                    and outcome.reply is not Reply.DECLINED
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


def _mails_too_often(invitation: Invitation, form: ColleagueReplyForm) -> bool:
    """Whether somebody has mail sent to deputies again and again: strangers must not be bothered through a link."""
    address = (form.deputy_email.data or "").strip()
    if form.reply.data != Reply.DEPUTY or not address or address.lower() == invitation.deputy_email:
        return False
    with transaction():
        tries = [
            Try(_OF_INVITATION, invitation.public_id),
            Try(_TO_ADDRESS, address.lower()),
            Try(_FROM_NETWORK, limits.network_of(request.remote_addr)),
        ]
        return limits.count(tries) is not None


def _page(invitation: Invitation, form: ColleagueReplyForm, *, status: int = 200, is_own: bool = False) -> Response:
    closed = replying.why_closed(invitation)
    page = reply_pages.page(
        invitation,
        form,
        closed=closed,
        is_full=closed is None and reply_pages.is_full(invitation),
        has_needs=isinstance(form, ReplyForm) and bool(access_needs.kept(invitation)),
        is_own=is_own,
    )
    return make_response(page, status)
