"""The matrix of planning areas and topics as plain values: nothing here is bound to a session or a language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.areas.composition import AreaRef
from portal.evidence.models import Assessment, FindingState
from portal.evidence.rule import Proposal, Thresholds


@dataclass(frozen=True, kw_only=True)
class TopicRef:
    """A topic; `label` is lazy and follows the language of the page."""

    id: int
    key: str
    label: Any


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Every planning area × topic of a period with the proposal of rule 1 on the day `on`."""

    period_id: int
    period_key: str
    period_name: str
    on: date
    areas: tuple[AreaRef, ...]
    topics: tuple[TopicRef, ...]
    limits: Thresholds
    proposals: Mapping[tuple[int, str], Proposal] = field(repr=False)

    def proposal(self, area_id: int, topic_key: str) -> Proposal:
        return self.proposals[area_id, topic_key]

    def area(self, slug: str) -> AreaRef | None:
        return next((area for area in self.areas if area.slug == slug), None)

    def topic(self, key: str) -> TopicRef | None:
        return next((topic for topic in self.topics if topic.key == key), None)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What people made of a cell: the state of its finding, and what was adopted last (or published last)."""

    finding_id: int
    public_id: str
    state: FindingState
    adopted: Assessment
    is_published: bool
