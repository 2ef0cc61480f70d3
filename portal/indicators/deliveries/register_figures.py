"""Populations and areas of a municipality register as a delivery like every other: with source, dates and undo."""

from typing import Any

from portal.areas.extension import FiguresTaken, RegisterFigures
from portal.core.actor import Actor
from portal.indicators.deliveries import counting
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.reading import ValueRow
from portal.indicators.models import CensusBase
from portal.indicators.parameters import AREA_UNIT, POPULATION_UNIT
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState

# Code, unit and title of the series that the shipped figures of the register stand in.
_TOTAL = ("population_total", POPULATION_UNIT, "Bevölkerung insgesamt")
_MALE = ("population_male", POPULATION_UNIT, "Bevölkerung männlich")
_FEMALE = ("population_female", POPULATION_UNIT, "Bevölkerung weiblich")
_LAND = ("area_km2", AREA_UNIT, "Fläche")
_BASES = {1987: CensusBase.CENSUS_1987, 2011: CensusBase.CENSUS_2011, 2022: CensusBase.CENSUS_2022}


def take(figures: RegisterFigures, *, actor: Actor) -> FiguresTaken:
    """Write the figures under a batch and take it over, in the open transaction; nothing where all are known.

    Land is measured, not counted: its values carry no census.
    """
    batch = import_services.begin(file_name=figures.file_name, sha256=figures.sha256, actor=actor)
    ids = import_services.series_for([_TOTAL, _MALE, _FEMALE, _LAND])
    period = figures.day.isoformat()
    rows = [
        ValueRow(
            batch_id=batch.id,
            series_id=ids[code, unit],
            area_id=row.area_id,
            period=period,
            period_kind=PeriodKind.DATE.value,
            dimensions="",
            value=value,
            text_value=None,
            state=ValueState.REPORTED.value,
            territorial_date=figures.territorial_date.isoformat(),
            census_base=_BASES[figures.census_year].value if unit == POPULATION_UNIT else None,
        )
        for row in figures.rows
        for (code, unit, _title), value in (
            (_TOTAL, float(row.people)),
            (_MALE, float(row.male)),
            (_FEMALE, float(row.people - row.male)),
            (_LAND, row.square_km),
        )
    ]
    import_services.write_values(batch.id, rows)
    import_services.write_sources(
        batch.id, {(series_id, period): figures.source for series_id in ids.values()}, figures.attribution_key
    )
    counts = counting.compare(batch)
    if counts.nothing_new:
        import_services.remove_values(batch.id, limit=len(rows))
        import_services.remove(batch, actor=actor)
        return FiguresTaken(new=0, changed=0, unchanged=counts.unchanged, batch=None)
    import_services.conclude(batch, _summary(figures, len(rows)), counts, actor=actor)
    import_services.take_over(batch, actor=actor)
    changed = counts.changed + counts.withheld
    return FiguresTaken(new=counts.new, changed=changed, unchanged=counts.unchanged, batch=batch.public_id)


def _summary(figures: RegisterFigures, values: int) -> dict[str, Any]:
    """The same keys as other deliveries have, so that its page reads them."""
    measures = [{"code": code, "label": title, "unit": unit} for code, unit, title in (_TOTAL, _MALE, _FEMALE, _LAND)]
    return {
        "file": figures.file_name,
        "format": "",
        "encoding": "",
        "values": values,
        "missing": {},
        "areas": {"matched": len(figures.rows), "unknown": 0},
        "periods": [figures.day.isoformat()],
        "measures": measures,
        "refused": [],
    }
