"""What an import says about a file, in the keys of `portal import indicators --json`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.indicators.imports.area_names import check_names
from portal.indicators.imports.choices import Choice, ChoiceNeeded, as_plain
from portal.indicators.imports.completeness import check_complete, check_rows
from portal.indicators.imports.doubtful import check_columns, check_plausible
from portal.indicators.imports.keys import AreaLevel, key_forms
from portal.indicators.imports.observations import Observation, ReadReport
from portal.indicators.imports.refusals import ImportRefused, RefusedCell
from portal.indicators.imports.source import Source

MOST_UNKNOWN_SHOWN = 20


@dataclass(slots=True)
class ImportSummary:
    """The summary of one file. `as_json` has the keys of the command; the rest is for pages.

    `values` counts cells with a number, `missing` cells in which a sign stands, by the sign as printed (a
    class is neither); `matched` and `unknown` count areas. `meanings` says by the word of a `ValueState` what
    each sign became, `left_out` what the file holds besides, `dimension_labels` what codes of dimensions mean.
    `batch` is filled in by the caller. `choice` is what somebody has to say before the file can be read, `implausible`
    are the places of numbers that were taken for faults of the source.
    """

    file: str
    format: str | None = None
    encoding: str | None = None
    values: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    matched: int = 0
    unknown: int = 0
    periods: list[str] = field(default_factory=list)
    measures: list[dict[str, str]] = field(default_factory=list)
    refused: tuple[RefusedCell, ...] = ()
    batch: str | None = None
    shown: list[dict[str, Any]] | None = None
    classes: int = 0
    repeated: int = 0
    unknown_keys: list[str] = field(default_factory=list)
    meanings: dict[str, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    left_out: tuple[Any, ...] = ()
    dimension_labels: dict[tuple[str, str | None], str] = field(default_factory=dict)
    choice: Choice | None = None
    implausible: tuple[RefusedCell, ...] = ()
    unchecked: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`, texts in the current language; `shown` only where it was asked for.

        `classes` and `repeated` stand where the file has any. Values, classes and missing are all rows together;
        `repeated` of them say again what another row says.
        """
        plain: dict[str, Any] = {
            "file": self.file,
            "format": self.format,
            "encoding": self.encoding,
            "values": self.values,
            "missing": self.missing,
            "areas": {"matched": self.matched, "unknown": self.unknown},
            "periods": self.periods,
            "measures": self.measures,
            "refused": as_plain(self.refused),
            "batch": self.batch,
        }
        plain |= {name: count for name, count in (("classes", self.classes), ("repeated", self.repeated)) if count}
        if self.shown is not None:
            plain["shown"] = self.shown
        return plain


def summary(
    source: Source,
    known: Mapping[str, Collection[str]],
    *,
    former: Mapping[tuple[str, str], str] | None = None,
    asks: bool = True,
) -> ImportSummary:
    """Summarise a file; one that is refused has the refusals and no figures. Never raises ImportRefused.

    `known` has the names of the portal's areas by key, `former` the rows of the former delivery where every file of the
    format has the same. Without `asks`, doubts about a file that can be read (names
    beside other keys, rows that seem to be missing, implausible numbers) are left for later.
    """
    result = ImportSummary(source.path.name, source.format.value, source.encoding)
    try:
        report = source.validate()
        if asks:
            answers = source.detection.answers
            check_names(source.named, known, answers)
            check_complete(report.gaps, answers)
            check_rows(report.rows, former or {}, answers)
            check_columns(report.crossed, answers)
            check_plausible(report.doubtful, answers)
    except ImportRefused as refused:
        result.refused = refused.refusals
        result.choice = refused.choice if isinstance(refused, ChoiceNeeded) else None
        return result
    return _filled(result, report, frozenset(known))


def summary_of_refusal(path: Path | str, refused: ImportRefused) -> ImportSummary:
    """Summary of a file whose format could not even be recognised."""
    return ImportSummary(Path(path).name, refused=refused.refusals)


def shown(source: Source, key: str) -> list[dict[str, Any]]:
    """Every observation read for an area, keyed in any official form (`08226`, `08226000`), in file order."""
    wanted = frozenset(key_forms(key))
    return [
        _shown(observation)
        for chunk in source.read()
        for observation in chunk
        if wanted.intersection(key_forms(observation.area_key, observation.level))
    ]


def is_known(key: str, level: AreaLevel | None, known_keys: Collection[str]) -> bool:
    """Whether an area of the file is one of the portal's."""
    return any(form in known_keys for form in key_forms(key, level))


def _filled(result: ImportSummary, report: ReadReport, known_keys: frozenset[str]) -> ImportSummary:
    unknown = sorted(key for key, level in report.areas.items() if not is_known(key, level, known_keys))
    result.values, result.missing, result.classes = report.numbers, report.missing, report.classes
    result.matched, result.unknown = len(report.areas) - len(unknown), len(unknown)
    result.unknown_keys = unknown[:MOST_UNKNOWN_SHOWN]
    result.periods = list(report.periods)
    result.measures = [{"code": m.code, "label": m.label, "unit": m.unit} for m in report.measures]
    result.repeated = report.repeated
    result.dimension_labels = report.dimension_labels
    result.meanings = {sign: state.value for sign, state in sorted(report.meanings.items())}
    result.sheets, result.left_out, result.implausible = report.sheets, report.left_out, report.doubtful
    result.unchecked = report.unchecked
    return result


def _shown(observation: Observation) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "measure": observation.measure,
        "period": observation.period,
        "dimensions": dict(observation.dimensions),
        "value": observation.value,
        "state": observation.state.value,
        "unit": observation.unit,
    }
    if observation.text is not None:
        plain["text"] = observation.text
    return plain
