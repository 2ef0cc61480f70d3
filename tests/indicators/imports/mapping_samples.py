"""Tables of a shape that no office delivers, long and wide, and what their cells say; figures are invented."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from portal.indicators.imports.observations import Observation
from portal.indicators.imports.source import open_source
from portal.indicators.mapping.grid import open_file
from portal.indicators.mapping.rule import Rule
from portal.indicators.mapping.suggest import complete

KNOWN = frozenset({"08226", "08226003", "08226009", "08226012", "08226095"})
LONG = (
    ("AGS", "Gemeinde", "Jahr", "Indikator", "Einheit", "Wert"),
    ("08226003", "Altlußheim", "2023", "Kita-Plätze", "Anzahl", "1.234"),
    ("08226003", "Altlußheim", "2023", "Quote", "Prozent", "12,5"),
    ("08226009", "Dossenheim", "2023", "Kita-Plätze", "Anzahl", "-"),
    ("08226009", "Dossenheim", "2023", "Quote", "Prozent", "."),
    ("08226012", "Eberbach", "2022", "Kita-Plätze", "Anzahl", "7"),
)
WIDE = (
    ("Schlüssel", "Name", "2022", "2023", "2024"),
    ("08226003", "Altlußheim", "5", "7,5", "3"),
    ("08226009", "Dossenheim", "11", "k.A.", ""),
    ("08226012", "Eberbach", "*", "12,25", "9"),
)


def text(rows: Sequence[Sequence[str]], *, delimiter: str = ";", end: str = "\n") -> str:
    return end.join(delimiter.join(cells) for cells in rows) + end


def rule_of(path: Path, **given: Any) -> Rule:
    return complete(open_file(path), {"source": "Jugendamt", **given}, known_keys=KNOWN)


def read(path: Path, given: Mapping[str, Any] | None = None) -> list[Observation]:
    source = open_source(path, rule=rule_of(path, **(given or {})))
    return [observation for chunk in source.read() for observation in chunk]


def values(found: Sequence[Observation]) -> set[tuple[str, str, str, float | None, str]]:
    """What was read: area, period, series, number and state."""
    return {(one.area_key, one.period, one.measure_label, one.value, one.state.value) for one in found}
