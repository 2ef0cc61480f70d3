"""Localities in the demonstration: the public pages, and that what is said of one counts in its planning area."""

from flask import Flask
from markup import check_page
from sqlalchemy import select

from portal.areas import queries as areas
from portal.areas.models import AreaKind
from portal.core import clock
from portal.core.actor import ANONYMOUS
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence.sources import gathering as sources
from portal.needs import lists
from portal.needs.models import NeedsStatement, StatementKind, StatementState
from portal.settings import services as settings

BASE = "http://portal.example"


def test_the_list_and_a_page(seeded_app: Flask) -> None:
    client = seeded_app.test_client()
    page = client.get("/ortsteile?raum=sinsheim", base_url=BASE)
    check_page(page.text)
    assert "12 Ortsteile" in page.text
    table = client.get("/ortsteile?format=csv", base_url=BASE).get_data().decode("utf-8-sig")
    assert "Hilsbach;Sinsheim;08226085;Sinsheim;" in table
    one = client.get("/ortsteile/sinsheim-hilsbach", base_url=BASE)
    check_page(one.text)
    assert "Amtliche Zahlen gibt es nur für die ganze Gemeinde" in one.text
    assert "/ortsteile/sinsheim-hilsbach" in client.get("/gemeinden/sinsheim", base_url=BASE).text


def test_what_is_said_of_a_locality_counts_in_its_planning_area(seeded_app: Flask) -> None:
    hilsbach = areas.find(AreaKind.LOCALITY, "sinsheim-hilsbach")
    sinsheim = areas.find(AreaKind.PLANNING_AREA, "sinsheim")
    statement = select(NeedsStatement).where(
        NeedsStatement.kind == StatementKind.NEED,
        NeedsStatement.is_public,
        NeedsStatement.state == StatementState.ADOPTED,
    )
    with transaction():
        row = db.session.scalars(statement.order_by(NeedsStatement.id)).first()
        assert row is not None
        row.areas = [hilsbach]
        settings.bump("needs")
        title, period, row_id = row.title, row.period, row.id
    composition = areas.composition_of(areas.own_county())
    said = sources.statements(period, composition, until=clock.now())
    assert row_id in {voice.id for voice in said[sinsheim.id]}
    assert hilsbach.id not in said
    found = lists.statements(ANONYMOUS, {"planungsraum": "sinsheim"}, path="/bedarfe", everything=True)
    assert title in {one.title for one in found.rows}
    client = seeded_app.test_client()
    assert title in client.get("/ortsteile/sinsheim-hilsbach", base_url=BASE).text
    assert title not in client.get("/ortsteile/sinsheim-reihen", base_url=BASE).text
