"""Values of places: how many there are, and how many of a territory from a day on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.areas.extension import Use
from portal.areas.uses import Reference
from portal.core.database import db
from portal.indicators.models import BatchState, ImportBatch, SeriesValue
from portal.indicators.periods import period_end


@dataclass(frozen=True)
class _Values:
    columns: tuple[Reference, ...] = ((SeriesValue.id, SeriesValue.area_id),)

    def __call__(self, area_ids: Collection[int], *, since: date | None = None) -> Sequence[Use]:
        """All values, those of deliveries that were taken back too; with `since` visible ones of that territory."""
        statement = (
            select(SeriesValue.period, SeriesValue.territorial_date, func.count())
            .where(SeriesValue.area_id.in_(area_ids))
            .group_by(SeriesValue.period, SeriesValue.territorial_date)
        )
        if since is not None:
            statement = statement.join(ImportBatch, ImportBatch.id == SeriesValue.batch_id).where(
                ImportBatch.state == BatchState.ACTIVE
            )
        count = sum(
            number
            for period, territory, number in db.session.execute(statement)
            if since is None or (territory or period_end(period)) >= since
        )
        return [Use(_("Werte"), count)] if count else []


USES = [_Values()]
