"""Where something is used further up: a needs statement, a minutes entry or an indicator in a finding, say.

Extension point: `create_app` fills `sources`; the pages below ask with `of` and know none of the floors above.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.core.actor import Actor


class Used(StrEnum):
    """What can be used."""

    EVENT = "event"
    SURVEY_ROUND = "survey_round"
    STATEMENT = "statement"
    MINUTES_ENTRY = "minutes_entry"
    INDICATOR = "indicator"


@dataclass(frozen=True)
class Use:
    """A link to where it is used, as the reader may follow it. `note` says how; `is_concluded`: people concluded from
    it."""

    label: Any
    url: str
    note: Any = ""
    is_concluded: bool = False


UseSource = Callable[[Used, Collection[int], Actor], Mapping[int, Sequence[Use]]]
sources: list[UseSource] = []


def of(kind: Used, row_id: int, *, actor: Actor) -> list[Use]:
    """Every use of one row; a fixed number of queries."""
    return [use for source in sources for use in source(kind, [row_id], actor).get(row_id, ())]
