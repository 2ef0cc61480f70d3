"""What readers deliver, and the shape every reader has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from portal.indicators.imports.area_names import NamedArea
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.refusals import RefusalList, RefusedCell
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState


class Observation(NamedTuple):
    """One cell of a file. A named tuple, because a million of them are built in one import.

    `measure` and `unit` together name the series (one code may come in several units). `dimensions` are
    pairs of variable and attribute code in the order of the variable codes; a total has an empty attribute
    code. `value` is None where a sign stands or the value is a class (`text`). `row` is the line of the
    file (row of the sheet) from 1; `column` the heading or, where the format has none, the letter; `sign` is
    what the file prints, None for a plain number. `sheet` is empty in files without sheets. `wholes` are measures of
    the same row that the heads of the file call the total of this one.
    """

    area_key: str
    area_name: str
    level: AreaLevel | None
    measure: str
    measure_label: str
    unit: str
    period: str
    period_kind: PeriodKind
    dimensions: tuple[tuple[str, str], ...]
    value: float | None
    text: str | None
    state: ValueState
    sign: str | None
    territorial_date: date | None
    source: str
    row: int
    column: str
    sheet: str = ""
    wholes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Measure:
    """A series as the file names it; `code` and `unit` together are its key. `code` has at most 100
    characters."""

    code: str
    unit: str
    label: str


@dataclass(slots=True)
class ReadReport:
    """What a whole file holds, known once it was read to its end.

    `numbers` counts cells with a number, `classes` cells with a class in place of it, `missing` the rest by
    the sign as printed; together they are all observations. `areas` maps keys to level; `dimension_labels`
    names variables (attribute None) and their attributes. `repeated` counts identical repetitions, which are
    delivered once only. `meanings` says what each sign became; `sheets` are the sheets read; `left_out` is what
    the file holds besides and why it is not read. `named` has every spelling of an area at its first place, `doubtful`
    are the places of numbers that cannot be right, `crossed` those of columns that seem to be swapped, `gaps` those
    after which values seem to be missing. `rows` are measures and breakdowns of formats with the same rows in every
    file (`SAME_ROWS`); `unchecked` counts numbers that were not compared with those they belong to, because the file
    has too many.
    """

    numbers: int = 0
    classes: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    areas: dict[str, AreaLevel | None] = field(default_factory=dict)
    periods: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    dimension_labels: dict[tuple[str, str | None], str] = field(default_factory=dict)
    repeated: int = 0
    meanings: dict[str, ValueState] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    left_out: tuple[Any, ...] = ()
    named: dict[tuple[str, str], NamedArea] = field(default_factory=dict)
    doubtful: tuple[RefusedCell, ...] = ()
    crossed: tuple[RefusedCell, ...] = ()
    gaps: tuple[RefusedCell, ...] = ()
    rows: set[tuple[str, str]] = field(default_factory=set)
    unchecked: int = 0

    @property
    def observations(self) -> int:
        """How many observations the file delivers."""
        return self.numbers + self.classes + sum(self.missing.values())


def canonical(dimensions: tuple[tuple[str, str], ...]) -> str:
    """A breakdown as the value table keeps it."""
    return ";".join(f"{variable}={attribute}" for variable, attribute in dimensions)


class Reader(Protocol):
    """One format. `observations` may be called repeatedly and always yields the same from the same file."""

    title: str
    source_note: str
    table_code: str | None
    dimension_labels: dict[tuple[str, str | None], str]

    @property
    def left_out(self) -> Mapping[str, Any]:
        """What the file holds besides and why it is not read, in words; known after a complete run."""
        ...

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every good cell; doubtful ones go to `refusals` (which may raise ImportRefused) and are left out."""
        ...

    def conclude(self, refusals: RefusalList) -> None:
        """Called once after the first complete run: refuse what only the whole file can show."""
        ...
