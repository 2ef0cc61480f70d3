"""Forms of statements that keep themselves while somebody writes: what they are called, and what they write at."""

from datetime import datetime

from sqlalchemy import select

from portal.core.actor import Actor
from portal.core.database import db
from portal.needs import permissions
from portal.needs.models import NeedsStatement
from portal.unsent import queries as unsent

# Steps of writing that hold texts, as in their addresses.
STEPS = ("worum", "ort", "zahlen")


def of_new(organisation: str) -> str:
    """A statement that is not begun yet, for the organisation with this public id (empty: the office chooses)."""
    return f"needs.new:{organisation}"


def of_step(statement: NeedsStatement, step: str) -> str:
    return f"needs.{step}:{statement.public_id}"


def unsaved_steps(statement: NeedsStatement, *, actor: Actor) -> dict[str, datetime]:
    """Steps at which the person wrote without saving, and when; one query."""
    subjects = {of_step(statement, step): step for step in STEPS}
    return {subjects[one]: when for one, when in unsent.unsent(list(subjects), actor=actor).items()}


def edition_of_statement(key: str, actor: Actor) -> str | None:
    """The edition of the draft; None once it was handed in, or for whoever acts for somebody else now."""
    statement = db.session.scalars(select(NeedsStatement).filter_by(public_id=key)).one_or_none()
    return str(statement.edition) if statement is not None and permissions.may_edit(actor, statement) else None
