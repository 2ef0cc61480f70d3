"""What the portal offers as open data, and its catalogue by DCAT-AP.de (JSON-LD).

All mandatory and recommended properties of DCAT-AP.de 3.0 but the licence of the catalogue itself, which the county
has not chosen; all of them are valid in 2.0 as well. Vocabulary: https://www.dcat-ap.de/def/ (licences, political
geocoding, contributors) and the lists of the EU's Publications Office (file types, data themes, access rights, planned
availability). A growing series is one data set with one distribution per format.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.areas.models import Attribution
from portal.home.site import Site
from portal.indicators import source_words
from portal.indicators.figures import CountyFigures, IndicatorFigures, SourceFacts
from portal.indicators.periods import period_end, period_start
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

CONTRIBUTOR = "open_data.contributor"
SETTINGS = (
    Declared(
        key=CONTRIBUTOR,
        kind=SettingKind.TEXT,
        default="",
        required=False,
        group=_l("Offene Daten"),
        label=_l("Kennung bei GovData (contributorID)"),
        hint=_l("Vergibt die Geschäfts- und Koordinierungsstelle GovData, z.\u00a0B. landkreisMusterstadt. Ohne sie "
                "nimmt GovData den Katalog nicht auf; alles andere geht auch so."),
    ),
)  # fmt: skip

_LISTS = "http://publications.europa.eu/resource/authority"
_DCAT_DE = "http://dcat-ap.de/def"
# Without a licence that says so, nobody may take the data for open; the list's own word for that.
_NOT_OPEN = f"{_DCAT_DE}/licenses/other-closed"
# For years, by the list of the EU; addresses of the portal do not change.
_AVAILABLE = f"{_LISTS}/planned-availability/AVAILABLE"
_MEDIA_TYPES = {
    "CSV": "text/csv",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "JSON": "application/json",
    "GEOJSON": "application/geo+json",
}
_THEMES = {
    "economy": "ECON", "labour_market": "ECON", "education": "EDUC", "health": "HEAL", "care_ageing": "HEAL",
    "mobility_infrastructure": "TRAN", "culture": "EDUC", "sport": "EDUC", "environment": "ENVI",
}  # fmt: skip
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True, kw_only=True)
class Places:
    """Facts of places: where they are from, when they came and changed last, and of which day they are."""

    source: Attribution
    changed_between: tuple[datetime, datetime] | None = None
    as_of: date | None = None


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One data set with its files (format of the EU's list → path) and whom to name for it."""

    key: str
    name: str
    group: Any
    county: str
    description: str
    theme: str
    keywords: tuple[str, ...]
    page: str
    files: dict[str, str]
    attribution: str
    licence: str
    open_licence: str | None
    # When it came first and when it changed last.
    changed_between: tuple[datetime, datetime] | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def title(self) -> str:
        """For readers elsewhere, who do not know which county this is."""
        return f"{self.name}, {self.county}"


def datasets(
    figures: CountyFigures,
    changed_between: Mapping[str, tuple[datetime, datetime]],
    *,
    register: Places | None,
    boundaries: Places | None,
) -> Iterator[Dataset]:
    """Every public indicator that has values, the list of municipalities and their boundaries."""
    county = figures.composition.county.name
    for found in (*figures.indicators.values(), *figures.further.values()):
        if found.has_values:
            yield _of_indicator(found, county, changed_between.get(found.indicator.key))
    if register is not None:
        yield _of_places(
            register, "gemeinden", str(_l("Städte und Gemeinden mit Planungsraum")), county,
            {"CSV": url_for("areas.municipality_list")},
        )  # fmt: skip
    if boundaries is not None:
        yield _of_places(
            boundaries, "grenzen", str(_l("Grenzen der Städte und Gemeinden")), county,
            {"GEOJSON": url_for("areas.boundaries")},
        )  # fmt: skip


def _of_indicator(found: IndicatorFigures, county: str, changed_between: tuple[datetime, datetime] | None) -> Dataset:
    facts = found.indicator
    periods = [point.period for course in found.courses.values() for point in course]
    return Dataset(
        key=facts.key,
        name=facts.name,
        group=facts.topic.label,
        county=county,
        description=facts.explanation or facts.definition or facts.name,
        theme=_THEMES.get(facts.topic.key, "SOCI"),
        keywords=(str(facts.topic.label), county),
        page=url_for("indicators.indicator", key=facts.key),
        files={
            "CSV": url_for("indicators.indicator_file", key=facts.key),
            "XLSX": url_for("indicators.indicator_workbook", key=facts.key),
            "JSON": url_for("indicators.indicator_json", key=facts.key),
        },
        attribution="; ".join(map(source_words.text, found.sources)),
        licence="; ".join(dict.fromkeys(map(source_words.licence_alone, found.sources))),
        open_licence=_common(found.sources),
        changed_between=changed_between,
        starts_on=min(map(period_start, periods), default=None),
        ends_on=max(map(period_end, periods), default=None),
    )


def _of_places(found: Places, key: str, name: str, county: str, files: dict[str, str]) -> Dataset:
    source = found.source
    return Dataset(
        key=key,
        name=name,
        group=_l("Gebiete"),
        county=county,
        description=source.source or name,
        theme="REGI",
        keywords=(county,),
        page=url_for("home.planning_areas"),
        files=files,
        attribution=source.text,
        licence=source.licence,
        open_licence=source.open_data_licence,
        changed_between=found.changed_between,
        starts_on=found.as_of,
        ends_on=found.as_of,
    )


def _common(sources: Sequence[SourceFacts]) -> str | None:
    """The one open licence all sources share; with two, or with one that has none, nobody may rely on either."""
    licences = {source.open_data_licence for source in sources}
    return licences.pop() if len(licences) == 1 else None


def catalogue(found: Sequence[Dataset], site: Site, *, county_key: str) -> dict[str, Any]:
    """The catalogue as JSON-LD; all addresses are absolute."""
    publisher = {"@id": f"{site.base_url}/#landkreis", "@type": "foaf:Organization", "foaf:name": site.office_name}
    address = site.base_url + url_for("home.open_data_catalogue")
    known = [one.changed_between for one in found if one.changed_between is not None]
    return {
        "@context": _CONTEXT,
        "@id": f"{address}#katalog",
        "@type": "dcat:Catalog",
        "dct:title": _german(f"Offene Daten der Sozialplanung, {site.county_name}"),
        "dct:description": _german("Kennzahlen, Gemeinden und Planungsräume der strategischen Sozialplanung."),
        "dct:publisher": publisher,
        "dct:language": _ref(f"{_LISTS}/language/DEU"),
        "foaf:homepage": _ref(f"{site.base_url}/"),
        "dcat:themeTaxonomy": _ref(f"{_LISTS}/data-theme"),
        "dct:spatial": _ref(_county(county_key)),
        "dcatap:availability": _ref(_AVAILABLE),
        **_dates((min(first for first, _last in known), max(last for _first, last in known)) if known else None),
        "dcat:dataset": [_dataset(one, site, publisher["@id"], county_key) for one in found],
    }


def _dataset(one: Dataset, site: Site, publisher: str, county_key: str) -> dict[str, Any]:
    address = f"{site.base_url}{one.page}#datensatz-{one.key}"
    document: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:identifier": one.key,
        "dct:title": _german(one.title),
        "dct:description": _german(one.description),
        "dct:publisher": _ref(publisher),
        "dct:language": _ref(f"{_LISTS}/language/DEU"),
        "dct:accessRights": _ref(f"{_LISTS}/access-right/PUBLIC"),
        "dcat:theme": _ref(f"{_LISTS}/data-theme/{one.theme}"),
        "dcat:keyword": [_german(word) for word in one.keywords],
        "dcat:landingPage": _ref(site.base_url + one.page),
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": f"{site.office_name}, {site.office_unit}",
            "vcard:hasEmail": _ref(f"mailto:{site.office_email}"),
        },
        "dcatde:politicalGeocodingLevelURI": _ref(f"{_DCAT_DE}/politicalGeocoding/Level/administrativeDistrict"),
        "dcatde:politicalGeocodingURI": _ref(_county(county_key)),
        # For readers of the European profile, which does not know the one above.
        "dct:spatial": _ref(_county(county_key)),
        "dcatap:availability": _ref(_AVAILABLE),
        **_dates(one.changed_between),
        "dcat:distribution": [
            {
                "@id": f"{address}-{kind.lower()}",
                "@type": "dcat:Distribution",
                "dct:title": _german(f"{one.title} ({kind})"),
                "dcat:accessURL": _ref(site.base_url + path),
                "dcat:downloadURL": _ref(site.base_url + path),
                "dct:format": _ref(f"{_LISTS}/file-type/{kind}"),
                "dcat:mediaType": _ref(f"https://www.iana.org/assignments/media-types/{_MEDIA_TYPES[kind]}"),
                "dct:license": _ref(one.open_licence or _NOT_OPEN),
                "dcatde:licenseAttributionByText": _german(one.attribution),
                "dct:language": _ref(f"{_LISTS}/language/DEU"),
                "dcatap:availability": _ref(_AVAILABLE),
                **_dates(one.changed_between),
            }
            for kind, path in one.files.items()
        ],
    }
    contributor = settings.get(CONTRIBUTOR)
    if contributor:
        document["dcatde:contributorID"] = _ref(f"{_DCAT_DE}/contributors/{contributor}")
    if one.starts_on is not None and one.ends_on is not None:
        document["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(one.starts_on),
            "dcat:endDate": _typed(one.ends_on),
        }
    return document


def _county(county_key: str) -> str:
    return f"{_DCAT_DE}/politicalGeocoding/districtKey/{county_key}"


def _dates(changed_between: tuple[datetime, datetime] | None) -> dict[str, dict[str, str]]:
    """When it was published first and changed last; nothing where no one knows."""
    if changed_between is None:
        return {}
    first, last = changed_between
    return {"dct:issued": _moment(first), "dct:modified": _moment(last)}


def _moment(when: datetime) -> dict[str, str]:
    return {"@value": when.isoformat(timespec="seconds"), "@type": "xsd:dateTime"}


def _german(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "de"}


def _typed(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _ref(address: str) -> dict[str, str]:
    return {"@id": address}
