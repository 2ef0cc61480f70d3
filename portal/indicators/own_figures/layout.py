"""How the template looks: one sheet with a row per area and two columns per indicator and period.

The template is German whatever the language of the page: it is sent on within the county's administration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.areas.composition import AreaRef
from portal.indicators.imports.periods import Period
from portal.indicators.natures import Nature
from portal.indicators.value_states import ValueState

SHEET = "Werte"
NOTES = "Erklärung"
# The row that machines read; people see what stands above it.
KEY_HEAD = "AGS"
NAME_HEAD = "Name"
AREA_HEADS = (KEY_HEAD, NAME_HEAD, "Planungsraum")
SIGN_MARK = "Zeichen"
SEPARATOR = "|"
# What can stand in the column of signs, and what it makes of the number beside it (or of the empty cell).
SIGNS: Mapping[str, ValueState] = {
    "geheim": ValueState.SUPPRESSED,
    "fehlt": ValueState.MISSING,
    "nicht sinnvoll": ValueState.NOT_MEANINGFUL,
    "liegt noch nicht vor": ValueState.NOT_YET_AVAILABLE,
    "vorläufig": ValueState.PROVISIONAL,
    "berichtigt": ValueState.REVISED,
    "geschätzt": ValueState.ESTIMATED,
}
SIGN_MEANINGS: Mapping[str, str] = {
    "geheim": "Es gibt eine Zahl, aber sie könnte auf einzelne Menschen zeigen. Die Zahl bleibt leer.",
    "fehlt": "Für dieses Gebiet gibt es keine Angabe. Die Zahl bleibt leer.",
    "nicht sinnvoll": "Die Angabe ergibt hier keinen Sinn, zum Beispiel eine Quote ohne Fälle. Die Zahl bleibt leer.",
    "liegt noch nicht vor": "Die Zahl kommt später. Sie bleibt leer.",
    "vorläufig": "Die Zahl kann sich noch ändern.",
    "berichtigt": "Die Zahl ersetzt eine frühere.",
    "geschätzt": "Die Zahl ist geschätzt und nicht gezählt.",
}


@dataclass(frozen=True, kw_only=True)
class OwnIndicator:
    """An entry that a department delivers, as template and checks need it."""

    key: str
    name: str
    definition: str
    unit: str
    nature: Nature
    counts_cases: bool
    series_id: int
    department_id: int
    next_due: date | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a template asks for; `rows` are the areas in their order, each with the name of its planning area."""

    department: str
    indicators: Sequence[OwnIndicator]
    periods: Sequence[Period]
    rows: Sequence[tuple[AreaRef, str]]
    smallest: int
    made_on: date


def value_mark(key: str, period: str) -> str:
    """What the machine's row says above a column of numbers."""
    return f"{key}{SEPARATOR}{period}"


def sign_mark(key: str, period: str) -> str:
    """The same above the column of signs beside it."""
    return f"{key}{SEPARATOR}{period}{SEPARATOR}{SIGN_MARK}"
