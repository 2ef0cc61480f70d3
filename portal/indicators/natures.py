"""What kind of number a municipality's value is, and which ways of aggregating hold for it (pure).

The rule behind the table (DOMAIN.md, rule 1): counts are summed, rates are recomputed or weighted, medians are
never averaged (people are counted instead, by the value of the municipality they live in), indices and classes have
no value for planning areas at all.
"""

import re
from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded
from portal.indicators.aggregation import Aggregation


class Nature(Worded):
    """What kind of number it is."""

    COUNT = "count", _l("Anzahl")
    RATE = "rate", _l("Anteil oder Quote")
    MEAN = "mean", _l("Durchschnitt je Person oder Fall")
    MEDIAN = "median", _l("Median (mittlerer Wert)")
    INDEX = "index", _l("Index, Note oder Rang")
    CLASS = "class", _l("nur Klassen, z.\u00a0B. „8 bis unter 9 Euro“")


HOLDS: Mapping[Nature, frozenset[Aggregation]] = {
    Nature.COUNT: frozenset({Aggregation.SUM, Aggregation.NONE}),
    Nature.RATE: frozenset(
        {Aggregation.RATE, Aggregation.POPULATION_WEIGHTED_MEAN, Aggregation.POPULATION_SHARE, Aggregation.NONE}
    ),
    Nature.MEAN: frozenset({Aggregation.POPULATION_WEIGHTED_MEAN, Aggregation.POPULATION_SHARE, Aggregation.NONE}),
    Nature.MEDIAN: frozenset({Aggregation.POPULATION_SHARE, Aggregation.NONE}),
    Nature.INDEX: frozenset({Aggregation.NONE}),
    Nature.CLASS: frozenset({Aggregation.NONE}),
}


def holds(nature: Nature, aggregation: Aggregation) -> bool:
    """Whether values of this kind may be put together that way."""
    return aggregation in HOLDS[nature]


# The first entry that begins the unit's name counts.
_BY_UNIT: tuple[tuple[str, Nature], ...] = (
    ("Personen je", Nature.RATE),
    ("Personen", Nature.COUNT),
    ("Anzahl", Nature.COUNT),
    ("Minuten", Nature.MEDIAN),
    ("Index", Nature.INDEX),
    ("Jahre", Nature.MEAN),
    ("kg je", Nature.MEAN),
    ("m² je", Nature.MEAN),
    ("Plätze je", Nature.MEAN),
    ("km²", Nature.COUNT),
)


def of_unit(unit: str) -> Nature:
    """What a published unit lets one expect; amounts of money are averages, everything unknown is a rate."""
    for beginning, nature in _BY_UNIT:
        if unit.startswith(beginning):
            return nature
    return Nature.MEAN if "EUR" in unit or "€" in unit else Nature.RATE


# Things that are counted one by one, in German and English files; not per something else.
_COUNTED = re.compile(
    r"(?:(?:Tsd|Mill|Mio)\.? ?|1000 )?(?P<things>Anzahl|Number|Personen|Persons|Einwohner|Haushalte|Fälle|Kinder"
    r"|Schüler|Plätze|Betten|Wohnungen|Betriebe)\b(?!.*(?:\bje\b|\bpro\b|\bper\b|/|km²))"
)


def is_counted(unit: str) -> bool:
    """Whether numbers of the unit count things: none of them is below zero, but for balances and changes."""
    return _COUNTED.match(unit) is not None


def is_whole(unit: str) -> bool:
    """Whether numbers of the unit are whole, but for averages: things counted one by one, not in thousands."""
    match = _COUNTED.match(unit)
    return match is not None and match.start("things") == 0


# What a count that may be below zero or broken calls itself.
_BALANCE = re.compile(
    r"sald(?:o|en)|bilanz|veränder|veraender|entwicklung|zunahme|zuwachs|wachstum|rückgang|rueckgang|abnahme|differenz"
    r"|überschu|ueberschu|balance|change|growth|surplus",
    re.IGNORECASE,
)
_AVERAGE = re.compile(r"durchschnitt|mittel|average|mean|vollzeitäquivalent|vollzeitaequivalent|VZÄ", re.IGNORECASE)


def is_balance(*names: str) -> bool:
    """Whether one of the names says that a count is a balance or a change, which may be below zero."""
    return any(_BALANCE.search(name) for name in names)


def is_average(*names: str) -> bool:
    """Whether one of the names says that a count is an average, which may be broken."""
    return any(_AVERAGE.search(name) for name in names)
