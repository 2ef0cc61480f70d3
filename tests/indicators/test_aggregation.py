"""Formulas of the aggregation, with every way a member may lack a value."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.indicators.aggregation import (
    Aggregation,
    AreaValue,
    AreaValueState,
    CountyBasis,
    Extreme,
    Member,
    RateBasis,
    area_value,
    county_value,
)
from portal.indicators.value_states import ValueState

# A busy machine must not decide whether a property holds.
unhurried = settings(deadline=None, max_examples=60)

SECRET = ValueState.SUPPRESSED
METHODS = (
    {"aggregation": Aggregation.SUM},
    {"aggregation": Aggregation.POPULATION_WEIGHTED_MEAN},
    {"aggregation": Aggregation.POPULATION_SHARE, "threshold": 10.0},
    {"aggregation": Aggregation.RATE, "rate_basis": RateBasis.AREA_SHARE},
    {"aggregation": Aggregation.RATE, "rate_basis": RateBasis.POPULATION_PER_AREA},
    {"aggregation": Aggregation.RATE, "rate_basis": RateBasis.COUNTS, "factor": 1000.0},
)


def member(key: str, value: float | None, population: float = 100, area_km2: float = 10) -> Member:
    state = ValueState.REPORTED if value is not None else ValueState.MISSING
    return Member(key=key, value=value, population=population, area_km2=area_km2, state=state)


TOWN = member("00000001", 4.0, population=900, area_km2=10)
VILLAGE = member("00000002", 12.0, population=100, area_km2=40)
NEW = member("00000003", None, population=250, area_km2=5)
HIDDEN = replace(NEW, state=SECRET)


def test_each_method_follows_its_formula() -> None:
    both = [TOWN, VILLAGE]
    assert area_value(both, aggregation=Aggregation.SUM).value == 16
    assert area_value(both, aggregation=Aggregation.POPULATION_WEIGHTED_MEAN).value == pytest.approx(4.8)
    assert area_value(both, aggregation=Aggregation.POPULATION_SHARE, threshold=10).value == 10
    land = area_value(both, aggregation=Aggregation.RATE, rate_basis=RateBasis.AREA_SHARE)
    assert land.value == pytest.approx(10.4)
    density = area_value(both, aggregation=Aggregation.RATE, rate_basis=RateBasis.POPULATION_PER_AREA)
    assert density.value == 20
    counted = [
        replace(TOWN, numerator=9, denominator=300),
        replace(VILLAGE, numerator=1, denominator=100),
    ]
    rate = area_value(counted, aggregation=Aggregation.RATE, rate_basis=RateBasis.COUNTS, factor=1000)
    assert rate.value == 25
    assert rate.coverage == 1
    assert rate.state is AreaValueState.COMPLETE


def test_equal_to_the_threshold_is_not_above_it() -> None:
    value = area_value([TOWN, VILLAGE], aggregation=Aggregation.POPULATION_SHARE, threshold=12).value
    assert value == 0


def test_the_spread_names_the_lowest_key_of_a_tie() -> None:
    tie = [member("00000004", 4.0), VILLAGE, TOWN]
    found = area_value(tie, aggregation=Aggregation.POPULATION_WEIGHTED_MEAN)
    assert found.spread_min == Extreme("00000001", 4.0, ("00000004",))
    assert found.spread_max == Extreme("00000002", 12.0)


def test_a_missing_member_lowers_the_coverage() -> None:
    found = area_value([TOWN, VILLAGE, NEW], aggregation=Aggregation.POPULATION_WEIGHTED_MEAN)
    assert found.value == pytest.approx(4.8)
    assert found.coverage == pytest.approx(0.8)
    assert found.state is AreaValueState.INCOMPLETE
    assert (found.members, found.members_with_value) == (3, 2)


def test_a_secret_member_leaves_a_sum_without_value() -> None:
    found = area_value([TOWN, VILLAGE, HIDDEN], aggregation=Aggregation.SUM)
    assert found.value is None
    assert found.state is AreaValueState.SECRET
    assert found.members_suppressed == 1
    assert "geheim" in str(found.state.label)


def test_classes_are_refused_and_nothing_is_aggregated_where_the_catalogue_says_so() -> None:
    classed = Member(key="00000005", value=None, state=ValueState.CLASS_INTERVAL, population=10, area_km2=1)
    for method in METHODS:
        found = area_value([TOWN, classed], **method)
        assert (found.value, found.state) == (None, AreaValueState.CLASS_ONLY)
    assert area_value([TOWN], aggregation=Aggregation.NONE).state is AreaValueState.NOT_AGGREGATED
    assert area_value([NEW], aggregation=Aggregation.SUM).state is AreaValueState.NO_VALUES
    assert area_value([], aggregation=Aggregation.SUM).coverage is None


def test_areas_without_people_have_no_mean() -> None:
    forest = member("00000006", 3.0, population=0)
    found = area_value([forest], aggregation=Aggregation.POPULATION_WEIGHTED_MEAN)
    assert found.value is None
    assert found.coverage is None


def test_the_county_is_computed_where_members_have_values_and_published_elsewhere() -> None:
    computed = area_value([TOWN, VILLAGE], aggregation=Aggregation.SUM)
    assert county_value(computed, published=17).basis is CountyBasis.COMPUTED
    assert county_value(None, published=17).value == 17
    classed = county_value(None, published_text="8,50 bis unter 10,00")
    assert (classed.basis, classed.value) == (CountyBasis.PUBLISHED, None)
    assert county_value(None).basis is CountyBasis.MISSING


def test_what_a_few_municipalities_come_to_is_not_the_countys_value() -> None:
    members = [member("a", 10.0, population=100), member("b", None, population=900)]
    few = area_value(members, aggregation=Aggregation.POPULATION_WEIGHTED_MEAN)
    assert few.coverage == 0.1
    assert (county_value(few).value, county_value(few, minimum_coverage=0.1).value) == (10.0, 10.0)
    found = county_value(few, minimum_coverage=0.8)
    assert (found.value, found.basis, found.computed) == (None, CountyBasis.TOO_FEW, few)
    found = county_value(few, published=17, minimum_coverage=0.8)
    assert (found.value, found.basis, found.computed) == (17, CountyBasis.PUBLISHED, few)
    shares = area_value(members, aggregation=Aggregation.POPULATION_SHARE, threshold=5.0)
    assert county_value(shares, published=17, minimum_coverage=0.8).basis is CountyBasis.TOO_FEW


@pytest.mark.parametrize(
    "broken",
    [
        {"value": 1.0, "state": SECRET},
        {"value": 1.0, "state": ValueState.CLASS_INTERVAL},
        {"value": None, "state": ValueState.REPORTED},
        {"value": float("nan")},
        {"value": float("inf")},
        {"population": -1},
        {"area_km2": -1},
        {"value": None, "state": SECRET, "numerator": 1.0},
        {"value": None, "state": SECRET, "denominator": 1.0},
    ],
)
def test_a_contradictory_member_cannot_be_made(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="00000001"):
        replace(TOWN, **broken)


@pytest.mark.parametrize(
    "parameters",
    [
        {"aggregation": Aggregation.POPULATION_SHARE},
        {"aggregation": Aggregation.SUM, "threshold": 5.0},
        {"aggregation": Aggregation.RATE},
        {"aggregation": Aggregation.SUM, "rate_basis": RateBasis.COUNTS},
    ],
)
def test_parameters_that_do_not_fit_are_refused(parameters: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="needs"):
        area_value([TOWN], **parameters)
    with pytest.raises(ValueError, match="twice"):
        area_value([TOWN, TOWN], aggregation=Aggregation.SUM)


def test_every_method_has_its_word() -> None:
    mean = area_value([TOWN], aggregation=Aggregation.POPULATION_WEIGHTED_MEAN)
    assert str(mean.label) == "bevölkerungsgewichtetes Mittel der Gemeindewerte"


# --- properties ---------------------------------------------------------------------------------------------

counts = st.integers(0, 10**6)


@st.composite
def municipalities(draw: st.DrawFn, lowest: int = 1) -> list[Member]:
    rows = draw(
        st.lists(
            st.tuples(
                counts,
                st.integers(1, 10**6),
                st.integers(1, 20000).map(lambda hundredths: hundredths / 100),
                counts,
                st.integers(1, 10**6),
            ),
            min_size=lowest,
            max_size=20,
        )
    )
    return [
        Member(
            key=f"{number:08}",
            value=float(value),
            population=population,
            area_km2=area,
            numerator=numerator,
            denominator=denominator,
        )
        for number, (value, population, area, numerator, denominator) in enumerate(rows, start=1)
    ]


@unhurried
@given(municipalities(), st.randoms())
def test_regrouping_conserves_counts(members: list[Member], random: object) -> None:
    shuffled = list(members)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    cut = len(shuffled) // 2
    whole = area_value(members, aggregation=Aggregation.SUM).value
    halves = [area_value(part, aggregation=Aggregation.SUM).value or 0 for part in (shuffled[:cut], shuffled[cut:])]
    assert whole == sum(halves)
    # Rates of the whole are the rates of the parts, weighted: no person is counted twice or lost.
    share = {"aggregation": Aggregation.POPULATION_SHARE, "threshold": 1000.0}
    above = sum((area_value([one], **share).value or 0) * one.population / 100 for one in members)
    people = sum(one.population for one in members)
    assert area_value(members, **share).value == pytest.approx(100 * above / people)


@unhurried
@given(municipalities())
def test_means_and_shares_lie_within_the_spread(members: list[Member]) -> None:
    for method in (METHODS[1], METHODS[3]):
        found = area_value(members, **method)
        assert found.value is not None
        assert found.spread_min is not None
        assert found.spread_max is not None
        slack = 1e-9 * max(1.0, abs(found.value))
        assert found.spread_min.value - slack <= found.value <= found.spread_max.value + slack
    people = area_value(members, **METHODS[2])
    assert people.value is not None
    assert 0 <= people.value <= 100


@unhurried
@given(municipalities(lowest=2), st.data())
def test_a_secret_value_leaves_no_trace(members: list[Member], data: st.DataObject) -> None:
    """Whatever the secret number is, everything returned is what the visible members say alone."""
    hidden = data.draw(st.sets(st.sampled_from([one.key for one in members]), min_size=1))
    masked = [
        replace(one, value=None, state=SECRET, numerator=None, denominator=None) if one.key in hidden else one
        for one in members
    ]
    visible = [one for one in members if one.key not in hidden]
    for method in METHODS:
        found = area_value(masked, **method)
        assert found.state is AreaValueState.SECRET
        assert found.members_suppressed == len(hidden)
        alone = area_value(visible, **method)
        if method["aggregation"] is Aggregation.SUM:
            assert found.value is None
        else:
            assert found.value == alone.value
        assert (found.spread_min, found.spread_max) == (alone.spread_min, alone.spread_max)


@unhurried
@given(municipalities(lowest=3), st.data())
def test_no_total_allows_a_secret_member_to_be_subtracted(members: list[Member], data: st.DataObject) -> None:
    """Sums of overlapping areas never contain the secret member, so no difference of two of them shows it."""
    hidden = data.draw(st.sampled_from(members))
    masked = [
        replace(one, value=None, state=SECRET, numerator=None, denominator=None) if one is hidden else one
        for one in members
    ]
    groups = data.draw(st.lists(st.sets(st.sampled_from([one.key for one in members]), min_size=1), max_size=5))
    for group in groups:
        found: AreaValue = area_value([one for one in masked if one.key in group], aggregation=Aggregation.SUM)
        assert (found.value is None) == (hidden.key in group)


@unhurried
@given(municipalities(), st.data())
def test_coverage_is_the_share_of_people_with_a_value(members: list[Member], data: st.DataObject) -> None:
    without = data.draw(st.sets(st.sampled_from([one.key for one in members])))
    thinned = [replace(one, value=None, state=ValueState.MISSING) if one.key in without else one for one in members]
    found = area_value(thinned, aggregation=Aggregation.POPULATION_WEIGHTED_MEAN)
    people = sum(one.population for one in members)
    covered = sum(one.population for one in members if one.key not in without)
    assert found.coverage == pytest.approx(covered / people)
    assert (found.value is None) == (len(without) == len(members))
