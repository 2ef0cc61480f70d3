"""Numbers that cannot be right by what else the same file says: somebody has to look at them before they come in.

Looked at are numbers of people, cases and things (by their unit, `natures`) and the parts of rates that the catalogue
declares. A count is whole; only averages over a year may be broken, which is seen by most numbers of their measure
being so, and by their decimals not being those of a misread sign between thousands. No part is larger than its whole;
where it is so in many rows, columns are swapped, or the heads mean something else. Where the parts of a breakdown add
up to its total nearly everywhere in the file, they do so everywhere. Which number of a contradiction is wrong nobody
knows: all of them are named, and none of them counts if the file is taken in spite of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.indicators import natures
from portal.indicators.imports.choices import Answers, Open, choose
from portal.indicators.imports.duplicates import identity
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import ImportRefused, RefusedCell
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState

MARK = "mark"
APART = "apart"
# More than that is no slip of single numbers; and what is kept of a file stays small.
MOST_DOUBTFUL = 50
_MOST_KEPT = 100_000
# Of numbers that may be broken, and of parts that add up, so many are expected to be as most are.
_USUAL, _FEWEST = 0.9, 10
_EXACT = 0.5
# Breakdowns of the agency's workbook of which each person is in exactly one; every number may be rounded.
_PARTITIONS: Mapping[str, tuple[frozenset[str], ...]] = {
    "merkmal": (
        frozenset({"maenner", "frauen"}),
        frozenset({"arbeitslose-im-rechtskreis-sgb-ii", "arbeitslose-im-rechtskreis-sgb-iii"}),
        frozenset({"ausschliesslich-geringfuegig-beschaeftigte", "im-nebenjob-geringfuegig-beschaeftigte"}),
    )
}
_ROUNDED = 1.0

Dimensions = tuple[tuple[str, str], ...]
# Code, unit and breakdown of a series.
SeriesPart = tuple[str, str, Dimensions]


class Within(NamedTuple):
    """A series whose counts are part of another's: numerator and denominator of a rate of parts."""

    part: SeriesPart
    whole: SeriesPart


class Doubtful(NamedTuple):
    """What cannot be right: where it is seen first, and everything that contradicts each other."""

    cell: RefusedCell
    identities: tuple[tuple[Any, ...], ...]


class _Seen(NamedTuple):
    """What is kept of an observation."""

    value: float
    row: int
    column: str
    sheet: str
    identity: tuple[Any, ...]


class _Broken:
    """Of one measure: how many of its numbers are whole, and the first that are not."""

    def __init__(self) -> None:
        self.whole = 0
        self.broken = 0
        self.thousandths = 0
        self.first: list[_Seen] = []

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

    seen: _Seen
    measure: str
    period: str
    wholes: tuple[str, ...]


class _Pair:
    """A column and its total by the heads: in how many rows it is no larger, and the rows in which it is."""

    def __init__(self) -> None:
        self.fitting = 0
        self.larger: list[tuple[_Seen, _Seen]] = []

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
        self._waiting: dict[tuple[int, str, str], tuple[_Seen, bool]] = {}
        self._numbers: dict[tuple[str, str], _Broken] = {}
        # Measure, unit and variable → area, period and the other breakdowns → attribute → number.
        self._groups: dict[tuple[str, str, str], dict[tuple[str, str, Dimensions], dict[str, _Seen]]] = {}
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
        for (_measure, _unit, variable), groups in self._groups.items():
            self._look_at_groups(groups)
            for partition in _PARTITIONS.get(variable, ()):
                self._look_at_partition(partition, groups)
        self._look_at_row()
        for pair in self._pairs.values():
            if not pair.is_general:
                for part, whole in pair.larger:
                    self._doubt(part, _larger(whole), part, whole)
        # Counts are whole in the sum as well; one place is named once.
        found = {(one.cell.sheet, one.cell.row, one.cell.column): one for one in reversed(self._found)}
        return [found[place] for place in sorted(found, key=lambda place: (place[0], place[1]))]

    def crossed(self) -> tuple[RefusedCell, ...]:
        """Columns that are larger than their total in many rows; known after `doubts`."""
        return tuple(pair.crossed() for pair in self._pairs.values() if pair.is_general)

    def _doubt_grouped(self, broken: _Broken) -> None:
        """Raises ImportRefused if there are more than can be named one by one: unnamed ones would come in."""
        if broken.broken > len(broken.first):
            raise ImportRefused([_cell(seen, _grouped(seen.value)) for seen in broken.first])
        for seen in broken.first:
            self._doubt(seen, _grouped(seen.value), seen)

    def _look_at(self, observation: Observation, value: float) -> None:
        numbers = self._numbers.setdefault((observation.measure, observation.unit), _Broken())
        if value.is_integer():
            numbers.whole += 1
        elif observation.period_kind is PeriodKind.DATE:
            seen = _seen(observation, value)
            self._doubt(seen, _not_whole(value), seen)
        else:
            numbers.add(value)
            if len(numbers.first) < MOST_DOUBTFUL:
                numbers.first.append(_seen(observation, value))

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
            group[attribute] = _seen(observation, value)
            self._kept += 1

    def _put_in_row(self, observation: Observation, value: float) -> None:
        """Heads relate numbers of one row only, so that no more than a row is kept."""
        if self._row and self._row[0].seen.row != observation.row:
            self._look_at_row()
        if value >= 0:
            seen = _seen(observation, value)
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
        seen = _seen(observation, value)
        if other is None or other[1] is is_part:
            if len(self._waiting) < _MOST_KEPT:
                self._waiting[key] = seen, is_part
            else:
                self.unchecked += 1
            return
        part, whole = (seen, other[0]) if is_part else (other[0], seen)
        if part.value > whole.value >= 0:
            self._doubt(part, _larger(whole), part, whole)

    def _look_at_groups(self, groups: Mapping[tuple[str, str, Dimensions], Mapping[str, _Seen]]) -> None:
        attributes = {attribute for group in groups.values() for attribute in group if attribute}
        exact, others = 0, list[tuple[_Seen, Mapping[str, _Seen]]]()
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

    def _look_at_partition(
        self, partition: frozenset[str], groups: Mapping[tuple[str, str, Dimensions], Mapping[str, _Seen]]
    ) -> None:
        for group in groups.values():
            total = group.get("")
            parts = [part for attribute, part in group.items() if attribute in partition]
            if total is None or len(parts) < len(partition):
                continue
            if abs(total.value - sum(part.value for part in parts)) > _ROUNDED:
                self._doubt(total, _l("Die Teile ergeben zusammen nicht diese Summe."), total, *parts)

    def _doubt(self, at: _Seen, reason: Any, *involved: _Seen) -> None:
        self._found.append(Doubtful(_cell(at, reason), tuple(one.identity for one in involved)))
        if len(self._found) > MOST_DOUBTFUL:
            cells = [one.cell for one in self._found[:MOST_DOUBTFUL]]
            first = RefusedCell(
                cells[0].row,
                cells[0].column,
                _l(
                    "Mehr als %(most)s Zahlen sind unplausibel; vermutlich sind Spalten vertauscht. Zuerst: %(reason)s",
                    most=MOST_DOUBTFUL,
                    reason=cells[0].reason,
                ),
                cells[0].sheet,
            )
            raise ImportRefused([first, *cells[1:]])


def check_plausible(cells: Sequence[RefusedCell], answers: Answers) -> None:
    """Raise ChoiceNeeded where numbers are doubtful, until somebody said that the others are to be taken."""
    if not cells:
        return
    choose(
        answers,
        Open.IMPLAUSIBLE,
        [
            (
                MARK,
                _l(
                    "Trotzdem übernehmen: Die unplausiblen Zahlen zählen nicht, an ihrer Stelle steht „%(state)s“.",
                    state=ValueState.SOURCE_ERROR.label,
                ),
            )
        ],
        reason=_l(
            "Zahlen der Datei widersprechen sich oder können nicht stimmen. Am besten klären Sie das mit der Stelle,"
            " von der die Datei ist."
        ),
        row=cells[0].row,
        column=cells[0].column,
        sheet=cells[0].sheet,
        cells=cells,
    )


def check_columns(crossed: Sequence[RefusedCell], answers: Answers) -> None:
    """Raise ChoiceNeeded where parts are larger than their whole in many rows, until somebody said that it is none."""
    if not crossed:
        return
    choose(
        answers,
        Open.COLUMNS,
        [(APART, _l("Nein. Die Spalten stehen richtig; sie zählen Verschiedenes und sind keine Teile voneinander."))],
        reason=_l(
            "Ein Teil kann nicht größer sein als sein Ganzes. Bitte vergleichen Sie einige Zeilen mit der Quelle und"
            " laden Sie die Datei neu herunter, wenn Spalten vertauscht sind."
        ),
        row=crossed[0].row,
        column=crossed[0].column,
        sheet=crossed[0].sheet,
        cells=crossed,
    )


def marked(doubts: Sequence[Doubtful]) -> frozenset[tuple[Any, ...]]:
    """The identities of everything that does not count."""
    return frozenset(_identities(doubts))


def _identities(doubts: Sequence[Doubtful]) -> Iterator[tuple[Any, ...]]:
    for doubt in doubts:
        yield from doubt.identities


def _seen(observation: Observation, value: float) -> _Seen:
    return _Seen(value, observation.row, observation.column, observation.sheet, identity(observation))


def _is_usual(usual: int, unusual: int) -> bool:
    return usual >= _FEWEST and usual >= _USUAL * (usual + unusual)


def _not_whole(value: float) -> Any:
    return _l("Eine Anzahl ist eine ganze Zahl; hier steht %(value)s.", value=str(value).replace(".", ","))


def _grouped(value: float) -> Any:
    return _l(
        "Eine Anzahl ist eine ganze Zahl; hier steht %(value)s. Vermutlich trennt das Zeichen Tausender.",
        value=str(value).replace(".", ","),
    )


def _cell(at: _Seen, reason: Any) -> RefusedCell:
    return RefusedCell(at.row, at.column, reason, at.sheet)


def _larger(whole: _Seen) -> Any:
    return _l(
        "Dieser Teil ist größer als sein Ganzes (Zeile %(row)s, Spalte %(column)s).",
        row=whole.row,
        column=whole.column,
    )
