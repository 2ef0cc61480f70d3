"""Pages of the outbox: the list, one message, trying again, withdrawing."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import choosing, clock
from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.formats import datetime_short
from portal.core.tables import Listing, csv_file
from portal.core.transaction import transaction
from portal.core.web import attachment, list_arguments, safe_path, told
from portal.outbox import kinds, permissions, queries, services
from portal.outbox.models import OutboxMessage

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/postausgang")
def messages() -> ResponseReturnValue:
    """All messages with their state, as a list or as a file."""
    actor = current_actor()
    path = url_for("outbox.messages")
    if request.args.get("format") == "csv":
        return _download(queries.messages(list_arguments(), actor=actor, path=path, everything=True))
    listing = queries.messages(list_arguments(), actor=actor, path=path)
    listing.downloads = [("CSV", listing.download_url("csv"))]
    return render_template(
        "outbox/messages.html",
        listing=listing,
        choice=choosing.choice(listing, request.args.getlist("id")),
        backlog=queries.backlog(),
        name_of=lambda key: kinds.find(key).label,
        now=clock.now(),
        may_act=permissions.may_act(actor),
    )


@blueprint.get("/postausgang/auswahl")
def ask_several() -> ResponseReturnValue:
    """What would be sent again or withdrawn, and what is past that."""
    actor = current_actor()
    chosen = queries.several(request.args.getlist("id"), actor=actor)
    if not chosen:
        flash(_("Bitte wählen Sie zuerst in der Liste aus, um welche Nachrichten es geht."), "error")
        return redirect(_back())
    withdraws = request.args.get("tun") == "zurueckziehen"
    allowed = permissions.may_withdraw if withdraws else permissions.may_retry
    return render_template(
        "outbox/several.html",
        withdraws=withdraws,
        ready=[row for row in chosen if allowed(actor, row)],
        left=[row for row in chosen if not allowed(actor, row)],
        back=_back(),
        way_out=choosing.with_choice(_back(), (row.public_id for row in chosen), of=url_for("outbox.messages")),
    )


def _back() -> str:
    return safe_path(request.values.get("zurueck"), default=url_for("outbox.messages"))


@blueprint.post("/postausgang/auswahl")
def change_several() -> ResponseReturnValue:
    """Send the chosen messages at the next opportunity, or never; those that cannot be changed any more are counted."""
    actor = current_actor()
    withdraws = request.form.get("tun") == "zurueckziehen"
    change = services.withdraw if withdraws else services.retry
    done = left = 0
    with transaction():
        for row in queries.several(request.form.getlist("id"), actor=actor):
            try:
                change(row, actor=actor)
            except Refusal:
                left += 1
            else:
                done += 1
    if withdraws:
        words = ngettext("%(num)d Nachricht wird nicht gesendet.", "%(num)d Nachrichten werden nicht gesendet.", done)
    else:
        words = _sent_again(done)
    if left:
        words += " " + ngettext("%(num)d ließ sich nicht mehr ändern.", "%(num)d ließen sich nicht mehr ändern.", left)
    flash(words, "ok" if done else "error")
    return redirect(_back())


def _sent_again(count: int) -> str:
    return ngettext(
        "%(num)d Nachricht geht in den nächsten Minuten noch einmal hinaus.",
        "%(num)d Nachrichten gehen in den nächsten Minuten noch einmal hinaus.",
        count,
    )


def _download(listing: Listing[OutboxMessage]) -> ResponseReturnValue:
    head = [
        _("Geschrieben"), _("Empfänger"), _("Betreff"), _("Art"), _("Zustand"), _("Versuche"), _("Nächster Versuch"),
        _("Übergeben"), _("Antwort des Servers"), _("Message-ID"),
    ]  # fmt: skip
    rows = [
        [
            datetime_short(row.created_at),
            row.recipient,
            row.subject,
            str(kinds.find(row.kind).label),
            str(row.state.label),
            row.attempts,
            datetime_short(row.next_attempt_at) if row.state.value == "waiting" else "",
            datetime_short(row.sent_at) if row.sent_at else "",
            row.last_reply or "",
            row.message_id,
        ]
        for row in listing.rows
    ]
    note = _("Stand: %(at)s. Nachrichten: %(count)s.", at=datetime_short(clock.now()), count=listing.count)
    content = csv_file(head, rows, note=note)
    return attachment(content, name=f"postausgang-{clock.today():%Y-%m-%d}.csv", media_type="text/csv; charset=utf-8")


@blueprint.get("/postausgang/<public_id>")
def message(public_id: str) -> ResponseReturnValue:
    """One message: how it went, and for the administrator what it says."""
    actor = current_actor()
    found = queries.message(public_id, actor=actor)
    return render_template(
        "outbox/message.html",
        message=found,
        kind=kinds.find(found.kind),
        may_read=permissions.may_read_body(actor, found),
        may_retry=permissions.may_retry(actor, found),
        may_withdraw=permissions.may_withdraw(actor, found),
        same_reason=queries.same_reason(found),
    )


@blueprint.post("/postausgang/<public_id>/erneut")
def retry(public_id: str) -> ResponseReturnValue:
    """Send at the next opportunity; with `alle` every message refused for the same reason."""
    actor = current_actor()
    found = queries.message(public_id, actor=actor)
    try:
        with transaction():
            if request.form.get("alle"):
                count = services.retry_same_reason(found, actor=actor)
            else:
                services.retry(found, actor=actor)
                count = 1
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_sent_again(count), "ok")
    return redirect(url_for("outbox.message", public_id=public_id))


@blueprint.post("/postausgang/<public_id>/zurueckziehen")
def withdraw(public_id: str) -> ResponseReturnValue:
    """Never send it."""
    actor = current_actor()
    found = queries.message(public_id, actor=actor)
    with told(_("Die Nachricht wird nicht gesendet.")):
        services.withdraw(found, actor=actor)
    return redirect(url_for("outbox.message", public_id=public_id))
