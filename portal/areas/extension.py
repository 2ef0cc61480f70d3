"""What higher floors add to areas; `create_app` fills the lists."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.core.actor import Actor


class Regrouped(Protocol):
    """Called in the transaction that changed who belongs to which planning area."""

    def __call__(self, *, planning_area_ids: Collection[int], from_day: date, actor: Actor) -> None: ...


@dataclass(frozen=True)
class Populations:
    """Persons by area id, and where the numbers come from (date, publisher) in words for the page."""

    people: Mapping[int, int]
    source: str


class PopulationOf(Protocol):
    """Latest population of municipalities; areas without a figure are left out."""

    def __call__(self, area_ids: Collection[int]) -> Populations: ...


regrouped: list[Regrouped] = []
population: list[PopulationOf] = []


def populations(area_ids: Collection[int]) -> Populations:
    """Population from whoever knows it; empty where nobody does."""
    for ask in population:
        return ask(area_ids)
    return Populations(people={}, source="")
