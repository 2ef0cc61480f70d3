"""Tasks of released minutes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.actor import current_actor
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import list_arguments, safe_path
from portal.minutes import task_queries
from portal.minutes.services import tasks
from portal.minutes.views.frame import blueprint


@blueprint.get("/protokolle/aufgaben")
def task_list() -> ResponseReturnValue:
    """Open tasks, the most pressing first; done and overdue ones by filter."""
    actor = current_actor()
    found = task_queries.tasks(actor, list_arguments(), path=url_for("minutes.task_list"))
    return render_template("minutes/tasks.html", listing=found, today=clock.today())


@blueprint.post("/protokolle/aufgaben/<stem>/erledigt")
def finish_task(stem: str) -> ResponseReturnValue:
    """Note that a task is done."""
    actor = current_actor()
    require(actor.signed_in)
    entry = task_queries.task_for(actor, stem)
    with transaction():
        tasks.finish(entry, actor=actor)
    flash(_("Die Aufgabe ist erledigt."), "ok")
    return redirect(safe_path(request.form.get("zurueck"), default=url_for("minutes.task_list")))


@blueprint.post("/protokolle/aufgaben/<stem>/offen")
def reopen_task(stem: str) -> ResponseReturnValue:
    """Take back that a task is done."""
    actor = current_actor()
    require(actor.signed_in)
    entry = task_queries.task_for(actor, stem)
    with transaction():
        tasks.reopen(entry, actor=actor)
    flash(_("Die Aufgabe ist wieder offen."), "ok")
    return redirect(safe_path(request.form.get("zurueck"), default=url_for("minutes.task_list")))
