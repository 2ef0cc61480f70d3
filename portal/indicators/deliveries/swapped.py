"""Columns that a delivery seems to have swapped: its values are those that stood in the place of others before.

Heads stay right when somebody cuts and pastes the figures below them; only the former delivery tells it then. Looked
at is what may be shown: a number that pages hold back must not be found out by handing in guesses.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from portal.indicators import breakdowns, words
from portal.indicators.breakdowns import PartLabels
from portal.indicators.deliveries.comparison import ListedValue
from portal.indicators.deliveries.counting import Counts
from portal.indicators.deliveries.exchanged import exchanged_rows
from portal.indicators.deliveries.pages import Change, classified
from portal.indicators.imports.choices import Answers, Open, choose
from portal.indicators.imports.doubtful import APART
from portal.indicators.imports.exchanges import is_exchanged
from portal.indicators.imports.refusals import RefusedCell
from portal.indicators.models import ImportBatch

# Larger deliveries are not looked at: every value is held beside all others of its place.
MOST_COMPARED = 30_000
# So many values of a column must have changed, and so large a part of them must be those of one other column.
_FEWEST, _MOSTLY = 10, 0.8
_MOST_NAMED = 12
# Two numbers as large as that do not become exactly each other by chance, near as they may be.
_NO_CHANCE = 100.0

# Series and breakdown.
_Column = tuple[int, str]


def check_swapped(
    batch: ImportBatch, counts: Counts, answers: Answers, *, labels: PartLabels, has_few_columns: bool
) -> None:
    """Raise ChoiceNeeded where columns or rows seem to be swapped, until somebody said that they are not.

    `labels` are what the file calls its parts; `has_few_columns`: it is a workbook of one area, whose rows are compared
    one by one. A fixed number of queries; nothing is said of deliveries with more than `MOST_COMPARED` values.
    """
    total = counts.new + counts.changed + counts.unchanged + counts.withheld
    if total > MOST_COMPARED or not (has_few_columns or counts.changed > 1):
        return
    values = [one for one, change in classified(batch) if change is not Change.WITHHELD]
    reasons = [
        _l("„%(one)s“ hat fast überall die Werte, die bisher bei „%(other)s“ standen.", one=one, other=other)
        for one, other in swapped(values, labels)
    ]
    if not reasons:
        pairs = mutual(values, labels) or (exchanged_rows(batch, values, labels) if has_few_columns else [])
        reasons = [
            _l(
                "„%(one)s“ und „%(other)s“ haben seit der vorigen Lieferung ihre Zahlen getauscht (%(period)s).",
                one=one,
                other=other,
                period=words.period_short(period),
            )
            for one, other, period in pairs
        ]
    if not reasons:
        return
    choose(
        answers,
        Open.COLUMNS,
        [(APART, _l("Nein. Alles steht an der richtigen Stelle; die bisherigen Werte waren vertauscht."))],
        reason=_l("Spalten oder Zeilen scheinen vertauscht. Bitte vergleichen Sie einige Zahlen mit der Quelle."),
        cells=[RefusedCell(1, "A", reason) for reason in reasons[:_MOST_NAMED]],
    )


def swapped(values: Sequence[ListedValue], labels: PartLabels) -> list[tuple[str, str]]:
    """Titles of columns with the title of the one whose former values they bring, in the order of the listing."""
    before: dict[tuple[int, str], dict[float, set[_Column]]] = defaultdict(lambda: defaultdict(set))
    titles = {_column(one): _title(one, labels) for one in values}
    for one in values:
        if one.old_value is not None:
            before[one.area_id, one.period][one.old_value].add(_column(one))
    changed: Counter[_Column] = Counter()
    taken: dict[_Column, Counter[_Column]] = defaultdict(Counter)
    for one in values:
        if one.is_changed and one.new_value is not None:
            changed[_column(one)] += 1
            taken[_column(one)].update(before[one.area_id, one.period].get(one.new_value, set()) - {_column(one)})
    pairs = {
        column: others.most_common(1)[0][0]
        for column, others in taken.items()
        if others and changed[column] >= _FEWEST and others.most_common(1)[0][1] >= _MOSTLY * changed[column]
    }
    # One column alone may have become the same as another; swapped are those whose own values went elsewhere.
    return [(titles[one], titles[other]) for one, other in pairs.items() if one in pairs.values()]


def mutual(values: Sequence[ListedValue], labels: PartLabels) -> list[tuple[str, str, str]]:
    """Titles of two columns that took exactly each other's former values wherever they changed, with a period.

    However few those are: large numbers, or two far from each other, do not change places by chance. A table of all
    counties has a single row for the county of the portal.
    """
    changed: Counter[_Column] = Counter()
    pairs: dict[tuple[_Column, _Column], list[ListedValue]] = defaultdict(list)
    titles: dict[_Column, str] = {}
    by_place: dict[tuple[int, str], list[ListedValue]] = defaultdict(list)
    for one in values:
        if one.is_changed:
            changed[_column(one)] += 1
            titles[_column(one)] = _title(one, labels)
            by_place[one.area_id, one.period].append(one)
    for found in by_place.values():
        known: dict[tuple[float | None, float | None], list[ListedValue]] = defaultdict(list)
        for one in found:
            for other in known[one.new_value, one.old_value]:
                if _have_exchanged(other, one):
                    pairs[_column(other), _column(one)].append(one)
            known[one.old_value, one.new_value].append(one)
    return [
        (titles[one], titles[other], found[0].period)
        for (one, other), found in pairs.items()
        if len(found) >= _MOSTLY * max(changed[one], changed[other])
    ]


def _have_exchanged(one: ListedValue, other: ListedValue) -> bool:
    if one.old_value is None or other.old_value is None or one.new_value is None or other.new_value is None:
        return False
    is_large = min(one.old_value, other.old_value) >= _NO_CHANCE and one.old_value != other.old_value
    return is_large or is_exchanged((one.old_value, other.old_value), (one.new_value, other.new_value))


def _column(one: ListedValue) -> _Column:
    return one.series_id, one.dimensions


def _title(one: ListedValue, labels: PartLabels) -> str:
    return f"{one.series} ({breakdowns.in_words(one.dimensions, labels)})" if one.dimensions else one.series
