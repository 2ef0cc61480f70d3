"""What files call the parts of their measures: kept with each delivery, shown in place of the codes."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import exists, func, select

from portal.core.database import db
from portal.indicators import breakdowns
from portal.indicators.breakdowns import PartLabels
from portal.indicators.imports.formats import Format
from portal.indicators.models import BatchState, ImportBatch, Series, SeriesSource, SeriesValue

KEY = "part_labels"
# A file with more words than that names something else than parts; its codes are shown.
_MOST_KEPT = 5_000
# Deliveries whose words are looked at: those of a county's municipalities.
_MOST_LOOKED_AT = 100
_READABLE = (BatchState.STAGED, BatchState.ACTIVE)


def as_plain(labels: PartLabels) -> list[list[Any]]:
    """Variable, attribute (None: the variable itself) and label, to be kept with a delivery."""
    if len(labels) > _MOST_KEPT:
        return []
    return [[variable, attribute, label] for (variable, attribute), label in sorted(labels.items(), key=str)]


def of_summary(summary: Mapping[str, Any]) -> PartLabels:
    """The labels that a delivery keeps; those from before they were kept have none."""
    return {(variable, attribute): label for variable, attribute, label in summary.get(KEY, ())}


def of_series(series_ids: Collection[int]) -> dict[int, PartLabels]:
    """By series: the labels of the latest delivery that has values of it; two queries."""
    latest = (
        select(SeriesSource.series_id, func.max(SeriesSource.batch_id))
        .join(ImportBatch, ImportBatch.id == SeriesSource.batch_id)
        .where(SeriesSource.series_id.in_(series_ids), ImportBatch.state.in_(_READABLE))
        .group_by(SeriesSource.series_id)
    )
    batches = dict(db.session.execute(latest).all())
    statement = select(ImportBatch.id, ImportBatch.summary).where(ImportBatch.id.in_(set(batches.values())))
    labels = {batch_id: of_summary(summary) for batch_id, summary in db.session.execute(statement)}
    return {series_id: labels[batch_id] for series_id, batch_id in batches.items()}


def former_rows(format: Format) -> dict[tuple[str, str], str]:
    """The rows that any delivery of a format in force has, by measure and breakdown, with what they are called.

    Whole publications have the same rows for every area, so that it may be another area's. One delivery that lacks a
    row teaches nobody that there is none. Before the first is taken over: those of the latest that waits. At most four
    queries.
    """
    has_values = exists().where(SeriesValue.batch_id == ImportBatch.id)
    batches = select(ImportBatch.id).where(ImportBatch.file_format == format.value, has_values)
    batches = batches.order_by(ImportBatch.id.desc())
    ids = db.session.scalars(batches.where(ImportBatch.state == BatchState.ACTIVE)).all()
    if not ids:
        ids = db.session.scalars(batches.where(ImportBatch.state.in_(_READABLE)).limit(1)).all()
    labels: dict[tuple[str, str | None], str] = {}
    summaries = select(ImportBatch.summary).where(ImportBatch.id.in_(ids[:_MOST_LOOKED_AT]))
    for summary in db.session.scalars(summaries.order_by(ImportBatch.id)):
        labels |= of_summary(summary)
    rows = (
        select(Series.code, Series.title, SeriesValue.dimensions)
        .join(Series, Series.id == SeriesValue.series_id)
        .where(SeriesValue.batch_id.in_(ids))
        .distinct()
        .order_by(Series.code, SeriesValue.dimensions)
    )
    return {
        (code, dimensions): f"{title}, {breakdowns.in_words(dimensions, labels)}"
        for code, title, dimensions in db.session.execute(rows)
    }
