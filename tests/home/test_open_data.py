"""Open data: what the files say is what the pages say, nothing internal or secret among it; the catalogue's form."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from furnished import furnished, house, seeded_sqlite
from house import ANONYMOUS, House, Request
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import ANONYMOUS as NOBODY
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.home.open_data import CONTRIBUTOR
from portal.indicators import queries
from portal.indicators.models import BatchState, ImportBatch, Indicator, SeriesSource
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


LICENCES = "http://dcat-ap.de/def/licenses/"
EU = "http://publications.europa.eu/resource/authority/"


def test_the_catalogue_carries_what_the_profile_asks_for_and_recommends(house: House) -> None:
    """DCAT-AP.de 3.0: mandatory and recommended properties of catalogue, data set and distribution, by its lists."""
    catalogue = _catalogue(house)
    publisher = catalogue["dct:publisher"]
    assert publisher["foaf:name"]
    assert catalogue["dct:description"]["@value"].strip()
    assert catalogue["dcat:themeTaxonomy"]["@id"] == f"{EU}data-theme"
    district = "http://dcat-ap.de/def/politicalGeocoding/districtKey/08226"
    assert catalogue["dct:spatial"]["@id"] == district
    moments = [catalogue]
    for dataset in catalogue["dcat:dataset"]:
        assert dataset["dct:title"]["@value"].strip()
        assert dataset["dct:description"]["@value"].strip()
        assert dataset["dct:publisher"]["@id"] == publisher["@id"]
        assert dataset["dcat:theme"]["@id"].startswith(f"{EU}data-theme/")
        assert all(word["@value"] for word in dataset["dcat:keyword"])
        assert dataset["dcat:contactPoint"]["vcard:hasEmail"]["@id"].startswith("mailto:")
        assert dataset["dct:spatial"]["@id"] == dataset["dcatde:politicalGeocodingURI"]["@id"] == district
        assert dataset["dcatap:availability"]["@id"] == f"{EU}planned-availability/AVAILABLE"
        # The list of municipalities is that of the day it is asked for.
        assert ("dct:temporal" in dataset) == (dataset["dct:identifier"] != "gemeinden")
        moments += [dataset, *dataset["dcat:distribution"]]
        for one in dataset["dcat:distribution"]:
            assert one["dct:license"]["@id"].startswith(LICENCES)
            assert one["dct:format"]["@id"].startswith(f"{EU}file-type/")
            assert one["dcat:mediaType"]["@id"].startswith("https://www.iana.org/assignments/media-types/")
            assert one["dcat:accessURL"] == one["dcat:downloadURL"]
    for one in moments:
        issued, modified = (datetime.fromisoformat(one[key]["@value"]) for key in ("dct:issued", "dct:modified"))
        assert issued.tzinfo is not None
        assert issued <= modified
        assert one["dct:issued"]["@type"] == "xsd:dateTime"
    named = {prefix for one in moments for key in one if (prefix := key.partition(":")[0]) and not key.startswith("@")}
    assert named <= catalogue["@context"].keys()


def test_a_delivery_moves_the_day_of_its_data_set_and_of_no_other(house: House) -> None:
    before = _by_key(_catalogue(house))
    late = clock.now() + timedelta(days=40)
    try:
        with house.app.app_context(), transaction():
            row = db.session.scalars(select(Indicator).where(Indicator.key == "breitband50")).one()
            series = row.series_links[0].series_id
            newer = ImportBatch(
                file_name="nachtrag.csv", sha256="0" * 64, state=BatchState.ACTIVE, activated_at=late,
            )  # fmt: skip
            db.session.add(newer)
            db.session.flush()
            db.session.add(SeriesSource(batch_id=newer.id, series_id=series, period="2030", text="Nachtrag"))
        after = _by_key(_catalogue(house))
    finally:
        house.put_back()
    moved = {key for key, one in after.items() if one["dct:modified"] != before[key]["dct:modified"]}
    assert moved == {"breitband50"}
    assert after["breitband50"]["dct:modified"]["@value"] == late.isoformat(timespec="seconds")
    assert after["breitband50"]["dct:issued"] == before["breitband50"]["dct:issued"]


def test_boundaries_of_the_federal_agency_name_its_terms_of_use(house: House) -> None:
    (one,) = _by_key(_catalogue(house))["grenzen"]["dcat:distribution"]
    assert one["dct:license"]["@id"] == f"{LICENCES}geonutz/20130319"
