"""Events everybody may know of. Nothing here touches a person."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, or_, select
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


def _public() -> Select[Conference]:
    return (
        select(Conference)
        .options(selectinload(Conference.areas))
        .where(Conference.is_public.is_(True), Conference.state != ConferenceState.DRAFT)
    )


def coming(*, area_id: int | None = None, limit: int | None = None) -> Sequence[Conference]:
    """Public events from today on, the next first; cancelled ones until their day is over."""
    now = clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None)
    statement = _public().where(Conference.ends_at >= now, Conference.state != ConferenceState.HELD)
    if area_id is not None:
        statement = statement.where(_in(area_id))
    return db.session.scalars(statement.order_by(Conference.starts_at, Conference.id).limit(limit)).all()


def past(*, area_id: int | None = None, limit: int = PAST_SHOWN) -> Sequence[Conference]:
    """Public events that took place, the latest first."""
    now = clock.now().astimezone(LOCAL_ZONE).replace(tzinfo=None)
    statement = _public().where(
        or_(Conference.ends_at < now, Conference.state == ConferenceState.HELD), Conference.starts_at > now - _PAST
    )
    if area_id is not None:
        statement = statement.where(_in(area_id))
    return db.session.scalars(statement.order_by(Conference.starts_at.desc(), Conference.id).limit(limit)).all()


def _in(area_id: int) -> ColumnElement[bool]:
    return Conference.areas.any(Area.id == area_id)


def public_event(public_id: str) -> Conference:
    """One public event; `NotFound` for drafts and for what is not public."""
    found = db.session.scalars(
        _public()
        .options(
            joinedload(Conference.place_area),
            selectinload(Conference.topics),
            selectinload(Conference.agenda).selectinload(AgendaItem.topics),
        )
        .where(Conference.public_id == public_id)
    ).one_or_none()
    return require_visible(found)
