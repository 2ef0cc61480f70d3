"""Every figure of a place as a data file: full precision, one row per indicator, the county beside it.

Heads and words are in the language of the page; columns keep their order, and the first is the key in any language.
"""

from typing import Any

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core.seed_words import local
from portal.core.tables import csv_file
from portal.indicators import county_words, words
from portal.indicators.aggregation import AreaValueState, CountyBasis, CountyValue
from portal.indicators.figures import CountyFigures, IndicatorFacts, IndicatorFigures, Level, ShownValue
from portal.indicators.published_classes import published_class


def planning_area_csv(area: AreaRef, figures: CountyFigures, *, note: str) -> bytes:
    """Indicators of a planning area. A value that cannot be computed is empty and its state says why."""
    rows = []
    for _topic, group in figures.by_topic():
        for one in group:
            found = one.areas.get(area.id)
            is_local = one.level is Level.MUNICIPALITY and found is not None
            rows.append(
                [
                    *_head_cells(one.indicator),
                    found.value.value if found is not None and is_local else None,
                    str((found.value.state if found is not None and is_local else AreaValueState.NO_VALUES).label),
                    local(one.indicator.area_unit),
                    *_county_cells(one, one.county),
                    one.period or "",
                    str(found.signal.signal.label) if found is not None else "",
                    words.method(one.indicator),
                    found.value.coverage if found is not None and is_local else None,
                    _sources(one),
                ]
            )
    head = [
        _("Kürzel"), _("Thema"), _("Kennzahl"), _("Wert"), _("Zustand"), _("Einheit"), _("Wert des Landkreises"),
        _("Zustand des Kreiswerts"), _("Einheit des Kreiswerts"), _("Zeitraum"), _("Signal"), _("Methode"),
        _("Abdeckung"), _("Quelle"),
    ]  # fmt: skip
    return csv_file(head, rows, note=note)


def municipality_csv(area: AreaRef, figures: CountyFigures, *, note: str) -> bytes:
    """Indicators of a municipality, as published: the number, the class, or the state that stands in its place."""
    rows = []
    for _topic, group in figures.by_topic():
        for one in group:
            shown = one.municipal.get(area.id)
            rows.append(
                [
                    *_head_cells(one.indicator),
                    *_municipal_cells(shown),
                    local(one.indicator.unit),
                    *_county_cells(one, one.county),
                    (None if shown is None else shown.period) or one.period or "",
                    _sources(one),
                ]
            )
    head = [
        _("Kürzel"), _("Thema"), _("Kennzahl"), _("Wert"), _("Klasse"), _("Zustand"), _("Einheit"),
        _("Wert des Landkreises"), _("Zustand des Kreiswerts"), _("Einheit des Kreiswerts"), _("Zeitraum"),
        _("Quelle"),
    ]  # fmt: skip
    return csv_file(head, rows, note=note)


def _head_cells(facts: IndicatorFacts) -> list[Any]:
    return [facts.key, str(facts.topic.label), local(facts.name)]


def _municipal_cells(shown: ShownValue | None) -> list[Any]:
    if shown is None:
        return [None, "", _("noch keine Werte")]
    return [shown.value, published_class(shown.text or ""), words.state_of(shown)]


def _county_cells(one: IndicatorFigures, county: CountyValue) -> list[Any]:
    """Value, what it is, and its unit: a computed share of people is no number of minutes."""
    facts = one.indicator
    number: Any = county.value if county.value is not None else published_class(county.text or "") or None
    unit = facts.area_unit if county.basis is CountyBasis.COMPUTED else facts.unit
    return [number, county_words.county_basis(county), local(unit)]


def _sources(one: IndicatorFigures) -> str:
    return " | ".join(source.text for source in one.sources)
