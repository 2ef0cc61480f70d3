"""The file formats that are read; their values are what `portal import indicators --format` takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded
from portal.indicators.imports.charset import Envelope
from portal.indicators.imports.workbook import WorkbookEnvelope

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
INKAR_COLUMNS = ("Kennziffer", "Raumeinheit", "Aggregat")
INKAR_LONG_COLUMNS = ("Raumbezug", "Kennziffer", "Name", "Zeitbezug", "Indikator", "Wert")
CLASSIC_FIRST_LINE = re.compile(r"(?:GENESIS-)?(?P<word>Tabelle|Table): *(?P<code>[^;\"]+?) *;*")


class Format(Worded):
    """A format, recognised by content alone."""

    LONG = "long", _l("Langform (CSV)")
    CLASSIC = "classic", _l("Regionaldatenbank, Tabelle (CSV)")
    FLAT = "ffcsv", _l("Regionaldatenbank, Flatfile (ffcsv)")
    FLAT_OLDER = "ffcsv-older", _l("Regionaldatenbank, Flatfile bis etwa 2024 (CSV)")
    LABOUR = "arbeitsmarkt-kommunal", _l("Bundesagentur für Arbeit, „Arbeitsmarkt kommunal“ (Arbeitsmappe)")
    ATLAS = "deutschlandatlas", _l("Deutschlandatlas (Arbeitsmappe)")
    INKAR = "inkar", _l("INKAR, Tabelle (CSV oder Arbeitsmappe)")
    INKAR_LONG = "inkar-long", _l("INKAR, Gesamtdaten (CSV)")
    MAPPED = "mapped", _l("Andere Tabelle mit Zuordnung der Spalten (CSV oder Arbeitsmappe)")


DELIMITERS = {
    Format.LONG: ",",
    Format.CLASSIC: ";",
    Format.FLAT: ";",
    Format.FLAT_OLDER: ";",
    Format.INKAR: ";",
    Format.INKAR_LONG: ";",
}


@dataclass(frozen=True, slots=True)
class Detection:
    """What a file is, what shows it (its first line, or a sheet), what its bytes say, and what somebody said of it."""

    format: Format
    evidence: str
    envelope: Envelope | WorkbookEnvelope
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def encoding(self) -> str:
        """Character set, as Python and IANA name it; for a workbook the kind of container."""
        return self.envelope.encoding

    @property
    def text(self) -> Envelope:
        """The envelope of a text file."""
        assert isinstance(self.envelope, Envelope)
        return self.envelope

    @property
    def workbook(self) -> WorkbookEnvelope:
        """The envelope of a workbook."""
        assert isinstance(self.envelope, WorkbookEnvelope)
        return self.envelope
