"""Open data: what the files say is what the pages say, nothing internal or secret among it; the catalogue's form."""

import json
from typing import Any

import pytest
from furnished import furnished, house, seeded_sqlite
from house import ANONYMOUS, House, Request

from portal.core.actor import ANONYMOUS as NOBODY
from portal.core.actor import SYSTEM
from portal.core.transaction import transaction
from portal.home.open_data import CONTRIBUTOR
from portal.indicators import queries
from portal.indicators.periods import period_end, period_start
from portal.settings import services as settings

__all__ = ["furnished", "house", "seeded_sqlite"]

BASE = "http://portal.example"


def _document(house: House, path: str, visitor: str = ANONYMOUS) -> dict[str, Any]:
    answer = house.get(visitor, path)
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.data)
    return found


def _catalogue(house: House, visitor: str = ANONYMOUS) -> dict[str, Any]:
    return _document(house, "/katalog.jsonld", visitor)


def _by_key(catalogue: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["dct:identifier"]: one for one in catalogue["dcat:dataset"]}


def test_an_indicator_as_json_holds_what_its_page_computes(house: House) -> None:
    document = _document(house, "/indikatoren/p_notaufnahme/werte.json")
    with house.app.app_context():
        figures = queries.county_figures(NOBODY)
        found = figures.indicators["p_notaufnahme"]
        numbers = {place.key: found.municipal[place.id].value for place in figures.composition.municipalities}
        areas = {area.slug: found.areas[area.id].value.value for area in figures.composition.planning_areas}
        county = found.county.value
    by_level: dict[str, dict[str, Any]] = {}
    for row in document["values"]:
        by_level.setdefault(row["level"], {})[row["key"]] = row["value"]
    assert by_level == {"municipality": numbers, "planning_area": areas, "county": {"08226": county}}
    assert document["assignment"]["is_example"]
    assert document["period"] == found.period
    assert all(source["text"] for source in document["sources"])


def test_every_file_of_the_catalogue_opens_for_everybody(house: House) -> None:
    catalogue = _catalogue(house)
    assert catalogue["@type"] == "dcat:Catalog"
    for dataset in catalogue["dcat:dataset"]:
        assert dataset["dct:title"]["@value"]
        assert dataset["dcatde:politicalGeocodingURI"]["@id"].endswith("/districtKey/08226")
        for distribution in dataset["dcat:distribution"]:
            address = distribution["dcat:downloadURL"]["@id"]
            assert address.startswith(BASE + "/")
            answer = house.ask(ANONYMOUS, Request("HEAD", address.removeprefix(BASE), {}, {}))
            assert answer.status_code == 200, address
            assert answer.mimetype == distribution["dcat:mediaType"]["@id"].partition("media-types/")[2]
            assert distribution["dcatde:licenseAttributionByText"]["@value"]


def test_only_one_open_licence_of_all_sources_makes_a_data_set_open(house: House) -> None:
    datasets = _by_key(_catalogue(house))
    licences = {
        key: {one["dct:license"]["@id"] for one in dataset["dcat:distribution"]} for key, dataset in datasets.items()
    }
    assert licences["gemeinden"] == {"http://dcat-ap.de/def/licenses/other-closed"}
    assert {"http://dcat-ap.de/def/licenses/dl-by-de/2.0"} in licences.values()


@pytest.mark.parametrize("visitor", [ANONYMOUS, "administrator"])
def test_nothing_internal_is_in_the_catalogue_whoever_asks(house: House, visitor: str) -> None:
    internal = house.records["internal indicator"]
    key = next(iter(internal.values()))["key"]
    assert key not in _by_key(_catalogue(house, visitor))
    assert key in {one.indicator.key for one in _everything(house)}


def _everything(house: House) -> list[Any]:
    with house.app.app_context():
        figures = queries.county_figures(SYSTEM)
        return [*figures.indicators.values(), *figures.further.values()]


def test_the_county_names_itself_to_govdata_once_it_has_a_name_there(house: House) -> None:
    assert all("dcatde:contributorID" not in one for one in _catalogue(house)["dcat:dataset"])
    with house.app.app_context(), transaction():
        settings.put(CONTRIBUTOR, "landkreisMusterstadt", actor=SYSTEM)
    try:
        found = {one["dcatde:contributorID"]["@id"] for one in _catalogue(house)["dcat:dataset"]}
    finally:
        house.put_back()
    assert found == {"http://dcat-ap.de/def/contributors/landkreisMusterstadt"}


@pytest.mark.parametrize(
    ("period", "first"),
    [
        ("2023", "2023-01-01"), ("2022-06", "2022-06-01"), ("2021/2024", "2021-01-01"), ("2023-10P6M", "2023-10-01"),
        ("2020/21", "2020-08-01"), ("2022-12-31", "2022-12-31"),
    ],
)  # fmt: skip
def test_a_period_begins_before_it_ends(period: str, first: str) -> None:
    assert period_start(period).isoformat() == first
    assert period_start(period) <= period_end(period)
