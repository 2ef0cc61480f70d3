"""Numerator and denominator of an entry as people choose them: plain values, kept in revisions, written into rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from flask_babel import gettext as _

from portal.core.errors import Refusal
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue.checks import Check
from portal.indicators.catalogue.entry import Entry
from portal.indicators.catalogue.queries import SeriesOptions
from portal.indicators.models import CountKind, Indicator, IndicatorRate, Series

LARGEST_FACTOR = 1_000_000
# What the unit of a rate begins with, and the factor that makes it.
_FACTORS = (("Prozent", 100.0), ("%", 100.0), ("je 100.000", 100_000.0), ("je 10.000", 10_000.0),
            ("je 1.000", 1_000.0), ("je 100", 100.0))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the two series (its public id) with the breakdown of it that counts."""

    series: str
    dimensions: str = ""


@dataclass(frozen=True, kw_only=True)
class RateParts:
    """What a rate is made of: `factor` × numerator / denominator of one period (None: the newest)."""

    numerator: Part
    denominator: Part
    kind: CountKind = CountKind.PART
    factor: float = 100.0
    has_chance_limits: bool = True
    period: str | None = None


def parts_of(indicator: Indicator) -> RateParts | None:
    """What is stored."""
    rate = indicator.rate
    if rate is None:
        return None
    return RateParts(
        numerator=Part(series=rate.numerator.public_id, dimensions=rate.numerator_dimensions),
        denominator=Part(series=rate.denominator.public_id, dimensions=rate.denominator_dimensions),
        kind=rate.kind,
        factor=rate.factor,
        has_chance_limits=rate.has_chance_limits,
        period=rate.period,
    )


def as_stored(parts: RateParts | None) -> dict[str, Any] | None:
    """The parts as a revision keeps them, with the codes that people know the series by."""
    if parts is None:
        return None
    known = _series(parts)
    return {
        "numerator": _part_stored(parts.numerator, known),
        "denominator": _part_stored(parts.denominator, known),
        "kind": parts.kind.value,
        "factor": parts.factor,
        "has_chance_limits": parts.has_chance_limits,
        "period": parts.period,
    }


def from_stored(kept: Mapping[str, Any] | None) -> RateParts | None:
    """The parts back from a revision."""
    if kept is None:
        return None
    return RateParts(
        numerator=_part_restored(kept["numerator"]),
        denominator=_part_restored(kept["denominator"]),
        kind=CountKind(kept["kind"]),
        factor=kept["factor"],
        has_chance_limits=kept["has_chance_limits"],
        period=kept["period"],
    )


def as_rate(entry: Entry) -> Entry:
    """The entry as it has to be once its value is computed from two counts."""
    if entry.rate_basis is RateBasis.COUNTS:
        return entry
    entry = replace(entry, aggregation=Aggregation.RATE, rate_basis=RateBasis.COUNTS)
    # A threshold, and a unit of its own for planning areas, belong to the share of people above it.
    return entry if entry.threshold is None else replace(entry, threshold=None, area_unit="", area_unit_short="")


def row_of(parts: RateParts) -> IndicatorRate:
    """The parts as a row that belongs to no entry yet. Refuses what cannot be a rate."""
    known = _series(parts)
    numerator, denominator = known.get(parts.numerator.series), known.get(parts.denominator.series)
    if numerator is None:
        raise Refusal(_("Bitte wählen Sie eine Reihe als Zähler."), field="numerator")
    if denominator is None:
        raise Refusal(_("Bitte wählen Sie eine Reihe als Nenner."), field="denominator")
    if parts.numerator == parts.denominator:
        words = _("Zähler und Nenner sind dieselbe Reihe. Bitte wählen Sie eine andere oder eine andere Aufgliederung.")
        raise Refusal(words, field="denominator")
    for field, series in (("numerator", numerator), ("denominator", denominator)):
        if series.is_own:
            words = _("„%(title)s“ gehört nur zu der Kennzahl, deren Fachbereich sie liefert.", title=series.title)
            raise Refusal(words, field=field)
    if not (isfinite(parts.factor) and 0 < parts.factor <= LARGEST_FACTOR):
        words = _("Der Faktor ist größer als null, z.\u00a0B. 100 für Prozent oder 1000 für „je 1.000“.")
        raise Refusal(words, field="factor")
    return IndicatorRate(
        kind=parts.kind,
        factor=parts.factor,
        has_chance_limits=parts.has_chance_limits,
        numerator=numerator,
        numerator_id=numerator.id,
        numerator_dimensions=parts.numerator.dimensions,
        denominator=denominator,
        denominator_id=denominator.id,
        denominator_dimensions=parts.denominator.dimensions,
        period=parts.period,
    )


def write(parts: RateParts | None, indicator: Indicator) -> None:
    """Put the parts into the entry's row; None takes them away."""
    if parts is None:
        indicator.rate = None
        return
    made, rate = row_of(parts), indicator.rate
    if rate is None:
        indicator.rate = made
        return
    for name in (
        "kind", "factor", "has_chance_limits", "numerator", "numerator_dimensions", "denominator",
        "denominator_dimensions", "period",
    ):  # fmt: skip
        setattr(rate, name, getattr(made, name))


def doubts(parts: RateParts, entry: Entry, options: Mapping[str, SeriesOptions]) -> Iterator[Check]:
    """What leaves the rate without values or with another meaning; `options` by public id of the series."""
    shared = shared_periods(parts, options)
    if not shared:
        yield Check(
            "period",
            _("Zähler und Nenner haben keinen gemeinsamen Zeitraum: Die Kennzahl bleibt ohne Werte."),
            _("Wählen Sie Reihen vom selben Stichtag oder aus demselben Jahr."),
            refuses=False,
        )
    elif parts.period is not None and parts.period not in shared:
        yield Check(
            "period",
            _("Diesen Zeitraum gibt es nicht für beide Reihen: Die Kennzahl bleibt ohne Werte."),
            _("Wählen Sie einen gemeinsamen Zeitraum oder „der neueste“."),
            refuses=False,
        )
    meant = next((factor for beginning, factor in _FACTORS if entry.unit.startswith(beginning)), None)
    if meant is not None and meant != parts.factor:
        yield Check(
            "factor",
            _("Die Einheit ist „%(unit)s“, der Faktor passt nicht dazu.", unit=entry.unit),
            _("Für diese Einheit ist %(factor)s üblich.", factor=f"{meant:.0f}"),
            refuses=False,
        )


def shared_periods(parts: RateParts, options: Mapping[str, SeriesOptions]) -> list[str]:
    """Periods for which both series have values in the own county, newest first."""
    both = [options.get(one.series) for one in (parts.numerator, parts.denominator)]
    found = [set[str]() if one is None else set(one.periods) for one in both]
    return sorted(found[0] & found[1], reverse=True)


def _series(parts: RateParts) -> dict[str, Series]:
    wanted: Sequence[str] = [one.series for one in (parts.numerator, parts.denominator) if one.series]
    return catalogue_queries.series_by_public_id(wanted)


def _part_stored(part: Part, known: Mapping[str, Series]) -> dict[str, str]:
    code = known[part.series].code if part.series in known else ""
    return {"series": part.series, "code": code, "dimensions": part.dimensions}


def _part_restored(kept: Mapping[str, str]) -> Part:
    return Part(series=kept["series"], dimensions=kept["dimensions"])
