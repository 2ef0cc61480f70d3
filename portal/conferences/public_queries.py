"""Events everybody may know of. Nothing here touches a person."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas.models import Area
from portal.conferences.models import AgendaItem, Conference, ConferenceState
from portal.core import clock
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.core.permissions import require_visible

# Earlier ones stay readable by their address.
PAST_SHOWN = 20
_PAST = timedelta(days=3 * 366)


def _only_public() -> Select[Conference]:
    return select(Conference).where(Conference.is_public.is_(True), Conference.state != ConferenceState.DRAFT)


def _public() -> Select[Conference]:
    return _only_public().options(selectinload(Conference.areas), selectinload(Conference.topics))


def coming(*, limit: int | None = None, whole: bool = True) -> Sequence[Conference]:
    """Public events from today on, the next first; cancelled ones until their day is over.

    `whole`: with areas and topics (two queries more).
    """
    statement = (_public() if whole else _only_public()).where(
        Conference.ends_at >= _now(), Conference.state != ConferenceState.HELD
    )
    return db.session.scalars(statement.order_by(Conference.starts_at, Conference.id).limit(limit)).all()


def past(*, limit: int = PAST_SHOWN) -> Sequence[Conference]:
    """Public events that took place, the latest first."""
    now = _now()
    statement = _public().where(
        or_(Conference.ends_at < now, Conference.state == ConferenceState.HELD), Conference.starts_at > now - _PAST
    )
    return db.session.scalars(statement.order_by(Conference.starts_at.desc(), Conference.id).limit(limit)).all()


def of_places(area_ids: Collection[int], *, limit: int) -> Sequence[Conference]:
    """Public events about any of these places, the latest date first; one query."""
    about = Conference.areas.any(Area.id.in_(area_ids))
    statement = _only_public().where(about, Conference.starts_at > _now() - _PAST)
    return db.session.scalars(statement.order_by(Conference.starts_at.desc(), Conference.id).limit(limit)).all()


def held_count(area_ids: Collection[int]) -> int:
    """How many public events about any of these places took place; one query."""
    about = Conference.areas.any(Area.id.in_(area_ids))
    statement = (
        select(func.count())
        .select_from(Conference)
        .where(about, Conference.is_public.is_(True), Conference.state == ConferenceState.HELD)
    )
    return db.session.execute(statement).scalar_one()


def _now() -> datetime:
    return clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None)


def public_event(public_id: str) -> Conference:
    """One public event; `NotFound` for drafts and for what is not public."""
    found = db.session.scalars(
        _public()
        .options(
            joinedload(Conference.place_area),
            selectinload(Conference.agenda).selectinload(AgendaItem.topics),
        )
        .where(Conference.public_id == public_id)
    ).one_or_none()
    return require_visible(found)
