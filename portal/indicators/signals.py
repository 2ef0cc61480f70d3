"""The figures' half of the rule for findings: does a value speak for a problem? (pure functions)

The portal proposes, people conclude. Numbers are compared unrounded; only what is printed is rounded.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.statistics import TREND_PERIODS, Measured, development
from portal.core.words import Worded
from portal.indicators.aggregation import Aggregation, AreaValue, AreaValueState, CountyBasis, CountyValue
from portal.indicators.models import ComparedWith, DifferenceKind, Polarity, StandardScope
from portal.indicators.periods import period_end, valid_until

# Share of an area's population that must live in members with a value.
MINIMUM_COVERAGE = 0.80


class FiguresSignal(Worded):
    """What the figures say about a planning area."""

    CONSPICUOUS = "conspicuous", _l("ungünstig auffällig")
    NOT_CONSPICUOUS = "not_conspicuous", _l("nicht auffällig")
    NOT_MEANINGFUL = "not_meaningful", _l("nicht aussagekräftig")
    NONE = "none", _l("keine Zahlen")


class SignalReason(Worded):
    """Which part of the rule decided."""

    NO_VALUES = "no_values", _l("noch keine Werte")
    COUNTY_ONLY = "county_only", _l("nur Kreiswert")
    CLASS_ONLY = "class_only", _l("nur als Klasse veröffentlicht")
    TOO_OLD = "too_old", _l("zu alt")
    LOW_COVERAGE = "low_coverage", _l("Werte für zu wenige Menschen")
    SECRET = "secret", _l("einzelne Werte sind geheim")
    AMBIGUOUS = "ambiguous", _l("Richtung nicht eindeutig")
    DIFFERENCE = "difference", _l("Abweichung vom Landkreis")
    TREND = "trend", _l("ungünstige Entwicklung")
    STANDARD_MISSED = "standard_missed", _l("Richtwert verfehlt")
    BELOW_MINIMUM = "below_minimum", _l("Abweichung unter der Schwelle")
    WITHIN_CHANCE = "within_chance", _l("Abweichung im Bereich des Zufalls")
    NOT_WORSE = "not_worse", _l("nicht ungünstiger als der Landkreis")
    NOT_COMPARED = "not_compared", _l("kein Vergleich festgelegt")
    NO_REFERENCE = "no_reference", _l("der festgelegte Bezugswert fehlt")
    NO_COUNTY = "no_county", _l("kein Kreiswert zum Vergleichen")


_OF_REFERENCES = {
    SignalReason.DIFFERENCE: _l("Abweichung vom Bezugswert"),
    SignalReason.NOT_WORSE: _l("nicht ungünstiger als der Bezugswert"),
}


class Direction(Worded):
    """On which side of what it is compared with an area's value lies."""

    UNFAVOURABLE = "unfavourable", _l("ungünstiger")
    FAVOURABLE = "favourable", _l("günstiger")
    EQUAL = "equal", _l("gleich")


class StandardCheck(Worded):
    """Whether a legal standard or target value is kept."""

    KEPT = "kept", _l("eingehalten")
    MISSED = "missed", _l("verfehlt")


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A legal standard or target; a value may be off by `tolerance` before it counts as missed."""

    value: float
    scope: StandardScope
    tolerance: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A reference value that stands in the county's place; `value` is None if none of that kind holds today."""

    kind: ComparedWith
    value: float | None
    refers_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SignalRule:
    """What the catalogue fixes beforehand for an indicator.

    `min_difference` is meant in units of the area value (absolute) or as a share of what is compared with
    (relative); without it there is no comparison. `reference` takes the county's place.
    """

    polarity: Polarity
    age_limit_years: int
    min_difference: float | None = None
    min_difference_kind: DifferenceKind | None = None
    standard: Standard | None = None
    minimum_coverage: float = MINIMUM_COVERAGE
    reference: Reference | None = None

    def __post_init__(self) -> None:
        if (self.min_difference is None) != (self.min_difference_kind is None):
            raise ValueError("a minimum difference needs its kind")


@dataclass(frozen=True)
class TrendPoint:
    """A value of the area's own series; `basis` names what makes periods comparable (census and territory)."""

    period: str
    value: float
    basis: Hashable = ""


@dataclass(frozen=True)
class Trend:
    """Development over the comparable periods up to the newest; `change` is None with too few."""

    periods: int
    change: float | None


@dataclass(frozen=True, kw_only=True)
class Signal:
    """The signal, why, and every number that was compared."""

    signal: FiguresSignal
    reasons: tuple[SignalReason, ...]
    difference: float | None = None
    min_difference: float | None = None
    direction: Direction | None = None
    standard_check: StandardCheck | None = None
    valid_until: date | None = None
    reference: Reference | None = None

    @property
    def labels(self) -> list[Any]:
        """The reasons in words; those that name the county say what stands in its place."""
        if self.reference is None:
            return [reason.label for reason in self.reasons]
        return [_OF_REFERENCES.get(reason, reason.label) for reason in self.reasons]


def figures_signal(
    area: AreaValue,
    county: CountyValue,
    *,
    rule: SignalRule,
    period: str | None,
    today: date,
    trend: Trend | None = None,
    outside_chance_limits: bool | None = None,
) -> Signal:
    """The signal of one indicator for one planning area; the first match decides.

    1 neither area nor county has a value → none; 2 county only or class → not meaningful; then not meaningful
    if 3 too old (from the day after `valid_until`), 4 covering less than 80 % of the area's population (or secret)
    or, unless there is a standard or a reference value to go by, without a county value to compare with, 5 of
    ambiguous polarity, or without that reference value; 6 difference or trend of at least the minimum in the
    unfavourable direction, or standard missed → conspicuous; 7 otherwise not conspicuous.

    `outside_chance_limits` is None where chance has no meaning (full counts, modelled values).
    """
    if not area.members_with_value:
        return _without_area_value(area, county)
    if period is None:
        raise ValueError("a value needs its period")
    found = _compare(area, county, rule, valid_until(period, rule.age_limit_years))
    blocked = _blocked(area, county, rule, found, today)
    if blocked is not None:
        return _with(found, FiguresSignal.NOT_MEANINGFUL, blocked)
    reached = _reached(found, rule, trend, outside_chance_limits)
    if reached:
        return _with(found, FiguresSignal.CONSPICUOUS, *reached)
    return _with(found, FiguresSignal.NOT_CONSPICUOUS, _why_not(found, outside_chance_limits))


def compared_value(rule: SignalRule, county: CountyValue) -> float | None:
    """What the area's value is measured against: the reference value, else the county's.

    A published county value serves where the area's was made of counts as well: both are the same rate then, while a
    mean of municipal values or a share of people is something else than what was published.
    """
    if rule.reference is not None:
        return rule.reference.value
    is_same_rate = county.computed is not None and county.computed.aggregation is Aggregation.RATE
    if county.basis is CountyBasis.COMPUTED or (county.basis is CountyBasis.PUBLISHED and is_same_rate):
        return county.value
    return None


def minimum_difference(rule: SignalRule, compared: float) -> float | None:
    """The minimum relevant difference in units of the area value."""
    if rule.min_difference is None:
        return None
    if rule.min_difference_kind is DifferenceKind.RELATIVE:
        return rule.min_difference * abs(compared)
    return rule.min_difference


def direction_of(difference: float, polarity: Polarity) -> Direction | None:
    """Unfavourable is below for high-is-favourable and above for high-is-unfavourable; None if neutral."""
    if polarity is Polarity.NEUTRAL:
        return None
    if difference == 0:
        return Direction.EQUAL
    is_unfavourable = (difference < 0) == (polarity is Polarity.HIGH_FAVOURABLE)
    return Direction.UNFAVOURABLE if is_unfavourable else Direction.FAVOURABLE


def check_standard(area: AreaValue, rule: SignalRule) -> StandardCheck | None:
    """Whether the standard is kept: by the area's value, or by every member value (the worst decides)."""
    if rule.standard is None or rule.polarity is Polarity.NEUTRAL:
        return None
    low_is_bad = rule.polarity is Polarity.HIGH_FAVOURABLE
    if rule.standard.scope is StandardScope.AREA_VALUE:
        checked = area.value
    else:
        worst = area.spread_min if low_is_bad else area.spread_max
        checked = None if worst is None else worst.value
    if checked is None:
        return None
    if low_is_bad:
        missed = checked < rule.standard.value - rule.standard.tolerance
    else:
        missed = checked > rule.standard.value + rule.standard.tolerance
    return StandardCheck.MISSED if missed else StandardCheck.KEPT


def trend_of(points: Sequence[TrendPoint], least: int = TREND_PERIODS) -> Trend:
    """Change from the first to the newest of the periods that share the newest one's basis; none with fewer than
    `least`.

    Periods on another census base or territory are not comparable and therefore neither counted nor bridged. Of
    two periods that end on the same day (a year and its last day) one counts.
    """
    by_end = {period_end(point.period): point for point in points}
    found = development((Measured(end.toordinal(), point.value, point.basis) for end, point in by_end.items()), least)
    return Trend(periods=found.periods, change=found.change)


def _compare(area: AreaValue, county: CountyValue, rule: SignalRule, until: date) -> Signal:
    """All numbers of the comparison; the signal itself is decided by the caller."""
    reference = compared_value(rule, county)
    # A count of a part says nothing against the count of the whole.
    if area.value is None or reference is None or area.aggregation is Aggregation.SUM:
        difference, minimum, direction = None, None, None
    else:
        difference = area.value - reference
        minimum = minimum_difference(rule, reference)
        direction = direction_of(difference, rule.polarity)
    return Signal(
        signal=FiguresSignal.NOT_CONSPICUOUS,
        reasons=(),
        difference=difference,
        min_difference=minimum,
        direction=direction,
        standard_check=check_standard(area, rule),
        valid_until=until,
        reference=rule.reference,
    )


def _without_area_value(area: AreaValue, county: CountyValue) -> Signal:
    if area.members_suppressed:
        return Signal(signal=FiguresSignal.NOT_MEANINGFUL, reasons=(SignalReason.SECRET,))
    reasons = []
    if area.state is AreaValueState.CLASS_ONLY or county.text is not None:
        reasons.append(SignalReason.CLASS_ONLY)
    if county.basis is CountyBasis.PUBLISHED:
        reasons.append(SignalReason.COUNTY_ONLY)
    if reasons:
        return Signal(signal=FiguresSignal.NOT_MEANINGFUL, reasons=tuple(reasons))
    return Signal(signal=FiguresSignal.NONE, reasons=(SignalReason.NO_VALUES,))


def _blocked(area: AreaValue, county: CountyValue, rule: SignalRule, found: Signal, today: date) -> SignalReason | None:
    if found.valid_until is not None and today > found.valid_until:
        return SignalReason.TOO_OLD
    if area.value is None and area.members_suppressed:
        return SignalReason.SECRET
    if area.value is None or area.coverage is None or area.coverage < rule.minimum_coverage:
        return SignalReason.LOW_COVERAGE
    if rule.standard is None and rule.reference is None and _is_incomparable(rule, county):
        return SignalReason.NO_COUNTY
    if rule.polarity is Polarity.NEUTRAL:
        return SignalReason.AMBIGUOUS
    if rule.reference is not None and rule.reference.value is None:
        return SignalReason.NO_REFERENCE
    return None


def _is_incomparable(rule: SignalRule, county: CountyValue) -> bool:
    """Whether there is no county value to compare with: too few municipalities have one, or it would tell a secret."""
    has_basis = county.computed is not None or county.basis is CountyBasis.WITHHELD
    return has_basis and compared_value(rule, county) is None


def _reached(
    found: Signal, rule: SignalRule, trend: Trend | None, outside_chance_limits: bool | None
) -> tuple[SignalReason, ...]:
    reasons = []
    if found.direction is Direction.UNFAVOURABLE and outside_chance_limits is not False and _is_relevant(found):
        reasons.append(SignalReason.DIFFERENCE)
    if trend is not None and trend.change is not None and found.min_difference is not None:
        worsened = direction_of(trend.change, rule.polarity) is Direction.UNFAVOURABLE
        if worsened and abs(trend.change) >= found.min_difference:
            reasons.append(SignalReason.TREND)
    if found.standard_check is StandardCheck.MISSED:
        reasons.append(SignalReason.STANDARD_MISSED)
    return tuple(reasons)


def _is_relevant(found: Signal) -> bool:
    return (
        found.difference is not None
        and found.min_difference is not None
        and abs(found.difference) >= found.min_difference
    )


def _why_not(found: Signal, outside_chance_limits: bool | None) -> SignalReason:
    if found.difference is None or found.min_difference is None:
        return SignalReason.NOT_COMPARED
    if found.direction is not Direction.UNFAVOURABLE:
        return SignalReason.NOT_WORSE
    if outside_chance_limits is False and _is_relevant(found):
        return SignalReason.WITHIN_CHANCE
    return SignalReason.BELOW_MINIMUM


def _with(found: Signal, signal: FiguresSignal, *reasons: SignalReason) -> Signal:
    return replace(found, signal=signal, reasons=reasons)
