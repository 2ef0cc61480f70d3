"""Two values for one thing in one file, found in flat memory: eight bytes a value, then exactly for the few
suspects."""

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
from flask_babel import lazy_gettext as _l

from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import RefusalList, refuse

# A file that repeats more than this was joined with itself.
MOST_REPEATED = 10_000


def identity(observation: Observation) -> tuple[Any, ...]:
    """What an observation is about; two of the same identity must not differ."""
    return (
        observation.area_key,
        observation.measure,
        observation.unit,
        observation.period,
        observation.dimensions,
    )


class Repetitions:
    """First run: `notice` every observation. Then `find`, with a second run only if something may repeat."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._first: dict[tuple[Any, ...], Observation] = {}
        self._suspects: frozenset[int] = frozenset()
        self.count = 0

    def notice(self, observation: Observation) -> None:
        """Remember a trace of the observation."""
        self._hashes.append(hash(identity(observation)))

    def has_suspects(self) -> bool:
        """Whether any trace came twice; forgets all others."""
        hashes, self._hashes = self._hashes, array("q")
        traces = np.frombuffer(hashes, dtype=np.int64)  # the same bytes, sorted where they are
        traces.sort()
        repeated = np.unique(traces[1:][traces[1:] == traces[:-1]])
        self._suspects = frozenset(repeated.tolist())
        return bool(self._suspects)

    def find(self, observations: Iterable[Observation], refusals: RefusalList) -> None:
        """Second run: refuse what contradicts itself, count what is merely repeated."""
        for observation in observations:
            key = identity(observation)
            if hash(key) not in self._suspects:
                continue
            first = self._first.setdefault(key, observation)
            if first is observation:
                continue
            self.count += 1
            if self.count > MOST_REPEATED:
                raise refuse(
                    observation.row,
                    observation.column,
                    _l("Mehr als %(limit)s Werte stehen doppelt in der Datei.", limit=MOST_REPEATED),
                    sheet=observation.sheet,
                )
            if _content(first) != _content(observation):
                refusals.add(
                    observation.row,
                    observation.column,
                    _l(
                        "Zwei verschiedene Werte für dasselbe Gebiet und dieselbe Zeit (zuerst Zeile %(row)s).",
                        row=first.row,
                    ),
                    sheet=observation.sheet,
                )

    def is_repeated(self, observation: Observation) -> bool:
        """Whether an earlier cell of the file says exactly the same."""
        if not self._first:
            return False
        first = self._first.get(identity(observation))
        return first is not None and _place(first) != _place(observation)


def _place(observation: Observation) -> tuple[str, int, str]:
    return observation.sheet, observation.row, observation.column


def _content(observation: Observation) -> tuple[Any, ...]:
    return (
        observation.value,
        observation.text,
        observation.state,
        observation.sign,
        observation.territorial_date,
    )
