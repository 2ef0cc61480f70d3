"""The matrix of planning areas and topics as plain values: nothing here is bound to a session or a language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from portal.areas.composition import AreaRef
from portal.evidence.models import Assessment, FindingState
from portal.evidence.rules.rule import Proposal, Thresholds


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

    @cached_property
    def by_indicator(self) -> Mapping[str, tuple[tuple[AreaRef, TopicRef], ...]]:
        """The cells whose figures rest on an indicator, by its key; topics in their order, then areas."""
        found: dict[str, list[tuple[AreaRef, TopicRef]]] = {}
        for topic in self.topics:
            for area in self.areas:
                for one in self.proposal(area.id, topic.key).figures.used:
                    found.setdefault(one.key, []).append((area, topic))
        return {key: tuple(cells) for key, cells in found.items()}

    def area(self, slug: str) -> AreaRef | None:
        return next((area for area in self.areas if area.slug == slug), None)

    def topic(self, key: str) -> TopicRef | None:
        return next((topic for topic in self.topics if topic.key == key), None)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What people made of a cell: state of its finding, what was adopted last (or published last), what the rule had
    proposed then, and its title."""

    finding_id: int
    public_id: str
    state: FindingState
    adopted: Assessment
    proposed: Assessment
    is_published: bool
    title: str = ""
    published_at: datetime | None = None
