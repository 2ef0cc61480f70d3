"""What a delivery comes to: what upper floors concluded without it, would conclude with it, and conclude since."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from portal.core.actor import Actor
from portal.core.database import db
from portal.core.transaction import lock, transaction
from portal.indicators import extension, queries
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.extension import Panel
from portal.indicators.models import BatchState, ImportBatch, SeriesSource

KEY = "consequences"


@contextmanager
def noted(*batches: ImportBatch, adding: bool = False) -> Iterator[None]:
    """Keep with the deliveries what changes while the block runs; nothing where it raises.

    With `adding` it comes on top of what was kept before.

    The block holds the transaction that makes figures visible or takes them back. Conclusions are drawn before and
    after it, outside of any transaction, so that nobody waits for them.
    """
    before = [(one, one.now()) for one in extension.consequences]
    yield
    if not batches:
        return
    found = [(one, one.changed(then)) for one, then in before]
    with transaction():
        for batch in batches:
            lock(batch)
            kept = batch.summary.get(KEY, {}) if adding else {}
            now = {one.key: one.joined(kept.get(one.key, {}), changed) for one, changed in found}
            batch.summary = {**batch.summary, KEY: now}


def fed_by(series_ids: Collection[int]) -> list[ImportBatch]:
    """The latest visible delivery of each of these series."""
    statement = (
        select(SeriesSource.series_id, ImportBatch)
        .join(ImportBatch, ImportBatch.id == SeriesSource.batch_id)
        .where(SeriesSource.series_id.in_(series_ids), ImportBatch.state == BatchState.ACTIVE)
        .order_by(ImportBatch.activated_at)
    )
    latest = {row.series_id: row.ImportBatch for row in db.session.execute(statement)}
    return list({batch.id: batch for batch in latest.values()}.values())


def of(batch: ImportBatch, *, actor: Actor) -> list[Panel]:
    """What the delivery changed or, before anybody takes it over, would change."""
    if batch.state in {BatchState.ACTIVE, BatchState.UNDONE}:
        return panels(batch, actor=actor)
    would_change = batch.state is BatchState.STAGED and not import_queries.is_idle(batch)
    return expected(batch, actor=actor) if would_change else []


def panels(batch: ImportBatch, *, actor: Actor) -> list[Panel]:
    """The sections about what was kept; deliveries from before it was kept have none."""
    kept: dict[str, Any] = batch.summary.get(KEY, {})
    shown = (one.panel(kept[one.key], actor=actor) for one in extension.consequences if one.key in kept)
    return [panel for panel in shown if panel is not None]


def expected(batch: ImportBatch, *, actor: Actor) -> list[Panel]:
    """The sections about what the delivery would change if it were taken over now; nothing is stored."""
    figures = queries.figures_with(batch)
    shown = (one.panel(one.expected(figures), actor=actor, is_ahead=True) for one in extension.consequences)
    return [panel for panel in shown if panel is not None]
