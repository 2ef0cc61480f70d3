"""How many people live in a place that municipalities form, and how many more or less than before (pure functions)."""

from collections.abc import Sequence

from portal.areas.composition import AreaRef
from portal.indicators.computation import common_basis, course_of
from portal.indicators.figures import CoursePoint, Population
from portal.indicators.periods import period_end
from portal.indicators.succession import Weights
from portal.indicators.value_states import ValueState


def population_of(places: Sequence[AreaRef], weights: Weights, *, own: AreaRef | None = None) -> Population | None:
    """Population of the place that `places` form; with `own` newer published numbers of the county are noted.

    None if one of them has no number at the date of the weights: a sum of a part is no population.
    """
    points = []
    for period in sorted({p for place in places for p in weights.people.get(place.id, {})}, key=period_end):
        found = [weights.people.get(place.id, {}).get(period) for place in places]
        numbers = [shown.value for shown in found if shown is not None and shown.value is not None]
        if len(numbers) == len(places):
            before = max(
                (shown.joined for shown in found if shown is not None and shown.joined is not None), default=None
            )
            points.append(CoursePoint(period, sum(numbers), ValueState.REPORTED, common_basis(found), before))
    current = next((point for point in points if point.period == weights.parameters.population_period), None)
    if current is None or current.value is None:
        return None
    comparable = [
        point
        for point in points
        if point.comparable_with == current.comparable_with and period_end(point.period) < period_end(current.period)
    ]
    first = comparable[0] if comparable else None
    later = [point for point in points if period_end(point.period) > period_end(current.period)]
    if own is not None:
        published = course_of(own, weights.people.get(own.id, {}))
        later += [point for point in published if period_end(point.period) > period_end(current.period)]
    return Population(
        persons=current.value,
        period=current.period,
        basis=current.basis,
        since=first.period if first is not None else None,
        change=100 * (current.value / first.value - 1) if first is not None and first.value else None,
        later=later[-1] if later else None,
    )
