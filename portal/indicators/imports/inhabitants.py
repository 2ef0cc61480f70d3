"""Counts of people above the number who live there: no file shows it by itself, the portal's population does."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.formats import number
from portal.indicators.imports.doubtful import Doubtful, doubt, noted, refuse_too_many
from portal.indicators.imports.keys import AreaLevel, key_forms
from portal.indicators.imports.labour_relations import OF_RESIDENTS
from portal.indicators.imports.observations import Observation

_PEOPLE = re.compile(
    r"(?:(?:Anzahl|Number of) )?(?:Personen|Persons|Einwohner|Kinder|Schüler)\b(?!.*(?:\bje\b|\bpro\b|\bper\b|/|km²))"
)
_NUMBER = frozenset({"Anzahl", "Number"})
_POPULATION = re.compile(r"bevölkerung|bevoelkerung|einwohner|population", re.IGNORECASE)
# Who works or visits somewhere, or moved, does not have to live there.
_FROM_ELSEWHERE = re.compile(
    r"arbeitsort|arbeitsplatz|arbeitsplätz|workplace|place of work|pendler|commut|gäste|gaeste|gast|besuch|visitor"
    r"|guest|übernacht|uebernacht|tourist|fahrgäst|fahrgaest|patient|kunden|kontakte|zuzüge|zuzuege|zugezog|fortzüge"
    r"|fortzuege|fortgezog|wander|umzüge|umzuege",
    re.IGNORECASE,
)
# People of working age are two thirds of all at most; and populations of other years and registers differ.
_OF_WORKING_AGE, _AT_MOST = 0.75, 1.5


class Inhabitants:
    """Looks at every observation; `people` is the population by official key, an area without one is not looked at."""

    def __init__(self, people: Mapping[str, float]) -> None:
        self._people = people
        self._shares: dict[tuple[str, str], float | None] = {}
        self._living: dict[tuple[str, AreaLevel | None], float | None] = {}
        self._found: list[Doubtful] = []

    def notice(self, observation: Observation) -> None:
        """Keep a count that is larger than it can be. Raises ImportRefused if there are too many to be named."""
        value = observation.value
        if not value or not self._people:
            return
        series = observation.measure, observation.unit
        if series not in self._shares:
            self._shares[series] = _most(observation)
        share = self._shares[series]
        if share is None:
            return
        place = observation.area_key, observation.level
        if place not in self._living:
            self._living[place] = next((self._people[form] for form in key_forms(*place) if form in self._people), None)
        living = self._living[place]
        if living and value > share * living and not _is_from_elsewhere(observation):
            at = noted(observation, value)
            self._found.append(doubt(at, _too_many(value, living, observation.measure), at))
            refuse_too_many(self._found)

    def doubts(self) -> Sequence[Doubtful]:
        """Every count that is larger than it can be, in the order of the file."""
        return self._found


def _most(observation: Observation) -> float | None:
    """Which share of the inhabitants a count has at most; None where it does not count inhabitants."""
    if observation.measure in OF_RESIDENTS:
        return _OF_WORKING_AGE
    is_people = _PEOPLE.match(observation.unit) is not None
    if not is_people and observation.unit in _NUMBER:
        is_people = _POPULATION.search(observation.measure_label) is not None
    return _AT_MOST if is_people else None


def _is_from_elsewhere(observation: Observation) -> bool:
    if observation.measure in OF_RESIDENTS:
        return False
    parts = (part for pair in observation.dimensions for part in pair)
    return any(map(_FROM_ELSEWHERE.search, (observation.measure, observation.measure_label, *parts)))


def _too_many(value: float, living: float, measure: str) -> Any:
    if measure in OF_RESIDENTS:
        return _l(
            "Hier stehen %(value)s Menschen im Erwerbsalter; im Gebiet leben aber nur %(living)s Menschen.",
            value=number(round(value)),
            living=number(round(living)),
        )
    return _l(
        "Hier stehen %(value)s Menschen; im Gebiet leben aber nur %(living)s.",
        value=number(round(value)),
        living=number(round(living)),
    )
