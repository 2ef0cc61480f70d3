"""Readers of the shipped figures: catalogue, legend, values, special signs, attributions of the series.

They return plain values; `SeedError` names the place that is wrong. Values are read one by one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from portal.areas.attributions import AttributionSeed, read_attributions
from portal.core.seed_files import SeedRow, read_document, read_rows
from portal.indicators.models import CensusBase, Polarity
from portal.indicators.periods import PeriodKind, period_end
from portal.indicators.value_states import ValueState

_CATALOGUE_COLUMNS = (
    "indicator_id", "name", "topic", "definition", "formula", "unit", "polarity", "smallest_level",
    "periodicity", "typical_source", "used_in", "note", "real_values_id", "real_values_level", "source",
)  # fmt: skip
_LEGEND_COLUMNS = (
    "indicator_id", "title", "definition", "unit", "levels", "periods", "rows", "source_sheet_territory",
    "source_chapter", "data_basis", "note",
)  # fmt: skip
_VALUE_COLUMNS = (
    "level", "ags", "area_name", "indicator_id", "period", "period_type", "value", "unit", "value_status",
    "source", "territorial_status",
)  # fmt: skip
_SIGN_COLUMNS = (
    "system", "sign", "position", "meaning", "import_status", "treatment", "numeric_value",
    "counts_as_missing", "evidence",
)  # fmt: skip
# How the Deutschlandatlas refers from one of its series to another, and what our codes of them begin with.
_REFERENCE = re.compile(r"\bsiehe ([a-z][a-z0-9]*(?:_[A-Za-z0-9]+)+)")
_DEUTSCHLANDATLAS = "da_"
POLARITIES = {
    "hoch_guenstig": Polarity.HIGH_FAVOURABLE,
    "hoch_unguenstig": Polarity.HIGH_UNFAVOURABLE,
    "neutral": Polarity.NEUTRAL,
}
_LEVELS = {"municipality": 8, "county": 5}
_PERIOD_KINDS = {
    "reference_date": PeriodKind.DATE,
    "year": PeriodKind.YEAR,
    "month": PeriodKind.MONTH,
    "period": PeriodKind.RANGE,
}
_VALUE_STATES = {
    "": ValueState.REPORTED,
    "missing_in_source": ValueState.MISSING,
    "class_interval": ValueState.CLASS_INTERVAL,
}
_CENSUS_BASES = {2011: CensusBase.CENSUS_2011, 2022: CensusBase.CENSUS_2022}


@dataclass(frozen=True, kw_only=True)
class CatalogueSeed:
    """An indicator of German social reporting; `topic` is the portal's topic key."""

    key: str
    name: str
    topic: str
    catalogue_topic: str
    definition: str
    formula: str
    unit: str
    polarity: Polarity
    smallest_level: str
    periodicity: str
    typical_source: str
    used_in: str
    note: str
    series: tuple[str, ...]
    levels: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class LegendSeed:
    """What a series measures and on which data it rests; `rows` is the number of its values."""

    series: str
    title: str
    definition: str
    unit: str
    levels: tuple[str, ...]
    periods: tuple[str, ...]
    rows: int
    territory_sheet: str
    chapter: str
    data_basis: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ValueSeed:
    """One value as published. `text` holds a class; without `value` and `text` the state says why."""

    level: str
    ags: str
    area_name: str
    series: str
    period: str
    period_kind: PeriodKind
    value: float | None
    text: str | None
    unit: str
    state: ValueState
    source: str
    territorial_date: date


@dataclass(frozen=True, kw_only=True)
class SpecialSignSeed:
    """A sign in place of a number or next to it, and how it is to be read."""

    system: str
    sign: str
    position: str
    meaning: str
    import_status: str
    treatment: str
    numeric_value: str
    counts_as_missing: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class SeriesAttribution:
    """Where the values of a series (in a period; None = all) come from and what they rest on."""

    series: str
    period: str | None
    attribution: AttributionSeed
    census_base: CensusBase | None
    changed: str | None

    def source_line(self, data_basis: str) -> str:
        """The attribution as the provider asks for it, with data basis and changes where they belong."""
        parts = [self.attribution.text]
        if self.attribution.with_data_basis:
            parts.append(f"Datenbasis: {data_basis}")
        parts += [note for note in (self.attribution.changed, self.changed) if note]
        return "; ".join(part.rstrip(".") for part in parts)


class SeriesAttributions:
    """All series attributions; the entry of a period comes before the entry of the whole series."""

    def __init__(self, entries: Mapping[tuple[str, str | None], SeriesAttribution]) -> None:
        self._entries = entries

    def of(self, series: str, period: str) -> SeriesAttribution:
        """The attribution of a value. Raises `KeyError` if the file names none."""
        found = self._entries.get((series, period)) or self._entries.get((series, None))
        if found is None:
            raise KeyError(f"{series} {period}")
        return found

    def __iter__(self) -> Iterator[SeriesAttribution]:
        return iter(self._entries.values())


def read_catalogue(folder: Path) -> list[CatalogueSeed]:
    """All indicators of the catalogue with their portal topic, in file order."""
    topics = {
        row.text("indicator_id"): row.text("topic")
        for row in read_rows(folder / "indicator_topics.csv", ("indicator_id", "topic"))
    }
    found: dict[str, CatalogueSeed] = {}
    for row in read_rows(folder / "indicator_catalogue.csv", _CATALOGUE_COLUMNS):
        key = row.text("indicator_id")
        if key in found:
            row.fail("indicator_id", f"“{key}” twice")
        if key not in topics:
            row.fail("indicator_id", f"“{key}” has no topic")
        found[key] = CatalogueSeed(
            key=key,
            name=row.text("name"),
            topic=topics[key],
            catalogue_topic=row.text("topic"),
            definition=row.text("definition"),
            formula=row.optional("formula") or "",
            unit=row.text("unit"),
            polarity=POLARITIES[row.one_of("polarity", POLARITIES)],
            smallest_level=row.text("smallest_level"),
            periodicity=row.text("periodicity"),
            typical_source=row.optional("typical_source") or "",
            used_in=row.optional("used_in") or "",
            note=row.optional("note") or "",
            series=row.several("real_values_id"),
            levels=_levels(row, "real_values_level"),
            source=row.text("source"),
        )
    return list(found.values())


def read_legend(folder: Path) -> dict[str, LegendSeed]:
    """Series id → what it measures."""
    found: dict[str, LegendSeed] = {}
    for row in read_rows(folder / "indicator_values_legend.csv", _LEGEND_COLUMNS):
        series = row.text("indicator_id")
        if series in found:
            row.fail("indicator_id", f"“{series}” twice")
        found[series] = LegendSeed(
            series=series,
            title=row.text("title"),
            definition=row.text("definition"),
            unit=row.text("unit"),
            levels=_levels(row, "levels"),
            periods=row.several("periods"),
            rows=row.integer("rows"),
            territory_sheet=row.optional("source_sheet_territory") or "",
            chapter=row.optional("source_chapter") or "",
            data_basis=row.text("data_basis"),
            note=row.optional("note") or "",
        )
    return {code: replace(seed, data_basis=_named(seed.data_basis, found)) for code, seed in found.items()}


def _named(text: str, legend: Mapping[str, LegendSeed]) -> str:
    """References to other series by their title: publishers write the code, partly without our prefix."""

    def title(reference: re.Match[str]) -> str:
        seed = legend.get(reference[1]) or legend.get(f"{_DEUTSCHLANDATLAS}{reference[1]}")
        return reference[0] if seed is None else f"siehe „{seed.title}“"

    return _REFERENCE.sub(title, text)


def read_values(folder: Path) -> Iterator[ValueSeed]:
    """The values one by one, in file order.

    Refused: a key whose length does not fit the level, a period that is none, a number beside a status that
    excludes it, a missing number without a status.
    """
    for row in read_rows(folder / "indicator_values.csv", _VALUE_COLUMNS):
        yield _value(row)


def read_special_signs(folder: Path) -> list[SpecialSignSeed]:
    """Signs of all systems in file order; the same sign may mean different things in different systems."""
    return [
        SpecialSignSeed(
            system=row.text("system"),
            sign=row.text("sign"),
            position=row.text("position"),
            meaning=row.text("meaning"),
            import_status=row.text("import_status"),
            treatment=row.text("treatment"),
            numeric_value=row.optional("numeric_value") or "",
            counts_as_missing=row.text("counts_as_missing"),
            evidence=row.text("evidence"),
        )
        for row in read_rows(folder / "special_signs.csv", _SIGN_COLUMNS)
    ]


def read_series_attributions(folder: Path) -> SeriesAttributions:
    """The attribution of every series; unknown attributions and repeated entries are refused."""
    known = read_attributions(folder)
    entries: dict[tuple[str, str | None], SeriesAttribution] = {}
    for entry in read_document(folder / "attributions.yaml").entries("series"):
        entry.only("attribution", "ids", "periods", "census_base", "changed")
        attribution = known[entry.one_of("attribution", known)]
        base = entry.optional_integer("census_base")
        if base is not None and base not in _CENSUS_BASES:
            entry.fail("census_base", f"{base} is no census")
        for series in entry.texts("ids"):
            for period in entry.texts("periods") or (None,):
                if (series, period) in entries:
                    entry.fail("ids", f"“{series}” twice")
                entries[series, period] = SeriesAttribution(
                    series=series,
                    period=period,
                    attribution=attribution,
                    census_base=None if base is None else _CENSUS_BASES[base],
                    changed=entry.optional("changed"),
                )
    return SeriesAttributions(entries)


def _levels(row: SeedRow, column: str) -> tuple[str, ...]:
    levels = row.several(column)
    if not set(levels) <= _LEVELS.keys():
        row.fail(column, f"only {', '.join(_LEVELS)}")
    return levels


def _value(row: SeedRow) -> ValueSeed:
    level = row.one_of("level", _LEVELS)
    state = _VALUE_STATES[row.one_of("value_status", _VALUE_STATES)]
    if state is ValueState.MISSING and row.optional("value") is not None:
        row.fail("value", "stands beside a status that excludes it")
    period = row.text("period")
    try:
        period_end(period)
    except ValueError:
        row.fail("period", f"“{period}” is not a period")
    return ValueSeed(
        level=level,
        ags=row.key("ags", _LEVELS[level]),
        area_name=row.text("area_name"),
        series=row.text("indicator_id"),
        period=period,
        period_kind=_PERIOD_KINDS[row.one_of("period_type", _PERIOD_KINDS)],
        value=row.number("value") if state is ValueState.REPORTED else None,
        text=row.text("value") if state is ValueState.CLASS_INTERVAL else None,
        unit=row.text("unit"),
        state=state,
        source=row.text("source"),
        territorial_date=row.day("territorial_status"),
    )
