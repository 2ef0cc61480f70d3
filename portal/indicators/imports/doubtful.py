"""Numbers that cannot be right: what is kept of an observation to name it, and the question what becomes of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.choices import Answers, Open, choose
from portal.indicators.imports.duplicates import identity
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import ImportRefused, RefusedCell
from portal.indicators.value_states import ValueState

MARK = "mark"
APART = "apart"
# More than that is no slip of single numbers.
MOST_DOUBTFUL = 50


class Seen(NamedTuple):
    """What is kept of an observation."""

    value: float
    row: int
    column: str
    sheet: str
    identity: tuple[Any, ...]


class Doubtful(NamedTuple):
    """What cannot be right: where it is seen first, and everything that contradicts each other."""

    cell: RefusedCell
    identities: tuple[tuple[Any, ...], ...]


def noted(observation: Observation, value: float) -> Seen:
    """A number with its place."""
    return Seen(value, observation.row, observation.column, observation.sheet, identity(observation))


def doubt(at: Seen, reason: Any, *involved: Seen) -> Doubtful:
    """A number that cannot be right beside the others involved; the number itself is one of those only if named."""
    return Doubtful(cell_of(at, reason), tuple(one.identity for one in involved))


def cell_of(at: Seen, reason: Any) -> RefusedCell:
    """The place of a number, with what is wrong there."""
    return RefusedCell(at.row, at.column, reason, at.sheet)


def refuse_too_many(found: Sequence[Doubtful]) -> None:
    """Raise ImportRefused if more is doubtful than somebody can look at one by one."""
    if len(found) <= MOST_DOUBTFUL:
        return
    cells = [one.cell for one in found[:MOST_DOUBTFUL]]
    reason = _l(
        "Mehr als %(most)s Zahlen sind unplausibel; vermutlich sind Spalten vertauscht. Zuerst: %(reason)s",
        most=MOST_DOUBTFUL,
        reason=cells[0].reason,
    )
    raise ImportRefused([RefusedCell(cells[0].row, cells[0].column, reason, cells[0].sheet), *cells[1:]])


def by_place(doubts: Iterable[Doubtful]) -> list[Doubtful]:
    """In the order of the file. One place is named once, with the first that was said of it; all numbers involved
    stay."""
    found: dict[tuple[str, int, str], Doubtful] = {}
    for one in doubts:
        place = one.cell.sheet, one.cell.row, one.cell.column
        former = found.get(place)
        found[place] = one if former is None else Doubtful(former.cell, (*former.identities, *one.identities))
    return [found[place] for place in sorted(found)]


def marked(doubts: Sequence[Doubtful]) -> frozenset[tuple[Any, ...]]:
    """The identities of everything that does not count."""
    return frozenset(_identities(doubts))


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
    """Raise ChoiceNeeded where columns or rows seem to be swapped, until somebody said that they are not."""
    if not crossed:
        return
    choose(
        answers,
        Open.COLUMNS,
        [(APART, _l("Nein. Alles steht an der richtigen Stelle; die Zahlen sind wirklich so."))],
        reason=_l(
            "Spalten oder Zeilen scheinen vertauscht. Bitte vergleichen Sie einige Zahlen mit der Quelle und laden Sie"
            " die Datei neu herunter, wenn es so ist."
        ),
        row=crossed[0].row,
        column=crossed[0].column,
        sheet=crossed[0].sheet,
        cells=crossed,
    )


def _identities(doubts: Sequence[Doubtful]) -> Iterator[tuple[Any, ...]]:
    for one in doubts:
        yield from one.identities
