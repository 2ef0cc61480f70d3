"""Reading remarks on minutes: staff read all of them, an organisation its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.minutes import permissions
from portal.minutes.models import Minutes, MinutesRemark, RemarkState
from portal.minutes.queries import Reader


def remarks_of(minutes: Minutes, reader: Reader, *, actor: Actor) -> Sequence[MinutesRemark]:
    """What the actor may read of the remarks on these minutes, open ones first, then the latest; two queries."""
    statement = _remarks(minutes).order_by(MinutesRemark.state.desc(), MinutesRemark.id.desc())
    if not reader.sees_drafts:
        if actor.organisation_id is None:
            return []
        statement = statement.where(MinutesRemark.organisation_id == actor.organisation_id)
    return db.session.scalars(statement).all()


def _remarks(minutes: Minutes) -> Select[MinutesRemark]:
    return (
        select(MinutesRemark)
        .where(MinutesRemark.minutes_id == minutes.id)
        .options(
            joinedload(MinutesRemark.person),
            joinedload(MinutesRemark.organisation),
            joinedload(MinutesRemark.done_by),
            joinedload(MinutesRemark.correction),
            selectinload(MinutesRemark.former_answers),
        )
    )


def open_remarks(minutes: Minutes, *, actor: Actor) -> Sequence[MinutesRemark]:
    """Remarks that wait for an answer, the oldest first: a correction can name them."""
    require(permissions.may_answer_remarks(actor))
    waiting = _remarks(minutes).where(MinutesRemark.state == RemarkState.OPEN)
    return db.session.scalars(waiting.order_by(MinutesRemark.id)).all()


def remark_in(minutes: Minutes, public_id: str, *, actor: Actor) -> MinutesRemark:
    """One remark on these minutes, for those who answer."""
    require(permissions.may_answer_remarks(actor))
    return require_visible(
        db.session.scalars(_remarks(minutes).where(MinutesRemark.public_id == public_id)).one_or_none()
    )


def same(minutes: Minutes, text: str, *, stem: str | None, person_id: int) -> MinutesRemark | None:
    """The same open remark by the same person."""
    statement = _remarks(minutes).where(
        MinutesRemark.state == RemarkState.OPEN,
        MinutesRemark.person_id == person_id,
        MinutesRemark.text == text,
        MinutesRemark.stem.is_(None) if stem is None else MinutesRemark.stem == stem,
    )
    return db.session.scalars(statement.limit(1)).one_or_none()


def named_by(version_id: int) -> Sequence[MinutesRemark]:
    """Open remarks that a correction is written to answer."""
    return db.session.scalars(
        select(MinutesRemark)
        .where(MinutesRemark.correction_id == version_id, MinutesRemark.state == RemarkState.OPEN)
        .order_by(MinutesRemark.id)
    ).all()


def counted(remarks: Collection[MinutesRemark]) -> dict[str, int]:
    """How many open remarks there are on each entry, by stem."""
    found: dict[str, int] = {}
    for remark in remarks:
        if remark.stem is not None and remark.is_open:
            found[remark.stem] = found.get(remark.stem, 0) + 1
    return found


def dealt_with(organisation_id: int, *, since: datetime, limit: int) -> Sequence[MinutesRemark]:
    """Remarks of an organisation that were answered or noted as done since then, the latest first; one query."""
    return db.session.scalars(
        select(MinutesRemark)
        .join(MinutesRemark.minutes)
        .join(Minutes.conference)
        .options(
            contains_eager(MinutesRemark.minutes).contains_eager(Minutes.conference),
            joinedload(MinutesRemark.correction),
        )
        .where(MinutesRemark.organisation_id == organisation_id, MinutesRemark.done_at >= since)
        .order_by(MinutesRemark.done_at.desc(), MinutesRemark.id.desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class Waiting:
    """Minutes with open remarks: how many, and since when the oldest waits."""

    minutes_id: str
    title: str
    count: int
    since: datetime


def waiting(*, limit: int) -> list[Waiting]:
    """Minutes with remarks that wait for an answer, the longest first; one query."""
    since = func.min(MinutesRemark.created_at)
    rows = db.session.execute(
        select(Minutes.public_id, Conference.title, func.count(MinutesRemark.id), since)
        .join(Minutes, Minutes.id == MinutesRemark.minutes_id)
        .join(Conference, Conference.id == Minutes.conference_id)
        .where(MinutesRemark.state == RemarkState.OPEN)
        .group_by(Minutes.id, Minutes.public_id, Conference.id, Conference.title)
        .order_by(since, Minutes.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in rows]
