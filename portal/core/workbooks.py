"""Tables as workbooks: text stays text, nothing runs as a formula, source and day stand below the rows."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from portal.core.tables import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Strings stay strings whatever they look like; the file is built in memory.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDEST = 60


def xlsx_file(head: Sequence[Any], rows: Sequence[Sequence[Any]], *, title: str, sheet: str, note: str = "") -> bytes:
    """One table as a workbook. Dates become dates, numbers numbers, everything else text; `note` is the last line."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, OPTIONS)
    workbook.set_properties({"title": title, "comments": note})
    page = workbook.add_worksheet(sheet[:31])
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = workbook.add_format({"num_format": "dd.mm.yyyy"})
    widths = [len(str(cell)) for cell in head]
    for column, cell in enumerate(head):
        page.write_string(0, column, str(cell), bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, date | datetime):
                page.write_datetime(line, column, cell, day)
                widths[column] = max(widths[column], 10)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                page.write_number(line, column, cell)
            else:
                page.write_string(line, column, harmless(str(cell)))
                widths[column] = max(widths[column], len(str(cell)))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(max(width + 2, 8), _WIDEST))
    page.freeze_panes(1, 0)
    if rows:
        page.autofilter(0, 0, len(rows), len(head) - 1)
    if note:
        page.write_string(len(rows) + 2, 0, harmless(note))
    workbook.close()
    return buffer.getvalue()
