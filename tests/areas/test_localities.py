"""Localities below the municipality: named with it, found in its planning area, also when they ended."""

from datetime import timedelta

from area_samples import SEED_DAY, municipality, planning_area
from flask import Flask

from portal.areas import locality_lists, places, queries, services
from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.transaction import transaction

TODAY = SEED_DAY.date()


def made(name: str, *, of: str = "sinsheim") -> Area:
    with transaction():
        return services.create_locality(municipality(of), name=name, actor=SYSTEM)


def test_a_locality_lies_in_the_planning_area_of_its_municipality(county: Flask) -> None:
    hilsbach = made("Hilsbach")
    assert (hilsbach.name, hilsbach.full_name) == ("Hilsbach", "Hilsbach (Sinsheim)")
    day = queries.composition_of(queries.own_county())
    sinsheim = planning_area("sinsheim")
    assert day.filed_under(hilsbach.id) == sinsheim.id
    assert day.filed_under(sinsheim.id) == sinsheim.id
    assert [place.name for place in day.members(hilsbach.id)] == ["Sinsheim"]
    assert hilsbach.id in day.within(sinsheim.id)
    assert hilsbach.id in day.within(municipality("sinsheim").id)
    assert day.within(hilsbach.id) == {hilsbach.id}
    assert hilsbach.id not in day.within(planning_area("weinheim").id)
    assert [place.name for place in day.localities_of(sinsheim.id)] == ["Hilsbach"]
    with transaction():
        services.change_locality(hilsbach, name="Hilsbach-Nord", description="", actor=SYSTEM)
    assert queries.find(AreaKind.LOCALITY, "sinsheim-hilsbach").full_name == "Hilsbach-Nord (Sinsheim)"


def test_what_refers_to_an_ended_locality_is_still_found(county: Flask) -> None:
    hilsbach = made("Hilsbach")
    with transaction():
        services.archive_locality(hilsbach, actor=SYSTEM)
    with clock.frozen(SEED_DAY + timedelta(days=30)):
        day = queries.composition_of(queries.own_county())
        assert day.localities == ()
        assert hilsbach.id in day.within(planning_area("sinsheim").id)
        assert places.offered().localities == []
        assert [place.full_name for place in places.offered([hilsbach]).localities] == ["Hilsbach (Sinsheim)"]


def test_forms_offer_localities_by_municipality(county: Flask) -> None:
    for name, of in (("Weiler", "sinsheim"), ("Baiertal", "wiesloch"), ("Dühren", "sinsheim")):
        made(name, of=of)
    found = places.offered()
    assert [label for _id, label in places.options(found.localities)] == [
        "Dühren (Sinsheim)", "Weiler (Sinsheim)", "Baiertal (Wiesloch)",
    ]  # fmt: skip
    weiler = found.localities[1]
    assert [area.id for area in found.stored([weiler.public_id, "unknown"])] == [weiler.id]


def test_the_list_is_searched_by_municipality_and_filtered_by_planning_area(county: Flask) -> None:
    for name, of in (("Weiler", "sinsheim"), ("Baiertal", "wiesloch")):
        made(name, of=of)
    own = queries.own_county()

    def names(**arguments: str) -> list[str]:
        found = locality_lists.localities(own, arguments, on=TODAY, path="/ortsteile")
        return [row.area.name for row in found.rows]

    assert names() == ["Weiler", "Baiertal"]
    assert names(sortierung="name") == ["Baiertal", "Weiler"]
    assert names(suche="wiesloch") == ["Baiertal"]
    assert names(raum="sinsheim") == ["Weiler"]
    assert names(gemeinde="wiesloch") == ["Baiertal"]
