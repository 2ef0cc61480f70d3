"""Requested by everybody: two worlds that differ in a secret count only answer alike, byte for byte.

Pages, maps, funnels, comparison, profile, dossier, CSV, JSON, XLSX, DOCX and PDF are asked for, before and after a
regrouping and a merger that touch the secret place. Both worlds are the same database before and after an update of the
secret value and of the cell that hides it; ids are the same therefore, and the clock stands.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.areas import queries, regrouping
from portal.areas.mergers import services as mergers
from portal.areas.mergers.services import NewPlace, Wish
from portal.areas.models import AreaKind, MergerKind
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import queries as indicators
from portal.indicators.models import Series, SeriesValue
from portal.indicators.value_states import ValueState
from portal.planning import services as planning
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY

KEY, NUMERATOR, SECRET = "frauenanteil", "population_female", "mauer"
# What differs from one answer to the next whatever is in it.
_FLEETING = re.compile(rb'name="csrf_token" value="[^"]*"|"modified": "[^"]*"')
IN_EVERY_STATE = (
    "/", "/planungsraeume", "/indikatoren", "/katalog.jsonld", "/offene-daten", "/befunde",
    "/themen/population", "/planungsraeume/gemeinden.csv", "/landkreise/rhein-neckar-kreis",
    f"/landkreise/rhein-neckar-kreis?zahl={KEY}", f"/indikatoren/{KEY}", f"/indikatoren/{KEY}/werte.csv",
    f"/indikatoren/{KEY}/werte.json", f"/indikatoren/{KEY}/werte.xlsx", "/gemeinden/sinsheim",
    f"/gemeinden/mauer?zahl={KEY}", "/gemeinden/mauer/kennzahlen.csv", f"/indikatoren/{KEY}?gemeinde=mauer",
    f"/indikatoren/{KEY}?sortierung=wert", "/befunde?format=csv", "/planungsraeume/sinsheim/kurz-und-klar",
    "/befunde/sinsheim/population", "/befunde/weinheim/population",
)  # fmt: skip
_OF_AREAS = ("", f"?zahl={KEY}", "/kennzahlen.csv", f"/karte.csv?zahl={KEY}", "/steckbrief", "/dossier.xlsx")
_HEAVY = ("/steckbrief.pdf", "/dossier.pdf", "/dossier.docx")


@pytest.fixture
def still(county: Flask) -> Iterator[Flask]:
    """The county in a planning period: without one there are neither dossiers nor pages of findings."""
    with clock.frozen(SEED_DAY):
        with transaction():
            first, last = date(2025, 1, 1), date(2028, 12, 31)
            planning.create_period("runde-1", "Runde 1", actor=SYSTEM, starts_on=first, ends_on=last)
        yield county


def answers(app: Flask, *, heavy: bool = False) -> dict[str, object]:
    """What everybody gets, by address."""
    client = app.test_client()
    paths = list(IN_EVERY_STATE)
    slugs = [area.slug for area in queries.planning_areas()]
    paths += [f"/planungsraeume/{slug}{end}" for slug in ("sinsheim", "weinheim") for end in _OF_AREAS]
    if heavy:
        paths += [f"/planungsraeume/sinsheim{end}" for end in _HEAVY]
        paths += ["/gemeinden/sinsheim/steckbrief.pdf"]
    compared = "&".join(f"gebiet=raum:{slug}" for slug in slugs)
    places = "gebiet=gemeinde:mauer,gemeinde:sinsheim,raum:sinsheim"
    paths += [
        f"/vergleich?kennzahl={KEY}&{chosen}{end}"
        for chosen in (compared, places)
        for end in ("", "&format=csv", "&format=verlauf")
    ]
    found: dict[str, object] = {}
    # In a context of their own: what one request remembers of the data, the next world must not be told.
    with app.app_context():
        for path in paths:
            answer = client.get(path, base_url="http://portal.example")
            # A place that a merger ended has an address no more.
            assert answer.status_code == 200 or SECRET in path, (path, answer.status_code)
            found[path] = (answer.status_code, lasting(path, answer.data))
    return found


def lasting(path: str, content: bytes) -> object:
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return {name: parts.read(name) for name in parts.namelist() if name != "docProps/core.xml"}
    return _FLEETING.sub(b"", content)


def put(counts: dict[int, float]) -> None:
    """Write the counts, as a corrected delivery would."""
    with transaction():
        series = db.session.scalars(select(Series).where(Series.code == NUMERATOR)).one()
        period = indicators.county_figures(SYSTEM).indicators[KEY].period
        for area_id, value in counts.items():
            changed = db.session.execute(
                update(SeriesValue)
                .where(SeriesValue.series_id == series.id, SeriesValue.area_id == area_id, SeriesValue.period == period)
                .values(value=value)
            )
            assert changed.rowcount == 1  # type: ignore[attr-defined]
        settings.bump("figures")


def hidden() -> set[int]:
    """Municipalities, former ones too, that nobody sees a number of in the period that counts."""
    found = indicators.county_figures(ANONYMOUS).indicators[KEY]
    return {
        area_id
        for area_id, points in found.courses.items()
        for point in points
        if point.period == found.period and point.state is ValueState.SUPPRESSED
    } - {queries.own_county().id, *(area.id for area in queries.planning_areas())}


def test_two_worlds_that_differ_in_a_secret_answer_alike(still: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("what is shown does not depend on the database")
    secret = queries.find(AreaKind.MUNICIPALITY, SECRET)
    secret_id = secret.id
    put({secret_id: 1.0})
    assert secret_id in hidden()
    (further,) = hidden() - {secret_id}
    one, two = {secret_id: 1.0, further: 1500.0}, {secret_id: 2.0, further: 1499.0}
    put(one)
    assert hidden() == {secret_id, further}
    _compare(still, one, two, heavy=True)
    with transaction():
        to = next(area for area in queries.planning_areas() if area.slug == "weinheim")
        place = queries.find(AreaKind.MUNICIPALITY, SECRET)
        regrouping.assign([place], to=to, from_day=SEED_DAY.date(), actor=SYSTEM)
    assert secret_id in hidden()
    (further,) = hidden() - {secret_id}
    one, two = {secret_id: 1.0, further: 1500.0}, {secret_id: 2.0, further: 1499.0}
    put(one)
    _compare(still, one, two)
    with transaction():
        ended = [queries.find(AreaKind.MUNICIPALITY, slug) for slug in (SECRET, "meckesheim")]
        wish = Wish(
            kind=MergerKind.UNION, from_day=SEED_DAY.date(), reason="Gesetz", ended=tuple(ended),
            new=NewPlace(name="Elsenztal", key="08226901"),
            planning_area=queries.find(AreaKind.PLANNING_AREA, "sinsheim"),
        )  # fmt: skip
        regrouping.undo(regrouping.latest(queries.own_county()), actor=SYSTEM)  # type: ignore[arg-type]
        made = mergers.carry_out(wish, actor=SYSTEM).successor_id
    assert made in hidden(), "a whole with a secret part is secret"
    (further,) = hidden() - {secret_id, made}
    one, two = {secret_id: 1.0, further: 1500.0}, {secret_id: 2.0, further: 1499.0}
    put(one)
    _compare(still, one, two)


def _compare(app: Flask, one: dict[int, float], two: dict[int, float], *, heavy: bool = False) -> None:
    put(one)
    first = answers(app, heavy=heavy)
    put(two)
    second = answers(app, heavy=heavy)
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []
