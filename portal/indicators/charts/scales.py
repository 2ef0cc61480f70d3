"""How fine a picture may be: differences too small to mean anything must not fill its tones or its axis."""

from collections.abc import Iterable

from portal.indicators.aggregation import Aggregation
from portal.indicators.figures import IndicatorFigures
from portal.indicators.signals import minimum_difference

# Where the catalogue fixes no minimum relevant difference: this part of the county's value.
DEFAULT_DIFFERENCE = 0.1
# Municipal values whose planning areas have shares of people above a threshold are times on the road: whole minutes.
_WHOLE_MINUTE = 1.0
# An axis holds at least the least difference to either side of the middle.
_SIDES = 2.0


def least_between_places(figures: IndicatorFigures) -> float | None:
    """The least difference between two municipalities that counts; None for counts, which differ by size."""
    if figures.indicator.is_share_above:
        return _WHOLE_MINUTE
    return least_between_areas(figures)


def least_between_areas(figures: IndicatorFigures) -> float | None:
    """The same for planning areas, in units of their value: the catalogue's, else a tenth of the county's value."""
    county = figures.county.value
    if figures.indicator.aggregation is Aggregation.SUM or not county:
        return None
    return minimum_difference(figures.indicator.rule, county) or DEFAULT_DIFFERENCE * abs(county) or None


def least_axis(values: Iterable[float], least: float | None, *, unit: str = "") -> tuple[float, ...]:
    """Values that an axis must hold besides the drawn ones, so that a tiny spread does not fill it.

    Nothing beyond zero where nothing is negative, nor beyond 100 per cent where nothing is.
    """
    known = list(values)
    if not known or not least:
        return ()
    low, high = min(known), max(known)
    if high - low >= _SIDES * least:
        return ()
    middle = (low + high) / 2
    start, end = middle - _SIDES / 2 * least, middle + _SIDES / 2 * least
    if low >= 0:
        start = max(0.0, start)
    if unit.startswith("%") and high <= 100:
        end = min(100.0, end)
    return (start, end)
