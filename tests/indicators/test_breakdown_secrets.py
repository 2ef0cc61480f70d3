"""What everybody is shown of the breakdowns of a delivery tells no secret count of any of them.

Two worlds that differ in a small count and in what hides it, with the same wholes and the same totals of the county,
answer alike under every address.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import Department
from portal.areas import queries as areas
from portal.areas.models import AreaKind
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import queries, tasks
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.catalogue import preview as previews
from portal.indicators.catalogue.entry import entry_of
from portal.indicators.catalogue.services import Link
from portal.indicators.deliveries import services as deliveries
from portal.indicators.deliveries.withheld import withheld_now
from portal.indicators.models import (
    CountKind,
    Delivery,
    Indicator,
    IndicatorRate,
    IndicatorSeries,
    Polarity,
    Series,
    SeriesValue,
)
from portal.indicators.natures import Nature
from portal.indicators.value_states import ValueState
from portal.planning.models import Topic
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import long_form, long_row
from tests.indicators.test_public_outputs import lasting

NEW, OLD = "2022-12-31", "2021-12-31"
PARTS = {"m": "GES=m", "w": "GES=w", "alle": "GES="}
SECRET = "mauer"
_ADDRESSES = (
    *(f"/indikatoren/ant_{key}{end}" for key in (*PARTS, "quote") for end in ("", "/werte.json", "/werte.csv")),
    "/planungsraeume/sinsheim?zahl=ant_m", "/planungsraeume/sinsheim/kennzahlen.csv",
    "/planungsraeume/sinsheim/karte.csv?zahl=ant_w", "/gemeinden/mauer", "/gemeinden/mauer/kennzahlen.csv",
    "/landkreise/rhein-neckar-kreis", "/katalog.jsonld",
    "/vergleich?kennzahl=ant_m&kennzahl=ant_w&kennzahl=ant_alle&gebiet=gemeinde:mauer&gebiet=raum:sinsheim",
)  # fmt: skip


def number(n: int, key: str, period: str) -> float:
    """Numbers without a pattern that places share."""
    return 60.0 + (n * n * 7 + n * 13) % 41 + (9 * (n % 5) if key == "w" else 0) + (3 if period == OLD else 0)


@pytest.fixture
def broken_down(county: Flask, tmp_path: object) -> Iterator[Flask]:
    """A delivered series by sex, each part and the whole shown to everybody, and a rate of one part."""
    with clock.frozen(SEED_DAY):
        composition = areas.composition_of(areas.own_county())
        places = composition.municipalities
        rows = [long_row(place.key or "", "100", series="antraege", unit="Fälle", period=NEW, kind="reference_date")
                for place in places]  # fmt: skip
        read = tasks.read_in(long_form(tmp_path / "antraege.csv", rows), actor=SYSTEM)  # type: ignore[operator]
        assert read.batch is not None
        with transaction():
            deliveries.take_over(read.batch, actor=SYSTEM)
            row = db.session.scalars(select(SeriesValue).where(SeriesValue.batch_id == read.batch.id)).first()
            assert row is not None
            for period in (NEW, OLD):
                total = dict.fromkeys(PARTS, 0.0)
                for n, place in enumerate(places):
                    m, w = number(n, "m", period), number(n, "w", period)
                    for key, value in {"m": m, "w": w, "alle": m + w}.items():
                        total[key] += value
                        _add(row, place.id, period, PARTS[key], value)
                for key, value in total.items():
                    _add(row, composition.county.id, period, PARTS[key], value)
            topic = db.session.scalars(select(Topic)).first()
            assert topic is not None
            for key, dimensions in PARTS.items():
                one = _entry(f"ant_{key}", topic, Aggregation.SUM, Nature.COUNT)
                one.series_links = [IndicatorSeries(series_id=row.series_id, dimensions=dimensions)]
            people = db.session.scalars(select(Series).where(Series.code == "population_total")).one()
            rate = _entry("ant_quote", topic, Aggregation.RATE, Nature.RATE)
            rate.rate_basis = RateBasis.COUNTS
            rate.rate = IndicatorRate(
                kind=CountKind.EVENTS, factor=1000.0, numerator_id=row.series_id, numerator_dimensions=PARTS["m"],
                denominator_id=people.id,
            )  # fmt: skip
            settings.bump("figures")
        yield county


def _add(row: SeriesValue, area_id: int, period: str, dimensions: str, value: float) -> None:
    db.session.add(
        SeriesValue(
            batch_id=row.batch_id, series_id=row.series_id, area_id=area_id, period=period,
            period_kind=row.period_kind, dimensions=dimensions, value=value, state=ValueState.REPORTED,
            territorial_date=date(2022, 12, 31),
        )
    )  # fmt: skip


def _entry(key: str, topic: Topic, aggregation: Aggregation, nature: Nature) -> Indicator:
    one = Indicator(
        key=key, name=f"Anträge {key}", topic_id=topic.id, unit="Fälle", polarity=Polarity.HIGH_UNFAVOURABLE,
        nature=nature, aggregation=aggregation, counts_cases=nature is Nature.COUNT, in_use=True, decimals=0,
    )  # fmt: skip
    db.session.add(one)
    return one


def put(numbers: Mapping[tuple[int, str, str], float]) -> None:
    """Write counts by place, part and period as if they had been delivered."""
    with transaction():
        series = db.session.scalars(select(Series).where(Series.code == "antraege")).one()
        for (area_id, key, period), value in numbers.items():
            changed = db.session.execute(
                update(SeriesValue)
                .where(SeriesValue.series_id == series.id, SeriesValue.area_id == area_id)
                .where(SeriesValue.period == period, SeriesValue.dimensions == PARTS[key])
                .values(value=value)
            )
            assert changed.rowcount == 1  # type: ignore[attr-defined]
        settings.bump("figures")


def hidden(key: str, period: str) -> set[int]:
    found = queries.county_figures(ANONYMOUS).indicators[f"ant_{key}"]
    return {
        area_id
        for area_id, points in found.courses.items()
        for point in points
        if point.period == period and point.state is ValueState.SUPPRESSED and point.value is None
    } & {place.id for place in areas.composition_of(areas.own_county()).municipalities}


def answers(app: Flask) -> dict[str, object]:
    client = app.test_client()
    found = {}
    # In a context of their own: what one request remembers of the data, the next world must not be told.
    with app.app_context():
        for path in _ADDRESSES:
            answer = client.get(path, base_url="http://portal.example")
            assert answer.status_code == 200, path
            found[path] = lasting(path, answer.data)
    return found


@pytest.mark.parametrize("period", [NEW, OLD])
def test_a_small_part_follows_from_no_page_in_no_period(broken_down: Flask, period: str) -> None:
    secret = areas.find(AreaKind.MUNICIPALITY, SECRET).id
    assert not any(hidden(key, period) for key in PARTS)
    put({(secret, "m", period): 1.0, (secret, "w", period): 17.0, (secret, "alle", period): 18.0})
    assert secret in hidden("m", period) & hidden("w", period)
    assert not hidden("alle", period), "one sibling hides enough"
    assert hidden("m", period) == hidden("w", period)
    # Of the earlier day no population is known, hence no rate.
    assert hidden("quote", period) == (hidden("m", period) if period == NEW else set())
    (further,) = hidden("m", period) - {secret}
    whole = {(further, "m", period): 80.0, (further, "w", period): 80.0, (further, "alle", period): 160.0}
    before = answers(broken_down)
    put(whole)
    first = answers(broken_down)
    assert before != first, "the whole is shown"
    put({
        (secret, "m", period): 2.0, (secret, "w", period): 16.0,
        (further, "m", period): 79.0, (further, "w", period): 81.0,
    })  # fmt: skip
    assert hidden("m", period) == {secret, further}
    assert answers(broken_down) == first


def test_a_county_without_its_secret_members_says_so_and_so_does_its_course(broken_down: Flask) -> None:
    secret = areas.find(AreaKind.MUNICIPALITY, SECRET).id
    client = broken_down.test_client()

    def page(path: str) -> str:
        with broken_down.app_context():
            return client.get(path, base_url="http://portal.example").text

    incomplete = "unvollständig, weil Gemeindewerte geheim sind. Werte für 99 Prozent der Menschen"
    sentence = "Der Wert des Landkreises ist unvollständig: Werte für 99 Prozent der Menschen."
    assert incomplete not in page("/indikatoren/ant_quote")
    put({(secret, "m", NEW): 1.0, (secret, "w", NEW): 17.0, (secret, "alle", NEW): 18.0})
    shown = page("/indikatoren/ant_quote")
    assert incomplete in shown
    assert sentence in shown, "beside the funnel"
    assert incomplete in page("/indikatoren/ant_quote/werte.csv")
    assert incomplete in page("/planungsraeume/weinheim/kennzahlen.csv")
    assert sentence in page("/gemeinden/sinsheim")
    assert sentence in page("/planungsraeume/weinheim")
    document = json.loads(page("/indikatoren/ant_quote/werte.json"))
    (county,) = [one for one in document["values"] if one["level"] == "county"]
    assert county["computed_state"] == "secret"
    assert county["members"] - county["members_with_value"] == 2
    assert 0.9 < county["coverage"] < 1
    group = areas.composition_of(areas.own_county()).planning_area(secret)
    assert group is not None
    (course,) = [one for one in document["course"] if one["key"] == group.slug]
    assert {one["period"]: one["state"] for one in course["periods"]} == {NEW: "suppressed"}


def test_counts_that_a_department_delivers_tell_no_secret_of_each_other(broken_down: Flask) -> None:
    """Whole, boys and girls as indicators of their own, and nobody says that they belong together."""
    places = [place.id for place in areas.composition_of(areas.own_county()).municipalities]
    secret = areas.find(AreaKind.MUNICIPALITY, SECRET).id
    with transaction():
        row = db.session.scalars(select(SeriesValue).where(SeriesValue.dimensions == PARTS["m"])).first()
        topic = db.session.scalars(select(Topic)).first()
        assert row is not None
        assert topic is not None
        department = Department(name="Hilfen")
        db.session.add(department)
        db.session.flush()
        m = {id_: number(n, "m", NEW) for n, id_ in enumerate(places)}
        w = {id_: number(n, "w", NEW) for n, id_ in enumerate(places)} | {secret: 17.0}
        other = {id_: number(n * n + 5, "m", NEW) for n, id_ in enumerate(places)}
        whole = {id_: m[id_] + w[id_] for id_ in places} | {secret: 18.0}
        counts: dict[str, Mapping[int, float]] = {"gesamt": whole, "jungen": m, "maedchen": w, "anderes": other}
        for key, numbers in counts.items():
            series = Series(code=f"eigen:{key}", unit="Hilfen", title=key, is_own=True)
            db.session.add(series)
            db.session.flush()
            one = _entry(f"ant_{key}", topic, Aggregation.SUM, Nature.COUNT)
            one.delivery, one.department_id = Delivery.OWN, department.id
            one.series_links = [IndicatorSeries(series_id=series.id)]
            for id_, value in numbers.items():
                is_secret = key == "jungen" and id_ == secret
                db.session.add(
                    SeriesValue(
                        batch_id=row.batch_id, series_id=series.id, area_id=id_, period=NEW,
                        period_kind=row.period_kind, value=None if is_secret else value,
                        state=ValueState.SUPPRESSED if is_secret else ValueState.REPORTED,
                    )
                )  # fmt: skip
        settings.bump("figures")
    assert secret in hidden("jungen", NEW)
    assert len(hidden("jungen", NEW)) == 2
    assert hidden("maedchen", NEW) == hidden("jungen", NEW)
    assert not hidden("gesamt", NEW)
    assert not hidden("anderes", NEW), "what adds up to nothing hides nothing"
    ids = set(db.session.scalars(select(Series.id).where(Series.code == "eigen:maedchen")))
    assert withheld_now(ids)["ant_maedchen"] >= {(id_, NEW) for id_ in hidden("maedchen", NEW)}


def test_delivery_command_and_preview_hide_what_pages_hide(broken_down: Flask) -> None:
    secret = areas.find(AreaKind.MUNICIPALITY, SECRET).id
    put({(secret, "m", NEW): 1.0, (secret, "w", NEW): 17.0, (secret, "alle", NEW): 18.0})
    series = db.session.scalars(select(Series).where(Series.code == "antraege")).one()
    now = withheld_now({series.id})
    for key in ("m", "w"):
        assert hidden(key, NEW) <= {area_id for area_id, period in now[f"ant_{key}"] if period == NEW}
    assert not now["ant_alle"]
    shown = queries.find("ant_w", actor=SYSTEM)
    links = [Link(series=series.public_id, dimensions=PARTS["w"])]
    found = previews.preview(entry_of(shown), links, present=shown)
    assert found is not None
    assert [words for words, _count in found.states] == ["•\N{NO-BREAK SPACE}unbekannt oder geheim"]
