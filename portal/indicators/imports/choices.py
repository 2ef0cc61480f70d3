"""What a file of a known format leaves open about place and time: somebody has to say, nothing is guessed.

The page of the delivery asks with the choices; the command line refuses and names the option to give.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded
from portal.indicators.imports.refusals import ImportRefused, RefusedCell


class Open(Worded):
    """What may be open; the values are what `portal import indicators --choose` takes."""

    SHEET = "sheet", _l("Aus welchem Blatt soll gelesen werden?")
    AREA = "area", _l("Für welches Gebiet gelten die Zahlen?")
    LEVEL = "level", _l("Welche Gebiete sind mit den Schlüsseln gemeint?")
    KEY_COLUMN = "key-column", _l("In welcher Spalte steht der Gebietsschlüssel?")
    REGION = "region", _l("Welches Merkmal nennt das Gebiet, für das die Zahl gilt?")
    PERIOD = "period", _l("Für welchen Zeitraum oder Stichtag gelten die Zahlen?")
    TIME_COLUMN = "time-column", _l("In welcher Spalte steht der Zeitraum?")
    COMPLETE = "complete", _l("Ist die Datei vollständig?")
    IMPLAUSIBLE = "implausible", _l("Was soll mit den unplausiblen Zahlen geschehen?")
    COLUMNS = "columns", _l("Sind in der Datei Spalten oder Zeilen vertauscht?")
    NAME = "name", _l("Für welches Gebiet gelten die Zahlen, wenn Schlüssel und Name sich widersprechen?")


# What somebody said, by the value of `Open`.
Answers = Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """A question about a file. Without options the answer is typed; `reason` says why it is asked, `cells` where."""

    open: Open
    reason: Any
    options: tuple[tuple[str, Any], ...] = ()
    answers: Answers = field(default_factory=dict)
    cells: tuple[RefusedCell, ...] = ()

    def as_plain(self) -> dict[str, Any]:
        """Plain data to be kept with a delivery, in the present language."""
        return {
            "open": self.open.value,
            "reason": str(self.reason),
            "options": [[value, str(label)] for value, label in self.options],
            "answers": dict(self.answers),
            "cells": as_plain(self.cells),
        }


class ChoiceNeeded(ImportRefused):
    """A sound file that can be read as soon as somebody says how it is meant."""

    def __init__(self, choice: Choice, cell: RefusedCell) -> None:
        super().__init__([cell, *choice.cells])
        self.choice = choice


def as_plain(cells: Sequence[RefusedCell]) -> list[dict[str, Any]]:
    """Places in a file as plain data, in the present language."""
    return [{"row": cell.row, "column": cell.place, "reason": str(cell.reason)} for cell in cells]


def choose(
    answers: Answers,
    what: Open,
    options: Sequence[tuple[str, Any]],
    *,
    reason: Any,
    row: int = 1,
    column: str = "A",
    sheet: str = "",
    cells: Sequence[RefusedCell] = (),
) -> str:
    """The answer that was given, if it is one of the options; raises ChoiceNeeded at this place otherwise.

    `cells` are the places that the question is about, if there are several.
    """
    given = answers.get(what.value)
    if given is not None and any(given == value for value, _label in options):
        return given
    choice = Choice(what, reason, tuple(options), answers, tuple(cells))
    raise ChoiceNeeded(choice, RefusedCell(row, column, reason, sheet))


def choose_sheet(answers: Answers, found: Sequence[str]) -> str:
    """The sheet to be read of those that hold the table."""
    if len(found) == 1:
        return found[0]
    reason = _l("Mehrere Blätter enthalten die Tabelle; welches gilt, ist unklar.")
    return choose(answers, Open.SHEET, [(name, name) for name in found], reason=reason, sheet=found[-1])


def typed(
    answers: Answers, what: Open, read: Callable[[str], Any | None], *, reason: Any, row: int = 1, column: str = "A"
) -> Any:
    """The answer that was typed, as `read` understands it; raises ChoiceNeeded where it is missing or senseless."""
    given = answers.get(what.value)
    found = None if given is None else read(given.strip())
    if found is None:
        raise ChoiceNeeded(Choice(what, reason, (), answers), RefusedCell(row, column, reason))
    return found
