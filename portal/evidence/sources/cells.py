"""The voices behind a cell as links: what the actor may open, and how many there are besides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas.composition import AreaRef
from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.formats import date_long, number
from portal.core.languages import either, quoting
from portal.core.statistics import wilson_interval
from portal.evidence import words
from portal.evidence.rules.rule import Proposal, SurveyItem, Thresholds, VoiceKind, Voices
from portal.evidence.sources import links
from portal.minutes.models import Minutes, MinutesEntry, MinutesVersion
from portal.needs import permissions as needs
from portal.needs.models import NeedsStatement, StatementSupport


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of those asked named a problem, in percent, with the limits between which it lies for certain."""

    percent: float
    low: float
    high: float
    words: str


@dataclass(frozen=True, kw_only=True)
class VoiceLink:
    """A source: what it says, who says it, and where it stands (None: nowhere this reader may go).

    `share`: of a survey, where its numbers may be shown.
    """

    text: Any
    url: str | None
    sub: Any
    met: bool = False
    is_demo: bool = False
    share: Share | None = None


@dataclass(frozen=True, kw_only=True)
class CellSources:
    """Everything the voices' axis rests on. `hidden` counts statements that are not public."""

    residents: tuple[VoiceLink, ...]
    statements: tuple[VoiceLink, ...]
    entries: tuple[VoiceLink, ...]
    events: tuple[VoiceLink, ...]
    hidden: int


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows behind the voices of some proposals, by id, each in the order it is shown in."""

    statements: Mapping[int, NeedsStatement]
    entries: Mapping[int, MinutesEntry]
    events: Mapping[int, Conference]


def rows_of(proposals: Iterable[Proposal]) -> Rows:
    """Read the rows of all these proposals together; at most three queries."""
    found = list(proposals)
    ids: dict[VoiceKind, set[int]] = {kind: set() for kind in VoiceKind}
    for proposal in found:
        for voice in proposal.voices.statements:
            ids[voice.kind].add(voice.id)
    events = {event.id for proposal in found for event in proposal.voices.events}
    return Rows(
        statements=_read_statements(ids[VoiceKind.STATEMENT]),
        entries=_read_entries(ids[VoiceKind.MINUTES_ENTRY]),
        events=_read_events(events),
    )


def cell_sources(
    proposal: Proposal,
    area: AreaRef,
    actor: Actor,
    rows: Rows | None = None,
    *,
    confidence: float = Thresholds.confidence,
) -> CellSources:
    """The sources of a proposal as the actor may see them; `rows` where those of many were read together.

    `confidence`: with which the limits of shares are given, as a share of 1.
    """
    voices = proposal.voices
    if rows is None:
        rows = rows_of([proposal])
    statements, not_public = _statements(voices, rows, actor)
    entries, not_open = _entries(voices, rows, actor)
    return CellSources(
        residents=_residents(voices, area, confidence),
        statements=statements,
        entries=entries,
        events=_events(voices, rows, actor),
        hidden=not_public + not_open,
    )


def _residents(voices: Voices, area: AreaRef, confidence: float) -> tuple[VoiceLink, ...]:
    named = set(voices.named_items)
    return tuple(
        VoiceLink(
            text=either(item.text, item.english),
            url=links.survey_results(item.round_slug, area.slug, item.code),
            sub=words.item_in_words(item),
            met=item in named,
            share=_share(item, confidence),
        )
        for item in (*voices.named_items, *voices.clearing_items, *voices.other_items)
    )


def _share(item: SurveyItem, confidence: float) -> Share | None:
    if not item.is_printable or not item.n:
        return None
    limits = wilson_interval(item.count, item.n, confidence)
    percent, low, high = (100 * part for part in (item.count / item.n, limits.lower, limits.upper))
    return Share(
        percent=percent,
        low=low,
        high=high,
        words=_(
            "mit %(certainty)s\u00a0%% Sicherheit zwischen %(low)s und %(high)s von 100",
            certainty=number(100 * confidence),
            low=number(low),
            high=number(high),
        ),
    )


def _read_statements(ids: set[int]) -> dict[int, NeedsStatement]:
    if not ids:
        return {}
    rows = db.session.scalars(
        select(NeedsStatement)
        .options(
            joinedload(NeedsStatement.organisation),
            selectinload(NeedsStatement.supports).joinedload(StatementSupport.organisation),
        )
        .where(NeedsStatement.id.in_(ids))
        .order_by(NeedsStatement.submitted_at, NeedsStatement.id)
    )
    return {row.id: row for row in rows}


def _statements(voices: Voices, read: Rows, actor: Actor) -> tuple[tuple[VoiceLink, ...], int]:
    ids = {voice.id for voice in voices.statements if voice.kind is VoiceKind.STATEMENT}
    rows = [row for row in read.statements.values() if row.id in ids]
    seen = [row for row in rows if needs.may_see(actor, row)]
    found = tuple(
        VoiceLink(
            text=row.title,
            url=links.statement(row.public_id),
            sub=_speakers(row) if needs.may_see_whole(actor, row) else _("Bedarfshinweis"),
            is_demo=row.is_demo,
        )
        for row in seen
    )
    return found, len(rows) - len(seen)


def _speakers(row: NeedsStatement) -> str:
    names = [row.organisation.name, *(support.organisation.name for support in row.supports)]
    return _("Bedarfshinweis: %(names)s", names=", ".join(dict.fromkeys(names)))


def _read_entries(ids: set[int]) -> dict[int, MinutesEntry]:
    if not ids:
        return {}
    rows = db.session.scalars(
        select(MinutesEntry)
        .options(
            joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes).joinedload(Minutes.conference),
            selectinload(MinutesEntry.raised_by),
        )
        .where(MinutesEntry.id.in_(ids))
        .order_by(MinutesEntry.id)
    )
    return {row.id: row for row in rows}


def _entries(voices: Voices, read: Rows, actor: Actor) -> tuple[tuple[VoiceLink, ...], int]:
    ids = {voice.id for voice in voices.statements if voice.kind is VoiceKind.MINUTES_ENTRY}
    rows = [row for row in read.entries.values() if row.id in ids]
    seen = [row for row in rows if actor.is_staff or row.version.minutes.is_public]
    found = tuple(
        VoiceLink(
            text=row.text,
            url=links.minutes_entry(row),
            sub=quoting(_("Protokoll: %(title)s"), title=row.version.minutes.conference.title),
            is_demo=row.version.minutes.is_demo,
        )
        for row in seen
    )
    return found, len(rows) - len(seen)


def _read_events(ids: set[int]) -> dict[int, Conference]:
    if not ids:
        return {}
    rows = db.session.scalars(
        select(Conference).where(Conference.id.in_(ids)).order_by(Conference.starts_at, Conference.id)
    )
    return {row.id: row for row in rows}


def _events(voices: Voices, read: Rows, actor: Actor) -> tuple[VoiceLink, ...]:
    by_id = {event.id: event for event in voices.events}
    rows = [row for row in read.events.values() if row.id in by_id]
    sufficient = {event.id for event in voices.sufficient_events}
    return tuple(
        VoiceLink(
            text=row.title if row.is_public or actor.is_staff else _("nicht öffentliche Veranstaltung"),
            url=links.event(row, actor),
            sub=_(
                "%(day)s, %(present)s von %(required)s vorgesehenen Gruppen",
                day=date_long(row.begins.date()),
                present=by_id[row.id].groups_present,
                required=by_id[row.id].groups_required,
            ),
            met=row.id in sufficient,
            is_demo=row.is_demo,
        )
        for row in rows
    )


def _as_heading(question: str) -> str:
    return question if not question or question.endswith("?") else question + ":"


def rules(proposal: Proposal, limits: Thresholds) -> list[tuple[bool, Any, str]]:
    """The voices' half of the rule with the numbers put in."""
    voices = proposal.voices
    found: list[tuple[bool, Any, str]] = []
    for item in (*voices.named_items, *voices.clearing_items, *voices.other_items):
        met, sentence = words.item_rule(item, limits)
        found.append((met, either(_as_heading(item.text), _as_heading(item.english)), sentence))
    met, sentence = words.organisations_rule(voices, limits)
    found.append((met, _("Organisationen:"), sentence))
    for event in voices.events:
        met, sentence = words.event_rule(event, limits)
        found.append((met, _("Veranstaltung:"), sentence))
    return found
