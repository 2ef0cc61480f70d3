"""Two planning periods side by side: what the cells came to, what changed, and which side made the difference."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core.actor import Actor
from portal.evidence import pages, queries
from portal.evidence.matrix import TopicRef
from portal.evidence.models import Assessment
from portal.planning.models import PlanningPeriod


@dataclass(frozen=True, kw_only=True)
class ComparedCell:
    """A planning area and topic in two periods; `why` says which half differs."""

    area: AreaRef
    topic: TopicRef
    earlier: Assessment
    later: Assessment
    why: tuple[str, ...]

    @property
    def has_changed(self) -> bool:
        return self.earlier is not self.later or bool(self.why)


def compare(earlier: PlanningPeriod, later: PlanningPeriod, actor: Actor) -> list[ComparedCell]:
    """Every cell of both periods, topics in their order.

    Voices are those of each period; figures are those of today on both sides. What people adopted goes before what
    the rule proposes.
    """
    before, after = queries.matrix(actor, earlier), queries.matrix(actor, later)
    stood, stands = queries.standings(earlier, actor), queries.standings(later, actor)
    found = []
    for topic in after.topics:
        for area in after.areas:
            key = (area.id, topic.key)
            old, new = before.proposals[key], after.proposals[key]
            why = []
            if old.voices.axis is not new.voices.axis:
                why.append(_("Stimmen: %(old)s → %(new)s", old=old.voices.axis.label, new=new.voices.axis.label))
            if old.figures.signal is not new.figures.signal:
                why.append(_("Zahlen: %(old)s → %(new)s", old=old.figures.signal.label, new=new.figures.signal.label))
            found.append(
                ComparedCell(
                    area=area,
                    topic=topic,
                    earlier=pages.adopted_or_proposed(old, stood.get(key)),
                    later=pages.adopted_or_proposed(new, stands.get(key)),
                    why=tuple(why),
                )
            )
    return found


def by_area(cells: Iterable[ComparedCell]) -> list[tuple[AreaRef, Sequence[ComparedCell]]]:
    """The cells of each planning area, areas by name."""
    found: dict[AreaRef, list[ComparedCell]] = {}
    for one in cells:
        found.setdefault(one.area, []).append(one)
    return sorted(found.items(), key=lambda entry: entry[0].sort_key)


def turns(cells: Iterable[ComparedCell]) -> list[tuple[Assessment, Assessment, int]]:
    """From which assessment to which, and how often; the most frequent first."""
    counted = Counter((one.earlier, one.later) for one in cells if one.earlier is not one.later)
    return [(old, new, count) for (old, new), count in counted.most_common()]
