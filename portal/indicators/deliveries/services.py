"""Bringing in values: written in short steps under a batch that nobody sees, then made visible by its state.

Every function is one short transaction's worth; `tasks` puts them together. Nothing here reads a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, delete, func, insert, select, update

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.transaction import lock
from portal.indicators import permissions
from portal.indicators.deliveries import due_dates as deliveries
from portal.indicators.deliveries import states, terms, writing
from portal.indicators.deliveries.comparison import departments_of, has_own
from portal.indicators.deliveries.counting import Counts
from portal.indicators.deliveries.reading import ValueRow
from portal.indicators.deliveries.states import VERSION
from portal.indicators.imports import refusals
from portal.indicators.models import BatchState, ImportBatch, ImportBatchEvent, Series, SeriesSource, SeriesValue
from portal.settings import services as settings

# Codes of series that departments deliver through the template begin so.
OWN_SERIES = "eigene:"
_VALUES = cast(Table, SeriesValue.__table__)
_SOURCES = cast(Table, SeriesSource.__table__)
_SQLITE_LOOKS_AGAIN = 0.11
_A_MOMENT = timedelta(microseconds=1)


def begin(*, file_name: str, sha256: str, upload: str | None = None, actor: Actor) -> ImportBatch:
    """Open a delivery that is still being read; `upload` is the same for files that are handed in at once."""
    require(permissions.may_import(actor))
    batch = ImportBatch(file_name=file_name[:200], sha256=sha256, upload=upload, created_by=actor.user_id)
    db.session.add(batch)
    db.session.flush()
    db.session.add(
        ImportBatchEvent(batch_id=batch.id, old_state=None, new_state=BatchState.READING, user_id=actor.user_id)
    )
    audit.record("import.begun", subject=batch, actor=actor)
    return batch


def series_for(measures: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], int]:
    """Series ids by code and unit for measures (code, unit, label); unknown ones are made.

    What a department counts itself comes through the template alone, with its checks and its release.
    """
    wanted = {(code, unit): label for code, unit, label in measures}
    if any(code.startswith(OWN_SERIES) for code, _unit in wanted):
        raise refusals.refuse(1, "A", _l("Eigene Zahlen eines Fachbereichs werden nur über seine Vorlage geliefert."))
    statement = select(Series).where(Series.code.in_({code for code, _unit in wanted}))
    known = {(series.code, series.unit): series.id for series in db.session.execute(statement).scalars()}
    for (code, unit), label in wanted.items():
        if (code, unit) not in known:
            series = Series(code=code, unit=unit, title=(label or code)[:500])
            db.session.add(series)
            db.session.flush()
            known[code, unit] = series.id
    return {key: known[key] for key in wanted}


def write_values(batch_id: int, rows: Sequence[ValueRow]) -> None:
    """Write one chunk of values; refuses if the batch is not being read any more."""
    touched = db.session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch_id, ImportBatch.state == BatchState.READING)
        .values(touched_at=clock.now())
        .returning(ImportBatch.id)
    ).first()
    if touched is None:
        raise Refusal(_("Die Lieferung wird nicht mehr eingelesen."))
    writing.insert(rows)


def breathing_space() -> float:
    """Seconds between two chunks in which others get their turn.

    Whoever waits for SQLite's lock looks again every tenth of a second at most; shorter gaps may all be missed.
    PostgreSQL locks rows, and nobody else wants ours.
    """
    return _SQLITE_LOOKS_AGAIN if db.session.get_bind().dialect.name == "sqlite" else 0.0


def write_sources(
    batch_id: int, sources: Mapping[tuple[int, str], str], attribution_key: str | None = None, *, licence: str = ""
) -> None:
    """Where the batch has the values of each series and period from; the attribution names the publisher's terms,
    `licence` those of figures without one."""
    rows = [
        {
            "batch_id": batch_id,
            "series_id": series_id,
            "period": period,
            "text": text,
            "attribution_key": attribution_key,
            "licence": licence,
        }
        for (series_id, period), text in sorted(sources.items())
    ]
    if rows:
        db.session.execute(insert(_SOURCES), rows)


def conclude(batch: ImportBatch, summary: Mapping[str, Any], counts: Counts, *, actor: Actor) -> None:
    """Everything is written: the batch can be looked at and taken over."""
    lock(batch)
    batch.file_format = str(summary.get("format") or "")
    batch.encoding = str(summary.get("encoding") or "")
    batch.summary = dict(summary)
    note_counts(batch, counts)
    states.advance(batch, BatchState.STAGED, actor=actor)
    db.session.flush()
    audit.record("import.staged", subject=batch, actor=actor, details={"values": batch.values})


def note_counts(batch: ImportBatch, counts: Counts) -> None:
    """Keep what a comparison with the visible values found."""
    batch.new_values, batch.changed_values, batch.unchanged_values = counts.new, counts.changed, counts.unchanged
    batch.withheld_values, batch.compared_with = counts.withheld, counts.version


def refuse(batch: ImportBatch, summary: Mapping[str, Any], *, actor: Actor, reason: str) -> None:
    """The file is not taken; the batch stays as a note of why. Its values have to be gone."""
    lock(batch)
    batch.summary = dict(summary)
    batch.file_format = str(summary.get("format") or "")
    batch.encoding = str(summary.get("encoding") or "")
    states.advance(batch, BatchState.REFUSED, actor=actor, reason=reason[:500])
    db.session.flush()
    audit.record("import.refused", subject=batch, actor=actor)


def ask(batch: ImportBatch, summary: Mapping[str, Any], *, kept: str, actor: Actor) -> None:
    """Nothing can be read before somebody says more: the file stays in the spool as `kept`, and no value is stored."""
    require(permissions.may_import(actor))
    lock(batch)
    batch.summary = {**summary, "kept": kept}
    batch.touched_at = clock.now()
    states.advance(batch, BatchState.ASKING, actor=actor)
    db.session.flush()
    audit.record("import.asking", subject=batch, actor=actor)


def answer(batch: ImportBatch, *, actor: Actor) -> str:
    """Go on reading after a question; the name of the file in the spool."""
    require(permissions.may_discard(actor, batch.created_by))
    lock(batch)
    kept = str(batch.summary.get("kept", ""))
    states.advance(batch, BatchState.READING, actor=actor)
    batch.summary, batch.touched_at = {}, clock.now()
    db.session.flush()
    audit.record("import.answered", subject=batch, actor=actor)
    return kept


def take_over(batch: ImportBatch, *, actor: Actor) -> None:
    """Make the batch's values the visible ones, also after it was taken back.

    Raises `Conflict` if the visible values changed since the preview was computed: nobody has seen then what would
    be replaced. The caller compares anew and shows the preview again. People are asked for source and licence first
    where the file names neither (`terms`); of what a command takes over, the command asks.
    """
    take_over_all([batch], actor=actor)


def take_over_all(batches: Sequence[ImportBatch], *, actor: Actor) -> None:
    """Make the values of all these batches the visible ones, in their order, or of none (`take_over`).

    Where there are several, a `Refusal` names the file.
    """
    for batch in batches:
        require(permissions.may_take_over(actor, departments_of(batch), is_own=has_own(batch)))
    settings.bump(VERSION)  # whoever takes over anything waits here until this transaction ends
    present = _number(settings.version(VERSION))
    latest = db.session.execute(select(func.max(ImportBatch.activated_at))).scalar_one_or_none()
    for batch in batches:
        lock(batch)
        is_outdated = batch.compared_with and _number(batch.compared_with) + 1 != present
        try:
            if actor is not SYSTEM and terms.is_asked(batch):
                raise Refusal(_("Bitte nennen Sie erst Quelle und Lizenz der Daten."))
            states.advance(batch, BatchState.ACTIVE, actor=actor)
        except Refusal as refusal:
            raise refusal if len(batches) == 1 else _named(batch, refusal) from refusal
        batch.activated_at = latest = _later_than(latest)
        db.session.flush()
        if is_outdated:
            raise Conflict(_("Inzwischen haben sich die Zahlen geändert. Bitte prüfen Sie die Vorschau noch einmal."))
        deliveries.move_on(batch, actor=actor)
        audit.record(
            "import.taken_over",
            subject=batch,
            actor=actor,
            details={"new": batch.new_values, "changed": batch.changed_values},
        )


def undo_all(batches: Sequence[ImportBatch], *, actor: Actor, reason: str) -> None:
    """Take all these batches back or none (`undo`); the refusal of one names its file."""
    for batch in batches:
        try:
            undo(batch, actor=actor, reason=reason)
        except Refusal as refusal:
            raise _named(batch, refusal) from refusal


def _named(batch: ImportBatch, refusal: Refusal) -> Refusal:
    return Refusal(_("„%(file)s“: %(reason)s", file=batch.file_name, reason=refusal.message))


def undo(batch: ImportBatch, *, actor: Actor, reason: str = "") -> None:
    """Take the batch back: values of earlier deliveries are visible again where there are any."""
    require(permissions.may_take_over(actor, departments_of(batch), is_own=has_own(batch)))
    settings.bump(VERSION)
    lock(batch)
    states.advance(batch, BatchState.UNDONE, actor=actor, reason=reason)
    batch.compared_with = ""
    deliveries.move_back(batch, actor=actor)
    db.session.flush()
    audit.record("import.undone", subject=batch, actor=actor)


def require_discardable(batch: ImportBatch, *, actor: Actor) -> None:
    """Raise unless the actor may delete the batch and it was never visible."""
    require(permissions.may_discard(actor, batch.created_by))
    if batch.state in {BatchState.ACTIVE, BatchState.UNDONE}:
        raise Refusal(_("Was einmal übernommen war, wird zurückgenommen und nicht gelöscht."))


def remove_values(batch_id: int, *, limit: int) -> int:
    """Delete up to `limit` values of a batch that was never visible; how many."""
    ids = select(SeriesValue.id).where(SeriesValue.batch_id == batch_id).limit(limit).scalar_subquery()
    found = db.session.execute(delete(SeriesValue).where(SeriesValue.id.in_(ids)))
    return int(getattr(found, "rowcount", 0))


def remove(batch: ImportBatch, *, actor: Actor) -> None:
    """Delete a batch without values. Series that only it brought stay: the next delivery will need them."""
    lock(batch)
    require_discardable(batch, actor=actor)
    audit.record("import.discarded", subject=batch, actor=actor, details={"file": batch.public_id})
    db.session.execute(delete(SeriesSource).where(SeriesSource.batch_id == batch.id))
    db.session.execute(delete(ImportBatchEvent).where(ImportBatchEvent.batch_id == batch.id))
    db.session.delete(batch)
    db.session.flush()


def abandoned(*, untouched_since: datetime, state: BatchState = BatchState.READING) -> Sequence[ImportBatch]:
    """Batches whose reading stopped without an end, or that waited in vain."""
    statement = (
        select(ImportBatch)
        .where(ImportBatch.state == state, ImportBatch.touched_at < untouched_since)
        .order_by(ImportBatch.id)
    )
    return db.session.execute(statement).scalars().all()


def _later_than(latest: datetime | None) -> datetime:
    """Now, but after the latest batch: of two values of one moment nobody could say which counts."""
    now = clock.now()
    return now if latest is None or latest < now else latest + _A_MOMENT


def _number(version: str) -> int:
    return int(version.removeprefix(VERSION) or 0)
