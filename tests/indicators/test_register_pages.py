"""The register and the editor by request: list, files, forms, both versions, history."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from portal_client import PortalClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal.accounts.models import Department
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import tasks
from portal.indicators.models import Indicator, Series
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import long_form, long_row
from tests.indicators.test_indicator_pages import in_page, rows_of

ADDRESS = "/kennzahlenregister/steuereinnahmekraft"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


@pytest.fixture
def planner(planner: PortalClient) -> PortalClient:
    """With a department that delivers figures."""
    with transaction():
        db.session.add(Department(name="Jugendhilfeplanung"))
    return planner


def typed(page: str) -> dict[str, str]:
    """What the form of a page holds, as a browser would send it."""
    form = re.split('<form class="form[ "]', page, maxsplit=1)[1].split("</form>", 1)[0]
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") != "checkbox" or " checked" in tag:
            fields[found["name"]] = found.get("value", "")
    for name, text in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\s*(.*?)</textarea>', form, re.DOTALL):
        fields[name] = text
    for attributes, options in re.findall(r"<select([^>]*)>(.*?)</select>", form, re.DOTALL):
        name = re.search(r'name="([\w-]+)"', attributes)
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        assert name is not None
        first = re.search(r'value="([^"]*)"', options)
        fields[name[1]] = chosen[1] if chosen else first[1] if first else ""
    return fields


def send(browser: PortalClient, address: str, **changes: Any) -> Any:
    """Fill in the form of a page, change some of it and send it."""
    return browser.post(address, data={**typed(browser.get(address).text), **changes})


def test_the_register_finds_by_topic_age_and_department(planner: PortalClient) -> None:
    everything = len(db.session.scalars(select(Indicator.id)).all())
    page = in_page(planner.get("/kennzahlenregister").text)
    assert f"{everything} Kennzahlen" in page
    with transaction():
        found = db.session.scalars(select(Indicator).where(Indicator.key == "steuereinnahmekraft")).one()
        found.department = db.session.scalars(select(Department)).one()
        found.next_due = SEED_DAY.date().replace(day=1)
        department = found.department.public_id
    page = in_page(planner.get(f"/kennzahlenregister?fachbereich={department}").text)
    assert "1 Kennzahl" in page
    assert "überfällig" in page
    for address in ("faellig=ueberfaellig", "sortierung=faellig&thema=economy&verwendung=ja", "alter=5&thema=economy"):
        assert "Steuereinnahmekraft" in planner.get(f"/kennzahlenregister?{address}").text, address
    for address in ("verwendung=stillgelegt", "sichtbar=internal", "herkunft=own"):
        assert "0 Kennzahlen" in in_page(planner.get(f"/kennzahlenregister?{address}").text), address
    assert "0 Kennzahlen" in in_page(planner.get("/kennzahlenregister?alter=ohne&suche=steuereinnahmekraft").text)


def test_the_register_as_files(planner: PortalClient) -> None:
    rows = rows_of(planner.get("/kennzahlenregister?thema=economy&format=csv").data)
    row = next(row for row in rows if row["Kürzel"] == "steuereinnahmekraft")
    assert (row["In Benutzung"], row["Abstand der Lieferungen"]) == ("ja", "jedes Jahr")
    answer = planner.get("/kennzahlenregister?thema=economy&format=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "Kürzel"
    assert len([row for row in sheet[1:] if row[0]]) == len(rows) + 1  # the note below


def test_an_entry_is_edited_looked_at_and_taken_back(planner: PortalClient) -> None:
    shown = send(planner, f"{ADDRESS}/bearbeiten", decimals="2", vorschau="1")
    assert shown.status_code == 200
    assert "Vorschau: So sähe es aus" in shown.text
    assert re.search(r"\d,\d\d\s€ je Person", shown.text)
    assert typed(shown.text)["decimals"] == "2"
    assert send(planner, f"{ADDRESS}/bearbeiten", decimals="2", min_difference="12,5").status_code == 302
    page = in_page(planner.get(ADDRESS).text)
    assert "0 → 2" in page
    assert "20 Prozent des Vergleichswerts → 12,5 Prozent des Vergleichswerts" in page
    assert "Gespeichert." in page
    assert planner.submit(f"{ADDRESS}/zuruecknehmen", {"fassung": "1"}, page=ADDRESS).status_code == 302
    assert "letzte Änderung zurückgenommen" in planner.get(ADDRESS).text


def test_a_refused_entry_keeps_what_was_typed_and_says_what_helps(planner: PortalClient) -> None:
    answer = send(planner, f"{ADDRESS}/bearbeiten", nature="median", note="Meine Notiz")
    assert answer.status_code == 422
    assert "Ein Median lässt sich nicht mitteln" in answer.text
    assert "Meine Notiz" in answer.text


def test_both_versions_are_shown_to_the_second_editor(planner: PortalClient) -> None:
    mine = typed(planner.get(f"{ADDRESS}/bearbeiten").text) | {"note": "Meine Fassung"}
    assert send(planner, f"{ADDRESS}/bearbeiten", note="Die gespeicherte").status_code == 302
    answer = planner.post(f"{ADDRESS}/bearbeiten", data=mine)
    assert answer.status_code == 409
    page = in_page(answer.text)
    assert "Beide Fassungen nebeneinander" in page
    assert "Die gespeicherte" in page
    assert "Meine Fassung" in page
    assert planner.post(f"{ADDRESS}/bearbeiten", data=typed(answer.text)).status_code == 302
    assert "Die gespeicherte → Meine Fassung" in in_page(planner.get(ADDRESS).text)


def test_a_series_becomes_an_entry(planner: PortalClient, tmp_path: Path) -> None:
    read = tasks.read_in(
        long_form(tmp_path / "neu.csv", [long_row("08226095", "41.5", series="neue_reihe")]), actor=SYSTEM
    )
    assert read.batch is not None
    tasks.take_over(read.batch, actor=SYSTEM)
    public_id = db.session.scalars(select(Series.public_id).where(Series.code == "neue_reihe")).one()
    page = planner.get(f"/importe/{read.batch.public_id}").text
    assert f"/kennzahlenregister/neue-reihen?lieferung={read.batch.public_id}" in page
    page = in_page(planner.get(f"/kennzahlenregister/neue-reihen?lieferung={read.batch.public_id}").text)
    assert "1 Reihe" in page
    planner.get(f"/kennzahlenregister/neue-reihen/{public_id}")
    address = f"/kennzahlenregister/neu?reihe={public_id}"
    assert typed(planner.get(address).text)["unit"] == "Prozent"
    answer = send(planner, address, name="Neue Quote", topic="education")
    assert answer.headers["Location"] == "/kennzahlenregister/neue_quote"
    page = in_page(planner.get("/kennzahlenregister/neue_quote").text)
    assert "neue_reihe" in page
    assert planner.get("/indikatoren/neue_quote").status_code == 200


def test_series_are_searched_added_ordered_and_saved(planner: PortalClient) -> None:
    address = f"{ADDRESS}/reihen"
    found = send(planner, address, search="einwohner haushalte", suchen="1")
    assert found.status_code == 200
    public_id = db.session.scalars(select(Series.public_id).where(Series.code == "population_total")).one()
    added = send(planner, address, dazu=public_id)
    fields = typed(added.text)
    assert fields["rows-1-series"] == public_id
    fields |= {"rows-0-position": "2", "rows-1-position": "1", "rows-1-period": "2019-12-31"}
    shown = planner.post(address, data=fields | {"vorschau": "1"})
    assert "Die Reihe hat die Einheit" in shown.text
    assert typed(shown.text)["rows-0-series"] == public_id
    assert planner.post(address, data=typed(shown.text) | {"speichern": "1"}).status_code == 302
    page = in_page(planner.get(ADDRESS).text)
    assert "population_total, 31.12.2019; da_st_einnkr, neuester Zeitraum" in page
    fields = typed(planner.get(address).text) | {"rows-0-remove": "y", "speichern": "1"}
    assert planner.post(address, data=fields).status_code == 302


def test_an_entry_is_retired_with_a_reason(planner: PortalClient) -> None:
    assert send(planner, f"{ADDRESS}/stilllegen").status_code == 422
    assert send(planner, f"{ADDRESS}/stilllegen", grund="Die Statistik endet.").status_code == 302
    page = in_page(planner.get(ADDRESS).text)
    assert "Stillgelegt am 20. November 2026." in page
    assert "Die Statistik endet." in page
    assert planner.get("/indikatoren/steuereinnahmekraft").status_code == 200
    edition = re.search(r'name="edition" value="(\d+)"', planner.get(ADDRESS).text)
    assert edition is not None
    answer = planner.submit(f"{ADDRESS}/aufnehmen", {"edition": edition[1]}, page=ADDRESS)
    assert answer.status_code == 302
    assert "in Benutzung" in planner.get(ADDRESS).text
