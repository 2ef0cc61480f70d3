"""Every state of a value from the file to page, file and command: said in words, and never a number it is not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select

from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import queries, tasks
from portal.indicators.deliveries import services as import_services
from portal.indicators.models import ImportBatch, Indicator
from portal.indicators.value_states import WITHOUT_NUMBER, ValueState
from portal.indicators.values_cli import values
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import long_form, long_row
from tests.indicators.test_indicator_pages import in_page, rows_of

# The county's newest period of the series; every municipality has a value there before.
SERIES, PERIOD, UNIT, KEY = "da_st_einnkr", "2022", "EUR je Person", "steuereinnahmekraft"
# Two of them, so that no third is hidden to protect the only one.
STATES = [*ValueState, ValueState.SUPPRESSED]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


@pytest.fixture
def places(county: Flask) -> list[Area]:
    statement = select(Area).where(Area.kind == AreaKind.MUNICIPALITY, Area.is_own).order_by(Area.key)
    return list(db.session.scalars(statement))[: len(STATES)]


def written(state: ValueState) -> str:
    if state is ValueState.CLASS_INTERVAL:
        return "1000 bis unter 1500"
    if state in WITHOUT_NUMBER:
        return ""
    return "0" if "zero" in state.value else "1234.5"


@pytest.fixture
def delivered(places: list[Area], tmp_path: Path) -> ImportBatch:
    """A delivery with one state per municipality."""
    rows = [
        long_row(place.key or "", written(state), series=SERIES, unit=UNIT, status=state.value, period=PERIOD)
        if state is not ValueState.REPORTED
        else long_row(place.key or "", written(state), series=SERIES, unit=UNIT, period=PERIOD)
        for place, state in zip(places, STATES, strict=True)
    ]
    read = tasks.read_in(long_form(tmp_path / "zustaende.csv", rows), actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    tasks.take_over(read.batch, actor=SYSTEM)
    return read.batch


def asked(area: str, *options: str) -> list[dict[str, object]]:
    answer = CliRunner().invoke(values, ["--indicator", KEY, "--area", area, "--json", *options])
    assert answer.exit_code == 0, answer.output
    found: list[dict[str, object]] = json.loads(answer.output)["values"]
    return found


def test_every_state_is_kept_from_file_to_page_and_file(
    county: Flask, delivered: ImportBatch, places: list[Area]
) -> None:
    county.test_client_class = PortalClient
    client = county.test_client()
    page = in_page(client.get(f"/indikatoren/{KEY}").text)
    rows = {row["Schlüssel"]: row for row in rows_of(client.get(f"/indikatoren/{KEY}/werte.csv").data)}
    figures = queries.county_figures(ANONYMOUS).indicators[KEY]
    for place, state in zip(places, STATES, strict=True):
        shown, row = figures.municipal[place.id], rows[place.key or ""]
        assert shown.state is state
        assert (shown.value is None) is (state in WITHOUT_NUMBER)
        assert row["Zustand"] == str(state.label)
        assert (row["Wert"] == "") is (state in WITHOUT_NUMBER)
        if state is ValueState.CLASS_INTERVAL:
            assert row["Klasse"] == "1000 bis unter 1500"
            assert f"1000 bis unter 1500 {figures.indicator.unit_short}" in page
        elif state in WITHOUT_NUMBER:
            assert f"{state.sign} {state.label}" in page
        elif state is not ValueState.REPORTED:
            assert str(state.label) in page


def test_a_state_without_a_number_is_no_zero_in_a_planning_area(
    county: Flask, delivered: ImportBatch, places: list[Area]
) -> None:
    figures = queries.county_figures(ANONYMOUS).indicators[KEY]
    composition = queries.county_figures(ANONYMOUS).composition
    hidden = {place.id for place, state in zip(places, STATES, strict=True) if state in WITHOUT_NUMBER}
    assert hidden
    for area in composition.planning_areas:
        value = figures.areas[area.id].value
        members = composition.members(area.id)
        assert value.members_with_value <= sum(member.id not in hidden for member in members)
        if value.spread_min is not None:
            keys = {member.key for member in members if member.id in hidden}
            assert value.spread_min.key not in keys


def test_the_command_shows_each_value_with_its_origin_and_what_it_replaced(
    county: Flask, delivered: ImportBatch, places: list[Area]
) -> None:
    for place, state in zip(places, STATES, strict=True):
        row = next(row for row in asked(place.key or "") if row["period"] == PERIOD)
        assert row["state"] == state.value
        assert (row["value"] is None) is (state in WITHOUT_NUMBER)
        assert row["batch"] == delivered.public_id
        assert (row["territorial_date"], row["source"]) == ("2024-06-30", "Jugendamt 2026")
        assert "earlier" not in row
    [before] = next(row for row in asked(places[0].key or "", "--history") if row["period"] == PERIOD)["earlier"]
    # Secret values stand in the same period: what was there before could tell one.
    assert (before["value"], before["state"], before["held_back"]) == (None, "suppressed", True)
    with transaction():
        import_services.undo(delivered, actor=SYSTEM)
    row = next(row for row in asked(places[0].key or "", "--history") if row["period"] == PERIOD)
    assert (row["batch"], row["state"]) == (before["batch"], "reported")
    [undone] = row["earlier"]
    assert undone["batch_state"] == "undone"


def test_the_command_computes_planning_areas_and_says_so(county: Flask) -> None:
    [row] = asked("sinsheim")
    figures = queries.county_figures(ANONYMOUS)
    area = next(one for one in figures.composition.planning_areas if one.slug == "sinsheim")
    assert row["value"] == figures.indicators[KEY].areas[area.id].value.value
    assert (row["batch"], row["census_base"]) == (None, None)
    assert "Mittel" in str(row["computed"])
    text = CliRunner().invoke(values, ["--indicator", KEY, "--area", "Sinsheim"]).output
    assert "berechnet" in text


def test_the_command_names_what_it_does_not_know(county: Flask) -> None:
    for options, words in (
        (["--indicator", "erfunden", "--area", "08226"], "Die Kennzahl „erfunden“ gibt es nicht."),
        (["--indicator", KEY, "--area", "08226999"], "Das Gebiet „08226999“ gibt es nicht."),
    ):
        answer = CliRunner().invoke(values, options)
        assert answer.exit_code != 0
        assert words in str(answer.exception)
    db.session.rollback()
    assert db.session.scalars(select(Indicator.id).where(Indicator.key == "erfunden")).first() is None
