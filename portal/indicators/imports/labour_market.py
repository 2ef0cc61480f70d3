"""Workbook "Arbeitsmarkt kommunal" of the Federal Employment Agency: one municipality, five years.

One sheet holds everything (observed in the issue of report year 2024). A title cell names key, municipality and
territory: `08226095 Walldorf, Stadt (Gebietsstand im Jahr 2024)`. The head row begins with `Merkmale` and names the
years, ascending and without a gap, the last of them the year of the report and of the territory; a row below counts
the columns. A row with words and no figures begins a table and says at which time its
figures were taken: `(Stichtag 30.06.)` or `(Jahresdurchschnitte)`. Its rows are the total (`Insgesamt`) and parts
(`dar.` once, then blank). The notes below begin with `©` or `*)`.

Figures are persons; `*` is kept as secret and its twin with it, nothing is filled or derived. The territory is that
of December of the year named: the imprint says that figures are published only if it is the same as in June.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.text import slugify
from portal.indicators.imports.area_names import NamedArea
from portal.indicators.imports.choices import Answers, Open, choose, choose_sheet
from portal.indicators.imports.formats import Detection
from portal.indicators.imports.headings import check_text
from portal.indicators.imports.keys import AreaKey, AreaLevel, KeyRefused, read_key
from portal.indicators.imports.labour_relations import AT_HOME, AT_WORK, COMING, GOING
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.periods import Period
from portal.indicators.imports.refusals import Doubt, RefusalList, column_letter
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.workbook import Sheet, Workbook, figure_of, period_of, text_of
from portal.indicators.periods import PeriodKind

PUBLICATION = "Arbeitsmarkt kommunal"
HEAD = "Merkmale"
UNIT = "Personen"
DIMENSION = "merkmal"
_TITLE = re.compile(
    r"(?P<key>[0-9]+(?:[.,][0-9]+)?) (?P<name>.*\S) \((?P<territory>Gebietsstand[^()]*\b(?P<year>(?:19|20)[0-9]{2}))\)"
)
_DAY = re.compile(r"\(Stichtag (?P<day>[0-9]{2})\.(?P<month>[0-9]{2})\.\)")
_AVERAGE = re.compile(r"\(Jahresdurchschnitte?\)")
_NOTES = ("©", "*)", "Quelle", "Hinweis")
_TOTAL = "Insgesamt"
_PARTS = frozenset({"", "dar.", "dav.", "darunter", "davon", "darunter:", "davon:"})
MOST_ROWS = 500
# Commuters come in where they work and go out where they live: otherwise the heads of two blocks changed places.
_MISPLACED = frozenset({(AT_HOME, COMING), (AT_WORK, GOING)})


@dataclass(slots=True)
class _Table:
    """A table of the sheet: measure, and the day its figures were taken (None: average of the year)."""

    code: str
    label: str
    day: tuple[int, int] | None
    parts: set[str] = field(default_factory=set)
    has_lead: bool = False

    def period(self, year: Period) -> Period:
        if self.day is None:
            return year
        month, day = self.day
        return Period(f"{year.text}-{month:02}-{day:02}", PeriodKind.DATE)


class LabourMarket:
    """Reader of the workbook; see the module for the layout."""

    table_code: str | None = None
    left_out: Mapping[str, Any] = {}

    def __init__(self, path: Path, detection: Detection) -> None:
        self._workbook = Workbook(path, detection.workbook)
        self._answers = detection.answers
        self.title = ""
        self._territory = ""
        self.source_note = ""
        self.named: NamedArea | None = None
        self.dimension_labels: dict[tuple[str, str | None], str] = {}

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every figure, row by row, in each row by year."""
        sheet = self._workbook.sheet(_sheet_of(self._workbook, self._answers))
        if sheet.height > MOST_ROWS:
            raise sheet.refuse(MOST_ROWS + 1, 0, _l("Mehr als %(limit)s Zeilen.", limit=MOST_ROWS))
        rows = list(sheet.rows())
        head_row, years = _head(sheet, rows)
        sheet.check_scale(range(min(years), max(years) + 1))
        area, name, territory = self._area(sheet, rows[: head_row - 1])
        _check_years(sheet, rows[:head_row], years, territory.year)
        self.dimension_labels[DIMENSION, None] = "Merkmal"
        table: _Table | None = None
        seen: set[str] = set()
        is_below = False
        for row, cells in rows[head_row:]:
            texts = [text_of(cell) for cell in cells]
            words = [text for text in texts if text]
            if not words or (row == head_row + 1 and _counts_columns(cells, years)):
                continue
            if words[0].startswith(_NOTES):
                is_below = True
                self._note(words)
                continue
            figures = [column for column, text in enumerate(texts) if text and column >= min(years)]
            if is_below:
                if figures:
                    refusals.add(row, "A", _l("Unter den Fußnoten stehen weitere Zahlen."), sheet=sheet.name)
                continue
            if not figures:
                table = _table(sheet, row, texts, seen)
                continue
            stray = next((column for column in figures if column not in years), None)
            if stray is not None:
                refusals.add(row, column_letter(stray), _l("Über dieser Spalte fehlt das Jahr."), sheet=sheet.name)
                continue
            if table is None:
                refusals.add(row, "A", _l("Über dieser Zeile fehlt der Name der Tabelle."), sheet=sheet.name)
                continue
            part = self._part(texts[: min(years)], table)
            if not isinstance(part, str):
                refusals.add(row, "A", part.reason, sheet=sheet.name)
                continue
            for column, year in years.items():
                reading = figure_of(cells[column])
                reason = _why_not(cells[column], reading, is_count=table.day is not None)
                if reading is None or reason is not None:
                    refusals.add(row, column_letter(column), reason, sheet=sheet.name)
                    continue
                period = table.period(year)
                yield Observation(
                    area_key=area.key,
                    area_name=name,
                    level=area.level,
                    measure=table.code,
                    measure_label=table.label,
                    unit=UNIT,
                    period=period.text,
                    period_kind=period.kind,
                    dimensions=((DIMENSION, part),),
                    value=reading.value,
                    text=None,
                    state=reading.state,
                    sign=reading.sign,
                    territorial_date=territory,
                    source=self.title,
                    row=row,
                    column=column_letter(column),
                    sheet=sheet.name,
                )
        if not is_below:
            reason = _l("Die Fußzeile „©“ fehlt; das Blatt ist vermutlich abgeschnitten.")
            refusals.add(sheet.height, "A", reason, sheet=sheet.name)

    def conclude(self, refusals: RefusalList) -> None:
        """Nothing in this format needs the whole file."""

    def _area(self, sheet: Sheet, above: list[tuple[int, list[Cell]]]) -> tuple[AreaKey, str, date]:
        found = []
        for row, cells in above:
            for column, cell in enumerate(cells):
                match = _TITLE.fullmatch(text_of(cell))
                if match:
                    found.append((row, column, match))
        if not found:
            reason = _l("Über der Tabelle fehlt die Zelle mit Gemeindeschlüssel, Name und Gebietsstand.")
            raise sheet.refuse(1, 0, reason)
        row, column, match = found[0] if len(found) == 1 else self._chosen(sheet, found)
        level = AreaLevel.COUNTY if len(match["key"]) == 5 else AreaLevel.MUNICIPALITY
        try:
            area = read_key(match["key"], level, strict=True)
        except KeyRefused as refused:
            raise sheet.refuse(row, column, refused.message) from refused
        self.title = f"{PUBLICATION}, {match[0]}"
        self._territory = match["territory"]
        self.named = NamedArea(area.key, match["name"], row, column_letter(column), sheet.name)
        return area, match["name"], date(int(match["year"]), 12, 31)

    def _chosen(self, sheet: Sheet, found: list[tuple[int, int, re.Match[str]]]) -> tuple[int, int, re.Match[str]]:
        row, column, _match = found[1]
        chosen = choose(
            self._answers,
            Open.AREA,
            [(match["key"], f"{match['key']} {match['name']}") for _row, _column, match in found],
            reason=_l("Zwei Gebiete in einem Blatt; welches gilt, ist unklar."),
            row=row,
            column=column_letter(column),
            sheet=sheet.name,
        )
        return next(one for one in found if one[2]["key"] == chosen)

    def _note(self, words: list[str]) -> None:
        if words[0].startswith("©"):
            self.source_note = f"{words[0]}; {PUBLICATION} ({self._territory})"

    def _part(self, labels: list[str], table: _Table) -> str | Doubt:
        """Code of the row's part of its table, empty for the total."""
        lead, *rest = labels
        words = [text for text in rest if text]
        if lead == _TOTAL and not words:
            part = ""
        elif lead in _PARTS and len(words) == 1:
            part = slugify(words[0])[:60]
            reason = check_text(words[0])
            if reason is not None or not part:
                return Doubt("A", reason or _l("Die Angabe fehlt."))
        else:
            text = " ".join([lead, *words]).strip()
            return Doubt("A", _l("„%(text)s“ ist als Merkmal nicht zu erkennen.", text=text[:60]))
        # A table has one total, above everything else, and one lead; another one begins the next table.
        if (not part and table.parts) or (lead and part and table.has_lead):
            return Doubt("A", _l("Hier beginnt eine neue Tabelle, aber ihre Überschrift fehlt."))
        if part in table.parts:
            return Doubt("A", _l("Das Merkmal steht zweimal in der Tabelle."))
        if (table.code, part) in _MISPLACED:
            reason = _l(
                "„%(name)s“ steht im falschen Block: Einpendler gibt es nur am Arbeitsort, Auspendler nur am Wohnort.",
                name=words[0],
            )
            return Doubt("A", reason)
        table.has_lead = table.has_lead or bool(lead and part)
        table.parts.add(part)
        self.dimension_labels[DIMENSION, part] = words[0] if words else _TOTAL
        return part


def is_labour_market(workbook: Workbook, name: str) -> str | None:
    """The words that show that a sheet is the one described above; None for any other."""
    texts = [text_of(cell) for cells in workbook.peek(name, 15) for cell in cells]
    if PUBLICATION in texts and (HEAD in texts or any(_TITLE.fullmatch(text) for text in texts)):
        return PUBLICATION
    return None


def _sheet_of(workbook: Workbook, answers: Answers) -> str:
    found = [name for name in workbook.visible if is_labour_market(workbook, name)]
    return choose_sheet(answers, found)


def _head(sheet: Sheet, rows: list[tuple[int, list[Cell]]]) -> tuple[int, dict[int, Period]]:
    """Row of the head and the years by column."""
    found = next(((row, cells) for row, cells in rows if text_of(cells[0]) == HEAD), None)
    if found is None:
        raise sheet.refuse(1, 0, _l("Die Kopfzeile „%(head)s“ mit den Jahren fehlt.", head=HEAD))
    row, cells = found
    years: dict[int, Period] = {}
    for column, cell in enumerate(cells[1:], start=1):
        if cell == "":
            continue
        year = period_of(cell)
        if year is None or year.kind is not PeriodKind.YEAR or year in years.values():
            reason = _l("„%(text)s“ ist kein Jahr oder steht zweimal im Kopf.", text=text_of(cell)[:40])
            raise sheet.refuse(row, column, reason)
        years[column] = year
    if not years:
        raise sheet.refuse(row, 0, _l("Die Kopfzeile „%(head)s“ mit den Jahren fehlt.", head=HEAD))
    return row, years


def _check_years(sheet: Sheet, above: list[tuple[int, list[Cell]]], years: Mapping[int, Period], reported: int) -> None:
    """Refuse heads in another order than the agency writes them: only the head says of which year a column is."""
    *titles, (head_row, _cells) = above
    before: int | None = None
    for column in sorted(years):
        year = int(years[column].text)
        if before is not None and year != before + 1:
            reason = _l(
                "Auf %(before)s folgt %(year)s; die Jahre müssen lückenlos aufsteigen.", before=before, year=year
            )
            raise sheet.refuse(head_row, column, reason)
        before = year
    if before != reported:
        reason = _l("Das letzte Jahr ist %(year)s, der Gebietsstand aber %(title)s.", year=before, title=reported)
        raise sheet.refuse(head_row, max(years), reason)
    for row, cells in titles:
        for column, cell in enumerate(cells):
            year_cell = None if cell == "" else period_of(cell)
            if year_cell is not None and year_cell.kind is PeriodKind.YEAR and int(year_cell.text) != reported:
                reason = _l(
                    "Das Berichtsjahr ist %(year)s, der Gebietsstand aber %(title)s.",
                    year=year_cell.text,
                    title=reported,
                )
                raise sheet.refuse(row, column, reason)


def _counts_columns(cells: list[Cell], years: dict[int, Period]) -> bool:
    return [cells[column] for column in years] == [float(number) for number in range(1, len(years) + 1)]


def _table(sheet: Sheet, row: int, texts: list[str], seen: set[str]) -> _Table:
    """The table that a row of words begins."""
    words = [text for text in texts if text]
    heading = texts[0]
    day, average = _DAY.search(heading), _AVERAGE.search(heading)
    if len(words) != 1 or not heading or bool(day) == bool(average):
        reason = _l("Die Überschrift nennt weder Stichtag noch Jahresdurchschnitt: „%(text)s“.", text=words[0][:60])
        raise sheet.refuse(row, 0, reason)
    label = " ".join(_AVERAGE.sub("", _DAY.sub("", heading)).split())
    slug = slugify(label)
    code = f"ba:{slug if len(slug) <= 97 else slug[:80] + '-' + hashlib.sha256(slug.encode()).hexdigest()[:8]}"
    reason = check_text(label)
    if reason is None and code in seen:
        reason = _l("Die Tabelle „%(name)s“ steht zweimal im Blatt.", name=label[:60])
    if reason is None and day and not _exists(int(day["month"]), int(day["day"])):
        reason = _l("„%(text)s“ ist kein Tag.", text=day[0])
    if reason is not None:
        raise sheet.refuse(row, 0, reason)
    seen.add(code)
    return _Table(code, label, (int(day["month"]), int(day["day"])) if day else None)


def _exists(month: int, day: int) -> bool:
    try:
        date(2023, month, day)
    except ValueError:
        return False
    return True


def _why_not(cell: Cell, reading: Any, *, is_count: bool) -> Any | None:
    if reading is None:
        return (
            _l("„%(text)s“ ist weder Zahl noch bekanntes Zeichen.", text=text_of(cell)[:40])
            if cell != ""
            else _l("Die Angabe fehlt.")
        )
    if reading.value is not None and (reading.value < 0 or (is_count and not reading.value.is_integer())):
        return _l("„%(text)s“ kann keine Zahl von Personen sein.", text=text_of(cell)[:40])
    return None
