"""Settings of the social monitoring: which series weigh, and how much of an area must have values."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.core.database import db
from portal.core.text import sort_key
from portal.indicators import words
from portal.indicators.models import Series, SeriesSource
from portal.indicators.signals import MINIMUM_COVERAGE
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

_GROUP = _l("Zahlen")
# What counts people and what measures land, by the units of the published series.
POPULATION_UNIT, AREA_UNIT = "Personen", "km²"


def series_choices(unit: str) -> list[tuple[str, str]]:
    """Code and title of the series in that unit, by title."""
    rows = db.session.execute(select(Series.code, Series.title).where(Series.unit == unit))
    return sorted(((row.code, row.title) for row in rows), key=lambda choice: (sort_key(choice[1]), choice[0]))


def period_choices(unit: str) -> list[tuple[str, str]]:
    """Days and years that a series in that unit has values of, the newest first."""
    statement = (
        select(SeriesSource.period)
        .join(Series, Series.id == SeriesSource.series_id)
        .where(Series.unit == unit)
        .distinct()
        .order_by(SeriesSource.period.desc())
    )
    return [(period, words.period(period)) for period in db.session.scalars(statement)]


SETTINGS = (
    Declared(
        key="figures.population_series",
        kind=SettingKind.CHOICE,
        choices=lambda: series_choices(POPULATION_UNIT),
        default="population_total",
        group=_GROUP,
        label=_l("Reihe der Bevölkerung"),
        hint=_l("Nach ihr werden die Werte der Gemeinden gewichtet."),
    ),
    Declared(
        key="figures.population_period",
        kind=SettingKind.CHOICE,
        choices=lambda: period_choices(POPULATION_UNIT),
        default="2022-12-31",
        group=_GROUP,
        label=_l("Stichtag der Bevölkerung"),
        hint=_l("Von diesem Tag sind die Gewichte."),
    ),
    Declared(
        key="figures.area_series",
        kind=SettingKind.CHOICE,
        choices=lambda: series_choices(AREA_UNIT),
        default="area_km2",
        group=_GROUP,
        label=_l("Reihe der Fläche"),
        hint=_l("Nach ihr werden Anteile an der Fläche gewichtet."),
    ),
    Declared(
        key="figures.area_period",
        kind=SettingKind.CHOICE,
        choices=lambda: period_choices(AREA_UNIT),
        default="2022-12-31",
        group=_GROUP,
        label=_l("Stichtag der Fläche"),
    ),
    Declared(
        key="figures.minimum_coverage",
        kind=SettingKind.NUMBER,
        default=100 * MINIMUM_COVERAGE,
        group=_GROUP,
        label=_l("Mindestens abgedeckte Bevölkerung"),
        hint=_l("Deckt ein Wert weniger ab, gilt er als nicht aussagekräftig."),
        minimum=50,
        maximum=100,
        unit="%",
    ),
)


@dataclass(frozen=True)
class Parameters:
    """The settings as the computation takes them; `minimum_coverage` is a share (0 … 1)."""

    population_series: str
    population_period: str
    area_series: str
    area_period: str
    minimum_coverage: float


def parameters() -> Parameters:
    """What the settings say now."""
    return Parameters(
        population_series=settings.get("figures.population_series"),
        population_period=settings.get("figures.population_period"),
        area_series=settings.get("figures.area_series"),
        area_period=settings.get("figures.area_period"),
        minimum_coverage=settings.get("figures.minimum_coverage") / 100,
    )
