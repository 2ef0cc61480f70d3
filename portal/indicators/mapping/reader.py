"""Reader of files by a rule: one table, one heading per column, rows of areas below it.

Columns are found by their headings, wherever they stand; a heading that the rule does not know, or one of its own
that is missing, refuses the file. Rows below with one lone cell are notes and are left out by name.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from portal.core.text import slugify
from portal.indicators import natures
from portal.indicators.imports.formats import Detection
from portal.indicators.imports.headings import check_text
from portal.indicators.imports.keys import AreaKey, KeyRefused
from portal.indicators.imports.numerals import may_be_thousands
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import RefusalList, column_letter
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.units import check_unit
from portal.indicators.imports.workbook import text_of
from portal.indicators.mapping import cells as reading
from portal.indicators.mapping.grid import Grid, Opened, Row, check_width, headings, is_filled, is_unnamed
from portal.indicators.mapping.rule import Column, Holds, Rule, WithoutKey

MOST_NOTES = 20
MOST_KEPT = 20_000


class Found(NamedTuple):
    """Where a column of the rule stands in the file."""

    at: int
    column: Column


class Layout(NamedTuple):
    """The head understood."""

    width: int
    key: int
    name: int | None
    period: int | None
    series: int | None
    unit: int | None
    parts: tuple[tuple[int, str, str], ...]
    values: tuple[Found, ...]
    headless: tuple[int, ...]


class Mapped:
    """Reader by a rule; see the module."""

    table_code: str | None = None

    def __init__(self, path: Path, detection: Detection, rule: Rule) -> None:
        self._opened = Opened(path, detection.envelope)
        self._rule = rule
        self.title = ""
        self.source_note = rule.source
        self.dimension_labels: dict[tuple[str, str | None], str] = {}
        self._notes: dict[str, Any] = {}
        self._keyless: list[int] = []
        self._keys = reading.Keys(rule)
        self._short: tuple[int, int] | None = None
        self._codes: dict[str, str] = {}
        self._good_texts: set[str] = set()
        # By column: the sign that stands before three digits.
        self._marks: dict[int, str] = {}

    @property
    def left_out(self) -> dict[str, Any]:
        """Notes below the figures, and rows without a key where the rule says so."""
        found = dict(self._notes)
        if self._keyless:
            rows = ", ".join(map(str, self._keyless[:MOST_NOTES])) + (" …" if len(self._keyless) > MOST_NOTES else "")
            found["rows"] = _l("Zeilen ohne Gebietsschlüssel: %(rows)s", rows=rows)
        return found

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every value, row by row, in each row from left to right."""
        self._notes, self._keyless, self._marks = {}, [], {}
        grid = Grid(self._opened, sheet=self._rule.sheet, delimiter=self._rule.delimiter)
        first, last = self._rule.head
        head: list[Row] = []
        layout: Layout | None = None
        row = 0
        for row, end, cells in grid.rows():
            if row < first:
                continue
            if row <= last:
                head.append((row, cells))
                continue
            if layout is None:
                layout = self._layout(grid, head)
            if not is_filled(cells):
                continue
            if self._is_note(row, cells, layout):
                continue
            if not grid.is_text or check_width(row, end, cells, layout.width, refusals):
                yield from self._values(grid, layout, row, cells, refusals)
        if layout is None:
            self._layout(grid, head)
        grid.check_end(row, refusals)

    def conclude(self, refusals: RefusalList) -> None:
        """Whether keys lost their zeros, and whether a breakdown has the whole it should have, shows in the whole file
        only."""
        if self._short is not None and self._keys.has_zeros:
            row, column = self._short
            reason = _l("Dem Gebietsschlüssel fehlt eine Null, die andere Schlüssel der Spalte haben.")
            refusals.add(row, column_letter(column), reason, sheet=self._rule.sheet)
        for part in self._rule.columns:
            is_missing = (_dimension(part.heading), "") not in self.dimension_labels
            if part.holds is Holds.PART and part.total and is_missing:
                reason = _l(
                    "In dieser Spalte steht nirgends „%(total)s“, das die Zuordnung als Wort für alle nennt.",
                    total=part.total[:60],
                )
                refusals.add(self._rule.head[1], part.heading[:60], reason, sheet=self._rule.sheet)

    def _layout(self, grid: Grid, head: Sequence[Row]) -> Layout:
        first, last = self._rule.head
        if not head:
            raise grid.refuse(first, 0, _l("Die Kopfzeile fehlt."))
        names = headings(head, grid.merged, grid=grid)
        while names and is_unnamed(names[-1], len(names) - 1) and not grid.is_text:
            names.pop()
        problems = RefusalList()
        known = {column.heading: column for column in self._rule.columns}
        for at, name in enumerate(names):
            if name not in known and not is_unnamed(name, at):
                reason = _l("Die Spalte „%(name)s“ kennt die Zuordnung nicht.", name=name[:60])
                problems.add(last, column_letter(at), reason, sheet=grid.name)
            elif name in known and known[name].holds is not Holds.NOTHING and names.count(name) > 1:
                reason = _l("Die Spalte „%(name)s“ steht zweimal in der Kopfzeile.", name=name[:60])
                problems.add(last, column_letter(at), reason, sheet=grid.name)
        for name, column in known.items():
            if name not in names and column.holds is not Holds.NOTHING:
                reason = _l("Die Spalte „%(name)s“ fehlt in der Kopfzeile.", name=name[:60])
                problems.add(last, "A", reason, sheet=grid.name)
        problems.conclude()
        places = [Found(at, known[name]) for at, name in enumerate(names) if name in known]
        layout = Layout(
            width=len(names),
            key=_place(places, Holds.AREA) or 0,
            name=_place(places, Holds.NAME),
            period=_place(places, Holds.PERIOD),
            series=_place(places, Holds.SERIES),
            unit=_place(places, Holds.UNIT),
            parts=tuple(
                (at, _dimension(column.heading), column.total) for at, column in places if column.holds is Holds.PART
            ),
            values=tuple(one for one in places if one.column.holds is Holds.VALUE),
            headless=tuple(at for at, name in enumerate(names) if name not in known),
        )
        self._check_sheet(grid, layout)
        for one in places:
            if one.column.holds is Holds.PART:
                self.dimension_labels[_dimension(one.column.heading), None] = one.column.heading
        return layout

    def _check_sheet(self, grid: Grid, layout: Layout) -> None:
        """Refuse cells that belong to several rows, and numbers that are shown otherwise than stored."""
        used = {layout.key, layout.name, layout.period, layout.series, layout.unit}
        used |= {at for at, _name, _total in layout.parts} | {one.at for one in layout.values}
        for top, left, bottom, right in grid.merged:
            if (
                bottom > self._rule.head[1]
                and bottom > top
                and any(column in used for column in range(left, right + 1))
            ):
                raise grid.refuse(
                    max(top, self._rule.head[1] + 1), left,
                    _l("Verbundene Zellen zwischen den Werten: welcher Zeile der Wert gehört, ist unklar."),
                )  # fmt: skip
        grid.check_scale([one.at for one in layout.values])

    def _is_note(self, row: int, cells: Sequence[Cell], layout: Layout) -> bool:
        filled = [at for at, cell in enumerate(cells) if cell != ""]
        if len(filled) != 1 or filled[0] in {one.at for one in layout.values}:
            return False
        text = text_of(cells[filled[0]])
        if filled[0] == layout.key and text[:1].isdigit():
            return False
        if len(self._notes) < MOST_NOTES:
            self._notes[f"note {row}"] = _l("Zeile %(row)s: „%(text)s“", row=row, text=text[:80])
        return True

    def _values(
        self, grid: Grid, layout: Layout, row: int, cells: Sequence[Cell], refusals: RefusalList
    ) -> Iterator[Observation]:
        def doubt(at: int, reason: Any) -> None:
            refusals.add(row, column_letter(at), reason, sheet=grid.name)

        beside = (*layout.headless, *range(layout.width, len(cells)))
        stray = next((at for at in beside if cells[at] != ""), None)
        if stray is not None:
            doubt(stray, _l("Über dieser Spalte fehlt die Überschrift."))
            return
        if cells[layout.key] == "" and self._rule.without_key is WithoutKey.SKIP:
            if len(self._keyless) <= MOST_NOTES:
                self._keyless.append(row)
            return
        area = self._area(row, layout.key, cells[layout.key])
        if isinstance(area, KeyRefused):
            doubt(layout.key, area.message)
            return
        name = area.key if layout.name is None else text_of(cells[layout.name]) or area.key
        if layout.name is not None and name not in self._good_texts:
            if (reason := check_text(name)) is not None:
                doubt(layout.name, reason)
                return
            self._remember(name)
        period = self._rule.period
        if layout.period is not None:
            period = reading.read_time(cells[layout.period], self._rule)
            if period is None:
                doubt(layout.period, reading.why_no_period(cells[layout.period]))
                return
        own_unit = self._words(cells, layout.unit, doubt, is_unit=True)
        label = self._words(cells, layout.series, doubt)
        parts = self._parts(cells, layout, doubt)
        if own_unit is None or label is None or parts is None:
            return
        for at, column in layout.values:
            when = column.period or period
            unit = own_unit or column.unit
            value = reading.read_value(cells[at], self._rule, unit)
            if value is None or when is None:
                doubt(at, reading.why_no_value(cells[at]))
                continue
            named = label or column.label or column.heading
            reason = self._why_misread(cells[at], value.number, at, unit, named)
            if reason is not None:
                doubt(at, reason)
                continue
            yield Observation(
                area.key,
                name,
                area.level,
                column.series or self._code(named),
                named,
                unit,
                when.text,
                when.kind,
                parts,
                value.number,
                value.text,
                value.state,
                value.sign,
                self._rule.territorial_date,
                self._rule.source,
                row,
                column_letter(at),
                grid.name,
            )

    def _why_misread(self, cell: Cell, number: float | None, at: int, unit: str, named: str) -> Any | None:
        """Why a number cannot be what the rule takes it for: signs of thousands and decimals are easily mistaken."""
        if number is None:
            return None
        shown = text_of(cell)[:40]
        if isinstance(cell, str) and may_be_thousands(cell.strip()):
            mark = "," if "," in cell else "."
            if self._marks.setdefault(at, mark) != mark:
                return _l(
                    "„%(text)s“: In der Spalte stehen „.“ und „,“ vor drei Ziffern; was Tausender trennt, ist unklar.",
                    text=shown,
                )
        if number.is_integer() or not natures.is_whole(unit) or natures.is_average(named):
            return None
        return _l(
            "„%(text)s“ wäre %(number)s, aber eine Anzahl (%(unit)s) ist eine ganze Zahl. Stimmen Dezimalzeichen und"
            " Tausenderzeichen?",
            text=shown,
            number=f"{number:.12g}".replace(".", ","),
            unit=unit,
        )

    def _area(self, row: int, at: int, cell: Cell) -> AreaKey | KeyRefused:
        try:
            found = self._keys.read(cell)
        except KeyRefused as refused:
            return refused
        if self._keys.has_short and self._short is None:
            self._short = row, at
        return found

    def _words(self, cells: Sequence[Cell], at: int | None, doubt: Any, *, is_unit: bool = False) -> str | None:
        """The text of a column, empty without one; None where it is refused."""
        if at is None:
            return ""
        text = text_of(cells[at])
        if text not in self._good_texts:
            reason = check_unit(text) if is_unit else check_text(text)
            if reason is None and len(text) > 200:
                reason = _l("Der Text ist länger als %(limit)s Zeichen.", limit=200)
            if reason is not None:
                doubt(at, reason)
                return None
            self._remember(text)
        return text

    def _parts(self, cells: Sequence[Cell], layout: Layout, doubt: Any) -> tuple[tuple[str, str], ...] | None:
        found = []
        for at, name, total in layout.parts:
            text = text_of(cells[at])
            part = "" if total and text == total else slugify(text)[:60]
            if not part and not (total and text == total):
                doubt(at, _l("Die Angabe fehlt."))
                return None
            self.dimension_labels[name, part] = text
            found.append((name, part))
        return tuple(found)

    def _code(self, label: str) -> str:
        if label not in self._codes:
            if len(self._codes) > MOST_KEPT:
                self._codes.clear()
            self._codes[label] = series_code(self._rule.source, label)
        return self._codes[label]

    def _remember(self, text: str) -> None:
        if len(self._good_texts) < MOST_KEPT:
            self._good_texts.add(text)


def series_code(source: str, label: str) -> str:
    """The code of a series that somebody's file names; the same for the same source and name."""
    digest = hashlib.sha256(f"{source}\n{label}".encode()).hexdigest()[:8]
    return f"quelle-{slugify(source)[:30].strip('-') or 'datei'}:{slugify(label)[:40].strip('-') or 'reihe'}-{digest}"


def _dimension(heading: str) -> str:
    name = slugify(heading)[:40].strip("-") or "teil"
    return name if name[0].isalpha() else f"teil-{name}"[:40]


def _place(places: Sequence[Found], holds: Holds) -> int | None:
    return next((one.at for one in places if one.column.holds is holds), None)
