"""Whom figures are from and under which terms, wherever they stand: what nobody said is called so."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from portal_client import PortalClient
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.indicators import tasks
from portal.indicators.cli import import_indicators
from portal.indicators.models import ImportBatch
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import long_form, long_row
from tests.indicators.imports.import_samples import flat_file, write
from tests.indicators.imports.labour_full import labour_workbook
from tests.indicators.test_indicator_pages import in_page

WALLDORF, KEY = "08226095", "steuereinnahmekraft"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def taken_over(folder: Path, *options: str, source: str = "Jugendamt 2026") -> ImportBatch:
    row = long_row(WALLDORF, "1500.5", series="da_st_einnkr", unit="EUR je Person")
    path = long_form(folder / "steuer.csv", [row.replace("Jugendamt 2026", source)])
    answer = CliRunner().invoke(import_indicators, [str(path), *options])
    assert answer.exit_code == 0, answer.output
    return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).one()


def dataset(planner: PortalClient) -> dict[str, Any]:
    catalogue = json.loads(planner.get("/katalog.jsonld").text)
    return next(one for one in catalogue["dcat:dataset"] if one["dct:identifier"] == KEY)


def test_figures_without_terms_say_so_on_the_page_and_in_every_file(planner: PortalClient, tmp_path: Path) -> None:
    taken_over(tmp_path)
    page = in_page(planner.get(f"/indikatoren/{KEY}").text)
    assert "Jugendamt 2026" in page
    assert "Lizenz: nicht angegeben" in page
    file = planner.get(f"/indikatoren/{KEY}/werte.csv").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Quelle: Jugendamt 2026. Lizenz: nicht angegeben." in file
    sources = json.loads(planner.get(f"/indikatoren/{KEY}/werte.json").text)["sources"]
    assert [(one["licence"], one["licence_url"]) for one in sources if one["text"] == "Jugendamt 2026"] == [
        (None, None)
    ]
    assert "Lizenz nicht angegeben" in in_page(planner.get("/offene-daten").text)
    for one in dataset(planner)["dcat:distribution"]:
        assert one["dct:license"]["@id"].endswith("/other-closed")


def test_a_licence_given_with_the_command_stands_there(planner: PortalClient, tmp_path: Path) -> None:
    batch = taken_over(tmp_path, "--licence", "dl-de/zero-2-0")
    page = in_page(planner.get(f"/indikatoren/{KEY}").text)
    assert "dl-de/zero-2-0" in page
    assert "nicht angegeben" not in page
    assert "Lizenz nicht angegeben" not in in_page(planner.get("/offene-daten").text)
    assert "dl-de/zero-2-0" in in_page(planner.get(f"/importe/{batch.public_id}").text)


def test_figures_without_a_source_are_not_printed_with_an_empty_line(planner: PortalClient, tmp_path: Path) -> None:
    path = write(tmp_path, "AGS;Jahr;Wert\n08226095;2022;1500,5\n08226003;2022;900,5\n")
    columns = [
        {"heading": "Wert", "holds": "value", "label": "Kraft", "unit": "EUR je Person", "series": "da_st_einnkr"}
    ]
    rule = write(tmp_path, json.dumps({"source": "Amt", "decimal": ",", "columns": columns}), name="rule.json")
    answer = CliRunner().invoke(import_indicators, [str(path), "--map", str(rule)])
    assert answer.exit_code == 0, answer.output
    assert "Quelle oder Lizenz fehlt noch" in answer.output
    assert "Quelle: Amt. Lizenz: nicht angegeben." in planner.get(f"/indikatoren/{KEY}/werte.csv").text


@pytest.mark.parametrize("kind", ["agency", "ffcsv"])
def test_the_page_of_a_delivery_shows_the_publishers_attribution(
    planner: PortalClient, tmp_path: Path, kind: str
) -> None:
    """What stands below the figures later is on the page where somebody decides to take them over."""
    if kind == "agency":
        path = labour_workbook(tmp_path / "walldorf.xlsx", WALLDORF, "Walldorf, Stadt")
        wanted = ("© Statistik der Bundesagentur für Arbeit", "Inhalte unverändert")
    else:
        path = write(tmp_path, flat_file(), name="12411_de_flat.csv", encoding="utf-8-sig")
        wanted = ("Statistische Ämter des Bundes und der Länder", "dl-de/by-2-0")
    read = tasks.read_in(path, actor=SYSTEM, answers={"complete": "yes"})
    assert read.batch is not None, read.summary.refused
    assert not read.is_refused, [str(cell.reason) for cell in read.summary.refused]
    page = in_page(planner.get(f"/importe/{read.batch.public_id}").text)
    assert "So steht es unter jeder dieser Zahlen:" in page
    for words in wanted:
        assert words in page, page
