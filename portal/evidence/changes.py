"""What opened a finding again, source by source, for those who may see every source."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.languages import quoting
from portal.core.seed_words import local
from portal.evidence import permissions
from portal.evidence.rules import pages as rule_pages
from portal.evidence.rules.rule import VoiceKind
from portal.evidence.sources import links
from portal.indicators import queries as indicators
from portal.indicators import words as figure_words
from portal.indicators.figures import CountyFigures
from portal.indicators.signals import FiguresSignal
from portal.minutes.models import Minutes, MinutesEntry, MinutesVersion
from portal.needs.models import NeedsStatement
from portal.settings.registry import declared
from portal.surveys import queries as surveys

_CUT = 90


@dataclass(frozen=True)
class ChangeLine:
    """One source that is new, or counts no longer, or a figure that says something else."""

    text: Any
    url: str | None = None


@dataclass(frozen=True)
class _Source:
    words: Any
    url: str | None


def lines(found: Mapping[int, Mapping[str, Any]], actor: Actor) -> dict[int, list[ChangeLine]]:
    """The sources that changed the proposal, from what lies between then and now (`reopening.present_change`) by
    finding; a fixed number of queries. Nothing for those outside."""
    changed = {finding_id: change for finding_id, change in found.items() if change}
    if not changed or not permissions.may_see_unpublished(actor):
        return {}
    sources = _Sources(changed.values())
    figures = indicators.county_figures(actor)
    return {
        finding_id: [*_limits(change), *_voices(change, sources), *_figures(change, figures)]
        for finding_id, change in changed.items()
    }


class _Sources:
    """Statements, entries, events and survey items by the keys a change names them with."""

    def __init__(self, changes: Iterable[Mapping[str, Any]]) -> None:
        named: dict[str, set[str]] = {"items": set(), "statements": set(), "events": set()}
        for change in changes:
            for part in ("gained", "lost"):
                for kind, keys in change.get(part, {}).items():
                    named[kind].update(str(key) for key in keys)
        self._known: dict[tuple[str, str], _Source] = {}
        self._read_statements(_ids(named["statements"], VoiceKind.STATEMENT))
        self._read_entries(_ids(named["statements"], VoiceKind.MINUTES_ENTRY))
        self._read_events({int(key) for key in named["events"]})
        self._read_items(named["items"])

    def find(self, kind: str, key: Any) -> _Source | None:
        return self._known.get((kind, str(key)))

    def _read_statements(self, ids: set[int]) -> None:
        if not ids:
            return
        for row in db.session.execute(
            select(NeedsStatement.id, NeedsStatement.public_id, NeedsStatement.title).where(NeedsStatement.id.in_(ids))
        ):
            words = quoting(_("Bedarfshinweis „%(title)s“"), title=row.title)
            key = f"{VoiceKind.STATEMENT.value}:{row.id}"
            self._known["statements", key] = _Source(words, links.statement(row.public_id))

    def _read_entries(self, ids: set[int]) -> None:
        if not ids:
            return
        for entry in db.session.scalars(
            select(MinutesEntry)
            .options(joinedload(MinutesEntry.version).joinedload(MinutesVersion.minutes).joinedload(Minutes.conference))
            .where(MinutesEntry.id.in_(ids))
        ):
            words = quoting(_("Protokolleintrag „%(text)s“"), text=_cut(entry.text))
            key = f"{VoiceKind.MINUTES_ENTRY.value}:{entry.id}"
            self._known["statements", key] = _Source(words, links.minutes_entry(entry))

    def _read_events(self, ids: set[int]) -> None:
        if not ids:
            return
        rows = db.session.execute(
            select(Conference.id, Conference.public_id, Conference.title).where(Conference.id.in_(ids))
        )
        for row in rows:
            url = url_for("conferences.conference_page", public_id=row.public_id)
            self._known["events", str(row.id)] = _Source(quoting(_("Veranstaltung „%(title)s“"), title=row.title), url)

    def _read_items(self, keys: set[str]) -> None:
        if not keys:
            return
        for counted in surveys.counted_rounds():
            for item in counted.items:
                key = f"{counted.slug}/{item.item}"
                if key in keys:
                    url = url_for("surveys.results", slug=counted.slug)
                    self._known["items", key] = _Source(quoting(_("Befragung: %(question)s"), question=item.text), url)


def _ids(keys: Iterable[str], kind: VoiceKind) -> set[int]:
    return {int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind.value}:")}


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _CUT else line[:_CUT].rsplit(" ", 1)[0] + " …"


def _limits(change: Mapping[str, Any]) -> Iterable[ChangeLine]:
    """Which numbers of the rule were changed."""
    keys = {rule_pages.setting_of(name) for name in change.get("limits", ())}
    labels = [str(setting.label) for setting in declared() if setting.key in keys]
    if labels:
        yield ChangeLine(
            _("Schwellen der Regel geändert: %(labels)s", labels="; ".join(labels)), url_for("evidence.rule")
        )


def _voices(change: Mapping[str, Any], sources: _Sources) -> Iterable[ChangeLine]:
    wordings: tuple[tuple[str, Callable[[Any], Any]], ...] = (
        ("gained", lambda source: quoting(_("Neu: %(source)s"), source=escape(source))),
        ("lost", lambda source: quoting(_("Zählt nicht mehr: %(source)s"), source=escape(source))),
    )
    for part, wording in wordings:
        for kind, keys in change.get(part, {}).items():
            for key in keys:
                found = sources.find(kind, key)
                if found is not None:
                    yield ChangeLine(wording(found.words), found.url)


def _figures(change: Mapping[str, Any], figures: CountyFigures) -> Iterable[ChangeLine]:
    for key, (before, after) in change.get("indicators", {}).items():
        one = figures.find(key)
        if one is None:
            continue
        url = url_for("indicators.indicator", key=key)
        if before is None:
            words = _(
                "Kommt dazu: %(name)s (%(signal)s)", name=local(one.indicator.name), signal=FiguresSignal(after).label
            )
        elif after is None:
            words = _("Entscheidet nicht mehr: %(name)s", name=local(one.indicator.name))
        else:
            words = _(
                "%(name)s: bisher %(old)s, jetzt %(new)s",
                name=local(one.indicator.name),
                old=FiguresSignal(before).label,
                new=FiguresSignal(after).label,
            )
        yield ChangeLine(words, url)
    for key, ((old, old_period), (new, new_period)) in change.get("numbers", {}).items():
        one = figures.find(key)
        if one is None or old is None or new is None:
            continue
        words = _(
            "%(name)s: %(old)s (%(before)s), jetzt %(new)s (%(after)s)",
            name=local(one.indicator.name),
            old=figure_words.area_number(one.indicator, old),
            before=figure_words.period_short(old_period),
            new=figure_words.area_number(one.indicator, new),
            after=figure_words.period_short(new_period),
        )
        yield ChangeLine(words, url_for("indicators.indicator", key=key))
