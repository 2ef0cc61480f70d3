"""Which indicators rest on the same counts, and which counts are parts of one whole."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

from portal.indicators.figures import IndicatorFacts
from portal.indicators.models import Delivery, Indicator
from portal.indicators.protection import Guarded, Whole
from portal.indicators.rates import SeriesValues
from portal.indicators.succession import Succession

# A series with one of its breakdowns.
Count = tuple[int, str]
_FEW_BREAKDOWNS = 3


def guarded_of(indicator: Indicator, facts: IndicatorFacts, values: SeriesValues, succession: Succession) -> Guarded:
    """The indicator's values on their way through `protection`."""
    rate = indicator.rate
    return Guarded(
        facts=facts,
        family=_family(indicator),
        values=succession.unmixed(values),
        base=None if rate is None else (rate.denominator_id, rate.denominator_dimensions),
    )


def _family(indicator: Indicator) -> Hashable:
    """What indicators share that rest on the same counts: the series that is shown, or that is the numerator."""
    count = _count(indicator)
    return indicator.key if count is None else count


def _count(indicator: Indicator) -> Count | None:
    rate = indicator.rate
    if rate is not None:
        return rate.numerator_id, rate.numerator_dimensions
    return next(((link.series_id, link.dimensions) for link in indicator.series_links[:1]), None)


def wholes_of(
    indicators: Sequence[Indicator], guarded: Mapping[str, Guarded], values: Mapping[Count, SeriesValues]
) -> list[Whole]:
    """Counts that may be parts of one whole: the breakdowns of a series, those of them that nobody shows as well, and
    the counts that one department delivers."""
    known: dict[int, set[Count]] = {}
    people: set[int] = set()
    for one in indicators:
        facts = guarded[one.key].facts
        counts = [_count(one)]
        if one.rate is not None:
            counts.append((one.rate.denominator_id, one.rate.denominator_dimensions))
        for count in counts:
            if count is not None:
                known.setdefault(count[0], set()).add(count)
                if facts.counts_cases or (facts.counts is not None and facts.counts.has_chance_limits):
                    people.add(count[0])
    found = []
    for series_id, shown in known.items():
        if len(shown) > 1:
            delivered = (count for count in values if count[0] == series_id)
            counts_now: dict[Hashable, SeriesValues] = {count: values.get(count, {}) for count in (*shown, *delivered)}
            is_small = len(counts_now) <= _FEW_BREAKDOWNS or counts_now.keys() == shown
            whole = Whole(
                counts=counts_now, known=frozenset(shown), counts_cases=series_id in people, is_declared=is_small
            )
            found.append(whole)
    return [*found, *_of_departments(indicators, values, found)]


def _of_departments(
    indicators: Iterable[Indicator], values: Mapping[Count, SeriesValues], apart: Iterable[Whole]
) -> list[Whole]:
    """Counts of people or cases that a department delivers itself: some may be parts of others, though nobody says so.

    What is one of the wholes in `apart` is left out.
    """
    taken = {family for whole in apart for family in whole.known}
    by_department: dict[int, dict[Hashable, SeriesValues]] = {}
    for one in indicators:
        count = _count(one)
        is_own = one.rate is None and one.delivery is Delivery.OWN and one.counts_cases
        if is_own and one.department_id is not None and count is not None and count not in taken:
            by_department.setdefault(one.department_id, {})[count] = values.get(count, {})
    return [
        Whole(counts=counts, known=frozenset(counts), counts_cases=True, is_guess=True)
        for counts in by_department.values()
        if len(counts) > 1
    ]
