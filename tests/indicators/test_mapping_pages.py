"""The mapping assistant in pages: asked, answered, remembered, and nothing stored before."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import func, select
from test_indicator_pages import _day, browser, in_page, planner, upload, work

from portal.audit.models import AuditEntry
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.errors import Refusal
from portal.files import spool
from portal.indicators import tasks
from portal.indicators.cli import import_indicators
from portal.indicators.models import BatchState, ImportBatch, Series, SeriesSource, SeriesValue

__all__ = ["_day", "browser", "planner"]

TABLE = (
    "Kita-Statistik\n\nSchlüssel;Gemeinde;2022;2023\n"
    "8226003;Altlußheim;1.234;12,5\n8226009;Brühl;5;k.A.\n8226095;Walldorf;-;7\nQuelle: Jugendamt;;;\n"
)
PARTS = {"männlich": 151, "weiblich": 96, "Insgesamt": 247}
ANSWERS = {"source": "Jugendamt, Kita-Statistik", "short_keys": "ja", "keep": "y"}


def form_of(page: str) -> dict[str, str]:
    """Every field of the assistant's form with what stands in it."""
    part = page.split('data-unsaved="', 1)[1]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", part):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not ('type="checkbox"' in tag and "checked" not in tag):
            fields[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', part, re.DOTALL):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"|<option value="([^"]*)"[^>]*selected', options)
        fields[name] = unescape((chosen[1] or chosen[2] or "") if chosen else "")
    return fields


def answered(page: str) -> dict[str, str]:
    fields = form_of(page) | ANSWERS
    for name, value in list(fields.items()):
        if name.endswith("-sign") and value == "k.A.":
            fields[name.replace("-sign", "-state")] = "missing"
        if name.endswith("-heading") and value in {"2022", "2023"}:
            fields |= {
                name.replace("-heading", "-label"): "Kita-Plätze im Durchschnitt",
                name.replace("-heading", "-unit"): "Anzahl",
            }
    return fields


def read_on() -> None:
    """What the worker does, seeing what the requests wrote."""
    db.session.rollback()
    work()


def stored() -> int:
    return int(
        db.session.scalar(
            select(func.count())
            .select_from(SeriesValue)
            .where(SeriesValue.series_id.in_(select(Series.id).where(Series.code.startswith("quelle-"))))
        )
        or 0
    )


def test_from_the_unknown_file_to_a_remembered_mapping(planner: PortalClient, tmp_path: Path) -> None:
    planner.checks_pages = True
    path = tmp_path / "kita.csv"
    path.write_text(TABLE, encoding="utf-8")
    address = upload(planner, path)
    read_on()
    page = planner.get(address).text
    assert "Das Portal kennt diese Form von Datei nicht." in page
    assistant = f"{address}/zuordnung"
    asked = planner.get(assistant).text
    assert "Was bedeutet „k.A.“" in asked
    assert "haben keine führende Null" in asked
    hasty = planner.post(assistant, data=form_of(asked) | {"einlesen": "ja"})
    assert hasty.status_code == 422
    assert "Was bedeutet „k.A.“" in hasty.text
    preview = planner.post(assistant, data=answered(asked) | {"pruefen": "ja"})
    assert preview.status_code == 200, in_page(preview.text)
    shown = in_page(preview.text)
    assert "Altlußheim" in shown
    assert "1234 Anzahl" in shown
    assert "Zeile 7: „Quelle: Jugendamt“" in shown
    assert stored() == 0
    file = planner.post(assistant, data=answered(asked) | {"datei": "ja"})
    assert json.loads(file.text)["columns"][2]["label"] == "Kita-Plätze im Durchschnitt"
    assert planner.post(assistant, data=answered(asked) | {"einlesen": "ja"}).status_code == 302
    read_on()
    assert "geprüft, noch nicht übernommen" in in_page(planner.get(address).text)
    assert stored() == 6
    planner.submit(f"{address}/quelle", {"lizenz": "dl-de/by-2-0"})
    planner.submit(f"{address}/uebernehmen", page=address)
    assert "Kein Vorschlag lautet anders als vorher." in planner.get(address).text
    listed = planner.get("/importe/zuordnungen").text
    assert "Jugendamt, Kita-Statistik" in listed

    following = tmp_path / "kita-2024.csv"
    following.write_text(TABLE.replace(";2022;2023", ";2023;2024"), encoding="utf-8")
    again = upload(planner, following)
    read_on()
    offered = unescape(planner.get(f"{again}/zuordnung").text)
    link = re.search(r'href="([^"]*vorlage=[^"]*)"', offered)
    assert link is not None
    fields = form_of(planner.get(link[1]).text)
    assert (fields["short_keys"], fields["source"]) == ("ja", "Jugendamt, Kita-Statistik")
    assert {fields[f"columns-{number}-label"] for number in (2, 3)} == {"Kita-Plätze im Durchschnitt"}
    assert {fields[f"columns-{number}-period"] for number in (2, 3)} == {"2023", "2024"}
    planner.post(f"{again}/zuordnung", data=fields | {"einlesen": "ja", "keep": "y"})
    read_on()
    own = re.search(r'href="(/importe/zuordnungen/[a-z0-9]{12})"', planner.get("/importe/zuordnungen").text)
    assert own is not None
    page = planner.get(own[1]).text
    assert "Fassung 2" in page
    assert planner.get(f"{own[1]}/datei").json == json.loads(planner.get(f"{own[1]}/datei").text)
    planner.submit(f"{own[1]}/loeschen", page=own[1])
    assert planner.get(own[1]).status_code == 404
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"import_mapping.created", "import_mapping.changed", "import_mapping.deleted", "import.asking"} <= actions


def test_of_many_columns_only_those_that_are_open_stand_open(planner: PortalClient, tmp_path: Path) -> None:
    """A table of twenty years would be a page of many screens on a phone."""
    planner.checks_pages = True
    path = tmp_path / "breit.csv"
    years = [str(year) for year in range(2004, 2024)]
    head = ";".join(["Schlüssel", "Gemeinde", "Bemerkung", *years])
    rows = [
        f"0822600{at};Ort {at};{'geschätzt' if at == 3 else 'ohne'};" + ";".join("7" for _year in years)
        for at in (3, 9)
    ]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    address = upload(planner, path)
    read_on()
    page = planner.get(f"{address}/zuordnung").text
    part = page.split('id="spalten"', 1)[1].split("</section>", 1)[0]
    lines = [in_page(line) for line in re.findall(r'<details class="fold"><summary><span>(.*?)</span></summary>', part)]
    assert [line for line in lines if line.startswith("2004: ")]
    assert len([line for line in lines if ": " in line]) == len(years) + 2
    assert re.findall(r'<div class="card form" role="group" aria-label="([^"]*)"', part) == ["Bemerkung"]
    # What is folded is sent like everything else.
    assert form_of(page)["columns-3-holds"] == "value"
    answer = planner.post(
        f"{address}/zuordnung", data=form_of(page) | {"columns-2-holds": "nothing", **ANSWERS, "pruefen": "ja"}
    )
    assert "So werden die ersten Werte gelesen" in in_page(answer.text)


def test_the_preview_says_which_part_of_a_series_a_value_is_of(planner: PortalClient, tmp_path: Path) -> None:
    path = tmp_path / "lang.csv"
    lines = ["AGS;Jahr;Geschlecht;Anzahl", *(f"08226003;2023;{sex};{count}" for sex, count in PARTS.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    address = upload(planner, path)
    read_on()
    form = form_of(planner.get(f"{address}/zuordnung").text)
    answer = planner.post(
        f"{address}/zuordnung",
        data=form | {"columns-2-holds": "part", "source": "Jugendamt", "total": "Insgesamt", "pruefen": "ja"},
    )
    rows = in_page(answer.text.split('id="vorschau"', 1)[1])
    for part, count in {"männlich": 151, "weiblich": 96}.items():
        assert re.search(rf"Geschlecht: {part}<.{{0,120}}>{count}<", rows), rows
    assert re.search(r"Insgesamt \(Geschlecht\).{0,120}>247", rows), rows


def test_a_known_file_can_be_mapped_by_choice_and_thrown_away(planner: PortalClient, tmp_path: Path) -> None:
    path = tmp_path / "kita.csv"
    path.write_text(TABLE, encoding="utf-8")
    data = {"csrf_token": planner.token("/importe/neu"), "datei": (path.open("rb"), path.name), "zuordnen": "y"}
    answer = planner.post("/importe/neu", data=data, content_type="multipart/form-data")
    assert str(answer.location).endswith("/zuordnung")
    batch = db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
    assert batch is not None
    assert batch.state is BatchState.ASKING
    kept = spool.path_of(str(batch.summary["kept"]))
    assert kept.exists()
    tasks.discard(batch, actor=SYSTEM)
    assert not kept.exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04kaputt", b"a;b\x00;c\n", b"\xff\xfe\x00", b"nur Worte\n"])
def test_files_that_cannot_be_a_table_are_refused_in_words(
    planner: PortalClient, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "kaputt.csv"
    path.write_bytes(content)
    data = {"csrf_token": planner.token("/importe/neu"), "datei": (path.open("rb"), path.name), "zuordnen": "y"}
    answer = planner.post("/importe/neu", data=data, content_type="multipart/form-data")
    page = planner.get(str(answer.location))
    assert page.status_code in {200, 422}
    assert "kann nicht gelesen werden" in page.text or "Was trennt die Spalten?" in page.text


def test_the_command_reads_by_a_mapping_file_and_says_what_it_lacks(county: Flask, tmp_path: Path) -> None:
    path, rule = tmp_path / "kita.csv", tmp_path / "zuordnung.json"
    path.write_text(TABLE, encoding="utf-8")
    rule.write_text('{"source": "Jugendamt"}', encoding="utf-8")
    runner = CliRunner()
    answer = runner.invoke(import_indicators, [str(path), "--map", str(rule), "--json"])
    assert answer.exit_code == 1
    reasons = [cell["reason"] for cell in json.loads(answer.stdout)["refused"]]
    assert any('Ergänzen Sie in der Zuordnung: "short_keys": true / false' in reason for reason in reasons)
    assert any('"signs": {"k.A."' in reason for reason in reasons)
    rule.write_text('{"source": "Jugendamt", "short_keys": true, "signs": {"k.A.": "missing"}}', encoding="utf-8")
    half = ["--source", "Jugendamt"]
    nameless = runner.invoke(import_indicators, [str(path), "--map", str(rule), "--json", *half])
    assert isinstance(nameless.exception, Refusal)
    assert "--licence" in str(nameless.exception.message)
    assert db.session.scalars(select(ImportBatch).where(ImportBatch.file_name == path.name)).all() == []
    licence = ["--licence", "Nur mit Quellenangabe"]
    answer = runner.invoke(import_indicators, [str(path), "--map", str(rule), "--json", *licence])
    assert answer.exit_code == 0, answer.output
    batch = db.session.scalars(select(ImportBatch).where(ImportBatch.file_name == path.name)).one()
    rows = db.session.execute(select(SeriesSource.text, SeriesSource.licence).where(SeriesSource.batch_id == batch.id))
    assert {tuple(row) for row in rows} == {("Jugendamt", "Nur mit Quellenangabe")}
    plain = json.loads(answer.stdout)
    assert (plain["format"], plain["values"], plain["areas"]) == ("mapped", 4, {"matched": 3, "unknown": 0})
    answer = runner.invoke(import_indicators, [str(path), "--map", str(rule)])
    assert "Keine Änderung" in answer.output
    assert runner.invoke(import_indicators, [str(path), "--format", "mapped"]).exit_code == 2
    assert runner.invoke(import_indicators, [str(path), "--format", "inkar", "--map", str(rule)]).exit_code == 2
    rule.write_text("[]", encoding="utf-8")
    assert isinstance(runner.invoke(import_indicators, [str(path), "--map", str(rule)]).exception, Refusal)


def test_numbers_without_terms_are_taken_over_by_command_and_named_later(planner: PortalClient, tmp_path: Path) -> None:
    path, rule = tmp_path / "kita.csv", tmp_path / "zuordnung.json"
    path.write_text(TABLE, encoding="utf-8")
    rule.write_text('{"source": "Jugendamt", "short_keys": true, "signs": {"k.A.": "missing"}}', encoding="utf-8")
    answer = CliRunner().invoke(import_indicators, [str(path), "--map", str(rule)])
    assert answer.exit_code == 0, answer.output
    assert "Quelle oder Lizenz fehlt noch" in answer.output
    batch = db.session.scalars(select(ImportBatch).where(ImportBatch.file_name == path.name)).one()
    assert batch.state is BatchState.ACTIVE
    assert "Quelle und Lizenz nennen" in planner.get(f"/importe/{batch.public_id}").text
    address = f"/importe/{batch.public_id}/quelle"
    planner.post(address, data={"csrf_token": planner.token(address), "lizenz": "Nur mit Quellenangabe"})
    assert "Lizenz: Nur mit Quellenangabe." in planner.get(f"/importe/{batch.public_id}").text
