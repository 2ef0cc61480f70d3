"""Rows of a delimited text file, one at a time, each with the line it begins in."""

import csv
from collections.abc import Iterator
from pathlib import Path

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.refusals import refuse


def read_rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """First line, last line and cells of every row; blank lines are left out.

    Raises ImportRefused where quotation marks are damaged (the csv module would silently mend them
    otherwise).
    """
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        last = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise refuse(
                    last + 1, "A", _l("Ein Anführungszeichen ist beschädigt oder nicht geschlossen.")
                ) from error
            first, last = last + 1, reader.line_num
            if cells:
                yield first, last, cells
