"""What was read from any format, written in the portal's long form, so that it can be looked at and read again.

Every observation comes back equal, but for the sign: the long form names what a sign means. A fact that the source
does not state (level, unit, territorial date) is written as `unknown`.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

import numpy as np

from portal.indicators.imports.formats import LONG_COLUMNS
from portal.indicators.imports.long_form import OPTIONAL_COLUMNS, PERIOD_TYPES, UNKNOWN
from portal.indicators.imports.observations import Observation
from portal.indicators.value_states import ValueState

_PERIOD_WORDS = {kind: word for word, kind in PERIOD_TYPES.items()}


def write_long_form(path: Path, chunks: Iterable[Iterable[Observation]]) -> int:
    """Write the file anew; how many rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        return _write(file, (observation for chunk in chunks for observation in chunk))


def _write(file: TextIO, observations: Iterator[Observation]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*OPTIONAL_COLUMNS, *LONG_COLUMNS])
    count = 0
    for observation in observations:
        writer.writerow(_row(observation))
        count += 1
    return count


def _row(found: Observation) -> list[str]:
    is_plain = found.state is ValueState.REPORTED
    number = "" if found.value is None else np.format_float_positional(found.value, trim="-")
    return [
        found.measure_label,
        ";".join(f"{variable}={attribute}" for variable, attribute in found.dimensions),
        found.level.value if found.level is not None else UNKNOWN,
        found.area_key,
        found.area_name,
        found.measure,
        found.period,
        _PERIOD_WORDS[found.period_kind],
        found.text or number,
        found.unit or UNKNOWN,
        "" if is_plain else found.state.value,
        found.source or UNKNOWN,
        found.territorial_date.isoformat() if found.territorial_date is not None else UNKNOWN,
    ]
