"""Settings of the social monitoring: which series weigh, and how much of an area must have values."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.core import statistics
from portal.core.database import db
from portal.core.text import sort_key
from portal.indicators import words
from portal.indicators.models import Series, SeriesSource
from portal.indicators.signals import MINIMUM_COVERAGE
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

_GROUP = _l("Zahlen")
OWN_LICENCE = "figures.own_licence"
# What counts people and what measures land, by the units of the published series.
POPULATION_UNIT, AREA_UNIT = "Personen", "km²"
TREND_PERIODS = "figures.trend_periods"
WARNING_SHARE = "figures.warning_share"
DELIVERY_REMINDER_DAYS = "figures.reminder_days"


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
    Declared(
        key=TREND_PERIODS,
        kind=SettingKind.WHOLE_NUMBER,
        default=statistics.TREND_PERIODS,
        group=_GROUP,
        label=_l("Vergleichbare Zeitpunkte für eine Entwicklung"),
        hint=_l(
            "Erst mit so vielen zählt, dass sich ein Wert ungünstig entwickelt, auch auf der Liste der Frühwarnung."
        ),
        minimum=2,
        maximum=10,
    ),
    Declared(
        key="figures.chance_confidence",
        kind=SettingKind.NUMBER,
        default=95,
        group=_GROUP,
        label=_l("Grenzen des Zufalls"),
        hint=_l("So viele von 100 Werten liegen dazwischen, wenn es keinen wirklichen Unterschied gibt."),
        minimum=80,
        maximum=99.9,
        unit="%",
    ),
    Declared(
        key="figures.false_alarms",
        kind=SettingKind.NUMBER,
        default=10,
        group=_GROUP,
        label=_l("Höchstens so viele Fehlalarme"),
        hint=_l("Unter allem, was außerhalb der Grenzen liegt, wenn man viele Werte zugleich ansieht."),
        minimum=1,
        maximum=50,
        unit="%",
    ),
    Declared(
        key=WARNING_SHARE,
        kind=SettingKind.NUMBER,
        default=70,
        group=_GROUP,
        label=_l("Frühwarnung"),
        hint=_l("Von diesem Teil einer Schwelle an steht ein Wert auf der Liste."),
        minimum=30,
        maximum=100,
        unit="%",
    ),
    Declared(
        key=DELIVERY_REMINDER_DAYS,
        kind=SettingKind.WHOLE_NUMBER,
        default=14,
        group=_GROUP,
        label=_l("An Lieferungen erinnern"),
        hint=_l("So lange vor dem Termin bekommt der Fachbereich eine E-Mail, und „Heute“ zeigt die Lieferung."),
        minimum=0,
        maximum=90,
        unit=_l("Tage vorher"),
        unit_one=_l("Tag vorher"),
    ),
    Declared(
        key="figures.smallest_count",
        kind=SettingKind.WHOLE_NUMBER,
        default=3,
        group=_GROUP,
        label=_l("Kleinste Zahl, die gezeigt wird"),
        hint=_l("Kleinere Zähler gelten als geheim, auch für die Verwaltung. Die Null wird gezeigt."),
        minimum=0,
        maximum=20,
    ),
    Declared(
        key=OWN_LICENCE,
        kind=SettingKind.TEXT,
        default="",
        required=False,
        group=_GROUP,
        label=_l("Lizenz der eigenen Zahlen"),
        hint=_l(
            "Steht unter Zahlen, die Fachbereiche von da an selbst liefern, z.\u00a0B. dl-de/by-2-0. Ohne Angabe steht"
            " dort „nicht angegeben“, und niemand darf die Zahlen für offene Daten halten."
        ),
    ),
)
# What the rule for findings goes by; the others only warn or remind.
RULE_KEYS = tuple(one.key for one in SETTINGS if one.key not in {WARNING_SHARE, DELIVERY_REMINDER_DAYS})


@dataclass(frozen=True)
class Parameters:
    """The settings as the computation takes them; percentages are shares (0 … 1)."""

    population_series: str
    population_period: str
    area_series: str
    area_period: str
    minimum_coverage: float
    chance_confidence: float = 0.95
    false_alarms: float = 0.1
    smallest_count: int = 3
    trend_periods: int = statistics.TREND_PERIODS


def parameters() -> Parameters:
    """What the settings say now."""
    return Parameters(
        population_series=settings.get("figures.population_series"),
        population_period=settings.get("figures.population_period"),
        area_series=settings.get("figures.area_series"),
        area_period=settings.get("figures.area_period"),
        minimum_coverage=settings.get("figures.minimum_coverage") / 100,
        chance_confidence=settings.get("figures.chance_confidence") / 100,
        false_alarms=settings.get("figures.false_alarms") / 100,
        smallest_count=settings.get("figures.smallest_count"),
        trend_periods=settings.get(TREND_PERIODS),
    )
