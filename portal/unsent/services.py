"""Keeping what is being typed, and forgetting it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db, new_public_id
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.unsent import sheets
from portal.unsent.models import UnsentForm
from portal.unsent.sheets import Mark

# Longest of all texts in a form together; what is longer is refused by the form itself, too.
LONGEST = 100_000
MOST_FIELDS = 600
KEPT = timedelta(days=30)
# A form that was sent is remembered so long: until nothing of it can be on its way any more.
_REMEMBERED = timedelta(days=2)


class Kept(Enum):
    """What became of a text on its way."""

    NOW = "now"
    # Another page holds the same sheet: this text was kept as a sheet of its own.
    APART = "apart"
    # The form was sent or thrown away meanwhile. Whoever goes on writing gets a sheet of its own.
    TOO_LATE = "too late"


@dataclass(frozen=True)
class Outcome:
    """`key` and `edition` are what the page goes on with."""

    kept: Kept
    key: str
    edition: int
    saved_at: datetime


def keep(mark: Mark, fields: Sequence[tuple[str, str]], *, page: str, turn: int, read: int, actor: Actor) -> Outcome:
    """Keep the fields of a form as they are now. Refuses more than a form can hold.

    A page that wrote here last goes on writing; another one takes over only what it has shown (`read`), else its text
    is kept beside it. Nothing typed is lost, and nothing old comes after something new.
    """
    require(actor.user_id is not None and actor.user_id == mark.user_id)
    cleaned = [[name, value.replace("\x00", "")] for name, value in fields]
    if len(cleaned) > MOST_FIELDS or sum(len(name) + len(value) for name, value in cleaned) > LONGEST:
        raise Refusal(_("Das ist zu lang, um es nebenbei zu sichern. Bitte kürzen Sie es, bevor Sie speichern."))
    row = _held(mark)
    if row is None:
        row = _begin(mark, cleaned, page, turn)
        if row.page == page and row.turn == turn:
            return Outcome(Kept.NOW, row.public_id, row.edition, row.saved_at)
    if row.fields is None:
        return Outcome(Kept.TOO_LATE, new_public_id(), 0, row.saved_at)
    if row.page == page:
        if turn <= row.turn:  # overtaken on its way by what was typed later
            return Outcome(Kept.NOW, row.public_id, row.edition, row.saved_at)
    elif row.edition != read and row.fields != cleaned:
        apart = _begin(Mark(mark.user_id, mark.subject, new_public_id()), cleaned, page, turn)
        return Outcome(Kept.APART, apart.public_id, apart.edition, apart.saved_at)
    row.edition += row.fields != cleaned  # whoever shows this very text may go on with it
    row.fields, row.page, row.turn = cleaned, page, turn
    row.saved_at = clock.now()
    db.session.flush()
    return Outcome(Kept.NOW, row.public_id, row.edition, row.saved_at)


def _held(mark: Mark) -> UnsentForm | None:
    return db.session.scalars(
        select(UnsentForm).filter_by(public_id=mark.key, user_id=mark.user_id, subject=mark.subject).with_for_update()
    ).one_or_none()


def _begin(mark: Mark, fields: list[list[str]] | None, page: str, turn: int) -> UnsentForm:
    """A new row; the one that is there if two requests began it at once."""
    row = UnsentForm(
        public_id=mark.key, user_id=mark.user_id, subject=mark.subject, fields=fields, page=page, turn=turn,
        edition=1, saved_at=clock.now(),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        present = _held(mark)
        if present is None:
            raise
        return present
    return row


def sent(form: Mapping[str, Any], *, actor: Actor) -> None:
    """The form was sent: what was kept of it goes, and what is still on its way comes too late.

    Belongs into the transaction that stores what was sent.
    """
    mark = sheets.read(str(form.get(sheets.TOKEN, "")), actor=actor)
    if mark is not None:
        forget(mark)


def forget(mark: Mark) -> None:
    """Throw away what was kept of one sheet."""
    row = _held(mark) or _begin(mark, None, "", 0)
    row.fields = None
    row.saved_at = clock.now()
    db.session.flush()


def forget_old() -> int:
    """Delete what lies untouched for a month, and the marks of forms that were sent; how many rows."""
    now = clock.now()
    result = db.session.execute(
        delete(UnsentForm).where(
            (UnsentForm.saved_at < now - KEPT)
            | (UnsentForm.fields.is_(None) & (UnsentForm.saved_at < now - _REMEMBERED))
        )
    )
    return int(getattr(result, "rowcount", 0))
