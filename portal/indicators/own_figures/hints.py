"""What somebody should look at before a delivery is released: nothing here is refused (pure functions).

One secret number among many is no secret where the sum is known (Hundepool and others 2012, "Statistical Disclosure
Control", section 4.3): the supplier is told where exactly one is left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isclose
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas.composition import AreaRef, Composition
from portal.core.formats import number
from portal.indicators import words
from portal.indicators.figures import ShownValue
from portal.indicators.natures import Nature
from portal.indicators.own_figures.layout import OwnIndicator
from portal.indicators.own_figures.reading import Entered, Read
from portal.indicators.periods import period_end
from portal.indicators.value_states import ValueState

_JUMP, _SMALLEST_COMPARED, _NAMED = 2.0, 10.0, 5
_FEWEST_SHARES = 3

# Indicator → area id → period → visible value.
Visible = Mapping[str, Mapping[int, Mapping[str, ShownValue]]]


class HintKind(StrEnum):
    """What was noticed."""

    ALONE = "alone"
    SUM = "sum"
    SHARES = "shares"
    JUMP = "jump"
    PEOPLE = "people"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Hint:
    """One thing noticed in a column; `places` are names, `numbers` what was compared."""

    kind: HintKind
    indicator: str
    period: str
    places: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "indicator": self.indicator,
            "period": self.period,
            "places": list(self.places),
            "numbers": list(self.numbers),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Hint":
        return cls(
            kind=HintKind(plain["kind"]),
            indicator=plain["indicator"],
            period=plain["period"],
            places=tuple(plain["places"]),
            numbers=tuple(plain["numbers"]),
        )


def hints(
    read: Read,
    indicators: Mapping[str, OwnIndicator],
    composition: Composition,
    visible: Visible,
    people: Mapping[int, float],
) -> list[Hint]:
    """Everything noticed, column by column; `people` is the population by area."""
    found: list[Hint] = []
    for key, period in read.columns:
        column = {one.area_id: one for one in read.entered if (one.indicator, one.period) == (key, period)}
        indicator = indicators[key]
        found += _alone(column, key, period.text, composition)
        if indicator.nature is Nature.COUNT:
            found += _sum(column, key, period.text, composition)
            found += _more_than_people(column, key, period.text, composition, people)
        if indicator.unit.startswith(("Prozent", "%")):
            found += _shares(column, key, period.text)
        found += _jumps(column, key, period.text, composition, visible.get(key, {}))
        found += _missing(column, key, period.text, composition, visible.get(key, {}))
    return found


def _alone(column: Mapping[int, Entered], key: str, period: str, composition: Composition) -> Iterator[Hint]:
    """Exactly one secret municipality in a planning area (or in the county, outside of all planning areas)."""
    secret = {area_id for area_id, one in column.items() if one.state is ValueState.SUPPRESSED}
    named: set[int] = set()
    for group in composition.planning_areas:
        alone = [place for place in composition.members(group.id) if place.id in secret]
        if len(alone) == 1:
            named.add(alone[0].id)
            yield Hint(kind=HintKind.ALONE, indicator=key, period=period, places=(alone[0].name, group.name))
    everywhere = [place for place in composition.municipalities if place.id in secret]
    if len(everywhere) == 1 and everywhere[0].id not in named:
        yield Hint(kind=HintKind.ALONE, indicator=key, period=period, places=(everywhere[0].name,))


def _sum(column: Mapping[int, Entered], key: str, period: str, composition: Composition) -> Iterator[Hint]:
    """The county's number is not the sum of all its municipalities."""
    whole = column.get(composition.county.id)
    parts = [column[place.id].value for place in composition.municipalities if place.id in column]
    if whole is None or whole.value is None or len(parts) != len(composition.municipalities):
        return
    numbers = [part for part in parts if part is not None]
    if len(numbers) == len(parts) and not isclose(sum(numbers), whole.value):
        yield Hint(kind=HintKind.SUM, indicator=key, period=period, numbers=(sum(numbers), whole.value))


def _more_than_people(
    column: Mapping[int, Entered], key: str, period: str, composition: Composition, people: Mapping[int, float]
) -> Iterator[Hint]:
    """Counts above the number of people who live there: rarely right, and seen on a first delivery as well."""
    found = [
        place.name
        for place in (*composition.municipalities, composition.county)
        if (one := column.get(place.id)) is not None
        and one.value is not None
        and one.value > people.get(place.id, float("inf"))
    ]
    if found:
        yield Hint(kind=HintKind.PEOPLE, indicator=key, period=period, places=tuple(found))


def _shares(column: Mapping[int, Entered], key: str, period: str) -> Iterator[Hint]:
    """Per cent that look like fractions: all of them below one."""
    numbers = [one.value for one in column.values() if one.value]
    if len(numbers) >= _FEWEST_SHARES and all(abs(value) <= 1 for value in numbers):
        yield Hint(kind=HintKind.SHARES, indicator=key, period=period, numbers=(max(numbers),))


def _jumps(
    column: Mapping[int, Entered],
    key: str,
    period: str,
    composition: Composition,
    visible: Mapping[int, Mapping[str, ShownValue]],
) -> Iterator[Hint]:
    """Numbers more than twice or less than half of the latest earlier one."""
    found = []
    for place in (*composition.municipalities, composition.county):
        one, before = column.get(place.id), _before(visible.get(place.id, {}), period)
        if one is None or one.value is None or before is None or min(one.value, before) < 0:
            continue
        if max(one.value, before) >= _SMALLEST_COMPARED and max(one.value, before) > _JUMP * min(one.value, before):
            found.append(place.name)
    if found:
        yield Hint(kind=HintKind.JUMP, indicator=key, period=period, places=tuple(found))


def _before(periods: Mapping[str, ShownValue], period: str) -> float | None:
    earlier = [one for one in periods if period_end(one) < period_end(period) and periods[one].value is not None]
    return periods[max(earlier, key=period_end)].value if earlier else None


def _missing(
    column: Mapping[int, Entered],
    key: str,
    period: str,
    composition: Composition,
    visible: Mapping[int, Mapping[str, ShownValue]],
) -> Iterator[Hint]:
    """Municipalities that have neither number nor sign, and had none before."""
    without: list[AreaRef] = [
        place
        for place in composition.municipalities
        if place.id not in column and period not in visible.get(place.id, {})
    ]
    if column and without:
        yield Hint(kind=HintKind.MISSING, indicator=key, period=period, places=tuple(place.name for place in without))


def in_words(hint: Hint) -> tuple[str, str]:
    """What was noticed, and what to do about it."""
    if hint.kind is HintKind.ALONE:
        return (
            _("Im Planungsraum %(area)s ist nur %(place)s geheim.", place=hint.places[0], area=hint.places[1])
            if len(hint.places) > 1
            else _("Im ganzen Landkreis ist nur %(place)s geheim.", place=hint.places[0]),
            _(
                "Wer die Summe kennt, kann die Zahl ausrechnen. Ist die Summe irgendwo veröffentlicht, muss eine "
                "zweite Gemeinde geheim bleiben."
            ),
        )
    if hint.kind is HintKind.SUM:
        total, county = (number(value, 0 if value.is_integer() else 2) for value in hint.numbers)
        return (
            _(
                "Die Gemeinden ergeben zusammen %(sum)s, für den Landkreis steht %(county)s.",
                sum=total,
                county=county,
            ),
            _("Gezeigt wird die Summe der Gemeinden. Bitte prüfen Sie, ob eine Zahl falsch ist."),
        )
    if hint.kind is HintKind.SHARES:
        return (
            _("Alle Werte liegen zwischen 0 und 1."),
            _("Gemeint sind Prozent: 12,5 und nicht 0,125. Bitte prüfen Sie die Einheit."),
        )
    if hint.kind is HintKind.JUMP:
        return (
            ngettext(
                "%(num)d Wert ist mehr als doppelt oder weniger als halb so groß wie der vorige: %(places)s.",
                "%(num)d Werte sind mehr als doppelt oder weniger als halb so groß wie die vorigen: %(places)s.",
                len(hint.places),
                places=_listed(hint.places),
            ),
            _("Bitte prüfen Sie, ob das stimmt."),
        )
    if hint.kind is HintKind.PEOPLE:
        return (
            ngettext(
                "%(num)d Wert ist größer als die Zahl der Menschen, die dort leben: %(places)s.",
                "%(num)d Werte sind größer als die Zahl der Menschen, die dort leben: %(places)s.",
                len(hint.places),
                places=_listed(hint.places),
            ),
            _("Bitte prüfen Sie, ob das stimmt."),
        )
    return (
        ngettext(
            "%(num)d Gemeinde hat weder Zahl noch Zeichen: %(places)s.",
            "%(num)d Gemeinden haben weder Zahl noch Zeichen: %(places)s.",
            len(hint.places),
            places=_listed(hint.places),
        ),
        _("Planungsräume mit ihnen gelten als unvollständig. Gibt es keine Angabe, wählen Sie „fehlt“."),
    )


def _listed(places: Sequence[str]) -> str:
    shown = ", ".join(places[:_NAMED])
    more = len(places) - _NAMED
    return shown if more <= 0 else _("%(places)s und %(count)s weitere", places=shown, count=more)


def about(hint: Hint, indicators: Mapping[str, str]) -> str:
    """Which column a hint is about."""
    return f"{indicators.get(hint.indicator, hint.indicator)}, {words.period(hint.period)}"
