"""Two planning periods side by side: what the cells came to, what changed, and which side made the difference."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core import clock
from portal.core.actor import Actor
from portal.evidence import pages, permissions, queries
from portal.evidence.matrix import Matrix, TopicRef
from portal.evidence.models import Assessment
from portal.indicators import past_figures
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


@dataclass(frozen=True, kw_only=True)
class Side:
    """A period with the figures it is read with. `frozen_on`: those of the end of the period, else those of today;
    `has_begun`: something can have been said in it."""

    period: PlanningPeriod
    matrix: Matrix
    frozen_on: date | None
    has_begun: bool
    is_over: bool


def side(period: PlanningPeriod, actor: Actor) -> Side:
    """A period that is over is read with the deliveries that were visible at its end, if there were any."""
    today, ends_on = clock.today(), period.ends_on
    is_over = ends_on is not None and ends_on < today
    found, frozen_on = queries.matrix(actor, period), None
    if is_over and ends_on is not None:
        end = datetime.combine(ends_on + timedelta(days=1), time(), clock.LOCAL_ZONE).astimezone(UTC)
        if past_figures.last_delivery(before=end) is not None:
            figures = past_figures.figures_at(end, on=ends_on)
            if not permissions.sees_internal_figures(actor):
                figures = replace(figures.public(), version=f"{figures.version}/public")
            found, frozen_on = queries.matrix_with(period, figures), ends_on
    return Side(period=period, matrix=found, frozen_on=frozen_on, has_begun=period.starts_on <= today, is_over=is_over)


def compare(earlier: Side, later: Side, actor: Actor) -> list[ComparedCell]:
    """Every cell of both periods, topics in their order.

    Voices are those of each period, figures those of each side. What people adopted goes before what the rule
    proposes.
    """
    before, after = earlier.matrix, later.matrix
    stood, stands = queries.standings(earlier.period, actor), queries.standings(later.period, actor)
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
