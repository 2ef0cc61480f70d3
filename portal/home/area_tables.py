"""Tables on the pages of places: municipalities beside the map, counties side by side, changes of membership."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.areas.composition import AreaRef
from portal.areas.models import AreaMembership
from portal.core import clock
from portal.indicators import words
from portal.indicators.aggregation import CountyValue
from portal.indicators.figures import CountyFigures, IndicatorFacts, Population


@dataclass(frozen=True, kw_only=True)
class Row:
    """A municipality in the table beside the map."""

    area: AreaRef
    population: Population | None
    value: float | None
    words: str


def extent(ascending: Sequence[Row]) -> tuple[Row, Row] | None:
    """The lowest and the highest of rows in the order of their values; None where fewer than two have one."""
    known = [row for row in ascending if row.value is not None]
    return (known[0], known[-1]) if len(known) > 1 else None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A membership that began, will begin or ended: who, where, from, and the last day (None: still)."""

    member: str
    group: str
    first_day: date
    last_day: date | None
    reason: str
    is_coming: bool


def changes(history: Iterable[AreaMembership]) -> list[Change]:
    """What changed in who belongs where: memberships that ended, or that began after the group itself."""
    return [
        Change(
            member=membership.member.name,
            group=membership.group.name,
            first_day=membership.valid_from,
            last_day=None if membership.valid_to is None else membership.valid_to - timedelta(days=1),
            reason=membership.reason,
            is_coming=membership.valid_from > clock.today(),
        )
        for membership in history
        if membership.valid_to is not None
        or (membership.group.valid_from is not None and membership.valid_from > membership.group.valid_from)
    ]


@dataclass(frozen=True, kw_only=True)
class ComparisonRow:
    """One indicator for several counties; values in words, in the order of the counties; `note`: period, method."""

    topic: Any
    name: str
    note: str
    values: tuple[str, ...]


def county_comparison(figures: CountyFigures, counties: Sequence[AreaRef]) -> list[ComparisonRow]:
    """Indicators for which at least two of the counties have a value."""
    rows = []
    for topic, group in figures.by_topic():
        for one in group:
            facts = one.indicator
            found = [one.county if county.is_own else one.others.get(county.id) for county in counties]
            if sum(value is not None and (value.value is not None or bool(value.text)) for value in found) < 2:
                continue
            shown = tuple(_county_words(facts, value) for value in found)
            note = words.period(one.period)
            if facts.is_share_above:
                note += " · " + words.method(facts)
            rows.append(ComparisonRow(topic=topic.label, name=facts.name, note=note, values=shown))
    return rows


def _county_words(facts: IndicatorFacts, value: CountyValue | None) -> str:
    if value is None or (value.value is None and not value.text):
        return "–"
    if value.value is None:
        return words.county_value(facts, value)
    return words.area_number(facts, value.value)
