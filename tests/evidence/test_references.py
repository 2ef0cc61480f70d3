"""Reference values: with source and validity, ended and kept, shown wherever the figure is; the rule stays as it is."""

import io
from collections.abc import Callable

from flask import Flask
from portal_client import PortalClient
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from test_finding_pages import visitor

from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.evidence import queries
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.models import Indicator

__all__ = ["visitor"]


def test_a_reference_value_stands_beside_the_figure_everywhere_and_changes_no_proposal(
    seeded_app: Flask, visitor: Callable[[str], PortalClient]
) -> None:
    planner, anonymous = visitor("planner"), visitor("anonymous")
    key = "breitband50"  # judges mobility in Sinsheim
    page = f"/kennzahlenregister/{key}/bezugswerte"
    before = queries.matrix(SYSTEM, queries.period()).proposals
    fields = {
        "kind": "target", "direction": "at_least", "value": "99,5", "refers_on": "2025-12-31",
        "valid_from": "2026-01-01", "valid_to": "", "source": "Probe, frei erfunden", "note": "",
    }  # fmt: skip
    assert planner.submit(page, fields | {"source": " "}).status_code == 422
    assert planner.submit(page, fields | {"valid_to": "2025-01-01"}).status_code == 422
    assert planner.submit(page, fields).status_code == 302
    words = "Zielwert: mindestens 99,5"
    for address in (page, f"/indikatoren/{key}", "/befunde/sinsheim/mobility_infrastructure",
                    "/planungsraeume/sinsheim/steckbrief"):  # fmt: skip
        client = planner if address == page else anonymous
        assert words in client.get(address).text.replace("\xa0", " "), address
    assert "Probe, frei erfunden" in anonymous.get(f"/indikatoren/{key}").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(anonymous.get("/planungsraeume/sinsheim/dossier.xlsx").data))
    cells = [str(cell) for row in book.get_sheet_by_name("Zahlen").to_python() for cell in row]
    assert any(words in cell for cell in cells)
    pdf = PdfReader(io.BytesIO(anonymous.get("/planungsraeume/sinsheim/dossier.pdf").data))
    printed = " ".join(" ".join(one.extract_text() for one in pdf.pages).split())
    assert "99,5" in printed
    assert "Empfehlungen, Beschlüsse und Aufträge" in printed
    db.session.rollback()
    assert queries.matrix(SYSTEM, queries.period()).proposals == before
    # Ended with a reason: shown nowhere but in its history.
    planner.submit(f"{page}/beenden", {"nummer": "1", "grund": ""}, page=page)
    assert words in anonymous.get(f"/indikatoren/{key}").text.replace("\xa0", " ")
    planner.submit(f"{page}/beenden", {"nummer": "1", "grund": "Neuer Beschluss"}, page=page)
    assert words not in anonymous.get(f"/indikatoren/{key}").text.replace("\xa0", " ")
    history = planner.get(page).text
    assert words in history.replace("\xa0", " ")
    assert "Neuer Beschluss" in history
    db.session.rollback()
    indicator_id = db.session.scalars(select(Indicator.id).where(Indicator.key == key)).one()
    row = db.session.scalars(select(IndicatorReference).where(IndicatorReference.indicator_id == indicator_id)).one()
    assert (row.value, row.ended_why) == (99.5, "Neuer Beschluss")


def test_a_hearing_can_be_printed_with_its_statements(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    page = planner.get("/befunde/sinsheim/mobility_infrastructure").text
    address = "/befund/" + page.split('href="/befund/', 1)[1].split("/", 1)[0] + "/anhoerung.pdf"
    assert f'href="{address}"' in page
    printed = " ".join(
        " ".join(one.extract_text() for one in PdfReader(io.BytesIO(planner.get(address).data)).pages).split()
    )
    assert "Anhörung: Mobilität und technische Infrastruktur in Sinsheim" in printed
    assert "Stellungnahmen der Gemeinden" in printed
    # The hearing is over: who said nothing by then will not do so any more.
    assert "Bis zum Ende der Frist kam keine Stellungnahme." in printed
    assert "Noch liegt keine Stellungnahme vor." not in printed
    assert "Abweichende Sicht" in printed
    assert "Die Fachplanung sieht den Bedarf für Rufangebote" in printed
    assert "Angebot für die Probezeit einholen – Landkreis, Fachplanung Nahverkehr" in printed
    assert visitor("provider").get(address).status_code == 404
