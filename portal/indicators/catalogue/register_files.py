"""The register as a file: the filtered list with everything a department needs to plan its deliveries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.core import clock
from portal.core.formats import date_long, date_short
from portal.core.tables import csv_file
from portal.core.workbooks import xlsx_file
from portal.indicators.catalogue import words as catalogue_words
from portal.indicators.catalogue.register import RegisterRow


def register_csv(rows: Sequence[RegisterRow], *, county: str) -> bytes:
    """As CSV; days as German readers write them."""
    cells = [[date_short(cell) if isinstance(cell, date) else cell for cell in _cells(row)] for row in rows]
    return csv_file(_head(county), cells, note=_note())


def register_xlsx(rows: Sequence[RegisterRow], *, county: str) -> bytes:
    """As a workbook; days are days."""
    title = _("Kennzahlenregister")
    return xlsx_file(_head(county), [_cells(row) for row in rows], title=title, sheet=title, note=_note())


def _head(county: str) -> list[str]:
    return [
        _("Kürzel"), _("Kennzahl"), _("Thema"), _("Fachbereich"), _("Herkunft"), _("Abstand der Lieferungen"),
        _("Nächste Lieferung"), county, _("Stand"), _("Werte für"), _("In Benutzung"), _("stillgelegt am"),
        _("Sichtbar für"), _("Einheit"), _("Richtung"), _("Wert eines Planungsraums"),
    ]  # fmt: skip


def _cells(row: RegisterRow) -> list[Any]:
    entry = row.entry
    return [
        entry.key,
        entry.name,
        str(entry.topic.label),
        "" if entry.department is None else entry.department.name,
        str(entry.delivery.label),
        "" if entry.delivery_months is None else catalogue_words.rhythm(entry.delivery_months),
        entry.next_due,
        row.value,
        row.period,
        row.level,
        _("ja") if entry.in_use else _("nein"),
        entry.retired_on,
        str(entry.visibility.label),
        entry.unit,
        str(entry.polarity.label),
        str(entry.aggregation.label),
    ]


def _note() -> str:
    return " ".join(
        [_("Quelle jeder Zahl: siehe Seite der Kennzahl."), _("Abgerufen am %(day)s.", day=date_long(clock.today()))]
    )
