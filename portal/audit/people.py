"""Names for the ids that entries hold.

Extension point: accounts and stakeholders lie above this floor; `create_app` hands in how they name the ids
they own. An id nobody names any more belongs to a person or an organisation that was erased.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Name:
    """How somebody is called, and the id that may stand in an address."""

    text: str
    public_id: str


class Naming(Protocol):
    """Finds the names of ids; ids it does not know are left out."""

    def __call__(self, ids: Collection[int]) -> Mapping[int, Name]: ...


user_namings: list[Naming] = []
organisation_namings: list[Naming] = []


def users(ids: Collection[int]) -> dict[int, Name]:
    """Names of user ids."""
    return _named(user_namings, ids)


def organisations(ids: Collection[int]) -> dict[int, Name]:
    """Names of organisation ids."""
    return _named(organisation_namings, ids)


def _named(namings: list[Naming], ids: Collection[int]) -> dict[int, Name]:
    found: dict[int, Name] = {}
    if ids:
        for naming in namings:
            found |= naming(ids)
    return found
