"""Catalogue entries are edited with their rules, their history and without losing anybody's words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Department
from portal.areas.models import Area
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.indicators import queries, tasks
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.catalogue import checks as catalogue_checks
from portal.indicators.catalogue import preview as catalogue_preview
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import revisions as catalogue_revisions
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue.checks import AssignedSeries
from portal.indicators.catalogue.entry import Entry, entry_of
from portal.indicators.catalogue.revision_models import RevisionKind
from portal.indicators.catalogue.services import Link
from portal.indicators.models import Delivery, DifferenceKind, Indicator, Polarity, Series, Visibility
from portal.indicators.natures import HOLDS, Nature
from tests.indicators.conftest import SEED_DAY, acting_as
from tests.indicators.files import long_form, long_row

WALLDORF = "08226095"
PLANNER = acting_as(Role.PLANNER)


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def indicator(key: str = "steuereinnahmekraft") -> Indicator:
    db.session.rollback()
    return db.session.scalars(select(Indicator).where(Indicator.key == key)).one()


def series(code: str) -> Series:
    return db.session.scalars(select(Series).where(Series.code == code)).one()


def area(key: str) -> int:
    return db.session.scalars(select(Area.id).where(Area.key == key)).one()


def edit(actor: Actor = PLANNER, *, key: str = "steuereinnahmekraft", **changes: object) -> Indicator:
    found = indicator(key)
    entry = replace(entry_of(found), **changes)  # type: ignore[arg-type]
    with transaction():
        catalogue_services.change(found, entry, edition=found.edition, actor=actor)
    return indicator(key)


def department(name: str = "Jugendhilfeplanung") -> Department:
    with transaction():
        made = Department(name=name)
        db.session.add(made)
    return db.session.scalars(select(Department).where(Department.name == name)).one()


def test_an_edit_shows_at_once_and_leaves_a_revision(county: Flask) -> None:
    before = queries.county_figures(ANONYMOUS).indicators["steuereinnahmekraft"]
    edit(name="Steuerkraft", decimals=2)
    after = queries.county_figures(ANONYMOUS).indicators["steuereinnahmekraft"]
    assert (after.indicator.name, after.indicator.decimals) == ("Steuerkraft", 2)
    assert after.county.value == before.county.value
    [(revision, _name)] = catalogue_queries.revisions_with_names(indicator())
    assert (revision.number, revision.kind) == (1, RevisionKind.CHANGED)
    assert revision.changes["decimals"] == {"old": 0, "new": 2}
    audited = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "indicators.changed")).one()
    assert audited.details == {"fields": ["decimals", "name"]}


def test_nothing_changed_leaves_no_trace(county: Flask) -> None:
    edition = indicator().edition
    assert edit().edition == edition
    assert catalogue_revisions.last(indicator()) is None


def test_the_second_of_two_editors_is_told(county: Flask) -> None:
    read = indicator().edition
    edit(note="zuerst")
    found = indicator()
    with pytest.raises(Conflict), transaction():
        catalogue_services.change(found, replace(entry_of(found), note="danach"), edition=read, actor=PLANNER)
    assert indicator().note == "zuerst"


def test_the_last_change_can_be_taken_back_and_taken_up_again(county: Flask) -> None:
    old = entry_of(indicator())
    edit(name="Steuerkraft", min_difference=0.5, next_due=date(2027, 3, 31), visibility=Visibility.INTERNAL)
    with transaction():
        catalogue_services.undo(indicator(), number=1, actor=PLANNER)
    assert entry_of(indicator()) == old
    with pytest.raises(Conflict), transaction():
        catalogue_services.undo(indicator(), number=1, actor=PLANNER)
    with transaction():
        catalogue_services.undo(indicator(), number=2, actor=PLANNER)
    assert (indicator().name, indicator().next_due) == ("Steuerkraft", date(2027, 3, 31))
    kinds = [one.kind for one, _name in catalogue_queries.revisions_with_names(indicator())]
    assert kinds == [RevisionKind.UNDONE, RevisionKind.UNDONE, RevisionKind.CHANGED]


def test_undo_does_not_overwrite_what_changed_by_another_way(county: Flask) -> None:
    edit(next_due=date(2027, 3, 31))
    with transaction():
        indicator_row = db.session.scalars(select(Indicator).where(Indicator.key == "steuereinnahmekraft")).one()
        indicator_row.next_due = date(2028, 3, 31)
    with pytest.raises(Conflict), transaction():
        catalogue_services.undo(indicator(), number=1, actor=PLANNER)


def test_departments_keep_their_own_entries_and_no_others(county: Flask) -> None:
    own, other = department(), department("Altenhilfeplanung")
    edit(department=own.public_id)
    theirs = acting_as(Role.SECTORAL_PLANNER, department_id=own.id)
    found = edit(theirs, note="aus dem Jugendamt", department=other.public_id)
    assert (found.note, found.department_id) == ("aus dem Jugendamt", own.id)
    for stranger in (
        acting_as(Role.SECTORAL_PLANNER, department_id=other.id),
        acting_as(Role.SECTORAL_PLANNER),
        acting_as(Role.LEADERSHIP),
        acting_as(Role.ADMINISTRATOR),
        ANONYMOUS,
    ):
        with pytest.raises(NotAllowed):
            edit(stranger, note="nein")


def test_a_sectoral_planner_makes_entries_of_the_own_department(county: Flask) -> None:
    own = department()
    theirs = acting_as(Role.SECTORAL_PLANNER, department_id=own.id)
    entry = Entry(
        name="Plätze in der Kindertagespflege",
        topic="children_youth_families",
        unit="Plätze",
        decimals=0,
        polarity=Polarity.NEUTRAL,
        nature=Nature.COUNT,
        aggregation=Aggregation.SUM,
        department=own.public_id,
        delivery=Delivery.OWN,
    )
    with transaction():
        made = catalogue_services.create(entry, actor=theirs)
        key = made.key
    found = indicator(key)
    assert key == "plaetze_in_der_kindertagespflege"
    assert [(link.series.code, link.series.is_own) for link in found.series_links] == [(f"eigene:{key}", True)]
    with pytest.raises(NotAllowed), transaction():
        catalogue_services.create(replace(entry, department=""), actor=theirs)
    with pytest.raises(Refusal, match="gibt es schon"), transaction():
        catalogue_services.create(entry, key=key, actor=theirs)


def test_values_are_there_as_soon_as_their_series_is_assigned(county: Flask, tmp_path: Path) -> None:
    read = tasks.read_in(
        long_form(tmp_path / "neu.csv", [long_row(WALLDORF, "41.5", series="neue_reihe")]), actor=SYSTEM
    )
    assert read.batch is not None
    tasks.take_over(read.batch, actor=SYSTEM)
    new = series("neue_reihe")
    found = catalogue_queries.unassigned({"suche": "neue reihe"}, actor=PLANNER, path="/")
    assert [row.series.code for row in found.rows] == ["neue_reihe"]
    assert catalogue_queries.unassigned_of(read.batch) == 1
    links = [Link(series=new.public_id), *catalogue_services.links_of(indicator())]
    shown = catalogue_preview.preview(entry_of(indicator()), links, present=indicator())
    assert shown is not None
    assert [row.value for row in shown.places if row.number is not None] == ["42\u00a0€ je Person"]
    assert queries.county_figures(ANONYMOUS).indicators["steuereinnahmekraft"].municipal[area(WALLDORF)].value != 41.5
    entry = indicator()
    with transaction():
        catalogue_services.assign(entry, links, edition=entry.edition, actor=PLANNER)
    assert queries.county_figures(ANONYMOUS).indicators["steuereinnahmekraft"].municipal[area(WALLDORF)].value == 41.5
    assert [link.position for link in indicator().series_links] == [0, 1]
    assert catalogue_queries.unassigned_of(read.batch) == 0
    with transaction():
        catalogue_services.undo(indicator(), number=1, actor=PLANNER)
    assert [link.series.code for link in indicator().series_links] == ["da_st_einnkr"]


def test_looking_at_a_preview_stores_nothing(county: Flask) -> None:
    entry = replace(entry_of(indicator()), name="Nur Vorschau", aggregation=Aggregation.NONE)
    catalogue_preview.preview(entry, catalogue_services.links_of(indicator()), present=indicator())
    assert not db.session.new
    assert not db.session.dirty
    assert indicator().name != "Nur Vorschau"


def test_a_retired_entry_stays_readable_and_can_be_taken_up_again(county: Flask) -> None:
    edit(next_due=date(2027, 3, 31))
    found = indicator()
    with transaction():
        catalogue_services.retire(found, reason="Die Statistik endet.", edition=found.edition, actor=PLANNER)
    assert (indicator().in_use, indicator().retired_on, indicator().next_due) == (False, SEED_DAY.date(), None)
    figures = queries.county_figures(ANONYMOUS)
    assert "steuereinnahmekraft" not in figures.indicators
    assert figures.further["steuereinnahmekraft"].has_values
    with pytest.raises(Refusal, match="stillgelegt"):
        edit(in_use=True)
    with transaction():
        catalogue_services.undo(indicator(), number=2, actor=PLANNER)
    assert (indicator().in_use, indicator().retired_on, indicator().next_due) == (True, None, date(2027, 3, 31))
    found = indicator()
    with transaction():
        catalogue_services.retire(found, reason="Doch.", edition=found.edition, actor=PLANNER)
    found = indicator()
    with transaction():
        catalogue_services.reinstate(found, edition=found.edition, actor=PLANNER)
    assert (indicator().in_use, indicator().retired_on) == (True, None)


def test_every_shipped_entry_can_be_saved_as_it_is(county: Flask) -> None:
    for found in db.session.scalars(select(Indicator).order_by(Indicator.key)):
        doubts = catalogue_checks.checks(
            entry_of(found), catalogue_queries.assigned(found), has_parts=found.rate is not None
        )
        assert catalogue_checks.refusals(doubts) == [], found.key


SOUND = Entry(
    name="Probe",
    topic="health",
    unit="Minuten",
    polarity=Polarity.HIGH_UNFAVOURABLE,
    nature=Nature.MEDIAN,
    aggregation=Aggregation.POPULATION_SHARE,
    threshold=20.0,
    area_unit="Prozent der Bevölkerung",
    min_difference=0.1,
    min_difference_kind=DifferenceKind.RELATIVE,
)
LOCAL = AssignedSeries(title="Fahrzeit", unit="Minuten", is_own=False, municipalities=54, classes=0, has_county=True)


def refused(entry: Entry, *given: AssignedSeries) -> list[str]:
    return [one.field for one in catalogue_checks.refusals(catalogue_checks.checks(entry, given))]


def doubted(entry: Entry, *given: AssignedSeries) -> list[str]:
    return [one.field for one in catalogue_checks.checks(entry, given) if not one.refuses]


def test_only_ways_of_aggregating_that_hold_are_saved() -> None:
    assert refused(SOUND, LOCAL) == doubted(SOUND, LOCAL) == []
    plain = replace(SOUND, threshold=None, area_unit="")
    for nature in Nature:
        for way in Aggregation:
            entry = replace(
                plain,
                nature=nature,
                aggregation=way,
                threshold=20.0 if way is Aggregation.POPULATION_SHARE else None,
                area_unit="Prozent" if way is Aggregation.POPULATION_SHARE else "",
                rate_basis=RateBasis.AREA_SHARE if way is Aggregation.RATE else None,
            )
            assert ("aggregation" in refused(entry)) is (way not in HOLDS[nature]), (nature, way)
    mean = replace(plain, aggregation=Aggregation.POPULATION_WEIGHTED_MEAN)
    [check] = catalogue_checks.refusals(catalogue_checks.checks(mean, []))
    assert "Median" in check.message
    assert "Anteil der Bevölkerung" in check.remedy


def test_half_answers_are_refused_at_their_field() -> None:
    assert refused(replace(SOUND, threshold=None)) == ["threshold"]
    assert refused(replace(SOUND, aggregation=Aggregation.NONE)) == ["threshold"]
    assert refused(replace(SOUND, rate_basis=RateBasis.AREA_SHARE)) == ["rate_basis"]
    assert refused(replace(SOUND, area_unit="")) == ["area_unit"]
    assert refused(replace(SOUND, min_difference_kind=None)) == ["min_difference_kind"]
    assert refused(replace(SOUND, standard_value=20.0)) == ["standard_scope", "standard_source"]
    assert refused(replace(SOUND, delivery=Delivery.OWN)) == ["department"]
    assert refused(replace(SOUND, counts_cases=True)) == ["counts_cases"]
    assert refused(replace(SOUND, min_difference=float("nan"))) == ["min_difference"]
    assert refused(replace(SOUND, decimals=9)) == ["decimals"]


def test_what_leaves_a_figure_without_effect_is_said() -> None:
    assert doubted(replace(SOUND, polarity=Polarity.NEUTRAL), LOCAL) == ["polarity"]
    assert doubted(replace(SOUND, min_difference=None, min_difference_kind=None), LOCAL) == ["min_difference"]
    assert doubted(replace(SOUND, in_use=True)) == ["series"]
    assert doubted(SOUND, replace(LOCAL, municipalities=0)) == ["series"]
    assert doubted(SOUND, replace(LOCAL, unit="Stunden")) == ["unit"]
    assert doubted(replace(SOUND, next_due=date(2027, 1, 1)), LOCAL) == ["department"]
    assert doubted(replace(SOUND, delivery_months=72), LOCAL) == ["age_limit_years"]
    assert refused(SOUND, replace(LOCAL, classes=3)) == ["aggregation"]
    counted = replace(
        SOUND,
        nature=Nature.RATE,
        aggregation=Aggregation.RATE,
        rate_basis=RateBasis.COUNTS,
        threshold=None,
        area_unit="",
    )
    assert doubted(counted) == ["rate_basis"]
    assert catalogue_checks.checks(counted, [], has_parts=True) == []
    assert "rate_basis" in [one.field for one in catalogue_checks.checks(SOUND, [LOCAL], has_parts=True)]
