"""Rows of the agency's workbook that seem to have changed places since the former delivery.

A workbook counts one municipality: each of its rows has five numbers, too few to compare as columns of a table are.
Each issue repeats four of the five years, and where none is repeated the latest year before stands beside the first.
Looked at is what may be shown, as in `swapped`.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import select

from portal.core.database import db
from portal.indicators import breakdowns, queries
from portal.indicators.breakdowns import PartLabels
from portal.indicators.deliveries.comparison import ListedValue
from portal.indicators.imports.exchanges import exchanges
from portal.indicators.imports.labour_relations import comparable, row_of
from portal.indicators.models import ImportBatch, Series
from portal.indicators.periods import period_end

_BEFORE, _NOW = "0", "1"


class _Row(NamedTuple):
    """A row of a workbook, with the place that it counts."""

    area_id: int
    series_id: int
    dimensions: str


def exchanged_rows(
    batch: ImportBatch, values: Collection[ListedValue], labels: PartLabels
) -> list[tuple[str, str, str]]:
    """Pairs of rows by name with the period in which they seem to be exchanged, each pair once; two queries.

    `values` are those of the batch that may be looked at.
    """
    rows: dict[_Row, list[ListedValue]] = {}
    for one in values:
        rows.setdefault(_Row(one.area_id, one.series_id, one.dimensions), []).append(one)
    codes = dict(
        db.session.execute(select(Series.id, Series.code).where(Series.id.in_({row.series_id for row in rows}))).all()
    )
    titles = {row: f"{found[0].series} ({breakdowns.in_words(row.dimensions, labels)})" for row, found in rows.items()}
    steps = list(_steps(batch, rows))
    pairs: dict[frozenset[_Row], tuple[str, str, str]] = {}
    for area_id in {row.area_id for row in rows}:
        by_code = {row_of(codes[row.series_id], row.dimensions): row for row in rows if row.area_id == area_id}
        groups = [[by_code[one] for one in group] for group in comparable(list(by_code))]
        for period, numbers in steps:
            for first, second, _before, _now in exchanges(numbers, groups):
                pairs.setdefault(frozenset({first, second}), (titles[first], titles[second], period))
    return list(pairs.values())


def _steps(
    batch: ImportBatch, rows: dict[_Row, list[ListedValue]]
) -> Iterator[tuple[str, dict[_Row, dict[str, float]]]]:
    """Period by period: what each row had and has now; for the first period without a former number the latest
    number before it."""
    steps: dict[str, dict[_Row, dict[str, float]]] = {}
    earlier = queries.visible_values({row.series_id for row in rows}, {row.area_id for row in rows}, without=batch.id)
    for row, found in rows.items():
        first = min(found, key=lambda one: period_end(one.period))
        for one in found:
            before = one.old_value
            if one is first and not one.has_old:
                known = earlier.get((row.series_id, row.dimensions), {}).get(row.area_id, {})
                former = [period for period in known if period_end(period) < period_end(one.period)]
                before = known[max(former, key=period_end)].value if former else None
            if before is not None and one.new_value is not None:
                steps.setdefault(one.period, {})[row] = {_BEFORE: before, _NOW: one.new_value}
    yield from sorted(steps.items())
