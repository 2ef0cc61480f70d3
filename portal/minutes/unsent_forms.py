"""Forms of entries that keep themselves while somebody writes: what they are called, and what they write at."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.actor import Actor
from portal.core.database import db
from portal.minutes import permissions
from portal.minutes.models import Minutes, MinutesEntry, MinutesVersion

NEW, ENTRY = "minutes.new", "minutes.entry"


def of_new_entry(minutes: Minutes) -> str:
    return f"{NEW}:{minutes.public_id}"


def of_entry(public_id: str) -> str:
    return f"{ENTRY}:{public_id}"


def edition_of_entry(key: str, actor: Actor) -> str | None:
    """The edition of the entry; None once its version is no draft any more."""
    entry = db.session.scalars(
        select(MinutesEntry).options(joinedload(MinutesEntry.version)).where(MinutesEntry.public_id == key)
    ).one_or_none()
    return str(entry.edition) if entry is not None and permissions.may_edit(actor, entry.version) else None


def edition_of_minutes(key: str, actor: Actor) -> str | None:
    """Nothing to compare for a new entry, as long as one can be written."""
    version = db.session.scalars(
        select(MinutesVersion)
        .join(MinutesVersion.minutes)
        .where(Minutes.public_id == key)
        .order_by(MinutesVersion.number.desc())
        .limit(1)
    ).one_or_none()
    return "" if version is not None and permissions.may_edit(actor, version) else None
