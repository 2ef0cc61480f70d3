"""How the page of changes speaks of jobs."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.naming import Name
from portal.core.actor import Actor
from portal.core.database import db
from portal.jobs import permissions, registry
from portal.jobs.models import Job

ACTIONS = {"job.retried": _l("Auftrag erneut gestartet")}
SUBJECTS = {"job": _l("Auftrag")}


def name_jobs(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """What kind of work it was; jobs that were removed since are missing."""
    if not permissions.may_see_list(actor):
        return {}
    rows = db.session.execute(select(Job.id, Job.kind, Job.public_id).where(Job.id.in_(ids)))
    return {
        row.id: Name(str(registry.label(row.kind)), row.public_id, page=("jobs.job", {"public_id": row.public_id}))
        for row in rows
    }


NAMINGS = {"job": name_jobs}
