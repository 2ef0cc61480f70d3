"""Reading reference values: all of an entry, and those that hold on a day."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from portal.core import clock
from portal.core.database import db
from portal.indicators.catalogue.reference_models import IndicatorReference, ReferenceKind


def history(indicator_id: int) -> list[IndicatorReference]:
    """Every reference value there ever was, the latest first."""
    return list(
        db.session.scalars(
            select(IndicatorReference)
            .where(IndicatorReference.indicator_id == indicator_id)
            .order_by(IndicatorReference.number.desc())
        )
    )


def present(day: date | None = None) -> Mapping[int, Sequence[IndicatorReference]]:
    """What holds on a day (today), by id of the indicator, in the order of kinds; one query."""
    on = day or clock.today()
    found: dict[int, list[IndicatorReference]] = {}
    rows = db.session.scalars(
        select(IndicatorReference).where(IndicatorReference.ended_at.is_(None)).order_by(IndicatorReference.number)
    )
    order = list(ReferenceKind)
    for row in sorted(rows, key=lambda one: (order.index(one.kind), one.number)):
        if row.holds_on(on):
            found.setdefault(row.indicator_id, []).append(row)
    return found
