"""No combination of what is published reveals a secret value.

Two worlds that differ in secret values only, with the same totals of the county: everything that is computed from
them must be the same, so that nobody who knows all of it and the totals can tell which of the two is real. Pages,
files, comparisons and indices are made of what is compared here and of nothing else.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.indicators import computation, words
from portal.indicators.aggregation import Aggregation, AreaValueState
from portal.indicators.computation import Request, Weights
from portal.indicators.figures import CountyFigures, IndicatorFacts, IndicatorFigures, ShownValue
from portal.indicators.models import CountKind
from portal.indicators.protection import Guarded, protected
from portal.indicators.rates import Parts, SeriesValues, rates_of
from portal.indicators.value_states import ValueState
from tests.indicators import county as made

COUNTY = made.composition()
IDS = [place.id for place in COUNTY.municipalities]
BASES = {id_: 400.0 + 37 * number for number, id_ in enumerate(IDS)}
WEIGHTS = Weights(
    population=MappingProxyType({id_: {made.PERIOD: made.number(base)} for id_, base in BASES.items()}),
    land={},
    parameters=made.PARAMETERS,
)
RATE = made.facts("quote")
COUNT = replace(made.facts("anzahl", aggregation=Aggregation.SUM, counts=None), counts_cases=True)
SMALLEST = made.PARAMETERS.smallest_count


def figures_of(counts: Mapping[int, ShownValue], total: float) -> CountyFigures:
    """A rate and a sum that rest on the same counts, with the county's published numbers beside them."""
    numerator = {id_: {made.PERIOD: shown} for id_, shown in counts.items()}
    numerator[made.COUNTY_ID] = {made.PERIOD: made.number(total)}
    denominator = {id_: {made.PERIOD: made.number(base)} for id_, base in BASES.items()}
    denominator[made.COUNTY_ID] = {made.PERIOD: made.number(sum(BASES.values()))}
    values: dict[str, tuple[IndicatorFacts, SeriesValues]] = {
        "quote": (RATE, rates_of(Parts(numerator, denominator), made.COUNTS)),
        "anzahl": (COUNT, numerator),
    }
    guarded = {key: Guarded(facts=facts, family=1, values=one) for key, (facts, one) in values.items()}
    shown = protected(guarded, [COUNTY], WEIGHTS.persons, SMALLEST)
    found: dict[str, IndicatorFigures] = {}
    for key, (facts, _one) in values.items():
        request = Request(indicator=facts, values=shown[key], period=None, sources={})
        found[key] = computation.indicator_figures(request, COUNTY, [], WEIGHTS, made.TODAY)
    return CountyFigures(
        version="1",
        today=made.TODAY,
        composition=COUNTY,
        others=(),
        indicators=computation.judged(found, made.PARAMETERS, made.TODAY),
        further={},
        population={},
    )


def everything(figures: CountyFigures) -> str:
    """All that is known of the figures, to the last digit."""
    return repr(dict(figures.indicators))


def hidden_in(figures: CountyFigures, key: str) -> set[int]:
    return {id_ for id_, shown in figures.indicators[key].municipal.items() if shown.state is ValueState.SUPPRESSED}


few = st.sets(st.sampled_from(IDS), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(few, st.randoms(use_true_random=False))
def test_nobody_can_tell_two_worlds_apart_that_differ_in_secrets_only(small: set[int], chance: object) -> None:
    draw = chance.randint  # type: ignore[attr-defined]
    # The others stay broad enough to hide behind, whatever the small ones add up to.
    counts = {id_: float(draw(1, SMALLEST - 1) if id_ in small else draw(40, 200)) for id_ in IDS}
    total = sum(counts.values())
    one = figures_of({id_: made.number(count) for id_, count in counts.items()}, total)
    hidden = hidden_in(one, "quote")
    assert small <= hidden
    assert hidden_in(one, "anzahl") == hidden
    (further,) = hidden - small or {None}
    assert further is not None
    # The other world: every small count is the other possible one; the further hidden cell takes up the difference.
    other = {id_: SMALLEST - count if id_ in small else count for id_, count in counts.items()}
    other[further] += total - sum(other.values())
    assert sum(other.values()) == total
    two = figures_of({id_: made.number(count) for id_, count in other.items()}, total)
    assert everything(one) == everything(two)


@settings(max_examples=40, deadline=None)
@given(few)
def test_what_is_secret_at_the_source_is_never_the_only_one_missing_from_a_total(secret: set[int]) -> None:
    counts = {id_: made.secret() if id_ in secret else made.number(30.0 + id_) for id_ in IDS}
    figures = figures_of(counts, 123_456.0)
    for key, found in figures.indicators.items():
        hidden = hidden_in(figures, key)
        assert secret <= hidden
        assert len(hidden) >= 2
        assert found.county_published is None
        for area in COUNTY.planning_areas:
            value = found.areas[area.id].value
            members = {member.id for member in COUNTY.members(area.id)}
            assert (value.state is AreaValueState.SECRET) == bool(members & hidden)
            if members & hidden and key == "anzahl":
                assert value.value is None
            if key == "quote":
                # The rate is one of those that are shown, and of nobody else.
                assert value.base == pytest.approx(sum(BASES[id_] for id_ in members - hidden))
    assert figures.indicators["anzahl"].county.value is None
    assert "123456" not in everything(figures)


def test_who_holds_a_number_back_is_said() -> None:
    """The publisher's own secret and what the portal hides for its sake are told apart."""
    counts = {id_: made.number(30.0 + id_) for id_ in IDS} | {IDS[0]: made.secret()}
    found = figures_of(counts, 5000.0).indicators["anzahl"].municipal
    assert not found[IDS[0]].held_back
    assert words.municipal_value(COUNT, found[IDS[0]]) == "•\N{NO-BREAK SPACE}unbekannt oder geheim"
    (further,) = [shown for shown in found.values() if shown.held_back]
    assert words.municipal_value(COUNT, further) == (
        "•\N{NO-BREAK SPACE}vom Portal zurückgehalten, nicht von der Quelle"
    )
    assert words.remark(further) == "zu klein, oder eine geheime Zahl ließe sich sonst ausrechnen"


def test_without_a_secret_nothing_is_hidden() -> None:
    figures = figures_of({id_: made.number(30) for id_ in IDS}, 30.0 * len(IDS))
    assert not hidden_in(figures, "quote")
    assert figures.indicators["anzahl"].county.value == 30 * len(IDS)


def test_exact_zero_is_no_secret_and_a_small_rest_is_one() -> None:
    counts = {id_: made.number(30) for id_ in IDS} | {IDS[0]: made.number(0), IDS[7]: made.number(BASES[IDS[7]] - 1)}
    hidden = hidden_in(figures_of(counts, 123_456.0), "quote")
    assert IDS[0] not in hidden
    assert IDS[7] in hidden
    assert len(hidden) == 2


def test_the_further_one_is_the_smallest_of_the_same_planning_area() -> None:
    counts = {id_: made.number(30) for id_ in IDS} | {IDS[12]: made.secret()}
    # Municipalities 2, 7, 12, … form one planning area; 2 has the fewest people.
    assert hidden_in(figures_of(counts, 123_456.0), "quote") == {IDS[12], IDS[2]}


def test_medians_hide_nothing_but_themselves() -> None:
    facts = replace(RATE, aggregation=Aggregation.POPULATION_SHARE, counts=None, rate_basis=None, threshold=5.0)
    values = {id_: {made.PERIOD: made.secret() if id_ == IDS[0] else made.number(4)} for id_ in IDS}
    shown = protected({"m": Guarded(facts=facts, family=1, values=values)}, [COUNTY], WEIGHTS.persons, SMALLEST)
    assert shown["m"] is values


def test_a_rate_does_not_give_its_denominator_away() -> None:
    """Beside the numerator, events per case would tell the hidden cases, the further hidden ones too."""
    cases = {id_: {made.PERIOD: made.number(SMALLEST - 1 if id_ == IDS[12] else 40 + id_)} for id_ in IDS}
    events = {id_: {made.PERIOD: made.number(90 + id_)} for id_ in IDS}
    counts = replace(made.COUNTS, kind=CountKind.EVENTS)
    per_case = replace(made.facts("quote"), counts=counts)
    guarded = {
        "faelle": Guarded(facts=COUNT, family="cases", values=cases),
        "quote": Guarded(facts=per_case, family="events", values=rates_of(Parts(events, cases), counts), base="cases"),
    }
    shown = protected(guarded, [COUNTY], WEIGHTS.persons, SMALLEST)

    def gone(key: str) -> set[int]:
        return {id_ for id_ in IDS if shown[key][id_][made.PERIOD].state is ValueState.SUPPRESSED}

    assert IDS[12] in gone("faelle")
    assert len(gone("faelle")) == 2
    assert gone("faelle") <= gone("quote")
    alone = protected({"quote": guarded["quote"]}, [COUNTY], WEIGHTS.persons, SMALLEST)
    assert alone["quote"][IDS[12]][made.PERIOD].state is ValueState.SUPPRESSED, "a denominator that small is secret"
