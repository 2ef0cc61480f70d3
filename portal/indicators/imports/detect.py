"""Which format a file has, by its first line or its sheets; file names and endings are no evidence."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from portal.indicators.imports import charset, workbook
from portal.indicators.imports.formats import Format
from portal.indicators.imports.refusals import refuse
from portal.indicators.imports.workbook_formats import format_of_workbook

LONG_COLUMNS = (
    "level",
    "ags",
    "area_name",
    "indicator_id",
    "period",
    "period_type",
    "value",
    "unit",
    "value_status",
    "source",
    "territorial_status",
)
FLAT_COLUMNS = (
    "statistics_code",
    "statistics_label",
    "time_code",
    "time_label",
    "time",
    "value",
    "value_unit",
    "value_variable_code",
    "value_variable_label",
)
CLASSIC_FIRST_LINE = re.compile(r"(?:GENESIS-)?(?P<word>Tabelle|Table): *(?P<code>[^;\"]+?) *;*")
_OLDER_FLAT = re.compile(r"\"?(Statistik|Statistics)_Code\"?;")
_DELIMITERS = (";", ",", "\t", "|")


DELIMITERS = {Format.LONG: ",", Format.CLASSIC: ";", Format.FLAT: ";"}


@dataclass(frozen=True, slots=True)
class Detection:
    """What a file is, what shows it (its first line, or a sheet), and what its bytes say."""

    format: Format
    evidence: str
    envelope: charset.Envelope | workbook.WorkbookEnvelope

    @property
    def encoding(self) -> str:
        """Character set, as Python and IANA name it; for a workbook the kind of container."""
        return self.envelope.encoding

    @property
    def text(self) -> charset.Envelope:
        """The envelope of a text file."""
        assert isinstance(self.envelope, charset.Envelope)
        return self.envelope

    @property
    def workbook(self) -> workbook.WorkbookEnvelope:
        """The envelope of a workbook."""
        assert isinstance(self.envelope, workbook.WorkbookEnvelope)
        return self.envelope


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
    if CLASSIC_FIRST_LINE.fullmatch(first):
        return Format.CLASSIC
    if _OLDER_FLAT.match(first):
        raise refuse(
            1,
            "A",
            _l(
                "Ältere Form der Flatfiles (eine Spalte je Merkmal). Bitte laden Sie die Tabelle "
                "erneut aus der Datenbank."
            ),
        )
    for delimiter in _DELIMITERS:
        cells = _cells(first, delimiter)
        for candidate, known in ((Format.LONG, LONG_COLUMNS), (Format.FLAT, FLAT_COLUMNS)):
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
    raise refuse(
        1,
        "A",
        _l(
            "Das Format der Datei ist nicht bekannt: die erste Zeile ist weder „Tabelle: …“ noch eine "
            "bekannte Kopfzeile."
        ),
    )


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
