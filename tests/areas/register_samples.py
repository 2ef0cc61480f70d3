"""A municipality register in the shape of GV100AD, made from the shipped municipalities.

Facts: © Statistisches Bundesamt (Destatis), 2024, GV-ISys, Gebietsstand 30.06.2024 (see seeds/SOURCES.md); the layout
follows `portal.areas.imports.register`, checked against lines of the office's file of 30.11.2021.
"""

from collections.abc import Callable, Iterable
from datetime import date

from portal.areas.seeding.files import MunicipalitySeed, read_counties, read_municipalities
from portal.config import SEEDS

DAY = date(2025, 6, 30)
# Verbatim from the office's file of 30.11.2021 (GV100AD_301121.ASC): the records of one county without association.
OFFICE_LINES = (
    "102021113001          Schleswig-Holstein                                Kiel",
    "402021113001001       Flensburg, Stadt                                  Flensburg"
    "                                         41",
    "502021113001001   0000Flensburg, Stadt                                                                          "
    "          50",
    "6020211130010010000000Flensburg, Stadt                                                                          "
    "          61    000000056730000008993400000044797    24937*****  2115111211901001",
)


def line(kind: str, key: str, association: str, name: str, *, day: date, seat: str = "", rest: str = "") -> str:
    """One record of 220 characters."""
    return f"{kind}{day:%Y%m%d}{key:<8}{association:<4}{name:<50}{seat:<50}{rest}".ljust(220)


def municipality_line(
    seed: MunicipalitySeed,
    *,
    day: date = DAY,
    name: str | None = None,
    key: str = "",
    people: int | None = None,
    square_km: float | None = None,
) -> str:
    """Record type 60."""
    land = seed.area_km2 if square_km is None else square_km
    rest = (
        f"{seed.type_code}    {round(land * 100):011d}{seed.population_2022 if people is None else people:011d}"
        f"{seed.population_male_2022:011d}    {seed.postcode_seat}"
    )
    return line("60", key or seed.ags, seed.ars[5:9], name or seed.name, day=day, rest=rest)


def records(
    seeds: Iterable[MunicipalitySeed] | None = None,
    *,
    day: date = DAY,
    change: Callable[[MunicipalitySeed], str | None] | None = None,
) -> list[str]:
    """The records of these municipalities (default: all shipped) in the order of the office.

    `change` gives another line for a municipality, or None to leave it out.
    """
    chosen = sorted(read_municipalities(SEEDS) if seeds is None else seeds, key=lambda seed: seed.ags)
    counties = {county.ags: county for county in read_counties(SEEDS)}
    found: list[str] = []
    lands: set[str] = set()
    for county in sorted({seed.county_ags for seed in chosen}):
        if county[:2] not in lands:
            lands.add(county[:2])
            found.append(line("10", county[:2], "", counties[county].state_name, day=day))
        found.append(line("40", county, "", counties[county].name, day=day, seat=counties[county].seat, rest="44"))
        members = [seed for seed in chosen if seed.county_ags == county]
        lines = [(seed, municipality_line(seed, day=day) if change is None else change(seed)) for seed in members]
        present = [(seed, text) for seed, text in lines if text is not None]
        for association in sorted({seed.ars[5:9] for seed, _text in present}):
            one = next(seed for seed, _text in present if seed.ars[5:9] == association)
            alone = one.association_ars is None
            name = one.name if alone else one.association_name
            found.append(line("50", county, association, name, day=day, rest="50" if alone else "54"))
        found += [text for _seed, text in present]
    return found


def register(lines: Iterable[str], *, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """The bytes of a file."""
    return "".join(text + end for text in lines).encode(encoding)
