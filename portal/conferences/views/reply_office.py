"""What the office enters for others: replies by telephone and letter, and who was there. And what it needs to know."""

from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.conferences import announced, permissions, reply_forms, reply_queries
from portal.conferences.both_versions import Difference, differences
from portal.conferences.models import Attendance, Conference, Invitation, Reply, ReplyChannel
from portal.conferences.reply_forms import OfficeReplyForm, WalkInsForm
from portal.conferences.services import access_needs, attendance, replies
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.transaction import transaction

_CHOICE = "anwesend-"
_EMPTY_LINES = 8


@blueprint.get("/konferenzen/<public_id>/einladungen/<invitation_id>/rueckmeldung")
def reply_office(public_id: str, invitation_id: str) -> Response:
    """Ask what came by telephone or letter."""
    invitation = _invitation(public_id, invitation_id)
    values = reply_forms.present_values(invitation) | {"seen": replies.mark(invitation)}
    if invitation.reply_channel is not ReplyChannel.LINK:
        values["channel"] = invitation.reply_channel
    return _entry_page(invitation, OfficeReplyForm(formdata=None, data=values))


@blueprint.post("/konferenzen/<public_id>/einladungen/<invitation_id>/rueckmeldung")
def enter_reply(public_id: str, invitation_id: str) -> Response:
    """Keep what somebody told the office; who has mail gets the confirmation.

    If another reply came in between, show both and keep nothing.
    """
    invitation = _invitation(public_id, invitation_id)
    form = OfficeReplyForm()
    if not form.validate():
        return _entry_page(invitation, form, status=422)
    try:
        with transaction():
            outcome = replies.record_reply(
                invitation,
                Reply(form.reply.data),
                channel=ReplyChannel(form.channel.data),
                actor=current_actor(),
                note=form.note.data or "",
                deputy=_same_deputy(invitation, form),
                deputy_name=form.deputy_name.data or "",
                deputy_email=form.deputy_email.data,
                access=form.wish(),
                confirm=True,
                seen=form.seen.data or "",
            )
    except Conflict as conflict:
        form.refuse(conflict)
        invitation = _invitation(public_id, invitation_id)
        form.seen.data = replies.mark(invitation)
        return _entry_page(invitation, form, theirs=_both(form, invitation), status=409)
    except Refusal as refusal:
        form.refuse(refusal)
        return _entry_page(invitation, form, status=422)
    if not outcome.is_new:
        flash(_("Diese Rückmeldung war schon so eingetragen."), "info")
    elif outcome.reply is Reply.WAITING_LIST:
        flash(_("Alle Plätze sind vergeben. %(name)s steht auf der Warteliste.", name=invitation.person.name), "warn")
    else:
        flash(_("Die Rückmeldung von %(name)s ist eingetragen.", name=invitation.person.name), "ok")
    if form.names_needs and not form.access_consent.data and outcome.reply is not Reply.DECLINED:
        flash(_("Der Bedarf ist nicht gespeichert: Das Einverständnis fehlt."), "warn")
    return redirect(url_for("conferences.attendance", public_id=public_id))


def _both(form: OfficeReplyForm, invitation: Invitation) -> list[Difference]:
    """What differs between the reply that came in between and the one that was typed."""
    stored = OfficeReplyForm(formdata=None, data=reply_forms.present_values(invitation))
    return differences(stored, form, fields={"reply", "deputy_name", "deputy_email", "note"})


def _same_deputy(invitation: Invitation, form: OfficeReplyForm) -> Any:
    """The deputy who is known by name stays the same person as long as the name stays."""
    deputy = invitation.deputy
    typed = form.deputy_name.data or ""
    return deputy if deputy is not None and typed == deputy.name and form.reply.data == Reply.DEPUTY else None


@blueprint.get("/konferenzen/<public_id>/anwesenheit", endpoint="attendance")
def attendance_page(public_id: str) -> Response:
    """Everybody invited with the reply; once the event has begun, who was there."""
    conference = _conference(public_id)
    return _attendance_page(conference, WalkInsForm(formdata=None, data={"walk_ins": conference.walk_ins}))


@blueprint.post("/konferenzen/<public_id>/anwesenheit")
def enter_attendance(public_id: str) -> Response:
    """Keep the whole sheet at once."""
    conference = _conference(public_id)
    rows = reply_queries.invitations(current_actor(), conference)
    form = WalkInsForm()
    typed = {row.public_id: request.form.get(_CHOICE + row.public_id, "") for row in rows}
    if not form.validate() or not set(typed.values()) <= {"", *(one.value for one in Attendance)}:
        return _attendance_page(conference, form, typed=typed, status=422)
    chosen = {row: Attendance(typed[row.public_id]) if typed[row.public_id] else None for row in rows}
    walk_ins = form.walk_ins.data
    assert walk_ins is not None
    try:
        with transaction():
            attendance.record_all(conference, chosen, walk_ins=walk_ins, actor=current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        return _attendance_page(conference, form, typed=typed, status=422)
    flash(_("Die Anwesenheit ist eingetragen."), "ok")
    return redirect(url_for("conferences.attendance", public_id=public_id))


@blueprint.get("/konferenzen/<public_id>/anwesenheitsliste")
def attendance_sheet(public_id: str) -> Response:
    """A list to print and to sign at the door: who comes, and lines for guests. Without address or needs."""
    conference = _conference(public_id)
    rows = [row for row in reply_queries.invitations(current_actor(), conference) if row.reply is not Reply.DECLINED]
    return _rendered("reply_sheet", conference, rows=rows, empty_lines=_EMPTY_LINES)


@blueprint.get("/konferenzen/<public_id>/unterstuetzung")
def access_needs_page(public_id: str) -> Response:
    """What people need to take part, with the day on which it is deleted."""
    conference = _conference(public_id)
    needs = access_needs.of_event(conference, actor=current_actor())
    counts = {kind: sum(need.kind is kind for need in needs) for kind in dict.fromkeys(need.kind for need in needs)}
    day = access_needs.delete_on(conference)
    return _rendered("reply_needs", conference, needs=needs, counts=counts, delete_on=day)


def _conference(public_id: str) -> Conference:
    return reply_queries.conference_for_organiser(current_actor(), public_id)


def _invitation(public_id: str, invitation_id: str) -> Invitation:
    return reply_queries.invitation_for_organiser(current_actor(), _conference(public_id), invitation_id)


def _entry_page(
    invitation: Invitation,
    form: OfficeReplyForm,
    *,
    theirs: list[Difference] | None = None,
    status: int = 200,
) -> Response:
    conference = invitation.conference
    return _rendered(
        "reply_entry",
        conference,
        status=status,
        form=form,
        invitation=invitation,
        theirs=theirs,
        has_needs=bool(access_needs.kept(invitation)),
        delete_on=access_needs.delete_on(conference),
    )


def _attendance_page(
    conference: Conference, form: WalkInsForm, *, typed: dict[str, str] | None = None, status: int = 200
) -> Response:
    rows = reply_queries.invitations(current_actor(), conference)
    chosen = {row.public_id: row.attendance.value if row.attendance else "" for row in rows} | (typed or {})
    return _rendered(
        "reply_attendance",
        conference,
        status=status,
        form=form,
        rows=rows,
        chosen=chosen,
        prefix=_CHOICE,
        attendances=list(Attendance),
        may_enter=attendance.has_begun(conference),
        may_reply=permissions.may_enter_replies(current_actor(), conference),
        counts=[(one, sum(row.reply is one for row in rows)) for one in Reply],
        seats_taken=sum(row.reply in replies.SEATED for row in rows),
    )


def _rendered(template: str, conference: Conference, *, status: int = 200, **context: Any) -> Response:
    when = announced.when(conference.starts_at, conference.ends_at)
    page = render_template(
        f"conferences/{template}.html",
        conference=conference,
        when=when,
        where=announced.where(conference),
        **context,
    )
    return make_response(page, status)
