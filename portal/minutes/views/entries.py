"""Writing entries: each is a form of its own and saved by itself."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import current_actor
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.minutes import permissions, queries
from portal.minutes.forms import EntryForm, TokenForm
from portal.minutes.models import Minutes, MinutesEntry
from portal.minutes.services import entries
from portal.minutes.views import choices
from portal.minutes.views.frame import blueprint
from portal.unsent import services as unsent
from portal.unsent.sheets import Sheet


def _writable(public_id: str) -> Minutes:
    """Minutes in whose newest version the actor may write; a page that is forbidden says so."""
    actor = current_actor()
    require(actor.signed_in)
    minutes, _reader = queries.minutes_for(actor, public_id)
    require(permissions.may_write(actor))
    return minutes


def _entry(minutes: Minutes, entry_id: str) -> MinutesEntry:
    entry = queries.entry_in(minutes, entry_id)
    if entry.version_id != minutes.versions[-1].id:
        raise NotFound
    return entry


@blueprint.route("/protokolle/<public_id>/eintraege/neu", methods=["GET", "POST"])
def new_entry(public_id: str) -> ResponseReturnValue:
    """Write an entry; afterwards the page waits for the next one at the same agenda item."""
    minutes = _writable(public_id)
    version = minutes.versions[-1]
    form, sheet = choices.new_form(minutes, request.args.get("top"), sent=_sent())
    if form.validate_on_submit():
        try:
            with transaction():
                made = entries.add(version, choices.written(form, minutes.conference), actor=current_actor())
                unsent.sent(request.form, actor=current_actor())
                number = None if made.agenda_item is None else made.agenda_item.number
                stem = made.stem
            flash(_("Der Eintrag ist gespeichert."), "ok")
            return redirect(url_for("minutes.minutes_page", public_id=public_id, top=number, _anchor=f"e-{stem}"))
        except Refusal as refusal:
            form.refuse(refusal)
    return _form_page(minutes, form, sheet, None), 422 if form.errors else 200


def _sent() -> Mapping[str, str] | None:
    """The form that was sent, if one was."""
    return request.form if request.method == "POST" else None


@blueprint.route("/protokolle/<public_id>/eintraege/<entry_id>", methods=["GET", "POST"])
def edit_entry(public_id: str, entry_id: str) -> ResponseReturnValue:
    """Change an entry. Changed by somebody else in the meantime, both texts are shown and nothing is lost."""
    minutes = _writable(public_id)
    entry = _entry(minutes, entry_id)
    form, sheet = choices.edit_form(minutes, entry, sent=_sent())
    if form.validate_on_submit():
        try:
            with transaction():
                written = choices.written(form, minutes.conference, entry)
                entries.edit(entry, written, edition=form.read_as, actor=current_actor())
                unsent.sent(request.form, actor=current_actor())
            flash(_("Der Eintrag ist gespeichert."), "ok")
            return redirect(url_for("minutes.minutes_page", public_id=public_id, _anchor=f"e-{entry.stem}"))
        except Conflict:
            return _conflict_page(public_id, entry_id, form, sheet)
        except Refusal as refusal:
            form.refuse(refusal)
    return _form_page(minutes, form, sheet, entry), 422 if form.errors else 200


def _form_page(minutes: Minutes, form: EntryForm, sheet: Sheet, entry: MinutesEntry | None) -> str:
    return render_template(
        "minutes/entry.html",
        minutes=minutes,
        form=form,
        sheet=sheet,
        entry=entry,
        may_edit=permissions.may_edit(current_actor(), minutes.versions[-1]),
        indicator_groups=form.indicator_groups,
    )


def _conflict_page(public_id: str, entry_id: str, form: EntryForm, sheet: Sheet) -> ResponseReturnValue:
    minutes = _writable(public_id)
    entry = _entry(minutes, entry_id)
    form.edition.data = str(entry.edition)  # sending it again means: mine, knowing the other
    page = render_template(
        "minutes/conflict.html",
        minutes=minutes,
        form=form,
        sheet=sheet,
        entry=entry,
        indicator_groups=form.indicator_groups,
    )
    return page, 409


@blueprint.post("/protokolle/<public_id>/eintraege/<entry_id>/verschieben")
def move_entry(public_id: str, entry_id: str) -> ResponseReturnValue:
    """One place up or down within the agenda item."""
    minutes = _writable(public_id)
    entry = _entry(minutes, entry_id)
    with transaction():
        entries.move(entry, up=request.form.get("richtung") == "hoch", actor=current_actor())
        stem = entry.stem
    return redirect(url_for("minutes.minutes_page", public_id=public_id, _anchor=f"e-{stem}"))


@blueprint.route("/protokolle/<public_id>/eintraege/<entry_id>/loeschen", methods=["GET", "POST"])
def delete_entry(public_id: str, entry_id: str) -> ResponseReturnValue:
    """Delete an entry of a draft after showing it once more."""
    minutes = _writable(public_id)
    entry = _entry(minutes, entry_id)
    form = TokenForm()
    if form.validate_on_submit():
        with transaction():
            entries.delete(entry, actor=current_actor())
        flash(_("Der Eintrag ist gelöscht."), "ok")
        return redirect(url_for("minutes.minutes_page", public_id=public_id))
    return render_template("minutes/delete_entry.html", minutes=minutes, entry=entry)
