"""Catalogue entries as the computation takes them, free of the session, with the reference values they are to meet."""

from collections.abc import Sequence
from datetime import date

from portal.indicators.catalogue import reference_queries
from portal.indicators.figures import CountFacts, IndicatorFacts, TopicFacts
from portal.indicators.models import ComparedWith, Indicator, IndicatorRate
from portal.indicators.signals import Reference, SignalRule, Standard


def references_of(indicators: Sequence[Indicator], today: date) -> dict[int, Reference]:
    """What takes the county's place, by id of the indicator; of several of a kind the latest that was entered."""
    chosen = {one.id: one.compared_with for one in indicators if one.compared_with not in {None, ComparedWith.COUNTY}}
    if not chosen:
        return {}
    known = reference_queries.present(today)
    found = {}
    for indicator_id, kind in chosen.items():
        last = next((one for one in reversed(known.get(indicator_id, ())) if one.kind.value == kind.value), None)
        found[indicator_id] = (
            Reference(kind=kind, value=None)
            if last is None
            else Reference(kind=kind, value=last.value, refers_on=last.refers_on)
        )
    return found


def indicator_facts(indicator: Indicator, reference: Reference | None = None) -> IndicatorFacts:
    """The catalogue entry, free of the session; `reference` takes the county's place in the rule."""
    standard = None
    if indicator.standard_value is not None and indicator.standard_scope is not None:
        standard = Standard(
            value=indicator.standard_value,
            scope=indicator.standard_scope,
            tolerance=indicator.standard_tolerance,
        )
    topic = indicator.topic
    return IndicatorFacts(
        id=indicator.id,
        public_id=indicator.public_id,
        key=indicator.key,
        name=indicator.name,
        topic=TopicFacts(id=topic.id, key=topic.key, label=topic.label, position=topic.position),
        explanation=indicator.explanation,
        definition=indicator.definition,
        formula=indicator.formula,
        unit=indicator.unit,
        unit_short=indicator.unit_short,
        area_unit=indicator.area_unit or indicator.unit,
        area_unit_short=indicator.area_unit_short or indicator.unit_short,
        decimals=indicator.decimals,
        aggregation=indicator.aggregation,
        threshold=indicator.threshold,
        rate_basis=indicator.rate_basis,
        rule=SignalRule(
            polarity=indicator.polarity,
            age_limit_years=indicator.age_limit_years,
            min_difference=indicator.min_difference,
            min_difference_kind=indicator.min_difference_kind,
            standard=standard,
            reference=reference,
        ),
        correlation_group=indicator.correlation_group,
        is_lead=indicator.is_lead,
        standard_source=indicator.standard_source,
        caveat=indicator.caveat,
        visibility=indicator.visibility,
        position=indicator.position,
        department=None if indicator.department is None else indicator.department.name,
        counts=_count_facts(indicator.rate),
        counts_cases=indicator.counts_cases,
    )


def _count_facts(rate: IndicatorRate | None) -> CountFacts | None:
    if rate is None:
        return None
    return CountFacts(
        kind=rate.kind,
        factor=rate.factor,
        has_chance_limits=rate.has_chance_limits,
        numerator=rate.numerator.title,
        denominator=rate.denominator.title,
    )
