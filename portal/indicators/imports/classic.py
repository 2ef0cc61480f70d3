"""Classic CSV of the regional database: `;`, first line `Tabelle: …` (`GENESIS-Tabelle: …` up to about 2020).

Below the head (`classic_head`) each line holds row labels (time, area key, area name, further attributes)
and one figure per column. A line of underscores begins the footer; notes in it may look like figures and are
not read. A file without that line was cut off. Areas without keys are refused, because names are no keys.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Self

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.choices import Answers, Open, choose, typed
from portal.indicators.imports.classic_head import MOST_LINES, Head, is_head_row, read_head, shape_of
from portal.indicators.imports.formats import DELIMITERS, Detection, Format
from portal.indicators.imports.headings import check_text, wrong_width
from portal.indicators.imports.keys import AreaKey, AreaLevel, KeyRefused, damage, looks_like_key, read_key
from portal.indicators.imports.lines import read_rows
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.periods import Period, read_period
from portal.indicators.imports.refusals import ImportRefused, RefusalList, column_letter, refuse
from portal.indicators.imports.signs import Legend, read_cell
from portal.indicators.value_states import ValueState

_FOOTER = re.compile(r"_+;*\s*")
# Lines that decide which label column is which; every later line is then held to it.
_SAMPLE = 200
MOST_NOTICE_LINES = 6


@dataclass(frozen=True, slots=True)
class Labels:
    """Which label columns hold what: time (None if the head states it), area key, name, further attributes."""

    time: int | None
    key: int
    name: int
    further: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, sample: list[list[str]], count: int, *, line: int, answers: Answers) -> Self:
        """Tell by the cells of the first lines; where two columns would do, by the answers. Raises ImportRefused."""
        keys = [i for i in range(count) if _mostly(sample, i, looks_like_key)]
        times = [i for i in range(count) if i not in keys and _mostly(sample, i, _is_period)]
        if not keys:
            raise _without_key(sample, count, line)
        # Product groups of the finance tables (`111`, `611`) look like keys in part.
        whole = [i for i in keys if all(looks_like_key(cells[i]) for cells in sample)]
        if len(keys) > 1 and whole != keys[:1]:
            reason = _l("Mehrere Spalten können der Gebietsschlüssel sein.")
            keys = [_chosen(sample, keys, answers, Open.KEY_COLUMN, reason=reason, line=line)]
        if len(times) > 1:
            reason = _l("Mehrere Spalten können die Zeitangabe sein.")
            times = [_chosen(sample, times, answers, Open.TIME_COLUMN, reason=reason, line=line)]
        key, name = keys[0], keys[0] + 1
        if name >= count or name in times:
            raise refuse(line, column_letter(name), _l("Neben dem Gebietsschlüssel fehlt die Spalte mit dem Namen."))
        rest = [i for i in range(count) if i not in {key, name, *times}]
        further = tuple((f"gliederung-{number}", index) for number, index in enumerate(rest, start=1))
        return cls(times[0] if times else None, key, name, further)


def _without_key(sample: list[list[str]], count: int, line: int) -> ImportRefused:
    """Why no column holds keys: in one of them they may be damaged all over."""
    for at in range(count):
        if _mostly(sample, at, lambda text: damage(text) is not None or looks_like_key(text)):
            broken = next(number for number, cells in enumerate(sample) if damage(cells[at]) is not None)
            return refuse(line + broken, column_letter(at), damage(sample[broken][at]))
    return refuse(line, "A", _l("Keine Spalte mit Gebietsschlüsseln gefunden; Namen sind keine Schlüssel."))


def _chosen(
    sample: list[list[str]], columns: list[int], answers: Answers, what: Open, *, reason: Any, line: int
) -> int:
    """The column that somebody named by its letter; each is shown with what stands in its first row."""
    options = [(column_letter(at), f"{column_letter(at)} ({sample[0][at].strip()[:40]})") for at in columns]
    letter = choose(answers, what, options, reason=reason, row=line, column=column_letter(columns[1]))
    return next(at for at in columns if column_letter(at) == letter)


class Classic:
    """Reader of classic tables; see the module for the layout."""

    left_out: Mapping[str, Any] = {}

    def __init__(self, path: Path, detection: Detection) -> None:
        self._path = path
        self._envelope = detection.text
        self._answers = detection.answers
        self.title = ""
        self.source_note = ""
        self.table_code: str | None = None
        self.dimension_labels: dict[tuple[str, str | None], str] = {}
        self._legend = Legend()
        self._areas: dict[str, AreaKey | KeyRefused] = {}
        self._periods: dict[str, Period | None] = {}
        self._words: set[tuple[str, bool]] = set()

    def observations(self, refusals: RefusalList) -> Iterator[Observation]:
        """Every figure as an observation, line by line, in each line from left to right."""
        head, labels = self._open()
        for name, _ in labels.further:
            self.dimension_labels[name, None] = name.capitalize().replace("-", " ")
        footer_line = 0
        for row, last, cells in self._rows():
            if row < head.first_row:
                continue
            if len(cells) <= head.width and _FOOTER.fullmatch(";".join(cells)):
                footer_line = row
                break
            problem = _wrong_shape(cells, head, row, last)
            if problem is not None:
                refusals.add(row, *problem)
                continue
            yield from self._figures(row, cells, head, labels, refusals)
        if not footer_line:
            refusals.add(
                self._envelope.lines,
                "A",
                _l("Die Fußzeile „__________“ fehlt; die Datei ist vermutlich abgeschnitten."),
            )
        else:
            self._read_footer(footer_line, head, labels.key, refusals)

    def conclude(self, refusals: RefusalList) -> None:
        """Nothing to refuse; the first run taught the legend what `0` means."""

    def _rows(self) -> Iterator[tuple[int, int, list[str]]]:
        return read_rows(self._path, self._envelope.encoding, DELIMITERS[Format.CLASSIC])

    def _open(self) -> tuple[Head, Labels]:
        """The head, and what the label columns below it hold."""
        above: list[tuple[int, list[str]]] = []
        sample: list[list[str]] = []
        first_row = 0
        for row, _, cells in self._rows():
            if not first_row and (len(above) == 0 or is_head_row(cells)) and not _FOOTER.fullmatch(cells[0]):
                above.append((row, cells))
                if len(above) > MOST_LINES:
                    raise refuse(row, "A", _l("Nach %(limit)s Zeilen stehen noch keine Zahlen.", limit=MOST_LINES))
                continue
            first_row = first_row or row
            if len(sample) == _SAMPLE or _FOOTER.fullmatch(cells[0]):
                break
            sample.append(cells)
        if not sample:
            raise refuse(self._envelope.lines, "A", _l("Die Datei endet vor der ersten Zahlenzeile."))
        count, width = shape_of(above)
        whole = [cells for cells in sample if len(cells) == width]
        if not whole:
            column = column_letter(min(len(sample[0]), width))
            raise refuse(first_row, column, wrong_width(len(sample[0]), width))
        labels = Labels.of(whole, count, line=first_row, answers=self._answers)
        is_time_below = labels.time is not None
        head = read_head(above, first_row=first_row, is_time_below=is_time_below, answers=self._answers)
        if labels.time is None and head.period is None and head.columns[0].period is None:
            reason = _l("Die Datei nennt keinen Stichtag und kein Jahr.")
            head = replace(head, period=typed(self._answers, Open.PERIOD, read_period, reason=reason, row=first_row))
        self.title, self.table_code = head.title, head.code
        return head, labels

    def _figures(
        self,
        row: int,
        cells: list[str],
        head: Head,
        labels: Labels,
        refusals: RefusalList,
    ) -> Iterator[Observation]:
        # Both are there only if somebody said that the time of the title lines counts.
        is_own = head.period is None and labels.time is not None
        period = self._period(cells[labels.time]) if is_own and labels.time is not None else head.period
        if is_own and labels.time is not None and period is None:
            reason = _l("„%(text)s“ ist kein bekannter Zeitraum.", text=cells[labels.time][:40])
            refusals.add(row, column_letter(labels.time), reason)
            return
        area = self._area(cells[labels.key], head.depth, row=row, column=column_letter(labels.key))
        if isinstance(area, KeyRefused):
            refusals.add(row, column_letter(labels.key), area.message)
            return
        for index in (labels.name, *(index for _, index in labels.further)):
            reason = self._check_words(cells[index], is_name=index == labels.name)
            if reason is not None:
                refusals.add(row, column_letter(index), reason)
                return
        dimensions = tuple((name, cells[index].strip()) for name, index in labels.further)
        area_name = cells[labels.name].strip()
        for column in head.columns:
            reading = read_cell(cells[column.index].strip(" "), head.decimal)
            if reading is None:
                refusals.add(
                    row,
                    column.letter,
                    _l("„%(text)s“ ist weder Zahl noch bekanntes Zeichen.", text=cells[column.index][:40]),
                )
                continue
            if reading.sign is not None and (reading.value is None or reading.sign == "k"):
                self._legend.notice(reading.sign)
            state = reading.state
            if reading.value == 0 and state is ValueState.REPORTED:
                state = self._legend.state_of_zero
            when = column.period or period
            if when is None:
                refusals.add(row, column.letter, _l("Für diese Zahl ist kein Zeitraum genannt."))
                continue
            yield Observation(
                area_key=area.key,
                area_name=area_name,
                level=area.level,
                measure=column.measure.code,
                measure_label=column.measure.label,
                unit=column.measure.unit,
                period=when.text,
                period_kind=when.kind,
                dimensions=dimensions,
                value=reading.value,
                text=None,
                state=state,
                sign=reading.sign,
                territorial_date=None,
                source=head.title,
                row=row,
                column=column.letter,
                wholes=column.wholes,
            )

    def _period(self, text: str) -> Period | None:
        if text not in self._periods:
            self._periods[text] = read_period(text)
        return self._periods[text]

    def _area(self, text: str, depth: AreaLevel | None, *, row: int, column: str) -> AreaKey | KeyRefused:
        known = self._areas.get(text)
        if known is None:
            level = None
            if len(text) == 12 and text.isdigit():
                level = depth or self._level(text, row=row, column=column)
            try:
                known = read_key(text, level)
                if len(text) == 8 and depth is AreaLevel.MUNICIPALITY:
                    known = AreaKey(text, depth)
                elif len(text) == 8 and depth is AreaLevel.COUNTY and text.endswith("000"):
                    known = AreaKey(text[:5], depth)
            except KeyRefused as refused:
                known = refused
            self._areas[text] = known
        return known

    def _level(self, text: str, *, row: int, column: str) -> AreaLevel:
        """What a regional key of twelve digits is a key of: its digits alone do not say."""
        reason = _l("Regionalschlüssel „%(key)s“ ohne Angabe der Ebene", key=text)
        levels = (AreaLevel.MUNICIPALITY, AreaLevel.ASSOCIATION, AreaLevel.COUNTY)
        options = [(level.value, level.label) for level in levels]
        return AreaLevel(choose(self._answers, Open.LEVEL, options, reason=reason, row=row, column=column))

    def _check_words(self, text: str, *, is_name: bool) -> Any | None:
        if (text, is_name) in self._words:
            return None
        reason = check_text(text)
        if reason is None and is_name and not any(map(str.isalpha, text)):
            reason = _l("„%(text)s“ ist kein Gebietsname.", text=text[:40])
        if reason is None:
            self._words.add((text, is_name))
        return reason

    def _read_footer(self, line: int, head: Head, key_at: int, refusals: RefusalList) -> None:
        """Keep the copyright note; refuse figures below the footer, they would be lost silently."""
        notice: list[str] = []
        is_notice = False
        with self._path.open(encoding=self._envelope.encoding, newline="") as file:
            for row, text in enumerate(islice(file, line, None), start=line + 1):
                words = text.strip().strip('";')
                words = words.replace("(C)opyright", "©").replace("(C)", "©")
                is_notice = words.startswith("©") or (is_notice and not words.startswith("Stand"))
                if is_notice and len(notice) < MOST_NOTICE_LINES:
                    notice.append(words)
                cells = text.rstrip("\r\n").split(";")
                if len(cells) == head.width and looks_like_key(cells[key_at]):
                    refusals.add(row, "A", _l("Unter der Fußzeile stehen weitere Zahlen."))
        self.source_note = " ".join(notice)


def _wrong_shape(cells: list[str], head: Head, row: int, last: int) -> tuple[str, Any] | None:
    if len(cells) != head.width:
        return column_letter(min(len(cells), head.width)), wrong_width(len(cells), head.width)
    if last != row:
        broken = next((i for i, cell in enumerate(cells) if "\n" in cell or "\r" in cell), 0)
        return column_letter(broken), _l("Zeilenumbruch innerhalb einer Zelle (bis Zeile %(last)s).", last=last)
    return None


def _is_period(text: str) -> bool:
    return read_period(text) is not None


def _mostly(sample: list[list[str]], index: int, test: Callable[[str], bool]) -> bool:
    """Whether most cells of a column pass; single damaged ones are refused later, at their place."""
    return 2 * sum(1 for cells in sample if test(cells[index])) > len(sample)
