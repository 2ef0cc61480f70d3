"""Which counts follow from others: parts and their whole, the same count under two names (pure functions).

Whoever knows a whole and all parts but one knows that one (Hundepool and others 2012, "Statistical Disclosure Control",
section 4.3). Publishers' breakdowns overlap and nest, so relations are not taken from names: a column of counts follows
from others if one sum of them, with the same factors everywhere, gives most of its numbers. Most and not all, because
publishers err and correct. Where there are too few numbers to tell, a relation is assumed.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from portal.indicators.rates import SeriesValues

# Area and period.
Cell = tuple[int, str]
# The numbers of one count, by cell.
Column = Mapping[Cell, float]
_NEARLY = 1e-6
_MOST = 0.5
# Numbers from so many different rows on are tried, so that one wrong number hides no relation.
_STARTS = 5


@dataclass(frozen=True)
class Related:
    """Counts that may follow from each other, by family. `known`: those that somebody is shown.

    `assumed`: where there are too few numbers to tell, any of them counts as a sum or difference of others.
    """

    columns: Mapping[Hashable, Column]
    known: frozenset[Hashable]
    assumed: bool = False
    _found: dict[tuple[Hashable, frozenset[Hashable], str], dict[Hashable, float] | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    def factors(self, wanted: Hashable, beside: Iterable[Hashable], period: str) -> dict[Hashable, float] | None:
        """How the wanted count follows from the others in that period; None if it does not."""
        others = frozenset(beside) - {wanted}
        key = wanted, others, period
        if key not in self._found:
            self._found[key] = self._factors(self.columns.get(wanted, {}), others, period, assumed=self.assumed)
        return self._found[key]

    def factors_of_sum(
        self, wanted: Iterable[Hashable], beside: Iterable[Hashable], period: str
    ) -> dict[Hashable, float] | None:
        """The same for what several counts add up to."""
        columns = [self.columns[one] for one in wanted if one in self.columns]
        cells = set.intersection(*(set(column) for column in columns)) if columns else set()
        return self._factors({cell: fsum(column[cell] for column in columns) for cell in cells}, set(beside), period)

    def _factors(
        self, target: Column, others: Iterable[Hashable], period: str, *, assumed: bool = False
    ) -> dict[Hashable, float] | None:
        names = sorted(others, key=repr)
        if not names:
            return None
        columns = [self.columns[name] for name in names]
        everywhere = [cell for cell in target if all(cell in column for column in columns)]
        cells = [cell for cell in everywhere if cell[1] == period]
        if len(cells) < len(names) + 2:
            cells = everywhere
        rows = [([column[cell] for column in columns], target[cell]) for cell in sorted(cells)]
        rows = [row for row in rows if row[1] or any(row[0])]
        if len(rows) < len(names) + 2:
            return dict.fromkeys(names, 1.0) if assumed and len(names) > 1 else None
        found = solved(rows)
        return None if found is None else {name: one for name, one in zip(names, found, strict=True) if one}

    def total(self, family: Hashable, period: str) -> float:
        """What all numbers of a count in a period add up to."""
        return fsum(number for cell, number in self.columns.get(family, {}).items() if cell[1] == period)

    def whole(self, period: str) -> Hashable | None:
        """The count that no other one exceeds in any of at least two places: what the others may be parts of."""
        ranked = sorted(self.known, key=lambda one: (-self.total(one, period), repr(one)))
        if len(ranked) < 2:
            return None
        first = self.columns[ranked[0]]
        is_largest = all(
            number <= first.get(cell, number)
            for other in ranked[1:]
            for cell, number in self.columns[other].items()
            if cell[1] == period
        )
        return ranked[0] if is_largest else None


def column_of(values: SeriesValues) -> Column:
    """The numbers of a series by area and period."""
    return {
        (area_id, period): shown.value
        for area_id, periods in values.items()
        for period, shown in periods.items()
        if shown.value is not None
    }


def with_rests(related: Related) -> Related:
    """The same with what each part leaves of the whole: a rest that small is secret, whoever counts it."""
    columns = dict(related.columns)
    periods = sorted({cell[1] for one in related.known for cell in related.columns[one]})
    for period in periods:
        whole = related.whole(period)
        for part in related.known - {whole} if whole is not None else ():
            rest = {
                cell: related.columns[whole][cell] - number
                for cell, number in related.columns[part].items()
                if cell[1] == period and cell in related.columns[whole]
            }
            columns["rest", part] = {**columns.get(("rest", part), {}), **rest}
    return Related(columns=columns, known=related.known, assumed=related.assumed)


def solved(rows: Sequence[tuple[Sequence[float], float]]) -> list[float] | None:
    """The factors by which the numbers of most rows add up to the last one; None if there are none."""
    for start in range(_STARTS):
        first = start * len(rows) // _STARTS
        found, used = _eliminated([*rows[first:], *rows[:first]])
        if found is None or not any(found):
            continue
        fits = [abs(fsum(map(_product, found, row)) - wanted) <= _NEARLY * max(1.0, wanted) for row, wanted in rows]
        telling = [fit for fit, (_row, wanted) in zip(fits, rows, strict=True) if wanted]
        enough = sum(fits) > used and sum(fits) >= _MOST * len(fits)
        if enough and sum(telling) >= _MOST * len(telling):
            return found
    return None


def _product(one: float, other: float) -> float:
    return one * other


def _eliminated(rows: Sequence[tuple[Sequence[float], float]]) -> tuple[list[float] | None, int]:
    """Factors from the first rows that say something new (Gauss and Jordan), and how many these were."""
    width = len(rows[0][0])
    pivots: dict[int, list[float]] = {}
    for numbers, wanted in rows:
        row = [*numbers, wanted]
        for column, pivot in pivots.items():
            factor = row[column]
            row = [one - factor * other for one, other in zip(row, pivot, strict=True)]
        size = max(1.0, *map(abs, numbers))
        chosen = max(range(width), key=lambda column: abs(row[column]))
        if abs(row[chosen]) <= _NEARLY * size:
            continue
        row = [one / row[chosen] for one in row]
        for column, pivot in pivots.items():
            factor = pivot[chosen]
            pivots[column] = [one - factor * other for one, other in zip(pivot, row, strict=True)]
        pivots[chosen] = row
        if len(pivots) == width:
            break
    if not pivots:
        return None, 0
    found = [pivots[column][-1] if column in pivots else 0.0 for column in range(width)]
    return [0.0 if abs(one) <= _NEARLY else one for one in found], len(pivots)
