"""How a unit is printed behind a number, and with how many decimals."""

import re
from typing import NamedTuple


class PrintedUnit(NamedTuple):
    """`short` stands behind the number (empty where the indicator's name says it all)."""

    short: str
    decimals: int


_EURO = re.compile(r"\b(?:EUR|Euro)\b")
# The first entry that begins the unit's name counts.
_UNITS: tuple[tuple[str, PrintedUnit], ...] = (
    ("Prozent pro Jahr", PrintedUnit("% pro Jahr", 2)),
    ("Prozent", PrintedUnit("%", 1)),
    ("%", PrintedUnit("%", 1)),
    ("Minuten", PrintedUnit("Min.", 1)),
    ("Personen je km²", PrintedUnit("Personen je km²", 0)),
    ("Personen", PrintedUnit("", 0)),
    ("Anzahl", PrintedUnit("", 0)),
    ("1.000 €", PrintedUnit("Tsd.\u00a0€", 1)),
    ("Tsd. €", PrintedUnit("Tsd.\u00a0€", 0)),
    ("€ je m²", PrintedUnit("€ je m²", 2)),
    ("€ je Person", PrintedUnit("€ je Person", 0)),
    ("€", PrintedUnit("€", 0)),
    ("km²", PrintedUnit("km²", 2)),
    ("m² je Person", PrintedUnit("m² je Person", 1)),
    ("kg je Person", PrintedUnit("kg je Person", 0)),
    ("Jahre", PrintedUnit("Jahre", 1)),
    ("Indexpunkte", PrintedUnit("Punkte", 1)),
    ("Plätze je Vollzeitkraft", PrintedUnit("Plätze", 1)),
    ("je 1.000 Personen ab 65", PrintedUnit("je 1.000 ab 65\u00a0J.", 1)),
    ("je 1.000 Personen < 21 J.", PrintedUnit("je 1.000 unter 21\u00a0J.", 1)),
    ("je 100 Personen im erwerbsfähigen Alter", PrintedUnit("je 100", 1)),
    ("je 100 Frauen im erwerbsfähigen Alter", PrintedUnit("je 100", 1)),
    ("je 100 Personen von 6 bis 24", PrintedUnit("je 100 von 6 bis 24\u00a0J.", 1)),
    ("je 100 Personen 6–24", PrintedUnit("je 100 von 6 bis 24\u00a0J.", 1)),
    ("je 100 Personen 20–64", PrintedUnit("je 100 von 20 bis 64\u00a0J.", 1)),
)


def on_screen(unit: str) -> str:
    """A unit as pages write it; files keep the publisher's spelling."""
    return _EURO.sub("€", unit)


def printed(unit: str) -> PrintedUnit:
    """The printed form of a unit; an unknown one stands as it is, with one decimal."""
    unit = on_screen(unit)
    for beginning, found in _UNITS:
        if unit.startswith(beginning):
            return found
    return PrintedUnit(unit[:40], 1)
