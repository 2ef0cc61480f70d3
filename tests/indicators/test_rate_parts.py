"""Planners say which counts a rate is made of: looked at before, kept in the history, taken back."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import ANONYMOUS, Role
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.indicators import queries
from portal.indicators.aggregation import Aggregation, AreaValueState, RateBasis
from portal.indicators.catalogue import parts as catalogue_parts
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import revisions as catalogue_revisions
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue.entry import entry_of
from portal.indicators.catalogue.parts import Part, RateParts
from portal.indicators.catalogue.queries import SeriesOptions
from portal.indicators.catalogue.revision_models import RevisionKind
from portal.indicators.models import CountKind, ImportBatch, Indicator, Series
from portal.indicators.values_cli import values
from tests.indicators.conftest import SEED_DAY, acting_as
from tests.indicators.test_indicator_pages import in_page
from tests.indicators.test_register_pages import send, typed

# A share that is published for other levels only and has no value yet.
KEY = "auslaenderanteil"
ADDRESS = f"/kennzahlenregister/{KEY}"
FORM = f"{ADDRESS}/zaehler-und-nenner"
PLANNER = acting_as(Role.PLANNER)


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def indicator(key: str = KEY) -> Indicator:
    db.session.rollback()
    return db.session.scalars(select(Indicator).where(Indicator.key == key)).one()


def series(code: str) -> str:
    return db.session.scalars(select(Series.public_id).where(Series.code == code)).one()


def women() -> RateParts:
    return RateParts(
        numerator=Part(series=series("population_female")), denominator=Part(series=series("population_total"))
    )


def put(parts: RateParts | None, *, key: str = KEY, edition: int | None = None) -> bool:
    found = indicator(key)
    with transaction():
        return catalogue_services.set_parts(
            found, parts, edition=found.edition if edition is None else edition, actor=PLANNER
        )


def test_a_rate_of_counts_has_the_values_of_a_shipped_one_at_once(county: Flask) -> None:
    assert put(women())
    figures = queries.county_figures(ANONYMOUS)
    mine, shipped = figures.indicators[KEY], figures.indicators["frauenanteil"]
    assert mine.county.value == shipped.county.value
    assert {area: one.value.value for area, one in mine.areas.items()} == {
        area: one.value.value for area, one in shipped.areas.items()
    }
    assert all(one.value.state is AreaValueState.COMPLETE for one in mine.areas.values())
    found = indicator()
    assert (found.aggregation, found.rate_basis) == (Aggregation.RATE, RateBasis.COUNTS)
    last = catalogue_revisions.last(found)
    assert last is not None
    assert last.kind is RevisionKind.SERIES
    assert sorted(last.changes) == ["aggregation", "rate", "rate_basis"]
    assert last.changes["rate"]["new"]["numerator"]["code"] == "population_female"
    assert not put(women()), "the same once more is no change"


def test_a_computed_rate_names_the_deliveries_of_both_parts(county: Flask) -> None:
    put(women())
    for area in ("sinsheim", "08226095", "08226"):
        answer = CliRunner().invoke(values, ["--indicator", KEY, "--area", area, "--json"])
        assert answer.exit_code == 0, answer.output
        rows = json.loads(answer.stdout)["values"]
        assert rows
        for row in rows:
            assert row["batch"] is None
            assert [one["series"] for one in row["deliveries"]] == ["population_female", "population_total"], area
            batches = {one["batch"] for one in row["deliveries"]}
            assert db.session.scalars(select(ImportBatch.public_id).where(ImportBatch.public_id.in_(batches))).all()
    plain = CliRunner().invoke(values, ["--indicator", KEY, "--area", "sinsheim"]).output
    assert "population_female: Lieferung" in plain
    assert "population_total: Lieferung" in plain
    assert plain.count("population_total: Lieferung") == len(rows), "a line of values names each series once"


def test_parts_are_changed_taken_away_and_taken_back(county: Flask) -> None:
    old = entry_of(indicator())
    put(women())
    men = replace(women(), numerator=Part(series=series("population_male")), factor=1000.0, kind=CountKind.EVENTS)
    put(men)
    assert queries.county_figures(ANONYMOUS).indicators[KEY].county.value == pytest.approx(
        1000 - 10 * (queries.county_figures(ANONYMOUS).indicators["frauenanteil"].county.value or 0)
    )
    put(None)
    assert indicator().rate is None
    for number, expected in ((3, men), (4, None), (5, men)):
        with transaction():
            catalogue_services.undo(indicator(), number=number, actor=PLANNER)
        assert catalogue_parts.parts_of(indicator()) == expected
    put(women())
    put(None)
    edited = indicator()
    with transaction():
        catalogue_services.change(
            edited, replace(entry_of(edited), aggregation=old.aggregation, rate_basis=None), edition=edited.edition,
            actor=PLANNER,
        )  # fmt: skip
    assert entry_of(indicator()) == old


def test_undo_of_the_first_parts_brings_the_entry_back(county: Flask) -> None:
    old = entry_of(indicator())
    put(women())
    with transaction():
        catalogue_services.undo(indicator(), number=1, actor=PLANNER)
    assert (entry_of(indicator()), indicator().rate) == (old, None)


def test_what_cannot_be_a_rate_is_refused_at_its_field(county: Flask) -> None:
    sound = women()
    refused = {
        "numerator": replace(sound, numerator=Part(series="")),
        "denominator": replace(sound, denominator=sound.numerator),
        "factor": replace(sound, factor=0.0),
    }
    for field, parts in refused.items():
        with pytest.raises(Refusal) as refusal:
            put(parts)
        assert refusal.value.field == field
    with pytest.raises(Refusal) as refusal:
        put(sound, key="steuereinnahmekraft")
    assert refusal.value.field == "aggregation", "a mean per person is no rate"
    with transaction():
        db.session.scalars(select(Series).where(Series.code == "population_female")).one().is_own = True
    with pytest.raises(Refusal, match="gehört nur zu der Kennzahl"):
        put(sound)


def test_the_second_of_two_is_told_and_strangers_are_kept_out(county: Flask) -> None:
    read = indicator().edition
    put(women())
    with pytest.raises(Conflict):
        put(None, edition=read)
    for stranger in (acting_as(Role.LEADERSHIP), acting_as(Role.SECTORAL_PLANNER), ANONYMOUS):
        found = indicator()
        with pytest.raises(NotAllowed), transaction():
            catalogue_services.set_parts(found, None, edition=found.edition, actor=stranger)


def test_doubts_name_the_period_and_the_factor(county: Flask) -> None:
    entry = entry_of(indicator())
    parts = women()
    both = SeriesOptions(dimensions=("",), periods=("2024", "2023"))
    one = SeriesOptions(dimensions=("",), periods=("2019",))
    shared = {parts.numerator.series: both, parts.denominator.series: both}
    assert list(catalogue_parts.doubts(parts, entry, shared)) == []
    apart = {parts.numerator.series: both, parts.denominator.series: one}
    assert [check.field for check in catalogue_parts.doubts(parts, entry, apart)] == ["period"]
    old = replace(parts, period="2020", factor=1000.0)
    assert [check.field for check in catalogue_parts.doubts(old, entry, shared)] == ["period", "factor"]


def test_the_page_searches_looks_saves_and_takes_back(planner: PortalClient) -> None:
    assert "Zähler und Nenner festlegen" in planner.get(ADDRESS).text
    assert "Zähler und Nenner" not in in_page(planner.get("/kennzahlenregister/steuereinnahmekraft").text)
    fields = typed(planner.get(FORM).text)
    assert planner.post(FORM, data=fields | {"speichern": "1"}).status_code == 422
    found = planner.post(FORM, data=fields | {"search": "weiblich", "suchen": "1"})
    assert found.status_code == 200
    assert "population_female" in found.text
    chosen = planner.post(FORM, data=typed(found.text) | {"zaehler": series("population_female")})
    chosen = planner.post(FORM, data=typed(chosen.text) | {"nenner": series("population_total")})
    assert chosen.status_code == 200
    shown = planner.post(FORM, data=typed(chosen.text) | {"vorschau": "1"})
    assert "Vorschau: So sähe es aus" in shown.text
    assert "Aus Zähler" not in in_page(planner.get(ADDRESS).text)
    assert indicator().rate is None, "a look stores nothing"
    assert planner.post(FORM, data=typed(shown.text) | {"speichern": "1"}).status_code == 302
    page = in_page(planner.get(ADDRESS).text)
    assert "100 × population_female / population_total" in page
    assert "Zähler und Nenner ändern" in page
    assert planner.submit(f"{ADDRESS}/zuruecknehmen", {"fassung": "1"}, page=ADDRESS).status_code == 302
    assert indicator().rate is None


def test_the_page_shows_both_versions_and_parts_can_be_taken_away(planner: PortalClient) -> None:
    put(women())
    mine = typed(planner.get(FORM).text) | {"factor": "1000", "speichern": "1"}
    assert send(planner, FORM, factor="10", speichern="1").status_code == 302
    answer = planner.post(FORM, data=mine)
    assert answer.status_code == 409
    page = in_page(answer.text)
    assert "Beide Fassungen nebeneinander" in page
    assert "10 × population_female" in page
    assert "1.000 × population_female" in page
    assert planner.post(FORM, data=typed(answer.text) | {"speichern": "1"}).status_code == 302
    assert indicator().rate is not None
    assert indicator().rate.factor == 1000
    assert send(planner, FORM, entfernen="1").status_code == 302
    assert indicator().rate is None
    assert catalogue_queries.revisions_with_names(indicator())[0][0].changes["rate"]["new"] is None
