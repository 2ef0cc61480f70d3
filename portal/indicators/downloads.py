"""Figures as files: every row says state, period and census base, the last line the source."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core import clock
from portal.core.formats import date_long
from portal.core.tables import csv_file
from portal.indicators import words
from portal.indicators.figures import CountyFigures, IndicatorFigures, ShownValue, SourceFacts
from portal.indicators.pages import CatalogueRow


def indicator_csv(figures: IndicatorFigures, county: CountyFigures) -> bytes:
    """Municipalities, planning areas and county of one indicator. Secret values have a state and no number."""
    head = [
        _("Ebene"), _("Schlüssel"), _("Name"), _("Zeitraum"), _("Wert"), _("Klasse"), _("Einheit"), _("Zustand"),
        _("Zensus"),
    ]  # fmt: skip
    facts, composition = figures.indicator, county.composition
    rows: list[list[Any]] = [
        _municipal(area, figures.municipal[area.id], figures.period, facts.unit) for area in composition.municipalities
    ]
    for area in composition.planning_areas:
        value = figures.areas[area.id].value
        rows.append(
            [
                _("Planungsraum"),
                "",
                area.name,
                figures.period or "",
                value.value,
                "",
                facts.area_unit,
                str(value.state.label),
                "",
            ]
        )
    own = figures.county
    rows.append(
        [
            _("Landkreis"),
            composition.county.key or "",
            composition.county.name,
            figures.period or "",
            own.value,
            own.text or "",
            facts.area_unit if own.computed else facts.unit,
            str(own.basis.label),
            "",
        ]
    )
    method = _("Planungsräume: %(method)s.", method=words.method(facts))
    return csv_file(head, rows, note=f"{source_line(figures.sources)} {method}")


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
        lines.append(_("Quelle: %(source)s.", source=source.text.rstrip(".")))
        if source.licence and source.licence not in source.text:
            lines.append(_("Lizenz: %(licence)s.", licence=source.licence))
    return " ".join([*lines, _retrieved()])


def _retrieved() -> str:
    return _("Abgerufen am %(day)s.", day=date_long(clock.today()))


def _municipal(area: AreaRef, shown: ShownValue, period: str | None, unit: str) -> list[Any]:
    base = "" if shown.census_base is None else str(shown.census_base.label)
    return [
        area.type_name or _("Gemeinde"), area.key or "", area.name, shown.period or period or "", shown.value,
        shown.text or "", unit, str(shown.state.label), base,
    ]  # fmt: skip
