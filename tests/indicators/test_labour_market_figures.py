"""The agency's workbook is awaited by the catalogue: what it counts becomes figures as soon as it is taken over."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select

from portal.areas.models import Area, AreaKind
from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.indicators import queries, tasks, words
from portal.indicators.aggregation import CountyBasis
from portal.indicators.deliveries import fed
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.figures import IndicatorFigures, Level, ShownValue
from portal.indicators.imports.source import open_source
from portal.indicators.models import ImportBatch
from portal.indicators.seeding.rates import read_awaited, read_rates
from portal.indicators.signals import FiguresSignal, SignalReason
from portal.indicators.value_states import ValueState
from portal.indicators.values_cli import values
from tests.indicators.conftest import SEED_DAY, acting_as
from tests.indicators.imports.labour_full import labour_workbook

WALLDORF, SINSHEIM = "08226095", "08226085"
AWAITED = [rate for rate in read_rates(SEEDS) if rate.numerator.startswith("ba:")]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def taken_over(folder: Path, key: str, name: str, **more: float) -> ImportBatch:
    read = tasks.read_in(labour_workbook(folder / f"{key}.xlsx", key, name, **more), actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    tasks.take_over(read.batch, actor=SYSTEM)
    return read.batch


def thousands_in(key: str) -> float:
    """How many thousand people live there: no more can be employed."""
    return import_queries.people()[key] / 1000


def figures_of(indicator: str, actor: Actor = ANONYMOUS) -> IndicatorFigures:
    found = queries.county_figures(actor).find(indicator)
    assert found is not None
    return found


def shown(indicator: str, key: str) -> ShownValue:
    return figures_of(indicator).municipal[db.session.scalars(select(Area.id).where(Area.key == key)).one()]


def test_the_catalogue_names_series_and_parts_as_the_workbook_is_read(tmp_path: Path) -> None:
    """A letter more or less and the figures would never meet the entry that waits for them."""
    source = open_source(labour_workbook(tmp_path / "x.xlsx", WALLDORF, "Walldorf, Stadt"))
    measures = {(measure.code, measure.unit, measure.label) for measure in source.validate().measures}
    assert {(seed.code, seed.unit, seed.title) for seed in read_awaited(SEEDS)} == measures
    observed = [observation for chunk in source.read() for observation in chunk]
    parts = {(one.measure, ";".join(f"{name}={part}" for name, part in one.dimensions)) for one in observed}
    assert len(AWAITED) == 7
    for rate in AWAITED:
        assert (rate.numerator, rate.numerator_part) in parts, rate.key
        assert (rate.denominator, rate.denominator_part) in parts, rate.key


def test_figures_appear_with_the_counts_they_are_made_of(county: Flask, tmp_path: Path) -> None:
    assert figures_of("langzeitarbeitslose").level is Level.NONE
    taken_over(tmp_path, WALLDORF, "Walldorf, Stadt", thousands=10)
    found = shown("langzeitarbeitslose", WALLDORF)
    assert (found.period, found.count, found.base) == ("2024", 91.0, pytest.approx(252.1666667))
    assert found.value == pytest.approx(100 * 91.0 / 252.1666667)
    assert shown("auspendlerquote", WALLDORF).value == pytest.approx(100 * 3120 / 4368)
    assert shown("minijobs_arbeitsort", WALLDORF).value == pytest.approx(100 * 572 / 4160)
    secret = shown("produzierendes_gewerbe", WALLDORF)
    assert (secret.state, secret.value, secret.count) == (ValueState.SUPPRESSED, None, None)


def test_the_agencys_data_carry_its_name_and_terms(county: Flask, tmp_path: Path) -> None:
    taken_over(tmp_path, WALLDORF, "Walldorf, Stadt", thousands=10)
    sources = figures_of("langzeitarbeitslose").sources
    assert sources
    for source in sources:
        assert source.text.count("© Statistik der Bundesagentur für Arbeit") == 1, source.text
        assert "Inhalte unverändert, eigene Berechnungen sind als solche zu kennzeichnen" in source.licence
        assert source.publisher == "Bundesagentur für Arbeit, Statistik"
    county.test_client_class = PortalClient
    browser = county.test_client()
    for page in ("langzeitarbeitslose", "langzeitarbeitslose/werte.csv", "langzeitarbeitslose/werte.json"):
        answer = browser.get(f"/indikatoren/{page}")
        assert answer.status_code == 200, page
        assert "Inhalte unverändert" in answer.text, page
    assert "Bundesagentur für Arbeit" in browser.get("/katalog.jsonld").text


def test_one_municipality_is_not_the_county_and_judges_no_area(county: Flask, tmp_path: Path) -> None:
    taken_over(tmp_path, SINSHEIM, "Sinsheim, Stadt")
    found = figures_of("langzeitarbeitslose")
    assert (found.county.value, found.county.basis) == (None, CountyBasis.TOO_FEW)
    assert found.chance is None
    signals = {area.signal.signal for area in found.areas.values()}
    assert signals == {FiguresSignal.NOT_MEANINGFUL, FiguresSignal.NONE}
    assert {reason for area in found.areas.values() for reason in area.signal.reasons} == {
        SignalReason.LOW_COVERAGE,
        SignalReason.NO_VALUES,
    }


def all_of_sinsheim(folder: Path) -> int:
    """Takes over the workbooks of its fourteen municipalities, with many long-term unemployed; id of the area."""
    composition = queries.county_figures(ANONYMOUS).composition
    (area,) = [one for one in composition.planning_areas if one.slug == "sinsheim"]
    for place in composition.members(area.id):
        taken_over(folder, place.key or "", place.name, long_term=1.6, thousands=thousands_in(place.key or ""))
    return area.id


def test_an_area_is_compared_with_the_countys_own_workbook(county: Flask, tmp_path: Path) -> None:
    """Of fifteen files one is the county's: the same counts, so the same rate, although 40 municipalities miss."""
    area_id = all_of_sinsheim(tmp_path)
    found = figures_of("langzeitarbeitslose").areas[area_id]
    assert (found.value.coverage, found.signal.signal) == (pytest.approx(1.0), FiguresSignal.NOT_MEANINGFUL)
    assert found.signal.reasons == (SignalReason.NO_COUNTY,)
    taken_over(tmp_path, "08226", "Rhein-Neckar-Kreis", thousands=500)
    figures = figures_of("langzeitarbeitslose")
    found = figures.areas[area_id]
    assert figures.county.basis is CountyBasis.PUBLISHED
    assert found.signal.difference == pytest.approx(100 * 8.75 * (1.6 - 1) / 24.25, abs=1)
    assert (found.signal.signal, found.signal.reasons) == (FiguresSignal.CONSPICUOUS, (SignalReason.DIFFERENCE,))
    assert figures.chance is not None
    assert figures.chance.areas[area_id].stands


def test_a_county_value_withheld_for_a_secret_says_so(county: Flask, tmp_path: Path) -> None:
    area_id = all_of_sinsheim(tmp_path)
    taken_over(tmp_path, "08226", "Rhein-Neckar-Kreis", thousands=500)
    found = figures_of("produzierendes_gewerbe")
    assert (found.county.value, found.county.basis) == (None, CountyBasis.WITHHELD)
    assert found.areas[area_id].signal.signal is FiguresSignal.NOT_MEANINGFUL


def test_many_workbooks_are_one_source_line(county: Flask, tmp_path: Path) -> None:
    taken_over(tmp_path, WALLDORF, "Walldorf, Stadt")
    taken_over(tmp_path, SINSHEIM, "Sinsheim, Stadt")
    assert [source.text for source in figures_of("langzeitarbeitslose").sources] == [
        "© Statistik der Bundesagentur für Arbeit; Arbeitsmarkt kommunal (Gebietsstand im Jahr 2024)"
    ]


def test_the_delivery_names_the_indicators_that_it_feeds(county: Flask, tmp_path: Path) -> None:
    planner = acting_as(Role.PLANNER)
    batch = taken_over(tmp_path, SINSHEIM, "Sinsheim, Stadt")
    rows = {row.key: row for row in fed.rows(batch, actor=planner)}
    assert rows.keys() == {rate.key for rate in AWAITED}
    assert rows["langzeitarbeitslose"].role.startswith("Leitkennzahl")
    assert rows["langzeitarbeitslose"].value.startswith("36,1")
    assert "Planungsraum Sinsheim: Werte für 46 Prozent" in rows["langzeitarbeitslose"].remark
    assert (rows["produzierendes_gewerbe"].value, rows["produzierendes_gewerbe"].remark) == (
        "•\N{NO-BREAK SPACE}unbekannt oder geheim",
        "",
    )
    assert rows["auspendlerquote"].role == "noch nicht in Benutzung"


def printed(indicator: str, area: str, *options: str) -> str:
    answer = CliRunner().invoke(values, ["--indicator", indicator, "--area", area, *options])
    assert answer.exit_code == 0, answer.output
    return answer.output.replace("\N{NO-BREAK SPACE}", " ")


def test_the_command_prints_rates_of_a_part_of_the_places_as_pages_do(county: Flask, tmp_path: Path) -> None:
    """One municipality of an area delivered: the page shows its rate with the coverage, and so does the command."""
    assert "Noch keine Werte." in printed("langzeitarbeitslose", "sinsheim")
    taken_over(tmp_path, SINSHEIM, "Sinsheim, Stadt")
    figures = figures_of("langzeitarbeitslose")
    [area] = [one for one in figures.areas.values() if one.value.value is not None]
    line = printed("langzeitarbeitslose", "sinsheim")
    assert f"2024  {words.area_value(figures.indicator, area.value)}".replace("\N{NO-BREAK SPACE}", " ") in line
    assert "unvollständig: Nicht alle Gemeinden haben einen Wert  Werte für 46 Prozent der Menschen" in line
    [row] = json.loads(printed("langzeitarbeitslose", "sinsheim", "--json"))["values"]
    assert (row["period"], row["value"], row["state"]) == ("2024", area.value.value, "incomplete")
    sources = [one.text for one in figures.sources]
    assert row["sources"] == sources != []
    assert all(f"  Quelle: {source}".replace("\N{NO-BREAK SPACE}", " ") in line for source in sources)
    assert "noch kein Kreiswert" in printed("langzeitarbeitslose", "08226")
    [row] = json.loads(printed("langzeitarbeitslose", "08226", "--json"))["values"]
    assert (row["value"], row["state"]) == (None, "incomplete")
    assert "berechnet" in printed("langzeitarbeitslose", SINSHEIM)


def test_the_command_prints_the_countys_rate_once_enough_places_delivered(county: Flask, tmp_path: Path) -> None:
    statement = select(Area.key, Area.official_name).where(Area.kind == AreaKind.MUNICIPALITY, Area.is_own)
    for key, name in list(db.session.execute(statement.order_by(Area.key)))[1:]:
        taken_over(tmp_path, str(key), name, thousands=thousands_in(str(key)))
    figures = figures_of("auspendlerquote")
    assert figures.county.basis is CountyBasis.COMPUTED
    shown_there = words.county_value(figures.indicator, figures.county).replace("\N{NO-BREAK SPACE}", " ")
    assert f"30.06.2024  {shown_there}" in printed("auspendlerquote", "08226")
    [row] = json.loads(printed("auspendlerquote", "08226", "--json"))["values"]
    assert row["value"] == figures.county.value


def test_a_municipality_whose_file_never_came_is_awaited_and_not_missing(county: Flask, tmp_path: Path) -> None:
    assert not shown("langzeitarbeitslose", SINSHEIM).is_awaited
    taken_over(tmp_path, WALLDORF, "Walldorf, Stadt")
    facts, never = figures_of("langzeitarbeitslose").indicator, shown("langzeitarbeitslose", SINSHEIM)
    assert words.municipal_value(facts, never) == "–\N{NO-BREAK SPACE}noch nicht geliefert"
    assert (never.state, words.state_of(never)) == (ValueState.MISSING, "noch nicht geliefert")
    assert not shown("produzierendes_gewerbe", WALLDORF).is_awaited
    taken_over(tmp_path, SINSHEIM, "Sinsheim, Stadt")
    assert not shown("langzeitarbeitslose", SINSHEIM).is_awaited
