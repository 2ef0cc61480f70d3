"""What numbers of the agency's workbook have to do with each other: sums, parts, residents who work at home.

The sheet names a municipality once and counts its people several times over. Men and women are everybody; the sectors
are those who work there; and who lives and works in the same municipality is counted twice, as those who work there
without who commutes in, and as those who live there without who commutes out (in the issue of 2024 at hand both differ
by at most two of 850: places of work or residence that are not known). Where a single number of such a sum is secret,
it could be calculated; the agency then keeps a second one secret.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.doubtful import Doubtful, Seen, cell_of, doubt, noted
from portal.indicators.imports.exchanges import exchanges
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import RefusedCell
from portal.indicators.value_states import ValueState

AT_WORK = "ba:sozialversicherungspflichtig-beschaeftigte-am-arbeitsort"
AT_HOME = "ba:sozialversicherungspflichtig-beschaeftigte-am-wohnort"
SECTORS = "ba:sozialversicherungspflichtig-beschaeftigte-nach-wirtschaftszweigen-der-wz-2008-am-arbeitsort"
JOBLESS = "ba:arbeitslose"
# Measures of people who live in the municipality and are of working age.
OF_RESIDENTS = frozenset({AT_HOME, JOBLESS})
COMING, GOING = "einpendler", "auspendler"
# Parts of which each person is in exactly one.
_PARTITIONS = (
    frozenset({"maenner", "frauen"}),
    frozenset({"arbeitslose-im-rechtskreis-sgb-ii", "arbeitslose-im-rechtskreis-sgb-iii"}),
    frozenset({"ausschliesslich-geringfuegig-beschaeftigte", "im-nebenjob-geringfuegig-beschaeftigte"}),
)
# Every number may be rounded.
_ROUNDED = 1.0
# Of some people nobody knows the sector, the place of work or of residence.
_SECTOR_KNOWN, _UNKNOWN, _FEW = 0.9, 0.03, 10.0

# Measure and part (empty: the total).
Row = tuple[str, str]


def counterpart(row: Row) -> Row:
    """The row at home that a row at the place of work may be taken for: the blocks look alike."""
    _measure, part = row
    return AT_HOME, GOING if part == COMING else part


def comparable(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows that somebody may take for each other: parts of one table, and the same part of blocks that look alike."""
    tables: dict[str, list[Row]] = {}
    for row in rows:
        if row[1]:
            tables.setdefault(row[0], []).append(row)
    blocks = [[row, other] for row in rows if row[0] == AT_WORK and (other := counterpart(row)) in rows]
    return [*tables.values(), *blocks]


class LabourRelations:
    """Notices every observation of a workbook, which has few (`labour_market.MOST_ROWS`)."""

    def __init__(self) -> None:
        # Row → year → number; years alone, because averages and days of one year belong together.
        self._rows: dict[Row, dict[str, Seen]] = {}
        self._secret: dict[Row, set[str]] = {}
        self._names: dict[Row, str] = {}

    def notice(self, observation: Observation, part_name: str) -> None:
        """Keep a number, or that it is secret; `part_name` is what the sheet calls its row."""
        row = observation.measure, next((part for _variable, part in observation.dimensions), "")
        year = observation.period[:4]
        self._names[row] = part_name
        if observation.value is not None:
            self._rows.setdefault(row, {})[year] = noted(observation, observation.value)
        elif observation.state is ValueState.SUPPRESSED:
            self._secret.setdefault(row, set()).add(year)

    def doubts(self) -> list[Doubtful]:
        """Everything that contradicts itself, and numbers that tell a secret one."""
        return [*self._sums(), *self._commuters()]

    def crossed(self) -> tuple[RefusedCell, ...]:
        """Rows whose numbers change places within the sheet."""
        numbers = {row: {year: one.value for year, one in years.items()} for row, years in self._rows.items()}
        return tuple(
            cell_of(
                self._rows[one][now],
                _l(
                    "„%(one)s“ und „%(other)s“ (Zeile %(row)s) tauschen von %(before)s auf %(now)s ihre Zahlen.",
                    one=self._names[one],
                    other=self._names[other],
                    row=self._rows[other][now].row,
                    before=before,
                    now=now,
                ),
            )
            for one, other, before, now in exchanges(numbers, comparable(list(self._rows)))
        )

    def _sums(self) -> Iterator[Doubtful]:
        every = {*self._rows, *self._secret}
        for measure in sorted({measure for measure, _part in every}):
            for partition in _PARTITIONS:
                parts = [(measure, part) for part in sorted(partition)]
                if every.issuperset(parts):
                    yield from self._sum((measure, ""), parts, 0.0)
        sectors = sorted(row for row in every if row[0] == SECTORS and row[1])
        if len(sectors) > 1:
            yield from self._sum((AT_WORK, ""), sectors, 1 - _SECTOR_KNOWN)

    def _sum(self, whole: Row, parts: Sequence[Row], missing: float) -> Iterator[Doubtful]:
        """The parts and their whole, of which a share may be in none of the parts."""
        for year in self._years(whole, *parts):
            total = next(iter(self._at(whole, year)), None)
            known = [one for row in parts for one in self._at(row, year)]
            secret = [row for row in (whole, *parts) if year in self._secret.get(row, ())]
            if len(known) + (total is not None) + len(secret) < len(parts) + 1:
                continue
            if len(secret) == 1:
                # The smallest tells least about the others when it is missing as well.
                least = min(known, key=lambda one: one.value)
                yield doubt(least, self._told(secret[0]), least)
            if total is None:
                continue
            rest = total.value - sum(one.value for one in known)
            if rest < -_ROUNDED or (not secret and rest > max(_ROUNDED, missing * total.value)):
                yield doubt(total, _l("Die Teile ergeben zusammen nicht diese Summe."), total, *known)

    def _commuters(self) -> Iterator[Doubtful]:
        rows = (AT_WORK, ""), (AT_WORK, COMING), (AT_HOME, ""), (AT_HOME, GOING)
        for year in self._years(*rows):
            found = [one for row in rows for one in self._at(row, year)]
            if len(found) < len(rows):
                continue
            at_work, coming, at_home, going = found
            one, other = at_work.value - coming.value, at_home.value - going.value
            if abs(one - other) > max(_FEW, _UNKNOWN * min(at_work.value, at_home.value)):
                reason = _l(
                    "Wer hier wohnt und arbeitet: %(one)s nach dem Arbeitsort (Zeile %(row)s ohne Einpendler),"
                    " %(other)s nach dem Wohnort (ohne Auspendler). Beides muss fast gleich sein.",
                    one=f"{one:.0f}",
                    row=at_work.row,
                    other=f"{other:.0f}",
                )
                yield doubt(at_home, reason, *found)

    def _told(self, secret: Row) -> Any:
        return _l(
            "Geheim ist nur „%(secret)s“. Aus dieser und den übrigen Zahlen ließe es sich ausrechnen; auch sie müsste"
            " geheim sein.",
            secret=self._names[secret],
        )

    def _years(self, *rows: Row) -> list[str]:
        found = {year for row in rows for year in (*self._rows.get(row, {}), *self._secret.get(row, ()))}
        return sorted(found)

    def _at(self, row: Row, year: str) -> list[Seen]:
        """The number of a row in a year, if it has one."""
        found = self._rows.get(row, {}).get(year)
        return [] if found is None else [found]


def row_of(code: str, dimensions: str) -> Row:
    """A row by the code of its series and its breakdown as the value table keeps it."""
    return code, dimensions.partition("=")[2]


def name_of(observation: Observation, labels: Mapping[tuple[str, str | None], str]) -> str:
    """What the sheet calls the row of an observation."""
    return next((labels.get(pair, pair[1]) for pair in observation.dimensions), "")
