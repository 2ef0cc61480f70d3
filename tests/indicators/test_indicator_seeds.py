"""The shipped figures keep what their sources promise, and damaged files are refused by name."""

import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from portal.areas.attributions import read_file_attributions
from portal.areas.seeding.files import read_counties, read_municipalities
from portal.config import SEEDS
from portal.core.seed_files import SeedError
from portal.indicators import units
from portal.indicators.aggregation import Aggregation
from portal.indicators.models import CensusBase
from portal.indicators.periods import PeriodKind
from portal.indicators.seeding.demo import read_demo_indicators
from portal.indicators.seeding.files import (
    ValueSeed,
    read_catalogue,
    read_legend,
    read_series_attributions,
    read_special_signs,
    read_values,
)
from portal.indicators.value_states import ValueState

TOPICS = {
    "population", "economy", "labour_market", "social_benefits", "income_debt", "housing", "education", "health",
    "care_ageing", "children_youth_families", "inclusion", "migration", "mobility_infrastructure",
    "social_infrastructure", "culture", "sport", "environment",
}  # fmt: skip


@cache
def values() -> tuple[ValueSeed, ...]:
    return tuple(read_values(SEEDS))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "seeds"
    shutil.copytree(SEEDS, copy)
    return copy


def damage(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_file_is_complete() -> None:
    assert len(values()) == 4429
    assert len(read_catalogue(SEEDS)) == 87
    assert len(read_legend(SEEDS)) == 89
    assert len(read_special_signs(SEEDS)) == 25
    assert len(read_demo_indicators(SEEDS).indicators) == 30


def test_values_belong_to_known_areas_and_series() -> None:
    municipalities = {m.ags for m in read_municipalities(SEEDS)}
    counties = {c.ags for c in read_counties(SEEDS)}
    legend = read_legend(SEEDS)
    for value in values():
        assert value.ags in (municipalities if value.level == "municipality" else counties)
        described = legend[value.series]
        assert value.unit == described.unit or value.series == "population_total"
        assert value.level in described.levels
        assert value.period in described.periods
    assert Counter(value.series for value in values()) == {key: seed.rows for key, seed in legend.items()}
    keys = Counter((value.ags, value.series, value.period) for value in values())
    assert set(keys.values()) == {1}


def test_signs_in_place_of_numbers_are_states() -> None:
    states = Counter(value.state for value in values())
    assert states[ValueState.MISSING] == 4
    assert states[ValueState.CLASS_INTERVAL] == 6
    for value in values():
        assert (value.value is not None) == value.state.has_number
        assert (value.text is not None) == (value.state is ValueState.CLASS_INTERVAL)
    assert {value.series for value in values() if value.text} == {"da_preis_baul", "da_preis_miet"}


def test_density_recomputed_agrees_with_the_published_one() -> None:
    published = {value.ags: value.value for value in values() if value.series == "da_bev_dicht"}
    municipalities = read_municipalities(SEEDS)
    assert published.keys() == {m.ags for m in municipalities}
    for m in municipalities:
        assert m.population_2022 / m.area_km2 == pytest.approx(published[m.ags], rel=0.00035)


def test_population_and_area_agree_with_the_list_of_municipalities() -> None:
    found = {(value.ags, value.series, value.period): value.value for value in values()}
    for m in read_municipalities(SEEDS):
        assert found[m.ags, "population_total", "2022-12-31"] == m.population_2022
        assert found[m.ags, "population_male", "2022-12-31"] == m.population_male_2022
        assert found[m.ags, "population_female", "2022-12-31"] == m.population_female_2022
        assert found[m.ags, "population_total", "2019-12-31"] == m.population_2019
        assert found[m.ags, "population_total_census", "2022-05-15"] == m.population_census_2022
        assert found[m.ags, "area_km2", "2022-12-31"] == m.area_km2
    for county in read_counties(SEEDS):
        assert found[county.ags, "population_total", "2024-12-31"] == county.population_2024


def test_the_catalogue_points_to_shipped_series_of_the_named_level() -> None:
    legend = read_legend(SEEDS)
    catalogue = read_catalogue(SEEDS)
    for indicator in catalogue:
        assert set(indicator.series) <= legend.keys()
        offered = {level for series in indicator.series for level in legend[series].levels}
        assert set(indicator.levels) <= offered
        assert indicator.topic in TOPICS
    assert {indicator.topic for indicator in catalogue} >= TOPICS - {"inclusion"}


def test_the_demonstration_agrees_with_catalogue_and_values() -> None:
    catalogue = {indicator.key: indicator for indicator in read_catalogue(SEEDS)}
    covered = {(value.series, value.period, value.level) for value in values() if value.ags.startswith("08226")}
    demo = read_demo_indicators(SEEDS)
    for indicator in demo.indicators:
        if indicator.catalogue_key is not None:
            entry = catalogue[indicator.catalogue_key]
            assert indicator.rule.polarity is entry.polarity
            assert indicator.topic == entry.topic
            assert indicator.series is None or indicator.series in entry.series
        if indicator.level != "none":
            assert (indicator.series, indicator.period, indicator.level) in covered
        assert indicator.topic in TOPICS
    assert (demo.population.series, demo.population.period, "municipality") in covered
    assert (demo.area_km2.series, demo.area_km2.period, "municipality") in covered
    standards = {i.key: i.rule.standard for i in demo.indicators if i.rule.standard is not None}
    assert standards.keys() == {"breitband50", "p_notaufnahme"}
    assert sum(i.aggregation is Aggregation.POPULATION_SHARE for i in demo.indicators) == 9


def test_every_value_names_its_source() -> None:
    attributions = read_series_attributions(SEEDS)
    legend = read_legend(SEEDS)
    listed = set(read_file_attributions(SEEDS)["indicator_values.csv"])
    used = set()
    for value in values():
        found = attributions.of(value.series, value.period)
        used.add(found.attribution.key)
        line = found.source_line(legend[value.series].data_basis)
        assert found.attribution.text in line
        publisher = {
            "deutschlandatlas": "Deutschlandatlas",
            "gv_isys_2019": "GV-ISys",
            "gv_isys_2024": "GV-ISys",
            "census_2022": "Zensus",
            "regional_database_12411": "Regionaldatenbank Deutschland, Tabelle 12411",
            "regional_database_73111": "Regionaldatenbank Deutschland, Tabelle 73111",
            "regional_atlas": "Regionalatlas",
        }[found.attribution.key]
        assert value.source.startswith(publisher)
        if value.source.startswith("Deutschlandatlas"):
            assert legend[value.series].data_basis.rstrip(".") in line
    assert used == listed
    assert {(a.series, a.period) for a in attributions} <= {
        (value.series, period) for value in values() for period in (value.period, None)
    }
    with pytest.raises(KeyError):
        attributions.of("population_total", "2023-12-31")


def test_population_series_break_with_the_census() -> None:
    attributions = read_series_attributions(SEEDS)
    bases = {
        period: attributions.of("population_total", period).census_base
        for period in ("2019-12-31", "2022-12-31", "2024-12-31")
    }
    assert list(bases.values()) == [CensusBase.CENSUS_2011, CensusBase.CENSUS_2011, CensusBase.CENSUS_2022]
    density = attributions.of("population_density", "2022-12-31").source_line("")
    assert density == "© Statistisches Bundesamt (Destatis), 2024; Eigene Berechnung: Bevölkerung geteilt durch Fläche"


def test_periods_are_of_the_kind_they_look_like() -> None:
    looks = {
        PeriodKind.DATE: r"\d{4}-\d\d-\d\d",
        PeriodKind.YEAR: r"\d{4}",
        PeriodKind.MONTH: r"\d{4}-\d\d",
        PeriodKind.RANGE: r"\d{4}/\d{4}",
    }
    for value in values():
        assert re.fullmatch(looks[value.period_kind], value.period)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("county,06432,", "county,6432,", "ags"),
        ("municipality,08226003,", "municipality,8226003,", "ags"),
        ("municipality,08226003,", "town,08226003,", "level"),
        ("da_alq,2023,year,4.7,", "da_alq,2023,year,NaN,", "value"),
        ("da_alq,2023,year,4.7,", "da_alq,2023,year,,", "value"),
        ("da_alq,2023,year,4.7,", "da_alq,23,year,4.7,", "period"),
        ("da_alq,2023,year,4.7,Prozent,,", "da_alq,2023,year,4.7,Prozent,missing_in_source,", "value"),
        ("da_alq,2023,year,4.7,Prozent,,", "da_alq,2023,year,4.7,Prozent,odd,", "value_status"),
        ("2022-12-31\n", "31.12.2022\n", "territorial_status"),
    ],
)
def test_damaged_values_are_refused_by_place(folder: Path, old: str, new: str, column: str) -> None:
    damage(folder / "indicator_values.csv", old, new)
    with pytest.raises(SeedError, match="row") as caught:
        list(read_values(folder))
    assert (caught.value.file, caught.value.column) == ("indicator_values.csv", column)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("polarity: neutral", "polarity: egal"),
        ("min_difference: {relative: 0.20}", "min_difference: {relative: 0.20, absolute: 3.0}"),
        ("min_difference: {relative: 0.20}", "min_difference: {relativ: 0.20}"),
        ("    threshold: 5\n", ""),
        ("aggregation: sum", "aggregation: average"),
        ("aggregation: sum", "aggregation: none"),
        ("rate: {basis: area_share", "rate: {basis: people"),
        ("- key: bev_dichte", "- key: bev_gesamt"),
        ("lead: true", "lead: ja"),
        ("applies_to: area_value", "applies_to: county_value"),
        ("    topic: economy\n", ""),
    ],
)
def test_wrong_thresholds_are_refused(folder: Path, old: str, new: str) -> None:
    damage(folder / "demo" / "indicators.yaml", old, new)
    with pytest.raises(SeedError, match=r"indicators\.yaml"):
        read_demo_indicators(folder)


def test_other_damage_is_refused(folder: Path) -> None:
    damage(folder / "indicator_topics.csv", "bev_gesamt,population\n", "")
    with pytest.raises(SeedError, match="bev_gesamt"):
        read_catalogue(folder)
    damage(folder / "attributions.yaml", "  - attribution: census_2022", "  - attribution: census_2021")
    with pytest.raises(SeedError, match="census_2021"):
        read_series_attributions(folder)
    damage(folder / "indicator_values_legend.csv", "da_alq,", "area_km2,")
    with pytest.raises(SeedError, match="twice"):
        read_legend(folder)


def test_series_refer_to_each_other_by_title() -> None:
    """Publishers write codes; people read titles."""
    legend = read_legend(SEEDS)
    assert "siehe „Erreichbarkeit von Grundschulen“" in legend["da_p_sek_1"].data_basis
    assert not [seed.series for seed in legend.values() if "siehe p_" in seed.data_basis]


@pytest.mark.parametrize(
    ("unit", "printed"), [("EUR je Person", "€ je Person"), ("1.000 EUR", "1.000 €"), ("EURO-Zone", "EURO-Zone")]
)
def test_the_euro_has_one_form_on_screen(unit: str, printed: str) -> None:
    assert units.on_screen(unit) == printed
    assert units.printed(unit) == units.printed(printed)
