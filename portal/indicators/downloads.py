"""Figures as files: every row says state, period and census base, the last line the source."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core import clock
from portal.core.formats import date_long
from portal.core.seed_words import local
from portal.core.tables import csv_file
from portal.core.workbooks import xlsx_file
from portal.indicators import county_words, source_words, words
from portal.indicators.aggregation import CountyBasis
from portal.indicators.chance import Chance, PlaceChance
from portal.indicators.figures import CountyFigures, IndicatorFigures, ShownValue, SourceFacts
from portal.indicators.pages import CatalogueRow
from portal.indicators.published_classes import published_class


def indicator_csv(figures: IndicatorFigures, county: CountyFigures) -> bytes:
    """Municipalities, planning areas and county of one indicator. Secret values have a state and no number."""
    return csv_file(_head(figures), _rows(figures, county), note=_note(figures))


def indicator_xlsx(figures: IndicatorFigures, county: CountyFigures) -> bytes:
    """The same as a workbook."""
    return xlsx_file(
        _head(figures),
        _rows(figures, county),
        title=local(figures.indicator.name),
        sheet=_("Werte"),
        note=_note(figures),
        widths=(20, 12, 30, 14, 12, 20, 18, 24, 14),
    )


def _head(figures: IndicatorFigures) -> list[str]:
    head = [
        _("Ebene"), _("Schlüssel"), _("Name"), _("Zeitraum"), _("Wert"), _("Klasse"), _("Einheit"), _("Zustand"),
        _("Zensus"),
    ]  # fmt: skip
    if figures.chance is None:
        return head
    share = words.confidence(figures.chance.confidence)
    return [
        *head, _("Zähler"), _("Nenner"), _("Untergrenze (%(share)s Prozent)", share=share),
        _("Obergrenze (%(share)s Prozent)", share=share), _("Vergleich mit dem Landkreis"),
    ]  # fmt: skip


def _rows(figures: IndicatorFigures, county: CountyFigures) -> list[list[Any]]:
    facts, composition, chance = figures.indicator, county.composition, figures.chance
    rows: list[list[Any]] = []
    for area in composition.municipalities:
        cells = _municipal(area, figures.municipal[area.id], figures.period, local(facts.unit))
        rows.append([*cells, *_chance_cells(chance, None if chance is None else chance.places.get(area.id))])
    for area in composition.planning_areas:
        value = figures.areas[area.id].value
        cells = [
            _("Planungsraum"), "", area.name, figures.period or "", value.value, "", local(facts.area_unit),
            str(value.state.label), "",
        ]  # fmt: skip
        rows.append([*cells, *_chance_cells(chance, None if chance is None else chance.areas.get(area.id))])
    own = figures.county
    cells = [
        _("Landkreis"), composition.county.key or "", composition.county.name, figures.period or "", own.value,
        published_class(own.text or ""),
        local(facts.area_unit if own.basis is CountyBasis.COMPUTED else facts.unit), county_words.county_basis(own), "",
    ]  # fmt: skip
    if chance is not None and own.computed is not None:
        cells += [own.computed.count, own.computed.base, None, None, ""]
    rows.append(cells)
    return rows


def _chance_cells(chance: Chance | None, place: PlaceChance | None) -> list[Any]:
    """Counts, interval and what they say; nothing for indicators without, empty cells for places without."""
    if chance is None:
        return []
    if place is None:
        return [None, None, None, None, ""]
    return [place.count, place.base, *place.interval, words.verdict(chance, place)]


def _note(figures: IndicatorFigures) -> str:
    method = _("Planungsräume: %(method)s.", method=words.method(figures.indicator))
    return f"{source_line(figures.sources)} {method}"


def catalogue_csv(rows: Sequence[CatalogueRow], county: CountyFigures) -> bytes:
    """The filtered catalogue with the county's values."""
    head = [
        _("Kürzel"), _("Kennzahl"), _("Thema"), _("Erklärung"), _("Werte für"), county.composition.county.name,
        _("Stand"),
    ]  # fmt: skip
    cells = [[row.key, row.name, str(row.topic), row.explanation, row.level, row.value, row.period] for row in rows]
    note = _("Quelle jeder Zahl: siehe Seite der Kennzahl.")
    return csv_file(head, cells, note=f"{note} {_retrieved()}")


def source_line(sources: Sequence[SourceFacts]) -> str:
    """Sources with licence, and the day of the download."""
    lines = []
    for source in sources:
        lines.append(_("Quelle: %(source)s.", source=source_words.text(source).rstrip(".")))
        if not source.licence or source.licence not in source.text:
            lines.append(_("Lizenz: %(licence)s.", licence=source_words.licence(source)))
    return " ".join([*lines, _retrieved()])


def _retrieved() -> str:
    return _("Abgerufen am %(day)s.", day=date_long(clock.today()))


def _municipal(area: AreaRef, shown: ShownValue, period: str | None, unit: str) -> list[Any]:
    base = "" if shown.census_base is None else str(shown.census_base.label)
    return [
        area.type_name or _("Gemeinde"), area.key or "", area.name, shown.period or period or "", shown.value,
        published_class(shown.text or ""), unit, words.state_of(shown), base,
    ]  # fmt: skip
