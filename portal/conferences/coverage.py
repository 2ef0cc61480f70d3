"""Who is reached and who is missing: municipalities of the planning areas and groups. Pure.

Inviting an association of municipalities reaches its members. Used before sending (who is invited) and afterwards
(who was there).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.areas.composition import AreaRef
from portal.stakeholders.models import OrganisationKind


@dataclass(frozen=True, kw_only=True)
class Reached:
    """An organisation that is invited or was there. `place_id`: the municipality or association it administers."""

    organisation_id: int
    group: OrganisationKind | None
    place_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What is reached and what is missing, each in the order it was asked for."""

    municipalities: tuple[AreaRef, ...]
    missing_municipalities: tuple[AreaRef, ...]
    groups: tuple[OrganisationKind, ...]
    missing_groups: tuple[OrganisationKind, ...]
    required_share: float

    @property
    def reached_municipalities(self) -> int:
        return len(self.municipalities) - len(self.missing_municipalities)

    @property
    def present_groups(self) -> tuple[OrganisationKind, ...]:
        return tuple(group for group in self.groups if group not in self.missing_groups)

    @property
    def share(self) -> float:
        """Share of the required groups that is reached; 1 if none is required."""
        return len(self.present_groups) / len(self.groups) if self.groups else 1.0

    @property
    def suffices(self) -> bool:
        """Whether enough groups are reached for a topic to count as asked; never without required groups."""
        return bool(self.groups) and len(self.present_groups) >= self.required_share * len(self.groups)

    @property
    def is_complete(self) -> bool:
        return not self.missing_municipalities and not self.missing_groups


def coverage(
    reached: Iterable[Reached],
    *,
    municipalities: Collection[AreaRef],
    association_of: Mapping[int, int],
    required: Collection[OrganisationKind],
    required_share: float,
) -> Coverage:
    """Compare whom an event reaches with the municipalities of its areas and the groups the county wants to hear.

    `association_of` maps municipality ids to the association they belong to on the day of the event.
    """
    organisations = list(reached)
    places = {one.place_id for one in organisations if one.place_id is not None}
    groups = {one.group for one in organisations}
    return Coverage(
        municipalities=tuple(municipalities),
        missing_municipalities=tuple(
            place for place in municipalities if place.id not in places and association_of.get(place.id) not in places
        ),
        groups=tuple(required),
        missing_groups=tuple(group for group in required if group not in groups),
        required_share=required_share,
    )
