"""The portal's long form: UTF-8 or Windows-1252, comma, one value per row, decimal point, ISO dates.

Columns (any order, all required): level, ags, area_name, indicator_id, period, period_type, value, unit,
value_status, source, territorial_status. `value_status` is empty, `missing_in_source` or any value of
`ValueState`. Where the source states no level, unit, source or territorial date, the cell says `unknown`.
Two more columns may stand there: indicator_name, and dimensions (`GES=GESM`, several separated by `;`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.formats import DELIMITERS, LONG_COLUMNS, Detection, Format
from portal.indicators.imports.headings import Headings, check_last_cell, check_text
from portal.indicators.imports.keys import AreaLevel, KeyRefused, read_key
from portal.indicators.imports.lines import read_rows
from portal.indicators.imports.numerals import DecimalSign, read_number
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.periods import iso_date, read_period
from portal.indicators.imports.refusals import Doubt, RefusalList
from portal.indicators.imports.signs import DEUTSCHLANDATLAS, is_class
from portal.indicators.imports.units import check_unit
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import ValueState

PERIOD_TYPES = {
    "year": PeriodKind.YEAR,
    "reference_date": PeriodKind.DATE,
    "month": PeriodKind.MONTH,
    "period": PeriodKind.RANGE,
    "school_year": PeriodKind.SCHOOL_YEAR,
}
_ZEROS = frozenset({ValueState.ZERO, ValueState.ZERO_OR_SET, ValueState.ROUNDED_TO_ZERO})
STATUS = {"": ValueState.REPORTED, "missing_in_source": ValueState.MISSING, **{s.value: s for s in ValueState}}
UNKNOWN = "unknown"
OPTIONAL_COLUMNS = ("indicator_name", "dimensions")
# Codes of tables begin with their number: `22542-01-02-4:insgesamt-1a2b3c4d`.
_MEASURE = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}")
_DIMENSION = re.compile(r"(?P<variable>[A-Za-z][A-Za-z0-9_-]{0,39})=(?P<attribute>[^=;]{0,200})")


# Combinations of cells kept understood; beyond it memory would grow with the file.
MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class _Area:
    COLUMNS = ("level", "ags", "area_name")

    key: str
    name: str
    level: AreaLevel | None


@dataclass(frozen=True, slots=True)
class _Series:
    COLUMNS = ("indicator_id", "period", "period_type", "unit", "source", "territorial_status")

    measure: str
    period: str
    period_kind: PeriodKind
    unit: str
    source: str
    territorial_date: date | None


class LongForm:
    """Reader of the long form; see the module for the columns."""

    title = ""
    source_note = ""
    table_code: str | None = None
    left_out: Mapping[str, Any] = {}

    def __init__(self, path: Path, detection: Detection) -> None:
        self._path = path
        self._envelope = detection.text
        self.dimension_labels: dict[tuple[str, str | None], str] = {}
        self._areas: dict[tuple[str, ...], _Area] = {}
        self._series: dict[tuple[str, ...], _Series] = {}
        self._dimensions: dict[str, tuple[tuple[str, str], ...] | Doubt] = {}

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every row as an observation, in the order of the file."""
        rows = read_rows(self._path, self._envelope.encoding, DELIMITERS[Format.LONG])
        _, _, cells = next(rows)
        headings = Headings(cells, required=LONG_COLUMNS, allowed=OPTIONAL_COLUMNS)
        area_of = headings.picker(_Area.COLUMNS)
        series_of = headings.picker(_Series.COLUMNS)
        value_of = headings.picker(("value", "value_status"))
        name_at, dimensions_at = (headings.index.get(name) for name in OPTIONAL_COLUMNS)
        width = headings.width
        row = 1
        for row, last, cells in rows:
            if len(cells) != width or last != row:
                headings.refuse_shape(row, last, cells, refusals)
                continue
            # Cells that many rows share are understood once; this loop runs a million times.
            area = self._areas.get(area_of(cells)) or self._learn_area(area_of(cells))
            series = self._series.get(series_of(cells)) or self._learn_series(series_of(cells))
            text, status = value_of(cells)
            dimensions = () if dimensions_at is None else self._dimensions_of(cells[dimensions_at])
            if isinstance(dimensions, Doubt):
                refusals.add(row, *dimensions)
            elif isinstance(area, Doubt):
                refusals.add(row, *area)
            elif isinstance(series, Doubt):
                refusals.add(row, *series)
            else:
                value = _read_value(text, status, series.source)
                if isinstance(value, Doubt):
                    refusals.add(row, *value)
                else:
                    yield Observation(
                        area.key,
                        area.name,
                        area.level,
                        series.measure,
                        series.measure if name_at is None else cells[name_at] or series.measure,
                        series.unit,
                        series.period,
                        series.period_kind,
                        dimensions,
                        value[0],
                        value[1],
                        value[2],
                        value[3],
                        series.territorial_date,
                        series.source,
                        row,
                        "value",
                    )
        if not self._envelope.is_last_line_ended:
            is_proven = headings.names[-1] in {"territorial_status", "level"} and len(cells) == width
            check_last_cell(row, headings.names[-1], is_proven=is_proven, refusals=refusals)

    def conclude(self, refusals: RefusalList) -> None:
        """Nothing in this format needs the whole file."""

    def _learn_area(self, cells: tuple[str, ...]) -> _Area | Doubt:
        level, ags, name = cells
        if level not in _LEVELS:
            return Doubt("level", _l("„%(text)s“ ist keine bekannte Ebene.", text=level[:40]))
        try:
            key = read_key(ags, _LEVELS[level], strict=_LEVELS[level] is not None)
        except KeyRefused as refused:
            return Doubt("ags", refused.message)
        reason = check_text(name)
        if reason is not None:
            return Doubt("area_name", reason)
        if len(self._areas) >= MOST_KEPT:
            self._areas.clear()
        self._areas[cells] = area = _Area(key.key, name, key.level)
        return area

    def _learn_series(self, cells: tuple[str, ...]) -> _Series | Doubt:
        measure, period_text, period_type, unit, source, territory = cells
        if not _MEASURE.fullmatch(measure):
            return Doubt("indicator_id", _l("„%(text)s“ ist kein Kürzel eines Indikators.", text=measure[:40]))
        period = read_period(period_text)
        if period is None or PERIOD_TYPES.get(period_type) is not period.kind or period.text != period_text:
            reason = _l(
                "„%(text)s“ ist kein Zeitraum der Art „%(kind)s“.", text=period_text[:40], kind=period_type[:40]
            )
            return Doubt("period", reason)
        for column, reason in (("unit", check_unit(unit)), ("source", check_text(source))):
            if reason is not None:
                return Doubt(column, reason)
        territorial_date = iso_date(territory)
        if territorial_date is None and territory != UNKNOWN:
            reason = _l("„%(text)s“ ist kein Datum (JJJJ-MM-TT).", text=territory[:40])
            return Doubt("territorial_status", reason)
        if len(self._series) >= MOST_KEPT:
            self._series.clear()
        self._series[cells] = series = _Series(
            measure, period.text, period.kind, _known(unit), _known(source), territorial_date
        )
        return series

    def _dimensions_of(self, text: str) -> tuple[tuple[str, str], ...] | Doubt:
        known = self._dimensions.get(text)
        if known is None:
            parts = [_DIMENSION.fullmatch(part) for part in text.split(";")] if text else []
            pairs = tuple((match["variable"], match["attribute"]) for match in parts if match)
            is_good = len(pairs) == len(parts) and len({variable for variable, _ in pairs}) == len(pairs)
            reason = _l("„%(text)s“ ist keine Gliederung wie „GES=GESM“.", text=text[:40])
            known = pairs if is_good else Doubt("dimensions", reason)
            if len(self._dimensions) >= MOST_KEPT:
                self._dimensions.clear()
            self._dimensions[text] = known
        return known


_LEVELS: dict[str, AreaLevel | None] = {UNKNOWN: None, **{level.value: level for level in AreaLevel}}


def _known(text: str) -> str:
    return "" if text == UNKNOWN else text


# Number, class text, state, sign: a plain tuple, see the loop above.
_Value = tuple[float | None, str | None, ValueState, str | None]


def _read_value(text: str, status: str, source: str) -> _Value | Doubt:
    if not status and text not in DEUTSCHLANDATLAS:
        number = read_number(text, DecimalSign.POINT)
        if number is not None:
            return number, None, ValueState.REPORTED, None
        return Doubt("value", _l("„%(text)s“ ist keine Zahl.", text=text[:40]))
    state = STATUS.get(status)
    if state is None:
        return Doubt("value_status", _l("„%(text)s“ ist kein bekannter Wertstatus.", text=status[:40]))
    if state is ValueState.CLASS_INTERVAL:
        if not is_class(text) or read_number(text, DecimalSign.POINT) is not None:
            return Doubt("value", _l("„%(text)s“ ist keine Klasse wie „100 bis unter 200“.", text=text[:40]))
        return None, text, state, None
    if not state.has_number:
        if text:
            return Doubt("value", _l("Neben dem Wertstatus „%(status)s“ darf kein Wert stehen.", status=status))
        return None, None, state, status
    if text in DEUTSCHLANDATLAS:
        if source.startswith("Deutschlandatlas") and state is ValueState.REPORTED:
            return None, None, DEUTSCHLANDATLAS[text], text
        reason = _l("„%(text)s“ kann eine Zahl oder ein Zeichen für einen fehlenden Wert sein.", text=text)
        return Doubt("value", reason)
    number = read_number(text, DecimalSign.POINT)
    if number is None:
        return Doubt("value", _l("„%(text)s“ ist keine Zahl.", text=text[:40]))
    if number and state in _ZEROS:
        return Doubt("value", _l("„%(text)s“ ist nicht null, wie der Wertstatus sagt.", text=text[:40]))
    return number, None, state, None
