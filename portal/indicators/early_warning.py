"""What deserves attention before it is alarming: unfavourable developments, and levels near a threshold (pure).

The preventive principle: a level that is not conspicuous yet may be on its way. Nothing here is a finding; each line
says how firmly it stands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l

from portal.areas.composition import AreaRef
from portal.core.statistics import TREND_PERIODS, Measured, development
from portal.core.words import Worded
from portal.indicators.aggregation import Aggregation
from portal.indicators.figures import AreaFigure, CountyFigures, IndicatorFacts, IndicatorFigures
from portal.indicators.models import Polarity
from portal.indicators.periods import period_end
from portal.indicators.signals import Direction, FiguresSignal, SignalReason, direction_of, minimum_difference

# A development over two dates is a change, not yet a trend.
_TWO_DATES = 2
_SOON_TOO_OLD_DAYS = 365
# A standard has no distance of its own; nine tenths of it are near, whatever is near elsewhere.
_STANDARD_IS_NEAR = 0.9


class WarningKind(Worded):
    """Why a line stands on the list."""

    TREND = "trend", _l("ungünstige Entwicklung")
    CHANGE = "change", _l("ungünstige Veränderung, erst zwei Zeitpunkte")
    NEAR = "near", _l("Abstand zum Landkreis nahe der Schwelle")
    WITHIN_CHANCE = "within_chance", _l("Abstand groß genug, kann aber Zufall sein")
    STANDARD = "standard", _l("Richtwert nur knapp eingehalten")


class Certainty(Worded):
    """How firmly a line stands."""

    HIGH = "high", _l("hoch")
    MEDIUM = "medium", _l("mittel")
    LOW = "low", _l("niedrig")


@dataclass(frozen=True, kw_only=True)
class EarlyWarning:
    """One line: `share` is how much of the threshold is reached (1 = reached). `amount` is what was compared with it.

    For a trend `periods` counts the comparable dates and `since` is the first of them.
    """

    area: AreaRef
    figures: IndicatorFigures
    kind: WarningKind
    certainty: Certainty
    share: float
    amount: float
    threshold: float
    periods: int = 0
    since: str = ""
    is_conspicuous: bool = False


@dataclass(frozen=True)
class _Look:
    """What is looked at: one indicator in one area, from which part of a threshold on, and how firm it is."""

    area: AreaRef
    one: IndicatorFigures
    figure: AreaFigure
    near: float
    trend_periods: int
    certainty: Certainty

    def line(self, kind: WarningKind, share: float, amount: float, threshold: float) -> EarlyWarning:
        return EarlyWarning(
            area=self.area,
            figures=self.one,
            kind=kind,
            certainty=self.certainty,
            share=share,
            amount=amount,
            threshold=threshold,
            is_conspicuous=self.figure.signal.signal is FiguresSignal.CONSPICUOUS,
        )


def warnings(figures: CountyFigures, *, near: float, trend_periods: int = TREND_PERIODS) -> list[EarlyWarning]:
    """All lines in the order of planning areas and topics. `near`: the part of a threshold from which on it is near;
    `trend_periods`: comparable dates that make a development a trend.
    """
    found: list[EarlyWarning] = []
    for area in figures.composition.planning_areas:
        for one in figures.indicators.values():
            figure = one.areas.get(area.id)
            if figure is None or one.indicator.polarity is Polarity.NEUTRAL:
                continue
            if figure.signal.signal in {FiguresSignal.CONSPICUOUS, FiguresSignal.NOT_CONSPICUOUS}:
                found += _lines(_Look(area, one, figure, near, trend_periods, _certainty(one, figure, figures)))
    return found


def _lines(look: _Look) -> Iterator[EarlyWarning]:
    facts = look.one.indicator
    minimum = look.figure.signal.min_difference
    compared = look.one.county.value if facts.rule.reference is None else facts.rule.reference.value
    if minimum is None and compared is not None and facts.aggregation is not Aggregation.SUM:
        minimum = minimum_difference(facts.rule, compared)
    if minimum:
        yield from _development(look, minimum)
        yield from _level(look, minimum)
    yield from _standard(look)


def _level(look: _Look, minimum: float) -> Iterator[EarlyWarning]:
    """An unfavourable distance that comes near the minimum, or reaches it and may be chance."""
    signal = look.figure.signal
    if signal.direction is not Direction.UNFAVOURABLE or signal.difference is None:
        return
    share = abs(signal.difference) / minimum
    if share < look.near or SignalReason.DIFFERENCE in signal.reasons:
        return
    in_chance = SignalReason.WITHIN_CHANCE in signal.reasons
    kind = WarningKind.WITHIN_CHANCE if in_chance else WarningKind.NEAR
    found = look.line(kind, share, abs(signal.difference), minimum)
    yield replace(found, certainty=Certainty.LOW) if in_chance or _is_within_chance(look) else found


def _development(look: _Look, minimum: float) -> Iterator[EarlyWarning]:
    """A development in the unfavourable direction over comparable dates."""
    course = [point for point in look.one.courses.get(look.area.id, ()) if point.value is not None]
    by_end = {period_end(point.period).toordinal(): point for point in course}
    found = development(
        (Measured(end, point.value, point.comparable_with) for end, point in by_end.items() if point.value is not None),
        least=_TWO_DATES,
    )
    if found.change is None or found.first is None:
        return
    share = abs(found.change) / minimum
    direction = direction_of(found.change, look.one.indicator.polarity)
    if direction is not Direction.UNFAVOURABLE or share < look.near:
        return
    is_trend = found.periods >= look.trend_periods
    yield replace(
        look.line(WarningKind.TREND if is_trend else WarningKind.CHANGE, share, abs(found.change), minimum),
        certainty=look.certainty if is_trend else Certainty.LOW,
        periods=found.periods,
        since=by_end[int(found.first.time)].period,
    )


def _standard(look: _Look) -> Iterator[EarlyWarning]:
    """A standard that is kept with little room: the worst checked value has used up most of it."""
    facts = look.one.indicator
    standard = facts.rule.standard
    if standard is None or SignalReason.STANDARD_MISSED in look.figure.signal.reasons or standard.value <= 0:
        return
    checked = _checked(facts, look.figure)
    if checked is None or checked <= 0:
        return
    low_is_bad = facts.polarity is Polarity.HIGH_FAVOURABLE
    share = standard.value / checked if low_is_bad else checked / standard.value
    if share >= max(look.near, _STANDARD_IS_NEAR):
        yield look.line(WarningKind.STANDARD, share, checked, standard.value)


def _checked(facts: IndicatorFacts, figure: AreaFigure) -> float | None:
    standard = facts.rule.standard
    if standard is None:
        return None
    if standard.scope.value == "area_value":
        return figure.value.value
    low_is_bad = facts.polarity is Polarity.HIGH_FAVOURABLE
    worst = figure.value.spread_min if low_is_bad else figure.value.spread_max
    return None if worst is None else worst.value


def _is_within_chance(look: _Look) -> bool:
    place = None if look.one.chance is None else look.one.chance.areas.get(look.area.id)
    if place is None:
        return False
    reference = look.figure.signal.reference
    if reference is not None and reference.value is not None:
        return place.interval.holds(reference.value)
    return not place.is_outside


def _certainty(one: IndicatorFigures, figure: AreaFigure, figures: CountyFigures) -> Certainty:
    """Counted, complete and young is high; each of the three that lacks lowers it."""
    until = figure.signal.valid_until
    lacking = (
        (one.indicator.aggregation not in {Aggregation.SUM, Aggregation.RATE})
        + (figure.value.coverage is not None and round(figure.value.coverage, 3) < 1)
        + (until is not None and (until - figures.today).days < _SOON_TOO_OLD_DAYS)
    )
    return (Certainty.HIGH, Certainty.MEDIUM, Certainty.LOW, Certainty.LOW)[lacking]


def narrowed(
    found: Iterable[EarlyWarning], *, area: str = "", topic: str = "", certainty: str = ""
) -> list[EarlyWarning]:
    """The lines that a filter leaves; empty means everything."""
    return [
        one
        for one in found
        if area in {"", one.area.slug}
        and topic in {"", one.figures.indicator.topic.key}
        and certainty in {"", one.certainty.value}
    ]
