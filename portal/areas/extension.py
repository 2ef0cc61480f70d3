"""What higher floors add to areas; `create_app` fills the lists."""

from collections.abc import Collection, Mapping, Sequence
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


@dataclass(frozen=True, kw_only=True)
class RegisterRow:
    """What a register counts in one municipality: persons, men among them, and its land in km²."""

    area_id: int
    people: int
    male: int
    square_km: float


@dataclass(frozen=True, kw_only=True)
class RegisterFigures:
    """Populations and areas of a municipality register on one day, on the census of `census_year`."""

    file_name: str
    sha256: str
    day: date
    census_year: int
    territorial_date: date
    source: str
    attribution_key: str
    rows: tuple[RegisterRow, ...]


@dataclass(frozen=True, kw_only=True)
class FiguresTaken:
    """What a delivery of register figures changed; `batch` names it where it changed anything."""

    new: int
    changed: int
    unchanged: int
    batch: str | None


class TakesFigures(Protocol):
    """Writes the figures of a register as one delivery, in the caller's transaction."""

    def __call__(self, figures: RegisterFigures, *, actor: Actor) -> FiguresTaken: ...


@dataclass(frozen=True)
class Use:
    """What refers to places: in words (`Bedarfshinweise`), how many, and whether it hinders taking a change back."""

    label: str
    count: int
    hinders: bool = True


class UsesOf(Protocol):
    """Everything that refers to any of these areas; nothing where the count is zero. `since`: values of a territory
    from that day on alone."""

    def __call__(self, area_ids: Collection[int], *, since: date | None = None) -> Sequence[Use]: ...


@dataclass(frozen=True, kw_only=True)
class FigureFate:
    """What becomes of figures of before when municipalities are put together: how, and which."""

    label: str
    names: tuple[str, ...]


class FigureFates(Protocol):
    """How the figures that these municipalities have today would be put together; without empty groups."""

    def __call__(self, area_ids: Collection[int]) -> Sequence[FigureFate]: ...


regrouped: list[Regrouped] = []
figure_fates: list[FigureFates] = []
uses: list[UsesOf] = []
population: list[PopulationOf] = []
figures: list[TakesFigures] = []


def populations(area_ids: Collection[int]) -> Populations:
    """Population from whoever knows it; empty where nobody does."""
    for ask in population:
        return ask(area_ids)
    return Populations(people={}, source="")
