"""Workbooks of the agency with a row less than the former delivery had; and what the file calls its rows on pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from labour_full import JOBLESS, labour_rows
from sqlalchemy import select
from workbook_samples import SheetSample, write_xlsx

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.indicators import breakdowns, tasks
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.cli import import_indicators
from portal.indicators.deliveries import file_labels, pages
from portal.indicators.models import ImportBatch, Series
from portal.indicators.tasks import ReadIn
from tests.indicators.conftest import SEED_DAY

SINSHEIM, WALLDORF = ("08226085", "Sinsheim, Stadt"), ("08226095", "Walldorf, Stadt")
LONG_TERM = "Langzeitarbeitslose"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def workbook(path: Path, place: tuple[str, str], *, without: str = "", thousands: float = 10.0) -> Path:
    """The agency's workbook, perhaps without the rows that name a word."""
    rows = labour_rows(*place, thousands=thousands)
    kept = [row for row in rows if not without or not any(without in str(cell) for cell in row)]
    assert bool(without) == (len(kept) < len(rows))
    return write_xlsx(path, {"Daten": SheetSample(kept)})


def known(folder: Path) -> ImportBatch:
    read = tasks.read_in(workbook(folder / "erste.xlsx", SINSHEIM), actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    assert not read.is_refused
    return read.batch


def looked_at(path: Path, answers: dict[str, str] | None = None) -> ReadIn:
    return tasks.look_at(path, answers=answers)


def test_a_row_that_the_former_delivery_had_is_asked_about(county: Flask, tmp_path: Path) -> None:
    assert not looked_at(workbook(tmp_path / "vorher.xlsx", WALLDORF, without=LONG_TERM)).is_refused, "nothing known"
    known(tmp_path)
    damaged = workbook(tmp_path / "walldorf.xlsx", WALLDORF, without=LONG_TERM)
    read = looked_at(damaged)
    assert read.is_open
    assert any("Diese Zeile fehlt" in str(cell.reason) and LONG_TERM in str(cell.reason) for cell in
               read.summary.refused)  # fmt: skip
    assert not looked_at(damaged, {"complete": "yes"}).is_refused
    assert not looked_at(workbook(tmp_path / "ganz.xlsx", WALLDORF)).is_refused


def test_a_whole_table_that_is_missing_is_asked_about(county: Flask, tmp_path: Path) -> None:
    known(tmp_path)
    rows = labour_rows(*WALLDORF)
    heading = next(at for at, row in enumerate(rows) if JOBLESS in row)
    notes = next(at for at, row in enumerate(rows) if any("©" in str(cell) for cell in row))
    path = write_xlsx(tmp_path / "walldorf.xlsx", {"Daten": SheetSample([*rows[:heading], *rows[notes:]])})
    read = looked_at(path)
    assert read.is_open
    assert any("Arbeitslose, Insgesamt" in str(cell.reason) for cell in read.summary.refused)


def test_the_command_refuses_until_told_that_the_file_is_complete(county: Flask, tmp_path: Path) -> None:
    known(tmp_path)
    damaged = workbook(tmp_path / "walldorf.xlsx", WALLDORF, without=LONG_TERM)
    refused = CliRunner().invoke(import_indicators, [str(damaged)])
    assert refused.exit_code == 1
    assert "Diese Zeile fehlt" in refused.output
    assert "--choose complete=yes" in refused.output
    assert CliRunner().invoke(import_indicators, [str(damaged), "--choose", "complete=yes"]).exit_code == 0


def test_a_delivery_of_another_place_without_values_is_no_former_one(county: Flask, tmp_path: Path) -> None:
    known(tmp_path)
    foreign = workbook(tmp_path / "fremd.xlsx", ("06440001", "Altenstadt"))
    tasks.read_in(foreign, actor=SYSTEM)
    db.session.rollback()
    assert looked_at(workbook(tmp_path / "walldorf.xlsx", WALLDORF, without=LONG_TERM)).is_open


def test_pages_say_what_the_file_calls_its_rows(county: Flask, tmp_path: Path) -> None:
    batch = known(tmp_path)
    found = pages.value_list(batch, {"anzahl": "100"}, path="/")
    assert found is not None
    told = " ".join(row.about for row in found.listing.rows)
    assert f"Merkmal: {LONG_TERM}" in told
    assert "merkmal:" not in told
    tasks.take_over(batch, actor=SYSTEM)
    series = db.session.scalars(select(Series.id).where(Series.code == "ba:arbeitslose")).one()
    options = catalogue_queries.options_of([series])[series]
    words = [breakdowns.in_words_with_code(one, options.labels) for one in options.dimensions]
    assert any(one.startswith(f"Merkmal: {LONG_TERM}") and one.endswith("(merkmal=langzeitarbeitslose)")
               for one in words)  # fmt: skip


def test_deliveries_from_before_labels_were_kept_show_codes(county: Flask) -> None:
    assert file_labels.of_summary({}) == {}
    assert breakdowns.in_words("merkmal=x") == "merkmal: x"
    assert breakdowns.in_words("merkmal=", {("merkmal", None): "Merkmal"}) == "Insgesamt (Merkmal)"


def test_every_delivery_in_force_says_which_rows_there_are(county: Flask, tmp_path: Path) -> None:
    """A damaged workbook that was taken over all the same teaches nobody that the row does not exist."""
    tasks.take_over(known(tmp_path), actor=SYSTEM)
    damaged = workbook(tmp_path / "walldorf.xlsx", WALLDORF, without=LONG_TERM)
    read = tasks.read_in(damaged, actor=SYSTEM, answers={"complete": "yes"})
    assert read.batch is not None
    tasks.take_over(read.batch, actor=SYSTEM)
    other = workbook(tmp_path / "mauer.xlsx", ("08226048", "Mauer"), without=LONG_TERM, thousands=4.0)
    refused = looked_at(other).summary.refused
    assert any(LONG_TERM in str(cell.reason) for cell in refused), [str(cell.reason) for cell in refused]
    assert not looked_at(workbook(tmp_path / "ganz.xlsx", ("08226048", "Mauer"), thousands=4.0)).is_refused
