"""Departments deliver their own figures: checked cell by cell, released by themselves alone, corrected with history."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Department
from portal.areas import queries as areas
from portal.areas.extension import Populations
from portal.areas.mergers import services as mergers
from portal.areas.mergers import undo as merger_undo
from portal.areas.models import Area, MergerKind
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed
from portal.core.refusals import ImportRefused
from portal.core.transaction import transaction
from portal.indicators import queries
from portal.indicators.aggregation import Aggregation
from portal.indicators.catalogue import revisions as catalogue_revisions
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue.entry import Entry
from portal.indicators.catalogue.revision_models import RevisionKind
from portal.indicators.deliveries import comparison
from portal.indicators.deliveries import services as import_services
from portal.indicators.imports.periods import read_period
from portal.indicators.models import (
    Delivery,
    ImportBatch,
    Indicator,
    Polarity,
    SeriesSource,
    SeriesValue,
    Visibility,
)
from portal.indicators.natures import Nature
from portal.indicators.own_figures import pages, services
from portal.indicators.own_figures import queries as own
from portal.indicators.own_figures.hints import HintKind
from portal.indicators.own_figures.layout import Wanted
from portal.indicators.own_figures.receiving import receive
from portal.indicators.own_figures.template import template
from portal.indicators.value_states import ValueState
from tests.indicators.conftest import SEED_DAY, acting_as
from tests.indicators.own_files import Grid, fill, grid_of, head_of, keys_of, save

ZUZENHAUSEN = "08226101"
WALLDORF, SINSHEIM, WEINHEIM, LEIMEN, COUNTY = "08226095", "08226085", "08226096", "08226041", "08226"
KEY, RATE = "hilfen", "quote"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


@dataclass
class Office:
    """A department with two entries it delivers, its sectoral planner, and another department."""

    department: Department
    other: Department
    planner: Actor
    folder: Path

    def template(self, *periods: str, with_county: bool = False, prefilled: bool = False) -> Grid:
        indicators = own.own_indicators(self.department.id)
        wanted = Wanted(
            department=self.department.name,
            indicators=indicators,
            periods=[found for text in periods or ("2025",) if (found := read_period(text))],
            rows=own.rows_of_template(areas.composition_of(areas.own_county()), with_county=with_county),
            smallest=3,
            made_on=clock.today(),
        )
        present = pages.present(wanted, own.visible(indicators)) if prefilled else {}
        return grid_of(template(wanted, present))

    def hand_in(self, grid: Grid, *, actor: Actor | None = None, basis: str = "") -> ImportBatch:
        path = save(self.folder / "vorlage.xlsx", grid)
        expected = own.expected(self.department)
        read = receive(path, expected)
        visible = own.visible(list(expected.indicators.values()))
        with transaction():
            batch = services.hand_in(
                read,
                expected,
                visible,
                department=self.department,
                file_name="vorlage.xlsx",
                sha256="0" * 64,
                basis=basis,
                actor=actor or self.planner,
            )
            batch_id = batch.id
        return db.session.get_one(ImportBatch, batch_id)

    def release(self, batch: ImportBatch) -> None:
        with transaction():
            import_services.take_over(batch, actor=self.planner)

    def refusals(self, grid: Grid, **options: Any) -> list[str]:
        path = save(self.folder / "falsch.xlsx", grid, **options)
        with pytest.raises(ImportRefused) as refused:
            receive(path, own.expected(self.department))
        return [f"{cell.place}: {cell.reason}" for cell in refused.value.refusals]


@pytest.fixture
def office(county: Flask, tmp_path: Path) -> Office:
    with transaction():
        department, other = Department(name="Jugendhilfeplanung"), Department(name="Altenhilfeplanung")
        db.session.add_all([department, other])
        db.session.flush()
        entry = Entry(
            name="Hilfen zur Erziehung",
            topic="children_youth_families",
            unit="Fälle",
            decimals=0,
            polarity=Polarity.NEUTRAL,
            nature=Nature.COUNT,
            counts_cases=True,
            aggregation=Aggregation.SUM,
            visibility=Visibility.PUBLIC,
            in_use=True,
            department=department.public_id,
            delivery=Delivery.OWN,
            delivery_months=12,
            next_due=date(2026, 11, 30),
        )
        catalogue_services.create(entry, key=KEY, actor=SYSTEM)
        rate = Entry(
            name="Betreuungsquote",
            topic="children_youth_families",
            unit="Prozent",
            polarity=Polarity.HIGH_FAVOURABLE,
            nature=Nature.RATE,
            aggregation=Aggregation.POPULATION_WEIGHTED_MEAN,
            department=department.public_id,
            delivery=Delivery.OWN,
        )
        catalogue_services.create(rate, key=RATE, actor=SYSTEM)
        ids = department.id, other.id
    return Office(
        department=db.session.get_one(Department, ids[0]),
        other=db.session.get_one(Department, ids[1]),
        planner=acting_as(Role.SECTORAL_PLANNER, department_id=ids[0]),
        folder=tmp_path,
    )


def area(key: str) -> int:
    return db.session.scalars(select(Area.id).where(Area.key == key)).one()


def indicator(key: str = KEY) -> Indicator:
    db.session.rollback()
    return db.session.scalars(select(Indicator).where(Indicator.key == key)).one()


def shown(key: str, place: str) -> tuple[float | None, ValueState]:
    figures = queries.county_figures(ANONYMOUS).find(key)
    if figures is None:
        return None, ValueState.MISSING
    found = figures.municipal[area(place)]
    return found.value, found.state


def in_county(key: str) -> float | None:
    figures = queries.county_figures(ANONYMOUS).find(key)
    assert figures is not None
    return figures.county.value


def test_the_template_has_keys_as_text_a_column_of_signs_and_an_explanation(office: Office) -> None:
    grid = office.template("2025", "2024", with_county=True)
    head = grid[head_of(grid)]
    assert head[:5] == ["AGS", "Name", "Planungsraum", f"{RATE}|2025", f"{RATE}|2025|Zeichen"]
    assert set(head[3:]) == {
        f"{key}|{year}{end}" for key in (KEY, RATE) for year in (2025, 2024) for end in ("", "|Zeichen")
    }
    keys = keys_of(grid)
    assert len(keys) == 55
    assert all(isinstance(key, str) for key in keys)
    assert keys[-1] == COUNTY
    assert "Keine Einzelfalldaten" in grid[1][0]


def test_a_delivery_is_seen_by_nobody_until_the_department_releases_it(office: Office) -> None:
    grid = fill(office.template(), f"{KEY}|2025", dict.fromkeys(keys_of(office.template()), 20))
    grid = fill(grid, f"{KEY}|2025", {WALLDORF: 0, SINSHEIM: 41})
    batch = office.hand_in(grid, basis="Fachverfahren")
    assert (batch.new_values, batch.changed_values) == (54, 0)
    assert shown(KEY, SINSHEIM) == (None, ValueState.MISSING)
    for stranger in (
        acting_as(Role.PLANNER),
        acting_as(Role.PLANNER, department_id=office.other.id),
        acting_as(Role.SECTORAL_PLANNER, department_id=office.other.id),
        acting_as(Role.LEADERSHIP, department_id=office.department.id),
        acting_as(Role.ADMINISTRATOR),
    ):
        with pytest.raises(NotAllowed), transaction():
            import_services.take_over(batch, actor=stranger)
    office.release(batch)
    assert shown(KEY, SINSHEIM) == (41, ValueState.REPORTED)
    assert shown(KEY, WALLDORF) == (0, ValueState.ZERO)
    value = db.session.scalars(select(SeriesValue).where(SeriesValue.batch_id == batch.id)).first()
    assert value is not None
    assert (value.territorial_date, value.census_base) == (date(2025, 12, 31), None)
    source = db.session.scalars(select(SeriesSource.text).where(SeriesSource.batch_id == batch.id)).one()
    assert source == "Rhein-Neckar-Kreis, Jugendhilfeplanung, Fachverfahren, geliefert am 20. November 2026"
    with pytest.raises(NotAllowed), transaction():
        import_services.undo(batch, actor=acting_as(Role.PLANNER))


@pytest.mark.parametrize("days_before", [0, 40])
def test_a_merger_entered_after_a_delivery_adds_its_numbers_up_and_can_be_taken_back(
    office: Office, days_before: int
) -> None:
    keys = keys_of(office.template())
    grid = fill(office.template(), f"{KEY}|2025", dict.fromkeys(keys, 20) | {SINSHEIM: 37, ZUZENHAUSEN: 5})
    office.release(office.hand_in(grid))
    in_all = in_county(KEY)
    place = {key: db.session.scalars(select(Area).where(Area.key == key)).one() for key in (SINSHEIM, ZUZENHAUSEN)}
    wish = mergers.Wish(
        kind=MergerKind.INCORPORATION,
        from_day=clock.today() - timedelta(days=days_before),
        reason="Vertrag",
        ended=(place[ZUZENHAUSEN],),
        successor=place[SINSHEIM],
    )
    with transaction():
        merger = mergers.carry_out(wish, actor=SYSTEM)
    assert shown(KEY, SINSHEIM) == (42, ValueState.REPORTED)
    assert in_county(KEY) == in_all == 52 * 20 + 42
    assert merger_undo.hindrances(merger) == []
    # What is delivered now is of the new territory, and so no longer lets the change be taken back.
    remaining = [key for key in keys if key != ZUZENHAUSEN]
    grid = fill(office.template(), f"{KEY}|2025", dict.fromkeys(remaining, 20) | {SINSHEIM: 44})
    office.release(office.hand_in(grid))
    assert shown(KEY, SINSHEIM) == (44, ValueState.REVISED)
    assert merger_undo.hindrances(merger)


def test_signs_become_states_and_empty_cells_change_nothing(office: Office) -> None:
    first = fill(office.template(), f"{KEY}|2025", dict.fromkeys((WALLDORF, SINSHEIM, WEINHEIM, LEIMEN), 40))
    office.release(office.hand_in(first))
    signs = {SINSHEIM: "Vorläufig", WEINHEIM: "geheim", LEIMEN: " geheim "}
    second = fill(fill(office.template(), f"{KEY}|2025", {SINSHEIM: 55}), f"{KEY}|2025", signs, sign=True)
    office.release(office.hand_in(second))
    assert shown(KEY, WALLDORF) == (40, ValueState.REPORTED)
    assert shown(KEY, SINSHEIM) == (55, ValueState.PROVISIONAL)
    assert shown(KEY, WEINHEIM) == shown(KEY, LEIMEN) == (None, ValueState.SUPPRESSED)


def test_a_correction_is_marked_and_the_earlier_value_stays(office: Office) -> None:
    office.release(office.hand_in(fill(office.template(), f"{KEY}|2025", {SINSHEIM: 50, WALLDORF: 40})))
    grid = office.template(prefilled=True)
    batch = office.hand_in(fill(grid, f"{KEY}|2025", {SINSHEIM: 55}))
    assert (batch.new_values, batch.changed_values, batch.unchanged_values) == (0, 1, 1)
    office.release(batch)
    assert shown(KEY, SINSHEIM) == (55, ValueState.REVISED)
    assert shown(KEY, WALLDORF) == (40, ValueState.REPORTED)
    series = own.own_indicators(office.department.id)[1].series_id
    versions = comparison.history(series, area(SINSHEIM), "2025")
    assert [(one.value, one.state) for one in versions] == [(55, ValueState.REVISED), (50, ValueState.REPORTED)]
    again = office.hand_in(office.template(prefilled=True))
    assert (again.new_values, again.changed_values) == (0, 0)
    with transaction():
        import_services.undo(batch, actor=office.planner)
    assert shown(KEY, SINSHEIM) == (50, ValueState.REPORTED)


def test_small_numbers_of_cases_are_the_suppliers_to_suppress(office: Office) -> None:
    grid = fill(office.template(), f"{KEY}|2025", {WALLDORF: 2, SINSHEIM: 1, WEINHEIM: 3})
    found = office.refusals(grid)
    assert len(found) == 2
    assert all("wählen Sie daneben „geheim“" in reason for reason in found)
    grid = fill(grid, f"{KEY}|2025", {WALLDORF: None, SINSHEIM: None})
    grid = fill(grid, f"{KEY}|2025", {WALLDORF: "geheim", SINSHEIM: "geheim"}, sign=True)
    batch = office.hand_in(grid)
    assert batch.summary["states"] == {"suppressed": 2}
    # A rate of two per cent is no small number of cases.
    assert office.hand_in(fill(office.template(), f"{RATE}|2025", {WALLDORF: 2.0})).new_values == 1


@pytest.mark.parametrize(
    ("cells", "signs", "reason"),
    [
        ({WALLDORF: "-"}, {}, "Ein Strich ist keine Null"),
        ({WALLDORF: "•"}, {}, "„•“ ist keine Zahl"),
        ({WALLDORF: "geheim"}, {}, "Zeichen gehören in die Spalte daneben"),
        ({WALLDORF: "1.234"}, {}, "„1.234“ ist keine Zahl"),
        ({WALLDORF: True}, {}, "ist keine Zahl"),
        ({WALLDORF: 12.5}, {}, "eine ganze Zahl, null oder größer"),
        ({WALLDORF: -4}, {}, "eine ganze Zahl, null oder größer"),
        ({WALLDORF: 1e15}, {}, "zu groß"),
        ({WALLDORF: 12}, {WALLDORF: "geheim"}, "eine Zahl und „geheim“"),
        ({}, {WALLDORF: "vorläufig"}, "fehlt die Zahl"),
        ({WALLDORF: 12}, {WALLDORF: "gheim"}, "Das Zeichen „gheim“ ist nicht bekannt"),
        ({}, {}, "nichts ausgefüllt"),
    ],
)
def test_a_cell_that_does_not_fit_is_named_with_what_helps(
    office: Office, cells: dict[str, Any], signs: dict[str, Any], reason: str
) -> None:
    grid = fill(fill(office.template(), f"{KEY}|2025", cells), f"{KEY}|2025", signs, sign=True)
    [found] = office.refusals(grid)
    assert reason in found
    assert found.startswith("Werte!")


def test_a_sheet_that_is_not_the_template_is_refused(office: Office) -> None:
    good = fill(office.template(), f"{KEY}|2025", {WALLDORF: 12})
    head = head_of(good)

    def changed(column: int, row: int, value: Any) -> Grid:
        grid = [list(cells) for cells in good]
        grid[row][column] = value
        return grid

    first = head + 1
    for grid, reason in (
        (changed(0, first, 8226095.0), "führende Null"),
        (changed(0, first, "09999999"), "Den Schlüssel „09999999“ gibt es in diesem Landkreis nicht"),
        (changed(0, first + 1, good[first][0]), "steht schon in Zeile"),
        (changed(3, head, f"{KEY}|2031"), "hat noch nicht begonnen"),
        (changed(3, head, f"{KEY}|Frühjahr"), "ist kein Zeitraum"),
        (changed(3, head, "kita_u3|2025"), "wird nicht über die Vorlage geliefert"),
        (changed(3, head, "erfunden|2025"), "gibt es nicht"),
        (changed(3, head, f"{KEY}|2025"), "Zwei Spalten tragen dasselbe Kürzel"),
        (changed(4, head, ""), "Die Spalte „Zeichen“ zu dieser Zahl fehlt"),
        (changed(0, head, "Schlüssel"), "Die graue Zeile"),
        (good[:head], "Die graue Zeile"),
    ):
        assert any(reason in found for found in office.refusals(grid)), reason
    assert "Das Blatt „Werte“ fehlt" in office.refusals(good, sheet="Tabelle1")[0]
    text = office.folder / "zahlen.csv"
    text.write_text("AGS;Wert\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match="keine Arbeitsmappe"):
        receive(text, own.expected(office.department))
    formula = office.refusals(good, change=lambda page: page.write_formula(first, 3, "=1/0", None, "#DIV/0!"))
    assert "Formel ohne gespeichertes Ergebnis" in formula[0]


def test_a_head_that_says_another_period_or_indicator_than_its_key_is_refused(office: Office) -> None:
    """Whoever fills in the template reads the heads; the portal reads the grey row."""
    good = fill(office.template(), f"{KEY}|2025", {WALLDORF: 12})
    head, column = head_of(good), good[head_of(good)].index(f"{KEY}|2025")
    period = next(row for row in range(head) if str(good[row][column]).removesuffix(".0") == "2025")
    swapped = [list(cells) for cells in good]
    swapped[period][column] = "2024"
    found = office.refusals(swapped)
    assert "Hier steht „2024“" in found[0]
    assert f"{KEY}|2025" in found[0]
    receive(save(office.folder / "gut.xlsx", good), own.expected(office.department))


def test_a_sheet_beside_the_template_is_refused_and_named(office: Office) -> None:
    good = fill(office.template(), f"{KEY}|2025", {WALLDORF: 12})
    expected = own.expected(office.department)
    path = save(office.folder / "faelle.xlsx", good, beside={"Einzelfälle": "Erika Muster, 12.03.2011"})
    with pytest.raises(ImportRefused, match="gehört nicht zur Vorlage") as refused:
        receive(path, expected)
    assert refused.value.refusals[0].sheet == "Einzelfälle"
    assert receive(save(office.folder / "leer.xlsx", good, beside={"Erklärung": "Hilfe", "Tabelle2": ""}), expected)


def test_columns_of_another_department_are_refused(office: Office) -> None:
    grid = fill(office.template(), f"{KEY}|2025", {WALLDORF: 12})
    path = save(office.folder / "fremd.xlsx", grid)
    with pytest.raises(ImportRefused, match="ein anderer Fachbereich"):
        receive(path, own.expected(office.other))


def test_nothing_but_the_template_feeds_own_figures(office: Office) -> None:
    with pytest.raises(ImportRefused, match="nur über seine Vorlage"), transaction():
        import_services.series_for([(f"eigene:{KEY}", "Fälle", "Hilfen")])


def test_what_should_be_looked_at_is_said_and_not_refused(office: Office) -> None:
    office.release(office.hand_in(fill(office.template("2024"), f"{KEY}|2024", {SINSHEIM: 50, WEINHEIM: 50})))
    keys = keys_of(office.template())
    grid = office.template("2025", with_county=True)
    grid = fill(grid, f"{KEY}|2025", dict.fromkeys(keys, 40) | {SINSHEIM: 150, COUNTY: 9})
    grid = fill(grid, f"{RATE}|2025", {WALLDORF: 0.12, SINSHEIM: 0.2, WEINHEIM: 0.3})
    found = {(one["kind"], one["indicator"]) for one in office.hand_in(grid).summary["hints"]}
    assert (HintKind.SUM, KEY) in found
    assert (HintKind.JUMP, KEY) in found
    assert (HintKind.SHARES, RATE) in found
    assert (HintKind.MISSING, RATE) in found
    assert (HintKind.ALONE, KEY) not in found
    grid = fill(fill(grid, f"{KEY}|2025", {SINSHEIM: None}), f"{KEY}|2025", {SINSHEIM: "geheim"}, sign=True)
    batch = office.hand_in(grid)
    alone = [one for one in batch.summary["hints"] if one["kind"] == HintKind.ALONE]
    assert [(one["places"][0], one["places"][1]) for one in alone] == [("Sinsheim", "Sinsheim")]
    words = "Im Planungsraum Sinsheim ist nur Sinsheim geheim"
    texts = [row.text + row.remedy for row in pages.delivery_page(batch, {}, path="/").hints]
    assert any(words in text and "zweite Gemeinde" in text for text in texts)


def test_more_cases_than_people_are_noticed_on_a_first_delivery(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    composition = areas.composition_of(areas.own_county())
    people = {place.id: 5_000 for place in composition.municipalities}
    monkeypatch.setattr(services, "population_of", lambda _ids: Populations(people=people, source=""))
    grid = fill(office.template(), f"{KEY}|2025", {SINSHEIM: 1_000_000_000, WEINHEIM: 5_000})
    batch = office.hand_in(grid)
    (found,) = [one for one in batch.summary["hints"] if one["kind"] == HintKind.PEOPLE]
    assert found["places"] == ["Sinsheim"]
    texts = [row.text for row in pages.delivery_page(batch, {}, path="/").hints]
    assert "1 Wert ist größer als die Zahl der Menschen, die dort leben: Sinsheim." in texts


def test_the_due_date_moves_on_with_newer_values_and_back_with_their_undoing(office: Office) -> None:
    first = office.hand_in(fill(office.template("2024"), f"{KEY}|2024", {SINSHEIM: 50}))
    office.release(first)
    assert indicator().next_due == date(2027, 11, 30)
    office.release(office.hand_in(fill(office.template("2024"), f"{KEY}|2024", {SINSHEIM: 55})))
    assert indicator().next_due == date(2027, 11, 30)
    newer = office.hand_in(fill(office.template("2025"), f"{KEY}|2025", {SINSHEIM: 60}))
    office.release(newer)
    assert indicator().next_due == date(2028, 11, 30)
    last = catalogue_revisions.last(indicator())
    assert last is not None
    assert (last.kind, last.changes) == (
        RevisionKind.DELIVERED,
        {"next_due": {"old": "2027-11-30", "new": "2028-11-30"}},
    )
    with transaction():
        import_services.undo(newer, actor=office.planner)
    assert indicator().next_due == date(2027, 11, 30)


def test_without_a_rhythm_the_next_date_is_set_by_hand(office: Office) -> None:
    with transaction():
        found = db.session.scalars(select(Indicator).where(Indicator.key == KEY)).one()
        found.delivery_months = None
    office.release(office.hand_in(fill(office.template("2025"), f"{KEY}|2025", {SINSHEIM: 60})))
    assert indicator().next_due is None


def test_a_name_that_is_not_the_keys_is_refused_at_its_cell(office: Office) -> None:
    """As after sorting all columns but that of the keys: the numbers moved with the names."""
    grid = fill(office.template(), f"{KEY}|2025", {SINSHEIM: 50, WALLDORF: 40})
    head = head_of(grid)
    (one,) = [row for row in grid[head + 1 :] if row[0] == SINSHEIM]
    (other,) = [row for row in grid[head + 1 :] if row[0] == WALLDORF]
    one[1], other[1] = "Sinsheim, Große Kreisstadt", ""
    assert office.hand_in(grid).new_values == 2
    one[1] = "Spechbach"
    (refused,) = office.refusals(grid)
    assert refused.startswith(f"Werte!B{grid.index(one) + 1}: Schlüssel und Name widersprechen sich:")
    assert f"{SINSHEIM} ist Sinsheim, hier steht Spechbach." in refused
    rows = grid[head + 1 :]
    moved = [[row[0], *then[1:]] for row, then in zip(rows, reversed(rows), strict=True)]
    filled = fill([*grid[: head + 1], *moved], f"{KEY}|2025", dict.fromkeys(keys_of(grid), 12))
    assert len(office.refusals(filled)) >= 10
    # A row without figures says nothing.
    assert office.hand_in([*grid[: head + 1], other, [*one[:3], *([""] * (len(one) - 3))]]).new_values == 1
