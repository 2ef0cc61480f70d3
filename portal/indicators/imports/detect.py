"""Which format a file has, by its first line or its sheets; file names and endings are no evidence."""

import csv
from pathlib import Path

from flask_babel import lazy_gettext as _l

from portal.indicators.imports import charset, workbook
from portal.indicators.imports.formats import (
    CLASSIC_FIRST_LINE,
    DELIMITERS,
    FLAT_COLUMNS,
    INKAR_COLUMNS,
    INKAR_LONG_COLUMNS,
    LONG_COLUMNS,
    Detection,
    Format,
)
from portal.indicators.imports.refusals import FormatUnknown, refuse
from portal.indicators.imports.workbook_formats import format_of_workbook

_DELIMITERS = (";", ",", "\t", "|")


_HEADINGS = (
    (Format.LONG, LONG_COLUMNS),
    (Format.FLAT, FLAT_COLUMNS),
    (Format.FLAT_OLDER, ("Statistik_Code", "Statistik_Label", "Zeit_Code", "Zeit_Label", "Zeit")),
    (Format.FLAT_OLDER, ("Statistics_Code", "Statistics_Label", "Time_Code", "Time_Label", "Time")),
    (Format.INKAR, INKAR_COLUMNS),
    (Format.INKAR_LONG, INKAR_LONG_COLUMNS),
)


def detect(path: Path, *, expected: Format | None = None) -> Detection:
    """Find out what a file is; with `expected`, refuse anything else.

    Raises ImportRefused for files that are damaged, too large, or of no known format.
    """
    found = _of_workbook(path) if workbook.is_workbook(charset.start_of(path)) else _of_text(path)
    if expected is not None and found.format is not expected:
        raise refuse(
            1,
            "A",
            _l(
                "Die Datei hat die Form „%(found)s“, erwartet war „%(expected)s“.",
                found=found.format.label,
                expected=expected.label,
            ),
        )
    return found


def _of_workbook(path: Path) -> Detection:
    envelope = workbook.inspect(path)
    found, evidence = format_of_workbook(workbook.Workbook(path, envelope))
    return Detection(found, evidence, envelope)


def _of_text(path: Path) -> Detection:
    envelope = charset.inspect(path)
    with path.open(encoding=envelope.encoding, newline="") as file:
        first = file.readline(charset.LONGEST_LINE).rstrip("\r\n")
    return Detection(_format_of(first), first[:200], envelope)


def _format_of(first: str) -> Format:
    if CLASSIC_FIRST_LINE.fullmatch(";".join(_cells(first, ";")) or first):
        return Format.CLASSIC
    for delimiter in _DELIMITERS:
        cells = [cell.strip() for cell in _cells(first, delimiter)]
        for candidate, known in _HEADINGS:
            # Half of the headings are enough to know what was meant; the reader then names the missing ones.
            if 2 * len(set(cells) & set(known)) >= len(known):
                if delimiter != DELIMITERS[candidate]:
                    raise refuse(
                        1,
                        "A",
                        _l(
                            "Falsches Trennzeichen „%(found)s“, erwartet ist „%(expected)s“.",
                            found=delimiter,
                            expected=DELIMITERS[candidate],
                        ),
                    )
                return candidate
    raise FormatUnknown(
        _l(
            "Das Format der Datei ist nicht bekannt: die erste Zeile ist weder „Tabelle: …“ noch eine "
            "bekannte Kopfzeile."
        )
    )


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
