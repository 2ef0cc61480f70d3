"""The file of all INKAR data (BBSR): CSV, `;`, decimal comma, one value per row.

Columns by name: Raumbezug, Kennziffer, Name, Zeitbezug, Indikator, Wert, and in some years Bereich, ID, Kuerzel
(observed: 2021 without, 2025 with Kuerzel). The short name or the number of an indicator is its code. Keys come
without leading zeros. The file names no unit. Levels that the portal does not have are left out and named.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.text import slugify
from portal.indicators.imports.formats import DELIMITERS, INKAR_LONG_COLUMNS, Detection, Format
from portal.indicators.imports.headings import Headings, check_last_cell, check_text
from portal.indicators.imports.inkar_cells import Keys, Numerals, Place
from portal.indicators.imports.keys import AreaKey, KeyRefused
from portal.indicators.imports.lines import read_rows
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.periods import Period, read_period
from portal.indicators.imports.refusals import Doubt, RefusalList

TITLE = "INKAR (BBSR)"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_OPTIONAL = ("Bereich", "ID", "Kuerzel", "Kürzel")
# Cells that many rows share are understood once; beyond it memory would grow with the file.
MOST_KEPT = 50_000


class InkarLong:
    """Reader of the file; see the module for the columns."""

    title = TITLE
    source_note = ""
    table_code: str | None = None

    def __init__(self, path: Path, detection: Detection) -> None:
        self._path = path
        self._envelope = detection.text
        self.dimension_labels: dict[tuple[str, str | None], str] = {}
        self._numerals = Numerals()
        self._keys = Keys()
        self._areas: dict[tuple[str, ...], AreaKey | Doubt | None] = {}
        self._periods: dict[str, Period | None] = {}
        self._labels: dict[str, str] = {}

    @property
    def left_out(self) -> Mapping[str, Any]:
        """Levels that the portal does not have."""
        return self._keys.left_out

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every row of a known level, in the order of the file."""
        rows = read_rows(self._path, self._envelope.encoding, DELIMITERS[Format.INKAR_LONG])
        _, _, cells = next(rows)
        headings = Headings(cells, required=INKAR_LONG_COLUMNS, allowed=_OPTIONAL)
        area_of = headings.picker(("Raumbezug", "Kennziffer", "Name"))
        value_of = headings.picker(("Indikator", "Zeitbezug", "Wert"))
        code_at = next((headings.index[name] for name in ("Kuerzel", "Kürzel", "ID") if name in headings.index), None)
        row = 1
        for row, last, cells in rows:
            if len(cells) != headings.width or last != row:
                headings.refuse_shape(row, last, cells, refusals)
                continue
            area = self._area(row, area_of(cells))
            if area is None:
                continue
            label, time, text = value_of(cells)
            found = area if isinstance(area, Doubt) else self._check(label, time, code_at, cells)
            if isinstance(area, Doubt) or isinstance(found, Doubt):
                doubt = found if isinstance(found, Doubt) else area
                assert isinstance(doubt, Doubt)
                refusals.add(row, *doubt)
                continue
            code, period = found
            reading = self._numerals.read(text, Place(row, "Wert", text, ""))
            if reading is None:
                reason = _l("„%(text)s“ ist weder Zahl noch bekanntes Zeichen.", text=text[:40])
                refusals.add(row, "Wert", reason)
                continue
            yield Observation(
                area.key,
                area_of(cells)[2],
                area.level,
                code,
                label,
                "",
                period.text,
                period.kind,
                (),
                reading.value,
                None,
                reading.state,
                reading.sign,
                None,
                TITLE,
                row,
                "Wert",
            )
        if not self._envelope.is_last_line_ended:
            check_last_cell(row, headings.names[-1], is_proven=False, refusals=refusals)

    def conclude(self, refusals: RefusalList) -> None:
        """How numbers and keys are written shows in the whole file only."""
        self._numerals.conclude(refusals)
        self._keys.conclude(refusals)

    def _area(self, row: int, cells: tuple[str, ...]) -> AreaKey | Doubt | None:
        if cells in self._areas:
            return self._areas[cells]
        level, key, name = cells
        found: AreaKey | Doubt | None
        try:
            found = self._keys.read(key, level.strip(), Place(row, "Kennziffer", key, ""))
        except KeyRefused as refused:
            found = Doubt("Kennziffer" if level.strip() else "Raumbezug", refused.message)
        if isinstance(found, AreaKey) and (reason := check_text(name)):
            found = Doubt("Name", reason)
        if len(self._areas) >= MOST_KEPT:
            self._areas.clear()
        self._areas[cells] = found
        return found

    def _check(self, label: str, time: str, code_at: int | None, cells: list[str]) -> tuple[str, Period] | Doubt:
        if time not in self._periods:
            self._periods[time] = read_period(time)
        period = self._periods[time]
        if period is None:
            return Doubt("Zeitbezug", _l("„%(text)s“ ist kein bekannter Zeitraum.", text=time[:40]))
        if reason := check_text(label):
            return Doubt("Indikator", reason)
        short = slugify(label)[:60] if code_at is None else cells[code_at]
        if not _CODE.fullmatch(short):
            return Doubt("Kuerzel", _l("„%(text)s“ ist kein Schlüssel.", text=short[:40]))
        code = f"inkar:{short}"
        if self._labels.setdefault(code, label) != label:
            reason = _l(
                "Zwei Bezeichnungen für „%(code)s“: „%(one)s“ und „%(two)s“.",
                code=short,
                one=self._labels[code][:60],
                two=label[:60],
            )
            return Doubt("Indikator", reason)
        return code, period
