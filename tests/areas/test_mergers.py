"""Municipalities that end, go on, come into being: history stays, everything follows, and it can be taken back."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from area_samples import SEED_DAY, municipality, planning_area
from flask import Flask
from sqlalchemy import select

from portal.areas import exports, extension, queries, regrouping, services
from portal.areas.extension import Use
from portal.areas.maps.atlas import lines_of
from portal.areas.mergers import services as mergers
from portal.areas.mergers import undo as merger_undo
from portal.areas.mergers.services import NewPlace, Wish
from portal.areas.models import Area, AreaKind, AreaMembership, Merger, MergerKind, MergerPart, MergerStep
from portal.areas.seeding.services import seed_areas
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction

TODAY = SEED_DAY.date()
DAY = date(2026, 7, 1)
KEY = "08226901"


@pytest.fixture(autouse=True)
def _no_one_refers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "uses", [])


def incorporated(**more: Any) -> Wish:
    """Zuzenhausen becomes part of Sinsheim."""
    wish = Wish(
        kind=MergerKind.INCORPORATION, from_day=DAY, reason="Vertrag vom 01.02.2026",
        ended=(municipality("zuzenhausen"),), successor=municipality("sinsheim"),
    )  # fmt: skip
    return replace(wish, **more)


def united(**more: Any) -> Wish:
    """Mauer and Meckesheim become Elsenztal."""
    wish = Wish(
        kind=MergerKind.UNION, from_day=DAY, reason="Gesetz", ended=(municipality("mauer"), municipality("meckesheim")),
        new=NewPlace(name="Elsenztal", key=KEY, type_name="Gemeinde"), planning_area=planning_area("sinsheim"),
    )  # fmt: skip
    return replace(wish, **more)


def carry_out(wish: Wish) -> Merger:
    with transaction():
        return mergers.carry_out(wish, actor=SYSTEM)


def undo(merger: Merger) -> None:
    with transaction():
        merger_undo.undo(merger, actor=SYSTEM)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Areas and memberships as they are stored, without what a change and its undoing leave behind."""
    areas = select(
        Area.kind, Area.key, Area.name, Area.official_name, Area.type_name, Area.slug, Area.square_km, Area.valid_from,
        Area.valid_to, Area.search_key,
    ).order_by(Area.kind, Area.slug)  # fmt: skip
    rows = select(
        AreaMembership.kind, AreaMembership.group_id, AreaMembership.member_id, AreaMembership.valid_from,
        AreaMembership.valid_to, AreaMembership.is_example, AreaMembership.reason,
    ).order_by(AreaMembership.member_id, AreaMembership.kind, AreaMembership.valid_from)  # fmt: skip
    return {
        "areas": [tuple(row) for row in db.session.execute(areas)],
        "memberships": [tuple(row) for row in db.session.execute(rows)],
    }


def test_an_incorporated_municipality_ends_and_everything_in_it_follows(county: Flask) -> None:
    with transaction():
        services.create_locality(municipality("zuzenhausen"), name="Häuserhof", actor=SYSTEM)
    km2 = (municipality("sinsheim").square_km or 0) + (municipality("zuzenhausen").square_km or 0)
    carry_out(incorporated(as_localities=True))
    before = queries.composition_of(queries.own_county(), on=DAY - timedelta(days=1))
    after = queries.composition_of(queries.own_county(), on=DAY)
    ended, sinsheim = municipality("zuzenhausen"), municipality("sinsheim")
    assert len(before.municipalities) == 54
    assert len(after.municipalities) == 53
    assert ended.valid_to == DAY
    assert after.current(ended.id) == sinsheim.id
    assert after.filed_under(ended.id) == planning_area("sinsheim").id
    assert ended.id in after.within(planning_area("sinsheim").id)
    assert ended.id not in before.former
    assert sinsheim.square_km == pytest.approx(km2)
    assert [place.full_name for place in after.localities] == ["Häuserhof (Sinsheim)", "Zuzenhausen (Sinsheim)"]
    assert queries.groups(ended, on=DAY) == []
    assert queries.history(ended)[0].valid_to == DAY
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "areas.merged")).scalar_one()
    assert entry.details == {
        "kind": "incorporation", "from_day": "2026-07-01", "ended": [ended.id], "successor": sinsheim.id,
    }  # fmt: skip
    with transaction():
        assert seed_areas().nothing_new, "the shipped facts do not bring it back"


def test_a_union_makes_a_new_municipality(county: Flask) -> None:
    merger = carry_out(united())
    made = db.session.get_one(Area, merger.successor_id)
    assert (made.name, made.key, made.valid_from, made.is_own) == ("Elsenztal", KEY, DAY, True)
    day = queries.composition_of(queries.own_county(), on=DAY)
    assert day.planning_area_of[made.id] == planning_area("sinsheim").id
    assert day.is_example(made.id), "what it was made of was an example"
    assert [place.name for place in day.members(planning_area("sinsheim").id)].count("Elsenztal") == 1
    assert made.square_km == pytest.approx(sum(area.square_km or 0 for area in united().ended))
    assert day.association(made.id) is None


def test_a_municipality_of_the_register_is_the_one_that_is_meant(county: Flask) -> None:
    with transaction():
        made = Area(
            kind=AreaKind.MUNICIPALITY, key=KEY, slug="elsenztal", name="Elsenztal", official_name="Elsenztal",
            county_id=queries.own_county().id, is_own=True, valid_from=date(2026, 9, 30),
        )  # fmt: skip
        db.session.add(made)
    before = everything()
    merger = carry_out(united())
    assert merger.successor_id == made.id
    assert not merger.made_successor
    assert db.session.get_one(Area, made.id).valid_from == DAY
    undo(merger)
    assert everything() == before


def edges(path: str) -> set[frozenset[tuple[int, int]]]:
    return {frozenset(edge) for line in lines_of(path) for edge in pairwise(line)}


def test_maps_and_borders_follow(county: Flask) -> None:
    own = queries.own_county()
    before = queries.map_of(own, on=DAY - timedelta(days=1))
    outline = before.outline({municipality("mauer").id, municipality("meckesheim").id})
    neighbours = {
        place.name for slug in ("mauer", "meckesheim") for place in before.composition.neighbours(municipality(slug).id)
    } - {"Mauer", "Meckesheim"}
    carry_out(united())
    after = queries.map_of(own, on=DAY)
    shape = next(shape for shape in after.shapes if shape.area.name == "Elsenztal")
    assert len(after.shapes) == 53
    assert edges(shape.path) == edges(outline)
    assert {place.name for place in after.composition.neighbours(shape.area.id)} == neighbours
    assert edges(before.outline({place.id for place in before.composition.municipalities})) == edges(
        after.outline({place.id for place in after.composition.municipalities})
    )
    found = queries.boundaries(own)
    text = exports.boundaries_geojson(
        after.composition, queries.geometries(found), found.attribution, territorial_date=found.territorial_date
    )
    assert text.count('"ags": "') == 53


def test_a_renaming_changes_the_name_and_keeps_the_address(county: Flask) -> None:
    with transaction():
        services.create_locality(municipality("mauer"), name="Nord", actor=SYSTEM)
    before = everything()
    wish = Wish(
        kind=MergerKind.RENAMING, from_day=date(2026, 1, 1), reason="Erlass", successor=municipality("mauer"),
        new=NewPlace(name="Mauer an der Elsenz"),
    )  # fmt: skip
    with pytest.raises(Refusal, match="wenn sie gilt"):
        carry_out(replace(wish, from_day=TODAY + timedelta(days=1)))
    merger = carry_out(wish)
    assert municipality("mauer").name == "Mauer an der Elsenz"
    assert queries.find(AreaKind.LOCALITY, "mauer-nord").full_name == "Nord (Mauer an der Elsenz)"
    assert (merger.former_name, merger.parts) == ("Mauer", [])
    undo(merger)
    assert everything() == before
    assert merger.former_name == "Mauer an der Elsenz", "the history still says what it was about"


def test_leaving_the_county_and_coming_into_it(county: Flask) -> None:
    with transaction():
        services.create_locality(municipality("heddesbach"), name="Brombach", actor=SYSTEM)
    before = everything()
    left = carry_out(
        Wish(
            kind=MergerKind.DEPARTURE, from_day=DAY, reason="Gesetz", ended=(municipality("heddesbach"),),
            elsewhere="Kreis Bergstraße",
        )
    )  # fmt: skip
    day = queries.composition_of(queries.own_county(), on=DAY)
    gone = municipality("heddesbach")
    assert day.current(gone.id) is None
    assert day.former[gone.id].elsewhere == "Kreis Bergstraße"
    assert day.localities == ()
    came = carry_out(
        Wish(
            kind=MergerKind.ARRIVAL, from_day=DAY, reason="Gesetz", elsewhere="Neckar-Odenwald-Kreis",
            new=NewPlace(name="Zwingenberg", key="08226902"), planning_area=planning_area("neckargemuend-eberbach"),
        )
    )  # fmt: skip
    day = queries.composition_of(queries.own_county(), on=DAY)
    assert day.planning_area(came.successor_id or 0) is not None
    undo(came)
    undo(left)
    assert everything() == before


@pytest.mark.parametrize("wish", [incorporated, united], ids=["incorporation", "union"])
@pytest.mark.parametrize("as_localities", [False, True])
def test_taking_back_restores_everything(county: Flask, wish: Any, as_localities: bool) -> None:
    with transaction():
        for slug in ("zuzenhausen", "mauer"):
            services.create_locality(municipality(slug), name="Nord", actor=SYSTEM)
    before = everything()
    merger = carry_out(wish(as_localities=as_localities))
    assert everything() != before
    undo(merger)
    assert everything() == before
    assert merger.undone_at is not None
    with pytest.raises(Refusal, match="schon zurückgenommen"):
        undo(merger)
    assert carry_out(wish(as_localities=as_localities)).id != merger.id


def test_nothing_is_taken_back_that_something_rests_on(county: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    merger = carry_out(united())

    def needs(area_ids: Any, *, since: date | None = None) -> list[Use]:
        return [Use("Bedarfshinweise", 3)] if since is None and merger.successor_id in area_ids else []

    def values(area_ids: Any, *, since: date | None = None) -> list[Use]:
        return [Use("Werte", 12)] if since is not None else []

    for ask, words in ((needs, "3 Bedarfshinweise"), (values, "Werte geliefert: 12")):
        monkeypatch.setattr(extension, "uses", [ask])
        with pytest.raises(Refusal, match=words):
            undo(merger)
    monkeypatch.setattr(extension, "uses", [])
    later = carry_out(incorporated(ended=(db.session.get_one(Area, merger.successor_id),), from_day=date(2026, 10, 1)))
    with pytest.raises(Refusal, match="Zuerst ist zurückzunehmen: Eingliederung"):
        undo(merger)
    undo(later)
    with transaction():
        moved = regrouping.assign(
            [db.session.get_one(Area, merger.successor_id)], to=planning_area("weinheim"), from_day=TODAY, actor=SYSTEM
        )
    with pytest.raises(Refusal, match="seither verschoben"):
        undo(merger)
    with transaction():
        regrouping.undo(moved, actor=SYSTEM)
    undo(merger)
    assert db.session.execute(select(Area).where(Area.key == KEY)).scalar_one_or_none() is None


def test_decisions_on_a_municipality_that_ended(county: Flask) -> None:
    with transaction():
        moved = regrouping.assign(
            [municipality("zuzenhausen")],
            to=planning_area("wiesloch-leimen"),
            from_day=date(2026, 2, 1),
            reason="Test",
            actor=SYSTEM,
        )
    carry_out(incorporated())
    with pytest.raises(Refusal, match="Bitte nehmen Sie zuerst diese Gebietsänderung zurück"), transaction():
        regrouping.undo(moved, actor=SYSTEM)
    with pytest.raises(Refusal, match="gibt es an diesem Tag nicht"), transaction():
        regrouping.assign([municipality("zuzenhausen")], to=planning_area("weinheim"), from_day=TODAY, actor=SYSTEM)


def test_a_future_change_holds_from_its_day_on(county: Flask) -> None:
    day = TODAY + timedelta(days=100)
    carry_out(united(from_day=day))
    own = queries.own_county()
    assert len(queries.composition_of(own).municipalities) == 54
    with transaction():
        regrouping.assign([municipality("mauer")], to=planning_area("weinheim"), from_day=TODAY, actor=SYSTEM)
    assert queries.history(municipality("mauer"))[0].valid_to == day, "nothing outlives the municipality"
    with clock.frozen(SEED_DAY + timedelta(days=100)):
        assert len(queries.composition_of(own).municipalities) == 53


def test_what_does_not_fit_is_refused(county: Flask) -> None:
    before = everything()
    other = queries.municipalities(queries.other_counties()[0])[0]
    with transaction():
        regrouping.assign([municipality("mauer")], to=planning_area("weinheim"), from_day=DAY, reason="x", actor=SYSTEM)
    for wish, words in (
        (incorporated(reason=" "), "Grundlage"),
        (incorporated(ended=()), "mindestens eine"),
        (incorporated(successor=None), "wählen Sie eine Stadt oder Gemeinde"),
        (incorporated(successor=municipality("zuzenhausen")), "zugleich enden und fortbestehen"),
        (incorporated(ended=(other,)), "keine Gemeinde des eigenen Landkreises"),
        (incorporated(from_day=date(2090, 1, 1)), "in den nächsten 10 Jahren"),
        (united(ended=(municipality("meckesheim"),)), "mindestens zwei"),
        (united(new=NewPlace(name="", key=KEY)), "neuen Namen"),
        (united(new=NewPlace(name="X", key="06432901")), "beginnt mit 08226"),
        (united(new=NewPlace(name="X", key="08226096")), "hat schon Weinheim"),
        (united(planning_area=municipality("weinheim")), "Eintrag aus der Liste"),
        (united(from_day=date(2026, 6, 1)), "schon eine Änderung eingetragen"),
        (
            Wish(kind=MergerKind.DEPARTURE, from_day=DAY, reason="x", ended=(municipality("bruehl"),)),
            "anderen Landkreis",
        ),
    ):
        with pytest.raises(Refusal, match=words):
            carry_out(wish)
        db.session.rollback()
    with pytest.raises(NotAllowed), transaction():
        mergers.carry_out(incorporated(), actor=ANONYMOUS)
    assert everything()["areas"] == before["areas"]
    for table in (Merger, MergerPart, MergerStep):
        assert db.session.execute(select(table)).first() is None
