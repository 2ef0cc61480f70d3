"""Deliveries: hand in files, look at what it would change, take it over, take it back."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from portal.core import clock
from portal.core.actor import Actor, current_actor
from portal.core.database import new_public_id
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import transaction
from portal.core.web import list_arguments
from portal.files import spool
from portal.indicators import permissions, tasks
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.deliveries import comparison, consequences, fed, terms, together
from portal.indicators.deliveries import pages as import_pages
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.together import ASKED, RULE
from portal.indicators.forms import MOST_FILES, ChoiceForm, TermsForm, UndoForm, UploadForm
from portal.indicators.imports.formats import Format
from portal.indicators.imports.publishers import LICENCES
from portal.indicators.models import BatchState, ImportBatch
from portal.indicators.views.frame import blueprint
from portal.jobs import services as jobs

_SHOWN = (BatchState.STAGED, BatchState.ACTIVE)
_OPEN = (BatchState.READING, BatchState.ASKING)


@blueprint.get("/importe")
def imports() -> ResponseReturnValue:
    """All deliveries."""
    actor = current_actor()
    found = import_queries.batches(list_arguments(), actor=actor, path=url_for("indicators.imports"))
    return render_template("indicators/imports.html", listing=found, may_import=permissions.may_import(actor))


@blueprint.route("/importe/neu", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Hand in files; the worker reads them one by one."""
    actor = current_actor()
    require(permissions.may_import(actor))
    form = UploadForm()
    if form.validate_on_submit():
        upload = new_public_id()
        begun = _receive(form.files.data, choose=form.choose.data, upload=upload, actor=actor)
        if len(begun) == 1:
            target = "indicators.assign_columns" if form.choose.data else "indicators.batch"
            return redirect(url_for(target, public_id=begun[0]))
        words = ngettext("%(num)d Datei ist angenommen.", "%(num)d Dateien sind angenommen.", len(begun))
        further = _("Was abgelehnt wird, hält die anderen nicht auf.")
        flash(f"{words} {further}", "ok")
        return redirect(url_for("indicators.upload_of_many", upload=upload))
    formats = [one for one in Format if one is not Format.MAPPED]
    page = render_template("indicators/upload.html", form=form, formats=formats, most=MOST_FILES)
    return page, 422 if form.errors else 200


def _receive(files: Sequence[FileStorage], *, choose: bool, upload: str, actor: Actor) -> list[str]:
    """Keep the files and have each read as a delivery of its own; their public ids. The same file twice is one."""
    begun: dict[str, str] = {}
    for file in files:
        name = spool.keep(file.stream)
        digest = tasks.digest(spool.path_of(name))
        if digest in begun:
            spool.path_of(name).unlink(missing_ok=True)
            continue
        file_name = one_line(file.filename or "") or _("ohne Namen")
        with transaction():
            batch = import_services.begin(file_name=file_name, sha256=digest, upload=upload, actor=actor)
            if choose:
                import_services.ask(batch, {}, kept=name, actor=actor)
            else:
                payload = {"batch": batch.public_id, "file": name}
                key = f"{import_queries.READ_JOB}:{batch.public_id}"
                jobs.enqueue(import_queries.READ_JOB, payload, actor=actor, unique_key=key)
            begun[digest] = batch.public_id
    return list(begun.values())


@blueprint.get("/importe/<public_id>")
def batch(public_id: str) -> ResponseReturnValue:
    """One delivery: what the file says, what it changes, what can be done."""
    actor = current_actor()
    found = import_queries.batch(public_id, actor=actor)
    if comparison.has_own(found):
        return redirect(url_for("indicators.own_delivery", public_id=public_id))
    departments = comparison.departments_of(found) if found.state not in _OPEN else set()
    path = url_for("indicators.batch", public_id=public_id)
    return render_template(
        "indicators/batch.html",
        page=import_pages.batch_page(found),
        values=import_pages.value_list(found, list_arguments(), path=path),
        kinds=import_pages.Change,
        batch=found,
        job=import_queries.reading_job(found),
        may_take_over=permissions.may_take_over(actor, departments),
        may_discard=permissions.may_discard(actor, found.created_by),
        may_answer=permissions.may_import(actor) and permissions.may_discard(actor, found.created_by),
        fed=fed.rows(found, actor=actor) if found.state in _SHOWN else [],
        unassigned=catalogue_queries.unassigned_of(found) if found.state in _SHOWN else 0,
        asked=found.summary.get(ASKED) if found.state is BatchState.ASKING else None,
        terms=terms.of(found) if found.state in (*_SHOWN, BatchState.UNDONE) else None,
        sources=terms.named(found) if found.state in (*_SHOWN, BatchState.UNDONE) else [],
        states=BatchState,
        undo_form=UndoForm(),
        panels=consequences.of(found, actor=actor),
        together=import_queries.handed_in_with(found),
    )


@blueprint.route("/importe/<public_id>/angabe", methods=["GET", "POST"])
def say(public_id: str) -> ResponseReturnValue:
    """What a file of a known format leaves open: why, and what is possible; then it is read on."""
    actor = current_actor()
    found = import_queries.batch(public_id, actor=actor)
    require(permissions.may_import(actor) and permissions.may_discard(actor, found.created_by))
    asked = found.summary.get(ASKED) if found.state is BatchState.ASKING else None
    if asked is None:
        return redirect(url_for("indicators.batch", public_id=public_id))
    form = ChoiceForm.of(asked)
    if form.validate_on_submit():
        try:
            with transaction():
                read_on(found, asked, form.answer, actor=actor)
        except Refusal as refusal:
            flash(str(refusal.message), "error")
        return redirect(url_for("indicators.batch", public_id=public_id))
    page = render_template("indicators/say.html", batch=found, form=form, asked=asked)
    return page, 422 if form.errors else 200


def read_on(batch: ImportBatch, asked: Mapping[str, Any], answer: str, *, actor: Actor) -> None:
    """Have a file read on with the answer to what it was asked, in the open transaction."""
    answers, rule = {**asked["answers"], asked["open"]: answer}, batch.summary.get(RULE)
    kept = import_services.answer(batch, actor=actor)
    payload = {"batch": batch.public_id, "file": kept, "answers": answers, "rule": rule}
    key = f"{import_queries.READ_JOB}:{batch.public_id}:{len(answers)}:{clock.now().isoformat()}"
    jobs.enqueue(import_queries.READ_JOB, payload, actor=actor, unique_key=key)


@blueprint.route("/importe/<public_id>/quelle", methods=["GET", "POST"])
def name_terms(public_id: str) -> ResponseReturnValue:
    """Source and licence of a file that says neither; it can be taken over afterwards."""
    actor = current_actor()
    found = import_queries.batch(public_id, actor=actor)
    require(permissions.may_discard(actor, found.created_by))
    asked = terms.of(found)
    if asked is None:
        return redirect(url_for("indicators.batch", public_id=public_id))
    others = [] if found.upload is None else together.upload(found.upload, actor=actor).ready
    also = terms.asked_like(found, others)
    form = TermsForm(data={"licence": asked.licence or terms.used_before(asked.sources)})
    if form.validate_on_submit():
        try:
            with transaction():
                for one in (found, *also):
                    terms.name(one, source=form.source.data or "", licence=form.licence.data or "", actor=actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Quelle und Lizenz sind eingetragen."), "ok")
            if also:
                return redirect(url_for("indicators.upload_of_many", upload=found.upload))
            return redirect(url_for("indicators.batch", public_id=public_id))
    page = render_template(
        "indicators/terms.html", batch=found, form=form, asked=asked, also=also, licences=list(LICENCES)
    )
    return page, 422 if form.errors else 200


@blueprint.post("/importe/<public_id>/uebernehmen")
def take_over(public_id: str) -> ResponseReturnValue:
    """Make the values visible; if others were quicker, the preview is shown again."""
    actor = current_actor()
    found = import_queries.batch(public_id, actor=actor)
    try:
        with consequences.noted(found), transaction():
            import_services.take_over(found, actor=actor)
    except Conflict as conflict:
        tasks.compare_anew(found)
        flash(str(conflict.message), "warn")
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("Die Werte sind übernommen."), "ok")
    return redirect(url_for("indicators.batch", public_id=public_id))


@blueprint.route("/importe/<public_id>/zuruecknehmen", methods=["GET", "POST"])
def undo(public_id: str) -> ResponseReturnValue:
    """Take a delivery back, after saying what is lost."""
    actor = current_actor()
    found = import_queries.batch(public_id, actor=actor)
    is_own = comparison.has_own(found)
    require(permissions.may_take_over(actor, comparison.departments_of(found), is_own=is_own))
    form = UndoForm()
    if not form.validate_on_submit():
        page = render_template(
            "indicators/undo.html", batch=found, form=form, effect=comparison.effect_of_undo(found), states=BatchState
        )
        return page, 422 if form.errors else 200
    try:
        with consequences.noted(found), transaction():
            import_services.undo(found, actor=actor, reason=form.reason.data or "")
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("Die Lieferung ist zurückgenommen."), "ok")
    return redirect(url_for("indicators.batch", public_id=public_id))


@blueprint.post("/importe/<public_id>/verwerfen")
def discard(public_id: str) -> ResponseReturnValue:
    """Delete a delivery that was never taken over."""
    actor = current_actor()
    found = import_queries.batch(public_id, actor=actor)
    try:
        tasks.discard(found, actor=actor)
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        return redirect(url_for("indicators.batch", public_id=public_id))
    flash(_("Die Lieferung ist verworfen."), "ok")
    return redirect(url_for("indicators.imports"))
