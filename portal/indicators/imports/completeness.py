"""A flat file that was cut at the end of a row looks whole; what it spans itself may show that rows are missing.

Such files hold every area of a level for the same measures, periods and breakdowns. Where an area lacks some that
others have, somebody has to say that the file is complete. Areas that are missing as a whole show nothing.

A publication with a file for each area has the same rows in every file: a row that the former delivery had and that is
missing is asked about as well.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.choices import Answers, Open, choose
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import RefusedCell

COMPLETE = "yes"
_MOST_KINDS = 50_000
_MOST_NAMED = 12


class Completeness:
    """Notices every observation of a file, in memory that grows with areas and with kinds of value, not with both."""

    def __init__(self) -> None:
        self._kinds: dict[AreaLevel | None, set[tuple[Any, ...]]] = {}
        # By level and area: how many values, and the last row of them.
        self._areas: dict[AreaLevel | None, dict[str, list[int]]] = {}
        self._names: dict[str, str] = {}
        self._last = 0

    def notice(self, observation: Observation) -> None:
        """Count the observation for its area."""
        kinds = self._kinds.setdefault(observation.level, set())
        if len(kinds) < _MOST_KINDS:
            kinds.add((observation.measure, observation.unit, observation.period, observation.dimensions))
        counted = self._areas.setdefault(observation.level, {}).setdefault(observation.area_key, [0, 0])
        counted[0] += 1
        counted[1] = self._last = observation.row
        self._names[observation.area_key] = observation.area_name

    def gaps(self) -> tuple[RefusedCell, ...]:
        """The areas that lack values which others of their level have, each at its last row."""
        return tuple(self._gaps())

    def _gaps(self) -> Iterator[RefusedCell]:
        for level, areas in self._areas.items():
            wanted = len(self._kinds[level])
            for key, (count, row) in areas.items():
                if count < wanted:
                    yield RefusedCell(
                        row,
                        "value",
                        _l(
                            "%(key)s %(name)s hat %(count)s von %(wanted)s Werten.",
                            key=key,
                            name=self._names[key],
                            count=count,
                            wanted=wanted,
                        ),
                    )


def check_complete(gaps: tuple[RefusedCell, ...], answers: Answers) -> None:
    """Raise ChoiceNeeded where areas lack values, until somebody said that the file is complete."""
    if not gaps:
        return
    latest = sorted(gaps, key=lambda cell: cell.row)[-_MOST_NAMED:]
    choose(
        answers,
        Open.COMPLETE,
        [(COMPLETE, _l("Ja. Die fehlenden Werte gibt es in der Quelle nicht; einlesen, was da ist."))],
        reason=_l(
            "Die Datei könnte abgeschnitten sein. Gebiete, denen Werte fehlen, die andere Gebiete haben: %(count)s."
            " Bitte laden Sie die Datei noch einmal herunter, wenn Sie nicht sicher sind.",
            count=len(gaps),
        ),
        row=latest[-1].row,
        column=latest[-1].column,
        cells=latest,
    )


def check_rows(rows: Collection[tuple[str, str]], former: Mapping[tuple[str, str], str], answers: Answers) -> None:
    """Raise ChoiceNeeded where rows are missing that the former delivery had, until somebody said that the file is
    complete. Rows are measure and breakdown; `former` says what they are called."""
    missing = [name for row, name in former.items() if row not in rows]
    if not missing:
        return
    cells = [RefusedCell(1, "A", _l("Diese Zeile fehlt: %(row)s.", row=name)) for name in missing[:_MOST_NAMED]]
    choose(
        answers,
        Open.COMPLETE,
        [(COMPLETE, _l("Ja. Die fehlenden Zeilen gibt es in der Quelle nicht; einlesen, was da ist."))],
        reason=_l(
            "In der Datei fehlen Zeilen, die die vorige Lieferung hatte: %(count)s. Vielleicht ist sie beschädigt."
            " Bitte laden Sie die Datei noch einmal herunter, wenn Sie nicht sicher sind.",
            count=len(missing),
        ),
        cells=cells,
    )
