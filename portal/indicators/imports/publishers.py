"""Whose data a file holds that is recognised by its content, and under which terms everybody may use it.

Formats that are not listed say nothing about their publisher: the portal asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.indicators.imports.formats import Format

# Format → key of the attribution (`seeds/attributions.yaml`).
PUBLISHERS: Mapping[Format, str] = {
    Format.CLASSIC: "regional_database",
    Format.FLAT: "regional_database",
    Format.FLAT_OLDER: "regional_database",
    Format.LABOUR: "ba_statistics",
    Format.ATLAS: "deutschlandatlas",
    Format.INKAR: "inkar_values",
    Format.INKAR_LONG: "inkar_values",
}


@dataclass(frozen=True)
class Licence:
    """A licence by its short name, with its text and its entry in the list of DCAT-AP.de."""

    url: str
    open_data: str


LICENCES: Mapping[str, Licence] = {
    "dl-de/by-2-0": Licence("https://www.govdata.de/dl-de/by-2-0", "http://dcat-ap.de/def/licenses/dl-by-de/2.0"),
    "dl-de/zero-2-0": Licence("https://www.govdata.de/dl-de/zero-2-0", "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"),
    "CC BY 4.0": Licence("https://creativecommons.org/licenses/by/4.0/", "http://dcat-ap.de/def/licenses/cc-by/4.0"),
    "CC0 1.0": Licence("https://creativecommons.org/publicdomain/zero/1.0/", "http://dcat-ap.de/def/licenses/cc-zero"),
}
