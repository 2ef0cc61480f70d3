"""Tables as workbooks: text stays text, nothing runs as a formula, source and day stand below the rows."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

from portal.core.tables import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Strings stay strings whatever they look like; the file is built in memory.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDEST = 60


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One table of a workbook. With `widths` (characters per column) long text wraps; without, columns fit their text.

    `note` is the last line; `frozen_columns` stay in view. Without a head cell in every column there is no filter.
    """

    name: str
    head: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    widths: Sequence[int] = ()
    frozen_columns: int = 0


def xlsx_file(
    head: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    *,
    title: str,
    sheet: str,
    note: str = "",
    widths: Sequence[int] = (),
) -> bytes:
    """One table as a workbook. Dates become dates, numbers numbers, everything else text; `note` is the last line."""
    return workbook_file([Sheet(name=sheet, head=head, rows=rows, note=note, widths=widths)], title=title, note=note)


def workbook_file(sheets: Iterable[Sheet], *, title: str, author: str = "", note: str = "") -> bytes:
    """Several tables as one workbook; `note` (source, date) stands in the properties of the file."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, OPTIONS)
    workbook.set_properties({"title": title, "author": author, "comments": note})
    looks = _Looks(
        head=workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        day=workbook.add_format({"num_format": "dd.mm.yyyy"}),
        wrapped=workbook.add_format({"text_wrap": True, "valign": "top"}),
    )
    for sheet in sheets:
        _write(workbook.add_worksheet(sheet.name[:31]), sheet, looks)
    workbook.close()
    return buffer.getvalue()


@dataclass(frozen=True)
class _Looks:
    head: Any
    day: Any
    wrapped: Any


def _write(page: Any, sheet: Sheet, looks: _Looks) -> None:
    fitting = [len(str(cell)) for cell in sheet.head]
    for column, cell in enumerate(sheet.head):
        page.write_string(0, column, str(cell), looks.head)
    for line, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            fitting[column] = max(
                fitting[column], _write_cell(page, (line, column), cell, looks, wraps=bool(sheet.widths))
            )
    widths = sheet.widths or [min(max(width + 2, 8), _WIDEST) for width in fitting]
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.freeze_panes(1, sheet.frozen_columns)
    if sheet.rows and all(str(cell) for cell in sheet.head):
        page.autofilter(0, 0, len(sheet.rows), len(sheet.head) - 1)
    if sheet.note:
        page.write_string(len(sheet.rows) + 2, 0, harmless(sheet.note))


def _write_cell(page: Any, place: tuple[int, int], cell: Any, looks: _Looks, *, wraps: bool) -> int:
    """Write a cell by its kind; how many characters of room it wants."""
    if cell is None or cell == "":
        return 0
    if isinstance(cell, date | datetime):
        page.write_datetime(*place, cell, looks.day)
        return 10
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        page.write_number(*place, cell)
        return 0
    page.write_string(*place, harmless(str(cell)), *([looks.wrapped] if wraps else []))
    return len(str(cell))
