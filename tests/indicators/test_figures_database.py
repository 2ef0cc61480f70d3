"""The reference table again, this time from the database: seeds → queries → figures of the county.

The words of the table are those of `test_figures_check`; here only the way of the numbers is different.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from portal.areas.composition import AreaRef
from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import queries, units
from portal.indicators.aggregation import Aggregation, CountyBasis, CountyValue, Extreme
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue.entry import entry_of
from portal.indicators.deliveries import services as import_services
from portal.indicators.figures import AreaFigure, CountyFigures, IndicatorFigures, Level
from portal.indicators.models import BatchState, ImportBatch, Indicator, Series, SeriesValue, Visibility
from portal.indicators.seeding.files import read_catalogue
from portal.indicators.seeding.loading import seed_indicators
from portal.indicators.seeding.rates import read_rates
from portal.indicators.value_states import ValueState
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY, acting_as
from tests.indicators.test_figures_check import CHECKS, DIRECTIONS, REASONS, SIGNALS, check_rows, four

LAST_DAY = datetime(2027, 12, 31, 12, 0, tzinfo=UTC)


def printed(area: AreaRef, figures: IndicatorFigures, found: AreaFigure) -> dict[str, str]:
    facts, value, signal = figures.indicator, found.value, found.signal
    return {
        "area_key": area.slug,
        "indicator_key": facts.key,
        "topic": facts.topic.key,
        "lead": "ja" if facts.is_lead else "nein",
        "period": figures.period or "",
        "level": figures.level.value,
        "aggregation": facts.aggregation.value,
        "members": str(value.members),
        "members_with_value": str(value.members_with_value),
        "coverage_percent": "" if value.coverage is None else f"{100 * value.coverage:.1f}",
        "area_value": four(value.value),
        "county_value": county_words(figures.county),
        "county_value_basis": "" if figures.level is Level.NONE else figures.county.basis.value,
        "difference": four(signal.difference),
        "min_difference": four(signal.min_difference),
        "direction": DIRECTIONS[signal.direction],
        "spread_min": four(value.spread_min.value) if value.spread_min else "",
        "spread_max": four(value.spread_max.value) if value.spread_max else "",
        "standard": f"{facts.rule.standard.value:g}" if facts.rule.standard else "",
        "standard_check": CHECKS[signal.standard_check],
        "age_limit_years": str(facts.rule.age_limit_years),
        "valid_until": signal.valid_until.isoformat() if signal.valid_until else "",
        "figures_signal": SIGNALS[signal.signal],
        "reason": REASONS[signal.reasons],
        "unit": facts.area_unit,
    }


def county_words(county: CountyValue) -> str:
    if county.basis is CountyBasis.COMPUTED:
        return four(county.value)
    return county.text or ("" if county.value is None else str(county.value))


def names_of(figures: CountyFigures, extreme: Extreme | None) -> set[str]:
    names = {area.key: area.name for area in figures.composition.municipalities}
    return {names[key] for key in (extreme.key, *extreme.others)} if extreme else {""}


@pytest.mark.parametrize("day", [SEED_DAY, LAST_DAY])
def test_the_database_gives_every_row_of_the_reference(county: Flask, day: datetime) -> None:
    with clock.frozen(day):
        figures = queries.county_figures(ANONYMOUS)
    areas = {area.slug: area for area in figures.composition.planning_areas}
    compared = 0
    for row in check_rows():
        area, indicator = areas[row["area_key"]], figures.indicators[row["indicator_key"]]
        found = printed(area, indicator, indicator.areas[area.id])
        # The reference has the publishers' spelling of the euro, pages have one.
        expected = row | {"unit": units.on_screen(row["unit"])}
        assert found == {name: expected[name] for name in found}
        value = indicator.areas[area.id].value
        assert row["spread_min_municipality"] in names_of(figures, value.spread_min)
        assert row["spread_max_municipality"] in names_of(figures, value.spread_max)
        if row["change_2019_2022_percent"]:
            assert four(figures.population[area.id].change) == row["change_2019_2022_percent"]
        compared += 1
    assert compared == 150


def test_population_is_compared_within_one_census_base_only(county: Flask) -> None:
    with clock.frozen(SEED_DAY):
        figures = queries.county_figures(ANONYMOUS)
    own = figures.population[figures.composition.county.id]
    assert (own.persons, own.period, own.since) == (555_352, "2022-12-31", "2019-12-31")
    assert own.change == pytest.approx(100 * (555_352 / 548_355 - 1))
    assert own.later is not None
    assert (own.later.period, own.later.value) == ("2024-12-31", 558_561)
    assert own.later.basis is not own.basis
    assert set(figures.population) >= {place.id for place in figures.composition.municipalities}
    assert {figures.population[other.id].persons for other in figures.others} == {300_658, 222_570}


def test_sources_of_populations_are_those_of_the_dates_that_are_shown(county: Flask) -> None:
    with county.app_context():
        figures = queries.county_figures(ANONYMOUS)
    whole = figures.population[figures.composition.county.id]
    assert whole.later is not None
    table = {period for one in figures.compared_population_sources for period in one.periods}
    assert table == {whole.period, whole.since}
    assert {p for one in figures.population_sources_of(whole.periods) for p in one.periods} == table | {
        whole.later.period
    }
    (one,) = figures.population_sources_of({whole.period})
    assert one.periods == (whole.period,)
    assert figures.population_sources_of(()) == ()


def test_every_indicator_with_values_names_its_source(county: Flask) -> None:
    with clock.frozen(SEED_DAY):
        figures = queries.county_figures(ANONYMOUS)
    for found in figures.indicators.values():
        assert bool(found.sources) == found.has_values, found.indicator.key
    broadband = figures.indicators["breitband50"].sources[0]
    assert broadband.text.startswith("Deutschlandatlas; © Statistisches Bundesamt")
    assert "Datenbasis: " in broadband.text
    assert broadband.licence


def test_seeds_hold_the_catalogue_and_every_value(county: Flask) -> None:
    def count(entity: type[object]) -> int:
        return int(db.session.execute(select(func.count()).select_from(entity)).scalar_one())

    assert (count(Indicator), count(Series), count(SeriesValue)) == (94, 94, 4_429)
    in_use = db.session.execute(select(func.count()).where(Indicator.in_use)).scalar_one()
    assert in_use == 32
    states = dict(db.session.execute(select(SeriesValue.state, func.count()).group_by(SeriesValue.state)).all())
    assert states == {ValueState.REPORTED: 4_419, ValueState.CLASS_INTERVAL: 6, ValueState.MISSING: 4}


def test_seeding_again_writes_nothing_and_keeps_what_was_edited(county: Flask) -> None:
    with transaction():
        indicator = db.session.execute(select(Indicator).where(Indicator.key == "kita_u3")).scalar_one()
        indicator.explanation = "Eigener Text"
    with transaction():
        batch = db.session.execute(select(ImportBatch)).scalar_one()
        batch.state, batch.undone_at = BatchState.UNDONE, clock.now()
    with transaction():
        assert seed_indicators(actor=SYSTEM) is False
    assert db.session.execute(select(func.count()).select_from(SeriesValue)).scalar_one() == 4_429
    assert db.session.execute(select(ImportBatch.state)).scalar_one() is BatchState.UNDONE
    again = db.session.execute(select(Indicator).where(Indicator.key == "kita_u3")).scalar_one()
    assert again.explanation == "Eigener Text"


def _forget_rates() -> None:
    """The catalogue as an earlier release had it: the entries of today's rates as they stand in the catalogue alone,
    and none that it lacks."""
    rates = {seed.key for seed in read_rates(SEEDS)}
    listed = {seed.key for seed in read_catalogue(SEEDS)}
    with transaction():
        for found in db.session.scalars(select(Indicator).where(Indicator.key.in_(rates))).all():
            if found.key in listed:
                found.rate, found.rate_basis, found.aggregation = None, None, Aggregation.NONE
                found.in_use = found.is_lead = False
            else:
                db.session.delete(found)


def test_rates_that_a_later_release_ships_come_into_an_installation_that_stands(county: Flask) -> None:
    with clock.frozen(SEED_DAY):
        fresh = queries.county_figures(ANONYMOUS).indicators
        _forget_rates()
        with transaction():
            kept = db.session.scalars(select(Indicator).where(Indicator.key == "langzeitarbeitslose")).one()
            entry = replace(entry_of(kept), definition="Unsere Definition")
            catalogue_services.change(kept, entry, edition=kept.edition, actor=SYSTEM)
        with transaction():
            assert seed_indicators(actor=SYSTEM)
        with transaction():
            assert not seed_indicators(actor=SYSTEM)
        found = queries.county_figures(ANONYMOUS).indicators
        assert db.session.scalar(select(func.count()).select_from(Indicator)) == 94
        kept = db.session.scalars(select(Indicator).where(Indicator.key == "langzeitarbeitslose")).one()
        assert (kept.definition, kept.rate, kept.in_use) == ("Unsere Definition", None, False)
        others = {key for key in fresh if key != kept.key}
        assert {key: found[key].indicator.formula for key in others} == {
            key: fresh[key].indicator.formula for key in others
        }
        assert found["frauenanteil"].county == fresh["frauenanteil"].county


def test_the_number_of_queries_does_not_depend_on_the_number_of_indicators(county: Flask) -> None:
    with clock.frozen(SEED_DAY):
        few = statements_of(lambda: queries.county_figures(ANONYMOUS))
        assert statements_of(lambda: queries.county_figures(ANONYMOUS)) == 1
        with transaction():
            db.session.execute(update(Indicator).values(in_use=True))
            settings.bump("figures")
        many = statements_of(lambda: queries.county_figures(ANONYMOUS))
        assert len(queries.county_figures(ANONYMOUS).indicators) == 94
    assert many <= few


def statements_of(call: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    db.session.rollback()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_internal_indicators_are_for_staff_only(county: Flask) -> None:
    with transaction():
        found = db.session.execute(select(Indicator).where(Indicator.key == "kita_u3")).scalar_one()
        found.visibility = Visibility.INTERNAL
        settings.bump("figures")
    with clock.frozen(SEED_DAY):
        assert "kita_u3" in queries.county_figures(acting_as(Role.LEADERSHIP)).indicators
        for outsider in (ANONYMOUS, acting_as(Role.MUNICIPALITY), acting_as(Role.COMMITTEE)):
            assert "kita_u3" not in queries.county_figures(outsider).indicators


def test_changed_figures_are_seen_at_once_and_unchanged_ones_are_kept(county: Flask) -> None:
    with clock.frozen(SEED_DAY):
        first = queries.county_figures(ANONYMOUS)
        assert queries.county_figures(ANONYMOUS) is first
        with transaction():
            batch = db.session.execute(select(ImportBatch)).scalar_one()
            import_services.undo(batch, actor=SYSTEM)
        emptied = queries.county_figures(ANONYMOUS)
    assert emptied is not first
    assert all(not found.has_values for found in emptied.indicators.values())
    assert emptied.population == {}


def test_a_rate_of_counts_has_limits_and_everything_else_has_none(county: Flask) -> None:
    with clock.frozen(SEED_DAY):
        figures = queries.county_figures(ANONYMOUS)
    assert [key for key, found in figures.indicators.items() if found.chance] == ["frauenanteil"]
    found = figures.indicators["frauenanteil"]
    assert found.chance is not None
    own = found.county.computed
    assert own is not None
    assert own.base == 555_352
    assert own.count is not None
    assert own.value == pytest.approx(100 * own.count / own.base)
    assert len(found.chance.places) == 54
    assert len(found.chance.areas) == 5
    assert sum(place.count for place in found.chance.areas.values()) == own.count
    assert {source.publisher for source in found.sources} == {"Statistisches Bundesamt (Destatis)"}
