"""The shipped facts about areas keep what their sources promise, and damaged files are refused by name."""

import json
import shutil
from pathlib import Path

import pytest

from portal.areas.attributions import read_attributions, read_file_attributions
from portal.areas.seeding.files import (
    associations,
    boundary_file,
    read_counties,
    read_municipalities,
    read_planning_areas,
)
from portal.config import SEEDS
from portal.core.seed_files import SeedError

COUNTIES = {
    # county: municipalities, units with associations, persons 31.12.2022, hundredths of km²
    "08226": (54, 29, 555_352, 106_154),
    "06432": (23, 23, 300_658, 65_861),
    "12069": (38, 19, 222_570, 259_206),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may damage."""
    copy = tmp_path / "seeds"
    shutil.copytree(SEEDS, copy)
    return copy


def damage(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("county_ags", COUNTIES)
def test_municipalities_add_up_to_their_county(county_ags: str) -> None:
    county = next(c for c in read_counties(SEEDS) if c.ags == county_ags)
    members = [m for m in read_municipalities(SEEDS) if m.county_ags == county_ags]
    count, units, population, area = COUNTIES[county_ags]
    assert len(members) == county.municipalities == count
    assert sum(m.population_2022 for m in members) == county.population_2022 == population
    assert sum(m.population_2019 for m in members) == county.population_2019
    assert sum(m.population_census_2022 for m in members) == county.population_census_2022
    assert sum(round(m.area_km2 * 100) for m in members) == round(county.area_km2 * 100) == area
    assert all(m.population_male_2022 + m.population_female_2022 == m.population_2022 for m in members)
    assert len({m.ars[:9] for m in members}) == units


def test_keys_are_unique_and_the_same_in_the_boundaries() -> None:
    municipalities = read_municipalities(SEEDS)
    assert len({m.ags for m in municipalities}) == len({m.ars for m in municipalities}) == 115
    for county_ags in COUNTIES:
        drawn = json.loads(boundary_file(SEEDS, county_ags).read_text(encoding="utf-8"))["features"]
        assert {f["id"] for f in drawn} == {m.ags for m in municipalities if m.county_ags == county_ags}


def test_associations_follow_from_the_regional_keys() -> None:
    found = associations(read_municipalities(SEEDS))
    assert [a.ars for a in found] == sorted(a.ars for a in found)
    waibstadt = next(a for a in found if a.name == "GVV Waibstadt")
    assert waibstadt.members == ("08226017", "08226055", "08226058", "08226066", "08226091", "08226106")
    assert not [a for a in found if a.county_ags == "06432"]
    assert all(len(a.members) > 1 for a in found)


def test_every_municipality_belongs_to_one_planning_area_on_every_day() -> None:
    municipalities = read_municipalities(SEEDS)
    areas = read_planning_areas(SEEDS, municipalities)
    own = {m.ags for m in municipalities if m.county_ags == "08226"}
    for day in (-1420, -691, -690, 0, 400):
        members = [ags for area in areas.areas for ags in areas.members(area.key, on_day=day)]
        assert sorted(members) == sorted(own)
    assert [len(areas.members(a.key)) for a in areas.areas] == [10, 10, 10, 14, 10]
    assert "08226105" in areas.members("schwetzingen-hockenheim", on_day=-691)
    assert "08226105" in areas.members("weinheim", on_day=-690)
    assert areas.composition == "Beispielzuordnung"


def test_no_association_is_split_between_planning_areas() -> None:
    municipalities = read_municipalities(SEEDS)
    areas = read_planning_areas(SEEDS, municipalities)
    area_of = {ags: area.key for area in areas.areas for ags in areas.members(area.key)}
    for association in associations(municipalities):
        if association.county_ags == "08226":
            assert len({area_of[ags] for ags in association.members}) == 1, association.name


def test_every_shipped_file_names_its_source() -> None:
    attributed = read_file_attributions(SEEDS)
    shipped = {
        path.relative_to(SEEDS).as_posix()
        for path in SEEDS.rglob("*")
        if path.is_file() and path.name not in {"SOURCES.md", "attributions.yaml"}
    }
    assert attributed.keys() == shipped
    known = read_attributions(SEEDS)
    assert {key for keys in attributed.values() for key in keys} <= known.keys()
    boundaries = known["vg250_2016"]
    assert boundaries.text == "© GeoBasis-DE / BKG 2016 (Daten verändert)"
    assert boundaries.changed is not None


def test_open_data_licences_carry_text_and_name() -> None:
    for attribution in read_attributions(SEEDS).values():
        if "dl-de/by-2-0" in attribution.text:
            assert attribution.licence == "Datenlizenz Deutschland – Namensnennung – Version 2.0"
            assert attribution.licence_uri == "https://www.govdata.de/dl-de/by-2-0"
            assert attribution.source_uri is not None
            assert attribution.dcat_licence is not None


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "column"),
    [
        ("municipalities.csv", "08226003,", "8226003,", "row 2", "ags"),
        ("municipalities.csv", "082265004003", "082265004004", "row 2", "ars"),
        ("municipalities.csv", "6315,3164,3151", "6315,3164,3152", "row 2", "population_2022_12_31"),
        ("municipalities.csv", ",15.96,", ',"15,96",', "row 2", "area_km2"),
        ("municipalities.csv", "ags,ars", "key,ars", "row 1", "header"),
        ("municipalities.csv", "08226006,082265005006,", "08226003,082265004003,", "row 3", "ags"),
        ("municipalities.csv", ",02,mittlere", ",mittlere", "row 2", "all"),
        ("counties.csv", "08226,Rhein", "822,Rhein", "row 2", "county_ags"),
        ("counties.csv", ",54,", ",,", "row 2", "municipalities"),
    ],
)  # fmt: skip
def test_damaged_tables_are_refused_by_place(
    folder: Path, file: str, old: str, new: str, place: str, column: str
) -> None:
    damage(folder / file, old, new)
    read = {"counties.csv": read_counties, "municipalities.csv": read_municipalities}[file]
    with pytest.raises(SeedError) as caught:
        read(folder)
    assert (caught.value.file, caught.value.place, caught.value.column) == (file, place, column)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{ags: "08226096", name: "Weinheim"}', '{ags: "08226096", name: "Wiesloch"}'),
        ('{ags: "08226096", name: "Weinheim"}', '{ags: 8226096, name: "Weinheim"}'),
        ('- {ags: "08226012", name: "Dossenheim"}', ""),
        ('{ags: "08226012", name: "Dossenheim"}', '{ags: "08226012", name: "Dossenheim", form_day: 1}'),
        ("to_day: -691", "to_day: -690"),
        ("character: eher städtisch", "character: eher städtisch\n    character: eher ländlich"),
        ("planning_area: schwetzingen-hockenheim", "planning_area: mannheim"),
    ],
)
def test_a_wrong_composition_is_refused(folder: Path, old: str, new: str) -> None:
    damage(folder / "demo" / "planning_areas.yaml", old, new)
    municipalities = read_municipalities(folder)
    with pytest.raises(SeedError):
        read_planning_areas(folder, municipalities)
