"""Own figures by request: template, upload, refusal, preview, release; due dates on *Heute* and by mail."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from portal_client import PortalClient, make_user
from sqlalchemy import select

from portal.accounts.models import Department
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import tasks
from portal.indicators.aggregation import Aggregation
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue.entry import Entry
from portal.indicators.models import Delivery, ImportBatch, Indicator, Polarity
from portal.indicators.natures import Nature
from portal.outbox.models import OutboxMessage
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY
from tests.indicators.own_files import fill, grid_of, keys_of, save
from tests.indicators.test_indicator_pages import in_page

KEY, SINSHEIM, WALLDORF = "hilfen", "08226085", "08226095"
PAGE = "/eigene-zahlen"
SignIn = Callable[[str], PortalClient]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


@pytest.fixture
def sign_in(county: Flask) -> SignIn:
    """Two departments, an entry that one of them delivers, its sectoral planner and social planning."""
    county.test_client_class = PortalClient
    with transaction():
        settings.put("accounts.second_factor_required", False, actor=SYSTEM)
        youth, social = Department(name="Jugendhilfeplanung"), Department(name="Sozialplanung")
        db.session.add_all([youth, social])
        db.session.flush()
        entry = Entry(
            name="Hilfen zur Erziehung",
            topic="children_youth_families",
            unit="Fälle",
            decimals=0,
            polarity=Polarity.NEUTRAL,
            nature=Nature.COUNT,
            counts_cases=True,
            aggregation=Aggregation.SUM,
            in_use=True,
            department=youth.public_id,
            delivery=Delivery.OWN,
            delivery_months=12,
            next_due=SEED_DAY.date() + timedelta(days=10),
        )
        catalogue_services.create(entry, key=KEY, actor=SYSTEM)
    make_user("clematis@landkreis.example", Role.SECTORAL_PLANNER, name="Clara", department=department("Jugendhilfe"))
    make_user("amsel@landkreis.example", Role.PLANNER, name="Anke", department=department("Sozial"))

    def enter(who: str) -> PortalClient:
        client = county.test_client()
        assert isinstance(client, PortalClient)
        client.checks_pages = True
        assert client.sign_in(f"{who}@landkreis.example").status_code == 302
        return client

    return enter


def department(beginning: str) -> Department:
    return db.session.scalars(select(Department).where(Department.name.startswith(beginning))).one()


def template_of(client: PortalClient, **query: Any) -> list[list[Any]]:
    answer = client.get(f"{PAGE}/vorlage", query_string={"kennzahl": KEY, "zeitraum": "2025", **query})
    assert answer.status_code == 200
    assert "eigene-zahlen-jugendhilfeplanung-2026-11-20.xlsx" in answer.headers["Content-Disposition"]
    return grid_of(answer.data)


def hand_in(client: PortalClient, grid: list[list[Any]], folder: Path, **fields: str) -> Any:
    content = save(folder / "vorlage.xlsx", grid).read_bytes()
    data = {"csrf_token": client.token(PAGE), "datei": (io.BytesIO(content), "vorlage.xlsx"), **fields}
    return client.post(PAGE, data=data, content_type="multipart/form-data")


def test_a_department_takes_the_template_hands_in_and_releases(sign_in: SignIn, tmp_path: Path) -> None:
    youth = sign_in("clematis")
    page = in_page(youth.get(PAGE).text)
    assert "Keine Einzelfalldaten." in page
    assert "Hilfen zur Erziehung" in page
    assert youth.get(f"{PAGE}/vorlage").status_code == 422
    for wrong in ("Frühjahr", "2025, 20.5"):
        assert youth.get(f"{PAGE}/vorlage", query_string={"kennzahl": KEY, "zeitraum": wrong}).status_code == 422
    grid = template_of(youth)
    small = hand_in(youth, fill(grid, f"{KEY}|2025", {SINSHEIM: 2, WALLDORF: "-"}), tmp_path)
    assert small.status_code == 422
    page = in_page(small.text)
    assert "Die Vorlage wurde nicht angenommen." in page
    assert "Kleine Fallzahlen (1 bis 2)" in page
    assert "Ein Strich ist keine Null." in page
    assert db.session.scalars(select(ImportBatch.id).where(ImportBatch.file_name == "vorlage.xlsx")).first() is None
    keys = keys_of(grid)
    filled = fill(grid, f"{KEY}|2025", dict.fromkeys(keys, 12) | {SINSHEIM: None})
    filled = fill(filled, f"{KEY}|2025", {SINSHEIM: "geheim"}, sign=True)
    with transaction():
        settings.put("figures.own_licence", "dl-de/zero-2-0", actor=SYSTEM)
    address = hand_in(youth, filled, tmp_path, grundlage="Fachverfahren").headers["Location"]
    page = in_page(youth.get(address).text)
    assert ">dl-de/zero-2-0</a>" in page
    assert "Noch sieht niemand diese Zahlen." in page
    assert "Im Planungsraum Sinsheim ist nur Sinsheim geheim." in page
    assert "• unbekannt oder geheim" in page
    assert "freizugeben" in youth.get("/heute").text
    public_id = address.rsplit("/", 1)[1]
    assert youth.get(f"/importe/{public_id}").headers["Location"] == address
    planner = sign_in("amsel")
    assert "Freigeben kann sie nur der Fachbereich" in in_page(planner.get(address).text)
    assert "freizugeben" not in planner.get("/heute").text
    assert "Die Zahlen sind gelesen und noch nicht sichtbar." not in planner.get("/heute").text
    for way in (f"{address}/freigeben", f"/importe/{public_id}/uebernehmen"):
        assert planner.submit(way, page=PAGE).status_code == 403
    assert youth.submit(f"{address}/freigeben", page=PAGE).status_code == 302
    assert "übernommen" in youth.get(address).text
    public = in_page(youth.get(f"/indikatoren/{KEY}").text)
    assert "Fachverfahren, geliefert am 20. November 2026" in public
    assert ">dl-de/zero-2-0</a>" in public
    file = planner.get(f"/indikatoren/{KEY}/werte.csv").text
    assert "geliefert am 20. November 2026. Lizenz: dl-de/zero-2-0." in file.replace("\N{NO-BREAK SPACE}", " ")
    assert planner.get(f"/importe/{public_id}/zuruecknehmen").status_code == 403
    assert youth.submit(f"/importe/{public_id}/zuruecknehmen").status_code == 302
    assert "Wieder freigeben" in youth.get(address).text


def test_social_planning_hands_in_for_a_department_and_cannot_release(sign_in: SignIn, tmp_path: Path) -> None:
    planner = sign_in("amsel")
    youth = department("Jugendhilfe").public_id
    page = planner.get(PAGE, query_string={"fachbereich": youth}).text
    assert "Vorlage laden" in page
    grid = fill(template_of(planner, fachbereich=youth), f"{KEY}|2025", {SINSHEIM: 12})
    answer = hand_in(planner, grid, tmp_path, fachbereich=youth)
    assert answer.status_code == 302
    assert "Lizenz: nicht angegeben" in in_page(planner.get(answer.headers["Location"]).text), "nobody chose one"
    assert planner.submit(f"{answer.headers['Location']}/freigeben", page=PAGE).status_code == 403
    assert "vorlage.xlsx" in planner.get(PAGE).text
    assert "vorlage.xlsx" in sign_in("clematis").get("/heute").text
    assert planner.get(PAGE, query_string={"fachbereich": "erfunden"}).status_code == 404


def test_what_is_due_stands_on_the_first_page_of_planner_and_department(sign_in: SignIn) -> None:
    for who in ("clematis", "amsel"):
        page = in_page(sign_in(who).get("/heute").text)
        assert "1 Lieferung von Zahlen" in page, who
        assert "Hilfen zur Erziehung (30.11.2026)" in page, who
    with clock.frozen(SEED_DAY + timedelta(days=11)):
        assert "überfällig" in sign_in("clematis").get("/heute").text


def reminders() -> list[OutboxMessage]:
    db.session.rollback()
    statement = select(OutboxMessage).where(OutboxMessage.kind == "indicators.delivery_due").order_by(OutboxMessage.id)
    return list(db.session.scalars(statement))


def test_a_department_is_reminded_once_of_each_due_date(sign_in: SignIn) -> None:
    with transaction():
        settings.put("figures.reminder_days", 7, actor=SYSTEM)
    assert tasks.remind(None) == {"reminded": 0}  # type: ignore[arg-type]
    edition = db.session.scalars(select(Indicator.edition).where(Indicator.key == KEY)).one()
    with clock.frozen(SEED_DAY + timedelta(days=4)):
        assert tasks.remind(None) == {"reminded": 1}  # type: ignore[arg-type]
        assert tasks.remind(None) == {"reminded": 0}  # type: ignore[arg-type]
    [mail] = reminders()
    assert (mail.recipient, mail.subject) == (
        "clematis@landkreis.example",
        "Fällig: Zahlen für das Sozialmonitoring",
    )
    assert "Hilfen zur Erziehung: bis 30. November 2026" in mail.text
    assert "keine Einzelfalldaten" in mail.text
    # Whoever has the editor open is not disturbed by the reminder.
    assert db.session.scalars(select(Indicator.edition).where(Indicator.key == KEY)).one() == edition
    with transaction():
        department("Jugendhilfe").email = "jugend@landkreis.example"
        entry = db.session.scalars(select(Indicator).where(Indicator.key == KEY)).one()
        entry.next_due = SEED_DAY.date() + timedelta(days=12)
    with clock.frozen(SEED_DAY + timedelta(days=6)):
        assert tasks.remind(None) == {"reminded": 1}  # type: ignore[arg-type]
    assert [mail.recipient for mail in reminders()] == ["clematis@landkreis.example", "jugend@landkreis.example"]


def test_values_of_a_large_delivery_come_in_pages(sign_in: SignIn, tmp_path: Path) -> None:
    """Two periods of 54 places and the county are more than a page; a kind of change may be asked for."""
    youth = sign_in("clematis")
    grid = template_of(youth, landkreis="y", zeitraum="2024, 2025")
    for period, value in (("2024", 12), ("2025", 13)):
        grid = fill(grid, f"{KEY}|{period}", dict.fromkeys(keys_of(grid), value))
    address = hand_in(youth, grid, tmp_path).headers["Location"]

    def rows(query: str) -> int:
        page = youth.get(f"{address}{query}").text.split('id="werte"')[1].split("</section>")[0]
        return page.count("<tr>") - page.count("<thead>")

    assert (rows(""), rows("?seite=2")) == (100, 10)
    assert rows("?werte=unveraendert") <= 1
    first = in_page(youth.get(address).text)
    assert "110 Werte" in first
    assert "2025 (" in first
