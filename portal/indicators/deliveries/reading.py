"""Turning observations of a file into rows of the value table (pure; no session)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.formats import Format
from portal.indicators.imports.keys import AreaLevel, key_forms
from portal.indicators.imports.observations import Observation, canonical
from portal.indicators.imports.refusals import refuse
from portal.indicators.imports.source import Source
from portal.indicators.models import CensusBase
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState


class ValueRow(NamedTuple):
    """A row of the value table: plain text and numbers in the order of its columns, ready for the driver.

    A million of them pass through here in one delivery; converting each cell again by its column's type would cost
    as much as writing it.
    """

    batch_id: int
    series_id: int
    area_id: int
    period: str
    period_kind: str
    dimensions: str
    value: float | None
    text_value: str | None
    state: str
    territorial_date: str | None
    census_base: str | None


_MOST_SOURCES = 5
# Lines about sources kept as noted; beyond it memory would grow with the file.
_MOST_NOTED = 50_000
# Formats whose values each say where they come from.
_BY_VALUE = frozenset({Format.LONG, Format.MAPPED})
_LONGEST_DIMENSIONS = 1000
_STATES = {state: state.value for state in ValueState}
_PERIOD_KINDS = {kind: kind.value for kind in PeriodKind}


class Rows:
    """Resolves areas and series of one file. Values of areas that the portal does not have are counted, not kept."""

    def __init__(
        self,
        batch_id: int,
        *,
        area_ids: Mapping[str, int],
        series_ids: Mapping[tuple[str, str], int],
        bases: Mapping[tuple[int, str], CensusBase],
        source: Source,
    ) -> None:
        self._batch_id = batch_id
        self._area_ids = area_ids
        self._series_ids = series_ids
        self._bases = {key: base.value for key, base in bases.items()}
        self._format = source.format
        self._head = _file_line(source)
        self._areas: dict[tuple[str, AreaLevel | None], int | None] = {}
        self._dimensions: dict[tuple[tuple[str, str], ...], str] = {}
        self._sources: dict[tuple[int, str], list[str]] = {}
        self._noted: set[tuple[int, str, str]] = set()
        self._days: dict[date | None, str | None] = {}
        self.unknown = 0

    def of(self, chunk: Iterable[Observation]) -> list[ValueRow]:
        """Rows for the values of known areas, in file order."""
        rows: list[ValueRow] = []
        areas, days, states, kinds, bases = self._areas, self._days, _STATES, _PERIOD_KINDS, self._bases
        for observation in chunk:
            place = observation.area_key, observation.level
            area_id = areas[place] if place in areas else self._learn_area(*place)
            if area_id is None:
                self.unknown += 1
                continue
            series_id = self._series_ids[observation.measure, observation.unit]
            period = observation.period
            if (series_id, period, observation.source) not in self._noted:
                self._note_source(series_id, observation)
            territory = observation.territorial_date
            if territory not in days:
                days[territory] = None if territory is None else territory.isoformat()
            rows.append(
                ValueRow(
                    self._batch_id,
                    series_id,
                    area_id,
                    period,
                    kinds[observation.period_kind],
                    self._canonical(observation) if observation.dimensions else "",
                    observation.value,
                    observation.text,
                    states[observation.state],
                    days[territory],
                    bases.get((series_id, period)),
                )
            )
        return rows

    def sources(self) -> dict[tuple[int, str], str]:
        """Series and period → the line printed below their values."""
        return {key: "; ".join(lines) for key, lines in self._sources.items()}

    def _learn_area(self, key: str, level: AreaLevel | None) -> int | None:
        known = next((form for form in key_forms(key, level) if form in self._area_ids), None)
        self._areas[key, level] = found = None if known is None else self._area_ids[known]
        return found

    def _canonical(self, observation: Observation) -> str:
        known = self._dimensions.get(observation.dimensions)
        if known is None:
            known = canonical(observation.dimensions)
            if len(known) > _LONGEST_DIMENSIONS:
                raise refuse(observation.row, observation.column, _l("Zu viele Merkmale an einem Wert."))
            self._dimensions[observation.dimensions] = known
        return known

    def _note_source(self, series_id: int, observation: Observation) -> None:
        if len(self._noted) >= _MOST_NOTED:
            self._noted.clear()
        self._noted.add((series_id, observation.period, observation.source))
        lines = self._sources.setdefault((series_id, observation.period), [])
        line = observation.source if self._format in _BY_VALUE else self._head
        if line and line not in lines and len(lines) < _MOST_SOURCES:
            lines.append(line)


def _file_line(source: Source) -> str:
    """Copyright note, title and table, as far as the file names them; its own name otherwise.

    Of a publication with a file for each municipality the note says it all: an area of many would print every title.
    """
    table = {Format.CLASSIC: "Tabelle", Format.FLAT: "Statistik", Format.FLAT_OLDER: "Statistik"}.get(source.format, "")
    code = f"{table} {source.table_code}" if source.table_code else ""
    title = "" if source.format is Format.LABOUR else source.title.strip()
    parts = [part for part in (source.source_note.strip(), title, code) if part]
    return "; ".join(parts) or source.path.name
