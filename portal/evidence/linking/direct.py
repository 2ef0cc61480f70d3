"""Direct links between indicators and what was said: those of the authors, with what staff added and took away.

Authors link in the statement, the minutes entry or the survey's document; `IndicatorLink` holds what staff said later.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import select

from portal.core.database import db
from portal.evidence.models import IndicatorLink, LinkState, SourceKind
from portal.indicators.models import Indicator
from portal.surveys.models import SurveyRound, SurveyVersion

Item = tuple[int, str]
K = TypeVar("K", bound=Hashable)


@dataclass
class Said(Generic[K]):
    """Indicator keys that staff added to and took away from ends of one kind, by end."""

    added: dict[K, list[str]] = field(default_factory=dict)
    taken: dict[K, set[str]] = field(default_factory=dict)

    def note(self, end: K, key: str, state: LinkState) -> None:
        if state is LinkState.LINKED:
            self.added.setdefault(end, []).append(key)
        else:
            self.taken.setdefault(end, set()).add(key)

    def of(self, end: K, own: Iterable[str]) -> tuple[str, ...]:
        """The indicators of an end: its authors' own, then those added, without those taken away."""
        every = dict.fromkeys([*own, *self.added.get(end, ())])
        taken = self.taken.get(end, set())
        return tuple(key for key in every if key not in taken)


@dataclass
class Words:
    """Everything staff said: by id of statements, by stem of entries of minutes, by round and item of questions."""

    statements: Said[int] = field(default_factory=Said)
    entries: Said[str] = field(default_factory=Said)
    items: Said[Item] = field(default_factory=Said)


def words(until: datetime | None = None) -> Words:
    """What was said up to a moment; one query."""
    statement = (
        select(
            IndicatorLink.kind,
            IndicatorLink.target,
            IndicatorLink.statement_id,
            SurveyRound.id.label("round_id"),
            Indicator.key,
            IndicatorLink.state,
        )
        .join(Indicator, Indicator.id == IndicatorLink.indicator_id)
        .outerjoin(SurveyVersion, SurveyVersion.survey_id == IndicatorLink.survey_id)
        .outerjoin(SurveyRound, SurveyRound.version_id == SurveyVersion.id)
        .order_by(Indicator.topic_id, Indicator.position, Indicator.sort_key, IndicatorLink.id)
    )
    if until is not None:
        statement = statement.where(IndicatorLink.said_at <= until)
    found = Words()
    for row in db.session.execute(statement):
        if row.statement_id is not None:
            found.statements.note(row.statement_id, row.key, row.state)
        elif row.kind is SourceKind.MINUTES_ENTRY:
            found.entries.note(row.target, row.key, row.state)
        elif row.round_id is not None:
            found.items.note((row.round_id, item_of(row.target)), row.key, row.state)
    return found


def item_target(survey_key: str, item: str) -> str:
    """How a question is named for all rounds of its survey."""
    return f"{survey_key}/{item}"


def item_of(target: str) -> str:
    return target.partition("/")[2]


def said_of(indicator_id: int) -> Mapping[tuple[SourceKind, str], IndicatorLink]:
    """What staff said of one indicator, by kind and target."""
    rows: Sequence[IndicatorLink] = db.session.scalars(
        select(IndicatorLink).where(IndicatorLink.indicator_id == indicator_id).order_by(IndicatorLink.id)
    ).all()
    return {(row.kind, row.target): row for row in rows}


def said_to(kind: SourceKind, target: str) -> Mapping[int, IndicatorLink]:
    """What staff said of one end, by id of the indicator."""
    rows = db.session.scalars(
        select(IndicatorLink)
        .where(IndicatorLink.kind == kind, IndicatorLink.target == target)
        .order_by(IndicatorLink.id)
    )
    return {row.indicator_id: row for row in rows}
