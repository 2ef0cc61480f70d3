"""Requested by county staff: two worlds that differ in a secret count only answer alike, byte for byte.

Small counts are secret for the administration, too: register, leading figures, early warning, social index, matrix,
previews and their files are asked for, as are the pages that everybody sees. The preview of a rate that somebody only
thinks of is asked for as well: with the secret count as numerator, and as denominator.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from portal_client import PortalClient, make_user
from sqlalchemy import select

from portal.areas import queries
from portal.areas.models import AreaKind
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators.models import DifferenceKind, Indicator, Polarity, Series
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY
from tests.indicators.test_public_outputs import IN_EVERY_STATE, KEY, NUMERATOR, SECRET, hidden, lasting, put
from tests.indicators.test_register_pages import typed

_OTHER = "auslaenderanteil"
_PARTS = f"/kennzahlenregister/{_OTHER}/zaehler-und-nenner"
_PAGES = (
    *IN_EVERY_STATE, "/heute", "/fruehwarnung", "/fruehwarnung?format=csv", "/sozialindex", "/leitkennzahlen",
    "/leitkennzahlen/population", "/kennzahlenregister", "/kennzahlenregister?format=csv",
    "/kennzahlenregister?format=xlsx", f"/kennzahlenregister/{KEY}", f"/kennzahlenregister/{KEY}/bearbeiten",
    f"/kennzahlenregister/{KEY}/reihen", f"/kennzahlenregister/{KEY}/bezugswerte",
    f"/kennzahlenregister/{KEY}/zaehler-und-nenner", "/kennzahlenregister/neue-reihen", "/befunde/regel", "/importe",
    "/berichte", "/planungsraeume/gebietsaenderungen", "/planungsraeume/sinsheim",
    "/planungsraeume/sinsheim/steckbrief",
)  # fmt: skip


@pytest.fixture
def planner(county: Flask) -> Iterator[PortalClient]:
    """A planner; the share of women is judged, warned of and part of an index."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("what is shown does not depend on the database")
    with clock.frozen(SEED_DAY):
        county.test_client_class = PortalClient
        client = county.test_client()
        assert isinstance(client, PortalClient)
        with transaction():
            settings.put("accounts.second_factor_required", False, actor=SYSTEM)
            found = db.session.scalars(select(Indicator).where(Indicator.key == KEY)).one()
            found.polarity, found.is_lead = Polarity.HIGH_UNFAVOURABLE, True
            found.min_difference, found.min_difference_kind = 0.01, DifferenceKind.ABSOLUTE
            settings.bump("figures")
        make_user("amsel@landkreis.example", Role.PLANNER)
        assert client.sign_in("amsel@landkreis.example").status_code == 302
        yield client


def series(code: str) -> str:
    return db.session.scalars(select(Series.public_id).where(Series.code == code)).one()


def answers(planner: PortalClient, pages: tuple[str, ...]) -> dict[str, object]:
    """What staff get, by address; previews of a rate made of the secret count and by it under their own names."""
    found: dict[str, object] = {}
    for path in pages:
        answer = planner.get(path)
        assert answer.status_code in {200, 302, 404}, (path, answer.status_code)
        found[path] = (answer.status_code, lasting(path, answer.data))
    fields = typed(planner.get(_PARTS).text) | {"factor": "100", "kind": "events", "vorschau": "1"}
    for name, numerator, denominator in (
        ("as numerator", NUMERATOR, "population_total"), ("as denominator", "population_total", NUMERATOR),
    ):  # fmt: skip
        chosen = {"numerator": series(numerator), "denominator": series(denominator)}
        answer = planner.post(_PARTS, data=fields | chosen)
        assert answer.status_code == 200
        assert "Vorschau: So sähe es aus" in answer.text
        found[name] = lasting(name, answer.data)
    return found


def test_staff_learn_nothing_of_a_secret_either(planner: PortalClient) -> None:
    index = {"name": "Lage", "rule": "all", f"gewicht-{KEY}": "1", "gewicht-beschaeftigungsquote": "1"}
    made = planner.submit("/sozialindex/neu", index)
    assert made.status_code == 302, made.text
    address = made.headers["Location"]
    pages = (*_PAGES, address, f"{address}?format=csv", f"{address}/bearbeiten")
    secret_id = queries.find(AreaKind.MUNICIPALITY, SECRET).id
    put({secret_id: 1.0})
    (further,) = hidden() - {secret_id}
    put({secret_id: 1.0, further: 1500.0})
    for path in ("/", "/heute"):  # what the session says once, and the number of things due that it remembers
        planner.get(path)
    first = answers(planner, pages)
    assert first["/fruehwarnung"][0] == first[address][0] == 200  # type: ignore[index]
    put({secret_id: 2.0, further: 1499.0})
    second = answers(planner, pages)
    assert [path for path in first if first[path] != second[path]] == []
