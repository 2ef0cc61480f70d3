"""Readers of the shipped facts about areas: counties, municipalities, associations, planning areas.

They return plain values; `SeedError` names the place that is wrong. Days of the demonstration are whole days
relative to the seed day.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from portal.core.seed_files import SeedEntry, SeedError, SeedRow, read_document, read_rows

T = TypeVar("T")

_COUNTY_COLUMNS = (
    "county_ags", "county_name", "state_ags", "state_name", "nuts3", "seat", "municipalities", "area_km2",
    "population_2022_12_31", "population_2019_12_31", "population_census_2022_05_15",
    "population_2024_12_31_county_table", "planning_areas_count",
)  # fmt: skip
_MUNICIPALITY_COLUMNS = (
    "ags", "ars", "name", "name_short", "type", "textkennzeichen", "county_ags", "county_name",
    "association_name", "postcode_seat", "area_km2", "population_2022_12_31", "population_male_2022_12_31",
    "population_female_2022_12_31", "population_2019_12_31", "population_census_2022_05_15", "lon", "lat",
    "urbanisation_code", "urbanisation_label",
)  # fmt: skip
MUNICIPALITY_TYPES = frozenset({"Gemeinde", "Stadt", "Große Kreisstadt"})


@dataclass(frozen=True, kw_only=True)
class CountySeed:
    """A county; populations are persons, the area is km²."""

    ags: str
    name: str
    state_ags: str
    state_name: str
    nuts3: str
    seat: str
    municipalities: int
    area_km2: float
    population_2022: int
    population_2019: int
    population_census_2022: int
    population_2024: int
    planning_areas: int | None


@dataclass(frozen=True, kw_only=True)
class MunicipalitySeed:
    """A municipality; `name` is official (“Sinsheim, Stadt”), `name_short` is what people say."""

    ags: str
    ars: str
    name: str
    name_short: str
    type: str
    type_code: str
    county_ags: str
    association_name: str
    postcode_seat: str
    area_km2: float
    population_2022: int
    population_male_2022: int
    population_female_2022: int
    population_2019: int
    population_census_2022: int
    lon: float
    lat: float
    urbanisation_code: str
    urbanisation_label: str

    @property
    def association_ars(self) -> str | None:
        """Key of the association (first nine digits of the ARS); None if the municipality belongs to none."""
        return None if self.ars[5] == "0" else self.ars[:9]


@dataclass(frozen=True, kw_only=True)
class AssociationSeed:
    """An Amt, a Verwaltungsgemeinschaft or a Gemeindeverwaltungsverband with its members (AGS, ascending)."""

    ars: str
    name: str
    county_ags: str
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MembershipSeed:
    """A municipality belongs to a planning area from `from_day` to `to_day` (inclusive; None = open)."""

    ags: str
    planning_area: str
    from_day: int
    to_day: int | None

    def holds_on(self, day: int) -> bool:
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True, kw_only=True)
class PlanningAreaSeed:
    """A planning area; `character` as published (eher städtisch, eher ländlich)."""

    key: str
    name: str
    character: str
    from_day: int
    to_day: int | None


@dataclass(frozen=True, kw_only=True)
class PlanningAreasSeed:
    """The planning areas of one county and which municipality belongs to which, today and earlier."""

    county_ags: str
    composition: str
    notice: str
    areas: tuple[PlanningAreaSeed, ...]
    memberships: tuple[MembershipSeed, ...]

    def members(self, key: str, *, on_day: int = 0) -> tuple[str, ...]:
        """AGS of the members of a planning area on a day, ascending."""
        return tuple(
            sorted(
                membership.ags
                for membership in self.memberships
                if membership.planning_area == key and membership.holds_on(on_day)
            )
        )


def read_counties(folder: Path) -> list[CountySeed]:
    """All counties of `counties.csv` in file order; a key given twice is refused."""
    rows = read_rows(folder / "counties.csv", _COUNTY_COLUMNS)
    return _unique_rows(rows, "county_ags", _county)


def read_municipalities(folder: Path) -> list[MunicipalitySeed]:
    """All municipalities of `municipalities.csv` in file order.

    Refused: keys of the wrong length, AGS and ARS that contradict each other, a municipality outside its
    county, men and women that do not add up.
    """
    rows = read_rows(folder / "municipalities.csv", _MUNICIPALITY_COLUMNS)
    return _unique_rows(rows, "ags", _municipality)


def associations(municipalities: Iterable[MunicipalitySeed]) -> list[AssociationSeed]:
    """Associations derived from the ARS, ascending by key; municipalities on their own form none."""
    members: dict[str, list[MunicipalitySeed]] = {}
    for municipality in municipalities:
        if municipality.association_ars is not None:
            members.setdefault(municipality.association_ars, []).append(municipality)
    found = []
    for ars, group in sorted(members.items()):
        names = {municipality.association_name for municipality in group}
        if len(names) > 1:
            raise SeedError("municipalities.csv", f"association {ars}", "association_name", "several names")
        found.append(
            AssociationSeed(
                ars=ars,
                name=names.pop(),
                county_ags=group[0].county_ags,
                members=tuple(sorted(municipality.ags for municipality in group)),
            )
        )
    return found


def read_planning_areas(folder: Path, municipalities: Iterable[MunicipalitySeed]) -> PlanningAreasSeed:
    """The planning areas of the demonstration.

    Refused: an unknown municipality or area, a name that is not the municipality's, a municipality of the
    county that on any day belongs to two areas or on day 0 to none.
    """
    document = read_document(folder / "demo" / "planning_areas.yaml")
    document.only("county", "composition", "notice", "planning_areas", "history")
    county_ags = document.key("county", 5)
    names = {m.ags: m.name_short for m in municipalities if m.county_ags == county_ags}
    areas: dict[str, PlanningAreaSeed] = {}
    memberships: list[MembershipSeed] = []
    for entry in document.entries("planning_areas"):
        entry.only("key", "name", "character", "from_day", "to_day", "municipalities")
        area = PlanningAreaSeed(
            key=entry.text("key"),
            name=entry.text("name"),
            character=entry.text("character"),
            from_day=entry.integer("from_day"),
            to_day=entry.optional_integer("to_day"),
        )
        if area.key in areas:
            entry.fail("key", f"“{area.key}” twice")
        areas[area.key] = area
        for member in entry.entries("municipalities"):
            member.only("ags", "name", "from_day", "to_day")
            memberships.append(_membership(member, area.key, names, area.from_day, area.to_day))
    for entry in document.entries("history"):
        entry.only("ags", "name", "planning_area", "from_day", "to_day")
        area_key = entry.one_of("planning_area", areas)
        memberships.append(_membership(entry, area_key, names, entry.integer("from_day"), None))
    _require_one_area_per_day(document, memberships, names)
    return PlanningAreasSeed(
        county_ags=county_ags,
        composition=document.text("composition"),
        notice=document.text("notice"),
        areas=tuple(areas.values()),
        memberships=tuple(memberships),
    )


def boundary_file(folder: Path, county_ags: str) -> Path:
    """The GeoJSON file with the municipal boundaries of a county."""
    return folder / "boundaries" / f"{county_ags}.geojson"


def _unique_rows(rows: Iterable[SeedRow], column: str, build: Callable[[SeedRow], T]) -> list[T]:
    seen: set[str] = set()
    found = []
    for row in rows:
        key = row.text(column)
        if key in seen:
            row.fail(column, f"“{key}” twice")
        seen.add(key)
        found.append(build(row))
    return found


def _county(row: SeedRow) -> CountySeed:
    ags = row.key("county_ags", 5)
    if row.key("state_ags", 2) != ags[:2]:
        row.fail("state_ags", "does not begin the county's key")
    return CountySeed(
        ags=ags,
        name=row.text("county_name"),
        state_ags=row.key("state_ags", 2),
        state_name=row.text("state_name"),
        nuts3=row.text("nuts3"),
        seat=row.text("seat"),
        municipalities=_positive(row, "municipalities"),
        area_km2=_positive_number(row, "area_km2"),
        population_2022=_positive(row, "population_2022_12_31"),
        population_2019=_positive(row, "population_2019_12_31"),
        population_census_2022=_positive(row, "population_census_2022_05_15"),
        population_2024=_positive(row, "population_2024_12_31_county_table"),
        planning_areas=(
            None if row.optional("planning_areas_count") is None else _positive(row, "planning_areas_count")
        ),
    )


def _municipality(row: SeedRow) -> MunicipalitySeed:
    ags, ars = row.key("ags", 8), row.key("ars", 12)
    # The ARS is the AGS with four digits for the association between county and municipality.
    if ars[:5] + ars[9:] != ags:
        row.fail("ars", "contradicts the AGS")
    if row.key("county_ags", 5) != ags[:5]:
        row.fail("county_ags", "does not begin the AGS")
    found = MunicipalitySeed(
        ags=ags,
        ars=ars,
        name=row.text("name"),
        name_short=row.text("name_short"),
        type=row.one_of("type", MUNICIPALITY_TYPES),
        type_code=row.key("textkennzeichen", 2),
        county_ags=row.text("county_ags"),
        association_name=row.text("association_name"),
        postcode_seat=row.key("postcode_seat", 5),
        area_km2=_positive_number(row, "area_km2"),
        population_2022=_positive(row, "population_2022_12_31"),
        population_male_2022=_positive(row, "population_male_2022_12_31"),
        population_female_2022=_positive(row, "population_female_2022_12_31"),
        population_2019=_positive(row, "population_2019_12_31"),
        population_census_2022=_positive(row, "population_census_2022_05_15"),
        lon=row.number("lon"),
        lat=row.number("lat"),
        urbanisation_code=row.key("urbanisation_code", 2),
        urbanisation_label=row.text("urbanisation_label"),
    )
    if found.population_male_2022 + found.population_female_2022 != found.population_2022:
        row.fail("population_2022_12_31", "men and women do not add up")
    if found.association_ars is None and found.association_name != found.name:
        row.fail("association_name", "the ARS names no association")
    if not (5.5 < found.lon < 15.5 and 47 < found.lat < 55.5):
        row.fail("lon", "not in Germany")
    return found


def _positive(row: SeedRow, column: str) -> int:
    value = row.integer(column)
    if value <= 0:
        row.fail(column, "must be greater than zero")
    return value


def _positive_number(row: SeedRow, column: str) -> float:
    value = row.number(column)
    if value <= 0:
        row.fail(column, "must be greater than zero")
    return value


def _membership(
    entry: SeedEntry, area_key: str, names: Mapping[str, str], from_day: int, to_day: int | None
) -> MembershipSeed:
    ags = entry.key("ags", 8)
    if names.get(ags) != entry.text("name"):
        entry.fail("name", f"{ags} is not {entry.text('name')}")
    start = entry.optional_integer("from_day")
    end = entry.optional_integer("to_day")
    found = MembershipSeed(
        ags=ags,
        planning_area=area_key,
        from_day=from_day if start is None else start,
        to_day=to_day if end is None else end,
    )
    if found.to_day is not None and found.to_day < found.from_day:
        entry.fail("to_day", "ends before it begins")
    return found


def _require_one_area_per_day(
    document: SeedEntry, memberships: Iterable[MembershipSeed], names: Mapping[str, str]
) -> None:
    by_municipality: dict[str, list[MembershipSeed]] = {ags: [] for ags in names}
    for membership in memberships:
        by_municipality[membership.ags].append(membership)
    for ags, history in by_municipality.items():
        history.sort(key=lambda membership: membership.from_day)
        for earlier, later in pairwise(history):
            if earlier.to_day is None or earlier.to_day >= later.from_day:
                document.fail("planning_areas", f"{ags} belongs to two areas on day {later.from_day}")
        if not history or history[-1].from_day > 0 or history[-1].to_day is not None:
            document.fail("planning_areas", f"{ags} belongs to no area today")
