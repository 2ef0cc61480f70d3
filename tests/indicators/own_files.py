"""Templates of own figures, filled in as a department would."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

Grid = list[list[Any]]


def grid_of(content: bytes, sheet: str = "Werte") -> Grid:
    """The cells of a workbook's sheet."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def head_of(grid: Grid) -> int:
    """Which row carries the keys."""
    return next(number for number, row in enumerate(grid) if row and row[0] == "AGS")


def fill(grid: Grid, mark: str, cells: Mapping[str, Any], *, sign: bool = False) -> Grid:
    """The grid with cells of one column (by its key) filled in, by key of the area."""
    head = head_of(grid)
    column = grid[head].index(f"{mark}|Zeichen" if sign else mark)
    filled = [list(row) for row in grid]
    for row in filled[head + 1 :]:
        if row[0] in cells:
            row[column] = cells[row[0]]
    return filled


def keys_of(grid: Grid) -> list[str]:
    """The areas in their order."""
    return [row[0] for row in grid[head_of(grid) + 1 :] if row[0]]


def save(
    path: Path,
    grid: Grid,
    *,
    sheet: str = "Werte",
    change: Callable[[Any], None] | None = None,
    beside: Mapping[str, str] | None = None,
) -> Path:
    """A workbook with these cells: text as text, numbers as numbers; `beside` are other sheets and what is in them."""
    workbook = xlsxwriter.Workbook(path)
    page = workbook.add_worksheet(sheet)
    for row, cells in enumerate(grid):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    page.write_string(row, column, cell)
            elif cell is not None:
                page.write(row, column, cell)
    if change is not None:
        change(page)
    for name, text in (beside or {}).items():
        other = workbook.add_worksheet(name)
        if text:
            other.write_string(2, 1, text)
    workbook.close()
    return path
