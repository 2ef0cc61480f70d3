"""What the office enters for a deputy who answered on the telephone or by letter."""

from flask import flash, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.conferences import reply_forms, reply_queries
from portal.conferences.both_versions import Difference, differences
from portal.conferences.models import DeputyReply, Invitation, Reply, ReplyChannel
from portal.conferences.reply_forms import OfficeDeputyForm
from portal.conferences.services import access_needs, deputies
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require_visible
from portal.core.transaction import transaction


def _represented(public_id: str, invitation_id: str) -> Invitation:
    """The invitation for which somebody was named as deputy."""
    actor = current_actor()
    conference = reply_queries.conference_for_organiser(actor, public_id)
    found = reply_queries.invitation_for_organiser(actor, conference, invitation_id)
    return require_visible(found, found.reply is Reply.DEPUTY)


@blueprint.get("/konferenzen/<public_id>/einladungen/<invitation_id>/rueckmeldung/vertretung")
def deputy_office(public_id: str, invitation_id: str) -> Response:
    """Ask what came by telephone or letter."""
    invitation = _represented(public_id, invitation_id)
    values = reply_forms.values_of_deputy(invitation) | {"seen": deputies.mark(invitation)}
    if invitation.deputy_channel is not ReplyChannel.LINK:
        values["channel"] = invitation.deputy_channel
    return _page(invitation, OfficeDeputyForm(formdata=None, data=values))


@blueprint.post("/konferenzen/<public_id>/einladungen/<invitation_id>/rueckmeldung/vertretung")
def enter_deputy_reply(public_id: str, invitation_id: str) -> Response:
    """Keep what the deputy told the office. If another answer came in between, show both and keep nothing."""
    invitation = _represented(public_id, invitation_id)
    form = OfficeDeputyForm()
    if not form.validate():
        return _page(invitation, form, status=422)
    reply = DeputyReply(form.reply.data)
    try:
        with transaction():
            is_new = deputies.record_reply(
                invitation,
                reply,
                channel=ReplyChannel(form.channel.data),
                actor=current_actor(),
                note=form.note.data or "",
                access=form.wish(),
                seen=form.seen.data or "",
            )
    except Conflict as conflict:
        form.refuse(conflict)
        invitation = _represented(public_id, invitation_id)
        form.seen.data = deputies.mark(invitation)
        stored = OfficeDeputyForm(formdata=None, data=reply_forms.values_of_deputy(invitation))
        both = differences(stored, form, fields={"reply", "note"})
        return _page(invitation, form, theirs=both, status=409)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(invitation, form, status=422)
    name = invitation.deputy_called
    if is_new:
        flash(_("Die Rückmeldung von %(name)s ist eingetragen.", name=name), "ok")
    else:
        flash(_("Diese Rückmeldung war schon so eingetragen."), "info")
    if form.names_needs and not form.access_consent.data and reply is DeputyReply.ACCEPTED:
        flash(_("Der Bedarf ist nicht gespeichert: Das Einverständnis fehlt."), "warn")
    return redirect(url_for("conferences.attendance", public_id=public_id))


def _page(
    invitation: Invitation, form: OfficeDeputyForm, *, theirs: list[Difference] | None = None, status: int = 200
) -> Response:
    conference = invitation.conference
    page = render_template(
        "conferences/deputy_entry.html",
        conference=conference,
        form=form,
        invitation=invitation,
        theirs=theirs,
        is_told=reply_queries.is_mailed(invitation),
        has_needs=bool(access_needs.kept(invitation, of_deputy=True)),
        delete_on=access_needs.delete_on(conference),
    )
    return make_response(page, status)
