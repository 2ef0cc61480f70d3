"""Facts in the database: written once, brought up to date, never written twice."""

from datetime import date, timedelta

import pytest
from area_samples import SEED_DAY, municipality, planning_area
from flask import Flask
from sqlalchemy import func, select

from portal.areas import queries
from portal.areas.models import (
    Area,
    AreaKind,
    AreaMembership,
    Attribution,
    BoundaryNeighbour,
    BoundarySet,
    BoundaryShape,
    MembershipKind,
)
from portal.areas.seeding.services import seed_areas, seed_planning_areas
from portal.core.actor import ANONYMOUS
from portal.core.database import db
from portal.core.errors import NotAllowed
from portal.core.transaction import transaction
from portal.settings import services as settings

TODAY = SEED_DAY.date()


def counted(model: type, *conditions: object) -> int:
    return db.session.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


def test_everything_is_there(county: Flask) -> None:
    assert counted(Area, Area.kind == AreaKind.COUNTY) == 3
    assert counted(Area, Area.kind == AreaKind.MUNICIPALITY) == 115
    assert counted(Area, Area.kind == AreaKind.MUNICIPALITY, Area.is_own) == 54
    assert counted(Area, Area.kind == AreaKind.PLANNING_AREA) == 5
    assert counted(BoundarySet, BoundarySet.is_current) == 3
    assert counted(BoundaryShape) == 115
    assert queries.own_county().name == "Rhein-Neckar-Kreis"
    assert [area.name for area in queries.other_counties()] == [
        "Landkreis Darmstadt-Dieburg", "Landkreis Potsdam-Mittelmark",
    ]  # fmt: skip


def test_official_facts(county: Flask) -> None:
    sinsheim = municipality("sinsheim")
    assert (sinsheim.key, sinsheim.official_name, sinsheim.name) == ("08226085", "Sinsheim, Stadt", "Sinsheim")
    assert sinsheim.type_name == "Große Kreisstadt"
    assert sinsheim.attribution_key == "gv_isys_2024"
    assert [area.name for area in queries.groups(sinsheim, on=TODAY)] == ["VVG der Stadt Sinsheim", "Sinsheim"]
    source = db.session.get_one(Attribution, "vg250_2016")
    assert source.changed
    assert "vereinfacht" in source.change_note


def test_a_second_run_changes_nothing(county: Flask) -> None:
    version = settings.version("areas")
    rows = {model: counted(model) for model in (Area, AreaMembership, BoundaryShape, BoundaryNeighbour, Attribution)}
    editions = dict(db.session.execute(select(Area.id, Area.edition)).all())
    with transaction():
        assert seed_areas().nothing_new
        assert seed_planning_areas(TODAY + timedelta(days=30)).nothing_new
    assert settings.version("areas") == version
    assert {model: counted(model) for model in rows} == rows
    assert dict(db.session.execute(select(Area.id, Area.edition)).all()) == editions


def test_facts_are_repaired_and_what_the_county_wrote_stays(county: Flask) -> None:
    with transaction():
        area = municipality("weinheim")
        area.square_km = 1.0
        area.official_name = "Falsch"
        area.description = "Text des Landkreises"
        area.slug = "weinheim-an-der-bergstrasse"
    with transaction():
        outcome = seed_areas()
    assert outcome.changed == {"area": 1}
    assert outcome.added == {}
    area = municipality("weinheim-an-der-bergstrasse")
    assert area.square_km == pytest.approx(58.1, abs=0.1)
    assert area.official_name == "Weinheim, Stadt"
    assert area.search_key.startswith("weinheim")
    assert area.description == "Text des Landkreises"


def test_new_boundaries_replace_the_old_ones(county: Flask) -> None:
    with transaction():
        shape = db.session.execute(select(BoundaryShape).limit(1)).scalar_one()
        shape.geometry = "{}"
    with transaction():
        outcome = seed_areas()
    assert outcome.added["boundary_set"] == 1
    assert counted(BoundarySet, BoundarySet.is_current) == 3
    assert counted(BoundarySet) == 4


def test_a_changed_association_keeps_its_past(county: Flask) -> None:
    member, wrong = municipality("mauer"), queries.find(AreaKind.ASSOCIATION, "gvv-waibstadt")
    with transaction():
        row = db.session.execute(
            select(AreaMembership).where(
                AreaMembership.member_id == member.id, AreaMembership.kind == MembershipKind.ASSOCIATION
            )
        ).scalar_one()
        row.group_id = wrong.id
        row.valid_from = date(2020, 1, 1)
    with transaction():
        seed_areas()
    on_day = {
        day: [m.group.name for m in queries.memberships(member, on=day) if m.kind is MembershipKind.ASSOCIATION]
        for day in (date(2023, 1, 1), TODAY)
    }
    assert on_day == {date(2023, 1, 1): ["GVV Waibstadt"], TODAY: ["GVV Elsenztal"]}


def test_example_planning_areas_with_their_history(county: Flask) -> None:
    edingen = municipality("edingen-neckarhausen")
    course = [(m.group.slug, m.valid_from, m.valid_to, m.is_example) for m in queries.history(edingen)]
    change = TODAY - timedelta(days=690)
    start = TODAY - timedelta(days=1420)
    assert course == [
        ("weinheim", change, None, True), ("schwetzingen-hockenheim", start, change, True),
    ]  # fmt: skip
    before = queries.planning_area_of(edingen, on=change - timedelta(days=1))
    assert before is not None
    assert before.slug == "schwetzingen-hockenheim"
    assert queries.planning_area_of(edingen, on=start - timedelta(days=1)) is None
    assert len(queries.members(planning_area("weinheim"), on=TODAY)) == 10
    assert len(queries.members(planning_area("weinheim"), on=start)) == 9


def test_only_the_machine_and_administrators_seed(app: Flask) -> None:
    with pytest.raises(NotAllowed), transaction():
        seed_areas(actor=ANONYMOUS)


def test_an_unknown_county_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="09999"), transaction():
        seed_areas(own_county="09999")


def test_another_county_may_be_the_own_one(app: Flask) -> None:
    with transaction():
        seed_areas(own_county="12069")
    assert queries.own_county().key == "12069"
    assert counted(Area, Area.kind == AreaKind.MUNICIPALITY, Area.is_own) == 38
