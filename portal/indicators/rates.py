"""Rates from counts: numerator and denominator of each place become its value (pure functions).

A rate is as good as the weaker of its parts: it is secret if one of them is, provisional if one of them is, and it
does not exist where the parts are not of the same day or rest on different censuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from portal.indicators.figures import CountFacts, ShownValue
from portal.indicators.models import CountKind
from portal.indicators.value_states import ValueState

# Area id → period → visible value.
SeriesValues: TypeAlias = Mapping[int, Mapping[str, ShownValue]]

# What is said of a rate if its parts are not both plain: the first of these that occurs.
WEAKER = (
    ValueState.ESTIMATED,
    ValueState.PROVISIONAL,
    ValueState.LIMITED_VALIDITY,
    ValueState.ROUNDED_TO_ZERO,
    ValueState.REVISED,
)


@dataclass(frozen=True)
class Parts:
    """Visible values of the two series that make a rate."""

    numerator: SeriesValues
    denominator: SeriesValues


def rates_of(parts: Parts, facts: CountFacts) -> dict[int, dict[str, ShownValue]]:
    """The rate of every place and period that both series know."""
    found: dict[int, dict[str, ShownValue]] = {}
    for area_id, periods in parts.numerator.items():
        bases = parts.denominator.get(area_id, {})
        for period, count in periods.items():
            if period in bases:
                found.setdefault(area_id, {})[period] = rate_of(count, bases[period], facts)
    return found


def rate_of(count: ShownValue, base: ShownValue, facts: CountFacts) -> ShownValue:
    """One rate, with the counts it came from, or the state that stands in its place."""
    shared = replace(
        base,
        period=count.period,
        value=None,
        text=None,
        state=ValueState.REPORTED,
        census_base=count.census_base or base.census_base,
        territorial_date=min(filter(None, (count.territorial_date, base.territorial_date)), default=None),
    )
    blocked = _blocked(count, base)
    if blocked is not None:
        return replace(shared, state=blocked)
    numerator, denominator = count.value, base.value
    if numerator is None or denominator is None or denominator == 0:
        return replace(shared, state=ValueState.NOT_MEANINGFUL)
    is_part = facts.kind is CountKind.PART
    if numerator < 0 or denominator < 0 or (is_part and numerator > denominator):
        return replace(shared, state=ValueState.SOURCE_ERROR)
    weaker = next((state for state in WEAKER if state in {count.state, base.state}), None)
    plain = ValueState.ZERO if numerator == 0 else ValueState.REPORTED
    return replace(
        shared,
        value=facts.factor * numerator / denominator,
        state=weaker or plain,
        count=numerator,
        base=denominator,
    )


def _blocked(count: ShownValue, base: ShownValue) -> ValueState | None:
    """Why there can be no rate; zero that may stand for something secret is secret."""
    states = {count.state, base.state}
    if states & {ValueState.SUPPRESSED, ValueState.ZERO_OR_SET}:
        return ValueState.SUPPRESSED
    for shown in (count, base):
        if shown.value is None:
            return ValueState.NOT_MEANINGFUL if shown.state is ValueState.CLASS_INTERVAL else shown.state
    known = {shown.census_base for shown in (count, base) if shown.census_base is not None}
    return ValueState.NOT_MEANINGFUL if len(known) > 1 else None
