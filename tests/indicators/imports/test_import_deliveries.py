"""Workbooks as deliveries: what the batch keeps, what its page and the command say."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from atlas_samples import atlas_sheets
from click.testing import CliRunner
from flask import Flask
from import_samples import CLASSIC_HEAD, classic_file, flat_file, write
from inkar_samples import inkar_sheets
from labour_samples import labour_sheets, with_cell
from portal_client import PortalClient, make_user
from sqlalchemy import select
from workbook_samples import write_xlsx

from portal.areas.attributions import read_attributions
from portal.areas.models import Area
from portal.areas.seeding.files import read_municipalities
from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.indicators import queries, tasks
from portal.indicators.cli import import_indicators, undo_batch
from portal.indicators.deliveries import comparison, terms
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.pages import Change, value_list
from portal.indicators.imports.formats import Format
from portal.indicators.imports.publishers import PUBLISHERS
from portal.indicators.models import BatchState, ImportBatch, Series, SeriesSource, SeriesValue
from portal.indicators.value_states import ValueState
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import HEAD


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def page_of(county: Flask, path: Path) -> str:
    """The page of the delivery of a file, as a planner sees it; it must be valid."""
    county.test_client_class = PortalClient
    client = county.test_client()
    assert isinstance(client, PortalClient)
    client.checks_pages = True
    with transaction():
        settings.put("accounts.second_factor_required", False, actor=SYSTEM)
    make_user("amsel@landkreis.example", Role.PLANNER)
    client.sign_in("amsel@landkreis.example")
    assert "Arbeitsmarkt kommunal" in client.get("/importe/neu").text
    with transaction():
        batch = import_services.begin(file_name=path.name, sha256="0" * 64, actor=SYSTEM)
    tasks.read_in(path, actor=SYSTEM, name=path.name, batch=batch)
    return " ".join(client.get(f"/importe/{batch.public_id}").text.replace("\u00a0", " ").split())


def test_the_agencys_workbook_becomes_figures_of_its_municipality(county: Flask, tmp_path: Path) -> None:
    read = tasks.read_in(write_xlsx(tmp_path / "ba.xlsx", labour_sheets()), actor=SYSTEM)
    assert read.batch is not None
    tasks.take_over(read.batch, actor=SYSTEM)
    assert (read.summary.matched, read.summary.unknown, read.batch.new_values) == (1, 0, 30)
    statement = (
        select(SeriesValue.value, SeriesValue.state, SeriesValue.period, SeriesValue.dimensions)
        .join(Series, Series.id == SeriesValue.series_id)
        .join(Area, Area.id == SeriesValue.area_id)
        .where(Series.code == "ba:arbeitslose", Area.key == "08226095")
        .order_by(SeriesValue.dimensions, SeriesValue.period)
    )
    found = [tuple(row) for row in db.session.execute(statement)]
    assert found[0] == (323.4166666666667, ValueState.REPORTED, "2020", "merkmal=")
    assert found[7] == (None, ValueState.SUPPRESSED, "2022", "merkmal=langzeitarbeitslose")


def test_the_page_names_format_sheet_signs_and_what_is_left_out(county: Flask, tmp_path: Path) -> None:
    page = page_of(county, write_xlsx(tmp_path / "atlas.xlsx", atlas_sheets(KRS1222_F1="neu_da")))
    for words in (
        "Deutschlandatlas (Arbeitsmappe) (xlsx)",
        "Deutschlandatlas_KRS1222, Deutschlandatlas_GEM1220",
        "<td>fehlt in der Quelle</td>",
        "<td>Fehler in der Quelle</td>",
        "„neu_da“ (Blatt „Deutschlandatlas_KRS1222“): kein Bezugsjahr genannt",
        "01001",
    ):
        assert words in page, words


def test_the_page_names_the_cell_that_is_refused(county: Flask, tmp_path: Path) -> None:
    page = page_of(county, write_xlsx(tmp_path / "ba.xlsx", labour_sheets(with_cell(10, 2, "13.344"))))
    assert "Daten!C10" in page
    assert "„13.344“ ist weder Zahl noch bekanntes Zeichen." in page
    assert db.session.execute(select(ImportBatch.state).order_by(ImportBatch.id.desc())).scalars().first() is (
        BatchState.REFUSED
    )


def test_the_command_forces_a_format_and_keeps_its_keys(county: Flask, tmp_path: Path) -> None:
    inkar = write_xlsx(tmp_path / "inkar.xlsx", inkar_sheets())
    classic = write(tmp_path, classic_file(), encoding="cp1252")
    runner = CliRunner()
    answer = runner.invoke(
        import_indicators, [str(inkar), "--dry-run", "--json", "--format", "inkar", "--show", "08226"]
    )
    assert answer.exit_code == 0, answer.output
    plain = json.loads(answer.stdout)
    assert list(plain) == [
        "file", "format", "encoding", "values", "missing", "areas", "periods", "measures", "refused", "batch", "shown",
    ]  # fmt: skip
    assert (plain["format"], plain["encoding"], plain["values"], plain["missing"]) == ("inkar", "xlsx", 15, {"N.A.": 1})
    assert plain["areas"] == {"matched": 3, "unknown": 1}
    assert [row["value"] for row in plain["shown"]] == [4.04, 3.87, 555352.0, None]
    assert "Raumordnungsregionen" in answer.stderr
    answer = runner.invoke(import_indicators, [str(inkar), str(classic), "--dry-run", "--json", "--format", "classic"])
    assert answer.exit_code == 1
    refused, taken = json.loads(answer.stdout)
    assert "erwartet war „Regionaldatenbank, Tabelle (CSV)“" in refused["refused"][0]["reason"]
    assert taken["refused"] == []
    assert runner.invoke(import_indicators, [str(inkar), "--format", "egal"]).exit_code == 2
    answer = runner.invoke(import_indicators, [str(inkar), "--dry-run"])
    assert "Blätter: Daten" in answer.output
    assert "ohne Zahl, Zeichen „N.A.“: 1 (fehlt in der Quelle)" in answer.output
    assert "dem Portal nicht bekannt, z. B.: 09162" in answer.output


def test_a_delivery_that_is_not_there_is_named(app: Flask) -> None:
    found = CliRunner().invoke(undo_batch, ["77"])
    assert isinstance(found.exception, Refusal)
    assert str(found.exception).startswith("Die Lieferung „77“ gibt es nicht. ")


def test_every_recognised_format_names_its_publisher_or_is_asked_about(county: Flask, tmp_path: Path) -> None:
    known = read_attributions(SEEDS)
    assert set(PUBLISHERS) == set(Format) - {Format.LONG, Format.MAPPED}
    for key in PUBLISHERS.values():
        assert known[key].licence, key
        assert known[key].publisher, key
    offices, licence = "© Statistische Ämter des Bundes und der Länder", "dl-by-de/2.0"
    for path, holder, ending in (
        (write(tmp_path, flat_file(), name="flat.csv", encoding="utf-8-sig"), offices, licence),
        (write(tmp_path, classic_file(), name="classic.csv", encoding="cp1252"), offices, licence),
        (write_xlsx(tmp_path / "inkar.xlsx", inkar_sheets()), "© BBSR Bonn, INKAR", licence),
        (write_xlsx(tmp_path / "atlas.xlsx", atlas_sheets()), "Deutschlandatlas", ""),
        (write_xlsx(tmp_path / "ba.xlsx", labour_sheets()), "© Statistik der Bundesagentur für Arbeit", ""),
    ):
        read = tasks.read_in(path, actor=SYSTEM, answers={"complete": "yes"})
        assert read.batch is not None, (path.name, read.summary.refused)
        rows = db.session.scalars(select(SeriesSource).where(SeriesSource.batch_id == read.batch.id)).all()
        assert rows, path.name
        for row in rows:
            facts = queries.source_facts(row, row.attribution)
            assert holder in facts.text
            assert facts.text.count("©") <= 1, facts.text
            assert facts.licence
            assert (facts.open_data_licence or "").endswith(ending)
        assert terms.of(read.batch) is None


def test_a_delivery_that_feeds_indicators_is_not_said_to_feed_none(county: Flask, tmp_path: Path) -> None:
    """Some of its series belong to indicators, others to none."""
    text = page_of(county, write_xlsx(tmp_path / "atlas.xlsx", atlas_sheets()))
    assert "Kennzahlen aus dieser Lieferung" in text
    assert "Die neuen Reihen gehören noch zu keiner Kennzahl" not in text


def replaced(folder: Path, name: str, numbers: dict[str, int]) -> ImportBatch:
    """A delivery of one measure that was taken over."""
    rows = [
        f"municipality,{key},{place},betreute,2024,year,{numbers[key]},Personen,,Amt,2024-06-30"
        for key, place in (("08226003", "Altlußheim"), ("08226009", "Brühl"), ("08226095", "Walldorf"))
        if key in numbers
    ]
    read = tasks.read_in(write(folder, "\n".join([HEAD, *rows]) + "\n", name=name), actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    tasks.take_over(read.batch, actor=SYSTEM)
    return read.batch


def test_what_a_delivery_did_stays_readable_after_later_ones(county: Flask, tmp_path: Path) -> None:
    first = replaced(tmp_path, "a.csv", {"08226003": 100, "08226009": 200, "08226095": 300})
    clock_of = SEED_DAY + timedelta(hours=1)
    with clock.frozen(clock_of):
        second = replaced(tmp_path, "b.csv", {"08226003": 111, "08226009": 222})
    listed = {one.area: one for one in comparison.values_beside(first)}
    assert [one.has_old for one in listed.values()] == [False] * 3, "nothing stood there before"
    assert [listed[name].replaced_by for name in ("Altlußheim", "Brühl", "Walldorf")] == [second.id, second.id, None]
    later = {one.area: one for one in comparison.values_beside(second)}
    assert [(one.old_value, one.new_value) for one in later.values()] == [(100, 111), (200, 222)]
    page = value_list(first, {}, path="/")
    assert page is not None
    assert (page.counts[Change.NEW], page.counts[Change.CHANGED]) == (3, 0)
    assert {row.replaced_by for row in page.listing.rows} == {(second.public_id, "b.csv"), None}
    assert page.replaced == [((second.public_id, "b.csv"), 2)]
    with clock.frozen(SEED_DAY + timedelta(hours=2)), transaction():
        import_services.undo(first, actor=SYSTEM)
    kept = {one.area: one.old_value for one in comparison.values_beside(second)}
    assert kept == {"Altlußheim": 100, "Brühl": 200}, "taken back after it was replaced"
    with clock.frozen(SEED_DAY + timedelta(hours=3)), transaction():
        import_services.undo(second, actor=SYSTEM)
    assert {one.has_old for one in comparison.values_beside(second)} == {False}


def test_a_small_number_that_a_later_delivery_replaced_is_still_held_back(county: Flask, tmp_path: Path) -> None:
    """What is listed as the value before is no way around the secret of its day."""
    replaced(tmp_path, "a.csv", {"08226003": 1, "08226009": 200, "08226095": 300})
    with clock.frozen(SEED_DAY + timedelta(hours=1)):
        second = replaced(tmp_path, "b.csv", {"08226003": 111, "08226009": 222})
    with clock.frozen(SEED_DAY + timedelta(hours=2)):
        replaced(tmp_path, "c.csv", {"08226003": 112, "08226009": 223})
    page = value_list(second, {}, path="/")
    assert page is not None
    [row] = [row for row in page.listing.rows if row.area == "Altlußheim"]
    assert (row.change, "1" in row.old) == (Change.WITHHELD, False)


def swapped_file(folder: Path, name: str, order: tuple[int, int], *, more: int = 0) -> Path:
    """A classic table without totals for fourteen municipalities; `order` says which figures stand in which column."""
    head = (*CLASSIC_HEAD[:4], ";;;Plätze;Betten", ";;;Anzahl;Anzahl")
    lines = []
    for at, found in enumerate(read_municipalities(SEEDS)[:14]):
        numbers = (100 + 7 * at + more, 900 + 11 * at + more)
        lines.append(f"31.12.2020;{found.ags};{found.name};" + ";".join(str(numbers[place]) for place in order))
    return write(folder, classic_file(tuple(lines), head=head), name=name)


def test_columns_swapped_below_their_heads_are_seen_by_the_former_delivery(county: Flask, tmp_path: Path) -> None:
    first = tasks.read_in(swapped_file(tmp_path, "a.csv", (0, 1)), actor=SYSTEM)
    assert first.batch is not None, first.summary.refused
    tasks.take_over(first.batch, actor=SYSTEM)
    later = tasks.read_in(swapped_file(tmp_path, "later.csv", (0, 1), more=3), actor=SYSTEM)
    assert not later.is_refused, "other numbers are no swapped ones"
    path = swapped_file(tmp_path, "b.csv", (1, 0))
    asked = CliRunner().invoke(import_indicators, [str(path)])
    assert asked.exit_code == 1
    assert "Spalten oder Zeilen scheinen vertauscht" in asked.output
    assert "„Plätze“ hat fast überall die Werte, die bisher bei „Betten“ standen" in asked.output
    assert "--choose columns=apart" in asked.output
    refused = db.session.scalars(select(ImportBatch).where(ImportBatch.file_name == "b.csv")).one()
    assert (refused.state, refused.values) == (BatchState.REFUSED, 0)
    assert CliRunner().invoke(import_indicators, [str(path), "--choose", "columns=apart"]).exit_code == 0
