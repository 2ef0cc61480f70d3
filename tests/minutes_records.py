"""Minutes in every state they can be asked for in, taken from the demonstration or added to it."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from portal.accounts.models import User
from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.transaction import transaction
from portal.minutes import queries
from portal.minutes.models import EntryKind, Minutes, MinutesState
from portal.minutes.services import entries, remarks, versions
from portal.minutes.services.entries import Written


def add_shared(add: Callable[..., None], people: Mapping[str, int]) -> None:
    """Drafts, handed-in, released and public minutes, and an event without any."""
    found = db.session.scalars(select(Minutes).order_by(Minutes.id)).all()
    released = [one for one in found if queries.last_released(one) is not None]
    draft = next(one for one in found if queries.last_released(one) is None)
    public = next(one for one in released if one.is_public)
    remarked = {one.public_id: _remark(one, people) for one in (draft, public)}
    _add(add, "draft minutes", draft, remark_id=remarked[draft.public_id])
    _add(add, "public minutes", public, remark_id=remarked[public.public_id])
    # Of an event to which the demonstration's representatives were not invited.
    _add(add, "internal minutes", next(one for one in released if one.conference.title.startswith("Steuerungsgruppe")))
    free = queries.without_minutes()
    add("event without minutes", public_id=free[0].public_id)
    db.session.rollback()
    _add(add, "minutes to cosign", _handed_in(free[1] if len(free) > 1 else _another(free[0]), people))


def _add(add: Callable[..., None], name: str, minutes: Minutes, **further: str) -> None:
    newest = queries.entries_of(minutes.versions[-1])
    task = next((one for one in newest if one.kind is EntryKind.TASK), newest[0])
    add(
        name,
        public_id=minutes.public_id,
        number=str(minutes.versions[-1].number),
        entry_id=newest[0].public_id,
        stem=task.stem,
        **further,
    )


def _remark(minutes: Minutes, people: Mapping[str, int]) -> str:
    with transaction():
        actor = Actor(user=db.session.get_one(User, people["leadership"]))
        reader = queries.reader_of(minutes, actor)
        return remarks.add(minutes.versions[-1], "Stimmt die Uhrzeit?", reader=reader, actor=actor).public_id


def _another(model: Conference) -> Conference:
    """A held event like another."""
    with transaction():
        same = {
            name: getattr(model, name)
            for name in ("kind", "state", "phase", "period_id", "starts_at", "ends_at", "zone")
        }
        conference = Conference(title="Zweites Gespräch", search_key="zweites gesprach", uid="records@minutes", **same)
        db.session.add(conference)
        db.session.flush()
    return conference


def _handed_in(conference: Conference, people: Mapping[str, int]) -> Minutes:
    with transaction():
        actor = Actor(user=db.session.get_one(User, people["planner"]))
        minutes = versions.begin(conference, actor=actor)
        entries.add(minutes.versions[0], Written(kind=EntryKind.NOTE, text="Probe"), actor=actor)
        versions.submit(minutes.versions[0], actor=actor)
    assert minutes.versions[0].state is MinutesState.SUBMITTED
    return minutes
