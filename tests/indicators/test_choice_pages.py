"""A file of a known format that leaves something open: the page asks, the command names the option to give."""

import json
from pathlib import Path

from click.testing import CliRunner
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import func, select
from test_indicator_pages import _day, browser, in_page, planner, upload, work

from portal.core.database import db
from portal.indicators.cli import import_indicators
from portal.indicators.models import BatchState, ImportBatch, SeriesValue
from portal.indicators.value_states import ValueState
from tests.indicators.files import HEAD
from tests.indicators.imports.choice_samples import no_date, two_sheets
from tests.indicators.imports.labour_full import labour_workbook

__all__ = ["_day", "browser", "planner"]


def stored() -> int:
    return int(db.session.scalar(select(func.count()).select_from(SeriesValue)) or 0)


def read_on() -> None:
    db.session.rollback()
    work()


def test_the_page_asks_with_choices_and_reason_then_shows_the_preview(planner: PortalClient, tmp_path: Path) -> None:
    before = stored()
    address = upload(planner, two_sheets(tmp_path))
    read_on()
    page = in_page(planner.get(address).text)
    assert "Eine Angabe fehlt noch." in page
    assert "Mehrere Blätter enthalten die Tabelle" in page
    assert stored() == before
    form = planner.get(f"{address}/angabe")
    assert [form.text.count(f'value="{name}"') for name in ("Daten", "Daten (2)")] == [1, 1]
    assert "Mehrere Blätter enthalten die Tabelle" in form.text
    reply = planner.submit(f"{address}/angabe", {}, page=f"{address}/angabe")
    assert reply.status_code == 422
    assert "Bitte wählen Sie eine Möglichkeit." in reply.text
    reply = planner.submit(f"{address}/angabe", {"antwort": "Tabelle1"}, page=f"{address}/angabe")
    assert reply.status_code == 422
    planner.submit(f"{address}/angabe", {"antwort": "Daten (2)"}, page=f"{address}/angabe")
    read_on()
    page = in_page(planner.get(address).text)
    assert "Noch ist nichts sichtbar." in page
    assert "Daten (2)" in page
    [batch] = db.session.scalars(select(ImportBatch).where(ImportBatch.file_name == "m.xlsx"))
    assert (batch.state, batch.summary["sheets"]) == (BatchState.STAGED, ["Daten (2)"])
    assert planner.get(f"{address}/angabe").status_code == 302


def test_a_period_that_the_file_does_not_name_is_typed(planner: PortalClient, tmp_path: Path) -> None:
    address = upload(planner, no_date(tmp_path))
    read_on()
    assert "keinen Stichtag und kein Jahr" in in_page(planner.get(address).text)
    reply = planner.submit(f"{address}/angabe", {"zeitraum": "neulich"}, page=f"{address}/angabe")
    assert reply.status_code == 422
    assert "kein bekannter Zeitraum" in reply.text
    planner.submit(f"{address}/angabe", {"zeitraum": "31.12.2018"}, page=f"{address}/angabe")
    read_on()
    assert "31.12.2018" in in_page(planner.get(address).text)


def test_the_command_refuses_naming_the_option_and_takes_it(county: Flask, tmp_path: Path) -> None:
    path, before = two_sheets(tmp_path), stored()
    refused = CliRunner().invoke(import_indicators, [str(path)])
    assert refused.exit_code == 1
    assert "--choose sheet=Daten" in refused.output
    assert "--choose 'sheet=Daten (2)'" in refused.output
    plain = CliRunner().invoke(import_indicators, [str(path), "--json"])
    assert "--choose sheet=Daten" in json.loads(plain.stdout)["refused"][0]["reason"]
    assert stored() == before
    wrong = CliRunner().invoke(import_indicators, [str(path), "--choose", "blatt=Daten"])
    assert (wrong.exit_code, "sheet, area, level" in wrong.output) == (2, True)
    taken = CliRunner().invoke(import_indicators, [str(path), "--choose", "sheet=Daten (2)"])
    assert taken.exit_code == 0, taken.output
    assert stored() > before
    typed = CliRunner().invoke(import_indicators, [str(no_date(tmp_path)), "--dry-run"])
    assert "--choose period=2024" in typed.output


def test_a_title_whose_name_contradicts_its_key_is_asked_about(planner: PortalClient, tmp_path: Path) -> None:
    """08226095 is Walldorf: whether the key or the name is wrong, nobody but the sender knows."""
    before = stored()
    address = upload(planner, labour_workbook(tmp_path / "x.xlsx", "08226095", "Sinsheim"))
    read_on()
    page = in_page(planner.get(address).text)
    assert "08226095 ist Walldorf, die Datei nennt Sinsheim" in page
    assert stored() == before
    assert "08226095 Walldorf" in planner.get(f"{address}/angabe").text
    planner.submit(f"{address}/angabe", {"antwort": "08226095"}, page=f"{address}/angabe")
    read_on()
    assert "Noch ist nichts sichtbar." in in_page(planner.get(address).text)


def test_the_command_refuses_a_contradicting_name_at_its_cell(county: Flask, tmp_path: Path) -> None:
    path, before = labour_workbook(tmp_path / "x.xlsx", "08226095", "Sinsheim"), stored()
    refused = CliRunner().invoke(import_indicators, [str(path)])
    assert (refused.exit_code, stored()) == (1, before)
    assert "Blatt „Daten“, Zeile 4, Spalte A" in refused.output
    assert "--choose name=08226095" in refused.output
    assert CliRunner().invoke(import_indicators, [str(path), "--choose", "name=08226085"]).exit_code == 1
    taken = CliRunner().invoke(import_indicators, [str(path), "--choose", "name=08226095"])
    assert (taken.exit_code, stored() > before) == (0, True), taken.output


def unemployed(folder: Path, *, name: str = "Sinsheim") -> Path:
    """Long-term unemployed above all unemployed in one of twelve rows, in the portal's long form."""
    rows = [
        f"municipality,08226085,{name},arbeitslose,{year},year,{number},Personen,,Amt,2024-06-30,merkmal={part}"
        for year in range(2012, 2024)
        for part, number in (("", 300), ("lang", 999 if year == 2020 else 100))
    ]
    path = folder / "arbeitslose.csv"
    path.write_text("\n".join([f"{HEAD},dimensions", *rows]) + "\n", encoding="utf-8")
    return path


def test_implausible_numbers_are_named_and_taken_over_only_if_somebody_says_so(
    planner: PortalClient, tmp_path: Path
) -> None:
    planner.checks_pages = True
    before = stored()
    address = upload(planner, unemployed(tmp_path))
    read_on()
    assert "widersprechen sich oder können nicht stimmen" in in_page(planner.get(address).text)
    page = in_page(planner.get(f"{address}/angabe").text)
    assert "Dieser Teil ist größer als sein Ganzes (Zeile 18, Spalte value)." in page
    assert stored() == before
    planner.submit(f"{address}/angabe", {"antwort": "mark"}, page=f"{address}/angabe")
    read_on()
    page = in_page(planner.get(address).text)
    assert "Unplausible Zahlen zählen nicht." in page
    assert "Dieser Teil ist größer als sein Ganzes" in page
    states = db.session.execute(
        select(SeriesValue.period, SeriesValue.value)
        .join(ImportBatch, ImportBatch.id == SeriesValue.batch_id)
        .where(ImportBatch.file_name == "arbeitslose.csv", SeriesValue.state == ValueState.SOURCE_ERROR)
    ).all()
    assert states == [("2020", None), ("2020", None)]


def test_the_command_refuses_implausible_numbers_row_by_row(county: Flask, tmp_path: Path) -> None:
    path, before = unemployed(tmp_path), stored()
    refused = CliRunner().invoke(import_indicators, [str(path)])
    assert (refused.exit_code, stored()) == (1, before)
    assert "--choose implausible=mark" in refused.output
    assert "Zeile 19, Spalte value: Dieser Teil ist größer als sein Ganzes" in refused.output
    licensed = ["--licence", "Nutzung mit Quellenangabe"]
    taken = CliRunner().invoke(import_indicators, [str(path), "--choose", "implausible=mark", *licensed])
    assert (taken.exit_code, stored()) == (0, before + 24), taken.output
    assert "unplausibel, zählt nicht: Zeile 19" in taken.output


def test_one_question_after_the_other(planner: PortalClient, tmp_path: Path) -> None:
    address = upload(planner, unemployed(tmp_path, name="Walldorf"))
    read_on()
    assert "08226085 ist Sinsheim, die Datei nennt Walldorf" in in_page(planner.get(address).text)
    planner.submit(f"{address}/angabe", {"antwort": "08226085"}, page=f"{address}/angabe")
    read_on()
    planner.submit(f"{address}/angabe", {"antwort": "mark"}, page=f"{address}/angabe")
    read_on()
    assert "geprüft, noch nicht übernommen" in in_page(planner.get(address).text)


def test_a_table_read_by_a_mapping_is_asked_about_as_well(planner: PortalClient, tmp_path: Path) -> None:
    path = tmp_path / "tabelle.csv"
    path.write_text("Schlüssel;Ort;2023\n08226003;Walldorf;7\n08226095;Altlußheim;8\n", encoding="utf-8")
    rule = {
        "source": "Amt", "head": [1, 1], "level": "municipality", "decimal": ",",
        "columns": [
            {"heading": "Schlüssel", "holds": "area"}, {"heading": "Ort", "holds": "name"},
            {"heading": "2023", "holds": "value", "label": "Plätze", "unit": "Anzahl", "period": "2023"},
        ],
    }  # fmt: skip
    given = tmp_path / "zuordnung.json"
    given.write_text(json.dumps(rule), encoding="utf-8")
    refused = CliRunner().invoke(import_indicators, [str(path), "--map", str(given)])
    assert refused.exit_code == 1
    assert "--choose name=keys" in refused.output, refused.output
    assert "Zeile 3" in refused.output
    command = [str(path), "--map", str(given), "--choose", "name=keys", "--licence", "dl-de/zero-2-0"]
    taken = CliRunner().invoke(import_indicators, command)
    assert taken.exit_code == 0, taken.output
