"""Which deliveries count, now or at an earlier moment, and in which order."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select

from portal.indicators.models import BatchState, ImportBatch, ImportBatchEvent


def was_active(at: datetime) -> ColumnElement[bool]:
    """Whether a batch was visible just before a moment, also if it was taken back since."""
    undone = select(ImportBatchEvent.id).where(
        ImportBatchEvent.batch_id == ImportBatch.id,
        ImportBatchEvent.new_state == BatchState.UNDONE,
        ImportBatchEvent.created_at >= at,
    )
    return and_(
        ImportBatch.activated_at < at,
        or_(
            ImportBatch.state == BatchState.ACTIVE,
            and_(ImportBatch.state == BatchState.UNDONE, undone.correlate(ImportBatch).exists()),
        ),
    )


def counts(including: Collection[int], at: datetime | None = None) -> ColumnElement[bool]:
    """Whether a batch counts: it is visible (was at a moment), or its id is among those that are to count as well."""
    active = ImportBatch.state == BatchState.ACTIVE if at is None else was_active(at)
    return or_(active, ImportBatch.id.in_(including)) if including else active


def oldest_first(including: Collection[int]) -> tuple[Any, ...]:
    """By the moment of taking over; those that are to count as well come last."""
    order = (ImportBatch.activated_at, ImportBatch.id)
    return (case((ImportBatch.id.in_(including), 1), else_=0), *order) if including else order
