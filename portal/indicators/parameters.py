"""Settings of the social monitoring: which series weigh, and how much of an area must have values."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal.indicators.signals import MINIMUM_COVERAGE
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

_GROUP = _l("Zahlen")

SETTINGS = (
    Declared(
        key="figures.population_series",
        kind=SettingKind.TEXT,
        default="population_total",
        group=_GROUP,
        label=_l("Reihe der Bevölkerung"),
        hint=_l("Kürzel der Datenreihe, mit der Gemeindewerte gewichtet werden."),
    ),
    Declared(
        key="figures.population_period",
        kind=SettingKind.TEXT,
        default="2022-12-31",
        group=_GROUP,
        label=_l("Stichtag der Bevölkerung"),
        hint=_l("Tag der Gewichte, z.\u00a0B. 2022-12-31."),
    ),
    Declared(
        key="figures.area_series",
        kind=SettingKind.TEXT,
        default="area_km2",
        group=_GROUP,
        label=_l("Reihe der Fläche"),
        hint=_l("Kürzel der Datenreihe in km², mit der Anteile an der Fläche gewichtet werden."),
    ),
    Declared(
        key="figures.area_period",
        kind=SettingKind.TEXT,
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
