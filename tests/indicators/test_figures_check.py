"""Every area value and signal of the demonstration, against a table calculated independently.

`figures_check.csv` holds five planning areas × 30 indicators; its numbers are rounded to four decimals, its
words are German. The signals hold for every seed day from 20.11.2026 to 31.12.2028. Where several
municipalities share the largest value, the table names the last and the product the first of them; all are
compared.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from portal.areas.seeding.files import read_municipalities, read_planning_areas
from portal.config import SEEDS
from portal.indicators.aggregation import (
    Aggregation,
    AreaValue,
    CountyValue,
    Extreme,
    Member,
    RateBasis,
    area_value,
    county_value,
    population_weighted_mean,
)
from portal.indicators.models import Polarity
from portal.indicators.periods import PeriodKind
from portal.indicators.seeding.demo import DemoIndicatorSeed, read_demo_indicators
from portal.indicators.seeding.files import ValueSeed, read_series_attributions, read_values
from portal.indicators.signals import (
    Direction,
    FiguresSignal,
    Signal,
    SignalReason,
    StandardCheck,
    TrendPoint,
    figures_signal,
    trend_of,
)

COUNTY = "08226"
WALLDORF = "08226095"
DAYS = (date(2026, 11, 20), date(2027, 6, 1), date(2027, 12, 31))
# From 2028 on neutral indicators of 2022 are not meaningful because of their age, hence for another reason.
LAST_DAY = date(2028, 12, 31)

SIGNALS = {
    FiguresSignal.CONSPICUOUS: "unguenstig_auffaellig",
    FiguresSignal.NOT_CONSPICUOUS: "nicht_auffaellig",
    FiguresSignal.NOT_MEANINGFUL: "nicht_aussagekraeftig",
    FiguresSignal.NONE: "keine",
}
REASONS = {
    (SignalReason.NO_VALUES,): "keine_werte",
    (SignalReason.COUNTY_ONLY,): "nur_kreiswert",
    (SignalReason.CLASS_ONLY, SignalReason.COUNTY_ONLY): "klasse_und_nur_kreiswert",
    (SignalReason.TOO_OLD,): "zu_alt",
    (SignalReason.AMBIGUOUS,): "richtung_nicht_eindeutig",
    (SignalReason.DIFFERENCE,): "abweichung_vom_kreis",
    (SignalReason.STANDARD_MISSED,): "richtwert_verfehlt",
    (SignalReason.DIFFERENCE, SignalReason.STANDARD_MISSED): "abweichung_vom_kreis+richtwert_verfehlt",
    (SignalReason.BELOW_MINIMUM,): "abweichung_unter_schwelle",
    (SignalReason.NOT_WORSE,): "nicht_unguenstiger_als_kreis",
}
DIRECTIONS = {None: "", Direction.UNFAVOURABLE: "unguenstig", Direction.FAVOURABLE: "guenstig"}
CHECKS = {None: "", StandardCheck.KEPT: "eingehalten", StandardCheck.MISSED: "verfehlt"}


@dataclass(frozen=True)
class Shipped:
    """Everything the check needs, read once."""

    names: dict[str, str]
    areas: dict[str, tuple[str, ...]]
    values: dict[tuple[str, str, str], ValueSeed]
    kinds: dict[str, PeriodKind]
    indicators: dict[str, DemoIndicatorSeed]
    population: dict[str, float]
    area_km2: dict[str, float]

    def members(self, keys: tuple[str, ...], series: str, period: str) -> list[Member]:
        found = []
        for key in keys:
            seed = self.values.get((key, series, period))
            if seed is not None:
                found.append(
                    Member(
                        key=key,
                        value=seed.value,
                        state=seed.state,
                        population=self.population[key],
                        area_km2=self.area_km2[key],
                    )
                )
        return found

    def aggregate(self, keys: tuple[str, ...], indicator: DemoIndicatorSeed) -> AreaValue:
        if indicator.series is None or indicator.period is None or indicator.level != "municipality":
            members = [
                Member(key=key, value=1.0, population=self.population[key], area_km2=self.area_km2[key]) for key in keys
            ]
            return area_value(members, aggregation=Aggregation.NONE)
        return area_value(
            self.members(keys, indicator.series, indicator.period),
            aggregation=indicator.aggregation,
            threshold=indicator.threshold,
            rate_basis=indicator.rate_basis,
        )

    def county(self, indicator: DemoIndicatorSeed) -> CountyValue:
        if indicator.series is None or indicator.period is None:
            return county_value(None)
        if indicator.level == "county":
            published = self.values[COUNTY, indicator.series, indicator.period]
            return county_value(None, published=published.value, published_text=published.text)
        return county_value(self.aggregate(tuple(sorted(self.names)), indicator))


@cache
def shipped() -> Shipped:
    municipalities = read_municipalities(SEEDS)
    planning_areas = read_planning_areas(SEEDS, municipalities)
    demo = read_demo_indicators(SEEDS)
    values = {(seed.ags, seed.series, seed.period): seed for seed in read_values(SEEDS) if seed.ags.startswith(COUNTY)}
    own = {m.ags: m.name_short for m in municipalities if m.county_ags == COUNTY}

    def weight(series: str, period: str) -> dict[str, float]:
        found = {key: values[key, series, period].value for key in own}
        return {key: value for key, value in found.items() if value is not None}

    return Shipped(
        names=own,
        areas={area.key: planning_areas.members(area.key) for area in planning_areas.areas},
        values=values,
        kinds={seed.series: seed.period_kind for seed in values.values()},
        indicators={indicator.key: indicator for indicator in demo.indicators},
        population=weight(demo.population.series, demo.population.period),
        area_km2=weight(demo.area_km2.series, demo.area_km2.period),
    )


@cache
def check_rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "figures_check.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def four(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def trend_words(facts: Shipped, indicator: DemoIndicatorSeed, keys: tuple[str, ...]) -> str:
    if indicator.level != "municipality" or indicator.series is None:
        return "nicht_bildbar"
    bases = read_bases()
    periods = sorted({period for key, series, period in facts.values if series == indicator.series and key in keys})
    points = [TrendPoint(period, 0.0, bases(indicator.series, period)) for period in periods]
    trend = trend_of(points)
    assert trend.change is None
    what = "stichtagen" if facts.kinds[indicator.series] is PeriodKind.DATE else "zeitraeumen"
    return f"nicht_bildbar_{trend.periods}_von_3_{what}"


@cache
def read_bases() -> Callable[[str, str], str]:
    attributions = read_series_attributions(SEEDS)
    return lambda series, period: str(attributions.of(series, period).census_base or "")


def ties(facts: Shipped, extreme: Extreme | None) -> set[str]:
    return {facts.names[key] for key in (extreme.key, *extreme.others)} if extreme else {""}


def signal_of(facts: Shipped, area: str, indicator: DemoIndicatorSeed, today: date) -> tuple[AreaValue, Signal]:
    aggregated = facts.aggregate(facts.areas[area], indicator)
    found = figures_signal(
        aggregated, facts.county(indicator), rule=indicator.rule, period=indicator.period, today=today
    )
    return aggregated, found


def printed(facts: Shipped, area: str, indicator: DemoIndicatorSeed, today: date) -> dict[str, str]:
    """The row that the product would write, in the words of the check table."""
    keys = facts.areas[area]
    county = facts.county(indicator)
    value, signal = signal_of(facts, area, indicator, today)
    published = county.text or ("" if county.value is None else str(county.value))
    change = ""
    if indicator.key == "bev_gesamt":
        earlier = area_value(facts.members(keys, "population_total", "2019-12-31"), aggregation=Aggregation.SUM)
        assert value.value is not None
        assert earlier.value is not None
        change = four(100 * (value.value / earlier.value - 1))
    return {
        "area_key": area,
        "indicator_key": indicator.key,
        "topic": indicator.topic,
        "lead": "ja" if indicator.is_lead else "nein",
        "period": indicator.period or "",
        "level": indicator.level,
        "aggregation": indicator.aggregation.value,
        "members": str(value.members),
        "members_with_value": str(value.members_with_value),
        "coverage_percent": "" if value.coverage is None else f"{100 * value.coverage:.1f}",
        "area_value": four(value.value),
        "county_value": four(county.value) if county.computed else published,
        "county_value_basis": "" if indicator.level == "none" else county.basis.value,
        "difference": four(signal.difference),
        "min_difference": four(signal.min_difference),
        "direction": DIRECTIONS[signal.direction],
        "spread_min": four(value.spread_min.value) if value.spread_min else "",
        "spread_max": four(value.spread_max.value) if value.spread_max else "",
        "change_2019_2022_percent": change,
        "trend": trend_words(facts, indicator, keys),
        "standard": f"{indicator.rule.standard.value:g}" if indicator.rule.standard else "",
        "standard_check": CHECKS[signal.standard_check],
        "chance_limits": "keine",
        "age_limit_years": str(indicator.rule.age_limit_years),
        "valid_until": signal.valid_until.isoformat() if signal.valid_until else "",
        "figures_signal": SIGNALS[signal.signal],
        "reason": REASONS[signal.reasons],
        "unit": indicator.unit,
    }


def test_the_check_table_covers_every_area_and_indicator() -> None:
    facts = shipped()
    expected = {(area, key) for area in facts.areas for key in facts.indicators}
    assert {(row["area_key"], row["indicator_key"]) for row in check_rows()} == expected
    assert len(check_rows()) == 150


@pytest.mark.parametrize("today", DAYS)
def test_every_row_is_reproduced(today: date) -> None:
    facts = shipped()
    for row in check_rows():
        indicator = facts.indicators[row["indicator_key"]]
        expected = dict(row)
        lowest, highest = expected.pop("spread_min_municipality"), expected.pop("spread_max_municipality")
        assert printed(facts, row["area_key"], indicator, today) == expected
        value = facts.aggregate(facts.areas[row["area_key"]], indicator)
        assert lowest in ties(facts, value.spread_min)
        assert highest in ties(facts, value.spread_max)


def test_the_signals_hold_to_the_last_day_and_two_indicators_expire_the_next() -> None:
    facts = shipped()
    expired = set()
    for row in check_rows():
        indicator = facts.indicators[row["indicator_key"]]
        _value, last = signal_of(facts, row["area_key"], indicator, LAST_DAY)
        assert SIGNALS[last.signal] == row["figures_signal"]
        _value, after = signal_of(facts, row["area_key"], indicator, date(2029, 1, 1))
        if SIGNALS[after.signal] != row["figures_signal"]:
            assert after.reasons == (SignalReason.TOO_OLD,)
            expired.add(indicator.key)
    assert expired == {"beschaeftigungsquote", "beschaeftigungsquote_frauen", "steuereinnahmekraft"}


def test_settlement_area_of_the_county_is_close_to_the_published_sister_series() -> None:
    facts = shipped()
    county = facts.county(facts.indicators["siedlungsflaeche"]).value
    assert county == pytest.approx(20.23, abs=0.005)
    assert facts.values[COUNTY, "da_fl_suv", "2022"].value == 20.19


def test_mobile_coverage_is_weighted_by_land_not_by_people() -> None:
    facts = shipped()
    county = facts.county(facts.indicators["mobilfunk_5g"])
    assert county.value == pytest.approx(88.96, abs=0.005)
    by_people = population_weighted_mean(facts.members(tuple(facts.names), "da_v_5g", "2024"))
    assert by_people == pytest.approx(93.45, abs=0.005)


def test_upper_secondary_school_stays_below_the_threshold_in_one_area() -> None:
    facts = shipped()
    _value, signal = signal_of(facts, "neckargemuend-eberbach", facts.indicators["p_sek_2"], DAYS[0])
    assert signal.difference == pytest.approx(9.3, abs=0.05)
    assert signal.reasons == (SignalReason.BELOW_MINIMUM,)


def test_the_leading_pool_of_a_group_decides_not_the_conspicuous_one() -> None:
    facts = shipped()
    outdoor, indoor = facts.indicators["p_freibad"], facts.indicators["p_hallenbad"]
    assert signal_of(facts, "sinsheim", outdoor, DAYS[0])[1].signal is FiguresSignal.CONSPICUOUS
    assert signal_of(facts, "sinsheim", indoor, DAYS[0])[1].signal is FiguresSignal.NOT_CONSPICUOUS
    assert outdoor.correlation_group == indoor.correlation_group == "baeder"
    assert indoor.is_lead
    assert not outdoor.is_lead


def test_one_town_lifts_the_tax_capacity_of_the_county() -> None:
    facts = shipped()
    indicator = facts.indicators["steuereinnahmekraft"]
    everybody = tuple(sorted(facts.names))
    others = tuple(key for key in everybody if key != WALLDORF)
    assert facts.aggregate(everybody, indicator).value == pytest.approx(1742.08, abs=0.005)
    assert facts.aggregate(others, indicator).value == pytest.approx(1462.80, abs=0.005)


def test_density_agrees_with_the_published_one() -> None:
    facts = shipped()
    for key in facts.names:
        member = Member(key=key, value=1.0, population=facts.population[key], area_km2=facts.area_km2[key])
        density = area_value([member], aggregation=Aggregation.RATE, rate_basis=RateBasis.POPULATION_PER_AREA).value
        assert density == pytest.approx(facts.values[key, "da_bev_dicht", "2022"].value, rel=0.00035)


def test_travel_times_are_never_averaged() -> None:
    for indicator in shipped().indicators.values():
        if indicator.series is not None and indicator.series.startswith("da_p_") and indicator.level != "county":
            assert indicator.aggregation is Aggregation.POPULATION_SHARE
            assert indicator.rule.polarity is Polarity.HIGH_UNFAVOURABLE
