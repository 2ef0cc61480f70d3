"""Results as files, under the same rules as on the page. Pure: tables in, bytes out."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from portal.core.formats import number
from portal.core.tables import csv_file
from portal.core.workbooks import xlsx_file
from portal.surveys.definition import Definition
from portal.surveys.results import EVERYWHERE, Cell, Hidden, QuestionResult

_PERCENT_DECIMALS = 1


def head() -> list[str]:
    """Names of the columns."""
    return [
        _("Nr."), _("Frage"), _("Antwort"), _("Gebiet"), _("Gültige Antworten (n)"), _("Anzahl"),
        _("Anteil in Prozent"), _("Untergrenze (95 Prozent)"), _("Obergrenze (95 Prozent)"), _("Hinweis"),
    ]  # fmt: skip


def rows(definition: Definition, found: Iterable[QuestionResult], places: Sequence[tuple[int, str]]) -> list[list[Any]]:
    """A row per question, answer and place (id, name); hidden numbers are empty and say why."""
    table = []
    for one in found:
        for line in one.lines:
            for place, name in places:
                cell = line.cells[place]
                table.append([one.number, one.text, line.text, name, one.bases[place], *_numbers(definition, cell)])
    return table


def _numbers(definition: Definition, cell: Cell) -> list[Any]:
    if cell.hidden is not None:
        return [None, None, None, None, hidden_words(definition, cell.hidden)]
    shares = [None if value is None else _percent(value) for value in (cell.share, cell.lower, cell.upper)]
    return [cell.count, *shares, ""]


def _percent(share: float) -> float:
    return round(share * 100, _PERCENT_DECIMALS)


def hidden_words(definition: Definition, reason: Hidden) -> str:
    """Why a number is not shown."""
    text = str(reason.value)
    if reason is Hidden.COMPLEMENT:
        return text
    least = definition.item_minimum_base if reason is Hidden.BASE else definition.cell_minimum
    return text % {"count": number(least)}


def as_csv(table: Sequence[Sequence[Any]], *, note: str) -> bytes:
    """The table as German Excel opens it, with the note as its last line."""
    return csv_file(head(), table, note=note)


def as_xlsx(table: Sequence[Sequence[Any]], *, title: str, note: str) -> bytes:
    """The table as a workbook."""
    return xlsx_file(head(), table, title=title, sheet=_("Ergebnisse"), note=note, widths=(9, 48, 48, 24))


def all_places(areas: Sequence[tuple[int, str, str]]) -> list[tuple[int, str]]:
    """Everywhere first, then the areas."""
    return [(EVERYWHERE, _("Landkreis")), *((area_id, name) for area_id, _slug, name in areas)]
