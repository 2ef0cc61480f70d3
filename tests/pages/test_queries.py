"""How often pages ask the database: few times, and not more often for longer lists."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import access_table
import pytest
from house import ANONYMOUS, VISITORS, House, Request
from sqlalchemy import event

from portal.accounts.services import departments
from portal.accounts.services import users as accounts
from portal.areas import queries as areas
from portal.areas.models import Area
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators.deliveries import services as import_services
from portal.jobs import services as jobs
from portal.needs.models import NeedsStatement, StatementKind, StatementState
from portal.outbox import services as outbox
from portal.planning import queries as planning
from portal.stakeholders.models import Organisation, OrganisationKind
from portal.stakeholders.services import create_organisation

PUBLIC_LIMIT, STAFF_LIMIT = 17, 30
# Some pages and papers gather what every feature has to say: some queries for each, and no more for longer lists.
GATHERING = {
    "GET /", "GET /heute", "GET /mein-bereich", "GET /planungsraeume/<slug> planning area",
    "GET /befunde/<area_slug>/<topic_key> assessed cell", "GET /indikatoren/<key> indicator",
    "GET /planungsraeume/<slug>/kurz-und-klar planning area",
    "GET /berichte/vorlage.docx", "GET /berichte/vorlage.pdf", "GET /berichte/vorlage.xlsx",
}  # fmt: skip
GATHERING_LIMIT = 40
# The first look at a delivery that waits computes figures and proposals of the county as they would be with it.
LOOKING_AHEAD = {
    "GET /importe/<public_id> own delivery", "GET /importe/<public_id> foreign delivery",
    "GET /eigene-zahlen/<public_id> own figures",
}  # fmt: skip
LOOKING_AHEAD_LIMIT = 60
# Map and figures of the whole county and the composition of each county (five queries), once per process and change.
FIRST_LIMIT = 56
PAGES = [row for row in access_table.rows() if row.method == "GET"]


@contextmanager
def _counted(house: House) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    with house.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def cold(furnished: Path, tmp_path: Path) -> Iterator[House]:
    """A house in which nothing is kept in memory yet, and which may be changed."""
    shutil.copytree(furnished, tmp_path / "data")
    opened = House(tmp_path / "data")
    try:
        yield opened
    finally:
        opened.close()


def _forget_pages(house: House) -> None:
    house.app.extensions.pop("portal_pages", None)


@pytest.mark.parametrize("visitor", VISITORS)
def test_pages_ask_few_times(house: House, visitor: str) -> None:
    for path in ("/planungsraeume", "/befunde", "/heute"):
        # Figures and matrix are in memory from the first page on, those that everybody sees and the visitor's own.
        house.get(ANONYMOUS, path)
        house.get(visitor, path)
    asked = {}
    for row in PAGES:
        if row.expected[visitor] == "ok":
            _forget_pages(house)
            with _counted(house) as statements:
                house.ask(visitor, house.request("GET", row.rule, row.record, visitor)).close()
            asked[row.name] = len(statements)
    limit = PUBLIC_LIMIT if visitor == ANONYMOUS else STAFF_LIMIT
    limits = dict.fromkeys(GATHERING, GATHERING_LIMIT) | dict.fromkeys(LOOKING_AHEAD, LOOKING_AHEAD_LIMIT)
    assert {name: count for name, count in asked.items() if count > limits.get(name, limit)} == {}


@pytest.mark.parametrize(("path", "limit"), [("/", FIRST_LIMIT), ("/befunde", FIRST_LIMIT + 20)])
def test_the_first_page_of_all_reads_the_county_once(cold: House, path: str, limit: int) -> None:
    """The matrix besides reads everything that was said."""
    with _counted(cold) as statements:
        cold.get(ANONYMOUS, path)
    assert len(statements) <= limit


def test_read_again_public_pages_ask_once(house: House) -> None:
    planning_area = house.request("GET", "/planungsraeume/<slug>", "planning area", ANONYMOUS).path
    for path in ("/", "/planungsraeume", planning_area):
        house.get(ANONYMOUS, path)
        with _counted(house) as statements:
            house.get(ANONYMOUS, path)
        assert len(statements) <= 2, statements


def _statement(number: int, organisation: Organisation, places: list[Area]) -> NeedsStatement:
    period = planning.period_on()
    assert period is not None
    return NeedsStatement(
        kind=StatementKind.NEED, title=f"Anliegen {number}", organisation=organisation, period=period, areas=places,
        tracking_code=f"ZEILE-{number}", state=StatementState.SUBMITTED, submitted_at=clock.now(),
    )  # fmt: skip


def _add_rows(house: House, first: int, last: int) -> None:
    with house.app.app_context(), transaction():
        places = areas.planning_areas()
        for number in range(first, last):
            accounts.create_user(f"n{number}@verein.example", f"Nr. {number}", [Role.PROVIDER], actor=SYSTEM)
            departments.create_department(f"Amt {number}", actor=SYSTEM)
            organisation = create_organisation(
                f"Verein {number}", OrganisationKind.INITIATIVE, actor=SYSTEM, areas=[places[number % len(places)]]
            )
            db.session.add(_statement(number, organisation, [places[number % len(places)]]))
            jobs.enqueue("jobs.purge", actor=SYSTEM)
            import_services.begin(file_name=f"datei-{number}.csv", sha256=f"{number:064}", actor=SYSTEM)
            outbox.enqueue(
                kind="home.barrier", occasion=f"zeile-{number}", recipient=f"n{number}@verein.example",
                recipient_name="", subject="Probe", text="Probe",
            )  # fmt: skip


# Lists whose rows the test makes, with a word of a row that must be on the page.
LISTS = {
    "/konten": "Nr. ", "/fachbereiche": "Amt ", "/organisationen": "Verein ", "/bedarfe": "Anliegen ", "/auftraege": "",
    "/postausgang": "@verein", "/importe": "datei-",
}  # fmt: skip


@pytest.mark.parametrize("path", sorted(LISTS))
def test_longer_lists_ask_no_more_often(cold: House, path: str) -> None:
    counts, sizes = {}, {}
    for rows in (3, 45):
        _add_rows(cold, len(sizes) * 3, rows)
        cold.get("administrator", path)  # whatever is kept in memory is there now
        with _counted(cold) as statements:
            # Searched for, so that the demonstration's own rows do not fill the page.
            answer = cold.ask("administrator", Request("GET", path, {"suche": LISTS[path].strip()}, {}))
        assert answer.status_code == 200
        assert LISTS[path] in answer.text
        counts[rows], sizes[rows] = len(statements), answer.text.count("<tr")
    assert sizes[45] > sizes[3]
    assert counts[45] == counts[3]
    with _counted(cold) as statements:
        file = cold.ask("administrator", Request("GET", path, {"format": "csv"}, {}))
    file.close()
    assert len(statements) <= counts[3] + 2
