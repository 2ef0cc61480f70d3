"""What upper floors know of organisations. `create_app` fills it; organisations know none of them."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

LastHeard = Callable[[Collection[int]], Mapping[int, date]]

last_heard: list[LastHeard] = []


def heard_on(ids: Collection[int]) -> dict[int, date]:
    """The last day on which each organisation was heard, by id; those never heard are left out."""
    found: dict[int, date] = {}
    for ask in last_heard if ids else ():
        for organisation_id, day in ask(ids).items():
            found[organisation_id] = max(day, found.get(organisation_id, day))
    return found
