"""A made-up county of 54 municipalities in five planning areas, without a database."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from portal.areas.composition import AreaRef, Composition
from portal.areas.models import AreaKind
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.figures import CountFacts, IndicatorFacts, ShownValue, TopicFacts
from portal.indicators.models import CountKind, DifferenceKind, Polarity, Visibility
from portal.indicators.parameters import Parameters
from portal.indicators.signals import SignalRule
from portal.indicators.value_states import ValueState

PERIOD = "2024-12-31"
TODAY = date(2026, 11, 20)
COUNTY_ID, FIRST_AREA, FIRST_PLACE = 1, 10, 100
AREAS, PLACES = 5, 54
PARAMETERS = Parameters(
    population_series="p",
    population_period=PERIOD,
    area_series="a",
    area_period=PERIOD,
    minimum_coverage=0.8,
)
COUNTS = CountFacts(
    kind=CountKind.PART, factor=100.0, has_chance_limits=True, numerator="Fälle", denominator="Menschen"
)
TOPIC = TopicFacts(id=1, key="health", label="Gesundheit", position=1)


def place(id_: int, kind: AreaKind, name: str, key: str | None = None) -> AreaRef:
    return AreaRef(
        id=id_,
        public_id=f"id{id_}",
        kind=kind,
        key=key,
        name=name,
        official_name=name,
        type_name="Gemeinde",
        slug=name.lower(),
        sort_key=name,
        county_id=None if kind is AreaKind.COUNTY else COUNTY_ID,
        is_own=True,
        character="",
        description="",
        square_km=10.0,
        urbanisation="",
        seat_postcode=None,
        valid_from=None,
        valid_to=None,
        attribution_key=None,
    )


def composition() -> Composition:
    county = place(COUNTY_ID, AreaKind.COUNTY, "Kreis", "99999")
    areas = tuple(place(FIRST_AREA + n, AreaKind.PLANNING_AREA, f"Raum{n}") for n in range(AREAS))
    places = tuple(place(FIRST_PLACE + n, AreaKind.MUNICIPALITY, f"Ort{n:02}", f"999990{n:02}") for n in range(PLACES))
    return Composition(
        county=county,
        on=TODAY,
        version="1",
        planning_areas=areas,
        associations=(),
        municipalities=places,
        planning_area_of=MappingProxyType({one.id: FIRST_AREA + n % AREAS for n, one in enumerate(places)}),
        association_of={},
        adjacent={},
        examples=frozenset(),
        areas={one.id: one for one in (county, *areas, *places)},
    )


def number(value: float, period: str = PERIOD) -> ShownValue:
    state = ValueState.REPORTED if value else ValueState.ZERO
    return ShownValue(period, value, None, state)


def secret(period: str = PERIOD) -> ShownValue:
    return ShownValue(period, None, None, ValueState.SUPPRESSED)


def facts(
    key: str = "quote",
    *,
    aggregation: Aggregation = Aggregation.RATE,
    rate_basis: RateBasis | None = RateBasis.COUNTS,
    polarity: Polarity = Polarity.HIGH_UNFAVOURABLE,
    counts: CountFacts | None = COUNTS,
    min_difference: float | None = 1.0,
) -> IndicatorFacts:
    rule = SignalRule(polarity=polarity, age_limit_years=5)
    if min_difference is not None:
        rule = replace(rule, min_difference=min_difference, min_difference_kind=DifferenceKind.ABSOLUTE)
    return IndicatorFacts(
        id=1,
        public_id="indicator",
        key=key,
        name=f"Kennzahl {key}",
        topic=TOPIC,
        explanation="",
        definition="",
        formula="",
        unit="Prozent",
        unit_short="%",
        area_unit="Prozent",
        area_unit_short="%",
        decimals=1,
        aggregation=aggregation,
        threshold=None,
        rate_basis=rate_basis if aggregation is Aggregation.RATE else None,
        rule=rule,
        correlation_group=None,
        is_lead=False,
        standard_source="",
        caveat="",
        visibility=Visibility.PUBLIC,
        position=1,
        department=None,
        counts=counts,
    )
