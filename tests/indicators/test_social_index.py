"""The social index: its arithmetic, what weights do, and its pages."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from portal_client import PortalClient, make_user
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators.aggregation import Aggregation
from portal.indicators.models import Indicator, IndicatorSeries, Polarity, Series
from portal.indicators.natures import Nature
from portal.indicators.social_index.computation import IndexClass, Part, class_of, compute
from portal.planning.models import Topic
from portal.settings import services as own_settings
from tests.indicators.conftest import SEED_DAY

PLACES = list(range(12))
BAD, GOOD = Polarity.HIGH_UNFAVOURABLE, Polarity.HIGH_FAVOURABLE


def part(key: str, values: list[float], polarity: Polarity = BAD, weight: float = 1.0) -> Part:
    return Part(key=key, name=key, polarity=polarity, weight=weight, values=dict(enumerate(values)))


RISING = [float(number) for number in PLACES]


def test_classes_follow_standard_deviations() -> None:
    assert [class_of(value) for value in (-1.6, -1.5, 0, 0.5, 1.5)] == [
        IndexClass.FAR_BELOW, IndexClass.BELOW, IndexClass.MIDDLE, IndexClass.ABOVE, IndexClass.FAR_ABOVE,
    ]  # fmt: skip


def test_indicators_are_turned_so_that_high_is_unfavourable() -> None:
    found = compute([part("a", RISING), part("b", RISING[::-1], GOOD)], PLACES, least_share=1)
    values = [found.places[place].value for place in PLACES]
    assert values == sorted(values)
    # Both say the same: leaving one out changes nothing.
    assert [effect.changed for effect in found.effects] == [0, 0]
    assert found.pairs[0][2] == pytest.approx(1)
    assert found.changed_by_equal_weights == 0


def test_a_missing_value_leaves_the_place_out_or_spreads_its_weight() -> None:
    short = Part(key="b", name="b", polarity=BAD, weight=1, values={place: 1.0 * place for place in PLACES[1:]})
    parts = [part("a", RISING, weight=9), short]
    assert compute(parts, PLACES, least_share=1).missing == {0}
    most = compute(parts, PLACES, least_share=0.8)
    assert not most.missing
    assert most.places[0].covered == pytest.approx(0.9)


def test_one_indicator_that_decides_makes_a_class_uncertain() -> None:
    odd = [0.0] * 11 + [100.0]
    found = compute([part("a", odd), part("b", [float(n % 3) for n in PLACES])], PLACES, least_share=1)
    assert not found.places[11].stable
    assert found.effects[0].changed >= 1


def test_what_makes_no_index_is_refused() -> None:
    for parts, places in (
        ([part("a", RISING)], PLACES),
        ([part("a", RISING), part("b", RISING, Polarity.NEUTRAL)], PLACES),
        ([part("a", RISING), part("b", RISING, weight=0)], PLACES),
        ([part("a", RISING), part("b", RISING)], PLACES[:9]),
    ):
        with pytest.raises(ValueError):
            compute(parts, places, least_share=1)


_values = st.lists(st.floats(0, 1000), min_size=12, max_size=12)


@settings(max_examples=40, deadline=None)
@given(_values, _values, st.floats(0.1, 10))
def test_the_scale_of_values_and_weights_does_not_matter(one: list[float], two: list[float], scale: float) -> None:
    plain = compute([part("a", one), part("b", two, weight=2)], PLACES, least_share=1)
    scaled = compute(
        [part("a", [3 + 7 * value for value in one], weight=scale), part("b", two, weight=2 * scale)],
        PLACES,
        least_share=1,
    )
    for place in PLACES:
        assert plain.places[place].value == pytest.approx(scaled.places[place].value, abs=1e-5)


@pytest.fixture
def planner(county: Flask) -> Iterator[PortalClient]:
    with clock.frozen(SEED_DAY):
        county.test_client_class = PortalClient
        client = county.test_client()
        assert isinstance(client, PortalClient)
        client.checks_pages = True
        with transaction():
            own_settings.put("accounts.second_factor_required", False, actor=SYSTEM)
        make_user("amsel@landkreis.example", Role.PLANNER)
        assert client.sign_in("amsel@landkreis.example").status_code == 302
        yield client


def test_a_planner_makes_an_index_and_changes_it_with_reasons(planner: PortalClient) -> None:
    new = "/sozialindex/neu"
    refused = planner.submit(new, {"name": "Lage", "rule": "all", "gewicht-p_hausarzt": "viel"})
    assert refused.status_code == 422
    assert "ist keine Zahl" in refused.text
    assert 'value="viel"' in refused.text
    assert planner.submit(new, {"name": "Lage", "rule": "all", "gewicht-p_hausarzt": "1"}).status_code == 422
    fields = {"name": "Lage", "rule": "all", "gewicht-p_hausarzt": "1", "gewicht-beschaeftigungsquote": "2,5"}
    with transaction():
        series = db.session.scalars(select(Series).where(Series.code == "population_female")).one()
        topic = db.session.scalars(select(Topic)).first()
        assert topic is not None
        count = Indicator(
            key="alle", name="Frauen", topic_id=topic.id, unit="Personen", polarity=BAD, nature=Nature.COUNT,
            aggregation=Aggregation.SUM, in_use=True,
        )  # fmt: skip
        count.series_links = [IndicatorSeries(series_id=series.id)]
        db.session.add(count)
        own_settings.bump("figures")
    assert "gewicht-alle" not in planner.get(new).text, "a count grows with the town"
    refused = planner.submit(new, fields | {"gewicht-alle": "1"})
    assert refused.status_code == 422
    assert "„Frauen“ ist eine Anzahl: In großen Orten ist sie immer höher" in refused.text
    saved = planner.submit(new, fields)
    assert saved.status_code == 302, saved.text
    address = saved.headers["Location"]
    page = planner.get(address).text
    assert "Was dieser Index nicht ist" in page
    assert "Fassung 1" in page
    edit = f"{address}/bearbeiten"
    assert "2,5" in planner.get(edit).text
    changed = fields | {"edition": "1", "gewicht-beschaeftigungsquote": "1"}
    assert "warum Sie den Index" in planner.submit(edit, changed).text
    assert planner.submit(edit, changed | {"reason": "Arbeit zählte zu viel"}).status_code == 302
    again = planner.submit(edit, changed | {"reason": "Noch einmal"})
    assert again.status_code == 409
    assert "Inzwischen hat jemand" in again.text
    assert "Inzwischen ist gespeichert: Fassung 2" in again.text
    assert "Arbeit zählte zu viel" in again.text, "both versions are shown"
    page = planner.get(address).text
    assert page.count('class="map"') == 1
    assert "Karte: Lage je Gemeinde" in page
    assert "Arbeit zählte zu viel" in page
    assert "Fassung 1" in page
    file = planner.get(f"{address}?format=csv").data.decode("utf-8-sig")
    assert file.count("\r\n") >= 55
    assert "keine Rangfolge" in file
