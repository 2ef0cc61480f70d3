"""Every source of a cell is one click away, and from the source it is one click back, for whoever may see both."""

import html
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select

from portal.conferences.models import Conference
from portal.core.database import db
from portal.demo.logins import LOGINS
from portal.minutes.models import EntryKind, MinutesEntry
from portal.needs.models import NeedsStatement, StatementKind, StatementState

CELLS = [
    "/befunde/sinsheim/mobility_infrastructure", "/befunde/sinsheim/social_benefits", "/befunde/sinsheim/health",
    "/befunde/weinheim/sport", "/befunde/neckargemuend-eberbach/labour_market",
]  # fmt: skip
SOURCES = re.compile(r"^/(bedarfe|protokolle|befragungen|termine|konferenzen|indikatoren)/")


@pytest.fixture
def visitor(seeded_app: Flask) -> Callable[[str], PortalClient]:
    seeded_app.test_client_class = PortalClient

    def enter(role: str) -> PortalClient:
        client = seeded_app.test_client()
        assert isinstance(client, PortalClient)
        if role:
            login = next(one for one in LOGINS if one.role.value == role)
            assert client.sign_in(login.email, login.password).status_code == 302
        return client

    return enter


def hrefs(page: str) -> set[str]:
    return {html.unescape(link) for link in re.findall(r'<a\b[^>]* href="([^"]+)"', page)}


def part(page: str, anchor: str) -> str:
    """The element with this id (an entry of minutes, a question), or the whole page without one."""
    if not anchor:
        return page
    found = page.partition(f'id="{anchor}"')[2]
    return re.split(r"</section>|</li>\s*<li class=.entry", found, maxsplit=1)[0]


@pytest.mark.parametrize("role", ["", "planner", "committee"])
def test_from_the_cell_to_its_sources_and_back(visitor: Callable[[str], PortalClient], role: str) -> None:
    client, kinds = visitor(role), set()
    for cell in CELLS:
        page = client.get(cell).text
        sources = {link for link in hrefs(page.partition("<main")[2].partition("</main>")[0]) if SOURCES.match(link)}
        assert sources, cell
        for source in sources:
            answer = client.get(source)
            assert answer.status_code == 200, source
            anchor = urlsplit(source).fragment
            assert cell in hrefs(part(answer.text, anchor)), (cell, source)
            kinds.add(source.split("/")[1])
    assert kinds >= {"bedarfe", "protokolle", "befragungen", "indikatoren"}
    assert kinds & {"termine", "konferenzen"}


def test_a_question_opens_the_page_it_stands_on(visitor: Callable[[str], PortalClient]) -> None:
    page = visitor("").get("/befragungen/leben-im-planungsraum-runde-1/ergebnisse?planungsraum=sinsheim&frage=hausarzt")
    closed, opened = page.text.split("<details")[2], page.text.split("<details")[3]
    assert 'id="frage-hausarzt"' not in closed
    assert " open" in opened.partition(">")[0]
    assert 'id="frage-hausarzt"' in opened
    county = visitor("").get("/befragungen/leben-im-planungsraum-runde-1/ergebnisse").text
    assert 'href="/befunde?thema=health"' in county


def test_what_does_not_count_leads_nowhere(seeded_app: Flask, visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    resource = db.session.scalars(
        select(NeedsStatement)
        .filter_by(kind=StatementKind.RESOURCE)
        .where(NeedsStatement.state != StatementState.DRAFT)
    ).first()
    note = db.session.scalars(select(MinutesEntry).filter_by(kind=EntryKind.AGREEMENT)).first()
    coming = db.session.scalars(select(Conference).filter_by(state="planned")).first()
    assert resource is not None
    assert note is not None
    assert coming is not None
    # A resource stands in its cell and is not counted there.
    assert "als Ressource, ohne mitzuzählen" in planner.get(f"/bedarfe/{resource.public_id}").text
    assert "/befunde/" not in part(planner.get(f"/protokolle/{note.version.minutes.public_id}").text, f"e-{note.stem}")
    assert "/befunde/" not in planner.get(f"/konferenzen/{coming.public_id}").text


def test_the_tracking_code_leads_to_the_cell(seeded_app: Flask, visitor: Callable[[str], PortalClient]) -> None:
    statement = db.session.scalars(
        select(NeedsStatement).filter_by(title="Abends fährt kein Bus in die Ortsteile")
    ).one()
    page = visitor("").get(f"/nachverfolgen/{statement.tracking_code}").text
    assert '"/befunde/sinsheim/mobility_infrastructure"' in page
