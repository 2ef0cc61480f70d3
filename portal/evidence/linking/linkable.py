"""What an indicator can be linked with: answered questions, submitted statements, needs and resources in minutes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.languages import quoting
from portal.evidence.linking import direct as direct_links
from portal.evidence.models import SourceKind
from portal.evidence.sources import links
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesVersion
from portal.minutes.queries import latest_released
from portal.needs.models import NeedsStatement, StatementState
from portal.surveys import queries as surveys
from portal.surveys.models import Survey, SurveyRound, SurveyVersion

# How each kind is called in addresses.
SLUGS = {SourceKind.STATEMENT: "hinweis", SourceKind.MINUTES_ENTRY: "eintrag", SourceKind.SURVEY_ITEM: "frage"}


@dataclass(frozen=True, kw_only=True)
class End:
    """Something that was said, or asked. `own` are the indicators its authors linked; `text` is searched for words.

    `target` names it for all its versions (see `IndicatorLink`), `ref` in addresses. `english`: the label in English,
    empty where there is none.
    """

    kind: SourceKind
    target: str
    ref: str
    label: str
    text: str
    detail: Any
    url: str
    is_public: bool
    topics: frozenset[str]
    own: frozenset[str]
    english: str = ""
    is_demo: bool = False
    statement_id: int | None = None
    minutes_id: int | None = None
    survey_id: int | None = None
    # Ids of every row it stands for: the statement, the entry, the rounds that asked it.
    row_ids: tuple[int, ...] = field(default=())

    @property
    def slug(self) -> str:
        return SLUGS[self.kind]


def every() -> list[End]:
    """All of them: statements, then entries, then questions; a fixed number of queries."""
    return [*statements(), *entries(), *questions()]


def find(slug: str, ref: str) -> End:
    """The one behind an address; `NotFound` if there is none."""
    found: Callable[[], list[End]] | None = {
        "hinweis": statements, "eintrag": entries, "frage": questions,
    }.get(slug)  # fmt: skip
    if found is None:
        raise NotFound
    for end in found():
        if end.ref == ref:
            return end
    raise NotFound


def statements() -> list[End]:
    """Every submitted statement, the latest first."""
    rows = db.session.scalars(
        select(NeedsStatement)
        .options(
            selectinload(NeedsStatement.topics),
            selectinload(NeedsStatement.indicators),
            joinedload(NeedsStatement.organisation),
        )
        .where(NeedsStatement.state.not_in([StatementState.DRAFT, StatementState.MERGED]))
        .order_by(NeedsStatement.submitted_at.desc(), NeedsStatement.id.desc())
    )
    return [
        End(
            kind=SourceKind.STATEMENT,
            target=row.public_id,
            ref=row.public_id,
            label=row.title,
            text=f"{row.title} {row.reason}",
            detail=f"{row.kind.label}, {row.organisation.name}",
            url=links.statement(row.public_id),
            is_public=row.is_public,
            topics=frozenset(topic.key for topic in row.topics),
            own=frozenset(indicator.key for indicator in row.indicators),
            is_demo=row.is_demo,
            statement_id=row.id,
            row_ids=(row.id,),
        )
        for row in rows
    ]


def entries(stems: Collection[str] | None = None) -> list[End]:
    """Needs and resources in the latest released version of minutes, the latest first."""
    statement = (
        select(MinutesEntry)
        .join(MinutesVersion, MinutesVersion.id == MinutesEntry.version_id)
        .options(
            selectinload(MinutesEntry.topics),
            selectinload(MinutesEntry.indicators),
            joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes).joinedload(Minutes.conference),
        )
        .where(latest_released(), MinutesEntry.kind.in_([EntryKind.NEED, EntryKind.RESOURCE]))
        .order_by(MinutesVersion.released_at.desc(), MinutesEntry.position, MinutesEntry.id)
    )
    if stems is not None:
        statement = statement.where(MinutesEntry.stem.in_(stems))
    return [
        End(
            kind=SourceKind.MINUTES_ENTRY,
            target=row.stem,
            ref=row.stem,
            label=row.text,
            text=row.text,
            detail=quoting(_("Protokoll: %(title)s"), title=row.version.minutes.conference.title),
            url=links.minutes_entry(row),
            is_public=row.version.minutes.is_public,
            topics=frozenset(topic.key for topic in row.topics),
            own=frozenset(indicator.key for indicator in row.indicators),
            is_demo=row.version.minutes.is_demo,
            minutes_id=row.version.minutes_id,
            row_ids=(row.id,),
        )
        for row in db.session.scalars(statement)
    ]


def questions() -> list[End]:
    """Questions (and options of a choice) with answers, once for all rounds of a survey; the latest one is shown."""
    items = surveys.items()
    if not items:
        return []
    rows = db.session.execute(
        select(SurveyRound.id, SurveyRound.is_demo, Survey.id, Survey.key)
        .join(SurveyVersion, SurveyVersion.id == SurveyRound.version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(SurveyRound.id.in_({item.round_id for item in items}))
    )
    of_round = {round_id: (is_demo, survey_id, key) for round_id, is_demo, survey_id, key in rows}
    found: dict[str, End] = {}
    rounds: dict[str, list[int]] = {}
    for item in items:
        is_demo, survey_id, key = of_round[item.round_id]
        target = direct_links.item_target(key, item.item)
        known = rounds.setdefault(target, [])
        if item.round_id not in known:
            known.append(item.round_id)
            found[target] = End(
                kind=SourceKind.SURVEY_ITEM,
                target=target,
                ref=f"{key}.{item.item}",
                label=item.text,
                english=item.english,
                text=item.text,
                detail=_("Befragung"),
                url=links.survey_question(item.round_slug, item.item),
                is_public=True,
                topics=frozenset(item.topics),
                own=frozenset(item.indicators),
                is_demo=is_demo,
                survey_id=survey_id,
                row_ids=tuple(known),
            )
    return list(found.values())


def visible(ends: Collection[End], actor: Actor) -> list[End]:
    """Those the actor may read."""
    return [end for end in ends if end.is_public or actor.is_staff]
