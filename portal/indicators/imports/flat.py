"""Flat files of the GENESIS databases (ffcsv): UTF-8 with BOM, `;`, English headings, one value per row in
any order.

Columns by name: statistics, time, numbered variables (`1_variable_code` …), value, unit, measure and, in some
tables, `value_q`. A measure is code plus unit: the same code comes as count and as percentage. The attribute
code of a total may be empty. The German export has a decimal comma, the English one a decimal point; neither
separates thousands (publisher's description of the format and files observed).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.choices import Open, choose
from portal.indicators.imports.flat_language import DecimalEvidence
from portal.indicators.imports.formats import DELIMITERS, FLAT_COLUMNS, Detection, Format
from portal.indicators.imports.headings import Headings, check_last_cell, check_text
from portal.indicators.imports.keys import AreaLevel, KeyRefused, read_key
from portal.indicators.imports.lines import read_rows
from portal.indicators.imports.numerals import DecimalSign
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.periods import Period, german_date, read_period
from portal.indicators.imports.refusals import Doubt, RefusalList
from portal.indicators.imports.signs import BESIDE, REPLACING, Legend, Reading, read_cell
from portal.indicators.imports.units import check_unit
from portal.indicators.value_states import ValueState

# Variables whose attributes are areas: regional database and GENESIS, then the census (GEODL1, GEOLK4, GEOGM4
# …).
AREA_VARIABLES = {
    "DINSG": AreaLevel.GERMANY,
    "DG": AreaLevel.GERMANY,
    "DLAND": AreaLevel.STATE,
    "REGBEZ": AreaLevel.REGION,
    "KREISE": AreaLevel.COUNTY,
    "KREISN": AreaLevel.COUNTY,
    "GEMEIN": AreaLevel.MUNICIPALITY,
    "GEMEIND": AreaLevel.MUNICIPALITY,
    "FGEMEIN": AreaLevel.MUNICIPALITY,
}
_CENSUS_VARIABLE = re.compile(r"GEO(DL|BL|RB|LK|VB|GM)[0-9]*")
_CENSUS_LEVELS = {
    "DL": AreaLevel.GERMANY,
    "BL": AreaLevel.STATE,
    "RB": AreaLevel.REGION,
    "LK": AreaLevel.COUNTY,
    "VB": AreaLevel.ASSOCIATION,
    "GM": AreaLevel.MUNICIPALITY,
}
# Areas and attributes kept understood; beyond it memory would grow with the file.
MOST_KEPT = 50_000
_VARIABLE = re.compile(r"([1-9][0-9]?)_variable_(code|label|attribute_code|attribute_label)")
_Cells = tuple[str, ...]
# Variables and measures; statistics and attributes may begin with a digit.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_TWO_AREAS = _l("Zwei Gebietsmerkmale in einer Zeile; welches zählt, ist nicht eindeutig.")
_TERRITORY = re.compile(r"Gebietsstand:? *([0-9]{2}\.[0-9]{2}\.[0-9]{4})")


def area_level(variable_code: str) -> AreaLevel | None:
    """Level of the areas of a variable, None if its attributes are no areas."""
    match = _CENSUS_VARIABLE.fullmatch(variable_code)
    return _CENSUS_LEVELS[match[1]] if match else AREA_VARIABLES.get(variable_code)


class _Area(NamedTuple):
    """What the four cells of an area variable say."""

    key: str
    level: AreaLevel | None
    name: str
    territorial_date: date | None


class _Attribute(NamedTuple):
    """What the four cells of any other variable say."""

    variable: str
    attribute: str


class Flat:
    """Reader of flat files; see the module for the columns."""

    source_note = ""
    left_out: Mapping[str, Any] = {}

    def __init__(self, path: Path, detection: Detection) -> None:
        self._path = path
        self._envelope = detection.text
        self._answers = detection.answers
        self.title = ""
        self.table_code: str | None = None
        self.dimension_labels: dict[tuple[str, str | None], str] = {}
        self._parts: dict[_Cells, _Area | _Attribute] = {}
        # Cells of all variables of a row, understood once; the same areas come again with every year and measure.
        self._combined: dict[_Cells, tuple[_Area, tuple[tuple[str, str], ...]]] = {}
        self._heads: dict[tuple[str, ...], Period | Doubt] = {}
        self._measures: dict[tuple[str, str], tuple[str, int]] = {}
        self._legend = Legend()
        self._decimals = DecimalEvidence(path.name)

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every row as an observation, in the order of the file."""
        rows = read_rows(self._path, self._envelope.encoding, DELIMITERS[Format.FLAT])
        _, _, cells = next(rows)
        numbers = _variable_numbers(cells)
        self._variable_names = [
            f"{n}_variable_{part}" for n in numbers for part in ("code", "label", "attribute_code", "attribute_label")
        ]
        headings = Headings(cells, required=(*FLAT_COLUMNS, *self._variable_names), allowed=("value_q",))
        head_of = headings.picker(FLAT_COLUMNS[:5])
        variables_of = headings.picker(self._variable_names)
        value_of = headings.picker(FLAT_COLUMNS[5:])
        quality_at = headings.index.get("value_q")
        width = headings.width
        row = 1
        for row, last, cells in rows:
            if len(cells) != width or last != row:
                headings.refuse_shape(row, last, cells, refusals)
                continue
            quality = "" if quality_at is None else cells[quality_at]
            found = self._observation(row, head_of(cells), variables_of(cells), value_of(cells), quality)
            if isinstance(found, Doubt):
                refusals.add(row, found.column, found.reason)
            else:
                yield found
        if not self._envelope.is_last_line_ended:
            is_proven = len(cells) == width and self._is_whole(headings.names[-1], cells)
            check_last_cell(row, headings.names[-1], is_proven=is_proven, refusals=refusals)

    def conclude(self, refusals: RefusalList) -> None:
        """The decimal sign and the meaning of `0` show in the whole file only."""
        self._decimals.conclude(refusals)

    def _observation(
        self, row: int, head: _Cells, variables: _Cells, value: _Cells, quality: str
    ) -> Observation | Doubt:
        period = self._heads.get(head) or self._read_head(head)
        if isinstance(period, Doubt):
            return period
        found = self._combined.get(variables) or self._learn_variables(row, variables)
        if isinstance(found, Doubt):
            return found
        area, attributes = found
        text, unit, code, label = value
        doubt = self._check_measure(row, code, unit, label)
        if doubt is not None:
            return doubt
        reading = self._read_value(row, text, quality)
        if isinstance(reading, Doubt):
            return reading
        state = reading.state
        if reading.value == 0 and state is ValueState.REPORTED:
            state = self._legend.state_of_zero
        return Observation(
            area.key,
            area.name,
            area.level,
            code,
            label,
            unit,
            period.text,
            period.kind,
            attributes,
            reading.value,
            None,
            state,
            reading.sign,
            area.territorial_date,
            self.title,
            row,
            "value",
        )

    def _read_head(self, head: tuple[str, ...]) -> Period | Doubt:
        statistics_code, statistics_label, time_code, time_label, time = head
        period = read_period(time)
        result: Period | Doubt
        if not _CODE.fullmatch(statistics_code):
            result = Doubt("statistics_code", _no_code(statistics_code))
        elif self.table_code not in {None, statistics_code}:
            result = Doubt(
                "statistics_code",
                _l("Zwei Statistiken in einer Datei: %(one)s und %(two)s.", one=self.table_code, two=statistics_code),
            )
        elif reason := check_text(statistics_label):
            result = Doubt("statistics_label", reason)
        elif self.title not in {"", statistics_label}:
            result = Doubt("statistics_label", _two_labels(statistics_code, self.title, statistics_label))
        elif not _NAME.fullmatch(time_code):
            result = Doubt("time_code", _no_code(time_code))
        elif reason := check_text(time_label):
            result = Doubt("time_label", reason)
        elif period is None:
            result = Doubt("time", _l("„%(text)s“ ist kein bekannter Zeitraum.", text=time[:40]))
        else:
            self.title, self.table_code = statistics_label, statistics_code
            self._decimals.notice_time_label(time_label)
            result = period
        self._heads[head] = result
        return result

    def _learn_variables(self, row: int, variables: _Cells) -> tuple[_Area, tuple[tuple[str, str], ...]] | Doubt:
        """The one area of a row and what else it is broken down by, in the order of the codes."""
        areas: dict[str, tuple[_Area, _Cells]] = {}
        last = ""
        attributes: list[tuple[str, str]] = []
        for start in range(0, len(variables), 4):
            cells = variables[start : start + 4]
            part = self._parts.get(cells) or self._learn_part(cells, self._variable_names[start : start + 4])
            if part is None:
                continue
            if isinstance(part, Doubt):
                return part
            if isinstance(part, _Attribute):
                attributes.append(part)
            elif cells[0] not in areas:
                areas[cells[0]] = part, cells
                last = self._variable_names[start]
            else:
                return Doubt(self._variable_names[start], _TWO_AREAS)
        if not areas:
            reason = _l("Kein bekanntes Gebietsmerkmal (KREISE, GEMEIN, DLAND, …) in der Zeile.")
            return Doubt("1_variable_code", reason)
        area = self._chosen(row, last, areas, attributes)
        if len(attributes) > 1:
            attributes.sort()
            for (one, _), (two, _) in pairwise(attributes):
                if one == two:
                    return Doubt("1_variable_code", _l("Das Merkmal „%(code)s“ steht zweimal in der Zeile.", code=one))
        if len(self._combined) >= MOST_KEPT:
            self._combined.clear()
        self._combined[variables] = area, tuple(attributes)
        return self._combined[variables]

    def _chosen(
        self, row: int, column: str, areas: Mapping[str, tuple[_Area, _Cells]], attributes: list[tuple[str, str]]
    ) -> _Area:
        """The area that the figure is about; every other one (where commuters come from, say) is a breakdown."""
        if len(areas) == 1:
            return next(iter(areas.values()))[0]
        options = [(code, f"{code} ({cells[1].strip()})") for code, (_area, cells) in areas.items()]
        chosen = choose(self._answers, Open.REGION, options, reason=_TWO_AREAS, row=row, column=column)
        for code, (_area, cells) in areas.items():
            if code != chosen:
                self.dimension_labels.setdefault((code, cells[2]), cells[3].strip())
                attributes.append((code, cells[2]))
        return areas[chosen][0]

    def _learn_part(self, cells: _Cells, names: Sequence[str]) -> _Area | _Attribute | Doubt | None:
        """Understand the cells of one variable; None if all are empty, as in rows with fewer variables."""
        if not any(cells):
            return None
        code, label, attribute, attribute_label = cells
        if not _NAME.fullmatch(code):
            return Doubt(names[0], _no_code(code))
        for name, text in ((names[1], label), (names[3], attribute_label)):
            if reason := check_text(text):
                return Doubt(name, reason)
        if not self._agrees(code, None, label):
            return Doubt(names[1], _two_labels(code, self.dimension_labels[code, None], label))
        level = area_level(code)
        part: _Area | _Attribute
        if level is not None:
            try:
                key = read_key(attribute, level)
            except KeyRefused as refused:
                return Doubt(names[2], refused.message)
            territory = _TERRITORY.search(label)
            day = german_date(territory[1]) if territory else None
            part = _Area(key.key, key.level, attribute_label.strip(), day)
        else:
            if attribute and not _CODE.fullmatch(attribute):
                return Doubt(names[2], _no_code(attribute))
            if not self._agrees(code, attribute, attribute_label.strip()):
                known = self.dimension_labels[code, attribute]
                return Doubt(names[3], _two_labels(attribute or code, known, attribute_label))
            if not attribute:
                self._decimals.notice_total_label(attribute_label.strip())
            part = _Attribute(code, attribute)
        if len(self._parts) >= MOST_KEPT:
            self._parts.clear()
        self._parts[cells] = part
        return part

    def _agrees(self, code: str, attribute: str | None, label: str) -> bool:
        return self.dimension_labels.setdefault((code, attribute), label) == label

    def _check_measure(self, row: int, code: str, unit: str, label: str) -> Doubt | None:
        known = self._measures.get((code, unit))
        if known is None:
            if not _NAME.fullmatch(code):
                return Doubt("value_variable_code", _no_code(code))
            if reason := check_unit(unit):
                return Doubt("value_unit", reason)
            if reason := check_text(label):
                return Doubt("value_variable_label", reason)
            self._measures[code, unit] = label, row
        elif known[0] != label:
            return Doubt("value_variable_label", _two_labels(f"{code}, {unit}", known[0], label))
        return None

    def _read_value(self, row: int, text: str, quality: str) -> Reading | Doubt:
        sign = DecimalSign.COMMA if "," in text else DecimalSign.POINT
        reading = read_cell(text, sign)
        if not text and quality in REPLACING:
            reading = Reading(None, REPLACING[quality], quality)
        if reading is None:
            return Doubt("value", _l("„%(text)s“ ist weder Zahl noch bekanntes Zeichen.", text=text[:40]))
        if reading.value is None:
            self._legend.notice(reading.sign or "")
            if quality in BESIDE or REPLACING.get(quality) is reading.state:
                return reading
        elif quality in BESIDE:
            if reading.sign == "k":
                self._legend.notice("k")
            self._decimals.notice_number(row, text)
            if BESIDE[quality] is ValueState.REPORTED:
                return reading
            if reading.state in {ValueState.REPORTED, BESIDE[quality]}:
                return Reading(reading.value, BESIDE[quality], quality)
        return Doubt(
            "value_q",
            _l(
                "Das Kennzeichen „%(sign)s“ passt nicht zum Wert „%(text)s“ oder ist unbekannt.",
                sign=quality[:20],
                text=text[:40],
            ),
        )

    def _is_whole(self, last_column: str, cells: list[str]) -> bool:
        """Whether the last cell of the file shows that nothing of it was cut off."""
        if last_column == "value_q":
            others = {*BESIDE, *REPLACING} - {cells[-1]}
            return bool(cells[-1]) and not any(other.startswith(cells[-1]) for other in others)
        if last_column == "value_variable_label":
            # The label of a measure that stood complete in an earlier line.
            return any(label == cells[-1] and row < self._envelope.lines for label, row in self._measures.values())
        return False


def _variable_numbers(cells: list[str]) -> list[int]:
    found = {int(match[1]) for match in map(_VARIABLE.fullmatch, cells) if match}
    return sorted(found) or [1]


def _no_code(text: str) -> Any:
    return _l("„%(text)s“ ist kein Schlüssel.", text=text[:40])


def _two_labels(code: str, one: str, two: str) -> Any:
    return _l("Zwei Bezeichnungen für „%(code)s“: „%(one)s“ und „%(two)s“.", code=code, one=one[:60], two=two[:60])
