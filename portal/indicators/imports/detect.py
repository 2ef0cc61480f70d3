"""Which format a file has, by its first line; file names and endings are no evidence."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded
from portal.indicators.imports import charset
from portal.indicators.imports.refusals import refuse

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


class Format(Worded):
    """The file formats that are read."""

    LONG = "long", _l("Langform (CSV)")
    CLASSIC = "classic", _l("Regionaldatenbank, Tabelle (CSV)")
    FLAT = "ffcsv", _l("Regionaldatenbank, Flatfile (ffcsv)")


DELIMITERS = {Format.LONG: ",", Format.CLASSIC: ";", Format.FLAT: ";"}


@dataclass(frozen=True, slots=True)
class Detection:
    """What a file is, the first line that shows it, and what its bytes say."""

    format: Format
    evidence: str
    envelope: charset.Envelope

    @property
    def encoding(self) -> str:
        """Character set, as Python and IANA name it."""
        return self.envelope.encoding


def detect(path: Path, *, expected: Format | None = None) -> Detection:
    """Find out what a file is; with `expected`, refuse anything else.

    Raises ImportRefused for files that are no text, damaged, too large, or of no known format.
    """
    envelope = charset.inspect(path)
    with path.open(encoding=envelope.encoding, newline="") as file:
        first = file.readline(charset.LONGEST_LINE).rstrip("\r\n")
    found = _format_of(first)
    if expected is not None and found is not expected:
        raise refuse(
            1,
            "A",
            _l(
                "Die Datei hat die Form „%(found)s“, erwartet war „%(expected)s“.",
                found=found.label,
                expected=expected.label,
            ),
        )
    return Detection(found, first[:200], envelope)


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
