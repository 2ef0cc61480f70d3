"""A planner without help: the Employment Agency's workbook, a table of the youth office, and which topics change."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from databases import DATABASES
from journeys import PHONE, Days, Walk, await_, choose, fill, follow, open_house, press, shows
from playwright.sync_api import Page, expect

from portal.config import sqlite_url
from tests.indicators.files import names
from tests.indicators.imports.labour_full import labour_workbook

pytestmark = pytest.mark.browser

PLANNER = "amsel@landkreis.example"
LONG_HEAD = "level,ags,area_name,indicator_id,period,period_type,value,unit,value_status,source,territorial_status"
# The municipalities of the planning area Sinsheim (see seeds/demo/planning_areas.yaml).
SINSHEIM = ("085", "102", "017", "020", "106", "104", "048", "049", "055", "058", "066", "086", "091", "101")


@pytest.fixture
def walk(
    request: pytest.FixtureRequest, seeded_sqlite: Path, tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Walk]:
    """The county with its story, web server and worker running."""
    if "sqlite" not in DATABASES:
        pytest.skip("sqlite not asked for")
    folder = tmp_path / "data"
    shutil.copytree(seeded_sqlite, folder)
    with open_house(sqlite_url(folder), folder) as port:
        browser = request.getfixturevalue("chromium")(port)
        walk = Walk(browser, pictures, Days(monkeypatch))
        try:
            yield walk
        finally:
            walk.close()
            browser.close()


def hand_in(page: Page, path: Path, until: str) -> None:
    """From *Heute* to the page of the delivery, and wait until the worker has looked at it."""
    page.goto("/importe")
    follow(page, "Dateien einlesen")
    page.locator("input[type=file]").set_input_files(path)
    press(page, "Prüfen")
    await_(page, page.url, page.get_by_role("main").get_by_text(until).first)


def test_figures_come_in_and_show_what_they_change(walk: Walk, tmp_path: Path) -> None:
    page = walk.signed_in(PLANNER)
    the_agencys_workbook(walk, page, labour_workbook(tmp_path / "a.xlsx", "08226085", "Sinsheim, Stadt"))
    the_committees_paper(walk, page)
    a_table_of_the_youth_office(walk, page, tmp_path / "kita.csv")
    topics_change(walk, page, tmp_path / "wege.csv")
    assert walk.complaints == []


def the_agencys_workbook(walk: Walk, page: Page, path: Path) -> None:
    hand_in(page, path, "geprüft, noch nicht übernommen")
    shows(page, "Noch ist nichts sichtbar.", "08226085 Sinsheim, Stadt", "unbekannt oder geheim")
    shows(page, "Nach der Übernahme zeigen sie diese Werte.", "Anteil Langzeitarbeitsloser")
    shows(
        page, "Was sich dadurch ändern würde", "Gleicher Vorschlag, aber andere Zahlen dahinter", "Werte für 46 Prozent"
    )
    walk.look(page, "arbeitsagentur-vorschau")
    press(page, "Übernehmen")
    shows(
        page, "Die Werte sind übernommen.", "Was sich dadurch ändert", "Gleicher Vorschlag, aber neue Zahlen dahinter"
    )
    shows(page, "Leitkennzahl: beurteilt ihr Thema", "Planungsraum Sinsheim: Werte für 46 Prozent der Menschen")
    walk.look(page, "arbeitsagentur-uebernommen")
    page.set_viewport_size(PHONE)
    walk.look(page, "arbeitsagentur-uebernommen-telefon")
    page.set_viewport_size({"width": 1280, "height": 900})


def the_committees_paper(walk: Walk, page: Page) -> None:
    """What is printed of the workbook says for how many people it holds, where it is from, and where to look."""
    page.goto("/berichte")
    with page.expect_download() as waiting:
        page.locator("a[href^='/berichte/vorlage.docx']").first.click()
    with zipfile.ZipFile(waiting.value.path()) as paper:
        paragraphs = paper.read("word/document.xml").decode().split("</w:p>")
    lines = [unescape(re.sub(r"<[^>]+>", "", one)) for one in paragraphs]
    [entry] = [one for one in lines if re.match(r"\[\d+\] Anteil Langzeitarbeitsloser, Stand ", one)]
    # The finding of before stands on the figures of before; the new one stands in the table of figures.
    starts = [at for at, one in enumerate(lines) if one == "Anteil Langzeitarbeitsloser"]
    rows = [lines[at : lines.index(entry.split()[0], at)] for at in starts]
    assert max(map(len, rows)) < 12, (entry, rows)
    [row] = [" ".join(one) for one in rows if "noch keine Werte" not in one]
    assert "36,1\N{NO-BREAK SPACE}%" in row
    assert "Werte für 46 Prozent der Menschen" in row
    assert "© Statistik der Bundesagentur für Arbeit; Arbeitsmarkt kommunal (Gebietsstand im Jahr 2024)" in entry
    [address] = re.findall(r"/indikatoren/\S+", entry)
    page.goto(address)
    shows(page, "Anteil Langzeitarbeitsloser", "noch kein Kreiswert", "© Statistik der Bundesagentur für Arbeit")
    shows(page, "kamen mit:", "a.xlsx")
    walk.look(page, "arbeitsagentur-kennzahl")


def a_table_of_the_youth_office(walk: Walk, page: Page, path: Path) -> None:
    path.write_text("Schlüssel;Ort;2023\n8226003;Altlußheim;1.234\n8226095;Walldorf;k.A.\n", encoding="utf-8")
    hand_in(page, path, "Das Portal kennt diese Form von Datei nicht.")
    delivery = page.url
    follow(page, "Spalten zuordnen")
    shows(page, "Das kann das Portal nicht selbst erkennen:", "kann Dezimalzahl oder Tausender sein")
    page.set_viewport_size(PHONE)
    walk.look(page, "zuordnung-telefon")
    page.set_viewport_size({"width": 1280, "height": 900})
    fill(page, "Quelle", "Jugendamt")
    choose(page, "Führende Null der Schlüssel", "fehlende Null ergänzen")
    choose(page, "Tausenderzeichen", "Punkt: 1.234")
    choose(page, "Zeichen „k.A.“", "fehlt in der Quelle")
    press(page, "Vorschau ansehen")
    shows(page, "So werden die ersten Werte gelesen", "Altlußheim", "1234")
    walk.look(page, "zuordnung-vorschau")
    press(page, "Einlesen")
    await_(page, delivery, page.get_by_text("geprüft, noch nicht übernommen").first)
    shows(page, "Gelesen mit der Zuordnung", "Jugendamt")
    page.goto("/importe/zuordnungen")
    shows(page, "Jugendamt", "1 Zuordnung")


def topics_change(walk: Walk, page: Page, path: Path) -> None:
    end = "da_p_markt,2021,year,60,Minuten,,Modell 2026,2022-12-31"
    rows = [f'municipality,08226{number},"{names()[f"08226{number}"]}",{end}' for number in SINSHEIM]
    path.write_text("\n".join([LONG_HEAD, *rows]) + "\n", encoding="utf-8")
    hand_in(page, path, "geprüft, noch nicht übernommen")
    shows(page, "Was sich dadurch ändern würde", "Sinsheim", "Soziale Infrastruktur", "hielte nicht mehr")
    shows(page, "60,00 Minuten")
    walk.look(page, "themen-wuerden-sich-aendern")
    page.set_viewport_size(PHONE)
    walk.look(page, "themen-wuerden-sich-aendern-telefon")
    page.set_viewport_size({"width": 1280, "height": 900})
    shows(page, "Quelle und Lizenz fehlen noch.")
    follow(page, "Quelle und Lizenz nennen")
    fill(page, "Lizenz oder Bedingungen der Nutzung", "Nutzung mit Quellenangabe")
    press(page, "Weiter zur Vorschau")
    press(page, "Übernehmen")
    shows(page, "Was sich dadurch ändert", "Sinsheim", "Soziale Infrastruktur", "hält nicht mehr")
    walk.look(page, "themen-aendern-sich")
    page.set_viewport_size(PHONE)
    walk.look(page, "themen-aendern-sich-telefon")
    page.get_by_role("link", name="Befund ansehen").first.click()
    expect(page.locator("h1")).to_be_visible()
