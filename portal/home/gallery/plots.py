"""Invented numbers for the charts with two axes on the page `/gestaltung`."""

from portal.core.formats import number
from portal.core.statistics import funnel_limits
from portal.indicators.charts.plots import Dot, Funnel, Moment, TimeLines, funnel, time_lines

_BASELINE = 0.1
_PLACES = (("Ahausen", 900, 9.1), ("Beedorf", 2400, 12.4), ("Cettel", 5200, 9.6), ("Dehheim", 16000, 10.4))


def sample_funnel() -> Funnel:
    """Four places, one of them beyond the limits."""
    return funnel(
        [
            Dot(title=f"{name}: {number(value, 1)} %", base=base, value=value, label=name, is_strong=value > 12)
            for name, base, value in _PLACES
        ],
        100 * _BASELINE,
        inner=lambda base: _limits(base, 0.95),
        outer=lambda base: _limits(base, 0.998),
        write=number,
        unit="%",
    )


def sample_course() -> TimeLines:
    """A place beside the county, with a new census between 2022 and 2023."""
    values = ((2019, 9.6, 1), (2020, 9.9, 1), (2021, None, 1), (2022, 10.4, 1), (2023, 9.1, 2), (2024, 9.3, 2))
    own = [Moment(float(year), value, basis, f"{year}: {number(value, 1)}") for year, value, basis in values]
    whole = [Moment(float(year), 10.0, basis, f"{year}: 10") for year, _value, basis in values]
    ticks = [(2019.0, "2019"), (2024.0, "2024")]
    return time_lines([("Beedorf", own, False), ("Landkreis", whole, True)], ticks=ticks, write=number, unit="%")


def _limits(base: float, confidence: float) -> tuple[float, float]:
    low, high = funnel_limits(_BASELINE, base, confidence)
    return 100 * low, 100 * high
