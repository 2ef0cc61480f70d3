"""Columns that a delivery seems to have swapped: its values are those that stood in the place of others before.

Heads stay right when somebody cuts and pastes the figures below them; only the former delivery tells it then. Looked
at is what may be shown: a number that pages hold back must not be found out by handing in guesses.
"""

from collections import Counter, defaultdict

from flask_babel import lazy_gettext as _l

from portal.indicators.deliveries.counting import Counts
from portal.indicators.deliveries.pages import Change, classified
from portal.indicators.imports.choices import Answers, Open, choose
from portal.indicators.imports.plausibility import APART
from portal.indicators.imports.refusals import RefusedCell
from portal.indicators.models import ImportBatch

# Larger deliveries are not looked at: every value is held beside all others of its place.
MOST_COMPARED = 30_000
# So many values of a column must have changed, and so large a part of them must be those of one other column.
_FEWEST, _MOSTLY = 10, 0.8

# Series and breakdown.
_Column = tuple[int, str]


def check_swapped(batch: ImportBatch, counts: Counts, answers: Answers) -> None:
    """Raise ChoiceNeeded where columns seem to be swapped, until somebody said that they are not.

    A fixed number of queries; nothing is said of deliveries with more than `MOST_COMPARED` values.
    """
    total = counts.new + counts.changed + counts.unchanged + counts.withheld
    if counts.changed < _FEWEST or total > MOST_COMPARED:
        return
    crossed = swapped(batch)
    if not crossed:
        return
    reasons = [
        _l("„%(one)s“ hat fast überall die Werte, die bisher bei „%(other)s“ standen.", one=one, other=other)
        for one, other in crossed
    ]
    choose(
        answers,
        Open.COLUMNS,
        [(APART, _l("Nein. Die Spalten stehen richtig; die bisherigen Werte waren vertauscht."))],
        reason=_l("Die Spalten scheinen vertauscht. Bitte vergleichen Sie einige Zeilen mit der Quelle."),
        cells=[RefusedCell(1, "A", reason) for reason in reasons],
    )


def swapped(batch: ImportBatch) -> list[tuple[str, str]]:
    """Titles of columns with the title of the one whose former values they bring, in the order of the listing."""
    before: dict[tuple[int, str], dict[float, set[_Column]]] = defaultdict(lambda: defaultdict(set))
    found = [one for one, change in classified(batch) if change is not Change.WITHHELD]
    titles: dict[_Column, str] = {}
    for one in found:
        column = one.series_id, one.dimensions
        titles[column] = f"{one.series} ({one.dimensions})" if one.dimensions else one.series
        if one.old_value is not None:
            before[one.area_id, one.period][one.old_value].add(column)
    changed: Counter[_Column] = Counter()
    taken: dict[_Column, Counter[_Column]] = defaultdict(Counter)
    for one in found:
        if one.is_changed and one.new_value is not None:
            column = one.series_id, one.dimensions
            changed[column] += 1
            taken[column].update(before[one.area_id, one.period].get(one.new_value, set()) - {column})
    pairs = {
        column: others.most_common(1)[0][0]
        for column, others in taken.items()
        if others and changed[column] >= _FEWEST and others.most_common(1)[0][1] >= _MOSTLY * changed[column]
    }
    # One column alone may have become the same as another; swapped are those whose own values went elsewhere.
    return [(titles[one], titles[other]) for one, other in pairs.items() if one in pairs.values()]
