"""Pages of jobs: the list, one job with its progress, schedules and workers."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.actor import current_actor
from portal.core.web import list_arguments, told
from portal.jobs import permissions, queries, registry, services

blueprint = Blueprint("jobs", __name__)


@blueprint.get("/auftraege")
def jobs() -> ResponseReturnValue:
    """All jobs; below them what comes round again and who works."""
    actor = current_actor()
    return render_template(
        "jobs/jobs.html",
        listing=queries.jobs(list_arguments(), actor=actor, path=url_for("jobs.jobs")),
        schedules=queries.schedules(actor=actor),
        workers=queries.worker_lines(actor=actor),
        name_of=registry.label,
    )


@blueprint.get("/auftraege/<public_id>")
def job(public_id: str) -> ResponseReturnValue:
    """One job: how far it is, how long it will take, how it ended."""
    actor = current_actor()
    found = queries.job(public_id, actor=actor)
    return render_template(
        "jobs/job.html",
        job=found,
        name=registry.label(found.kind),
        remaining=queries.remaining(found),
        spent=(found.finished_at or clock.now()) - found.started_at if found.started_at else None,
        may_retry=permissions.may_retry(actor, found),
        may_see_list=permissions.may_see_list(actor),
    )


@blueprint.post("/auftraege/<public_id>/erneut")
def retry(public_id: str) -> ResponseReturnValue:
    """Do a failed job again."""
    actor = current_actor()
    found = queries.job(public_id, actor=actor)
    with told(_("Der Auftrag beginnt in wenigen Sekunden von vorn.")):
        services.retry(found, actor=actor)
    return redirect(url_for("jobs.job", public_id=public_id))
