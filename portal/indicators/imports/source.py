"""Open a file of figures: `open_source(path)` recognises it, checks all of it, then delivers observations in
chunks."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.area_names import NamedArea
from portal.indicators.imports.atlas import Atlas
from portal.indicators.imports.choices import Answers
from portal.indicators.imports.classic import Classic
from portal.indicators.imports.detect import detect
from portal.indicators.imports.duplicates import Repetitions
from portal.indicators.imports.flat import Flat
from portal.indicators.imports.flat_older import OlderFlat
from portal.indicators.imports.formats import Detection, Format
from portal.indicators.imports.inkar import Inkar
from portal.indicators.imports.inkar_long import InkarLong
from portal.indicators.imports.labour_market import LabourMarket
from portal.indicators.imports.long_form import LongForm
from portal.indicators.imports.observations import Measure, Observation, Reader, ReadReport
from portal.indicators.imports.refusals import ImportRefused, RefusalList, refuse
from portal.indicators.mapping.grid import open_file
from portal.indicators.mapping.reader import Mapped
from portal.indicators.mapping.rule import Rule

CHUNK = 5_000
# What a file names is kept until its end; beyond this a column holds something else than it says.
MOST_AREAS = 100_000
MOST_MEASURES = 5_000
READERS: dict[Format, Callable[[Path, Detection], Reader]] = {
    Format.LONG: LongForm,
    Format.CLASSIC: Classic,
    Format.FLAT: Flat,
    Format.FLAT_OLDER: OlderFlat,
    Format.LABOUR: LabourMarket,
    Format.ATLAS: Atlas,
    Format.INKAR: Inkar,
    Format.INKAR_LONG: InkarLong,
}


class Source:
    """A recognised file. Everything but `format` and `encoding` reads the whole file first and may refuse
    it."""

    def __init__(self, path: Path, detection: Detection, rule: Rule | None = None) -> None:
        self.path = path
        self.detection = detection
        self.rule = rule
        self._reader = READERS[detection.format](path, detection) if rule is None else Mapped(path, detection, rule)
        self._report: ReadReport | None = None
        self._repetitions = Repetitions()

    @property
    def format(self) -> Format:
        """The recognised format."""
        return self.detection.format

    @property
    def encoding(self) -> str:
        """Character set under a name Python knows: utf-8, utf-8-sig, utf-16 or windows-1252."""
        return self.detection.encoding

    @property
    def title(self) -> str:
        """Title of table or statistic; empty for the long form."""
        self.validate()
        return self._reader.title

    @property
    def source_note(self) -> str:
        """Copyright line of the file, empty if it carries none."""
        self.validate()
        return self._reader.source_note

    @property
    def table_code(self) -> str | None:
        """Code of table (classic) or statistic (flat)."""
        self.validate()
        return self._reader.table_code

    @property
    def named(self) -> NamedArea | None:
        """The area that the title names by key and name, in the format that is about one area alone."""
        self.validate()
        return self._reader.named if isinstance(self._reader, LabourMarket) else None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Measures in the file, ordered by code and unit."""
        return self.validate().measures

    def validate(self) -> ReadReport:
        """Read the whole file once and say what is in it; kept for later calls. Raises ImportRefused."""
        if self._report is None:
            self._report = self._validate()
        return self._report

    def read(self, chunk_size: int = CHUNK) -> Iterator[list[Observation]]:
        """Deliver the observations in file order, at most `chunk_size` at a time.

        Nothing is delivered before the whole file was found good; raises ImportRefused otherwise, and also if the
        file changes in between.
        """
        self.validate()
        self.detection.envelope.check_unchanged(self.path)
        refusals = RefusalList()
        chunk: list[Observation] = []
        for observation in self._reader.observations(refusals):
            if self._repetitions.is_repeated(observation):
                continue
            chunk.append(observation)
            if len(chunk) >= chunk_size:
                yield chunk
                chunk = []
        refusals.conclude()
        self.detection.envelope.check_unchanged(self.path)
        if chunk:
            yield chunk

    def _validate(self) -> ReadReport:
        report = ReadReport()
        self._repetitions = Repetitions()
        refusals = RefusalList()
        missing: Counter[str] = Counter()
        periods: set[str] = set()
        sheets: dict[str, None] = {}
        measures: dict[tuple[str, str], Measure] = {}
        for observation in self._reader.observations(refusals):
            if observation.value is not None:
                report.numbers += 1
            elif observation.text is not None:
                report.classes += 1
            else:
                missing[observation.sign or ""] += 1
            if observation.sign is not None:
                report.meanings[observation.sign] = observation.state
            if observation.sheet:
                sheets[observation.sheet] = None
            report.areas[observation.area_key] = observation.level
            periods.add(observation.period)
            key = observation.measure, observation.unit
            if len(report.areas) > MOST_AREAS:
                raise _too_many(observation, _l("Die Datei nennt mehr als %(limit)s Gebiete.", limit=MOST_AREAS))
            if key not in measures:
                if len(measures) == MOST_MEASURES:
                    reason = _l("Die Datei nennt mehr als %(limit)s Reihen.", limit=MOST_MEASURES)
                    raise _too_many(observation, reason)
                measures[key] = Measure(observation.measure, observation.unit, observation.measure_label)
            self._repetitions.notice(observation)
        self._reader.conclude(refusals)
        refusals.conclude()
        report.left_out = tuple(self._reader.left_out.values())
        if not report.areas:
            raise refuse(1, "A", next(iter(report.left_out), _l("Die Datei enthält keine Werte.")))
        if self._repetitions.has_suspects():
            self._repetitions.find(self._reader.observations(refusals), refusals)
            refusals.conclude()
        self.detection.envelope.check_unchanged(self.path)
        report.repeated = self._repetitions.count
        report.missing = dict(sorted(missing.items()))
        report.sheets = tuple(sheets)
        report.periods = tuple(sorted(periods))
        report.measures = tuple(sorted(measures.values()))
        report.dimension_labels = dict(self._reader.dimension_labels)
        return report


def _too_many(observation: Observation, reason: Any) -> ImportRefused:
    return refuse(observation.row, observation.column, reason, sheet=observation.sheet)


def open_source(
    path: Path | str, *, format: Format | None = None, rule: Rule | None = None, answers: Answers | None = None
) -> Source:
    """Recognise a file by its content; with `format`, refuse any other; with `rule`, read it by that and nothing else.

    `answers` says what the file itself leaves open; what is still open is refused with the choices (`ChoiceNeeded`).

    Raises ImportRefused with row, column and reason; call `Source.validate` to have the whole file checked.
    """
    if rule is not None:
        return Source(Path(path), Detection(Format.MAPPED, "", open_file(Path(path)).envelope), rule)
    return Source(Path(path), replace(detect(Path(path), expected=format), answers=answers or {}))
