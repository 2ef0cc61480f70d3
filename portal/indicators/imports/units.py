"""Units as the statistical offices print them, to tell a unit row from a row of headings."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.headings import check_text

_MULTIPLE = r"(?:(?:Tsd|Mill|Mio|Mrd)\.?|1000|1\.000|100)"
_PLAIN = (
    r"Anzahl|Number|Einheit(?:en)?|Index|Punkte|Jahre?|Years|Monate|Wochen|Tage|Stunden|Std\.?|Minuten"
    r"|Personen|Persons|Einwohner|Einw\.|Ew|Haushalte|Fälle|Kinder|Schüler|Plätze|Betten|Wohnungen|Betriebe|Stück"
    r"|Vollzeitäquivalente|VZÄ|%|‰|v\. ?H\.|Prozent(?:punkte)?|[Pp]ercent|Promille|Verhältnis|Quote"
    r"|EUR|Euro|€|DM|ha|a|qm|m²|m2|qkm|km²|km2|km|m|cbm|m³|m3|t|kg|g|dt|l|hl|kWh|MWh|GWh|kJ|GJ|TJ|kW|MW|Grad"
)
_UNIT = re.compile(
    rf"{_MULTIPLE}|(?:{_MULTIPLE} ?)?(?:{_PLAIN})(?: ?(?:je|pro|/|per) ?[^;()]{{1,60}})?"
    rf"|(?:EUR|Euro) {_MULTIPLE}|je [0-9][0-9 .]* ?[^;()]{{0,60}}|[12][0-9]{{3}} ?= ?100"
)
_IN_BRACKETS = re.compile(r"(?P<name>.*\S) *\((?P<unit>[^()]+)\)")


def is_unit(text: str) -> bool:
    """Whether a cell is a known unit."""
    return _UNIT.fullmatch(text) is not None


def check_unit(text: str) -> Any | None:
    """Why the cell of a unit column is refused, None if it may be one; a mere number is none."""
    reason = check_text(text)
    if reason is None and not is_unit(text) and not any(c.isalpha() or c in "%‰€=" for c in text):
        reason = _l("„%(text)s“ ist keine Einheit.", text=text[:40])
    return reason


def unit_in_brackets(text: str) -> tuple[str, str] | None:
    """`Personenkraftwagen (Anzahl)` → name and unit; None if no known unit stands in brackets at the end."""
    match = _IN_BRACKETS.fullmatch(text)
    return (match["name"], match["unit"]) if match and is_unit(match["unit"]) else None
