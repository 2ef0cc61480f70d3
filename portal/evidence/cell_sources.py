"""The voices behind a cell as links: what the actor may open, and how many there are besides."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas.composition import AreaRef
from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.formats import date_long
from portal.evidence import links, words
from portal.evidence.rule import Proposal, Thresholds, VoiceKind, Voices
from portal.minutes.models import Minutes, MinutesEntry, MinutesVersion
from portal.needs import permissions as needs
from portal.needs.models import NeedsStatement, StatementSupport


@dataclass(frozen=True, kw_only=True)
class VoiceLink:
    """A source: what it says, who says it, and where it stands (None: nowhere this reader may go)."""

    text: str
    url: str | None
    sub: str
    met: bool = False
    is_demo: bool = False


@dataclass(frozen=True, kw_only=True)
class CellSources:
    """Everything the voices' axis rests on. `hidden` counts statements that are not public."""

    residents: tuple[VoiceLink, ...]
    statements: tuple[VoiceLink, ...]
    entries: tuple[VoiceLink, ...]
    events: tuple[VoiceLink, ...]
    hidden: int


def cell_sources(proposal: Proposal, area: AreaRef, actor: Actor) -> CellSources:
    """The sources of a proposal as the actor may see them; three queries."""
    voices = proposal.voices
    statements, not_public = _statements(voices, actor)
    entries, not_open = _entries(voices, actor)
    return CellSources(
        residents=_residents(voices, area),
        statements=statements,
        entries=entries,
        events=_events(voices, actor),
        hidden=not_public + not_open,
    )


def _residents(voices: Voices, area: AreaRef) -> tuple[VoiceLink, ...]:
    named = set(voices.named_items)
    return tuple(
        VoiceLink(
            text=item.text,
            url=links.survey_results(item.round_slug, area.slug, item.code),
            sub=words.item_in_words(item),
            met=item in named,
        )
        for item in (*voices.named_items, *voices.clearing_items, *voices.other_items)
    )


def _statements(voices: Voices, actor: Actor) -> tuple[tuple[VoiceLink, ...], int]:
    ids = [voice.id for voice in voices.statements if voice.kind is VoiceKind.STATEMENT]
    if not ids:
        return (), 0
    rows = db.session.scalars(
        select(NeedsStatement)
        .options(
            joinedload(NeedsStatement.organisation),
            selectinload(NeedsStatement.supports).joinedload(StatementSupport.organisation),
        )
        .where(NeedsStatement.id.in_(ids))
        .order_by(NeedsStatement.submitted_at, NeedsStatement.id)
    ).all()
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


def _entries(voices: Voices, actor: Actor) -> tuple[tuple[VoiceLink, ...], int]:
    ids = [voice.id for voice in voices.statements if voice.kind is VoiceKind.MINUTES_ENTRY]
    if not ids:
        return (), 0
    rows = db.session.scalars(
        select(MinutesEntry)
        .options(
            joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes).joinedload(Minutes.conference),
            selectinload(MinutesEntry.raised_by),
        )
        .where(MinutesEntry.id.in_(ids))
        .order_by(MinutesEntry.id)
    ).all()
    seen = [row for row in rows if actor.is_staff or row.version.minutes.is_public]
    found = tuple(
        VoiceLink(
            text=row.text,
            url=links.minutes_entry(row),
            sub=_("Protokoll: %(title)s", title=row.version.minutes.conference.title),
            is_demo=row.version.minutes.is_demo,
        )
        for row in seen
    )
    return found, len(rows) - len(seen)


def _events(voices: Voices, actor: Actor) -> tuple[VoiceLink, ...]:
    by_id = {event.id: event for event in voices.events}
    if not by_id:
        return ()
    rows = db.session.scalars(
        select(Conference).where(Conference.id.in_(by_id)).order_by(Conference.starts_at, Conference.id)
    )
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


def rules(proposal: Proposal, limits: Thresholds) -> list[tuple[bool, Any, str]]:
    """The voices' half of the rule with the numbers put in."""
    voices = proposal.voices
    found: list[tuple[bool, Any, str]] = []
    for item in (*voices.named_items, *voices.clearing_items, *voices.other_items):
        met, sentence = words.item_rule(item, limits)
        question = item.text if item.text.endswith("?") else item.text + ":"
        found.append((met, question, sentence))
    met, sentence = words.organisations_rule(voices, limits)
    found.append((met, _("Organisationen:"), sentence))
    for event in voices.events:
        met, sentence = words.event_rule(event, limits)
        found.append((met, _("Veranstaltung:"), sentence))
    return found
