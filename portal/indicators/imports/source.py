"""Open a file of figures: `open_source(path)` recognises it, checks all of it, then delivers observations in
chunks."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators import natures
from portal.indicators.imports.area_names import NamedArea
from portal.indicators.imports.atlas import Atlas
from portal.indicators.imports.choices import Answers, Open
from portal.indicators.imports.classic import Classic
from portal.indicators.imports.completeness import Completeness
from portal.indicators.imports.detect import detect
from portal.indicators.imports.doubtful import MARK, by_place, marked
from portal.indicators.imports.duplicates import Repetitions, identity
from portal.indicators.imports.flat import Flat
from portal.indicators.imports.flat_older import OlderFlat
from portal.indicators.imports.formats import Detection, Format
from portal.indicators.imports.inhabitants import Inhabitants
from portal.indicators.imports.inkar import Inkar
from portal.indicators.imports.inkar_long import InkarLong
from portal.indicators.imports.labels import measures_apart, parts_apart
from portal.indicators.imports.labour_market import LabourMarket
from portal.indicators.imports.labour_relations import LabourRelations, name_of
from portal.indicators.imports.long_form import LongForm
from portal.indicators.imports.observations import Measure, Observation, Reader, ReadReport, canonical
from portal.indicators.imports.plausibility import Plausibility, Within
from portal.indicators.imports.refusals import ImportRefused, RefusalList, refuse
from portal.indicators.mapping.grid import open_file
from portal.indicators.mapping.reader import Mapped
from portal.indicators.mapping.rule import Rule
from portal.indicators.value_states import ValueState

CHUNK = 5_000
# What a file names is kept until its end; beyond this a column holds something else than it says.
MOST_AREAS = 100_000
MOST_MEASURES = 5_000
# Files that hold the same measures, periods and breakdowns for every area of a level.
_SPANNED = frozenset({Format.FLAT, Format.FLAT_OLDER})
# Publications with a file for each area, whose files have the same rows.
SAME_ROWS = frozenset({Format.LABOUR})
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

    def __init__(
        self,
        path: Path,
        detection: Detection,
        rule: Rule | None = None,
        within: Sequence[Within] = (),
        people: Mapping[str, float] | None = None,
    ) -> None:
        self.path = path
        self.detection = detection
        self.rule = rule
        self._reader = READERS[detection.format](path, detection) if rule is None else Mapped(path, detection, rule)
        self._report: ReadReport | None = None
        self._repetitions = Repetitions()
        self._within = within
        self._people = people or {}
        self._marked: frozenset[tuple[Any, ...]] = frozenset()

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
    def named(self) -> Collection[NamedArea]:
        """The areas that the file names by key and name, each spelling at its first place."""
        report = self.validate()
        if isinstance(self._reader, LabourMarket):
            return () if self._reader.named is None else (self._reader.named,)
        return report.named.values()

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

        Implausible ones have no number if somebody said that they do not count.

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
            chunk.append(_without_number(observation) if self._is_marked(observation) else observation)
            if len(chunk) >= chunk_size:
                yield chunk
                chunk = []
        refusals.conclude()
        self.detection.envelope.check_unchanged(self.path)
        if chunk:
            yield chunk

    def _is_marked(self, observation: Observation) -> bool:
        return bool(self._marked) and identity(observation) in self._marked

    def _refuse_below_zero(self, observation: Observation, refusals: RefusalList) -> None:
        """Of things that are counted there are not less than none; balances and changes say so in a name."""
        if not natures.is_counted(observation.unit):
            return
        labels = self._reader.dimension_labels
        parts = [labels.get(part, "") or part[1] for part in observation.dimensions]
        if not natures.is_balance(observation.measure, observation.measure_label, *parts):
            reason = _l(
                "Eine Anzahl kann nicht kleiner als null sein; hier steht %(value)s (%(unit)s).",
                value=f"{observation.value:.12g}".replace(".", ","),
                unit=observation.unit,
            )
            refusals.add(observation.row, observation.column, reason, sheet=observation.sheet)

    def _validate(self) -> ReadReport:
        report = ReadReport()
        self._repetitions = Repetitions()
        refusals = RefusalList()
        missing: Counter[str] = Counter()
        periods: set[str] = set()
        sheets: dict[str, None] = {}
        measures: dict[tuple[str, str], Measure] = {}
        plausibility, inhabitants = Plausibility(self._within), Inhabitants(self._people)
        relations = LabourRelations() if self.format is Format.LABOUR else None
        completeness = Completeness() if self.format in _SPANNED else None
        for observation in self._reader.observations(refusals):
            if observation.value is not None:
                report.numbers += 1
                if observation.value < 0:
                    self._refuse_below_zero(observation, refusals)
            elif observation.text is not None:
                report.classes += 1
            else:
                missing[observation.sign or ""] += 1
            if observation.sign is not None:
                report.meanings[observation.sign] = observation.state
            if observation.sheet:
                sheets[observation.sheet] = None
            report.areas[observation.area_key] = observation.level
            spelling = observation.area_key, observation.area_name
            if spelling not in report.named and len(report.named) < MOST_AREAS:
                report.named[spelling] = _named(observation)
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
            plausibility.notice(observation)
            inhabitants.notice(observation)
            if relations is not None:
                relations.notice(observation, name_of(observation, self._reader.dimension_labels))
            if completeness is not None:
                completeness.notice(observation)
            if self.format in SAME_ROWS:
                report.rows.add((observation.measure, canonical(observation.dimensions)))
        self._reader.conclude(refusals)
        refusals.conclude()
        report.left_out = tuple(self._reader.left_out.values())
        if not report.areas:
            raise refuse(1, "A", next(iter(report.left_out), _l("Die Datei enthält keine Werte.")))
        if self._repetitions.has_suspects():
            self._repetitions.find(self._reader.observations(refusals), refusals)
            refusals.conclude()
        self.detection.envelope.check_unchanged(self.path)
        doubts = by_place(
            [*plausibility.doubts(), *inhabitants.doubts(), *(() if relations is None else relations.doubts())]
        )
        report.doubtful, report.unchecked = tuple(doubt.cell for doubt in doubts), plausibility.unchecked
        report.crossed = plausibility.crossed() + (() if relations is None else relations.crossed())
        if self.detection.answers.get(Open.IMPLAUSIBLE.value) == MARK:
            self._marked = marked(doubts)
        report.gaps = () if completeness is None else completeness.gaps()
        report.repeated = self._repetitions.count
        report.missing = dict(sorted(missing.items()))
        report.sheets = tuple(sheets)
        report.periods = tuple(sorted(periods))
        report.measures = measures_apart(measures.values())
        report.dimension_labels = parts_apart(self._reader.dimension_labels)
        return report


def _without_number(observation: Observation) -> Observation:
    return observation._replace(value=None, state=ValueState.SOURCE_ERROR)


def _named(observation: Observation) -> NamedArea:
    return NamedArea(
        observation.area_key,
        observation.area_name,
        observation.row,
        observation.column,
        observation.sheet,
        observation.level,
    )


def _too_many(observation: Observation, reason: Any) -> ImportRefused:
    return refuse(observation.row, observation.column, reason, sheet=observation.sheet)


def open_source(
    path: Path | str,
    *,
    format: Format | None = None,
    rule: Rule | None = None,
    answers: Answers | None = None,
    within: Sequence[Within] = (),
    people: Mapping[str, float] | None = None,
) -> Source:
    """Recognise a file by its content; with `format`, refuse any other; with `rule`, read it by that and nothing else.

    `answers` says what the file itself leaves open; what is still open is refused with the choices (`ChoiceNeeded`).
    `within` are series of which one counts a part of the other, `people` how many live in an area, by its key.

    Raises ImportRefused with row, column and reason; call `Source.validate` to have the whole file checked.
    """
    if rule is not None:
        return Source(
            Path(path),
            Detection(Format.MAPPED, "", open_file(Path(path)).envelope, answers or {}),
            rule,
            within,
            people,
        )
    return Source(Path(path), replace(detect(Path(path), expected=format), answers=answers or {}), None, within, people)
