"""Files that were handed in at once: one page, one answer, one act for all of them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.actor import Actor, current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.indicators import permissions
from portal.indicators.deliveries import consequences, terms, together
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.together import Upload
from portal.indicators.forms import ChoiceForm, UndoForm
from portal.indicators.models import BatchState
from portal.indicators.views.frame import blueprint
from portal.indicators.views.imports import read_on
from portal.jobs import services as jobs


@blueprint.get("/importe/zusammen/<upload>")
def upload_of_many(upload: str) -> ResponseReturnValue:
    """State, counts and consequences of all files of an upload, and what can be done with them together."""
    actor = current_actor()
    found = together.upload(upload, actor=actor)
    return render_template(
        "indicators/upload_of_many.html",
        found=found,
        reason_of=together.reason_of,
        unnamed=terms.asked_among(found.ready),
        job=together.comparing_job(found),
        panels=together.panels(found, actor=actor),
        may_take_over=_may_take_over(found, actor),
        may_answer=permissions.may_import(actor) and _may_answer(found, actor),
        states=BatchState,
    )


@blueprint.route("/importe/zusammen/<upload>/angabe/<question>", methods=["GET", "POST"])
def say_for_many(upload: str, question: str) -> ResponseReturnValue:
    """Answer once what several files ask in the same words; then all of them are read on."""
    actor = current_actor()
    found = together.upload(upload, actor=actor)
    require(permissions.may_import(actor) and _may_answer(found, actor))
    one = together.question(found, question)
    if one is None:
        return redirect(url_for("indicators.upload_of_many", upload=upload))
    form = ChoiceForm.of(one.asked)
    if form.validate_on_submit():
        try:
            with transaction():
                for batch in one.batches:
                    read_on(batch, one.asked, form.answer, actor=actor)
        except Refusal as refusal:
            flash(str(refusal.message), "error")
        return redirect(url_for("indicators.upload_of_many", upload=upload))
    page = render_template("indicators/say_for_many.html", found=found, question=one, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/importe/zusammen/<upload>/uebernehmen")
def take_over_many(upload: str) -> ResponseReturnValue:
    """Make the values of everything that is ready visible, or of nothing; the file that stands in the way is named."""
    actor = current_actor()
    found = together.upload(upload, actor=actor)
    require(_may_take_over(found, actor))
    ready = found.ready
    try:
        with consequences.noted(*ready), transaction():
            import_services.take_over_all(ready, actor=actor)
    except Conflict:
        with transaction():
            key = f"{together.COMPARE_JOB}:{upload}"
            jobs.enqueue(together.COMPARE_JOB, {"upload": upload}, actor=actor, unique_key=key)
        flash(_("Inzwischen haben sich die Zahlen geändert. Bitte prüfen Sie die Summen noch einmal."), "warn")
    except Refusal as refusal:
        flash(_("Nichts ist übernommen. %(reason)s", reason=refusal.message), "error")
    else:
        words = ngettext("%(num)d Lieferung ist übernommen.", "%(num)d Lieferungen sind übernommen.", len(ready))
        flash(words, "ok")
    return redirect(url_for("indicators.upload_of_many", upload=upload))


@blueprint.route("/importe/zusammen/<upload>/zuruecknehmen", methods=["GET", "POST"])
def undo_many(upload: str) -> ResponseReturnValue:
    """Take everything of an upload back that is visible, after saying how much that is."""
    actor = current_actor()
    found = together.upload(upload, actor=actor)
    require(_may_take_over(found, actor))
    form = UndoForm()
    if not form.validate_on_submit():
        page = render_template("indicators/undo_many.html", found=found, form=form)
        return page, 422 if form.errors else 200
    active = list(reversed(found.active))
    try:
        with consequences.noted(*active), transaction():
            import_services.undo_all(active, actor=actor, reason=form.reason.data or "")
    except Refusal as refusal:
        flash(_("Nichts ist zurückgenommen. %(reason)s", reason=refusal.message), "error")
    else:
        words = ngettext(
            "%(num)d Lieferung ist zurückgenommen.", "%(num)d Lieferungen sind zurückgenommen.", len(active)
        )
        flash(words, "ok")
    return redirect(url_for("indicators.upload_of_many", upload=upload))


def _may_take_over(found: Upload, actor: Actor) -> bool:
    return permissions.may_take_over(actor, together.departments_of([*found.ready, *found.active]))


def _may_answer(found: Upload, actor: Actor) -> bool:
    return all(permissions.may_discard(actor, batch.created_by) for batch in found.batches)
