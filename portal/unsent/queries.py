"""Reading what a person left unsent."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from portal.core.actor import Actor
from portal.core.database import db
from portal.unsent.models import UnsentForm


def latest(subject: str, *, actor: Actor) -> UnsentForm | None:
    """What the person typed last into this form and did not send."""
    if actor.user_id is None:
        return None
    return db.session.scalars(
        select(UnsentForm)
        .where(UnsentForm.user_id == actor.user_id, UnsentForm.subject == subject, UnsentForm.fields.is_not(None))
        .order_by(UnsentForm.saved_at.desc(), UnsentForm.id.desc())
        .limit(1)
    ).one_or_none()


def unsent(subjects: Collection[str], *, actor: Actor) -> Mapping[str, datetime]:
    """Which of these forms the person left unsent, and when; one query."""
    if actor.user_id is None or not subjects:
        return {}
    rows = db.session.scalars(
        select(UnsentForm)
        .where(UnsentForm.user_id == actor.user_id, UnsentForm.subject.in_(subjects), UnsentForm.fields.is_not(None))
        .order_by(UnsentForm.saved_at, UnsentForm.id)
    )
    return {row.subject: row.saved_at for row in rows}
