"""From an uploaded file to what was filled in: opened safely, read strictly (no session)."""

from pathlib import Path

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.refusals import refuse
from portal.indicators.imports.workbook import Workbook, inspect, is_workbook
from portal.indicators.own_figures import reading
from portal.indicators.own_figures.reading import Expected, Read

_START = 8


def receive(path: Path, expected: Expected) -> Read:
    """Look at every byte, then read. Raises ImportRefused with sheet, row and column."""
    with path.open("rb") as file:
        start = file.read(_START)
    if not is_workbook(start):
        reason = _l("Das ist keine Arbeitsmappe. Bitte laden Sie die ausgefüllte Vorlage als Excel-Datei (.xlsx) hoch.")
        raise refuse(1, "A", reason)
    envelope = inspect(path)
    found = reading.read(Workbook(path, envelope), expected)
    envelope.check_unchanged(path)
    return found
