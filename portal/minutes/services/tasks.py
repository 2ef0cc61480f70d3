"""Tasks of released minutes: done, or open again. The frozen text stays as it is."""

from datetime import date

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import lock
from portal.minutes import permissions, queries
from portal.minutes.models import EntryKind, MinutesEntry, MinutesState, TaskDone


def finish(entry: MinutesEntry, *, actor: Actor, done_on: date | None = None) -> TaskDone:
    """Note that a task is done (default: today); noted twice it stays as it was first."""
    _require_task(entry, actor)
    lock(entry.version.minutes)
    done = queries.done(entry.stem)
    if done is None:
        day = done_on or clock.today()
        if day > clock.today():
            raise Refusal(_("Das Datum liegt in der Zukunft."), field="done_on")
        done = TaskDone(stem=entry.stem, done_on=day, user_id=actor.user_id)
        db.session.add(done)
        db.session.flush()
        audit.record("minutes.task_done", subject=entry, actor=actor)
    return done


def reopen(entry: MinutesEntry, *, actor: Actor) -> None:
    """The task is not done after all."""
    _require_task(entry, actor)
    lock(entry.version.minutes)
    done = queries.done(entry.stem)
    if done is not None:
        db.session.delete(done)
        db.session.flush()
        audit.record("minutes.task_reopened", subject=entry, actor=actor)


def _require_task(entry: MinutesEntry, actor: Actor) -> None:
    owner = entry.owner
    require(permissions.may_finish_task(actor, None if owner is None else owner.user_id))
    if entry.kind is not EntryKind.TASK or entry.version.state is not MinutesState.RELEASED:
        raise Refusal(_("Erledigt werden nur Aufgaben aus freigegebenen Protokollen."))
