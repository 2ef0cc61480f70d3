"""Which indicators and things said might belong together, and why: a shared topic and shared words (pure).

Nothing is learnt or weighed in secret. Suggested is a pair that shares the topic and at least one word, or two words
across topics. Words are compared by their German stems; a word that stands in more than a tenth of the indicators tells
none of them apart and does not count.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.core.stems import shared, words_by_stem
from portal.evidence.linking.linkable import End
from portal.indicators.models import Indicator

MOST = 12
_COMMON = 0.1
_WORDS_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A pair with the reason in words; `strength` orders them: the topic counts as much as one word."""

    indicator: Indicator
    end: End
    reason: str
    strength: int


def indicator_text(indicator: Indicator) -> str:
    """What of an indicator is compared: its name and what it says in plain words."""
    return f"{indicator.name} {indicator.explanation}"


def common_stems(indicators: Collection[Indicator]) -> frozenset[str]:
    """Stems that stand in more than a tenth of the indicators (and in more than two)."""
    counted = Counter(stem for one in indicators for stem in words_by_stem(indicator_text(one)))
    least = max(2.0, _COMMON * len(indicators))
    return frozenset(stem for stem, count in counted.items() if count > least)


def suggestions(
    indicators: Sequence[Indicator],
    ends: Sequence[End],
    *,
    known: Collection[tuple[int, str, str]],
    common: Collection[str],
    topics: Mapping[str, Any],
    most: int = MOST,
) -> list[Suggestion]:
    """The strongest first. `known` are pairs (indicator, kind, target) that are linked or were declined; `topics` are
    labels by key."""
    found = [
        suggestion
        for indicator in indicators
        for end in ends
        if (indicator.id, end.kind.value, end.target) not in known and indicator.key not in end.own
        for suggestion in _suggested(indicator, end, common, topics)
    ]
    found.sort(key=lambda one: (-one.strength, one.end.label, one.indicator.sort_key))
    return found[:most]


def _suggested(
    indicator: Indicator, end: End, common: Collection[str], topics: Mapping[str, Any]
) -> Iterable[Suggestion]:
    pairs = shared(end.text, indicator_text(indicator), ignored=common)
    same_topic = indicator.topic.key in end.topics
    if not pairs or (not same_topic and len(pairs) < 2):
        return
    words = ", ".join(
        one if one.casefold() == other.casefold() else f"{one} – {other}" for one, other in pairs[:_WORDS_SHOWN]
    )
    parts = []
    if same_topic:
        parts.append(_("Gleiches Thema: %(topic)s.", topic=topics.get(indicator.topic.key, indicator.topic.name)))
    parts.append(_("Gleiche Wörter: %(words)s.", words=words))
    yield Suggestion(
        indicator=indicator, end=end, reason=" ".join(parts), strength=len(pairs) + (1 if same_topic else 0)
    )
