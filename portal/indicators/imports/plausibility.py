"""Numbers that cannot be right by what else the same file says: somebody has to look at them before they come in.

Looked at are numbers of people, cases and things (by their unit, `natures`) and the parts of rates that the catalogue
declares. A count is whole; only averages over a year may be broken, which is seen by most numbers of their measure
being so, and by their decimals not being those of a misread sign between thousands. No part is larger than its whole;
where it is so in many rows, columns are swapped, or the heads mean something else. Where the parts of a breakdown add
up to its total nearly everywhere in the file, they do so everywhere. Which number of a contradiction is wrong nobody
knows: all of them are named, and none of them counts if the file is taken in spite of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.indicators import natures
from portal.indicators.imports.doubtful import (
    MOST_DOUBTFUL,
    Doubtful,
    Seen,
    by_place,
    cell_of,
    doubt,
    noted,
    refuse_too_many,
)
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import ImportRefused, RefusedCell
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState

# What is kept of a file stays small.
_MOST_KEPT = 100_000
# Of numbers that may be broken, and of parts that add up, so many are expected to be as most are.
_USUAL, _FEWEST = 0.9, 10
_EXACT = 0.5

Dimensions = tuple[tuple[str, str], ...]
# Code, unit and breakdown of a series.
SeriesPart = tuple[str, str, Dimensions]


class Within(NamedTuple):
    """A series whose counts are part of another's: numerator and denominator of a rate of parts."""

    part: SeriesPart
    whole: SeriesPart


class _Broken:
    """Of one measure: how many of its numbers are whole, and the first that are not."""

    def __init__(self) -> None:
        self.whole = 0
        self.broken = 0
        self.thousandths = 0
        self.first: list[Seen] = []

    def add(self, value: float) -> None:
        """Count a broken number."""
        self.broken += 1
        thousandfold = round(value * 1000, 6)
        if value < 1000 and thousandfold.is_integer() and thousandfold % 10:
            self.thousandths += 1

    @property
    def looks_grouped(self) -> bool:
        """Averages seldom end in thousandths; numbers whose sign between thousands was misread nearly always do."""
        return 2 * self.thousandths > self.broken


class _Headed(NamedTuple):
    """A number of the row that is being read, with what its heads call its wholes."""

    seen: Seen
    measure: str
    period: str
    wholes: tuple[str, ...]


class _Pair:
    """A column and its total by the heads: in how many rows it is no larger, and the rows in which it is."""

    def __init__(self) -> None:
        self.fitting = 0
        self.larger: list[tuple[Seen, Seen]] = []

    @property
    def is_general(self) -> bool:
        """Whether it is no slip of single numbers: columns are swapped, or the heads mean another total."""
        rows = self.fitting + len(self.larger)
        return rows >= _FEWEST and not _is_usual(self.fitting, len(self.larger))

    def crossed(self) -> RefusedCell:
        """The two columns, at the first row in which the part is the larger one."""
        part, whole = self.larger[0]
        return RefusedCell(
            part.row,
            part.column,
            _l(
                "Spalte %(part)s ist in %(larger)s von %(rows)s Zeilen größer als Spalte %(whole)s, als deren Teil der"
                " Kopf sie nennt. Die Spalten scheinen vertauscht.",
                part=part.column,
                whole=whole.column,
                larger=len(self.larger),
                rows=self.fitting + len(self.larger),
            ),
            part.sheet,
        )


class Plausibility:
    """Notices every observation of a file; what it keeps is limited, and what lies beyond is counted (`unchecked`)."""

    def __init__(self, within: Sequence[Within]) -> None:
        self._counts: dict[str, bool] = {}
        self._roles: dict[tuple[str, str], list[tuple[int, Dimensions, bool]]] = {}
        for number, one in enumerate(within):
            for (code, unit, dimensions), is_part in ((one.part, True), (one.whole, False)):
                self._roles.setdefault((code, unit), []).append((number, dimensions, is_part))
        self._waiting: dict[tuple[int, str, str], tuple[Seen, bool]] = {}
        self._numbers: dict[tuple[str, str], _Broken] = {}
        # Measure, unit and variable → area, period and the other breakdowns → attribute → number.
        self._groups: dict[tuple[str, str, str], dict[tuple[str, str, Dimensions], dict[str, Seen]]] = {}
        self._row: list[_Headed] = []
        self._pairs: dict[tuple[str, str], _Pair] = {}
        self._kept = 0
        self._found: list[Doubtful] = []
        # Numbers that were not looked at beside those they belong to, because too many were kept already.
        self.unchecked = 0

    def notice(self, observation: Observation) -> None:
        """Look at a number by itself and beside those it belongs to."""
        value, unit = observation.value, observation.unit
        is_count = self._counts.get(unit)
        if is_count is None:
            is_count = self._counts[unit] = natures.is_whole(unit)
        roles = self._roles.get((observation.measure, unit)) if self._roles else None
        if value is None or not (is_count or roles):
            return
        if is_count:
            self._look_at(observation, value)
            if observation.dimensions:
                self._put_beside(observation, value)
            self._put_in_row(observation, value)
        for number, dimensions, is_part in roles or ():
            if dimensions == observation.dimensions:
                self._compare(number, observation, value, is_part)

    def doubts(self) -> list[Doubtful]:
        """Everything that cannot be right, in the order of the file. Raises ImportRefused if it is too much."""
        for broken in self._numbers.values():
            if broken.looks_grouped:
                self._doubt_grouped(broken)
            elif broken.broken <= len(broken.first) and _is_usual(broken.whole, broken.broken):
                for seen in broken.first:
                    self._doubt(seen, _not_whole(seen.value), seen)
        for groups in self._groups.values():
            self._look_at_groups(groups)
        self._look_at_row()
        for pair in self._pairs.values():
            if not pair.is_general:
                for part, whole in pair.larger:
                    self._doubt(part, _larger(whole), part, whole)
        return by_place(self._found)

    def crossed(self) -> tuple[RefusedCell, ...]:
        """Columns that are larger than their total in many rows; known after `doubts`."""
        return tuple(pair.crossed() for pair in self._pairs.values() if pair.is_general)

    def _doubt_grouped(self, broken: _Broken) -> None:
        """Raises ImportRefused if there are more than can be named one by one: unnamed ones would come in."""
        if broken.broken > len(broken.first):
            raise ImportRefused([cell_of(seen, _grouped(seen.value)) for seen in broken.first])
        for seen in broken.first:
            self._doubt(seen, _grouped(seen.value), seen)

    def _look_at(self, observation: Observation, value: float) -> None:
        numbers = self._numbers.setdefault((observation.measure, observation.unit), _Broken())
        if value.is_integer():
            numbers.whole += 1
        elif observation.period_kind is PeriodKind.DATE:
            seen = noted(observation, value)
            self._doubt(seen, _not_whole(value), seen)
        else:
            numbers.add(value)
            if len(numbers.first) < MOST_DOUBTFUL:
                numbers.first.append(noted(observation, value))

    def _put_beside(self, observation: Observation, value: float) -> None:
        if observation.state is ValueState.ROUNDED_TO_ZERO:
            return
        if self._kept >= _MOST_KEPT:
            self.unchecked += 1
            return
        for at, (variable, attribute) in enumerate(observation.dimensions):
            others = observation.dimensions[:at] + observation.dimensions[at + 1 :]
            groups = self._groups.setdefault((observation.measure, observation.unit, variable), {})
            group = groups.setdefault((observation.area_key, observation.period, others), {})
            group[attribute] = noted(observation, value)
            self._kept += 1

    def _put_in_row(self, observation: Observation, value: float) -> None:
        """Heads relate numbers of one row only, so that no more than a row is kept."""
        if self._row and self._row[0].seen.row != observation.row:
            self._look_at_row()
        if value >= 0:
            seen = noted(observation, value)
            self._row.append(_Headed(seen, observation.measure, observation.period, observation.wholes))

    def _look_at_row(self) -> None:
        wholes = {(one.measure, one.period): one.seen for one in self._row}
        for one in self._row:
            for measure in one.wholes:
                whole = wholes.get((measure, one.period))
                if whole is None:
                    continue
                pair = self._pairs.setdefault((one.measure, measure), _Pair())
                if one.seen.value <= whole.value:
                    pair.fitting += 1
                else:
                    pair.larger.append((one.seen, whole))
        self._row.clear()

    def _compare(self, number: int, observation: Observation, value: float, is_part: bool) -> None:
        key = number, observation.area_key, observation.period
        other = self._waiting.pop(key, None)
        seen = noted(observation, value)
        if other is None or other[1] is is_part:
            if len(self._waiting) < _MOST_KEPT:
                self._waiting[key] = seen, is_part
            else:
                self.unchecked += 1
            return
        part, whole = (seen, other[0]) if is_part else (other[0], seen)
        if part.value > whole.value >= 0:
            self._doubt(part, _larger(whole), part, whole)

    def _look_at_groups(self, groups: Mapping[tuple[str, str, Dimensions], Mapping[str, Seen]]) -> None:
        attributes = {attribute for group in groups.values() for attribute in group if attribute}
        exact, others = 0, list[tuple[Seen, Mapping[str, Seen]]]()
        for group in groups.values():
            total = group.get("")
            if total is None:
                continue
            # Balances (more left than came) are less than what they are made of.
            if all(one.value >= 0 for one in group.values()):
                for attribute, part in group.items():
                    if attribute and part.value > total.value:
                        self._doubt(part, _larger(total), part, total)
            if len(attributes) > 1 and len(group) == len(attributes) + 1:
                rest = total.value - sum(part.value for attribute, part in group.items() if attribute)
                if abs(rest) < _EXACT:
                    exact += 1
                else:
                    others.append((total, group))
        if _is_usual(exact, len(others)):
            for total, group in others:
                self._doubt(total, _l("Die Teile ergeben zusammen nicht diese Summe."), *group.values())

    def _doubt(self, at: Seen, reason: Any, *involved: Seen) -> None:
        self._found.append(doubt(at, reason, *involved))
        refuse_too_many(self._found)


def _is_usual(usual: int, unusual: int) -> bool:
    return usual >= _FEWEST and usual >= _USUAL * (usual + unusual)


def _not_whole(value: float) -> Any:
    return _l("Eine Anzahl ist eine ganze Zahl; hier steht %(value)s.", value=str(value).replace(".", ","))


def _grouped(value: float) -> Any:
    return _l(
        "Eine Anzahl ist eine ganze Zahl; hier steht %(value)s. Vermutlich trennt das Zeichen Tausender.",
        value=str(value).replace(".", ","),
    )


def _larger(whole: Seen) -> Any:
    return _l(
        "Dieser Teil ist größer als sein Ganzes (Zeile %(row)s, Spalte %(column)s).",
        row=whole.row,
        column=whole.column,
    )
