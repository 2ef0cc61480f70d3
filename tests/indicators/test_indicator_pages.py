"""Pages of figures by request: catalogue, indicator, deliveries; for residents and for staff."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from portal_client import PortalClient, make_user
from sqlalchemy import select

from portal.areas.models import Area
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import tasks
from portal.indicators.forms import MOST_FILES
from portal.indicators.models import BatchState, ImportBatch, Indicator, IndicatorSeries, Series, Visibility
from portal.jobs.models import Job
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import long_form, long_row
from tests.indicators.test_figures_database import statements_of

WALLDORF, SINSHEIM = "08226095", "08226085"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


@pytest.fixture
def browser(county: Flask) -> PortalClient:
    """Somebody without an account; every page seen must be valid."""
    county.test_client_class = PortalClient
    client = county.test_client()
    assert isinstance(client, PortalClient)
    client.checks_pages = True
    return client


@pytest.fixture
def planner(browser: PortalClient) -> PortalClient:
    with transaction():
        settings.put("accounts.second_factor_required", False, actor=SYSTEM)
    make_user("amsel@landkreis.example", Role.PLANNER)
    assert browser.sign_in("amsel@landkreis.example").status_code == 302
    return browser


def rows_of(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig").split("\r\n\r\n")[0]
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def in_page(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_the_catalogue_lists_everything_and_can_be_narrowed(browser: PortalClient) -> None:
    page = in_page(browser.get("/indikatoren").text)
    assert "94 Kennzahlen" in page
    assert "555.352" in page
    assert re.search(r"1 bis \d\d von 94", page)
    found = in_page(browser.get("/indikatoren?thema=health&werte=gemeinden").text)
    assert "Pkw-Fahrzeit zur nächsten Hausarztpraxis" in found
    assert "Krankenhausbetten" not in found
    without = in_page(browser.get("/indikatoren?werte=ohne&suche=buecherei").text)
    assert "Nichts passt zu Ihrer Auswahl" in without
    assert "0 Kennzahlen" in without
    assert "<em>" not in browser.get("/indikatoren?suche=<em>").text.split("<main", 1)[1].split("value=")[0]


def test_the_catalogue_as_a_file_holds_what_the_filter_leaves(browser: PortalClient) -> None:
    answer = browser.get("/indikatoren?werte=gemeinden&format=csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = rows_of(answer.data)
    assert len(rows) == 20
    assert {row["Werte für"] for row in rows} == {"Städte und Gemeinden"}


def test_an_indicator_shows_map_places_areas_meaning_and_source(browser: PortalClient) -> None:
    text = browser.get("/indikatoren/p_hausarzt").text
    page = in_page(text)
    assert text.count('<a href="/gemeinden/') >= 2 * 54
    assert "Karte: Pkw-Fahrzeit zur nächsten Hausarztpraxis je Gemeinde" in page
    assert "Anteil der Menschen in Gemeinden mit mehr als 5 Min." in page
    assert "Heddesbach: 1,1 Min." in page
    assert "29,2 Punkte darüber" in page
    assert "Datenbasis: Thünen-Erreichbarkeitsmodell 2023" in page
    assert "GeoBasis-DE / BKG 2016" in page
    assert "Beispielzuordnung" in page
    assert "Auffällig ist eine ungünstige Abweichung vom Landkreis um mindestens 10,0 Prozentpunkte." in page
    # A finding is heard by those concerned before the public reads it; so is what hints at one.
    assert "ungünstig auffällig" not in page
    assert "Werte vom Stand 2021 kamen mit:" in page
    assert "Lieferung, übernommen am 20. November 2026" in page
    # Who sent which file is for the administration.
    assert "/importe/" not in text
    assert "indicator_values.csv" not in page


def test_counts_are_not_compared_with_the_count_of_the_whole(browser: PortalClient) -> None:
    page = in_page(browser.get("/indikatoren/bev_gesamt").text)
    assert "Prozent des Landkreises" in page
    assert "Richtung ist nicht eindeutig" in page
    assert "Verlauf" in page


def test_a_class_and_a_county_value_are_shown_as_what_they_are(browser: PortalClient) -> None:
    rent = in_page(browser.get("/indikatoren/angebotsmiete").text)
    assert "10,00 bis unter 11,50" in rent
    assert "veröffentlichte Klasse" in rent
    assert "Städte und Gemeinden</h2>" not in rent
    care = in_page(browser.get("/indikatoren/pflegeplaetze").text)
    assert "Noch keine Werte" in care
    jobless = in_page(browser.get("/indikatoren/arbeitslosenquote").text)
    assert "4,1 %" in jobless
    # Numerator and denominator are no value.
    income = in_page(browser.get("/indikatoren/einkuenfte_je_stpfl").text)
    assert "Noch keine Werte" in income


def test_a_page_of_a_county_value_claims_no_value_below_the_county(browser: PortalClient) -> None:
    without = "Bisher liegt kein Wert für Planungsräume vor. Deshalb fällt hier keiner auf. Gibt es Werte, gilt:"
    page = in_page(browser.get("/indikatoren/kita_u3").text)
    assert "nur Landkreis" in page
    assert "Kleinste Ebene, für die die Quelle Werte hat" in page
    assert "noch keiner: Die Zahl liegt nur für den Landkreis vor" in page
    assert page.index(without) < page.index("Auffällig ist eine ungünstige Abweichung")
    assert without not in in_page(browser.get("/indikatoren/p_notaufnahme").text)


def test_sorting_by_value_turns_round_and_keeps_the_unknown_at_the_end(browser: PortalClient) -> None:
    def order(address: str) -> list[str]:
        table = browser.get(address).text.split('id="gemeinden"', 1)[1].split("</table>", 1)[0]
        return [part.split(">", 1)[1].split("<", 1)[0] for part in table.split('<th scope="row"><a href="')[1:]]

    up = order("/indikatoren/steuereinnahmekraft?sortierung=wert")
    down = order("/indikatoren/steuereinnahmekraft?sortierung=-wert")
    assert up == down[::-1]
    assert down[0] == "Walldorf"
    assert order("/indikatoren/steuereinnahmekraft?sortierung=unsinn")[0] == "Altlußheim"


def test_the_file_of_an_indicator_says_state_and_source(browser: PortalClient) -> None:
    answer = browser.get("/indikatoren/bev_gesamt/werte.csv")
    rows = rows_of(answer.data)
    assert len(rows) == 54 + 5 + 1
    walldorf = next(row for row in rows if row["Name"] == "Walldorf")
    assert (walldorf["Schlüssel"], walldorf["Zeitraum"], walldorf["Zensus"]) == (WALLDORF, "2022-12-31", "Zensus 2011")
    assert walldorf["Wert"].endswith(",0")
    last = answer.data.decode("utf-8-sig").strip().splitlines()[-1]
    assert "Quelle: © Statistisches Bundesamt (Destatis), 2024." in last
    assert "Abgerufen am 20. November 2026" in last
    assert browser.get("/indikatoren/pflegeplaetze/werte.csv").status_code == 404


def test_no_cell_of_a_file_is_run_as_a_formula(browser: PortalClient) -> None:
    with transaction():
        area = db.session.execute(select(Area).where(Area.key == WALLDORF)).scalar_one()
        area.name = '=HYPERLINK("http://evil.example")'
        settings.bump("areas")
    rows = rows_of(browser.get("/indikatoren/bev_gesamt/werte.csv").data)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_a_secret_value_has_a_word_and_no_number_anywhere(browser: PortalClient, tmp_path: Path) -> None:
    places = db.session.execute(
        select(Area.key).where(Area.kind == "municipality", Area.key.startswith("08226")).order_by(Area.key)
    ).scalars()
    rows = [long_row(key or "", "1234.5", series="faelle", unit="Anzahl") for key in places if key != SINSHEIM]
    rows.append(long_row(SINSHEIM, "", series="faelle", unit="Anzahl", status="suppressed"))
    rows.append(long_row("08226", "98765", series="faelle", unit="Anzahl", level="county"))
    batch = tasks.read_in(long_form(tmp_path / "faelle.csv", rows), actor=SYSTEM).batch
    assert batch is not None
    tasks.take_over(batch, actor=SYSTEM)
    with transaction():
        series_id = db.session.execute(select(Series.id).where(Series.code == "faelle")).scalar_one()
        found = db.session.execute(select(Indicator).where(Indicator.key == "pflegeplaetze")).scalar_one()
        found.series_links = [IndicatorSeries(series_id=series_id)]
        settings.bump("figures")
    page = in_page(browser.get("/indikatoren/pflegeplaetze").text)
    assert "unbekannt oder geheim" in page
    assert "98.765" not in page
    data = rows_of(browser.get("/indikatoren/pflegeplaetze/werte.csv").data)
    sinsheim = next(row for row in data if row["Schlüssel"] == SINSHEIM)
    assert (sinsheim["Wert"], sinsheim["Zustand"]) == ("", "unbekannt oder geheim")
    assert "98765" not in browser.get("/indikatoren/pflegeplaetze/werte.csv").text


def test_internal_indicators_do_not_exist_for_residents(browser: PortalClient) -> None:
    with transaction():
        found = db.session.execute(select(Indicator).where(Indicator.key == "p_hausarzt")).scalar_one()
        found.visibility = Visibility.INTERNAL
        settings.bump("figures")
    assert browser.get("/indikatoren/p_hausarzt").status_code == 404
    assert browser.get("/indikatoren/p_hausarzt/werte.csv").status_code == 404
    assert "Hausarztpraxis" not in browser.get("/indikatoren?suche=hausarztpraxis").text.split("<table", 1)[-1]
    with transaction():
        settings.put("accounts.second_factor_required", False, actor=SYSTEM)
    make_user("buche@landkreis.example", Role.LEADERSHIP)
    browser.sign_in("buche@landkreis.example")
    page = in_page(browser.get("/indikatoren/p_hausarzt").text)
    assert "nur Kreisverwaltung" in page
    assert "ungünstig auffällig" in page


def test_unknown_addresses_are_not_found(browser: PortalClient) -> None:
    assert browser.get("/indikatoren/gibt-es-nicht").status_code == 404
    assert browser.get("/importe/222222222222").status_code == 302


def test_a_page_needs_as_many_queries_for_all_indicators_as_for_few(county: Flask, browser: PortalClient) -> None:
    browser.get("/indikatoren/p_hausarzt")
    # Signed out, the second request is answered from memory: one look at the data versions.
    assert statements_of(lambda: browser.get("/indikatoren/p_hausarzt")) <= 2


def upload(browser: PortalClient, path: Path) -> str:
    answer = browser.post(
        "/importe/neu",
        data={"csrf_token": browser.token("/importe/neu"), "datei": (path.open("rb"), path.name)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302, in_page(answer.text)
    return str(answer.location)


def tax_file(folder: Path, value: str, *, name: str = "steuer.csv") -> Path:
    return long_form(folder / name, [long_row(WALLDORF, value, series="da_st_einnkr", unit="EUR je Person")])


def work(job: Job | None = None) -> None:
    """What the worker does with the job of an upload, the latest if none is named."""
    job = job or db.session.scalars(select(Job).where(Job.kind == "indicators.read").order_by(Job.id.desc())).first()
    assert job is not None

    class Context:
        payload = dict(job.payload)
        actor: Actor = SYSTEM

        def progress(self, done: int, total: int) -> None:
            assert 0 < done <= total

    tasks.read_upload(Context())


def test_a_delivery_from_upload_to_undo(planner: PortalClient, tmp_path: Path) -> None:
    path = long_form(
        tmp_path / "steuer.csv", [long_row(WALLDORF, "1500.5", series="da_st_einnkr", unit="EUR je Person")]
    )
    address = upload(planner, path)
    assert "wird eingelesen" in in_page(planner.get(address).text)
    work()
    preview = in_page(planner.get(address).text)
    assert "geprüft, noch nicht übernommen" in preview
    assert "Noch ist nichts sichtbar" in preview
    assert "11.222" in preview
    assert "1.500,50 € je Person" in preview
    assert "1.501" not in in_page(planner.get("/indikatoren/steuereinnahmekraft").text)
    assert f'href="{address}"' not in planner.get("/indikatoren/steuereinnahmekraft").text
    # The long form does not say under which terms its figures may be used.
    assert "Quelle und Lizenz fehlen noch." in preview
    assert f"{address}/uebernehmen" not in planner.get(address).text
    assert planner.submit(f"{address}/uebernehmen", page=address).status_code == 302
    assert "Bitte nennen Sie erst Quelle und Lizenz" in planner.get(address).text
    assert planner.submit(f"{address}/quelle", {"lizenz": " "}).status_code == 422
    assert planner.submit(f"{address}/quelle", {"lizenz": "Nutzung mit Quellenangabe"}).status_code == 302
    assert "Lizenz: Nutzung mit Quellenangabe." in in_page(planner.get(address).text)
    assert planner.submit(f"{address}/uebernehmen", page=address).status_code == 302
    shown = planner.get("/indikatoren/steuereinnahmekraft").text
    assert "Nutzung mit Quellenangabe" in shown
    assert "1.501 € je Person" in in_page(shown)
    # From the value back to the file it came with; other indicators have nothing to do with it.
    assert f'<a href="{address}">steuer.csv</a>' in shown
    assert f'href="{address}"' not in planner.get("/indikatoren/p_hausarzt").text
    asked = planner.get(f"{address}/zuruecknehmen").text
    assert "<dt>Bekommen wieder den früheren Wert</dt><dd><bdi>1</bdi>" in asked
    planner.submit(f"{address}/zuruecknehmen", {"grund": "Falsches Jahr"})
    after = in_page(planner.get(address).text)
    assert "Falsches Jahr" in after
    assert "Wieder übernehmen" in after
    shown = planner.get("/indikatoren/steuereinnahmekraft").text
    assert "1.501 € je Person" not in in_page(shown)
    assert f'href="{address}"' not in shown
    listing = in_page(planner.get("/importe").text)
    assert "2 Lieferungen" in listing
    assert "zurückgenommen" in listing


def test_a_damaged_upload_says_where_and_can_be_discarded(planner: PortalClient, tmp_path: Path) -> None:
    path = long_form(tmp_path / "kaputt.csv", [long_row(WALLDORF, "12,5")])
    path.write_text(path.read_text(encoding="utf-8").replace("12,5", "zwölf"), encoding="utf-8")
    address = upload(planner, path)
    work()
    page = in_page(planner.get(address).text)
    assert "Die Datei wurde abgelehnt. Es hat sich nichts geändert." in page
    assert "„zwölf“ ist keine Zahl." in page
    assert planner.submit(f"{address}/verwerfen", page=address).location == "/importe"
    assert db.session.execute(select(ImportBatch.state)).scalars().all() == [BatchState.ACTIVE]
    assert planner.get(address).status_code == 404


def test_the_same_file_again_has_nothing_to_take_over(planner: PortalClient, tmp_path: Path) -> None:
    path = long_form(tmp_path / "kita.csv", [long_row(WALLDORF, "33.3")])
    batch = tasks.read_in(path, actor=SYSTEM).batch
    assert batch is not None
    tasks.take_over(batch, actor=SYSTEM)
    address = upload(planner, path)
    work()
    assert "Nichts zu ändern" in in_page(planner.get(address).text)
    assert address not in planner.get("/heute").text
    waits = upload(planner, tax_file(tmp_path, "1600"))
    work()
    assert waits in planner.get("/heute").text


def test_an_empty_upload_is_refused_at_its_field(planner: PortalClient) -> None:
    answer = planner.submit("/importe/neu")
    assert answer.status_code == 422
    assert "Bitte wählen Sie mindestens eine Datei aus." in answer.text


def upload_all(planner: PortalClient, paths: list[Path]) -> Any:
    data = {
        "csrf_token": planner.token("/importe/neu"),
        "datei": [(io.BytesIO(path.read_bytes()), path.name) for path in paths],
    }
    return planner.post("/importe/neu", data=data, content_type="multipart/form-data")


def test_of_several_files_each_is_a_delivery_of_its_own(planner: PortalClient, tmp_path: Path) -> None:
    """A damaged one and one that comes twice hold up none of the others."""
    good, damaged = tax_file(tmp_path, "1600"), tmp_path / "kaputt.csv"
    damaged.write_text(good.read_text(encoding="utf-8").replace("1600", "zwölf"), encoding="utf-8")
    again, other = tmp_path / "noch einmal.csv", long_form(tmp_path / "kita.csv", [long_row(WALLDORF, "33.3")])
    again.write_bytes(good.read_bytes())
    empty = tmp_path / "leer.csv"
    empty.write_bytes(b"")
    answer = upload_all(planner, [damaged, good, again, empty, other])
    assert answer.location.startswith("/importe/zusammen/")
    assert "4 Dateien sind angenommen." in in_page(planner.get(answer.location).text)
    jobs = db.session.scalars(select(Job).where(Job.kind == "indicators.read").order_by(Job.id)).all()
    for job in jobs:
        work(job)
    states = dict(db.session.execute(select(ImportBatch.file_name, ImportBatch.state)).all())
    assert (states["kaputt.csv"], states["leer.csv"]) == (BatchState.REFUSED, BatchState.REFUSED)
    assert states[good.name] is states["kita.csv"] is BatchState.STAGED
    assert "noch einmal.csv" not in states


def test_too_many_files_at_once_are_refused_at_their_field(planner: PortalClient, tmp_path: Path) -> None:
    paths = [tax_file(tmp_path, str(number), name=f"{number}.csv") for number in range(1, MOST_FILES + 2)]
    answer = upload_all(planner, paths)
    assert answer.status_code == 422
    assert f"Bitte höchstens {MOST_FILES} Dateien auf einmal." in in_page(answer.text)
    assert db.session.scalars(select(ImportBatch.state)).all() == [BatchState.ACTIVE]


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.MUNICIPALITY, Role.COMMITTEE])
def test_who_may_not_import_is_told_so(browser: PortalClient, role: Role) -> None:
    with transaction():
        settings.put("accounts.second_factor_required", False, actor=SYSTEM)
    make_user("wer@landkreis.example", role)
    browser.sign_in("wer@landkreis.example")
    assert browser.get("/importe/neu").status_code == 403
    assert browser.get("/importe").status_code == (200 if role is Role.LEADERSHIP else 403)


def test_a_rate_of_counts_shows_intervals_funnels_and_course(browser: PortalClient) -> None:
    text = browser.get("/indikatoren/frauenanteil").text
    page = in_page(text)
    assert text.count('class="plot" role="img"') == 2
    assert "Dossenheim: 52,3 %" in page
    assert "Zufallsgrenzen 99,8 %" in page
    assert "gibt es keine Zufallsgrenzen" not in page
    assert text.count("strip-interval") == 5
    assert "So lesen Sie das Bild: Das Quadrat ist der Wert" in page
    assert "So lesen Sie das Bild: Jedes Quadrat ist ein Ort" in page
    assert "Alle Bilder haben dieselbe Skala von 44 bis 56 %. Sie beginnt nicht bei null." in page
    assert text.count('class="plot plot-small" role="img"') == 5
    assert "Weinheim: 31.12.2019: 51,3 %; 31.12.2022: 51,4 %." in page
    assert "keine Rangfolge" not in page
    sorted_page = in_page(browser.get("/indikatoren/frauenanteil?sortierung=-wert").text)
    assert "Das ist keine Rangfolge" in sorted_page


def test_differences_within_chance_have_one_tone_on_the_map(browser: PortalClient) -> None:
    page = browser.get("/indikatoren/frauenanteil").text
    drawn = page[page.index('<svg class="map"') : page.index('<ul class="legend"')]
    assert set(re.findall(r'<a href="/gemeinden/[^"]+" class="(\w+)"', drawn)) == {"q3"}
    assert "im Bereich des Zufalls um den Landkreis: 49,1 bis 52,3 %" in in_page(page)
    assert "Alle Unterschiede der Gemeinden zum Landkreis (50,9 %) kann der Zufall erklären" in in_page(page)


def test_a_map_of_counts_says_what_is_counted(browser: PortalClient) -> None:
    page = in_page(browser.get("/indikatoren/bev_gesamt").text)
    legend = page[page.index('<ul class="legend"') :]
    assert re.search(r"bis [\d.]+ Personen</bdi></li>\s*</ul>", legend[: legend.index("</ul>") + 5])


def test_a_map_names_the_limits_and_the_width_of_its_classes(browser: PortalClient) -> None:
    page = in_page(browser.get("/indikatoren/steuereinnahmekraft").text)
    assert "2.500 bis 11.222 € je Person" in page
    assert "Jede Klasse ist 500 € je Person breit" in page


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("p_hausarzt", "berechnete Zeiten, keine gezählten Fälle"),
        ("bev_dichte", "beziehen sich auf eine Fläche"),
        ("bev_gesamt", "Gezählt sind alle"),
        ("beschaeftigungsquote", "Veröffentlicht ist nur der fertige Wert, nicht Zähler und Nenner"),
    ],
)
def test_where_there_are_no_limits_of_chance_the_page_says_the_reason(
    browser: PortalClient, key: str, why: str
) -> None:
    text = browser.get(f"/indikatoren/{key}").text
    assert why in in_page(text)
    assert '<a href="#zufall"' in text
    assert 'class="plot"' not in text
    assert '<a href="/indikatoren/frauenanteil#zufall">' in text
    sorted_page = in_page(browser.get(f"/indikatoren/{key}?sortierung=wert").text)
    assert "lässt sich hier nicht prüfen" in sorted_page
    assert sorted_page.count(why) == 2


def test_a_new_census_breaks_the_course_of_the_county(browser: PortalClient) -> None:
    page = in_page(browser.get("/indikatoren/bev_gesamt").text)
    assert "558.561" in page
    assert "Ab 31. Dezember 2024 beruhen die Zahlen auf einem anderen Zensus oder Gebiet" in page


def test_the_workbook_holds_counts_and_limits(browser: PortalClient) -> None:
    answer = browser.get("/indikatoren/frauenanteil/werte.xlsx")
    assert answer.data.startswith(b"PK")
    rows = rows_of(browser.get("/indikatoren/frauenanteil/werte.csv").data)
    county = next(row for row in rows if row["Ebene"] == "Landkreis")
    assert county["Nenner"] == "555352,0"
    assert {row["Vergleich mit dem Landkreis"] for row in rows if row["Ebene"] == "Planungsraum"} == {
        "über dem Landkreis, mehr als Zufall",
        "unter dem Landkreis, mehr als Zufall",
        "im Bereich des Zufalls",
    }


def test_places_are_compared_two_to_five_at_a_time(browser: PortalClient) -> None:
    page = in_page(browser.get("/vergleich?gebiet=raum:sinsheim&gebiet=raum:weinheim,gemeinde:walldorf").text)
    assert "Planungsraum Sinsheim, Planungsraum Weinheim, Stadt Walldorf" in page
    assert "80.428" in page
    assert "Anzahlen hängen von der Größe ab" in page
    assert "Das lässt sich nicht vergleichen" in page
    refused = in_page(browser.get("/vergleich?gebiet=raum:sinsheim").text)
    assert "Bitte wählen Sie zwei bis fünf Gebiete" in refused
    assert 'value="raum:sinsheim" checked' in refused
    everybody = ",".join(f"raum:{slug}" for slug in ("sinsheim", "weinheim", "wiesloch-leimen"))
    rows = rows_of(browser.get(f"/vergleich?gebiet={everybody}&kennzahl=frauenanteil&format=csv").data)
    assert [row["Gebiet"] for row in rows if row["Zahl"]] == [
        "Planungsraum Sinsheim", "Planungsraum Weinheim", "Planungsraum Wiesloch/Leimen",
    ]  # fmt: skip


def test_the_early_warning_list_can_be_narrowed(planner: PortalClient) -> None:
    page = in_page(planner.get("/fruehwarnung").text)
    assert "3 Hinweise" in page
    assert "93 % der Schwelle" in page
    assert "1 Hinweis" in in_page(planner.get("/fruehwarnung?planungsraum=weinheim").text)
    assert "Nichts passt" in in_page(planner.get("/fruehwarnung?sicherheit=low").text)
    rows = rows_of(planner.get("/fruehwarnung?thema=education&format=csv").data)
    assert {row["Hinweis"] for row in rows if row["Kennzahl"]} == {"Abstand zum Landkreis nahe der Schwelle"}
