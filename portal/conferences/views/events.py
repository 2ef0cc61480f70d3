"""The list of events and the page of one event, with its steps."""

from collections import Counter
from collections.abc import Callable, Sequence

from flask import flash, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.conferences import announced, contact, extension, permissions, queries, states
from portal.conferences.delivery import Delivery
from portal.conferences.forms import ReasonForm
from portal.conferences.models import Conference, ConferenceState, Reply
from portal.conferences.queries import InvitationRow
from portal.conferences.services import events, sending
from portal.conferences.views.frame import blueprint
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.formats import datetime_short
from portal.core.permissions import require
from portal.core.tables import csv_file
from portal.core.transaction import transaction
from portal.core.web import attachment, list_arguments, told
from portal.planning import uses
from portal.planning.uses import Used


@blueprint.get("/konferenzen")
def conference_list() -> Response:
    """All events, searchable; `?format=csv` hands out the filtered list."""
    actor = current_actor()
    arguments, path = list_arguments(), url_for("conferences.conference_list")
    if arguments.get("format") == "csv":
        return _download(queries.conferences(actor, arguments, path=path, everything=True).rows)
    found = queries.conferences(actor, arguments, path=path)
    found.downloads = [("CSV", found.download_url("csv"))]
    return make_response(
        render_template(
            "conferences/list.html",
            listing=found,
            counts=queries.reply_counts([row.id for row in found.rows]),
            words=announced,
            may_organise=permissions.may_organise(actor),
        )
    )


def _download(rows: Sequence[Conference]) -> Response:
    head = [_("Titel"), _("Art"), _("Stand"), _("Phase"), _("Beginn"), _("Ende"), _("Ort"), _("Planungsräume")]
    lines = [
        [
            row.title,
            str(row.kind.label),
            str(row.state.label),
            str(row.phase.label),
            datetime_short(row.begins),
            datetime_short(row.ends),
            announced.where(row),
            ", ".join(area.full_name for area in row.areas),
        ]
        for row in rows
    ]
    content = csv_file(head, lines, note=_("Stand: %(date)s Uhr", date=datetime_short(clock.now())))
    return attachment(content, name="veranstaltungen.csv", media_type="text/csv; charset=utf-8")


@blueprint.get("/konferenzen/<public_id>")
def conference_page(public_id: str) -> Response:
    """One event: what it is, who is invited, how far the mails have come, what is missing."""
    actor = current_actor()
    conference = queries.conference_for(actor, public_id)
    may_organise = permissions.may_organise(actor)
    rows = queries.invitations(actor, conference) if permissions.may_see_people(actor) else []
    return make_response(
        render_template(
            "conferences/conference.html",
            conference=conference,
            contact=contact.of(conference),
            rows=rows,
            stats=_stats(rows),
            coverage=queries.coverage_of(conference),
            changes=queries.changes(conference),
            read_changes=announced.read,
            unannounced=announced.unannounced(conference),
            when=announced.when(conference.starts_at, conference.ends_at),
            where=announced.where(conference),
            job=queries.sending_job(conference) if may_organise else None,
            may_organise=may_organise,
            may_keep_papers=permissions.may_keep_papers(actor, conference),
            paper_url=lambda paper: url_for("conferences.staff_paper", public_id=public_id, paper_id=paper.public_id),
            links=extension.links_for(conference, actor=actor),
            uses=uses.of(Used.EVENT, conference.id, actor=actor),
            may_change=permissions.may_change(actor, conference),
            may_invite=permissions.may_invite(actor, conference),
            may_announce=permissions.may_announce(actor, conference),
            may_enter_replies=permissions.may_enter_replies(actor, conference),
            is_open=conference.state in states.OPEN,
        )
    )


def _stats(rows: Sequence[InvitationRow]) -> dict[str, int]:
    """What the line of figures above the list says."""
    counted = [row for row in rows if row.invitation.withdrawn_at is None]
    return {
        "invited": len(counted),
        "unsent": sum(row.delivery is Delivery.NOT_SENT for row in counted),
        "undeliverable": sum(row.delivery is Delivery.UNDELIVERABLE for row in counted),
        "to_print": sum(row.delivery is Delivery.TO_PRINT for row in counted),
        "coming": sum(row.invitation.reply in (Reply.ACCEPTED, Reply.DEPUTY) for row in counted),
        "declined": sum(row.invitation.reply is Reply.DECLINED for row in counted),
        "outdated": sum(row.is_outdated for row in counted),
        "silent": sum(row.invitation.reply is Reply.NONE for row in counted),
    }


def found_for_change(public_id: str) -> Conference:
    """The event, for those who organise it."""
    actor = current_actor()
    conference = queries.conference_for(actor, public_id)
    require(permissions.may_organise(actor))
    return conference


def _step(public_id: str, step: Callable[[Conference], object], words: str) -> Response:
    conference = found_for_change(public_id)
    with told(words):
        step(conference)
    return redirect(url_for("conferences.conference_page", public_id=public_id))


@blueprint.post("/konferenzen/<public_id>/festlegen")
def fix_date(public_id: str) -> Response:
    """The date stands; a public event is shown from now on."""
    return _step(
        public_id,
        lambda one: events.fix_date(one, actor=current_actor()),
        _("Der Termin steht. Niemand wurde benachrichtigt."),
    )


@blueprint.post("/konferenzen/<public_id>/durchgefuehrt")
def hold(public_id: str) -> Response:
    """The event took place."""
    return _step(
        public_id, lambda one: events.hold(one, actor=current_actor()), _("Die Veranstaltung ist durchgeführt.")
    )


@blueprint.get("/konferenzen/<public_id>/absagen")
def ask_cancel(public_id: str) -> Response:
    """Name what cancelling means, ask for the reason."""
    return _cancel_page(found_for_change(public_id), ReasonForm())


def _cancel_page(conference: Conference, form: ReasonForm, *, status: int = 200) -> Response:
    if conference.state not in states.OPEN:
        raise Refusal(_("Diese Veranstaltung lässt sich nicht mehr absagen."))
    asked = [
        row.invitation
        for row in queries.invitations(current_actor(), conference)
        if row.invitation.sent_sequence is not None and row.invitation.withdrawn_at is None
    ]
    unposted = len(sending.never_posted(asked))
    page = render_template(
        "conferences/cancel.html", conference=conference, form=form, told=len(asked) - unposted, unposted=unposted
    )
    return make_response(page, status)


@blueprint.post("/konferenzen/<public_id>/absagen")
def cancel(public_id: str) -> Response:
    """The event does not take place."""
    conference = found_for_change(public_id)
    form = ReasonForm()
    if not form.validate():
        return _cancel_page(conference, form, status=422)
    if conference.state is ConferenceState.CANCELLED:  # the same button, twice
        return redirect(url_for("conferences.conference_page", public_id=public_id))
    try:
        with transaction():
            sending.cancel(conference, reason=form.reason.data or "", actor=current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        return _cancel_page(conference, form, status=422)
    flash(_("Die Veranstaltung ist abgesagt. Alle Eingeladenen bekommen Bescheid."), "ok")
    return redirect(url_for("conferences.conference_page", public_id=public_id))


@blueprint.get("/konferenzen/<public_id>/bekanntgeben")
def ask_announce(public_id: str) -> Response:
    """Show what changed, old and new, and ask whether everybody shall know."""
    return _announce_page(found_for_change(public_id), ReasonForm())


def _announce_page(conference: Conference, form: ReasonForm, *, status: int = 200) -> Response:
    changes = announced.unannounced(conference)
    if not changes or not permissions.may_announce(current_actor(), conference):
        return redirect(url_for("conferences.conference_page", public_id=conference.public_id))
    page = render_template("conferences/announce.html", conference=conference, form=form, changes=changes)
    return make_response(page, status)


@blueprint.post("/konferenzen/<public_id>/bekanntgeben")
def announce(public_id: str) -> Response:
    """Tell everybody invited; their calendar entries are replaced."""
    conference = found_for_change(public_id)
    form = ReasonForm()
    if not form.validate():
        return _announce_page(conference, form, status=422)
    try:
        with transaction():
            sending.announce(conference, reason=form.reason.data or "", actor=current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        return _announce_page(conference, form, status=422)
    flash(_("Alle Eingeladenen bekommen Bescheid. Ihr Kalendereintrag wird ersetzt."), "ok")
    return redirect(url_for("conferences.conference_page", public_id=public_id))


@blueprint.get("/konferenzen/<public_id>/versenden")
def ask_send(public_id: str) -> Response:
    """Before sending: how many mails and letters, and who would be missing."""
    conference = found_for_change(public_id)
    invited = queries.invitations(current_actor(), conference)
    rows = [row for row in invited if row.delivery is Delivery.NOT_SENT]
    if not rows or not permissions.may_invite(current_actor(), conference):
        return redirect(url_for("conferences.conference_page", public_id=public_id))
    letters = sum(sending.by_letter(row.invitation.person) for row in rows)
    return make_response(
        render_template(
            "conferences/send.html",
            conference=conference,
            mails=len(rows) - letters,
            several=_for_several(invited),
            letters=letters,
            coverage=queries.coverage_of(conference),
            hindrance=sending.hindrance(conference),
            unannounced=announced.must_be_told(conference),
        )
    )


def _for_several(invited: Sequence[InvitationRow]) -> int:
    """How many people get another mail now, beside one for another organisation: by address, as calendars see them."""
    standing = [
        row for row in invited if row.invitation.withdrawn_at is None and not sending.by_letter(row.invitation.person)
    ]
    counted = Counter(row.invitation.person.email for row in standing)
    new = {row.invitation.person.email for row in standing if row.delivery is Delivery.NOT_SENT}
    return sum(counted[address] > 1 for address in new)


@blueprint.post("/konferenzen/<public_id>/versenden")
def send(public_id: str) -> Response:
    """Hand the invitations over; a job writes the mails."""
    return _step(
        public_id,
        lambda one: sending.ask(one, actor=current_actor()),
        _("Die Einladungen werden verschickt. Sie können die Seite verlassen."),
    )
